// Deliberate faults, to check that gwbench notices: every 1000th line from XMPP to IRC goes wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace limit {

enum class Fault { none, drop, dup, swap, misroute };

/// "drop", "dup", "swap" or "misroute".
std::optional<Fault> parse_fault(std::string_view name);

class FaultyLine {
 public:
  using Send = std::function<void(std::string_view line)>;

  explicit FaultyLine(Fault fault) : fault_(fault) {}

  bool active() const { return fault_ != Fault::none; }
  /// Sends the line as it should be, or does it wrong. `send_astray` gives it to another user.
  void pass(const std::string& line, const Send& send, const Send& send_astray);

 private:
  Fault fault_;
  std::uint64_t lines_ = 0;
  std::string held_;  // swap: goes out behind the next line
};

}  // namespace limit
