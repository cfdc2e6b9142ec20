#include <algorithm>
#include <utility>

#include "delivery/content_json.hpp"
#include "delivery/outgoing.hpp"
#include "delivery/row_evidence.hpp"

// Messages that go back to whoever sent them: refused, withdrawn, or too old.

namespace dragoman::delivery {

void Outgoing::give_back(Entry entry, Fault fault, const std::string& text, const std::string& code) {
  store_.mark(evidence_of(entry.row, store::State::returning));
  host_.returned(entry, fault, text, code);
  settle(conversation_of(entry.command), entry.row, nullptr);
}

void Outgoing::give_back(const chat::Conversation& conversation, Fault fault, const std::string& text) {
  const auto queue = queues_.find(conversation);
  if (queue == queues_.end()) return;
  Queue entries = std::move(queue->second);
  queues_.erase(queue);
  entries_ -= entries.size();
  for (const Entry& entry : entries) {
    bytes_ -= entry.bytes;
    landed(entry.performed_as);
  }
  for (Entry& entry : entries) give_back(std::move(entry), fault, text);
}

bool Outgoing::give_back(store::RowId row, Fault fault, const std::string& text) {
  for (auto queue = queues_.begin(); queue != queues_.end(); ++queue) {
    Queue& entries = queue->second;
    const auto found =
        std::find_if(entries.begin(), entries.end(), [row](const Entry& each) { return each.row == row; });
    if (found == entries.end()) continue;
    if (found->stage == Entry::Stage::performed) return false;
    Entry entry = std::move(*found);
    entries.erase(found);
    if (entries.empty()) queues_.erase(queue);
    --entries_;
    bytes_ -= entry.bytes;
    give_back(std::move(entry), fault, text);
    schedule_expiry();
    return true;
  }
  return false;
}

void Outgoing::give_back_all(Fault fault, const std::string& text) {
  while (!queues_.empty()) {
    const chat::Conversation conversation = queues_.begin()->first;
    give_back(conversation, fault, text);
  }
}

void Outgoing::schedule_expiry() {
  Instant earliest = Instant::max();
  for (const auto& [conversation, queue] : queues_) {
    for (const Entry& entry : queue) {
      if (entry.stage != Entry::Stage::performed) {
        earliest = std::min(earliest, entry.expires);
        break;  // a queue is in order of acceptance, and its patience is the same for all
      }
    }
  }
  if (earliest == Instant::max()) {
    expiry_.clear();
  } else {
    expiry_.set(earliest, [this] { expire(); });
  }
}

void Outgoing::expire() {
  const Instant now = clock_.now();
  std::vector<Entry> over;
  for (auto queue = queues_.begin(); queue != queues_.end();) {
    auto& entries = queue->second;
    for (auto entry = entries.begin(); entry != entries.end();) {
      if (entry->stage != Entry::Stage::performed && entry->expires <= now) {
        --entries_;
        bytes_ -= entry->bytes;
        over.push_back(std::move(*entry));
        entry = entries.erase(entry);
      } else {
        ++entry;
      }
    }
    queue = entries.empty() ? queues_.erase(queue) : std::next(queue);
  }
  for (Entry& entry : over) {
    give_back(std::move(entry), Fault::timeout,
              "the network could not be reached in time; the message was not delivered");
  }
  schedule_expiry();
}

}  // namespace dragoman::delivery
