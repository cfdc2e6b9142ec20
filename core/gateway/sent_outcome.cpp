#include <charconv>

#include "delivery/content_json.hpp"
#include "gateway/annotation.hpp"
#include "gateway/link_offers.hpp"
#include "gateway/lookup.hpp"
#include "gateway/room_message.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/sent_messages.hpp"
#include "gateway/to_stanza.hpp"
#include "gateway/user.hpp"
#include "xmpp/receipts.hpp"

// What became of a person's message: said to be delivered (a reflection in rooms, a receipt elsewhere), or returned.

namespace dragoman::gateway {

void SentMessages::delivered(const delivery::Entry& entry, const chat::Sent& sent) {
  ++context_.traffic.delivered;
  context_.traffic.latency.add(context_.timers.clock().utc() - entry.accepted);
  say_delivered(entry, sent);
}

void SentMessages::say_delivered(const delivery::Entry& entry, const chat::Sent& sent) {
  if (offers_ && offers_->delivered(entry.row)) return;
  if (!context_.link.up()) {
    unsaid_.emplace_back(entry, sent);
    return;
  }
  const Reference reference = read_reference(entry.stanza_id);
  // Its text was for those who were there.
  if (reference.no_store) context_.marks.add(amendment(entry.row, delivery::write_content({}), {}));
  const chat::Conversation& conversation = delivery::conversation_of(entry.command);
  if (conversation.is_room()) {
    const auto* send = std::get_if<chat::SendMessage>(&entry.command);
    if (send == nullptr || sent.text.empty()) return reflect(entry, reference);
    delivery::Entry shown = entry;
    shown.command = chat::SendMessage{conversation, delivery::shown_content(*send, sent)};
    return reflect(shown, reference);
  }
  if (!reference.receipt) return;
  const std::string from = context_.address(conversation);
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("message", from, entry.sender);
    xmpp::write_receipt(writer, reference.id);
  });
}

/// What a person said comes back to all their clients, as everybody in the room has it.
void SentMessages::reflect(const delivery::Entry& entry, const Reference& reference) {
  Room* known = user_.room(delivery::conversation_of(entry.command).room);
  if (known == nullptr) return;
  OutgoingMessage reflection;
  reflection.id = reference.id;
  reflection.origin_id = reference.origin_id;
  const std::string stanza_id = std::to_string(entry.row);
  reflection.stanza_id = stanza_id;
  reflection.thread_parent = reference.thread_parent;
  if (context_.timers.clock().utc() - entry.accepted > live) reflection.delay = entry.accepted;
  const std::string resource = reference.resource.empty()  // a row of an earlier version
                                   ? occupant_resource(context_.network.names_in(known->id()), known->nick())
                                   : std::string{reference.resource};
  reflection.from_resource = resource;
  reflection.occupant_id = reference.occupant_id;
  const auto annotation = annotate(entry.command, reference, known->address());
  if (annotation) reflection.about = &*annotation;
  known->say(reflection, said_in(entry.command), entry.row, true);
  const auto* retract = std::get_if<chat::RetractMessage>(&entry.command);
  if (retract == nullptr) return;
  delivery::Tombstone tombstone;
  tombstone.at = context_.timers.clock().utc();
  tombstone.retraction = reference.id;
  store::RowId taken_back = 0;  // what was looked up is named by its row
  std::from_chars(reference.target.data(), reference.target.data() + reference.target.size(), taken_back);
  if (taken_back != 0) context_.store.mark(amendment(taken_back, delivery::write_tombstone(tombstone), {}));
}

std::string SentMessages::restated(const delivery::Entry& entry) {
  const chat::Conversation& conversation = delivery::conversation_of(entry.command);
  const Room* known = conversation.is_room() ? user_.room(conversation.room) : nullptr;
  if (known == nullptr) return {};
  const Shown now = shown_as(context_.network.names_in(known->id()), known->nick());
  Reference reference = read_reference(entry.stanza_id);
  if (reference.resource == now.resource && reference.occupant_id == now.occupant_id) return {};
  reference.resource = now.resource;
  reference.occupant_id = now.occupant_id;
  return write_reference(reference);
}

void SentMessages::returned(const delivery::Entry& entry, Fault fault, const std::string& text,
                            const std::string& code) {
  ++context_.traffic.returned;
  user_.note_error(text);
  if (!offers_ || !offers_->returned(entry.row, fault, text)) write_returned(context_, entry, fault, text, code);
  context_.incoming.confirm(entry.row, store::State::returned);
  user_.look_again();
}

void SentMessages::link_up() {
  for (const auto& [entry, sent] : std::exchange(unsaid_, {})) say_delivered(entry, sent);
}

}  // namespace dragoman::gateway
