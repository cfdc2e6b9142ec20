// What the copies of one IRC line have in common, whoever gets them: the message's id and the server's time.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "irc_capabilities.hpp"

namespace bench {

/// Make one for each line, and give it to every copy, the sender's echo included (IRCv3 message-ids: the id names the
/// message, not its delivery).
struct Stamp {
  std::uint64_t msgid = 0;
  std::array<char, 32> time{};  // 2026-01-31T12:00:00.000Z

  /// Appends "@time=...;msgid=...;label=... ", as far as the receiver has `granted` capabilities for them.
  void append_tags(std::string& out, CapabilitySet granted, std::string_view label = {}) const;
};

class Stamper {
 public:
  /// A new id, and the time of day in milliseconds.
  Stamp next();

 private:
  Stamp last_;
  std::int64_t last_ms_ = -1;
};

}  // namespace bench
