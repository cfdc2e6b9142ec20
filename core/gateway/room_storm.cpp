#include "gateway/room_storm.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "gateway/room.hpp"

namespace dragoman::gateway {

void Storm::add(Change change) {
  names_.insert(HashIndex::hash(change.name.id().index), change.name.id().index);
  changes_.push_back(std::move(change));
}

bool Storm::waits_for(NameId name) const {
  const auto same = [name](std::uint32_t number) { return number == name.index; };
  return names_.find(HashIndex::hash(name.index), same) != HashIndex::none;
}

Storm::Change* Storm::find(NameId name) {
  if (!waits_for(name)) return nullptr;
  const auto found =
      std::find_if(changes_.begin(), changes_.end(), [name](const Change& each) { return each.name.id() == name; });
  return found == changes_.end() ? nullptr : &*found;
}

void Storm::forget(NameId name) { names_.erase(HashIndex::hash(name.index), name.index); }

void Storm::forget_waiting() {
  changes_.clear();
  names_ = {};
}

std::vector<Storm::Change> Storm::take(std::size_t most) {
  std::vector<Change> taken;
  while (taken.size() < most && !changes_.empty()) {
    taken.push_back(std::move(changes_.front()));
    changes_.pop_front();
    forget(taken.back().name.id());
  }
  return taken;
}

std::vector<Storm::Change> Storm::take(std::string_view resource) {
  std::vector<Change> taken;
  const auto rest = std::stable_partition(changes_.begin(), changes_.end(),
                                          [&](const Change& each) { return each.name.resource() != resource; });
  std::move(rest, changes_.end(), std::back_inserter(taken));
  changes_.erase(rest, changes_.end());
  for (const Change& each : taken) forget(each.name.id());
  return taken;
}

void Storm::lose(Names& names, const chat::OccupantsLeft& left, Instant now) {
  text_ = left.text;
  lost_ += static_cast<unsigned>(left.occupants.size());
  for (const NameId name : left.occupants) missing_.emplace_back(names, name);
  last_ = now;
}

bool Storm::find_again(NameId name, Instant now) {
  const auto found =
      std::find_if(missing_.begin(), missing_.end(), [name](const NameRef& each) { return each.id() == name; });
  if (found == missing_.end()) return false;
  std::swap(*found, missing_.back());
  missing_.pop_back();
  ++found_;
  last_ = now;
  return true;
}

std::string Storm::line(Instant now) {
  if (now - last_ < silence) return {};
  const unsigned lost = std::exchange(lost_, 0), found = std::exchange(found_, 0);
  std::string line;
  if (lost >= worth_a_line) line = "netsplit: " + std::to_string(lost) + " people are gone (" + text_ + ')';
  if (found >= worth_a_line) {
    if (!line.empty()) line += '\n';
    line += "netsplit over: " + std::to_string(found) + " people are back";
  }
  return line;
}

// Room: of a netsplit and its end, what comes faster than the pace waits here. What people do one by one is shown at
// once, however many they are.

bool Room::keeps_pace() {
  const Instant now = context_.timers.clock().now();
  if (storm_ != nullptr && (storm_->waiting() > 0 || now - storm_->beaten < Storm::beat)) return false;
  return pace_.take(now);
}

Storm& Room::storm() {
  if (storm_ == nullptr) storm_ = std::make_unique<Storm>(context_.timers);
  return *storm_;
}

void Room::on_occupants_joined(const chat::OccupantsJoined& joined) {
  const bool seen = !resources_.empty() && context_.link.up();
  for (const chat::Occupant& occupant : joined.occupants) {
    const Instant now = context_.timers.clock().now();
    const bool is_back = storm_ != nullptr && storm_->find_again(occupant.name, now);
    Storm::Change* waiting = storm_ == nullptr ? nullptr : storm_->find(occupant.name);
    if (waiting != nullptr && !waiting->here) {
      // Nobody has heard that they were gone.
      storm_->take(waiting->name.resource());
      waiting = nullptr;
      const chat::Standing* known = occupants_.find(occupant.name);
      if (known != nullptr && *known == occupant.standing) continue;
    }
    if (waiting != nullptr) {
      waiting->standing = occupant.standing;
    } else if (!seen || !is_back || keeps_pace()) {
      show_joined(occupant);
    } else {
      storm().add({{context_.network.names(), occupant.name}, true, occupant.standing, {}});
    }
  }
  if (storm_ != nullptr && !storm_->calm()) beat();
}

void Room::on_occupants_left(const chat::OccupantsLeft& left) {
  const bool seen = !resources_.empty() && context_.link.up();
  if (seen && left.split) storm().lose(context_.network.names(), left, context_.timers.clock().now());
  std::vector<NameId> now;
  std::shared_ptr<const chat::OccupantsLeft> why;  // of those who wait
  for (const NameId name : left.occupants) {
    // Who has not been shown yet never was there.
    const Storm::Change* const waiting = storm_ == nullptr ? nullptr : storm_->find(name);
    if (waiting != nullptr && waiting->here) {
      const std::string resource = waiting->name.resource();
      storm_->take(resource);
      if (occupants_.find(name) == nullptr) continue;
    }
    if (!seen || !left.split || keeps_pace()) {
      now.push_back(name);
    } else if (occupants_.find(name) != nullptr) {
      if (why == nullptr) {
        chat::OccupantsLeft reason = left;
        reason.occupants.clear();
        why = std::make_shared<const chat::OccupantsLeft>(std::move(reason));
      }
      storm().add({{context_.network.names(), name}, false, {}, why});
    }
  }
  show_left(now, left);
  if (storm_ != nullptr && !storm_->calm()) beat();
}

void Room::beat() {
  if (std::exchange(storm_->beats, true)) return;
  // Rooms beat together: what a split shows in all of them is one turn's work, and one write. This beat comes a little
  // late, the next one does not for that.
  const Instant then = context_.timers.clock().now() + std::chrono::milliseconds{Storm::beat} / 2;
  storm_->timer.set(std::chrono::ceil<Storm::Beats>(then), [this] {
    storm_->beats = false;
    // While nothing is written they need not wait: the snapshot behind it will say all.
    const Instant now = context_.timers.clock().now();
    const bool seen = context_.link.up() && !resources_.empty();
    const auto due = storm_->take(seen ? Storm::a_beat : storm_->waiting());
    const bool shows = seen && !due.empty();
    if (shows) storm_->beaten = now;
    for (std::size_t i = 0; i < due.size(); ++i) static_cast<void>(pace_.take(now));  // no burst right behind it
    settle(due);
    const std::string line = storm_->line(now);
    if (!line.empty()) announce(line);
    if (!storm_->calm() || shows) {
      beat();
    } else if (storm_->over()) {
      storm_.reset();
    } else {  // those who are missing are forgotten some time
      storm_->timer.set_after(Storm::memory, [this] { storm_.reset(); });
    }
    context_.wrote();
  });
}

void Room::settle(const std::vector<Storm::Change>& changes) {
  for (const Storm::Change& change : changes) {
    const NameId name = change.name.id();
    if (change.here) {
      show_joined({name, change.standing});
    } else {
      show_left({&name, 1}, *change.why);
    }
  }
}

void Room::settle(std::string_view resource) {
  if (storm_ != nullptr && storm_->waiting() > 0) settle(storm_->take(resource));
}

}  // namespace dragoman::gateway
