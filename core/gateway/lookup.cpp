#include "gateway/lookup.hpp"

#include <charconv>
#include <memory>
#include <utility>

#include "gateway/returned.hpp"
#include "gateway/room_message.hpp"
#include "store/archive.hpp"

namespace dragoman::gateway {

namespace {

store::RowId read_row_id(std::string_view text) {
  store::RowId id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc{} && end == text.data() + text.size() ? id : 0;
}

std::optional<store::Message> find(store::Reader& reader, store::MessageQuery query, const MessageName& name) {
  if (name.by == MessageName::By::stanza_id) {
    query.id = read_row_id(name.text);
    if (query.id != 0) {
      if (auto row = reader.find_message(query)) return row;
    }
    query.id = 0;
  }
  query.wanted = [&name](const store::Message& row) {
    return name.by == MessageName::By::network_id ? row.network_id == name.text : is_called(row, name.text);
  };
  return reader.find_message(query);
}

/// Looks on the reader's thread, in the rows of one conversation.
void look(Context& context, const std::string& owner, const chat::Conversation& conversation,
          std::function<std::optional<store::Message>(store::Reader& reader, const store::MessageQuery& query)> wanted,
          std::function<void(const std::optional<store::Message>& row)> found) {
  store::MessageQuery query;
  query.network = context.link.jid().str();
  query.owner = owner;
  query.room = conversation.room.text;
  query.person = conversation.person.text;
  // Filled by the reader's thread, then read by ours: both closures hold it until the later one is done.
  auto row = std::make_shared<std::optional<store::Message>>();
  // Rows of this turn must be readable before the reader looks.
  context.gate.when_durable(
      [&context, query = std::move(query), wanted = std::move(wanted), row, found = std::move(found)] {
        context.store.read_settled([query, wanted, row](store::Reader& reader) { *row = wanted(reader, query); },
                                   [&context, row, found] {
                                     found(*row);
                                     context.wrote();
                                   });
      });
}

}  // namespace

store::Evidence amendment(store::RowId row, std::string content, std::string stanza_id) {
  store::Evidence evidence;
  evidence.first = evidence.last = row;
  evidence.amends = true;
  evidence.content = std::move(content);
  evidence.stanza_id = std::move(stanza_id);
  return evidence;
}

bool is_called(const store::Message& row, std::string_view id) {
  if (row.direction == store::Direction::to_person) return incoming_id(row) == id;
  const Reference reference = read_reference(row.stanza_id);
  return reference.id == id || reference.origin_id == id;
}

std::string name_of(const store::Message& row) {
  if (row.direction == store::Direction::to_person) return incoming_id(row);
  const Reference reference = read_reference(row.stanza_id);
  return std::string{reference.id.empty() ? reference.origin_id : reference.id};
}

void find_message(Context& context, const std::string& owner, const chat::Conversation& conversation, MessageName name,
                  std::function<void(const std::optional<store::Message>& row)> found) {
  look(
      context, owner, conversation,
      [name = std::move(name)](store::Reader& reader, const store::MessageQuery& query) {
        return find(reader, query, name);
      },
      std::move(found));
}

void find_received(Context& context, const std::string& owner, const chat::Conversation& conversation, Timestamp time,
                   std::function<void(const std::optional<store::Message>& row)> found) {
  look(
      context, owner, conversation,
      [time](store::Reader& reader, store::MessageQuery query) {
        query.wanted = [time](const store::Message& row) {
          return row.direction == store::Direction::to_person && store::said_at(row) <= time;
        };
        return reader.find_message(query);
      },
      std::move(found));
}

}  // namespace dragoman::gateway
