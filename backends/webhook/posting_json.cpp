#include "backends/webhook/posting_json.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"

namespace dragoman::backends::webhook {

namespace {

using nlohmann::json;

std::size_t size_at(const json& object, std::string_view key) {
  return static_cast<std::size_t>(std::max<std::int64_t>(number_at(object, key).value_or(0), 0));
}

void put_text(json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

template <class Enum>
Enum enum_at(const json& object, std::string_view key, Enum last) {
  const auto number = number_at(object, key).value_or(0);
  return number < 0 || number > static_cast<std::int64_t>(last) ? Enum{} : static_cast<Enum>(number);
}

json write_spans(const chat::Content& content) {
  json spans = json::array();
  for (const chat::Span& each : content.spans) {
    json span{{"kind", static_cast<int>(each.kind)}, {"begin", each.begin}, {"end", each.end}};
    put_text(span, "value", each.value);
    spans.push_back(std::move(span));
  }
  return spans;
}

json write_attachments(const chat::Content& content) {
  json attachments = json::array();
  for (const chat::Attachment& each : content.attachments) {
    json file{{"url", each.url}, {"size", each.size}};
    put_text(file, "name", each.name);
    put_text(file, "type", each.media_type);
    put_text(file, "description", each.description);
    attachments.push_back(std::move(file));
  }
  return attachments;
}

void read_spans(const json& object, chat::Content& content) {
  for (const json& each : array_at(object, "spans")) {
    chat::Span span;
    span.kind = enum_at(each, "kind", chat::Span::Kind::emoji);
    span.begin = size_at(each, "begin");
    span.end = size_at(each, "end");
    span.value = text_at(each, "value");
    if (span.begin <= span.end && span.end <= content.text.size()) content.spans.push_back(std::move(span));
  }
}

void read_attachments(const json& object, chat::Content& content) {
  for (const json& each : array_at(object, "attachments")) {
    chat::Attachment file;
    file.url = text_at(each, "url");
    file.name = text_at(each, "name");
    file.media_type = text_at(each, "type");
    file.description = text_at(each, "description");
    file.size = size_at(each, "size");
    content.attachments.push_back(std::move(file));
  }
}

}  // namespace

json write_posting(const Posting& posting) {
  json object;
  put_text(object, "title", posting.content.title);
  put_text(object, "text", posting.content.text);
  if (!posting.content.spans.empty()) object["spans"] = write_spans(posting.content);
  if (!posting.content.attachments.empty()) object["attachments"] = write_attachments(posting.content);
  put_text(object, "reply_to", posting.content.reply_to.text);
  put_text(object, "actor", posting.actor);
  put_text(object, "picture", posting.actor_picture);
  put_text(object, "key", posting.key);
  if (posting.after != Posting::After::fresh) object["after"] = static_cast<int>(posting.after);
  put_text(object, "thread", posting.thread);
  if (posting.level != Level::info) object["level"] = static_cast<int>(posting.level);
  put_text(object, "event", posting.event);
  put_text(object, "link", posting.link);
  return object;
}

Posting read_posting(const json& object) {
  Posting posting;
  posting.content.title = text_at(object, "title");
  posting.content.text = text_at(object, "text");
  read_spans(object, posting.content);
  read_attachments(object, posting.content);
  posting.content.reply_to = chat::MessageId{text_at(object, "reply_to")};
  posting.content.thread = text_at(object, "thread");
  posting.actor = text_at(object, "actor");
  posting.actor_picture = text_at(object, "picture");
  posting.key = text_at(object, "key");
  posting.after = enum_at(object, "after", Posting::After::edit);
  posting.thread = text_at(object, "thread");
  posting.level = enum_at(object, "level", Level::error);
  posting.event = text_at(object, "event");
  posting.link = text_at(object, "link");
  return posting;
}

}  // namespace dragoman::backends::webhook
