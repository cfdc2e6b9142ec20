#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

// ircv3.net/specs/extensions/sts: a server that wants to be spoken to over TLS only says so, and is believed from then
// on, over restarts too.

namespace dragoman::backends::irc {

/// The value of the capability `sts`, e.g. "port=6697,duration=2592000". Unknown keys are ignored.
struct StsOffer {
  std::optional<std::uint16_t> port;             ///< where TLS is; counts on a link without TLS only
  std::optional<std::chrono::seconds> duration;  ///< how long to believe it; counts on a link with TLS only
};
StsOffer read_sts(std::string_view value);

/// What is known of one server.
class StsPolicy {
 public:
  /// From write(); what cannot be read is no policy.
  void read(std::string_view text, Timestamp now);
  /// Empty: there is none.
  std::string write() const;

  /// Over a link without TLS: from now on TLS at this port, until the process ends or a link with TLS says more. False
  /// when the offer means nothing here.
  bool upgrade(const StsOffer& offer);
  /// Over a link with TLS at `port`. False when nothing has changed.
  bool learn(const StsOffer& offer, std::uint16_t port, Timestamp now);
  /// A link with TLS has ended: the time begins anew.
  bool extend(Timestamp now);

  /// The port to connect to with TLS, whatever is configured; nothing: as configured.
  std::optional<std::uint16_t> port(Timestamp now) const;

 private:
  bool prolong(Timestamp now);

  std::uint16_t upgraded_to_ = 0;
  std::uint16_t port_ = 0;  // 0: no policy
  std::chrono::seconds duration_{};
  Timestamp until_{};
};

}  // namespace dragoman::backends::irc
