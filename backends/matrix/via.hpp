#pragma once

#include <cstddef>

namespace dragoman::backends::matrix {

/// In the content of an event: through which gateways it has come (chat::Content::via), so that two bridges of one room
/// do not hand a message back and forth. Clients do not look at it.
inline constexpr const char* via_key = "urn:x-dragoman:via";
inline constexpr std::size_t longest_via = 1000;  ///< bytes; what is longer has come from nobody whom we know

}  // namespace dragoman::backends::matrix
