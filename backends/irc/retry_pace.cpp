#include "backends/irc/retry_pace.hpp"

#include <algorithm>
#include <array>

namespace dragoman::backends::irc {

namespace {

using namespace std::chrono_literals;

// Three attempts in the first two minutes, counting the one that was refused first; what follows doubles up to 10 min.
struct Range {
  Duration least, most;
};
constexpr std::array<Range, 3> after_refusals{{{2s, 20s}, {30s, 60s}, {120s, 180s}}};
constexpr Duration longest_refusal = 10min;

}  // namespace

std::optional<Duration> RetryPace::next(Farewell::Retry retry) {
  switch (retry) {
    case Farewell::Retry::at_once:
      return Duration{};
    case Farewell::Retry::soon:
      return broken_.next();
    case Farewell::Retry::refused:
      return after_refusal();
    case Farewell::Retry::later:
      return longer_.next();
    case Farewell::Retry::throttled:
    case Farewell::Retry::never:
      break;
  }
  return std::nullopt;
}

Duration RetryPace::after_refusal() {
  const std::size_t last = after_refusals.size() - 1;
  Range range = after_refusals.at(std::min<std::size_t>(refusals_, last));
  for (std::size_t n = last; n < refusals_ && range.most < longest_refusal; ++n) {
    range = {range.least * 2, range.most * 2};
  }
  ++refusals_;
  const Duration most = std::min(range.most, longest_refusal), least = std::min(range.least, most);
  const auto spread = static_cast<std::uint64_t>((most - least).count());
  return std::min(least + Duration{static_cast<Duration::rep>(random_.below(spread + 1))}, max_);
}

void RetryPace::reset() {
  broken_.reset();
  longer_.reset();
  refusals_ = 0;
}

Instant Throttle::refused(Instant began, Instant now) {
  if (began >= since_ || until_ == Instant{}) {
    since_ = now;
    until_ = now + pause_.next();
  }
  return until_;
}

}  // namespace dragoman::backends::irc
