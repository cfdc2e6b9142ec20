#include "backends/matrix/appservice_transactions.hpp"

#include <algorithm>
#include <charconv>

#include "base/hmac.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

std::string short_hash(std::string_view what, std::string_view text) {
  constexpr std::size_t bytes = 8;  // 4,096 events: one in 10^12 would be lost
  const auto digest = hmac_sha256(what, text);
  return text::to_hex({reinterpret_cast<const char*>(digest.data()), bytes});
}

std::string lines_of(const auto& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

std::string key_of_part(std::size_t part) { return "pushed events " + std::to_string(part); }

constexpr const char* transactions_key = "pushed transactions";
constexpr const char* position_key = "pushed events";

}  // namespace

void TransactionLog::load() {
  const std::string transactions = kept_(transactions_key);
  for (const std::string_view line : text::split(transactions, '\n')) {
    if (!line.empty()) transactions_.emplace_back(line);
  }
  const std::string position = kept_(position_key);
  std::from_chars(position.data(), position.data() + position.size(), part_);
  part_ %= parts;
  for (std::size_t i = 0; i < parts; ++i) {
    const std::string hashes = kept_(key_of_part(i));
    for (const std::string_view line : text::split(hashes, '\n')) {
      if (line.empty()) continue;
      events_[i].emplace_back(line);
      known_.emplace(line);
    }
  }
}

bool TransactionLog::take(std::string_view id, std::string_view body) {
  // The id as a hash too: it may be of any length and have a line break in it.
  std::string entry = short_hash("id of a transaction", id) + ' ' + short_hash("transaction", body);
  if (std::find(transactions_.begin(), transactions_.end(), entry) != transactions_.end()) return false;
  transactions_.push_back(std::move(entry));
  if (transactions_.size() > most_transactions) transactions_.pop_front();
  changed_ = true;
  return true;
}

bool TransactionLog::take_event(std::string_view event_id) {
  if (event_id.empty()) return true;
  std::string hash = short_hash("event", event_id);
  if (!known_.insert(hash).second) return false;
  if (events_[part_].size() >= part_size) {
    keep_(key_of_part(part_), lines_of(events_[part_]));
    part_ = (part_ + 1) % parts;
    keep_(position_key, std::to_string(part_));
    for (const std::string& old : events_[part_]) known_.erase(old);
    events_[part_].clear();
  }
  events_[part_].push_back(std::move(hash));
  events_changed_ = true;
  return true;
}

void TransactionLog::keep() {
  if (changed_) keep_(transactions_key, lines_of(transactions_));
  if (events_changed_) keep_(key_of_part(part_), lines_of(events_[part_]));
  changed_ = events_changed_ = false;
}

}  // namespace dragoman::backends::matrix
