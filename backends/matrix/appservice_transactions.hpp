#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace dragoman::backends::matrix {

/// Which transactions and events a homeserver has told already. It sends a transaction again until it is answered, also
/// when only the answer was lost; some begin to count at 1 again after a restart, send an event in two transactions, or
/// a transaction hours later. So a transaction is known by its id and its body, and an event by its id.
///
/// Kept over restarts, in the turn's own transaction: the last 64 transactions, the last 4,096 events (in 32 documents,
/// of which one is written at a time).
class TransactionLog {
 public:
  using Kept = std::function<std::string(const std::string& key)>;
  using Keep = std::function<void(const std::string& key, const std::string& text)>;
  TransactionLog(Kept kept, Keep keep) : kept_(std::move(kept)), keep_(std::move(keep)) {}

  /// Reads what was kept.
  void load();
  /// Whether this is a transaction that was not taken before; from now on it was.
  bool take(std::string_view id, std::string_view body);
  /// The same of an event. One without an id is always new.
  bool take_event(std::string_view event_id);
  /// At the end of a transaction: what it has changed is kept.
  void keep();

 private:
  static constexpr std::size_t most_transactions = 64, parts = 32, part_size = 128;

  Kept kept_;
  Keep keep_;
  std::deque<std::string> transactions_;                // "ID HASH"
  std::array<std::vector<std::string>, parts> events_;  // hashes, the oldest part is emptied for new ones
  std::unordered_set<std::string> known_;
  std::size_t part_ = 0;  // which is being filled
  bool changed_ = false, events_changed_ = false;
};

}  // namespace dragoman::backends::matrix
