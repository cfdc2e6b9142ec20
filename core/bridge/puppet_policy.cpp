#include "bridge/puppet_policy.hpp"

#include <algorithm>

namespace dragoman::bridge {

namespace {

constexpr Duration after_kick = std::chrono::hours{24};
constexpr Duration after_refusal = std::chrono::hours{1};
constexpr Duration after_silence = std::chrono::minutes{5};
/// Of those who are kept out; who comes later may come in again too early.
constexpr std::size_t most_known = 10'000;

Duration interval_of(unsigned pace) { return Duration{std::chrono::seconds{1}} / std::max(pace, 1U); }

}  // namespace

PuppetPolicy::PuppetPolicy(const PuppetPlan& plan) : plan_(plan), pace_(plan.pace, interval_of(plan.pace)) {}

void PuppetPolicy::set(const PuppetPlan& plan) {
  plan_ = plan;
  pace_.set_limit(plan.pace, interval_of(plan.pace));
}

std::size_t PuppetPolicy::most() const {
  std::size_t most = plan_.cap;
  if (room_takes_ != 0) most = std::min(most, room_takes_ / 2);
  if (full_at_) most = std::min(most, *full_at_);
  return most;
}

PuppetPolicy::Voice PuppetPolicy::come(const std::string& who, Instant now) {
  const bool may = plan_.policy != PuppetPlan::Policy::off && here_ < most() && now >= closed_until_;
  if (!may || !pace_.take(now)) return Voice::relay;
  Person& person = people_[who];
  person.here = true;
  person.spoke = now;
  ++here_;
  return Voice::comes;
}

PuppetPolicy::Voice PuppetPolicy::speaks(const std::string& who, Instant now) {
  const auto known = people_.find(who);
  if (known == people_.end()) return come(who, now);
  Person& person = known->second;
  if (person.banned) return Voice::silent;
  if (person.here) {
    person.spoke = now;
    return Voice::own;
  }
  if (now < person.out_until) return Voice::relay;
  return come(who, now);
}

PuppetPolicy::Voice PuppetPolicy::appears(const std::string& who, Instant now) {
  if (plan_.policy != PuppetPlan::Policy::all) return Voice::relay;
  return people_.contains(who) || now < closed_until_ ? Voice::own : come(who, now);
}

PuppetPolicy::Voice PuppetPolicy::comes_back(const std::string& who, Instant now) {
  return people_.contains(who) || now < closed_until_ ? Voice::own : come(who, now);
}

bool PuppetPolicy::is_silent(const std::string& who) const {
  const auto known = people_.find(who);
  return known != people_.end() && known->second.banned;
}

void PuppetPolicy::goes(Person& person) {
  if (std::exchange(person.here, false)) --here_;
}

void PuppetPolicy::stays_out(const std::string& who, Instant until) {
  Person& person = people_[who];
  goes(person);
  person.out_until = until;
}

void PuppetPolicy::forget_some(Instant now) {
  if (people_.size() < most_known) return;
  std::erase_if(people_, [&](const auto& each) {
    return !each.second.here && !each.second.banned && each.second.out_until <= now;
  });
}

void PuppetPolicy::refused(const std::string& who, Fault fault, Instant now) {
  forget_some(now);
  switch (fault) {
    case Fault::forbidden:
      return banned(who);
    case Fault::full:
    case Fault::limited:
      left(who);
      full_at_ = here_;
      return;
    case Fault::timeout:
    case Fault::unavailable:
    case Fault::closed:
    case Fault::absent:
      return stays_out(who, now + after_silence);
    case Fault::malformed:
    case Fault::too_long:
    case Fault::not_found:
    case Fault::conflict:
    case Fault::unauthorized:
    case Fault::members_only:
    case Fault::not_allowed:
    case Fault::unsupported:
    case Fault::unacceptable:
    case Fault::storage:
    case Fault::internal:
      return stays_out(who, now + after_refusal);
  }
}

void PuppetPolicy::kicked(const std::string& who, Instant now) { stays_out(who, now + after_kick); }

void PuppetPolicy::let_in(const std::string& who) {
  if (const auto known = people_.find(who); known != people_.end()) known->second.out_until = {};
}

void PuppetPolicy::banned(const std::string& who) {
  Person& person = people_[who];
  goes(person);
  person.banned = true;
}

void PuppetPolicy::pardoned(const std::string& who) {
  const auto known = people_.find(who);
  if (known == people_.end() || !known->second.banned) return;
  known->second.banned = false;
  if (!known->second.here) people_.erase(known);
}

void PuppetPolicy::muted(const std::string& who, Instant now) { stays_out(who, now + after_refusal); }

void PuppetPolicy::left(const std::string& who) {
  const auto known = people_.find(who);
  if (known == people_.end()) return;
  goes(known->second);
  if (!known->second.banned) people_.erase(known);
}

void PuppetPolicy::is_now(const std::string& who, const std::string& new_key) {
  if (people_.contains(new_key)) return left(who);
  auto known = people_.extract(who);
  if (known.empty()) return;
  known.key() = new_key;
  people_.insert(std::move(known));
}

void PuppetPolicy::closed(Instant now) { closed_until_ = now + after_refusal; }

void PuppetPolicy::room_is_new() {
  full_at_.reset();
  closed_until_ = {};
}

std::vector<std::string> PuppetPolicy::idle(Instant now) const {
  std::vector<std::string> all;
  for (const auto& [who, person] : people_) {
    if (person.here && person.spoke + plan_.idle <= now) all.push_back(who);
  }
  return all;
}

std::optional<Instant> PuppetPolicy::next_idle() const {
  std::optional<Instant> next;
  for (const auto& [who, person] : people_) {
    if (person.here) next = std::min(next.value_or(Instant::max()), person.spoke + plan_.idle);
  }
  return next;
}

}  // namespace dragoman::bridge
