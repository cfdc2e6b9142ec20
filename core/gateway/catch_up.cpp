#include "gateway/catch_up.hpp"

#include "base/text.hpp"
#include "delivery/content_json.hpp"

namespace dragoman::gateway {

namespace {

std::string key_of_said(bool self, std::string_view author, std::string_view text, Timestamp time) {
  std::string key = self ? std::string{} : std::string{author};
  ((key += '\n') += std::to_string(time.time_since_epoch().count())) += '\n';
  return key += text;
}

}  // namespace

void KnownMessages::add(const store::Message& row) {
  if (!row.network_id.empty()) ids_.insert(row.network_id);
  const auto command = delivery::read_command(row.content, {chat::RoomId{row.room}, chat::PersonId{row.person}});
  const auto* said = command ? std::get_if<chat::SendMessage>(&*command) : nullptr;
  if (said == nullptr) return;
  const bool own = row.direction == store::Direction::to_network;
  const std::string& text = said->content.text;
  if (row.sent != Timestamp{}) said_.insert(key_of_said(own, row.author, text, row.sent));
  if (!own || text.find('\n') == std::string::npos) return;
  for (const std::string_view line : text::split(text, '\n')) own_lines_.emplace(line);
}

void KnownMessages::add(const chat::MessageReceived& message) {
  if (!message.id.empty()) ids_.insert(message.id.text);
  if (message.time) {
    said_.insert(key_of_said(message.author.self, message.author.name, message.content.text, *message.time));
  }
}

bool KnownMessages::has(const chat::MessageReceived& message) const {
  if (!message.id.empty() && ids_.contains(message.id.text)) return true;
  if (message.author.self && own_lines_.contains(message.content.text)) return true;
  if (!message.time || (!message.id.empty() && !ids_.empty())) return false;
  const std::string& text = message.content.text;
  // What was taken from the network is kept under the nickname, also one's own from another client.
  return said_.contains(key_of_said(message.author.self, message.author.name, text, *message.time)) ||
         said_.contains(key_of_said(false, message.author.name, text, *message.time));
}

}  // namespace dragoman::gateway
