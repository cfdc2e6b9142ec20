#include "gateway/received_messages.hpp"

#include "gateway/annotation.hpp"
#include "gateway/room_message.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/styling.hpp"
#include "gateway/threads.hpp"
#include "gateway/to_stanza.hpp"
#include "gateway/user.hpp"
#include "gateway/xhtml.hpp"
#include "xmpp/chat_states.hpp"

namespace dragoman::gateway {

namespace {

/// Formatting that a network does not share is not shown: the text alone goes both ways, and who is meant by it.
chat::Content as_shared(chat::Content content, const chat::Capabilities& can) {
  if (can.of(chat::Feature::formatting) == chat::Support::native) return content;
  std::erase_if(content.spans, [](const chat::Span& span) { return span.kind != chat::Span::Kind::mention; });
  return content;
}

}  // namespace

store::Message ReceivedMessages::incoming_row(const chat::Conversation& conversation,
                                              const chat::Author& author) const {
  store::Message row;
  row.network = context_.link.jid().str();
  row.owner = owner_.str();
  row.direction = store::Direction::to_person;
  row.room = conversation.room.text;
  row.person = conversation.person.text;
  row.author = author.name;
  row.accepted = context_.timers.clock().utc();
  return row;
}

Reference ReceivedMessages::incoming_reference(const chat::Conversation& conversation,
                                               const chat::Author& author) const {
  Reference reference;
  if (!conversation.is_room()) return reference;
  if (NameId id; context_.network.names_in(conversation.room).find(author.name, id)) {
    const Names::Name& name = context_.network.names()[id];
    if (name.resource != name.text) reference.resource = name.resource;
    reference.occupant_id = name.occupant_id;
  }
  return reference;
}

void ReceivedMessages::note_how_it_is_shown(const chat::Conversation& conversation, const chat::Content& content,
                                            Reference& reference) {
  const chat::Capabilities& can = user_.capabilities(conversation);
  reference.markable = can.of(chat::Feature::read_marks) == chat::Support::native;
  reference.unstyled =
      !has_styles(content) && can.of(chat::Feature::formatting) == chat::Support::native && looks_styled(content.text);
}

bool ReceivedMessages::is_heard(const chat::Conversation& conversation, const chat::Author& author) const {
  return conversation.is_room() || author.self || !user_.blocks(conversation.person);
}

void ReceivedMessages::on(const chat::MessageReceived& event) {
  if (!is_heard(event.conversation, event.author)) return;
  if (user_.is_confidential(event.conversation)) return hear_in_confidence(event);
  if (user_.catching_up().put_off(event.conversation, event)) return;
  if (!event.replayed) return take(event);
  // A bouncer says again what it has kept: some of it may be here.
  CatchUp begun;
  begun.page.emplace();
  begun.put_off.push_back(event);
  user_.catching_up().start(event.conversation, std::move(begun));
}

void ReceivedMessages::take(const chat::MessageReceived& event) {
  chat::SendMessage said;
  store::Message row = received_row(event, said);
  context_.incoming.accept(std::move(row), std::move(said), event.replayed);
}

store::Message ReceivedMessages::received_row(const chat::MessageReceived& event, chat::SendMessage& said) {
  store::Message row = incoming_row(event.conversation, event.author);
  row.network_id = event.id.text;
  if (event.time) row.sent = *event.time;
  Reference reference = incoming_reference(event.conversation, event.author);
  reference.no_store = !user_.records(event.conversation);
  note_how_it_is_shown(event.conversation, event.content, reference);
  said = {event.conversation, as_shared(event.content, user_.capabilities(event.conversation))};
  if (!event.conversation.is_room()) {
    // A note to oneself is no word to somebody else.
    const std::string part = context_.network.part_of(event.conversation.person);
    reference.elsewhere = event.author.self && event.author.person != event.conversation.person;
    if (Uplink* from = user_.uplink(part)) from->last_private = context_.timers.clock().now();
    // Where the network has threads, what stands in none stands in none.
    const bool carries_back = user_.capabilities(event.conversation).of(chat::Feature::thread) != chat::Support::native;
    if (const auto* thread = context_.threads->find(owner_.str(), event.conversation);
        thread != nullptr && carries_back && said.content.thread.empty()) {
      said.content.thread = thread->id;
      reference.thread_parent = thread->parent;
    }
  }
  row.stanza_id = write_reference(reference);
  return row;
}

// What one's own account did elsewhere outside of rooms could only be shown as if the other one had done it.

void ReceivedMessages::on(const chat::MessageEdited& event) {
  if (!is_heard(event.conversation, event.author) || user_.catching_up().put_off(event.conversation, event)) return;
  if (event.author.self && !event.conversation.is_room()) return;
  store::Message row = incoming_row(event.conversation, event.author);
  row.network_id = event.id.text;
  Reference reference = incoming_reference(event.conversation, event.author);
  reference.no_store = !user_.records(event.conversation);
  note_how_it_is_shown(event.conversation, event.content, reference);
  // What others said has the network's name here too; what we said has that of our client, which is looked up.
  if (!event.author.self) reference.target = event.edited.text;
  row.stanza_id = write_reference(reference);
  chat::EditMessage edit{event.conversation, event.edited,
                         as_shared(event.content, user_.capabilities(event.conversation))};
  context_.incoming.accept(std::move(row), std::move(edit));
}

void ReceivedMessages::on(const chat::MessageRetracted& event) {
  if (!is_heard(event.conversation, event.author) || user_.catching_up().put_off(event.conversation, event)) return;
  if (event.author.self && !event.conversation.is_room()) return;
  store::Message row = incoming_row(event.conversation, event.author);
  Reference reference = incoming_reference(event.conversation, event.author);
  const std::string moderator =
      occupant_resource(context_.network.names_in(event.conversation.room), event.author.name);
  if (event.by_moderator) reference.resource = moderator;  // said in the stanza, and in the tombstone
  row.stanza_id = write_reference(reference);
  context_.incoming.accept(std::move(row),
                           chat::RetractMessage{event.conversation, event.retracted, event.reason, event.by_moderator});
}

void ReceivedMessages::on(const chat::ReactionsChanged& event) {
  if (!is_heard(event.conversation, event.author) || user_.catching_up().put_off(event.conversation, event)) return;
  if (event.author.self && !event.conversation.is_room()) return;
  store::Message row = incoming_row(event.conversation, event.author);
  row.stanza_id = write_reference(incoming_reference(event.conversation, event.author));
  context_.incoming.accept(std::move(row), chat::React{event.conversation, event.message, event.emoji});
}

bool ReceivedMessages::write_to_clients(const store::Message& row, const chat::Command& command, bool replayed) {
  const auto& clock = context_.timers.clock();
  const Timestamp said = row.sent == Timestamp{} ? row.accepted : row.sent;
  const Reference reference = read_reference(row.stanza_id);
  const bool only_about =
      std::holds_alternative<chat::RetractMessage>(command) || std::holds_alternative<chat::React>(command);
  if (only_about && reference.target.empty()) return false;  // what it is about is not here
  OutgoingMessage message;
  const std::string id = incoming_id(row);
  message.id = id;
  message.thread_parent = reference.thread_parent;
  if (replayed || clock.utc() - said > live) message.delay = said;
  if (!row.room.empty() && row.person.empty()) {
    Room* known = user_.room(chat::RoomId{row.room});
    if (known == nullptr) return false;
    if (known->empty()) return known->persistent;  // it is read in the archive
    const std::string stanza_id = std::to_string(row.id);
    message.stanza_id = stanza_id;
    std::string resource;
    if (!speaks_as_room(command)) {
      resource = reference.resource.empty() ? occupant_resource(context_.network.names_in(known->id()), row.author)
                                            : std::string{reference.resource};
      message.from_resource = resource;
      message.occupant_id = reference.occupant_id;
    }
    const auto annotation = annotate(command, reference, known->address());
    if (annotation) message.about = &*annotation;
    known->say(message, said_in(command), row.id, false);
    return true;
  }
  if (reference.elsewhere) {
    deliver_from_elsewhere(row, said_in(command), message.delay);
    return true;
  }
  if (Room* known = row.room.empty() ? nullptr : user_.room(chat::RoomId{row.room}); known != nullptr) {
    const std::string resource = occupant_resource(context_.network.names_in(known->id()), row.author);
    message.from_resource = resource;
    if (known->whisper(message, said_in(command))) return true;
    message.from_resource = {};
  }
  const std::string from = context_.address(chat::PersonId{row.person});
  const std::string from_escaped = escaped(from);
  message.from_bare = from_escaped;
  message.to = owner_.str();
  message.type = "chat";
  if (message.delay) message.delay_from = context_.link.jid().str();
  // Clients that cannot read it take the body; to all of them goes one message.
  message.rich = !said_in(command).spans.empty() && !context_.features.clients_with(owner_.str(), xhtml_im_ns).empty();
  const chat::PersonId author{row.person};
  if (is_to_be_introduced(author, row.author)) message.nick = row.author;
  const auto annotation = annotate(command, reference, {});
  if (annotation) message.about = &*annotation;
  context_.link.write([&](xmpp::Writer& writer) { write(writer, message, said_in(command)); });
  return true;
}

bool ReceivedMessages::is_to_be_introduced(const chat::PersonId& person, const std::string& name) {
  if (name.empty()) return false;
  if (context_.network.same_name(name, context_.network.format_in_room(person), context_.network.part_of(person)))
    return false;
  const Contacts* contacts = user_.subscriptions().contacts();
  if (contacts != nullptr && contacts->wants(person)) return false;  // the roster says it
  if (introduced_.size() >= most_introduced) introduced_.clear();
  return introduced_.insert(person).second;
}

void ReceivedMessages::show(const chat::Conversation& conversation, const std::string& resource,
                            const xmpp::Element& element, xmpp::Hint hint) {
  const auto inside = [&](xmpp::Writer& writer) {
    writer.element(element);
    xmpp::write_hint(writer, hint);
  };
  if (conversation.is_room()) {
    if (Room* known = user_.room(conversation.room)) known->show(resource, inside);
    return;
  }
  const std::string from = context_.address(chat::PersonId{conversation.person});
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("message", from, owner_.str());
    writer.attribute("type", "chat");
    inside(writer);
  });
}

void ReceivedMessages::on(const chat::Typing& event) {
  if (event.author.self || !context_.link.up() || !is_heard(event.conversation, event.author)) return;
  const std::string resource = occupant_resource(context_.network.names_in(event.conversation.room), event.author.name);
  show(event.conversation, resource, xmpp::make_typing(event.typing), xmpp::Hint::no_store);
}

}  // namespace dragoman::gateway
