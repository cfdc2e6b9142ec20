#include "backends/irc/farewell.hpp"

#include <array>
#include <string>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

using Retry = Farewell::Retry;

struct Phrase {
  std::string_view text;  // lower case
  Farewell farewell;
};

// Read from the sources of ngIRCd, InspIRCd, Ergo, UnrealIRCd, hybrid and solanum; the first that is found counts: a
// KILL and a throttle may give anything as their reason.
constexpr auto phrases = std::to_array<Phrase>({
    {"(killed (", {Fault::closed, Retry::later}},
    {"[killed (", {Fault::closed, Retry::later}},
    {"killed by ", {Fault::closed, Retry::later}},
    {"local kill by ", {Fault::closed, Retry::later}},
    {"throttl", {Fault::limited, Retry::throttled}},
    {"connect too many times", {Fault::limited, Retry::throttled}},  // Ergo, InspIRCd: also as the reason of a Z-line
    {"connecting too fast", {Fault::limited, Retry::throttled}},
    {"reconnecting too fast", {Fault::limited, Retry::throttled}},
    {"too many connections", {Fault::limited, Retry::throttled}},
    {"too many unknown connections", {Fault::limited, Retry::throttled}},
    {"too many user connections", {Fault::limited, Retry::throttled}},
    {"too many host connections", {Fault::limited, Retry::throttled}},
    {"too many clients from", {Fault::limited, Retry::throttled}},
    {"no more connections allowed", {Fault::limited, Retry::throttled}},
    {"maximum connections reached", {Fault::limited, Retry::throttled}},
    {"you have too many", {Fault::limited, Retry::throttled}},
    {"is full", {Fault::full, Retry::refused}},
    {"server full", {Fault::full, Retry::refused}},
    {"limit reached", {Fault::full, Retry::refused}},
    {"k-line", {Fault::forbidden, Retry::never}},
    {"kline", {Fault::forbidden, Retry::never}},
    {"g-line", {Fault::forbidden, Retry::never}},
    {"gline", {Fault::forbidden, Retry::never}},
    {"z-line", {Fault::forbidden, Retry::never}},
    {"zline", {Fault::forbidden, Retry::never}},
    {"d-line", {Fault::forbidden, Retry::never}},
    {"x-line", {Fault::forbidden, Retry::never}},
    {"akill", {Fault::forbidden, Retry::never}},
    {"autokill", {Fault::forbidden, Retry::never}},
    {"banned", {Fault::forbidden, Retry::never}},
    {"not welcome", {Fault::forbidden, Retry::never}},
    {"bad password", {Fault::unauthorized, Retry::never}},
    {"password incorrect", {Fault::unauthorized, Retry::never}},
    {"invalid password", {Fault::unauthorized, Retry::never}},
    {"password mismatch", {Fault::unauthorized, Retry::never}},
    {"sasl", {Fault::members_only, Retry::never}},
    {"requires authentication", {Fault::members_only, Retry::never}},
    {"authentication required", {Fault::members_only, Retry::never}},
    {"services account", {Fault::members_only, Retry::never}},
    {"not authorized", {Fault::unauthorized, Retry::never}},
    {"not authorised", {Fault::unauthorized, Retry::never}},
    {"unauthorized connection", {Fault::unauthorized, Retry::never}},
    {"unauthorised connection", {Fault::unauthorized, Retry::never}},
    {"access denied", {Fault::unauthorized, Retry::never}},
    {"use ssl", {Fault::forbidden, Retry::never}},
    {"use tls", {Fault::forbidden, Retry::never}},
    {"plaintext connections", {Fault::forbidden, Retry::never}},
});

}  // namespace

Farewell classify_farewell(std::string_view text) {
  const std::string lower = text::ascii_lower(text);
  for (const Phrase& phrase : phrases) {
    if (lower.find(phrase.text) != std::string::npos) return phrase.farewell;
  }
  return {};
}

}  // namespace dragoman::backends::irc
