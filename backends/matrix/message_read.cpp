#include "backends/matrix/message_read.hpp"

#include <string_view>
#include <utility>

#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/content_read.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/poll.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

using nlohmann::json;

constexpr std::size_t longest_algorithm = 100;

/// Longer ids are not ids: those of servers have at most 255 bytes.
bool is_event_id(const std::string& id) { return id.size() > 1 && id.size() <= 255 && id.front() == '$'; }

std::string event_at(const json& value, std::string_view key) {
  std::string id = text_at(value, key);
  return is_event_id(id) ? id : std::string{};
}

/// m.relates_to, as far as it makes sense (client-server API, "Forming relationships between events").
struct Relation {
  std::string type, event;  ///< both, or neither
  std::string reply_to;     ///< meant by the sender, not a fallback of a thread
};

Relation read_relation(const json& content) {
  const json& relates = object_at(content, "m.relates_to");
  Relation relation;
  relation.event = event_at(relates, "event_id");
  if (!relation.event.empty()) relation.type = text_at(relates, "rel_type");
  if (relation.type.empty()) relation.event.clear();
  relation.reply_to = event_at(object_at(relates, "m.in_reply_to"), "event_id");
  // In a thread the newest message is named for clients that know replies alone.
  if (relation.type == "m.thread" && flag_at(relates, "is_falling_back")) relation.reply_to.clear();
  return relation;
}

void apply_relation(const Relation& relation, chat::Content& content) {
  content.reply_to = chat::MessageId{relation.reply_to};
  if (relation.type == "m.thread") content.thread = relation.event;
}

bool says_nothing(const chat::Content& content) { return content.text.empty() && content.attachments.empty(); }

Message read_said(const Event& event) {
  const Relation relation = read_relation(event.content);
  const json& replacement = object_at(event.content, "m.new_content");
  const bool edit = relation.type == "m.replace" && !replacement.empty();
  const bool sticker = event.type == "m.sticker";
  chat::Content content =
      read_content(edit ? replacement : event.content, {sticker, !relation.reply_to.empty() || edit});
  if (says_nothing(content)) return NoMessage{};
  if (edit) return Edited{relation.event, std::move(content), read_mentions(replacement)};
  apply_relation(relation, content);
  return Said{std::move(content), read_mentions(event.content)};
}

/// "An emoji" is what people mean; some clients put a custom emoji's mxc URI there and its name beside.
Message read_reaction(const Event& event) {
  const json& relates = object_at(event.content, "m.relates_to");
  std::string message = event_at(relates, "event_id");
  std::string key = clean_line(text_at(relates, "key"));
  if (message.empty() || text_at(relates, "rel_type") != "m.annotation") return NoMessage{};
  constexpr std::size_t longest_key = 64;
  if (key.starts_with("mxc://") || key.size() > longest_key) {
    for (const std::string_view name : {"shortcode", "com.beeper.reaction.shortcode"}) {
      if (const std::string* found = find_text(event.content, name)) key = clean_line(*found);
    }
    if (key.starts_with("mxc://") || key.size() > longest_key) key = "custom";
    if (!key.starts_with(':')) key = ':' + key + ':';
  }
  if (key.empty()) return NoMessage{};
  return Reacted{std::move(message), std::move(key)};
}

Message read_encrypted(const Event& event) {
  const Relation relation = read_relation(event.content);
  Encrypted encrypted;
  encrypted.content.kind = chat::Content::Kind::encrypted;
  encrypted.content.text = "This message is encrypted end to end, and can be read in a Matrix client only.";
  encrypted.content.encryption = clean_line(text::cut(text_at(event.content, "algorithm"), longest_algorithm));
  if (relation.type == "m.replace") {
    encrypted.edited = relation.event;
  } else {
    apply_relation(relation, encrypted.content);
  }
  return encrypted;
}

/// What only other clients can take part in is at least said.
Message read_call(const Event& event) {
  const json& media = object_at(event.content, "offer");
  const bool video = text_at(media, "sdp").find("m=video") != std::string::npos;
  chat::Content content;
  content.kind = chat::Content::Kind::notice;
  content.text =
      video ? "Video call (can be answered in a Matrix client)" : "Call (can be answered in a Matrix client)";
  return Said{std::move(content), Mentions{true, {}, false}};
}

}  // namespace

std::string answered_in_thread(const Event& event) {
  const Relation relation = read_relation(event.content);
  if (relation.type != "m.thread") return {};
  std::string answered = event_at(object_at(object_at(event.content, "m.relates_to"), "m.in_reply_to"), "event_id");
  return answered.empty() ? relation.event : answered;
}

Message read_message(const Event& event) {
  if (event.redacted || event.is_state()) return NoMessage{};
  const std::string_view type = event.type;
  if (type == "m.room.message" || type == "m.sticker") return read_said(event);
  if (type == "m.room.encrypted") return read_encrypted(event);
  if (type == "m.reaction") return read_reaction(event);
  if (type == "m.room.redaction") {
    if (!is_event_id(event.redacts)) return NoMessage{};
    return Redacted{event.redacts, clean_line(text_at(event.content, "reason"))};
  }
  if (type == "m.call.invite") return read_call(event);
  if (is_poll_event(type)) {
    Message poll = read_poll(event);
    if (auto* started = std::get_if<PollStarted>(&poll)) apply_relation(read_relation(event.content), started->content);
    return poll;
  }
  return NoMessage{};
}

}  // namespace dragoman::backends::matrix
