#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace dragoman::backends::muc {

/// Up to where a room was heard, kept over restarts: what comes behind it is asked for when we are back.
struct Cursor {
  Timestamp time{};                 ///< of the last message, by the room's clock where it says
  std::string id;                   ///< its stanza-id; empty: the room gives none
  std::vector<std::string> recent;  ///< without stanza-ids: the last messages, because times alone say things twice

  bool operator==(const Cursor&) const = default;
};

/// Lines: the time as DateTime (XEP-0082), the id, then the recent ones.
std::string to_text(const Cursor& cursor);
/// Nothing when the text is empty or no cursor.
std::optional<Cursor> read_cursor(std::string_view text);

}  // namespace dragoman::backends::muc
