#include <utility>

#include "backends/muc/handlers.hpp"
#include "backends/muc/own_id.hpp"
#include "base/text.hpp"
#include "chat/once_key.hpp"
#include "gateway/annotation.hpp"
#include "gateway/to_stanza.hpp"
#include "xmpp/chat_states.hpp"
#include "xmpp/markers.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/via.hpp"

// What we say. A room sends a message back to its sender too (XEP-0045 7.4): that is the evidence, and brings its id.
namespace dragoman::backends::muc {

namespace {

constexpr std::size_t most_proved = 1000;

/// The id of a message: the same whenever it is said, so that an archive which has it already says so.
std::string id_for(State& state, const chat::Conversation& conversation, chat::OnceKey key) {
  if (key == 0) return make_own_id(state.shared.key, conversation.room.text, state.ids.next());
  return make_own_id(state.shared.key, conversation.room.text,
                     state.voice.address.str() + '\n' + conversation.room.text + '\n' + conversation.person.text +
                         '\n' + std::to_string(key));
}

/// The message that a command is about, as stanzas name it: an edit by the id of the stanza (XEP-0308), all else as the
/// room names it.
Result<std::string> target_of(const chat::Command& command, const MessageBook& book, bool in_room) {
  std::string id;
  if (const auto* edit = std::get_if<chat::EditMessage>(&command)) {
    const MessageBook::Said* said = book.find(edit->edited.text);
    if (said != nullptr) return said->stanza;
    if (in_room) return failure(Fault::not_found, "the message that is to be edited is too old for this room");
    id = edit->edited.text;
  } else if (const auto* retract = std::get_if<chat::RetractMessage>(&command)) {
    id = retract->retracted.text;
  } else if (const auto* react = std::get_if<chat::React>(&command)) {
    id = react->message.text;
  } else {
    return id;
  }
  if (id.empty()) return failure(Fault::not_found, "this message has no name here");
  return id;
}

/// What a reply names: the message, its author, and a quotation for clients that know no replies.
struct ReplyTo {
  std::string id, to, quote;
};
ReplyTo reply_of(const chat::Command& command, const Room* room, const MessageBook& book) {
  const auto* message = std::get_if<chat::SendMessage>(&command);
  if (message == nullptr || message->content.reply_to.empty()) return {};
  ReplyTo reply{message->content.reply_to.text, {}, {}};
  const MessageBook::Said* said = book.find(reply.id);
  if (said == nullptr) return reply;
  if (room != nullptr && !said->nick.empty()) reply.to = room->address.str() + '/' + said->nick;
  if (!said->beginning.empty()) reply.quote = gateway::quote_of(said->beginning);
  return reply;
}

/// Writes a message. False: the link is down, or no server would take it.
bool write(State& state, const Room* room, const chat::Command& command, const std::string& to, const std::string& id,
           const std::string& target, Effects& effects) {
  static const MessageBook none;
  const bool to_all = room != nullptr && to == room->address.str();
  const MessageBook& book = room == nullptr ? none : to_all ? room->book : room->private_book;
  const ReplyTo reply = reply_of(command, room, book);
  gateway::Reference reference{id, id};
  reference.target = target;
  reference.reply_id = reply.id;
  reference.reply_to = reply.to;
  reference.quote = reply.quote;
  auto about = gateway::annotate(command, reference, {});
  const std::string& via = gateway::said_in(command).via;
  if (!via.empty() && !about) about.emplace();
  for (const std::string_view name : text::split(via, ' ')) {
    if (!name.empty()) about->elements.push_back(xmpp::make_via(name));
  }
  const std::string bare = gateway::escaped(state.voice.address.bare_view());
  const std::string resource = gateway::escaped(state.voice.address.resource());
  gateway::OutgoingMessage message{};
  message.from_bare = bare;
  message.from_resource = resource;
  message.to = to;
  message.type = to_all ? "groupchat" : "chat";
  message.id = id;
  message.origin_id = id;
  message.private_in_room = room != nullptr && !to_all;
  message.about = about ? &*about : nullptr;
  return effects.link.write([&](xmpp::Writer& writer) { gateway::write(writer, message, gateway::said_in(command)); });
}

constexpr const char* unwritable = "the message is too long, or has something in it that no server takes";

void send_to_all(State& state, Room& room, const Room::Unsent& unsent, Effects& effects) {
  const chat::CommandId id = unsent.command;
  const chat::Command& command = unsent.what;
  const chat::Conversation conversation{room.id, {}};
  const std::string stanza = id_for(state, conversation, chat::key_of(command));
  if (const auto proved = room.proved.find(stanza); proved != room.proved.end()) {
    effects.done(id, chat::Sent{{chat::MessageId{proved->second}}, std::nullopt, {}});
    room.proved.erase(proved);
    return;
  }
  const auto target = target_of(command, room.book, true);
  if (!target && std::holds_alternative<chat::EditMessage>(command) && read_own_back(state, room, effects)) {
    room.unsent.push_back(unsent);  // what follows waits behind it
    return;
  }
  if (!target) return effects.refused(id, target.error().fault, target.error().text);
  if (!write(state, &room, command, room.address.str(), stanza, *target, effects)) {
    return effects.refused(id, Fault::too_long, unwritable);
  }
  Pending written{id, stanza, Pending::Kind::message, effects.now + reflection_patience};
  written.what = command;
  written.said = effects.utc;
  written.tries = unsent.tries;
  room.pending.push_back(std::move(written));
}

/// To one person: nobody sends it back, so that what our server took counts.
void send_to_one(State& state, const Room* room, chat::CommandId id, const chat::Command& command,
                 const chat::Conversation& conversation, Effects& effects) {
  const auto to = xmpp::Jid::parse(conversation.person.text);
  if (!to) return effects.refused(id, Fault::malformed, "this is no address");
  static const MessageBook none;
  const auto target = target_of(command, room == nullptr ? none : room->private_book, false);
  if (!target) return effects.refused(id, target.error().fault, target.error().text);
  const std::string stanza = id_for(state, conversation, chat::key_of(command));
  if (!write(state, room, command, to->str(), stanza, *target, effects)) {
    return effects.refused(id, Fault::too_long, unwritable);
  }
  state.private_pending[stanza] = id;
  await_server(
      state,
      [stanza](State& later, const Answer& answer, Effects& then) {
        const auto waiting = later.private_pending.extract(stanza);
        if (waiting.empty()) return;  // it was refused
        if (answer) return then.done(waiting.mapped(), chat::Sent{{chat::MessageId{stanza}}, std::nullopt, {}});
        then.failed(waiting.mapped(), chat::Failed::Outcome::unsure, answer.error().fault, answer.error().text);
      },
      effects);
}

}  // namespace

void send(State& state, chat::CommandId id, const chat::Command& command, const chat::Conversation& conversation,
          Effects& effects) {
  if (conversation.room.empty()) {
    if (!state.up) return effects.not_sent(id, Fault::unavailable, "the XMPP server is not connected");
    return send_to_one(state, nullptr, id, command, conversation, effects);
  }
  Room* room = room_for(state, conversation.room, id, effects);
  if (room == nullptr) return;
  const auto* retract = std::get_if<chat::RetractMessage>(&command);
  if (retract != nullptr && retract->as_moderator) return moderate(state, *room, id, *retract, effects);
  if (conversation.is_private_in_room()) return send_to_one(state, room, id, command, conversation, effects);
  if (room->catching_up || room->paused_until) {
    room->unsent.push_back({id, command});
    return;
  }
  send_to_all(state, *room, {id, command}, effects);
}

void set_topic(State& state, chat::CommandId id, const chat::SetTopic& set, Effects& effects) {
  Room* room = room_for(state, set.room, id, effects);
  if (room == nullptr) return;
  const std::string stanza = state.ids.next();
  xmpp::Element message{"message", xmpp::ns::component};
  message.set("type", "groupchat").set("id", stanza);
  message.set("from", state.voice.address.str()).set("to", room->address.str());
  message.add_text_child("subject", set.topic);
  if (!effects.link.send(message)) return effects.refused(id, Fault::too_long, "the topic is too long");
  room->pending.push_back({id, stanza, Pending::Kind::topic, effects.now + reflection_patience});
}

namespace {

/// A message that is no message: nobody answers it.
void send_sign(State& state, const chat::Conversation& conversation, chat::CommandId id, xmpp::Element sign,
               Effects& effects) {
  if (!conversation.room.empty() && room_for(state, conversation.room, id, effects) == nullptr) return;
  xmpp::Element message{"message", xmpp::ns::component};
  message.set("type", conversation.is_room() ? "groupchat" : "chat").set("from", state.voice.address.str());
  message.set("to", conversation.is_room() ? conversation.room.text : conversation.person.text);
  message.add(std::move(sign));
  if (conversation.is_private_in_room()) message.add("x", xmpp::ns::muc_user);
  message.add("no-store", "urn:xmpp:hints");
  const auto sent = effects.link.send(message);
  sent ? effects.done(id) : effects.not_sent(id, sent.error().fault, sent.error().text);
}

}  // namespace

void set_typing(State& state, chat::CommandId id, const chat::SetTyping& set, Effects& effects) {
  send_sign(state, set.conversation, id, xmpp::make_typing(set.typing), effects);
}

void mark_read(State& state, chat::CommandId id, const chat::MarkRead& mark, Effects& effects) {
  if (mark.message.empty()) return effects.refused(id, Fault::not_found, "this message has no name here");
  send_sign(state, mark.conversation, id, xmpp::make_displayed(mark.message.text), effects);
}

void send_unsent(State& state, Room& room, Effects& effects) {
  room.paused_until.reset();
  for (const Room::Unsent& each : std::exchange(room.unsent, {})) {
    if (room.catching_up) {
      room.unsent.push_back(each);
    } else {
      send_to_all(state, room, each, effects);
    }
  }
  while (room.proved.size() > most_proved) room.proved.erase(room.proved.begin());
}

}  // namespace dragoman::backends::muc
