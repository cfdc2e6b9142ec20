// Any JSON: it is read or refused, nothing throws; what is read as a message is fit for XMPP and is written as events
// that are read as the same text.

#include <string>

#include "backends/matrix/json.hpp"
#include "backends/matrix/message_read.hpp"
#include "backends/matrix/message_write.hpp"
#include "base/text.hpp"
#include "check.hpp"

using namespace dragoman;
using namespace dragoman::backends::matrix;
using dragoman::backends::dump_json;
using dragoman::backends::parse_json;
using dragoman::backends::text_at;

namespace {

bool is_fit(const std::string& text) {
  return text::to_xml_text(text) == text && text::without_controls(text, true) == text;
}

void check_content(const chat::Content& content) {
  CHECK_THAT(is_fit(content.text) && is_fit(content.shown_author));
  for (const chat::Span& span : content.spans) {
    CHECK_THAT(span.begin < span.end && span.end <= content.text.size());
    CHECK_THAT(text::is_valid_utf8(content.text.substr(span.begin, span.end - span.begin)));
    CHECK_THAT(is_fit(span.value));
  }
  for (const chat::Attachment& file : content.attachments) {
    CHECK_THAT(is_fit(file.url) && is_fit(file.name) && is_fit(file.media_type) && is_fit(file.description));
    CHECK_THAT(file.url.starts_with("mxc://") && file.name.find('/') == std::string::npos);
  }
}

/// What was said can be said.
void check_written(const chat::Content& content) {
  const auto events = make_messages(content, {});
  for (const nlohmann::json& event : events) CHECK_THAT(parse_json(dump_json(event)));
  if (content.text.empty() || content.text.size() > 10'000 || events.size() != 1) return;
  CHECK_THAT(text_at(events.front(), "body").find(content.text) != std::string::npos);
}

const chat::Content* content_of(const Message& message) {
  if (const auto* said = std::get_if<Said>(&message)) return &said->content;
  if (const auto* edited = std::get_if<Edited>(&message)) return &edited->content;
  if (const auto* poll = std::get_if<PollStarted>(&message)) return &poll->content;
  return nullptr;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = parse_json(std::string{fuzz::view(data, size)});
  if (!json) return 0;
  CHECK_THAT(parse_json(dump_json(*json)));
  auto event = read_event(*json);
  if (!event) return 0;
  const Message message = read_message(*event);
  if (const auto* reacted = std::get_if<Reacted>(&message)) CHECK_THAT(is_fit(reacted->key));
  if (const auto* redacted = std::get_if<Redacted>(&message)) CHECK_THAT(is_fit(redacted->reason));
  if (const auto* ended = std::get_if<PollEnded>(&message)) CHECK_THAT(is_fit(ended->text));
  if (const chat::Content* content = content_of(message)) {
    check_content(*content);
    check_written(*content);
  }
  return 0;
}
