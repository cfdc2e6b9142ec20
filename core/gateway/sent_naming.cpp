#include "chat/once_key.hpp"
#include "delivery/content_json.hpp"
#include "gateway/degrade.hpp"
#include "gateway/lookup.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/sent_messages.hpp"
#include "gateway/user.hpp"
#include "media/paste.hpp"

// A person's messages that are about another one (edits, retractions, reactions, replies): what that is called by the
// network is looked up in the store before they go on, and what follows in the conversation waits behind them.

namespace dragoman::gateway {

namespace {

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

/// The thread that it was said in; empty: none.
std::string thread_of(const store::Message& row) {
  const auto command = delivery::read_command(row.content, {});
  const auto* send = command ? std::get_if<chat::SendMessage>(&*command) : nullptr;
  return send != nullptr ? send->content.thread : std::string{};
}

}  // namespace

bool SentMessages::look_up(const delivery::Entry& entry) {
  const Reference reference = read_reference(entry.stanza_id);
  const auto feature = feature_of(entry.command, reference);
  const chat::Conversation& conversation = delivery::conversation_of(entry.command);
  if (!feature || user_.capabilities(conversation).of(*feature) != chat::Support::native) return false;
  look_up_again(conversation, entry.row, entry.command, reference, 1);
  return true;
}

void SentMessages::look_up_again(const chat::Conversation& conversation, store::RowId row, const chat::Command& command,
                                 const Reference& reference, int attempt) {
  MessageName name;
  name.text = reference.target.empty() ? reference.reply_id : reference.target;
  if (conversation.is_room() && !std::holds_alternative<chat::EditMessage>(command) && attempt != original) {
    name.by = MessageName::By::stanza_id;
  }
  find_message(context_, owner_.str(), conversation, std::move(name),
               [context = &context_, owner = owner_.str(), conversation, row, command,
                kept = write_reference(reference), attempt](const std::optional<store::Message>& found) {
                 User* user = context->find(owner);
                 if (user != nullptr) user->sent().looked_up(conversation, row, command, kept, found, attempt);
               });
}

void SentMessages::looked_up(const chat::Conversation& conversation, store::RowId row, const chat::Command& command,
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
  // A client that knows no threads answers in the one where it was asked.
  const bool has_threads = user_.capabilities(conversation).of(chat::Feature::thread) == chat::Support::native;
  outgoing_.named(conversation, row, id, std::move(restated), has_threads ? thread_of(*found) : std::string{});
}

void SentMessages::perform(chat::CommandId id, const delivery::Entry& entry) {
  chat::Session& session = *user_.uplink(delivery::conversation_of(entry.command))->session;  // it is open
  if (entry.link.empty() && is_said_as_it_is(entry)) return session.perform(id, entry.command);
  chat::Command command = for_network(entry);
  chat::set_key(command, chat::key_of(entry.command));
  if (auto* said = std::get_if<chat::SendMessage>(&command); said != nullptr && !entry.link.empty()) {
    const chat::Capabilities& can = user_.capabilities(said->conversation);
    said->content = media::with_link(said->content, entry.link, can.line_bytes);
  }
  session.perform(id, command);
}

/// Most messages are, and need no copy.
bool SentMessages::is_said_as_it_is(const delivery::Entry& entry) {
  const auto* send = std::get_if<chat::SendMessage>(&entry.command);
  return send != nullptr && send->content.title.empty() && read_reference(entry.stanza_id).reply_id.empty();
}

chat::Command SentMessages::for_network(const delivery::Entry& entry) {
  const Reference reference = read_reference(entry.stanza_id);
  const chat::Conversation& conversation = delivery::conversation_of(entry.command);
  const std::size_t slash = reference.reply_to.find('/');
  std::string addressee;
  if (slash != std::string_view::npos) {
    addressee = nickname_of(context_.network.names_in(conversation.room), reference.reply_to.substr(slash + 1));
    const std::string part = chat::part_of(context_.network, conversation);
    const Room* in = user_.room(conversation.room);
    if (context_.network.same_name(addressee, in == nullptr ? user_.nickname(part) : in->nick(), part))
      addressee.clear();  // nobody calls out to themselves
  }
  chat::Command command = degraded(entry.command, reference, user_.capabilities(conversation), addressee);
  if (auto* said = std::get_if<chat::SendMessage>(&command); said != nullptr && !said->content.reply_to.empty()) {
    said->content.answered = std::move(addressee);
  }
  return command;
}

}  // namespace dragoman::gateway
