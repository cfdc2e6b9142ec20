#pragma once

#include <string>
#include <string_view>

#include "backends/clean_text.hpp"

namespace dragoman::backends::matrix {

/// A name as a nickname (clean_name). Where nothing is left: the name in the user id, then the user id itself.
/// Example: ("\u202eecilA", "@alice:hs.tld") -> "ecilA"; ("\u200b", "@alice:hs.tld") -> "alice".
std::string clean_nickname(std::string_view name, std::string_view user_id);

}  // namespace dragoman::backends::matrix
