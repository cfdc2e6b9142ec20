// Which messages have arrived: each is counted once, in its sender's order, or it is called lost, doubled, reordered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// Every counted body is "GB <tag> <id> <user> <sequence> <padding>".
struct Payload {
  std::uint64_t tag = 0;       // of the scenario
  std::uint64_t id = 0;        // of the message, counted from 0 in a scenario
  std::uint64_t user = 0;      // whose channel or whose message it is
  std::uint64_t sequence = 0;  // of that user's messages in the scenario
};

/// Appends a body of `size` bytes, or of as many as the numbers need.
void append_body(std::string& text, const Payload& payload, std::size_t size);

/// False when `body` is none of ours.
bool parse_body(std::string_view body, Payload& payload);

/// One stream of messages, each with the same number of recipients.
class Ledger {
 public:
  /// `flows`: how many senders or recipients there are within which order must be kept.
  Ledger(std::size_t flows, std::size_t recipients) : recipients_(recipients), last_(flows, -1) {}

  std::size_t recipients() const { return recipients_; }

  /// Message `id` has reached `recipient`. False: it had before, and counts as a double.
  bool arrived(std::uint64_t id, std::size_t recipient, std::size_t flow, std::uint64_t sequence,
               std::uint64_t sent_ns);

  /// Latency in microseconds below which the share `q` of the deliveries stayed.
  double quantile(double q);

  std::uint64_t delivered = 0;
  std::uint64_t doubled = 0;
  std::uint64_t reordered = 0;
  std::uint64_t misrouted = 0;  // wrong user, channel or type
  std::uint64_t unknown = 0;    // of another scenario
  std::uint64_t last_ns = 0;    // of the latest arrival

 private:
  std::size_t recipients_;
  std::vector<bool> seen_;                   // id * recipients + recipient
  std::vector<std::int64_t> last_;           // sequence number seen last, per flow
  std::vector<std::uint32_t> latency_us10_;  // in 0.1 us
};

}  // namespace bench
