#include "backends/irc/mentions.hpp"

#include <string_view>

#include "backends/irc/rooms.hpp"

namespace dragoman::backends::irc {

void mark_mention(const State& state, const Room& room, chat::Content& content) {
  if (content.kind != chat::Content::Kind::text) return;
  const std::string_view text = content.text;
  const std::size_t end = text.find_first_of(":, \n");
  if (end == 0 || end == text.npos || text[end] == ' ' || text[end] == '\n') return;
  if (end + 1 < text.size() && text[end + 1] != ' ') return;  // "http://"
  const std::string_view nickname = text.substr(0, end);
  NameId name;
  if (!find_source(state, room, nickname, name)) return;
  content.spans.insert(content.spans.begin(), {chat::Span::Kind::mention, 0, end, std::string{nickname}});
}

}  // namespace dragoman::backends::irc
