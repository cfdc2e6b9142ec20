#include <utility>

#include "backends/webhook/address.hpp"
#include "backends/webhook/feed.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/message_id.hpp"
#include "backends/webhook/session.hpp"

// What people say to a hook, and what is answered to one of them.

namespace dragoman::backends::webhook {

namespace {

/// What somebody did in the room, for the others in it.
struct InRoom {
  chat::Conversation conversation;
  chat::Author author;
  chat::MessageId id;

  std::optional<chat::Event> operator()(const chat::SendMessage& send) const {
    chat::MessageReceived message;
    message.conversation = conversation;
    message.author = author;
    message.id = id;
    message.content = send.content;
    return message;
  }
  std::optional<chat::Event> operator()(const chat::EditMessage& edit) const {
    return chat::MessageEdited{conversation, author, id, edit.edited, edit.content};
  }
  std::optional<chat::Event> operator()(const chat::RetractMessage& retract) const {
    return chat::MessageRetracted{conversation, author, retract.retracted, retract.reason, retract.as_moderator};
  }
  std::optional<chat::Event> operator()(const chat::React& react) const {
    return chat::ReactionsChanged{conversation, author, react.message, react.emoji};
  }
  template <class Other>
  std::optional<chat::Event> operator()(const Other&) const {
    return std::nullopt;
  }
};

}  // namespace

void Feed::answer(Session& session, chat::CommandId id, const chat::Conversation& conversation,
                  const chat::Command& command) {
  answering_.tell(session, id, conversation, command);
}

bool Feed::is_heard_by(const Session& session) const {
  Session* const asked = const_cast<Session*>(&session);  // the lists hold whom they may speak to
  return subscribers_.contains(asked) || people_.contains(asked);
}

std::string Feed::nickname_of(const Session& session) const {
  const auto found = people_.find(const_cast<Session*>(&session));
  return found == people_.end() ? session.nickname() : found->second.text();
}

void Feed::show(Session& session, const chat::MessageId& id, const chat::Command& command) {
  const auto speaker = people_.find(&session);
  if (speaker == people_.end()) return;
  const auto in_room = [](const auto& each) {
    if constexpr (requires { each.conversation; }) return each.conversation.is_room();
    return false;
  };
  if (!std::visit(in_room, command)) return;
  chat::Author author;
  author.name = speaker->second.text();
  author.identity = session.owner();
  chat::Author to_bridges = author;  // for whom nobody here is a hook
  to_bridges.person = speaker_of(name_, author.name);
  const auto event = std::visit(InRoom{{room_of(name_), {}}, std::move(author), id}, command);
  const auto bridged = std::visit(InRoom{{room_of(name_), {}}, std::move(to_bridges), id}, command);
  if (!event) return;
  for (const auto& [each, name] : people_) {
    if (each != &session) each->say(each->is_bridge() ? *bridged : *event, {speaker->second});
  }
}

std::string Feed::say_in_room(Posting posting, const std::string& edited) {
  const Said said{make_message_id(hub_.now(), hub_.services().random), edited, std::move(posting)};
  tell_room(said);
  return said.id;
}

std::string Feed::say_to(const std::vector<Session*>& sessions, Posting posting, const std::string& edited) {
  const Said said{make_message_id(hub_.now(), hub_.services().random), edited, std::move(posting)};
  const chat::Event event = as_event(message_of(said, {{}, contact_of(name_)}), said.edited);
  for (Session* each : sessions) each->say(event);
  return said.id;
}

void Feed::tell_all(const chat::Event& event) {
  for (const auto& [each, name] : people_) each->say(event, {own_});
}

}  // namespace dragoman::backends::webhook
