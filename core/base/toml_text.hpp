#pragma once

#include <string>
#include <string_view>

namespace dragoman {

/// A text as a basic string of TOML 1.0, which Lua and YAML read alike: in double quotes, with \ before " and \.
/// Control characters, which no text of a configuration has, are taken away.
std::string toml_quoted(std::string_view text);

}  // namespace dragoman
