#include <utility>

#include "backends/webhook/address.hpp"
#include "backends/webhook/feed.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/message_id.hpp"
#include "backends/webhook/session.hpp"

// What people say to a hook, and what is answered to one of them.

namespace dragoman::backends::webhook {

void Feed::answer(Session& session, chat::CommandId id, const chat::Conversation& conversation,
                  const chat::Command& command) {
  const auto* send = std::get_if<chat::SendMessage>(&command);
  if (send != nullptr && conversation.is_room() && takes_answers()) {
    chat::MessageReceived said;
    said.conversation = conversation;
    said.author = {{}, name_of(session).text(), session.owner()};
    said.id = chat::MessageId{make_message_id(hub_.now(), hub_.services().random)};
    if (send->key != 0) said.id = chat::MessageId{happening_id(send->key)};
    said.content = send->content;
    tell_others(session, said);
  }
  answering_.tell(session, id, conversation, command);
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
