#include "gateway/listening.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "xmpp/timestamps.hpp"

namespace dragoman::gateway {

namespace {

constexpr auto interval = std::chrono::seconds{30};
constexpr std::string_view listening_kind = "listening";

/// "2026-11-20 12:03:10", or the time alone.
std::string text_of(Timestamp time, bool with_date) {
  const std::string stamp = xmpp::to_datetime(std::chrono::floor<std::chrono::seconds>(time));
  const std::size_t t = stamp.find('T');
  const std::string clock = stamp.substr(t + 1, stamp.size() - t - 2);
  return with_date ? stamp.substr(0, t) + ' ' + clock : clock;
}

}  // namespace

Listening::Listening(store::Store& store, Timers& timers, std::string network, std::function<bool()> anybody)
    : store_(store), timers_(timers), timer_(timers), network_(std::move(network)), anybody_(std::move(anybody)) {}

void Listening::begin() {
  if (std::exchange(runs_, true)) return;
  renew();
}

void Listening::renew() {
  const auto now = timers_.clock().utc().time_since_epoch().count();
  store_.put({std::string{listening_kind}, network_, {}, std::to_string(now)});
  timer_.set_after(interval, [this] {
    runs_ = anybody_();
    if (runs_) renew();
  });
}

void Listening::end() {
  if (runs_ && anybody_()) renew();
  timer_.clear();
  runs_ = false;
}

std::optional<Timestamp> Listening::ended(store::Reader& reader) const {
  const auto text = reader.document(listening_kind, network_, {});
  if (!text) return std::nullopt;
  std::int64_t milliseconds = 0;
  std::from_chars(text->data(), text->data() + text->size(), milliseconds);
  const Timestamp renewed{std::chrono::milliseconds{milliseconds}};
  // The document is up to 30 s old: what was accepted after it was heard too.
  return std::max(renewed, std::min(reader.last_accepted().value_or(renewed), renewed + interval));
}

std::string gap_text(Timestamp from, Timestamp to) {
  const bool one_day = std::chrono::floor<std::chrono::days>(from) == std::chrono::floor<std::chrono::days>(to);
  return "The gateway was away from " + text_of(from, !one_day) + " to " + text_of(to, !one_day) +
         " UTC; what was said in between is missing here.";
}

}  // namespace dragoman::gateway
