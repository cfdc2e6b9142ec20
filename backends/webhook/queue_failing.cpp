#include <algorithm>
#include <iterator>
#include <utility>

#include "backends/webhook/queue.hpp"

// What a failure means, and how long to wait after it.

namespace dragoman::backends::webhook {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration schedule[] = {seconds{5},  seconds{30}, minutes{2}, minutes{10},
                                 minutes{30}, hours{2},    hours{6},   hours{12}};
constexpr Duration shortest_pause = seconds{1};
constexpr seconds longest_retry_after = hours{6};
constexpr unsigned opens_after = 5;    // failures one after the other: from then on single probes
constexpr unsigned most_refusals = 4;  // the first one and three more
constexpr unsigned shown_from = 2;     // one failure happens to everybody

enum class Verdict {
  denied,   // the address is none that may be sent to
  gone,     // it wants nothing from us any more
  busy,     // nothing gets through at all now
  refused,  // something is wrong with this event
  broken,   // it cannot digest this event
  unfit,    // the event cannot be told in the hook's format
};

/// Of no answer at all.
Verdict judge(Fault fault) {
  if (fault == Fault::forbidden || fault == Fault::malformed) return Verdict::denied;
  const bool unfit = fault == Fault::too_long || fault == Fault::unsupported || fault == Fault::unacceptable;
  return unfit ? Verdict::unfit : Verdict::busy;
}

Verdict judge(const Answer& answer) {
  switch (answer.status) {
    case 0:
      return judge(answer.error.fault);
    case 408:
    case 425:
    case 429:
    case 502:
    case 503:
    case 504:
      return Verdict::busy;
    case 410:
      return Verdict::gone;
    default:
      // Redirects are not followed: where they lead nobody has checked.
      return answer.status >= 300 && answer.status < 500 ? Verdict::refused : Verdict::broken;
  }
}

/// For a person: no more than its kind, because of a target that nobody should reach the details are nobody's business.
std::string sentence_of(const Answer& answer) {
  if (answer.status != 0) return "HTTP " + std::to_string(answer.status);
  if (judge(answer) == Verdict::denied) return "its address is not allowed";
  if (answer.error.fault == Fault::timeout) return "no answer in time";
  if (answer.error.fault == Fault::not_found) return "no such host";
  if (answer.error.fault == Fault::unauthorized) return "its certificate is not trusted";
  return "it cannot be reached";
}

Fault fault_of(const Answer& answer) {
  if (answer.status == 401 || answer.status == 403) return Fault::forbidden;
  if (answer.status == 404) return Fault::not_found;
  return answer.status == 413 ? Fault::too_long : Fault::unavailable;
}

std::string code_of(const Answer& answer) { return answer.status == 0 ? std::string{} : std::to_string(answer.status); }

}  // namespace

bool Queue::is_open() const { return failures_ >= opens_after; }

Duration Queue::pause(unsigned failed) {
  const std::size_t step = std::min<std::size_t>(std::max(failed, 1u), std::size(schedule)) - 1;
  // Full jitter: many hooks of one server must not come back at the same time.
  const auto most = static_cast<std::uint64_t>((schedule[step] - shortest_pause).count());
  return shortest_pause + Duration{static_cast<Duration::rep>(random_.below(most + 1))};
}

void Queue::fail(Entries::iterator entry, const Answer& answer, QueueEffects& effects) {
  const Verdict verdict = judge(answer);
  const std::string why = sentence_of(answer), code = code_of(answer);
  if (disabled()) {
    give_up(entry, Fault::not_allowed, "the hook sends nothing any more: " + disabled_, code, effects);
    return;
  }
  if (verdict == Verdict::denied) {
    // Not the other side's failure: waiting changes nothing, and nothing was sent.
    give_up(entry, Fault::forbidden, "the hook may not send to where its address leads", code, effects);
    set_health({Health::State::failing, why, std::nullopt}, effects);
    return;
  }
  if (verdict == Verdict::unfit) {
    give_up(entry, answer.error.fault, answer.error.text, code, effects);
    return;
  }
  ++entry->attempts;
  ++failures_;
  if (!failing_since_) failing_since_ = effects.utc;
  if (verdict == Verdict::gone) {
    give_up(entry, Fault::not_allowed, "the other side of the hook wants nothing any more (HTTP 410)", code, effects);
    effects.notices.push_back("The other side says that it is gone (HTTP 410): nothing is sent to it any more.");
    disable("the other side is gone (HTTP 410)", effects);
    return;
  }
  if (effects.utc - *failing_since_ >= limits_.longest_failure) {
    give_up(entry, fault_of(answer), "the other side of the hook has failed for days: " + why, code, effects);
    effects.notices.push_back("The other side has failed for days (" + why + "): nothing is sent to it any more.");
    disable("it has failed for days, last: " + why, effects);
    return;
  }
  if (verdict == Verdict::refused && ++entry->refusals >= most_refusals) {
    give_up(entry, fault_of(answer), "the other side of the hook refuses this: " + why, code, effects);
    return;
  }
  Duration delay = pause(std::max(entry->attempts, is_open() ? failures_ : 0));
  if (verdict == Verdict::busy) {
    entry->blocks_since.reset();
  } else {
    if (!entry->blocks_since) entry->blocks_since = effects.now;
    const Duration left = *entry->blocks_since + limits_.longest_block - effects.now;
    if (left <= Duration{}) {
      give_up(entry, fault_of(answer), "the other side of the hook cannot take this: " + why, code, effects);
      return;
    }
    if (limits_.concurrency == 1) delay = std::min(delay, left);
  }
  const bool may_say_when = verdict == Verdict::busy || verdict == Verdict::broken;
  if (answer.retry_after && may_say_when) {
    delay = std::clamp<seconds>(*answer.retry_after, seconds{1}, longest_retry_after);
  }
  entry->due = effects.now + delay;
  if (verdict == Verdict::busy || is_open()) not_before_ = entry->due;
  if (is_open() && !std::exchange(told_, true)) {
    effects.opened = true;
    effects.notices.push_back("Nothing gets through to the other side (" + why +
                              "): what is said waits, and is tried again from time to time.");
  }
  if (failures_ >= shown_from) {
    set_health({Health::State::failing, why + " x" + std::to_string(failures_),
                effects.utc + std::chrono::duration_cast<std::chrono::milliseconds>(delay)},
               effects);
  }
}

void Queue::recover(QueueEffects& effects) {
  failures_ = 0;
  failing_since_.reset();
  not_before_ = {};
  if (disabled()) return;
  if (std::exchange(told_, false)) effects.notices.push_back("The other side takes what is said again.");
  set_health({}, effects);
}

void Queue::set_health(Health health, QueueEffects& effects) {
  if (health == health_) return;
  health_ = health;
  effects.health = std::move(health);
}

}  // namespace dragoman::backends::webhook
