#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/timers.hpp"
#include "store/store.hpp"

namespace dragoman::gateway {

/// Until when the gateway heard what its networks said, kept in a document that is renewed while anybody is connected:
/// after a restart, however the end came, rooms can say from when to when nobody listened.
class Listening {
 public:
  Listening(store::Store& store, Timers& timers, std::string network, std::function<bool()> anybody);

  /// Somebody is connected.
  void begin();
  /// A clean stop.
  void end();
  /// When it ended the last time, as far as is known; nothing when it never began. At start.
  std::optional<Timestamp> ended(store::Reader& reader) const;

 private:
  void renew();

  store::Store& store_;
  Timers& timers_;
  Timer timer_;
  std::string network_;
  std::function<bool()> anybody_;
  bool runs_ = false;
};

/// "The gateway was away from 12:03:10 to 12:04:02 UTC; what was said in between is missing here."
std::string gap_text(Timestamp from, Timestamp to);

}  // namespace dragoman::gateway
