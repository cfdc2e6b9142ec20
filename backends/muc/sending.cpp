#include <algorithm>
#include <array>
#include <utility>

#include "backends/muc/handlers.hpp"
#include "base/hmac.hpp"
#include "base/text.hpp"
#include "gateway/annotation.hpp"
#include "gateway/to_stanza.hpp"
#include "xmpp/chat_states.hpp"
#include "xmpp/delay.hpp"
#include "xmpp/markers.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"
#include "xmpp/stanza_id.hpp"
#include "xmpp/via.hpp"

// What we say. A room sends a message back to its sender too (XEP-0045 7.4): that is the evidence, and brings its id.
namespace dragoman::backends::muc {

namespace {

constexpr auto reflection_patience = std::chrono::seconds{30};
/// For so long we try to be back and ask the archive. Who says it again later is not said twice (Room::proved).
constexpr auto doubt_patience = std::chrono::minutes{1};
constexpr auto pause = std::chrono::seconds{5};
constexpr unsigned most_tries = 60;  // five minutes
constexpr std::size_t most_proved = 1000;

chat::OnceKey key_of(const chat::Command& command) {
  return std::visit(
      [](const auto& each) -> chat::OnceKey {
        if constexpr (requires { each.key; }) return each.key;
        return 0;
      },
      command);
}

/// The id of a message: the same whenever it is said, so that an archive which has it already says so, and one that
/// nobody else can foresee.
std::string id_for(State& state, const chat::Conversation& conversation, chat::OnceKey key) {
  if (key == 0) return state.ids.next();
  const std::string text = "muc message\n" + state.voice.address.str() + '\n' + conversation.room.text + '\n' +
                           conversation.person.text + '\n' + std::to_string(key);
  const auto digest = hmac_sha256(state.shared.key, text);
  return text::to_hex({reinterpret_cast<const char*>(digest.data()), 16});
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
  const std::string stanza = id_for(state, conversation, key_of(command));
  if (const auto proved = room.proved.find(stanza); proved != room.proved.end()) {
    effects.done(id, chat::Sent{{chat::MessageId{proved->second}}, std::nullopt, {}});
    room.proved.erase(proved);
    return;
  }
  const auto target = target_of(command, room.book, true);
  if (!target) return effects.refused(id, target.error().fault, target.error().text);
  if (!write(state, &room, command, room.address.str(), stanza, *target, effects)) {
    return effects.refused(id, Fault::too_long, unwritable);
  }
  Pending written{id, stanza, Pending::Kind::message, effects.now + reflection_patience};
  written.what = command;
  written.tries = unsent.tries;
  room.pending.push_back(std::move(written));
}

/// The room is too busy, or its server is not there just now: what follows waits, so that the order stays.
void say_later(Room& room, Pending pending, const Error& error, Effects& effects) {
  if (pending.kind != Pending::Kind::message || ++pending.tries >= most_tries) {
    return effects.refused(pending.command, error.fault, error.text);
  }
  const auto place = std::find_if(room.unsent.begin(), room.unsent.end(),
                                  [&](const Room::Unsent& each) { return each.command > pending.command; });
  room.unsent.insert(place, {pending.command, std::move(pending.what), pending.tries});
  room.paused_until = effects.now + pause;
}

/// To one person: nobody sends it back, so that what our server took counts.
void send_to_one(State& state, const Room* room, chat::CommandId id, const chat::Command& command,
                 const chat::Conversation& conversation, Effects& effects) {
  const auto to = xmpp::Jid::parse(conversation.person.text);
  if (!to) return effects.refused(id, Fault::malformed, "this is no address");
  static const MessageBook none;
  const auto target = target_of(command, room == nullptr ? none : room->private_book, false);
  if (!target) return effects.refused(id, target.error().fault, target.error().text);
  const std::string stanza = id_for(state, conversation, key_of(command));
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

std::deque<Pending>::iterator find_pending(Room& room, const xmpp::Element& message) {
  const std::string_view id = message.get("id"), origin = xmpp::read_origin_id(message);
  return std::find_if(room.pending.begin(), room.pending.end(),
                      [&](const Pending& each) { return each.id == id || (!origin.empty() && each.id == origin); });
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

bool take_reflection(State&, Room& room, const Hearing& heard, const std::string& id, Effects& effects) {
  const auto found = find_pending(room, heard.message);
  if (found == room.pending.end()) return false;
  const Pending pending = std::move(*found);
  room.pending.erase(found);
  if (pending.kind == Pending::Kind::topic) {
    effects.done(pending.command);
  } else {
    chat::Sent sent{{}, heard.time ? heard.time : effects.utc, {}};
    if (!id.empty()) sent.ids.emplace_back(id);
    effects.done(pending.command, std::move(sent));
  }
  return true;
}

bool take_rejection(State& state, Room& room, const xmpp::Element& message, Effects& effects) {
  Error error = xmpp::read_error(message);
  const auto alone = state.private_pending.extract(std::string{message.get("id")});
  if (!alone.empty()) {
    effects.refused(alone.mapped(), error.fault, error.text);
    return true;
  }
  const auto found = find_pending(room, message);
  if (found == room.pending.end()) return false;
  const std::string_view condition = xmpp::condition_of(message);
  if (condition == "not-acceptable" && room.phase == Room::Phase::present) {
    // So it is said to those who are no occupants; and by some rooms to those whose message they do not like.
    found->rejected = std::move(error);
    self_ping(state, room, effects);
    return true;
  }
  Pending pending = std::move(*found);
  room.pending.erase(found);
  const bool passes = error.fault == Fault::limited || error.fault == Fault::unavailable;
  if (!passes || room.phase != Room::Phase::present) {
    effects.refused(pending.command, error.fault, error.text);
    return true;
  }
  say_later(room, std::move(pending), error, effects);
  if (error.fault == Fault::unavailable) self_ping(state, room, effects);
  return true;
}

void doubt(Room& room, const Effects& effects) {
  for (Pending& each : room.pending) {
    if (!std::exchange(each.in_doubt, true)) each.deadline = effects.now + doubt_patience;
  }
}

void settle_doubts(Room& room, bool sure, Effects& effects) {
  std::deque<Pending> left;
  for (Pending& each : std::exchange(room.pending, {})) {
    if (!each.in_doubt) {
      left.push_back(std::move(each));
      continue;
    }
    const bool not_taken = sure || each.rejected;
    effects.failed(each.command, not_taken ? chat::Failed::Outcome::not_sent : chat::Failed::Outcome::unsure,
                   Fault::unavailable,
                   not_taken ? "the room was lost before it took the message"
                             : "the room was lost, and nobody knows whether it took the message");
  }
  room.pending = std::move(left);
}

void send_unsent(State& state, Room& room, Effects& effects) {
  room.paused_until.reset();
  for (const Room::Unsent& each : std::exchange(room.unsent, {})) send_to_all(state, room, each, effects);
  while (room.proved.size() > most_proved) room.proved.erase(room.proved.begin());
}

namespace {

/// What nobody has told us about. True: we ask whether we are in the room at all.
bool end_overdue(Room& room, Effects& effects) {
  bool ask = false;
  std::deque<Pending> left;
  for (Pending& each : std::exchange(room.pending, {})) {
    if (each.deadline > effects.now || room.catching_up) {
      left.push_back(std::move(each));
    } else if (each.in_doubt || each.asked) {
      effects.failed(each.command, chat::Failed::Outcome::unsure, Fault::timeout,
                     "the room has not sent the message back");
    } else {
      ask = each.asked = true;
      each.deadline = effects.now + reflection_patience;
      left.push_back(std::move(each));
    }
  }
  room.pending = std::move(left);
  return ask;
}

}  // namespace

void sending_timers(State& state, Effects& effects) {
  for (auto& [address, room] : state.rooms) {
    const bool present = room.phase == Room::Phase::present;
    const bool goes_on = present && !room.catching_up && room.paused_until && *room.paused_until <= effects.now;
    if (goes_on) send_unsent(state, room, effects);
    if (end_overdue(room, effects) && present) self_ping(state, room, effects);
  }
}

std::optional<Instant> next_of_sending(const Room& room) {
  if (room.catching_up) return std::nullopt;
  std::optional<Instant> next;
  if (room.phase == Room::Phase::present) next = room.paused_until;
  for (const Pending& each : room.pending) next = std::min(next.value_or(Instant::max()), each.deadline);
  return next;
}

}  // namespace dragoman::backends::muc
