#include "base/log.hpp"
#include "delivery/content_json.hpp"
#include "gateway/link_offers.hpp"
#include "gateway/returned.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/to_command.hpp"
#include "gateway/to_stanza.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/receipts.hpp"
#include "xmpp/stanza_error.hpp"

// What a person says, and what becomes of it; what is said to them.

namespace dragoman::gateway {

namespace {
/// Younger than this is live: a delay stamp would only make clients sort by two clocks.
constexpr auto live = std::chrono::seconds{10};
/// How long a message to a person waits before they are told that it does.
constexpr auto tell_after = std::chrono::seconds{60};
}  // namespace

void User::on_room_message(const xmpp::Element& message, const xmpp::Jid& resource, const chat::RoomId& id,
                           const xmpp::Jid& to) {
  if (to.is_bare() && on_room_request(message, resource, id)) return;
  Room* known = room(id);
  const bool inside = known != nullptr && known->find(resource.str()) != nullptr;
  const bool groupchat = message.get("type") == "groupchat";
  const auto request = read_message(message);
  if (!request) return refuse(message, request.error().fault, request.error().text);
  if (!request->content && !request->subject) return;  // chat states and markers are never answered
  if (!inside) {
    refuse(message, Fault::unacceptable, "You are not in this room; join it before you speak there.");
    // Gajim, Psi and Pidgin show neither that error nor the message; 332 (we were away) makes Gajim join again.
    return tell_outside(id, resource.str(), nickname().empty() ? std::string{resource.local()} : nickname(), {332});
  }
  if (!to.is_bare()) {
    if (groupchat) {
      return refuse(message, Fault::malformed, "A groupchat message goes to the room, not to one occupant of it.");
    }
    // Before the network has let us in nobody is known to be there.
    const auto nickname = known->state() == Room::State::joining ? nickname_of(context_.network.names(), to.resource())
                                                                 : known->occupant(to.resource());
    if (!nickname) return refuse(message, Fault::not_found, "Nobody of that name is in this room.");
    const auto person = context_.network.person_in_room(*nickname);
    if (!person) return refuse(message, person.error().fault, person.error().text);
    if (refuse_if_blocked(message, *person)) return;
    return accept(message, resource, {id, *person});
  }
  if (!groupchat) return refuse(message, Fault::malformed, "A message to a room has the type 'groupchat'.");
  if (request->subject) {
    ask(chat::SetTopic{id, *request->subject}, [this, message](const chat::Done*, const chat::Failed* failed) {
      if (failed != nullptr) refuse(message, failed->fault, failed->text);
    });
    return;
  }
  accept(message, resource, {id, {}});
}

void User::on_person_message(const xmpp::Element& message, const xmpp::Jid& resource, const chat::PersonId& person) {
  if (message.get("type") == "groupchat") {
    return refuse(message, Fault::malformed, "This address is a person, not a room.");
  }
  if (!account_.registered && context_.policy.registration == Policy::Registration::required) {
    return refuse(message, Fault::members_only,
                  "Register with " + context_.link.jid().str() + " before you write here.");
  }
  if (refuse_if_blocked(message, person)) return;
  if (on_direct_invitation(message, person)) return;
  accept(message, resource, {{}, person});
}

void User::accept(const xmpp::Element& message, const xmpp::Jid& resource, const chat::Conversation& conversation) {
  auto request = read_message(message);
  if (!request) return refuse(message, request.error().fault, request.error().text);
  if (!request->content) return;
  if (!conversation.is_room()) last_private_ = context_.timers.clock().now();
  Reference said{request->id, request->origin_id, request->wants_receipt};
  const Room* in = conversation.is_room() ? room(conversation.room) : nullptr;
  const Shown shown = in == nullptr ? Shown{} : shown_as(context_.network.names(), in->nick());
  said.resource = shown.resource;
  said.occupant_id = shown.occupant_id;
  std::string reference = write_reference(said);
  const auto accepted = outgoing_.accept(chat::SendMessage{conversation, std::move(*request->content)}, resource.str(),
                                         std::move(reference));
  if (!accepted) return refuse(message, accepted.error().fault, accepted.error().text);
  connect_if_needed();
  if (!conversation.is_room() && !is_open(conversation)) {
    patience_.set_after(tell_after, [this] { tell_waiting(); });
  }
}

void User::tell_waiting() {
  if (connection_ == Connection::ready) return;
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(context_.policy.delivery.person_patience).count();
  const std::string text = "Your message is waiting: " + context_.network.describe().name + " cannot be reached (" +
                           connection_text_ + "). It is being retried; what cannot be delivered within " +
                           std::to_string(hours) + " h comes back to you.";
  for (const chat::Conversation& conversation : outgoing_.waiting()) {
    if (conversation.is_room() || !told_waiting_.insert(conversation).second) continue;
    const std::string from = context_.address(conversation);
    context_.link.write([&](xmpp::Writer& writer) {
      writer.begin("message", from, owner_.str());
      writer.attribute("type", "chat");
      writer.leaf("body", text);
    });
  }
}

bool User::is_open(const chat::Conversation& conversation) const {
  if (connection_ != Connection::ready || !session_) return false;
  if (!conversation.is_room()) return true;
  const auto found = rooms_.find(conversation.room);
  return found != rooms_.end() && found->second->state() == Room::State::joined;
}

void User::perform(chat::CommandId id, const chat::Command& command) { session_->perform(id, command); }

void User::delivered(const delivery::Entry& entry, const chat::Sent& sent) {
  if (offers_ && offers_->delivered(entry.row)) return;
  const auto& send = *std::get_if<chat::SendMessage>(&entry.command);  // all that is accepted so far
  if (!context_.link.up()) {
    unsaid_.emplace_back(entry, sent);
    return;
  }
  const Reference reference = read_reference(entry.stanza_id);
  if (send.conversation.is_room()) {
    Room* known = room(send.conversation.room);
    if (known == nullptr) return;
    OutgoingMessage reflection;
    reflection.id = reference.id;
    reflection.origin_id = reference.origin_id;
    const std::string stanza_id = std::to_string(entry.row);
    reflection.stanza_id = stanza_id;
    if (context_.timers.clock().utc() - entry.accepted > live) reflection.delay = entry.accepted;
    const std::string resource = reference.resource.empty()  // a row of an earlier version
                                     ? occupant_resource(context_.network.names(), known->nick())
                                     : std::string{reference.resource};
    reflection.from_resource = resource;
    reflection.occupant_id = reference.occupant_id;
    if (sent.text.empty()) {
      known->say(reflection, send.content, entry.row, true);
    } else {
      known->say(reflection, delivery::shown_content(send, sent), entry.row, true);
    }
    return;
  }
  if (!reference.receipt) return;
  const std::string from = context_.address(send.conversation);
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("message", from, entry.sender);
    xmpp::write_receipt(writer, reference.id);
  });
}

std::string User::restated(const delivery::Entry& entry) {
  const chat::Conversation& conversation = delivery::conversation_of(entry.command);
  const Room* known = conversation.is_room() ? room(conversation.room) : nullptr;
  if (known == nullptr) return {};
  const Shown now = shown_as(context_.network.names(), known->nick());
  Reference reference = read_reference(entry.stanza_id);
  if (reference.resource == now.resource && reference.occupant_id == now.occupant_id) return {};
  reference.resource = now.resource;
  reference.occupant_id = now.occupant_id;
  return write_reference(reference);
}

void User::returned(const delivery::Entry& entry, Fault fault, const std::string& text) {
  if (!offers_ || !offers_->returned(entry.row, fault, text)) write_returned(context_, entry, fault, text);
  context_.incoming.confirm(entry.row, store::State::returned);
  tidy_.arm();
}

bool User::deliver(const store::Message& row, const chat::Content& content, bool replayed) {
  const auto& clock = context_.timers.clock();
  const Timestamp said = row.sent == Timestamp{} ? row.accepted : row.sent;
  OutgoingMessage message;
  const std::string id = incoming_id(row);
  message.id = id;
  if (replayed || clock.utc() - said > live) message.delay = said;
  if (!row.room.empty() && row.person.empty()) {
    Room* known = room(chat::RoomId{row.room});
    if (known == nullptr || known->empty()) return false;
    const std::string stanza_id = std::to_string(row.id);
    message.stanza_id = stanza_id;
    const Reference reference = read_reference(row.stanza_id);
    const std::string resource = reference.resource.empty() ? occupant_resource(context_.network.names(), row.author)
                                                            : std::string{reference.resource};
    message.from_resource = resource;
    message.occupant_id = reference.occupant_id;
    known->say(message, content, row.id, false);
    return true;
  }
  if (read_reference(row.stanza_id).elsewhere) {
    deliver_from_elsewhere(row, content, message.delay);
    return true;
  }
  const std::string from = context_.address(chat::PersonId{row.person});
  const std::string from_escaped = escaped(from);
  message.from_bare = from_escaped;
  message.to = owner_.str();
  message.type = "chat";
  if (message.delay) message.delay_from = context_.link.jid().str();
  context_.link.write([&](xmpp::Writer& writer) { write(writer, message, content); });
  return true;
}

}  // namespace dragoman::gateway
