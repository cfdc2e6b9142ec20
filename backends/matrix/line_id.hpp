#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dragoman::backends::matrix {

/// The second line of an event is called "$event 2", the first one as the event itself: no id of Matrix has a space.
std::string line_id(const std::string& event_id, std::size_t line);
struct LineId {
  std::string event_id;
  std::size_t line = 0;  ///< 0: the first one, or the whole event
};
LineId read_line_id(std::string_view message_id);

}  // namespace dragoman::backends::matrix
