#include "delivery/outgoing.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "chat/once_key.hpp"
#include "delivery/content_json.hpp"
#include "delivery/row_evidence.hpp"

namespace dragoman::delivery {

namespace {

std::size_t size_of(const chat::Command& command) {
  if (const auto* send = std::get_if<chat::SendMessage>(&command)) return 200 + send->content.text.size();
  if (const auto* edit = std::get_if<chat::EditMessage>(&command)) return 200 + edit->content.text.size();
  return 200;
}

/// Design: nothing more is accepted while the store is this far behind.
constexpr std::size_t store_backlog_limit = 64 * 1024 * 1024;

/// A database that was restored from an old copy gives row ids again; the time makes another key of them.
chat::OnceKey once_key(store::RowId row, Timestamp accepted) {
  const auto milliseconds = static_cast<chat::OnceKey>(accepted.time_since_epoch().count());
  return milliseconds << 20 ^ static_cast<chat::OnceKey>(row);
}

}  // namespace

chat::Content shown_content(const chat::SendMessage& send, const chat::Sent& sent) {
  chat::Content shown = send.content;
  if (sent.text.empty() || sent.text == shown.text) return shown;
  shown.text = sent.text;
  shown.spans.clear();  // they are places in the text that was sent
  return shown;
}

Outgoing::Outgoing(std::string network, std::string owner, Host& host, store::Store& store, Marks& marks,
                   Timers& timers, Policy policy)
    : network_(std::move(network)),
      owner_(std::move(owner)),
      host_(host),
      store_(store),
      marks_(marks),
      expiry_(timers),
      clock_(timers.clock()),
      policy_(policy) {}

Result<void> Outgoing::accept(chat::Command command, std::string sender, std::string stanza_id, bool about_another) {
  if (entries_ >= policy_.rows_per_owner || bytes_ >= policy_.bytes_per_owner) {
    return failure(Fault::limited, "too many of your messages are still waiting (" + std::to_string(entries_) +
                                       "); send this one again later");
  }
  if (store_.backlog() > store_backlog_limit) {
    return failure(Fault::limited, "the gateway's disk cannot keep up; send this message again in a moment");
  }
  if (!store_.has_room()) return failure(Fault::storage, "the gateway's disk is full; send this message again later");
  const chat::Conversation conversation = conversation_of(command);
  const Timestamp now = clock_.utc();
  const Duration patience = conversation.is_room() ? policy_.room_patience : policy_.person_patience;

  store::Message row;
  row.network = network_;
  row.owner = owner_;
  row.direction = store::Direction::to_network;
  row.room = conversation.room.text;
  row.person = conversation.person.text;
  row.author = std::move(sender);
  row.stanza_id = std::move(stanza_id);
  row.accepted = now;
  row.expires = now + std::chrono::duration_cast<std::chrono::milliseconds>(patience);
  row.content = write_command(command);

  Queue one(1);
  Entry& entry = one.front();
  entry.row = store_.add(row);
  entry.command = std::move(command);
  entry.sender = std::move(row.author);
  entry.stanza_id = std::move(row.stanza_id);
  entry.accepted = now;
  entry.expires = clock_.now() + patience;
  entry.looks_up = about_another;
  enqueue(conversation, std::move(one));
  return {};
}

void Outgoing::enqueue(const chat::Conversation& conversation, Queue one) {
  const auto entry = one.begin();
  entry->bytes = size_of(entry->command);
  chat::set_key(entry->command, once_key(entry->row, entry->accepted));
  ++entries_;
  bytes_ += entry->bytes;
  Queue& queue = queues_[conversation];
  // Behind a message that waits, the next one waits too: order holds within a conversation.
  const bool first = queue.empty() || queue.back().stage == Entry::Stage::performed;
  queue.splice(queue.end(), one);
  if (!first || !host_.is_open(conversation) || !go(entry)) schedule_expiry();
}

void Outgoing::restore(const store::Message& row) {
  const chat::Conversation conversation{chat::RoomId{row.room}, chat::PersonId{row.person}};
  auto command = read_command(row.content, conversation);
  if (!command) {
    LOG_ERROR("stored message cannot be read and is held", row.id, owner_, network_, command.error());
    store_.mark(evidence_of(row.id, store::State::held));
    return;
  }
  Queue one(1);
  Entry& entry = one.front();
  entry.row = row.id;
  entry.command = std::move(*command);
  entry.sender = row.author;
  entry.stanza_id = row.stanza_id;
  entry.accepted = row.accepted;
  // A clock that jumped must not expire a message that was never tried: it gets a minute from now at least.
  const auto left = row.expires.value_or(clock_.utc()) - clock_.utc();
  entry.expires = clock_.now() + std::max<Duration>(left, std::chrono::minutes{1});
  entry.looks_up = true;
  enqueue(conversation, std::move(one));
}

bool Outgoing::go(Queue::iterator entry) {
  if (marks_.flight().grounded()) return false;
  if (std::exchange(entry->looks_up, false) && host_.look_up(*entry)) {
    entry->stage = Entry::Stage::looking;
    return false;
  }
  if (!std::exchange(entry->prepared, true) && host_.prepare(*entry)) {
    entry->stage = Entry::Stage::looking;
    return false;
  }
  perform(entry);
  return true;
}

void Outgoing::perform(Queue::iterator entry) {
  entry->stage = Entry::Stage::performed;
  entry->performed_as = host_.next_command();
  performed_.insert_or_assign(static_cast<std::uint64_t>(entry->performed_as), entry);
  marks_.flight().took_off();
  host_.perform(entry->performed_as, *entry);
}

void Outgoing::wake() {
  for (auto& [conversation, queue] : queues_) wake(conversation, queue);
}

void Outgoing::wake(const chat::Conversation& conversation, Queue& queue) {
  if (!host_.is_open(conversation)) return;
  for (auto entry = queue.begin(); entry != queue.end(); ++entry) {
    if (entry->stage == Entry::Stage::looking) return;
    if (entry->stage == Entry::Stage::waiting && !go(entry)) return;
  }
}

Entry* Outgoing::find(const chat::Conversation& conversation, store::RowId row) {
  const auto queue = queues_.find(conversation);
  if (queue == queues_.end()) return nullptr;
  const auto entry =
      std::find_if(queue->second.begin(), queue->second.end(), [row](const Entry& each) { return each.row == row; });
  return entry == queue->second.end() ? nullptr : &*entry;
}

Outgoing::Queue Outgoing::take(Queue::iterator entry) {
  const auto queue = queues_.find(conversation_of(entry->command));
  Queue one;
  one.splice(one.end(), queue->second, entry);
  if (queue->second.empty()) queues_.erase(queue);
  landed(entry->performed_as);
  --entries_;
  bytes_ -= entry->bytes;
  return one;
}

bool Outgoing::on_done(const chat::Done& done) {
  const auto performed = performed_.find(static_cast<std::uint64_t>(done.command));
  if (performed == performed_.end()) return false;
  Queue one = take(performed->second);
  Entry* const entry = &one.front();
  static const chat::Sent nothing;
  const auto* sent = std::get_if<chat::Sent>(&done.answer);
  if (sent == nullptr) sent = &nothing;
  chat::Sent of_link;
  if (!entry->link.empty()) {
    // What the network took is its beginning and a link; who reads XMPP and the archive have the whole.
    of_link = *sent;
    of_link.text.clear();
    sent = &of_link;
  }
  store::Evidence evidence = evidence_of(entry->row, store::State::delivered);
  if (!sent->ids.empty()) evidence.network_id = sent->ids.front().text;
  if (sent->time) evidence.sent = *sent->time;
  // What is kept is what is shown.
  const auto* send = std::get_if<chat::SendMessage>(&entry->command);
  if (send != nullptr && !sent->text.empty() && sent->text != send->content.text) {
    evidence.content = write_content(shown_content(*send, *sent));
  }
  if (std::string now = host_.restated(*entry); !now.empty()) evidence.stanza_id = entry->stanza_id = std::move(now);
  const chat::MessageId id{evidence.network_id};
  marks_.add(std::move(evidence));
  host_.delivered(*entry, *sent);
  settle(conversation_of(entry->command), entry->row, &id);
  return true;
}

bool Outgoing::on_failed(const chat::Failed& failed) {
  const auto performed = performed_.find(static_cast<std::uint64_t>(failed.command));
  if (performed == performed_.end()) return false;
  switch (failed.outcome) {
    case chat::Failed::Outcome::refused:
      give_back(std::move(take(performed->second).front()), failed.fault, failed.text, failed.code);
      return true;
    case chat::Failed::Outcome::not_sent:
    case chat::Failed::Outcome::unsure:
      // Written without evidence: said again, because a lost message is worse than one said twice (at most those in
      // flight when the link died). Networks with an idempotency key recognise the repetition.
      performed->second->stage = Entry::Stage::waiting;
      landed(failed.command);
      schedule_expiry();
      return true;
  }
  return true;
}

std::vector<chat::Conversation> Outgoing::waiting() const {
  std::vector<chat::Conversation> found;
  for (const auto& [conversation, queue] : queues_) {
    const bool waits = std::any_of(queue.begin(), queue.end(),
                                   [](const Entry& entry) { return entry.stage != Entry::Stage::performed; });
    if (waits) found.push_back(conversation);
  }
  return found;
}

std::vector<chat::Conversation> Outgoing::conversations() const {
  std::vector<chat::Conversation> all;
  all.reserve(queues_.size());
  for (const auto& [conversation, queue] : queues_) all.push_back(conversation);
  return all;
}

std::optional<Timestamp> Outgoing::oldest() const {
  std::optional<Timestamp> oldest;
  for (const auto& [conversation, queue] : queues_) {
    for (const Entry& entry : queue) {
      if (!oldest || entry.accepted < *oldest) oldest = entry.accepted;
    }
  }
  return oldest;
}

}  // namespace dragoman::delivery
