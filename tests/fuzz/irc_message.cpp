// Any line of a server: the parser ends, its views lie inside the line, and what it reads of tags is text.

#include "backends/irc/ctcp.hpp"
#include "backends/irc/message.hpp"
#include "check.hpp"

using namespace dragoman::backends::irc;

namespace {
bool inside(std::string_view part, std::string_view line) {
  return part.empty() || (part.data() >= line.data() && part.data() + part.size() <= line.data() + line.size());
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line = dragoman::fuzz::view(data, size);
  Message message;
  if (!parse(line, message)) return 0;
  CHECK_THAT(!message.command.empty());
  CHECK_THAT(message.count <= Message::most_params);
  CHECK_THAT(inside(message.tags, line) && inside(message.source, line) && inside(message.command, line));
  for (std::size_t i = 0; i < message.count; ++i) {
    CHECK_THAT(inside(message.params[i], line));
    // Only the last one may be empty, contain a space or begin with a colon.
    if (i + 1 < message.count) {
      CHECK_THAT(!message.params[i].empty() && message.params[i].front() != ':');
      CHECK_THAT(message.params[i].find(' ') == std::string_view::npos);
    }
  }
  const Source source = split_source(message.source);
  CHECK_THAT(inside(source.nick, line) && inside(source.user, line) && inside(source.host, line));
  for (const char* key : {"time", "msgid", "label", "batch", "account", "+draft/react"}) {
    const auto raw = message.raw_tag(key);
    const auto value = message.tag(key);
    CHECK_THAT(raw.has_value() == value.has_value());
    if (value) CHECK_THAT(value->size() <= raw->size());
  }
  label_of(message);
  if (const auto ctcp = parse_ctcp(message.last())) {
    CHECK_THAT(inside(ctcp->command, line) && inside(ctcp->text, line));
    describe_dcc(ctcp->text);
  }
  return 0;
}
