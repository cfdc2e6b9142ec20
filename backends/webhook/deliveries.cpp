#include "backends/webhook/deliveries.hpp"

#include <utility>

#include "backends/webhook/token.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {
std::string short_key(const std::string& key) { return sha256(key).substr(0, 32); }
}  // namespace

void Deliveries::load(Timestamp now) {
  for (const std::string& text : journal_.load()) {
    // "hash until body id"
    const auto parts = text::split(text, ' ');
    if (parts.size() != 4) continue;
    Known known{Timestamp{std::chrono::milliseconds{std::strtoll(std::string{parts[1]}.c_str(), nullptr, 10)}},
                std::string{parts[2]}, std::string{parts[3]}};
    if (known.until <= now) continue;
    order_.emplace_back(parts[0]);
    known_[std::string{parts[0]}] = std::move(known);
  }
}

const Deliveries::Known* Deliveries::find(const std::string& key, Timestamp now) const {
  const auto found = known_.find(short_key(key));
  return found == known_.end() || found->second.until <= now ? nullptr : &found->second;
}

void Deliveries::add(const std::string& key, Known known) {
  const std::string hash = short_key(key);
  journal_.append(hash + ' ' + std::to_string(known.until.time_since_epoch().count()) + ' ' + known.body + ' ' +
                  known.id);
  if (!known_.contains(hash)) order_.push_back(hash);
  known_[hash] = std::move(known);
  if (order_.size() <= most) return;
  known_.erase(order_.front());
  order_.pop_front();
}

}  // namespace dragoman::backends::webhook
