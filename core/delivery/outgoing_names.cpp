#include <algorithm>
#include <utility>
#include <vector>

#include "delivery/content_json.hpp"
#include "delivery/outgoing.hpp"

// Messages that need something before they are performed (what the network calls the message that they are about, a
// place for a text that is too long): they wait at their place until it is there.

namespace dragoman::delivery {

namespace {

/// Writes into the command what the network calls the message that it is about.
void set_name(chat::Command& command, const chat::MessageId& id) {
  if (auto* send = std::get_if<chat::SendMessage>(&command)) send->content.reply_to = id;
  if (auto* edit = std::get_if<chat::EditMessage>(&command)) edit->edited = id;
  if (auto* retract = std::get_if<chat::RetractMessage>(&command)) retract->retracted = id;
  if (auto* react = std::get_if<chat::React>(&command)) react->message = id;
}

}  // namespace

void Outgoing::named(const chat::Conversation& conversation, store::RowId row, const chat::MessageId& id,
                     std::string stanza_id, const std::string& thread) {
  Entry* entry = find(conversation, row);
  if (entry == nullptr || entry->stage != Entry::Stage::looking) return;
  set_name(entry->command, id);
  if (auto* send = std::get_if<chat::SendMessage>(&entry->command); send != nullptr && send->content.thread.empty()) {
    send->content.thread = thread;
  }
  if (!stanza_id.empty()) entry->stanza_id = std::move(stanza_id);
  entry->stage = Entry::Stage::waiting;
  wake(conversation, queues_.find(conversation)->second);
  schedule_expiry();
}

void Outgoing::unnamed(const chat::Conversation& conversation, store::RowId row, Fault fault, const std::string& text) {
  const Entry* known = find(conversation, row);
  if (known == nullptr || known->stage != Entry::Stage::looking) return;
  if (std::holds_alternative<chat::SendMessage>(known->command)) return named(conversation, row, {});
  give_back(conversation, row, fault, text);
}

bool Outgoing::named_with(const chat::Conversation& conversation, store::RowId row, store::RowId other) {
  Entry* entry = find(conversation, row);
  if (entry == nullptr || entry->stage != Entry::Stage::looking) return true;  // nobody waits for it any more
  if (find(conversation, other) == nullptr) return false;
  entry->waits_for = other;
  return true;
}

void Outgoing::prepared(const chat::Conversation& conversation, store::RowId row, std::string link) {
  Entry* entry = find(conversation, row);
  if (entry == nullptr || entry->stage != Entry::Stage::looking) return;
  entry->link = std::move(link);
  entry->stage = Entry::Stage::waiting;
  wake(conversation, queues_.find(conversation)->second);
  schedule_expiry();
}

void Outgoing::unprepared(const chat::Conversation& conversation, store::RowId row, Fault fault,
                          const std::string& text) {
  const Entry* known = find(conversation, row);
  if (known != nullptr && known->stage == Entry::Stage::looking) give_back(conversation, row, fault, text);
}

void Outgoing::give_back(const chat::Conversation& conversation, store::RowId row, Fault fault,
                         const std::string& text) {
  const auto queue = queues_.find(conversation);
  const auto found =
      std::find_if(queue->second.begin(), queue->second.end(), [row](const Entry& each) { return each.row == row; });
  Entry entry = std::move(*found);
  queue->second.erase(found);
  --entries_;
  bytes_ -= entry.bytes;
  if (!queue->second.empty()) {
    wake(conversation, queue->second);
  } else {
    queues_.erase(queue);
  }
  give_back(std::move(entry), fault, text);
  schedule_expiry();
}

void Outgoing::settle(const chat::Conversation& conversation, store::RowId row, const chat::MessageId* id) {
  const auto queue = queues_.find(conversation);
  if (queue == queues_.end()) return;
  std::vector<store::RowId> waiting;
  for (const Entry& entry : queue->second) {
    if (entry.stage == Entry::Stage::looking && entry.waits_for == row) waiting.push_back(entry.row);
  }
  for (const store::RowId each : waiting) {
    if (id != nullptr && !id->empty()) {
      named(conversation, each, *id);
    } else {
      unnamed(conversation, each, Fault::not_found, "The network does not know the message that this is about.");
    }
  }
}

}  // namespace dragoman::delivery
