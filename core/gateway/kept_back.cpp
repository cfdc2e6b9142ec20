#include "gateway/kept_back.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/log.hpp"
#include "delivery/content_json.hpp"
#include "delivery/incoming.hpp"
#include "gateway/lookup.hpp"
#include "gateway/user.hpp"
#include "store/archive.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

namespace {

constexpr auto kept_for = std::chrono::hours{24 * 7};
constexpr auto between_signs = std::chrono::minutes{1};

/// Whether an error says that nobody is there now. RFC 6121 8.5.2.2: a server without offline storage answers with
/// service-unavailable; one whose storage is full with resource-constraint (XEP-0160).
bool says_away(const xmpp::Element& message) {
  static constexpr std::string_view conditions[] = {"service-unavailable",     "recipient-unavailable",
                                                    "remote-server-not-found", "remote-server-timeout",
                                                    "resource-constraint",     "internal-server-error"};
  const std::string_view condition = xmpp::condition_of(message);
  return std::find(std::begin(conditions), std::end(conditions), condition) != std::end(conditions);
}

/// A client of theirs is online or in a room, as far as we are told.
bool has_client(const User* person) {
  if (person == nullptr) return false;
  bool inside = false;
  person->each_room([&](const Room& room) { inside = inside || !room.empty(); });
  return inside || person->is_online();
}

}  // namespace

void KeptBack::bounced(const xmpp::Element& message, const xmpp::Jid& from, const chat::PersonId& about) {
  const std::string id{message.get("id")};
  if (id.empty() || !says_away(message)) return;
  // Who is here and does not get it has blocked who said it (XEP-0191 3.3.1 answers the same).
  if (has_client(context_.find(from.bare_view()))) return;
  const std::string owner{from.bare_view()};
  // What was written before it is proved by then: no later mark says that this message was taken.
  context_.link.barrier([this, owner, about, id] {
    find_message(context_, owner, {{}, about}, {id, MessageName::By::message_id},
                 [this, owner, about](const std::optional<store::Message>& row) {
                   if (row) keep(owner, about, *row);
                 });
  });
}

void KeptBack::keep(const std::string& owner, const chat::PersonId& about, const store::Message& row) {
  const bool was_taken = row.state == store::State::delivered || row.state == store::State::queued;
  if (row.direction != store::Direction::to_person || !was_taken) return;
  if (row.content.empty() || delivery::read_tombstone(row.content)) return;
  std::vector<One>& messages = waiting_[owner].messages;
  const auto place =
      std::find_if(messages.begin(), messages.end(), [&](const One& each) { return each.row >= row.id; });
  if (place != messages.end() && place->row == row.id) return;  // it came back twice
  const std::string& network = context_.link.jid().str();
  const auto message = row.id;
  if (context_.timers.clock().utc() - row.accepted > kept_for) {
    LOG_INFO("message is given up: its person was away for a week, and their server keeps nothing", owner, network,
             message);
    return context_.incoming.confirm(row.id, store::State::returned);
  }
  LOG_DEBUG("message came back and waits until its person is here", owner, network, message);
  context_.incoming.take_back(row.id);
  messages.insert(place, {row.id, about});
}

void KeptBack::say_again(std::string_view person, bool logs_in) {
  const auto found = waiting_.find(person);
  if (found == waiting_.end() || found->second.messages.empty()) return;
  const Instant now = context_.timers.clock().now();
  if (!logs_in && now < found->second.not_before) return;
  found->second.not_before = now + between_signs;
  const std::vector<One> messages = std::exchange(found->second.messages, {});
  // Filled by the reader's thread, then read by ours: both closures hold it until the later one is done.
  auto rows = std::make_shared<std::vector<store::Message>>();
  store::MessageQuery query;
  query.network = context_.link.jid().str();
  query.owner = person;
  context_.store.read_settled(
      [rows, query, messages](store::Reader& reader) {
        store::MessageQuery one = query;
        for (const One& each : messages) {
          one.person = each.about.text;
          one.id = each.row;
          if (auto row = reader.find_message(one)) rows->push_back(std::move(*row));
        }
      },
      [this, rows] {
        for (const store::Message& row : *rows) {
          // Taken back, given up or written by the replay of a new link meanwhile.
          if (row.state == store::State::queued) static_cast<void>(context_.incoming.release(row));
        }
      });
}

}  // namespace dragoman::gateway
