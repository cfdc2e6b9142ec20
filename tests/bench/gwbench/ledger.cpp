#include "ledger.hpp"

#include <algorithm>
#include <limits>

#include "../common/text.hpp"

namespace bench {
namespace {

const std::string& padding() {
  static const std::string text = [] {
    std::string made(512, 'x');
    for (std::size_t i = 7; i < made.size(); i += 8) made[i] = ' ';
    return made;
  }();
  return text;
}

}  // namespace

void append_body(std::string& text, const Payload& payload, std::size_t size) {
  const std::size_t begin = text.size();
  text += "GB ";
  for (const std::uint64_t number : {payload.tag, payload.id, payload.user, payload.sequence}) {
    append_number(text, number);
    text += ' ';
  }
  const std::size_t length = text.size() - begin;
  if (length < size) text.append(padding(), 0, size - length);
}

bool parse_body(std::string_view body, Payload& payload) {
  if (body.size() < 10 || !body.starts_with("GB ")) return false;
  body.remove_prefix(3);
  return take_number(body, payload.tag) && take_number(body, payload.id) && take_number(body, payload.user) &&
         take_number(body, payload.sequence);
}

bool Ledger::arrived(std::uint64_t id, std::size_t recipient, std::size_t flow, std::uint64_t sequence,
                     std::uint64_t sent_ns) {
  const std::size_t at = id * recipients_ + recipient;
  if (at >= seen_.size()) seen_.resize(std::max(at + 1, seen_.size() * 2));
  if (seen_[at]) {
    ++doubled;
    return false;
  }
  seen_[at] = true;
  ++delivered;
  if (static_cast<std::int64_t>(sequence) < last_[flow]) {
    ++reordered;
  } else {
    last_[flow] = static_cast<std::int64_t>(sequence);
  }
  last_ns = now_ns();
  const std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
  latency_us10_.push_back(static_cast<std::uint32_t>(std::min((last_ns - sent_ns) / 100, most)));
  return true;
}

double Ledger::quantile(double q) {
  if (latency_us10_.empty()) return 0;
  const auto wanted = static_cast<std::size_t>(q * static_cast<double>(latency_us10_.size()));
  const std::size_t at = std::min(latency_us10_.size() - 1, wanted);
  const auto place = latency_us10_.begin() + static_cast<std::ptrdiff_t>(at);
  std::nth_element(latency_us10_.begin(), place, latency_us10_.end());
  return static_cast<double>(*place) / 10.;
}

}  // namespace bench
