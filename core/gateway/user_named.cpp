#include "base/log.hpp"
#include "delivery/content_json.hpp"
#include "gateway/annotation.hpp"
#include "gateway/degrade.hpp"
#include "gateway/lookup.hpp"
#include "gateway/returned.hpp"
#include "gateway/room_message.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/user.hpp"
#include "media/paste.hpp"

// Messages that are about another one (edits, retractions, reactions, replies): what that is called on the other side
// is looked up in the store before they go on, and what follows in the conversation waits behind them.

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

bool is_edit(const store::Message& row) {
  const auto command = delivery::read_command(row.content, {});
  return command && std::holds_alternative<chat::EditMessage>(*command);
}

/// The attempt that looks for what an edit is one of.
constexpr int original = 3;

/// The network's name for the message of this row: an edit is one of what it edits (XEP-0308 3).
chat::MessageId network_name_of(const store::Message& row) {
  const auto command = delivery::read_command(row.content, {});
  const auto* edit = command ? std::get_if<chat::EditMessage>(&*command) : nullptr;
  return edit != nullptr && !edit->edited.empty() ? edit->edited : chat::MessageId{row.network_id};
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

const chat::Capabilities& User::capabilities(const chat::Conversation& conversation) {
  if (const Room* in = conversation.room.empty() ? nullptr : room(conversation.room); in && in->capabilities) {
    return *in->capabilities;
  }
  const Uplink* through = uplink(conversation);
  return through != nullptr && through->capabilities ? *through->capabilities
                                                     : context_.network.describe().capabilities;
}

// To the network.

bool User::look_up(const delivery::Entry& entry) {
  const Reference reference = read_reference(entry.stanza_id);
  const auto feature = feature_of(entry.command, reference);
  const chat::Conversation& conversation = delivery::conversation_of(entry.command);
  if (!feature || capabilities(conversation).of(*feature) != chat::Support::native) return false;
  look_up_again(conversation, entry.row, entry.command, reference, 1);
  return true;
}

void User::look_up_again(const chat::Conversation& conversation, store::RowId row, const chat::Command& command,
                         const Reference& reference, int attempt) {
  MessageName name;
  name.text = reference.target.empty() ? reference.reply_id : reference.target;
  if (conversation.is_room() && !std::holds_alternative<chat::EditMessage>(command) && attempt != original) {
    name.by = MessageName::By::stanza_id;
  }
  find_message(context_, owner_.str(), conversation, std::move(name),
               [context = &context_, owner = owner_.str(), conversation, row, command,
                kept = write_reference(reference), attempt](const std::optional<store::Message>& found) {
                 User* person = context->find(owner);
                 if (person != nullptr) person->looked_up(conversation, row, command, kept, found, attempt);
               });
}

void User::looked_up(const chat::Conversation& conversation, store::RowId row, const chat::Command& command,
                     const std::string& kept, const std::optional<store::Message>& found, int attempt) {
  const bool must_be_own =
      std::holds_alternative<chat::EditMessage>(command) || std::holds_alternative<chat::RetractMessage>(command);
  const auto fails = [&](Fault fault, const char* text) { outgoing_.unnamed(conversation, row, fault, text); };
  if (!found) return fails(Fault::not_found, "There is no such message here, or it is too old.");
  const bool own = found->direction == store::Direction::to_network;
  if (must_be_own && !own) return fails(Fault::forbidden, "You can only change what you said yourself.");
  if (own && found->state == store::State::queued) {
    if (outgoing_.named_with(conversation, row, found->id)) return;
    // The network has just taken it; what it called it is being written down.
    if (attempt == 1) return look_up_again(conversation, row, command, read_reference(kept), 2);
  }
  if (own && found->state != store::State::delivered) {
    return fails(Fault::not_found, "The message that this is about has not reached the network.");
  }
  if (own && attempt != original && is_edit(*found)) {
    // An edit is one of what it edits (XEP-0308 3), which clients name by its id.
    Reference reference = read_reference(kept);
    const Reference edit = read_reference(found->stanza_id);
    (std::holds_alternative<chat::SendMessage>(command) ? reference.reply_id : reference.target) = edit.target;
    return look_up_again(conversation, row, command, reference, original);
  }
  const chat::MessageId id = network_name_of(*found);
  if (id.empty()) return fails(Fault::unsupported, "The network has no name for the message that this is about.");
  std::string restated;
  if (conversation.is_room() && !std::holds_alternative<chat::SendMessage>(command)) {
    // Whatever the client called it: all others know it by this.
    Reference reference = read_reference(kept);
    const bool edits = std::holds_alternative<chat::EditMessage>(command);
    const std::string target = edits ? std::string{reference.target} : std::to_string(found->id);
    reference.target = target;
    restated = write_reference(reference);
    context_.store.mark(amendment(row, {}, restated));
  }
  if (std::holds_alternative<chat::RetractMessage>(command)) {
    const std::string bare = without_files(found->stanza_id);
    if (!bare.empty()) context_.store.mark(amendment(found->id, {}, bare));
  }
  outgoing_.named(conversation, row, id, std::move(restated));
}

void User::perform(chat::CommandId id, const delivery::Entry& entry) {
  chat::Session& session = *uplink(delivery::conversation_of(entry.command))->session;  // it is open
  if (entry.link.empty() && is_said_as_it_is(entry)) return session.perform(id, entry.command);
  chat::Command command = for_network(entry);
  delivery::set_key(command, delivery::key_of(entry.command));
  if (auto* said = std::get_if<chat::SendMessage>(&command); said != nullptr && !entry.link.empty()) {
    const chat::Capabilities& can = capabilities(said->conversation);
    said->content = media::with_link(said->content, entry.link, can.line_bytes);
  }
  session.perform(id, command);
}

/// Most messages are, and need no copy.
bool User::is_said_as_it_is(const delivery::Entry& entry) {
  const auto* send = std::get_if<chat::SendMessage>(&entry.command);
  return send != nullptr && send->content.title.empty() && read_reference(entry.stanza_id).reply_id.empty();
}

chat::Command User::for_network(const delivery::Entry& entry) {
  const Reference reference = read_reference(entry.stanza_id);
  const chat::Conversation& conversation = delivery::conversation_of(entry.command);
  const std::size_t slash = reference.reply_to.find('/');
  std::string addressee;
  if (slash != std::string_view::npos) {
    addressee = nickname_of(context_.network.names_in(conversation.room), reference.reply_to.substr(slash + 1));
    const std::string part = chat::part_of(context_.network, conversation);
    const Room* in = room(conversation.room);
    if (context_.network.same_name(addressee, in == nullptr ? nickname(part) : in->nick(), part))
      addressee.clear();  // nobody calls out to themselves
  }
  return degraded(entry.command, reference, capabilities(conversation), addressee);
}

// From the network.

delivery::Delivery User::deliver(const store::Message& row, const chat::Command& command, bool replayed) {
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

void User::look_up_first(const chat::Conversation& conversation) {
  const Held& first = held_[conversation].front();
  find_message(context_, owner_.str(), conversation, {network_name_in(first.command).text, MessageName::By::network_id},
               [context = &context_, owner = owner_.str(), conversation,
                row = first.row.id](const std::optional<store::Message>& found) {
                 User* person = context->find(owner);
                 if (person != nullptr) person->looked_up_first(conversation, row, found);
               });
}

void User::looked_up_first(const chat::Conversation& conversation, store::RowId row,
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
  tidy_.arm();
}

void User::name_target(Held& held, const store::Message& found) {
  const std::string kept = held.row.stanza_id;  // what the reference is made of: the row gets another one below
  Reference reference = read_reference(kept);
  const bool in_room = !found.room.empty() && found.person.empty();
  const bool edits = std::holds_alternative<chat::EditMessage>(held.command);
  const std::string name = in_room && !edits ? std::to_string(found.id) : name_of(found);
  std::string reply_to, quote;
  if (std::holds_alternative<chat::SendMessage>(held.command)) {
    const bool own = found.direction == store::Direction::to_network;
    if (const Room* in = in_room ? room(chat::RoomId{found.room}) : nullptr) {
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
