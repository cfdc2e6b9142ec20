#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "xmpp/element.hpp"

// XEP-0428: which part of a body is only for clients that do not know an extension. Counted in code points (XEP-0426).
//   <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='33'/></fallback>
namespace dragoman::xmpp {

inline constexpr std::string_view fallback_ns = "urn:xmpp:fallback:0";

/// A part of a text in bytes.
struct Range {
  std::size_t begin = 0, end = 0;
  bool operator==(const Range&) const = default;
};

/// A number that counts code points; nothing when it is none.
std::optional<std::size_t> read_offset(std::string_view text);

/// The parts of `body` (the text of the body of `message`) that stand there for the extension `about` alone: in order,
/// none over another, none empty. The whole body when it is marked without numbers; nonsense is left out.
std::vector<Range> read_fallback(const Element& message, std::string_view about, std::string_view body);
/// Marks the first `size` bytes of `body` as being for `about` alone.
Element make_fallback(std::string_view about, std::string_view body, std::size_t size);
/// Marks these parts of `body`.
Element make_fallback(std::string_view about, std::string_view body, const std::vector<Range>& parts);
/// Marks a body as a whole.
Element make_fallback(std::string_view about);

}  // namespace dragoman::xmpp
