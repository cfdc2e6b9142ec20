#include "gateway/read_marks.hpp"

#include "gateway/lookup.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/user.hpp"
#include "xmpp/displayed_sync.hpp"
#include "xmpp/hints.hpp"
#include "xmpp/markers.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/privilege.hpp"

namespace dragoman::gateway {

namespace {
constexpr std::size_t most_read_marks = 1000;
}  // namespace

void ReadMarks::tell(const chat::Conversation& conversation, const std::string& id) {
  const auto by = conversation.is_room() ? MessageName::By::stanza_id : MessageName::By::message_id;
  find_message(context_, owner_.str(), conversation, {id, by},
               [context = &context_, owner = owner_.str(), conversation](const std::optional<store::Message>& found) {
                 User* user = context->find(owner);
                 if (user == nullptr || !found || !user->sent().is_open(conversation)) return;
                 chat::MarkRead mark{conversation, chat::MessageId{found->network_id}};
                 if (found->sent != Timestamp{}) mark.time = found->sent;
                 if (mark.message.empty() && !mark.time) return;  // the network has no name for it
                 if (!user->read_marks().has_read(conversation, found->id)) return;
                 user->ask(mark, [](const chat::Done*, const chat::Failed*) {});
               });
}

void ReadMarks::has_displayed(const chat::RoomId& room, const std::string& id) {
  const chat::Conversation conversation{room, {}};
  const bool told = user_.capabilities(conversation).of(chat::Feature::read_marks) == chat::Support::native;
  if (told && user_.sent().is_open(conversation)) tell(conversation, id);
}

bool ReadMarks::has_read(const chat::Conversation& conversation, store::RowId row) {
  if (read_.size() >= most_read_marks) read_.clear();
  store::RowId& last = read_[conversation];
  if (row <= last) return false;
  last = row;
  return true;
}

void ReadMarks::on(const chat::ReadUpTo& event) {
  if (!user_.received().is_heard(event.conversation, event.author)) return;
  auto found = [context = &context_, owner = owner_.str(), conversation = event.conversation,
                author = event.author](const std::optional<store::Message>& row) {
    User* user = context->find(owner);
    if (user == nullptr || !row || !context->link.up()) return;
    ReadMarks& marks = user->read_marks();
    author.self ? marks.read_elsewhere(conversation, author, *row) : marks.read_by(conversation, author, *row);
    context->wrote();
  };
  if (event.message.empty() && event.time) {
    return find_received(context_, owner_.str(), event.conversation, *event.time, std::move(found));
  }
  find_message(context_, owner_.str(), event.conversation, {event.message.text, MessageName::By::network_id},
               std::move(found));
}

void ReadMarks::read_by(const chat::Conversation& conversation, const chat::Author& author, const store::Message& row) {
  const bool in_room = conversation.is_room();
  // To somebody alone: what they read of us, not that they read themselves.
  if (!in_room && row.direction == store::Direction::to_person) return;
  const std::string id = in_room ? std::to_string(row.id) : name_of(row);
  const std::string resource = occupant_resource(context_.network.names_in(conversation.room), author.name);
  user_.received().show(conversation, resource, xmpp::make_displayed(id), xmpp::Hint::store);
}

void ReadMarks::read_elsewhere(const chat::Conversation& conversation, const chat::Author& author,
                               const store::Message& row) {
  if (!has_read(conversation, row.id)) return;  // they only go forward, and this is where it came from
  const xmpp::Privileges* granted = user_.rights();
  if (conversation.is_room()) {
    read_by(conversation, author, row);
    if (granted == nullptr || !granted->may_ask("set", xmpp::ns::pubsub)) return;
    const std::string room = context_.address(conversation);
    return context_.privileges.ask(owner_, "set", xmpp::make_displayed_publish(room, std::to_string(row.id)),
                                   [](const Result<xmpp::Element>&) {});
  }
  // Outside of rooms it can only be said as the person themselves: their server shows it to all of their clients.
  if (granted == nullptr || !granted->messages || !granted->current) return;
  const std::string id = "read-" + std::to_string(row.id);
  context_.privileges.swallowed.expect(owner_.bare_view(), id, context_.timers.clock().now());
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("message", network().str(), owner_.domain());
    xmpp::open_privileged_message(writer, *granted);
    writer.open("message", "jabber:client");
    writer.attribute("from", owner_.str());
    writer.attribute("to", context_.address(conversation));
    writer.attribute("type", "chat");
    writer.attribute("id", id);
    writer.element(xmpp::make_displayed(name_of(row)));
    xmpp::write_hint(writer, xmpp::Hint::store);
    writer.close();
    xmpp::close_privileged_message(writer);
  });
}

}  // namespace dragoman::gateway
