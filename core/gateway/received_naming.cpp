#include "base/log.hpp"
#include "delivery/content_json.hpp"
#include "gateway/annotation.hpp"
#include "gateway/lookup.hpp"
#include "gateway/received_messages.hpp"
#include "gateway/room_message.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/user.hpp"

// What a network says about another message (edits, retractions, reactions, replies): what XMPP calls that one is
// looked up in the store first, and what follows in the conversation waits behind it.

namespace dragoman::gateway {

namespace {

/// What the network calls the message that this command is about.
const chat::MessageId& network_name_in(const chat::Command& command) {
  static const chat::MessageId none;
  if (const auto* send = std::get_if<chat::SendMessage>(&command)) return send->content.reply_to;
  if (const auto* edit = std::get_if<chat::EditMessage>(&command)) return edit->edited;
  if (const auto* retract = std::get_if<chat::RetractMessage>(&command)) return retract->retracted;
  if (const auto* react = std::get_if<chat::React>(&command)) return react->message;
  return none;
}

std::string text_of(const store::Message& row) {
  const auto command = delivery::read_command(row.content, {});
  if (!command || std::holds_alternative<chat::RetractMessage>(*command)) return {};
  return to_body(said_in(*command));
}

/// Both rows are of one person in the room: by their id, which a new nickname keeps.
bool is_by_same(const store::Message& row, const Reference& reference, const store::Message& other) {
  const Reference of_other = read_reference(other.stanza_id);
  if (!reference.occupant_id.empty() && !of_other.occupant_id.empty()) {
    return reference.occupant_id == of_other.occupant_id;
  }
  return shown_resource(row, {}) == shown_resource(other, {});
}

bool is_known(const chat::Command& command, const Reference& reference) {
  return std::holds_alternative<chat::SendMessage>(command) ? !reference.reply_id.empty() : !reference.target.empty();
}

}  // namespace

delivery::Delivery ReceivedMessages::deliver(const store::Message& row, const chat::Command& command, bool replayed) {
  const chat::Conversation conversation{chat::RoomId{row.room}, chat::PersonId{row.person}};
  const auto held = held_.empty() ? held_.end() : held_.find(conversation);
  if (held != held_.end()) {
    held->second.push_back({row, command, replayed});
    return delivery::Delivery::later;
  }
  if (!network_name_in(command).empty() && !is_known(command, read_reference(row.stanza_id))) {
    held_[conversation].push_back({row, command, replayed});
    look_up_first(conversation);
    return delivery::Delivery::later;
  }
  return write_to_clients(row, command, replayed) ? delivery::Delivery::written : delivery::Delivery::nobody;
}

void ReceivedMessages::look_up_first(const chat::Conversation& conversation) {
  const Held& first = held_[conversation].front();
  find_message(context_, owner_.str(), conversation, {network_name_in(first.command).text, MessageName::By::network_id},
               [context = &context_, owner = owner_.str(), conversation,
                row = first.row.id](const std::optional<store::Message>& found) {
                 User* user = context->find(owner);
                 if (user != nullptr) user->received().looked_up_first(conversation, row, found);
               });
}

void ReceivedMessages::looked_up_first(const chat::Conversation& conversation, store::RowId row,
                                       const std::optional<store::Message>& found) {
  const auto held = held_.find(conversation);
  if (held == held_.end() || held->second.front().row.id != row) return;
  if (found) {
    name_target(held->second.front(), *found);
  } else {
    LOG_DEBUG_OF(owner_.bare_view(), "the network speaks of a message that is not here", owner_, network(), row);
  }
  auto& waiting = held->second;
  while (true) {
    const Held first = std::move(waiting.front());
    waiting.pop_front();
    const bool written = write_to_clients(first.row, first.command, first.replayed);
    context_.incoming.confirm(first.row.id, written ? store::State::delivered : store::State::returned);
    if (waiting.empty()) break;
    const Held& next = waiting.front();
    if (!network_name_in(next.command).empty() && !is_known(next.command, read_reference(next.row.stanza_id))) {
      return look_up_first(conversation);
    }
  }
  held_.erase(held);
  user_.look_again();
}

void ReceivedMessages::name_target(Held& held, const store::Message& found) {
  const std::string kept = held.row.stanza_id;  // what the reference is made of: the row gets another one below
  Reference reference = read_reference(kept);
  const bool in_room = !found.room.empty() && found.person.empty();
  const bool edits = std::holds_alternative<chat::EditMessage>(held.command);
  const std::string name = in_room && !edits ? std::to_string(found.id) : name_of(found);
  std::string reply_to, quote;
  if (std::holds_alternative<chat::SendMessage>(held.command)) {
    const bool own = found.direction == store::Direction::to_network;
    if (const Room* in = in_room ? user_.room(chat::RoomId{found.room}) : nullptr) {
      reply_to = in->address() + '/' + unescaped(shown_resource(found, in->nick()));
    } else if (own) {
      reply_to = owner_.str();
    } else {
      reply_to = context_.address(chat::PersonId{found.person});
    }
    quote = quote_of(text_of(found));
    reference.reply_id = name;
    reference.reply_to = reply_to;
    reference.quote = quote;
  } else {
    reference.target = name;
  }
  auto* retract = std::get_if<chat::RetractMessage>(&held.command);
  const std::string moderator =
      occupant_resource(context_.network.names_in(chat::RoomId{held.row.room}), held.row.author);
  std::string content;
  if (retract != nullptr && in_room && !retract->as_moderator && !is_by_same(held.row, reference, found)) {
    // Some networks do not say in whose name it was done: who said it is known here.
    retract->as_moderator = true;
    reference.resource = moderator;
    content = delivery::write_command(held.command);
  }
  held.row.stanza_id = write_reference(reference);
  context_.store.mark(amendment(held.row.id, std::move(content), held.row.stanza_id));
  if (retract == nullptr || !in_room) return;
  delivery::Tombstone tombstone;
  tombstone.at = context_.timers.clock().utc();
  tombstone.retraction = incoming_id(held.row);
  if (retract->as_moderator) {
    tombstone.by = unescaped(reference.resource);
    tombstone.by_occupant = reference.occupant_id;
    tombstone.reason = retract->reason;
  }
  context_.store.mark(amendment(found.id, delivery::write_tombstone(tombstone), without_files(found.stanza_id)));
}

}  // namespace dragoman::gateway
