#include <utility>

#include "backends/muc/handlers.hpp"
#include "gateway/to_command.hpp"
#include "xmpp/delay.hpp"
#include "xmpp/muc.hpp"
#include "xmpp/namespaces.hpp"

// What is said in a room (XEP-0045 7.2.14-16, 7.4, 7.5, 8.1).
namespace dragoman::backends::muc {

namespace {

constexpr std::size_t most_history = 2000;
constexpr std::size_t most_held = 10'000;

/// XEP-0045 8.1: a subject alone; with a body it is only the headline of a message.
const xmpp::Element* subject_of(const xmpp::Element& message) {
  const xmpp::Element* subject = message.child("subject", message.ns);
  if (subject == nullptr || message.child("body", message.ns) != nullptr) return nullptr;
  return message.child("thread", message.ns) == nullptr ? subject : nullptr;
}

void hear_topic(State& state, Room& room, const Hearing& heard, const xmpp::Element& subject, Effects& effects) {
  room.topic = gateway::to_plain_text(subject.text());
  room.topic_author = heard.nick;
  room.topic_time = heard.time;
  if (room.phase != Room::Phase::present) return;
  if (is_own(state, room, heard) && take_topic(room, heard, effects)) return;
  if (state.voice.deaf) return;
  chat::Author author;
  author.name = heard.nick;
  if (!heard.nick.empty()) author.person = chat::PersonId{room.address.str() + '/' + std::string{heard.nick}};
  author.self = is_own(state, room, heard);
  effects.tell(chat::TopicChanged{room.id, std::move(author), room.topic, heard.time});
}

/// XEP-0045 10.2.1 and 15.6: the settings have changed, or whether the room is logged or shows addresses.
bool tells_of_settings(const xmpp::Element& message) {
  for (const int code : {104, 170, 171, 172, 173, 174}) {
    if (xmpp::has_status(message, code)) return true;
  }
  return false;
}

/// The room's own words: not said by anybody.
void hear_room(State& state, Room& room, const xmpp::Element& message, Effects& effects) {
  if (tells_of_settings(message)) ask_settings(state, room, effects);
  const std::string text = gateway::to_plain_text(message.child_text("body", message.ns));
  if (!text.empty() && !state.voice.deaf) effects.tell(chat::Notice{room.id.text, text, room.id});
}

void hear_private(State& state, Room& room, const xmpp::Element& message, std::string_view nick, Effects& effects) {
  const Hearing heard{message, nick, {}, xmpp::read_delay(message)};
  MessageBook::Said said = note_of(room, heard);
  said.id = said.origin.empty() ? said.stanza : said.origin;  // no archive keeps it
  const chat::Conversation conversation{room.id, chat::PersonId{room.address.str() + '/' + std::string{nick}}};
  auto event = read_event(state, room, heard, conversation, room.private_book, said.id);
  if (!said.id.empty()) room.private_book.add(std::move(said));
  if (event) effects.tell(std::move(*event));
}

void hear_groupchat(State& state, Room& room, const xmpp::Element& message, std::string_view nick, Effects& effects) {
  switch (room.phase) {
    case Room::Phase::away:
      return;
    case Room::Phase::leaving:
      take_reflection(state, room, {message, nick}, {}, effects);
      return;
    case Room::Phase::arriving:
      if (const xmpp::Element* subject = subject_of(message); subject != nullptr && room.self_seen) {
        hear_topic(state, room, {message, nick, {}, xmpp::read_delay(message)}, *subject, effects);
        arrive(state, room, effects);
      } else if (room.history.size() < most_history && !state.voice.deaf) {
        room.history.push_back(message);
      }
      return;
    case Room::Phase::present:
      break;
  }
  // Most of what comes to a deaf voice is what others have said to all.
  if (state.voice.deaf && !is_own(state, room, {message, nick})) return;
  if (room.catching_up && room.held.size() < most_held) {
    room.held.push_back(message);
    return;
  }
  hear(state, room, {message, nick, {}, xmpp::read_delay(message)}, effects);
}

}  // namespace

void hear(State& state, Room& room, const Hearing& heard, Effects& effects) {
  if (const xmpp::Element* subject = subject_of(heard.message)) {
    const std::string stanza_id{stanza_id_of(room, heard)};
    if (!heard.replayed) hear_topic(state, room, heard, *subject, effects);
    if (!stanza_id.empty()) move_cursor(state, room, heard, stanza_id, effects);
    return;
  }
  MessageBook::Said said = note_of(room, heard);
  const std::string id = said.id;
  const bool named_by_room = !stanza_id_of(room, heard).empty();
  const bool lasts = named_by_room || !said.beginning.empty();
  if (is_own(state, room, heard)) {
    const bool waited_for = take_reflection(state, room, heard, id, effects);
    if (!waited_for && heard.replayed && !said.stanza.empty()) room.proved.insert_or_assign(said.stanza, id);
    if (lasts && !id.empty()) room.book.add(std::move(said));
    if (lasts) move_cursor(state, room, heard, id, effects);
    return;
  }
  if (state.voice.deaf) return;
  // Ids that authors give are not unique: they are only believed to be where the same may come twice.
  const bool may_repeat = named_by_room || heard.replayed;
  if (may_repeat && !id.empty() && room.book.has(id)) return;
  const auto event = heard.nick.empty() && xmpp::has_status(heard.message, 104)
                         ? std::nullopt
                         : read_event(state, room, heard, {room.id, {}}, room.book, id);
  if (lasts && !id.empty()) room.book.add(std::move(said));
  if (event) {
    const auto* received = std::get_if<chat::MessageReceived>(&*event);
    if (heard.nick.empty() && received != nullptr) {
      effects.tell(chat::Notice{room.id.text, received->content.text, room.id});
    } else {
      effects.tell(*event);
    }
  }
  if (lasts) move_cursor(state, room, heard, id, effects);
}

void on_message(State& state, Room& room, const xmpp::Element& message, std::string_view nick, Effects& effects) {
  const std::string_view type = message.get("type");
  if (type == "error") {
    take_rejection(state, room, message, effects);
    return;
  }
  if (nick.empty() && take_archived(state, room, message, effects)) return;
  if (nick.empty() && tells_of_settings(message)) return hear_room(state, room, message, effects);
  if (type == "groupchat") return hear_groupchat(state, room, message, nick, effects);
  if (room.phase != Room::Phase::present) return;
  nick.empty() ? hear_room(state, room, message, effects) : hear_private(state, room, message, nick, effects);
}

void on_direct_message(const xmpp::Element& message, const xmpp::Jid& from, Effects& effects) {
  const auto read = gateway::read_message(message, true);
  if (!read || !read->content || !read->replaces.empty()) return;
  chat::MessageReceived received;
  received.conversation.person = chat::PersonId{std::string{from.bare_view()}};
  received.author.person = received.conversation.person;
  received.author.name = from.local().empty() ? from.domain() : from.local();
  received.author.identity = from.bare_view();
  received.id = chat::MessageId{std::string{message.get("id")}};
  received.content = *read->content;
  received.time = xmpp::read_delay(message);
  effects.tell(std::move(received));
}

}  // namespace dragoman::backends::muc
