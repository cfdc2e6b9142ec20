#include "backends/matrix/shared_room.hpp"

#include <functional>
#include <iterator>
#include <utility>

namespace dragoman::backends::matrix {

bool is_otherwise(const RoomFacts& facts, const Roster& roster, const Event& event) {
  if (!event.is_state()) return false;
  if (event.type == "m.room.member") {
    const Member* member = roster.find(*event.state_key);
    return member != nullptr && !says_the_same(event, *member);
  }
  RoomFacts then = facts;
  learn_fact(then, event);
  return then != facts;
}

std::optional<std::vector<std::string>> SharedRoom::changed_since(std::uint64_t version) const {
  const std::uint64_t missing = version_ - version;
  if (missing > changes_.size()) return std::nullopt;
  return std::vector<std::string>(changes_.end() - static_cast<std::ptrdiff_t>(missing), changes_.end());
}

bool SharedRoom::is_new(const std::string& event_id) {
  if (event_id.empty()) return true;  // nothing that could be compared
  const std::size_t hash = std::hash<std::string>{}(event_id);
  if (!seen_.insert(hash).second) return false;
  seen_in_order_.push_back(hash);
  if (seen_in_order_.size() > most_remembered) {
    seen_.erase(seen_in_order_.front());
    seen_in_order_.pop_front();
  }
  return true;
}

void SharedRoom::learn(const Event& event) {
  if (!event.is_state() || !is_new(event.id)) return;
  ++learned_;
  reader_ != nullptr ? meanwhile_.push_back(event) : take(event);
}

bool SharedRoom::contradicts(const Event& event) const {
  const bool heard_of = !event.id.empty() && seen_.contains(std::hash<std::string>{}(event.id));
  return heard_of && is_otherwise(facts_, roster_, event);
}

void SharedRoom::take(const Event& event) {
  if (event.type != "m.room.member") return learn_fact(facts_, event);
  roster_.learn(event);
  ++version_;
  changes_.push_back(*event.state_key);
  if (changes_.size() > most_changes) changes_.pop_front();
}

void SharedRoom::take_all(const RoomFacts& facts, const nlohmann::json& members) {
  facts_ = facts;
  roster_.learn_all(members);
  // Anybody may be another one now.
  ++version_;
  changes_.clear();
  for (const Event& event : std::exchange(meanwhile_, {})) take(event);
  known_ = true;
}

void SharedRoom::wake_waiting() {
  for (RoomShare* each : std::exchange(waiting_, {})) {
    each->waits_ = false;
    if (each->wake_ != nullptr && *each->wake_) (*each->wake_)();
  }
}

void RoomShare::follow(SharedRooms& rooms, const std::string& homeserver, const std::string& room_id,
                       const std::function<void()>& wake) {
  if (rooms_ != nullptr) return;
  rooms_ = &rooms;
  at_ = rooms.rooms_.try_emplace({homeserver, room_id}).first;
  wake_ = &wake;
  ++at_->second.followers_;
}

void RoomShare::leave() {
  if (rooms_ == nullptr) return;
  pause();
  SharedRoom& room = at_->second;
  if (waits_) std::erase(room.waiting_, this);
  waits_ = false;
  if (room.reader_ == this) not_read();
  if (--room.followers_ == 0) rooms_->rooms_.erase(at_);
  rooms_ = nullptr;
}

RoomShare::Want RoomShare::want() {
  SharedRoom& room = at_->second;
  if (room.known_ && room.live_ > 0 && room.reader_ == nullptr) return Want::nothing;
  if (room.reader_ == this) return Want::read;
  if (room.reader_ != nullptr) {
    if (!std::exchange(waits_, true)) room.waiting_.push_back(this);
    return Want::wait;
  }
  room.reader_ = this;
  return Want::read;
}

void RoomShare::was_read(const RoomFacts& facts, const nlohmann::json& members) {
  SharedRoom& room = at_->second;
  room.reader_ = nullptr;
  room.take_all(facts, members);
  go_live();
  room.wake_waiting();
}

void RoomShare::not_read() {
  SharedRoom& room = at_->second;
  if (room.reader_ != this) return;
  room.reader_ = nullptr;
  // What was known before is as good as it was; without that there is nothing that news could be about.
  for (const Event& event : std::exchange(room.meanwhile_, {})) room.take(event);
  room.wake_waiting();
}

void RoomShare::go_live() {
  if (rooms_ == nullptr || std::exchange(live_, true)) return;
  ++at_->second.live_;
}

void RoomShare::pause() {
  if (rooms_ == nullptr || !std::exchange(live_, false)) return;
  SharedRoom& room = at_->second;
  --room.live_;
  learned_before_ = room.learned_;
  alone_ = false;
}

bool RoomShare::resume() {
  SharedRoom& room = at_->second;
  if (!room.known_ || room.reader_ != nullptr) return false;
  // Whoever else was there has gone as well: what comes now goes on where they stopped, as long as what they have told
  // can be told from what is new.
  if (room.live_ == 0 && room.learned_ - learned_before_ > SharedRoom::most_remembered) return false;
  alone_ = room.live_ == 0;
  go_live();
  return true;
}

void RoomShare::distrust() { at_->second.known_ = false; }

}  // namespace dragoman::backends::matrix
