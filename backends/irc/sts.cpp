#include "backends/irc/sts.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

constexpr std::int64_t longest = 10LL * 365 * 24 * 3600;

}  // namespace

StsOffer read_sts(std::string_view value) {
  StsOffer offer;
  for (const std::string_view token : text::split(value, ',')) {
    const auto mark = token.find('=');
    if (mark == std::string_view::npos) continue;
    const std::string_view key = token.substr(0, mark), text = token.substr(mark + 1);
    if (const auto port = number<std::uint16_t>(text); key == "port" && port && *port != 0) offer.port = port;
    if (const auto seconds = number<std::int64_t>(text); key == "duration" && seconds && *seconds >= 0) {
      offer.duration = std::chrono::seconds{std::min(*seconds, longest)};
    }
  }
  return offer;
}

void StsPolicy::read(std::string_view text, Timestamp now) {
  const auto parts = text::split(text, ' ');
  if (parts.size() != 3) return;
  const auto port = number<std::uint16_t>(parts[0]);
  const auto duration = number<std::int64_t>(parts[1]), until = number<std::int64_t>(parts[2]);
  if (!port || !duration || !until || *port == 0) return;
  const Timestamp end{std::chrono::seconds{*until}};
  if (end <= now) return;
  port_ = *port;
  duration_ = std::chrono::seconds{*duration};
  until_ = end;
}

std::string StsPolicy::write() const {
  if (port_ == 0) return {};
  const auto until = std::chrono::duration_cast<std::chrono::seconds>(until_.time_since_epoch()).count();
  return std::to_string(port_) + ' ' + std::to_string(duration_.count()) + ' ' + std::to_string(until);
}

bool StsPolicy::upgrade(const StsOffer& offer) {
  if (!offer.port) return false;
  upgraded_to_ = *offer.port;
  return true;
}

bool StsPolicy::learn(const StsOffer& offer, std::uint16_t port, Timestamp now) {
  if (!offer.duration) return false;
  if (offer.duration->count() == 0) {
    const bool had = port_ != 0 || upgraded_to_ != 0;
    *this = {};
    return had;
  }
  const bool same = port_ == port && duration_ == *offer.duration;
  port_ = port;
  duration_ = *offer.duration;
  return prolong(now) || !same;
}

bool StsPolicy::extend(Timestamp now) { return port_ != 0 && prolong(now); }

bool StsPolicy::prolong(Timestamp now) {
  // A thousand links of a gateway do not write it down a thousand times.
  if (now < until_ &&
      now + duration_ - until_ < std::min<std::chrono::seconds>(duration_ / 10, std::chrono::hours{1})) {
    return false;
  }
  until_ = now + duration_;
  return true;
}

std::optional<std::uint16_t> StsPolicy::port(Timestamp now) const {
  if (port_ != 0 && now < until_) return port_;
  if (upgraded_to_ != 0) return upgraded_to_;
  return std::nullopt;
}

}  // namespace dragoman::backends::irc
