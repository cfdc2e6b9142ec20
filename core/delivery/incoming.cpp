#include "delivery/incoming.hpp"

#include <memory>
#include <utility>

#include "base/log.hpp"
#include "delivery/content_json.hpp"

namespace dragoman::delivery {

namespace {
constexpr std::size_t remembered_lines = 4096;

store::Evidence held(store::RowId row) {
  store::Evidence evidence;
  evidence.first = evidence.last = row;
  evidence.state = store::State::held;
  return evidence;
}
}  // namespace

Incoming::Incoming(std::string network, Host& host, store::Store& store, Gate& gate)
    : network_(std::move(network)), host_(host), store_(store), gate_(gate), proof_hook_(gate, [this] {
        ask_proof();
      }) {}

store::RowId Incoming::accept(store::Message row, chat::Command command, bool history) {
  std::string key;
  if (!row.network_id.empty() && host_.is_kept(row)) {
    key = row.room + '\n' + row.network_id;
    const auto recent = recent_.find(key);
    const auto older = recent == recent_.end() ? older_.find(key) : older_.end();
    if (recent != recent_.end()) row.same_as = recent->second;
    if (older != older_.end()) row.same_as = older->second;
  }
  if (row.same_as == 0) row.content = write_command(command);
  row.id = store_.add(row);
  ++accepted_;
  if (!key.empty()) {
    if (recent_.size() >= remembered_lines) older_ = std::exchange(recent_, {});
    recent_.try_emplace(std::move(key), row.id);
  }
  const store::RowId id = row.id;
  switch (stage_) {
    case Stage::down:
      break;  // the replay finds it in the store
    case Stage::replaying:
      meanwhile_.push_back({std::move(row), std::move(command), history});
      break;
    case Stage::live:
      write(row, command, history);
      break;
  }
  return id;
}

void Incoming::write(const store::Message& row, const chat::Command& command, bool replayed) {
  switch (host_.deliver(row, command, replayed)) {
    case Delivery::written:
      unproved_.push_back({row.id, store::State::delivered, host_.is_kept(row)});
      return proof_hook_.arm();
    case Delivery::nobody:
      return confirm(row.id, store::State::returned);
    case Delivery::later:
      return;
  }
}

void Incoming::confirm(store::RowId row, store::State state) {
  unproved_.push_back({row, state, true});
  proof_hook_.arm();
}

void Incoming::ask_proof() {
  if (unproved_.empty()) return;
  host_.barrier([this, proved = std::exchange(unproved_, {})] { mark(proved); });
}

void Incoming::mark(const std::vector<Confirmation>& proved) {
  store::Evidence range;
  for (const Confirmation& each : proved) {
    if (each.state == store::State::delivered) ++delivered_;
    if (!each.kept) {
      store::Evidence forgotten;
      forgotten.first = forgotten.last = each.row;
      forgotten.state = each.state;
      forgotten.content = write_content({});
      store_.mark(forgotten);
      continue;
    }
    if (range.first != 0 && each.row == range.last + 1 && each.state == range.state) {
      range.last = each.row;
      continue;
    }
    if (range.first != 0) store_.mark(range);
    range.first = range.last = each.row;
    range.state = each.state;
  }
  if (range.first != 0) store_.mark(range);
}

void Incoming::take_back(store::RowId row) {
  store::Evidence evidence;
  evidence.first = evidence.last = row;
  evidence.state = store::State::queued;
  store_.mark(evidence);
  if (delivered_ > 0) --delivered_;
}

bool Incoming::release(const store::Message& row) {
  switch (stage_) {
    case Stage::down:
      return true;  // the replay finds it in the store
    case Stage::replaying:
      return false;  // its place would be before what the replay writes
    case Stage::live:
      break;
  }
  const auto command = read_command(row.content, {chat::RoomId{row.room}, chat::PersonId{row.person}});
  if (command) {
    write(row, *command, true);
  } else {
    LOG_ERROR("stored message cannot be read and is held", network_, row.id, command.error());
    store_.mark(held(row.id));
  }
  return true;
}

void Incoming::give_back(const store::Message& row) {
  const chat::Conversation conversation{chat::RoomId{row.room}, chat::PersonId{row.person}};
  auto command = read_command(row.content, conversation);
  chat::SendMessage unreadable;  // the error has its id at least
  unreadable.conversation = conversation;
  host_.give_back(row, command ? *command : chat::Command{std::move(unreadable)});
  confirm(row.id, store::State::returned);
}

void Incoming::link_up() {
  stage_ = Stage::replaying;
  meanwhile_.clear();
  unproved_.clear();
  // Rows of this turn must be readable before the reader looks.
  gate_.when_durable([this, attempt = ++attempt_] { replay(attempt); });
}

void Incoming::link_down() {
  stage_ = Stage::down;
  meanwhile_.clear();  // they are rows: the next replay reads them
  unproved_.clear();
  ++attempt_;
}

void Incoming::replay(std::uint64_t attempt) {
  if (attempt != attempt_) return;
  // Filled by the reader's thread, then read by ours: both closures hold it until the later one is done.
  auto rows = std::make_shared<std::vector<store::Message>>();
  store_.read(
      [rows, network = network_](store::Reader& reader) {
        reader.open_messages([&](const store::Message& row) {
          const bool unproved = row.direction == store::Direction::to_person || row.state == store::State::returning;
          if (unproved && row.network == network) rows->push_back(row);
        });
      },
      [this, rows, attempt] {
        if (attempt == attempt_) replayed(*rows);
      });
}

void Incoming::replayed(const std::vector<store::Message>& rows) {
  const store::RowId first_meanwhile = meanwhile_.empty() ? 0 : meanwhile_.front().row.id;
  if (const std::size_t messages = rows.size(); messages > 0) {
    LOG_INFO("messages from before are delivered", network_, messages);
  }
  for (const store::Message& row : rows) {
    if (read_tombstone(row.content)) {  // taken back before it was proved
      confirm(row.id, store::State::returned);
      continue;
    }
    const auto command = read_command(row.content, {chat::RoomId{row.room}, chat::PersonId{row.person}});
    if (!command) {
      LOG_ERROR("stored message cannot be read and is held", network_, row.id, command.error());
      confirm(row.id, store::State::held);
    } else if (row.direction == store::Direction::to_network) {
      host_.give_back(row, *command);
      confirm(row.id, store::State::returned);
    } else if (first_meanwhile == 0 || row.id < first_meanwhile) {
      write(row, *command, true);
    }
  }
  stage_ = Stage::live;
  for (const Waiting& each : std::exchange(meanwhile_, {})) write(each.row, each.command, each.history);
}

}  // namespace dragoman::delivery
