#include <memory>

#include "gateway/rooms.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"
#include "xmpp/muc.hpp"

// What a person gets of a room's past when they enter (XEP-0045 7.2.13).

namespace dragoman::gateway {

Arrival Rooms::arrive(const chat::RoomId& id, const xmpp::Jid& client, const xmpp::Element& presence) {
  Arrival arrival;
  arrival.heard = context_.store.newest();
  const xmpp::HistoryLimits limits = xmpp::read_join(presence).history;
  const auto usual = static_cast<std::int64_t>(context_.policy.history_on_join);
  const std::string part = context_.network.part_of(id);
  const auto wanted = static_cast<std::size_t>(context_.settings.history_on_join(owner_.str(), part, usual));
  auto query = history_query(limits, wanted, context_.timers.clock().utc());
  if (!query) return arrival;
  query->network = network().str();
  query->owner = owner_.str();
  query->room = id.text;
  query->before = arrival.heard + 1;
  arrival.history = std::make_unique<JoinHistory>();
  arrival.history->question = context_.next_question();
  arrival.history->max_characters = limits.max_characters;
  arrival.history->query = std::move(*query);
  if (!user_.catching_up().is_quiet({id, {}})) read_history(id, client.str(), *arrival.history);
  return arrival;
}

void Rooms::read_history(const chat::RoomId& id, const std::string& client, const JoinHistory& history) {
  // Filled by the reader's thread, then read by ours: both closures hold it until the later one is done.
  auto page = std::make_shared<store::ArchivePage>();
  auto answered = [context = &context_, owner = owner_.str(), id, client, question = history.question, page] {
    if (User* user = context->find(owner)) user->rooms().on_history(id, client, question, *page);
  };
  // Rows of this turn must be readable before the reader looks.
  context_.gate.when_durable([context = &context_, query = history.query, page, answered = std::move(answered)] {
    context->store.read_settled([query, page](store::Reader& reader) { *page = reader.archive(query); }, answered);
  });
}

void Rooms::read_history(Room& room) {
  room.history_is_here(context_.store.newest(), [&](const std::string& client, const JoinHistory& history) {
    read_history(room.id(), client, history);
  });
}

void Rooms::on_history(const chat::RoomId& id, const std::string& client, std::uint64_t question,
                       const store::ArchivePage& page) {
  Room* known = find(id);
  if (known == nullptr) return;
  std::vector<RoomMessage> messages;
  messages.reserve(page.rows.size());
  for (const store::Message& row : page.rows) {
    if (auto message = read_room_message(row, known->nick(), known->address())) messages.push_back(std::move(*message));
  }
  known->on_history(client, question, std::move(messages));
  context_.wrote();
}

}  // namespace dragoman::gateway
