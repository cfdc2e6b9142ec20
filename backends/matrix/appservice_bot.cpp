#include "backends/matrix/appservice_bot.hpp"

#include <utility>

#include "backends/matrix/json.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

ServiceBot::ServiceBot(GhostNames& names, std::function<std::string()> kept,
                       std::function<void(const std::string&)> keep)
    : names_(names), kept_(std::move(kept)), keep_(std::move(keep)) {}

void ServiceBot::begin(const std::string& user_id) {
  user_id_ = user_id;
  const std::string rooms = kept_();
  for (const std::string_view room : text::split(rooms, '\n')) {
    if (!room.empty()) chats_.emplace(room);
  }
}

void ServiceBot::on_event(const Event& event, Instant now, Actions& actions) {
  if (event.type == "m.room.member" && event.state_key == user_id_) return on_membership(event, actions);
  const bool said =
      event.type == "m.room.message" && !event.is_state() && text_at(event.content, "msgtype") == "m.text";
  if (!said || !chats_.contains(event.room) || event.sender == user_id_ || names_.covers(event.sender)) return;
  std::string text = answer_to(event, now, actions);
  actions.says.push_back({event.room, event.id, std::move(text)});
}

void ServiceBot::on_membership(const Event& event, Actions& actions) {
  const std::string membership = text_at(event.content, "membership");
  if (membership == "invite") {
    // It has nothing to say where more than one listens.
    if (!flag_at(event.content, "is_direct")) return;
    chats_.insert(event.room);
    actions.enters.push_back(event.room);
  } else if (membership == "join" || chats_.erase(event.room) == 0) {
    return;
  }
  std::string rooms;
  for (const std::string& room : chats_) rooms += room + '\n';
  keep_(rooms);
}

std::string ServiceBot::answer_to(const Event& event, Instant now, Actions& actions) {
  const std::string said = text::ascii_lower(text::trim(text_at(event.content, "body")));
  const auto found = expected_.find(said);
  if (found != expected_.end() && found->second.user_id == event.sender) {
    Expected expected = std::move(found->second);
    expected_.erase(found);
    if (expected.until < now) return "This code is too old. Begin again from XMPP.";
    actions.proved.push_back(std::move(expected.proved));
    return expected.owner + " uses your account from XMPP now. To end that, unregister there from the gateway.";
  }
  return "I am the gateway to XMPP. To write to somebody there, begin a direct chat with their address in this form: " +
         names_.ghost_of("alice@example.org") + " is alice@example.org.";
}

std::string ServiceBot::expect(const std::string& owner, const std::string& user_id, Random& random, Instant now,
                               std::function<void()> proved) {
  std::string code = random.hex(4);
  code.insert(4, "-");
  expected_[code] = {owner, user_id, now + code_lifetime, std::move(proved)};
  return code;
}

}  // namespace dragoman::backends::matrix
