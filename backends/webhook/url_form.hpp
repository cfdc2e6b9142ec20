#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace dragoman::backends::webhook {

inline constexpr std::size_t most_fields = 100;  // of a form or a query

/// Names and values in their order; a name may stand more than once.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// Reads application/x-www-form-urlencoded, which queries are too (URL Standard 5.1): "a=1&b=x+y%21" is a: 1, b: x y!.
/// A "%" that begins no escape stays. Fault::too_long over most_fields.
Result<Fields> read_url_form(std::string_view text);

/// The value of the last field of this name; empty when there is none.
std::string_view field_of(const Fields& fields, std::string_view name);
bool has_field(const Fields& fields, std::string_view name);

}  // namespace dragoman::backends::webhook
