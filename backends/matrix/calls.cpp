#include "backends/matrix/calls.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "backends/matrix/errors.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/paths.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr Duration first_pause = std::chrono::seconds{1}, longest_retry = std::chrono::seconds{30};
constexpr Duration longest_attempt = std::chrono::seconds{30};
constexpr int most_poisoned = 5;

/// Of a homeserver that says "too many" without saying for how long.
constexpr Duration usual_limit = std::chrono::seconds{5};

constexpr const char* in_doubt = "This room has been encrypted meanwhile, and whether this was sent is not known.";

Answer read_answer(const Call& call, const net::HttpResponse& response, Timestamp now) {
  Answer answer;
  answer.status = response.status;
  if (call.file && answer.ok()) {
    answer.file = response.body;
    return answer;
  }
  auto body = parse_json(response.body);
  const bool is_readable = body && (body->is_object() || (answer.ok() && body->is_array()));
  if (is_readable) answer.body = std::move(*body);
  if (answer.ok() && is_readable) return answer;
  if (answer.ok()) {  // a page of a proxy, or an answer that was cut off
    answer.status = 502;
    answer.error = failure(Fault::unavailable, "the homeserver's answer cannot be read");
    return answer;
  }
  const Refusal refusal = read_refusal(response, answer.body, now);
  answer.errcode = refusal.errcode;
  answer.error = refusal.error;
  return answer;
}

}  // namespace

std::vector<CallId> Calls::candidates() const {
  std::vector<CallId> found;
  for (const auto& [lane, ids] : lanes_) {
    if (lane.empty()) {
      found.insert(found.end(), ids.begin(), ids.end());
    } else {
      found.push_back(*ids.begin());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

void Calls::erase(Entries::iterator at) {
  const auto lane = lanes_.find(at->second.call.lane);
  lane->second.erase(at->first);
  if (lane->second.empty()) lanes_.erase(lane);
  calls_.erase(at);
}

CallId Calls::add(Call call, Then then, Effects& effects) {
  const CallId id{++last_};
  lanes_[call.lane].insert(id);
  calls_.emplace(id, Entry{std::move(call), std::move(then), effects.now});
  pump(effects);
  return id;
}

void Calls::abandon(CallId id, Effects& effects) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  if (found->second.sent) effects.abandoned.push_back(id);
  erase(found);
  pump(effects);
}

bool Calls::may_change(CallId id, Instant now) const {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return false;
  const Entry& entry = found->second;
  if (entry.sent || entry.doubtful || entry.sealed || !limited_until_ || !is_held(entry, now)) return false;
  return *lane_of(entry).rbegin() == id;
}

bool Calls::may_join(CallId first, CallId second, Instant now) const {
  const auto found = calls_.find(first), behind = calls_.find(second);
  if (found == calls_.end() || behind == calls_.end() || !limited_until_ || !is_held(found->second, now)) return false;
  const auto untouched = [](const Entry& entry) { return !entry.sent && !entry.doubtful && !entry.sealed; };
  if (!untouched(found->second) || !untouched(behind->second)) return false;
  const Lane& lane = lane_of(found->second);
  const auto next = lane.upper_bound(first);
  return next != lane.end() && *next == second;
}

void Calls::change(CallId id, std::string body) {
  const auto found = calls_.find(id);
  if (found != calls_.end()) found->second.call.body = std::move(body);
}

bool Calls::is_held(const Entry& entry, Instant now) const {
  if (entry.not_before && *entry.not_before > now) return true;
  return entry.call.counted && limited_until_ && *limited_until_ > now;
}

void Calls::pump(Effects& effects) {
  if (held_) return;
  const std::vector<CallId> ids = candidates();
  std::size_t under_way = 0;
  for (const CallId id : ids) {
    const Entry& entry = calls_.at(id);
    under_way += entry.sent && entry.call.kind != Call::Kind::waiting ? 1 : 0;
  }
  for (const CallId id : ids) {
    Entry& entry = calls_.at(id);
    if (entry.not_before && *entry.not_before <= effects.now) entry.not_before.reset();
    if (entry.sent || is_held(entry, effects.now)) continue;
    const bool polls = entry.call.kind == Call::Kind::waiting;
    if (!polls && under_way >= most_at_once) continue;
    if (!seal(entry)) continue;
    under_way += polls ? 0 : 1;
    send(id, entry, effects);
  }
}

bool Calls::seal(Entry& entry) {
  if (entry.sealed || !entry.call.says || !seal_) return true;
  const auto sealed = seal_(*entry.call.says, entry.call.body);
  if (!sealed) return true;
  // Another event under the same transaction would be another message.
  if (entry.doubtful) entry.refused = failure(Fault::unacceptable, in_doubt);
  if (!*sealed) entry.refused = sealed->error();
  if (entry.refused) return false;
  entry.call.path = send_path(entry.call.says->room, "m.room.encrypted", entry.call.says->transaction);
  entry.call.body = **sealed;
  entry.sealed = true;
  return true;
}

void Calls::end_refused(State& state, Effects& effects) {
  // What waits behind one of them comes to its turn, and may be refused as well.
  while (true) {
    const auto found = std::find_if(calls_.begin(), calls_.end(), [](const auto& each) {
      return each.second.refused.has_value() && !each.second.sent;
    });
    if (found == calls_.end()) return;
    Answer answer;
    answer.error = *found->second.refused;
    answer.unsure = found->second.doubtful;
    if (answer.unsure) answer.error.text = in_doubt;
    finish(found, answer, state, effects);
  }
}

void Calls::send(CallId id, Entry& entry, Effects& effects) {
  const Call& call = entry.call;
  if (!entry.expires) entry.expires = effects.now + call.patience;
  Duration timeout = call.patience;
  if (call.kind == Call::Kind::again) {
    timeout = std::clamp<Duration>(*entry.expires - effects.now, first_pause, longest_attempt);
  }
  entry.sent = true;
  ++entry.attempts;
  effects.requests.push_back(
      {id, call.method, call.path, call.body, call.media_type, timeout, call.most_body, call.kept_in});
}

bool Calls::try_again(Entry& entry, bool poison, Instant now) {
  if (entry.call.kind != Call::Kind::again) return false;
  if (poison && ++entry.poisoned >= most_poisoned) return false;
  const int doublings = std::min(entry.attempts - 1, 5);
  const Duration pause = std::min(first_pause * (1 << doublings), longest_retry);
  const Duration jitter{static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(pause.count()) / 4))};
  entry.not_before = now + pause + jitter;
  return *entry.not_before < *entry.expires;
}

void Calls::limited(Entry& entry, std::optional<Duration> pause, Instant now) {
  const Duration said = pause.value_or(usual_limit);
  const Duration jitter{static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(said.count()) / 5 + 1))};
  const Instant until = now + said + jitter;
  entry.sent = false;
  entry.expires.reset();
  entry.not_before = until;
  if (entry.call.counted) limited_until_ = std::max(limited_until_.value_or(until), until);
}

void Calls::on_returned(CallId id, const Returned& returned, State& state, Effects& effects) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  Entry& entry = found->second;
  entry.sent = false;
  Answer answer;
  answer.error = returned.error;
  answer.unsure = true;
  if (returned.response) answer = read_answer(entry.call, *returned.response, effects.utc);
  if (returned.response && !answer.ok()) {
    const Refusal refusal = read_refusal(*returned.response, answer.body, effects.utc);
    if (refusal.wants_token()) {
      held_ = true;
      effects.refresh = true;
      return;
    }
    if (answer.status == 429 && entry.added + most_wait > effects.now) {
      limited(entry, refusal.retry_after, effects.now);
      return pump(effects);
    }
  }
  const bool trouble = answer.status == 0 || answer.status >= 500;
  entry.doubtful = entry.doubtful || trouble;
  if (trouble && try_again(entry, answer.status == 500, effects.now)) return pump(effects);
  if (answer.status >= 502) answer.unsure = true;  // a proxy says so: the homeserver may have done it
  finish(found, answer, state, effects);
}

void Calls::finish(Entries::iterator at, const Answer& answer, State& state, Effects& effects) {
  // It may add and abandon others.
  const Then then = std::move(at->second.then);
  erase(at);
  then(state, answer, effects);
  pump(effects);
}

void Calls::on_wake(State& state, Effects& effects) {
  if (limited_until_ && *limited_until_ <= effects.now) limited_until_.reset();
  std::vector<CallId> late;
  for (const auto& [id, entry] : calls_) {
    if (entry.added + most_wait > effects.now) break;
    if (!entry.sent && entry.call.kind != Call::Kind::waiting) late.push_back(id);
  }
  Answer answer;
  answer.error = failure(Fault::limited, "the homeserver takes no more from this account for now; try again later");
  for (const CallId id : late) {
    if (const auto found = calls_.find(id); found != calls_.end()) finish(found, answer, state, effects);
  }
  pump(effects);
}

std::optional<Instant> Calls::wake() const {
  if (held_) return std::nullopt;
  const auto oldest = std::find_if(calls_.begin(), calls_.end(), [](const auto& each) { return !each.second.sent; });
  if (oldest == calls_.end()) return std::nullopt;
  Instant next = oldest->second.added + most_wait;
  for (const CallId id : candidates()) {
    const Entry& entry = calls_.at(id);
    if (entry.sent) continue;
    if (entry.not_before) next = std::min(next, *entry.not_before);
    if (entry.call.counted && limited_until_) next = std::min(next, *limited_until_);
  }
  return next;
}

void Calls::resume(Effects& effects) {
  held_ = false;
  pump(effects);
}

void Calls::lost(const Error& error, State& state, Effects& effects) {
  held_ = true;
  limited_until_.reset();
  Entries failed = std::exchange(calls_, {});
  lanes_.clear();
  for (auto& [id, entry] : failed) {
    if (entry.sent) effects.abandoned.push_back(id);
    Answer answer;
    answer.error = error;
    answer.unsure = entry.sent || entry.doubtful;
    entry.then(state, answer, effects);
  }
}

}  // namespace dragoman::backends::matrix
