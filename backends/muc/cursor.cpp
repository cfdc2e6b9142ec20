#include "backends/muc/cursor.hpp"

#include "base/text.hpp"
#include "xmpp/timestamps.hpp"

namespace dragoman::backends::muc {

std::string to_text(const Cursor& cursor) {
  std::string text = xmpp::to_datetime(cursor.time) + '\n' + cursor.id;
  for (const std::string& each : cursor.recent) text += '\n' + each;
  return text;
}

std::optional<Cursor> read_cursor(std::string_view text) {
  const auto lines = text::split(text, '\n');
  const auto time = xmpp::read_datetime(lines.front());
  if (!time || lines.size() < 2) return std::nullopt;
  Cursor cursor{*time, std::string{lines[1]}, {}};
  for (std::size_t i = 2; i < lines.size(); ++i) cursor.recent.emplace_back(lines[i]);
  return cursor;
}

}  // namespace dragoman::backends::muc
