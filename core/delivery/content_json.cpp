#include "delivery/content_json.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/byte_set.hpp"
#include "base/text.hpp"

namespace dragoman::delivery {

namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

template <class Number>
Number number_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer() ? found->get<Number>() : Number{};
}

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

void put(json& object, const char* key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}

json thumbnail_to_json(const chat::Thumbnail& thumbnail) {
  json object = json::object();
  put(object, "url", thumbnail.url);
  put(object, "type", thumbnail.media_type);
  if (thumbnail.size != 0) object["size"] = thumbnail.size;
  if (thumbnail.width != 0) object["width"] = thumbnail.width;
  if (thumbnail.height != 0) object["height"] = thumbnail.height;
  return object;
}

json content_to_json(const chat::Content& content) {
  json object = json::object();
  if (content.kind != chat::Content::Kind::text) object["kind"] = static_cast<int>(content.kind);
  put(object, "title", content.title);
  put(object, "text", content.text);
  for (const chat::Span& span : content.spans) {
    object["spans"].push_back({static_cast<int>(span.kind), span.begin, span.end, span.value});
  }
  for (const chat::Attachment& file : content.attachments) {
    json entry = json::object();
    put(entry, "url", file.url);
    put(entry, "name", file.name);
    put(entry, "type", file.media_type);
    put(entry, "sha256", file.sha256);
    put(entry, "desc", file.description);
    if (file.size != 0) entry["size"] = file.size;
    if (file.width != 0) entry["width"] = file.width;
    if (file.height != 0) entry["height"] = file.height;
    if (!file.mirrors.empty()) entry["mirrors"] = file.mirrors;
    if (file.thumbnail) entry["thumb"] = thumbnail_to_json(*file.thumbnail);
    object["files"].push_back(std::move(entry));
  }
  put(object, "reply", content.reply_to.text);
  put(object, "thread", content.thread);
  put(object, "author", content.shown_author);
  put(object, "via", content.via);
  put(object, "encryption", content.encryption);
  return object;
}

template <class Enum>
Enum enum_of(const json& value, Enum last, Enum fallback) {
  if (!value.is_number_integer()) return fallback;
  const auto number = value.get<int>();
  return number < 0 || number > static_cast<int>(last) ? fallback : static_cast<Enum>(number);
}

chat::Thumbnail thumbnail_from_json(const json& object) {
  chat::Thumbnail thumbnail;
  thumbnail.url = text_of(object, "url");
  thumbnail.media_type = text_of(object, "type");
  thumbnail.size = number_of<std::uint64_t>(object, "size");
  thumbnail.width = number_of<std::uint32_t>(object, "width");
  thumbnail.height = number_of<std::uint32_t>(object, "height");
  return thumbnail;
}

chat::Content content_from_json(const json& object) {
  chat::Content content;
  if (object.contains("kind")) {
    content.kind = enum_of(object["kind"], chat::Content::Kind::encrypted, chat::Content::Kind::text);
  }
  content.title = text_of(object, "title");
  content.text = text_of(object, "text");
  if (const auto spans = object.find("spans"); spans != object.end() && spans->is_array()) {
    for (const json& entry : *spans) {
      if (!entry.is_array() || entry.size() != 4 || !entry[1].is_number_unsigned() || !entry[2].is_number_unsigned())
        continue;
      chat::Span span;
      span.kind = enum_of(entry[0], chat::Span::Kind::emoji, chat::Span::Kind::bold);
      span.begin = entry[1].get<std::size_t>();
      span.end = entry[2].get<std::size_t>();
      if (entry[3].is_string()) span.value = entry[3].get<std::string>();
      if (span.begin <= span.end && span.end <= content.text.size()) content.spans.push_back(std::move(span));
    }
  }
  if (const auto files = object.find("files"); files != object.end() && files->is_array()) {
    for (const json& entry : *files) {
      if (!entry.is_object()) continue;
      chat::Attachment file;
      file.url = text_of(entry, "url");
      file.name = text_of(entry, "name");
      file.media_type = text_of(entry, "type");
      file.sha256 = text_of(entry, "sha256");
      file.description = text_of(entry, "desc");
      file.size = number_of<std::uint64_t>(entry, "size");
      file.width = number_of<std::uint32_t>(entry, "width");
      file.height = number_of<std::uint32_t>(entry, "height");
      if (const auto mirrors = entry.find("mirrors"); mirrors != entry.end() && mirrors->is_array()) {
        for (const json& each : *mirrors) {
          if (each.is_string()) file.mirrors.push_back(each.get<std::string>());
        }
      }
      if (const auto thumb = entry.find("thumb"); thumb != entry.end() && thumb->is_object()) {
        file.thumbnail = thumbnail_from_json(*thumb);
      }
      content.attachments.push_back(std::move(file));
    }
  }
  content.reply_to = chat::MessageId{text_of(object, "reply")};
  content.thread = text_of(object, "thread");
  content.shown_author = text_of(object, "author");
  content.via = text_of(object, "via");
  content.encryption = text_of(object, "encryption");
  return content;
}

/// Fast path: almost every message is plain text, and a DOM for one string costs more than the rest of its way.
bool is_plain(const chat::Content& content) {
  return content.kind == chat::Content::Kind::text && content.title.empty() && content.spans.empty() &&
         content.attachments.empty() && content.reply_to.empty() && content.thread.empty() &&
         content.shown_author.empty() && content.via.empty();
}

/// A JSON string (RFC 8259 section 7). Most texts have nothing that is escaped.
std::string write_text(const std::string& text) {
  static constexpr ByteSet escaped = ByteSet{"\"\\"}.with_range(0, 0x1f);
  if (!escaped.none_in(text) || !text::is_valid_utf8(text)) return dump(json(text));
  std::string quoted;
  quoted.reserve(text.size() + 2);
  quoted += '"';
  quoted += text;
  quoted += '"';
  return quoted;
}

}  // namespace

bool is_message(const chat::Command& command) {
  return std::holds_alternative<chat::SendMessage>(command) || std::holds_alternative<chat::EditMessage>(command) ||
         std::holds_alternative<chat::RetractMessage>(command) || std::holds_alternative<chat::React>(command);
}

const chat::Conversation& conversation_of(const chat::Command& command) {
  static const chat::Conversation none;
  if (const auto* send = std::get_if<chat::SendMessage>(&command)) return send->conversation;
  if (const auto* edit = std::get_if<chat::EditMessage>(&command)) return edit->conversation;
  if (const auto* retract = std::get_if<chat::RetractMessage>(&command)) return retract->conversation;
  if (const auto* react = std::get_if<chat::React>(&command)) return react->conversation;
  return none;
}

std::string write_content(const chat::Content& content) {
  if (is_plain(content)) return write_text(content.text);
  return dump(content_to_json(content));
}

Result<chat::Content> read_content(std::string_view text) {
  const json value = json::parse(text, nullptr, false);
  if (value.is_string()) return chat::plain(value.get<std::string>());
  if (!value.is_object()) return failure(Fault::malformed, "a stored content is neither text nor an object");
  return content_from_json(value);
}

std::string write_command(const chat::Command& command) {
  if (const auto* send = std::get_if<chat::SendMessage>(&command)) return write_content(send->content);
  json object;
  if (const auto* edit = std::get_if<chat::EditMessage>(&command)) {
    object["do"] = "edit";
    object["id"] = edit->edited.text;
    object["content"] = content_to_json(edit->content);
  } else if (const auto* retract = std::get_if<chat::RetractMessage>(&command)) {
    object["do"] = "retract";
    object["id"] = retract->retracted.text;
    object["reason"] = retract->reason;
    if (retract->as_moderator) object["moderator"] = true;
  } else if (const auto* react = std::get_if<chat::React>(&command)) {
    object["do"] = "react";
    object["id"] = react->message.text;
    object["emoji"] = react->emoji;
  }
  return dump(object);
}

Result<chat::Command> read_command(std::string_view text, const chat::Conversation& conversation) {
  if (!text.starts_with("{\"") || text.find("\"do\":") == std::string_view::npos) {
    const auto content = read_content(text);
    if (!content) return content.error();
    return chat::Command{chat::SendMessage{conversation, *content}};
  }
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return failure(Fault::malformed, "a stored message is not a JSON object");
  const std::string what = text_of(object, "do");
  const chat::MessageId id{text_of(object, "id")};
  if (what == "edit" && object.contains("content") && object["content"].is_object()) {
    return chat::Command{chat::EditMessage{conversation, id, content_from_json(object["content"])}};
  }
  if (what == "retract") {
    return chat::Command{
        chat::RetractMessage{conversation, id, text_of(object, "reason"), object.contains("moderator")}};
  }
  if (what == "react") {
    chat::React react{conversation, id, {}};
    if (const auto emoji = object.find("emoji"); emoji != object.end() && emoji->is_array()) {
      for (const json& entry : *emoji) {
        if (entry.is_string()) react.emoji.push_back(entry.get<std::string>());
      }
    }
    return chat::Command{std::move(react)};
  }
  return failure(Fault::malformed, "a stored message says to do '" + what + "', which nobody can");
}

bool is_reaction(std::string_view text) { return text.starts_with(R"({"do":"react")"); }

std::string write_tombstone(const Tombstone& tombstone) {
  json object;
  object["do"] = "nothing";
  object["at"] = tombstone.at.time_since_epoch().count();
  put(object, "id", tombstone.retraction);
  put(object, "by", tombstone.by);
  put(object, "by_id", tombstone.by_occupant);
  put(object, "reason", tombstone.reason);
  return dump(object);
}

std::optional<Tombstone> read_tombstone(std::string_view text) {
  if (!text.starts_with(R"({"at":)")) return std::nullopt;
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object() || text_of(object, "do") != "nothing") return std::nullopt;
  Tombstone tombstone;
  tombstone.at = Timestamp{std::chrono::milliseconds{number_of<std::int64_t>(object, "at")}};
  tombstone.retraction = text_of(object, "id");
  tombstone.by = text_of(object, "by");
  tombstone.by_occupant = text_of(object, "by_id");
  tombstone.reason = text_of(object, "reason");
  return tombstone;
}

}  // namespace dragoman::delivery
