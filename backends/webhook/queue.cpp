#include "backends/webhook/queue.hpp"

#include <algorithm>
#include <utility>

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t most_recent = 2000;

/// What an event weighs against the limit.
std::size_t weight_of(const Happening& happening) {
  return 500 + happening.content.text.size() + happening.reply_text.size();
}

}  // namespace

Queue::Queue(Random& random, QueueLimits limits) : random_(random), limits_(limits) {}

Result<void> Queue::enqueue(Happening happening, Durable durable, QueueEffects& effects) {
  if (disabled()) return failure(Fault::not_allowed, "the hook sends nothing any more: " + disabled_);
  if (recent_ids_.contains(happening.id)) {
    if (!happening.more) effects.delivered.push_back(happening.id);
    return {};
  }
  const bool known = std::any_of(entries_.begin(), entries_.end(),
                                 [&](const Entry& entry) { return entry.happening.id == happening.id; });
  if (known) return {};
  const std::size_t bytes = weight_of(happening);
  if (entries_.size() >= limits_.entries || bytes_ + bytes > limits_.bytes) {
    return failure(Fault::limited, "too much waits for the other side of the hook; send this again later");
  }
  Entry entry;
  entry.happening = std::move(happening);
  entry.bytes = bytes;
  entry.taken = effects.utc;
  entry.expires = effects.now + limits_.longest_wait;
  if (before_.id == entry.happening.id) {
    entry.attempts = before_.attempts;
    entry.refusals = before_.refusals;
    entry.happening.gap = before_.gap;
    entry.taken = before_.taken;
    // A clock that jumped must not give up what was never tried after it.
    const Duration left = limits_.longest_wait - (effects.utc - before_.taken);
    entry.expires = effects.now + std::clamp<Duration>(left, std::chrono::minutes{1}, limits_.longest_wait);
    before_ = {};
  }
  if (durable == Durable::here) {
    entry.place = next_place_++;
    effects.documents.emplace_back("out/" + std::to_string(entry.place), write_happening(entry.happening));
  }
  bytes_ += bytes;
  entries_.push_back(std::move(entry));
  if (durable == Durable::here) keep_range(effects);
  step(effects);
  return {};
}

void Queue::on_answer(std::uint64_t attempt, const Answer& answer, QueueEffects& effects) {
  const auto entry =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& each) { return each.in_flight == attempt; });
  if (attempt == 0 || entry == entries_.end()) return;
  entry->in_flight = 0;
  --in_flight_;
  if (answer.status >= 200 && answer.status < 300) {
    succeed(entry, effects);
  } else {
    fail(entry, answer, effects);
  }
  step(effects);
}

void Queue::succeed(Entries::iterator entry, QueueEffects& effects) {
  recent_ids_.insert(entry->happening.id);
  recent_.push_back(entry->happening.id);
  if (recent_.size() > most_recent) {
    recent_ids_.erase(recent_.front());
    recent_.pop_front();
  }
  if (!entry->happening.more) effects.delivered.push_back(entry->happening.id);
  remove(entry, effects);
  recover(effects);
}

void Queue::on_timer(QueueEffects& effects) { step(effects); }

void Queue::step(QueueEffects& effects) {
  give_up_stale(effects);
  if (!disabled()) {
    for (Entry& entry : entries_) {
      const unsigned most = is_open() ? 1 : limits_.concurrency;
      if (in_flight_ >= most) break;
      if (may_begin(entry, effects.now)) {
        begin(entry, effects);
      } else if (most == 1) {
        break;  // those behind wait, so that the order holds
      }
    }
  }
  keep_state(effects);
}

bool Queue::may_begin(const Entry& entry, Instant now) const {
  return entry.in_flight == 0 && entry.due <= now && not_before_ <= now;
}

void Queue::begin(Entry& entry, QueueEffects& effects) {
  // What was sent once stays the same bytes.
  if (entry.attempts == 0 && entry.happening.gap == 0) entry.happening.gap = std::exchange(gap_, 0);
  entry.in_flight = ++last_attempt_;
  ++in_flight_;
  effects.attempts.push_back({entry.in_flight, entry.happening, entry.attempts == 0});
}

std::optional<Instant> Queue::wake() const {
  if (disabled()) return std::nullopt;
  std::optional<Instant> next;
  const auto at = [&](Instant when) {
    if (!next || when < *next) next = when;
  };
  const unsigned most = is_open() ? 1 : limits_.concurrency;
  for (const Entry& entry : entries_) {
    if (entry.in_flight == 0) at(entry.expires);
    if (entry.in_flight == 0 && in_flight_ < most) at(std::max(entry.due, not_before_));
    if (most == 1) break;  // the ones behind came later
  }
  return next;
}

Queue::Entries::iterator Queue::remove(Entries::iterator entry, QueueEffects& effects) {
  bytes_ -= entry->bytes;
  if (entry->in_flight != 0) --in_flight_;
  const std::uint64_t place = entry->place;
  const auto next = entries_.erase(entry);
  if (place != 0) {
    effects.documents.emplace_back("out/" + std::to_string(place), "");
    keep_range(effects);
  }
  return next;
}

Queue::Entries::iterator Queue::give_up(Entries::iterator entry, Fault fault, const std::string& text,
                                        const std::string& code, QueueEffects& effects) {
  ++gap_;
  gap_ += entry->happening.gap;  // nobody has read of it
  entry->happening.gap = 0;
  bury(*entry, text, effects);
  if (!entry->happening.more) effects.returned.push_back({entry->happening.id, fault, text, code});
  return remove(entry, effects);
}

void Queue::give_up_stale(QueueEffects& effects) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (entry->in_flight != 0 || entry->expires > effects.now) {
      ++entry;
      continue;
    }
    entry = give_up(entry, Fault::timeout, "the other side of the hook could not be reached in time", {}, effects);
  }
}

void Queue::give_up_all(const std::string& text, const std::string& code, QueueEffects& effects) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    // What is being told may still be taken.
    entry = entry->in_flight != 0 ? std::next(entry) : give_up(entry, Fault::not_allowed, text, code, effects);
  }
}

void Queue::forget(const std::string& id, QueueEffects& effects) {
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->happening.id != id || entry->in_flight != 0) continue;
    remove(entry, effects);
    break;
  }
  step(effects);
}

void Queue::retry(QueueEffects& effects) {
  not_before_ = effects.now;
  for (Entry& entry : entries_) entry.due = effects.now;
  step(effects);
}

void Queue::enable(QueueEffects& effects) {
  disabled_.clear();
  told_ = false;
  recover(effects);
  step(effects);
}

void Queue::set_limits(const QueueLimits& limits, QueueEffects& effects) {
  if (limits == limits_) return;
  limits_ = limits;
  for (Entry& entry : entries_) {
    const Duration left = limits_.longest_wait - (effects.utc - entry.taken);
    entry.expires = effects.now + std::clamp<Duration>(left, Duration{}, limits_.longest_wait);
  }
  step(effects);
}

void Queue::disable(const std::string& why, QueueEffects& effects) {
  disabled_ = why;
  give_up_all("the hook sends nothing any more: " + why, {}, effects);
  set_health({Health::State::disabled, why, std::nullopt}, effects);
  keep_state(effects);
}

}  // namespace dragoman::backends::webhook
