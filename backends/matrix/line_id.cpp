#include "backends/matrix/line_id.hpp"

#include <charconv>

namespace dragoman::backends::matrix {

std::string line_id(const std::string& event_id, std::size_t line) {
  return line == 0 ? event_id : event_id + ' ' + std::to_string(line + 1);
}

LineId read_line_id(std::string_view message_id) {
  const std::size_t space = message_id.rfind(' ');
  if (space == std::string_view::npos) return {std::string{message_id}, 0};
  std::size_t number = 0;
  const char* const end = message_id.data() + message_id.size();
  const auto read = std::from_chars(message_id.data() + space + 1, end, number);
  if (read.ec != std::errc{} || read.ptr != end || number < 2) return {std::string{message_id}, 0};
  return {std::string{message_id.substr(0, space)}, number - 1};
}

}  // namespace dragoman::backends::matrix
