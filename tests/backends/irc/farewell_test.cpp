#include "backends/irc/farewell.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "backends/irc/retry_pace.hpp"
#include "support/fixed_random.hpp"

namespace dragoman::backends::irc {
namespace {

using namespace std::chrono_literals;
using Retry = Farewell::Retry;

struct Words {
  const char* text;
  Fault fault;
  Retry retry;
};

TEST(IrcFarewell, IsUnderstoodByItsWords) {
  // As ngIRCd, InspIRCd, Ergo, UnrealIRCd, hybrid and solanum say them.
  const Words all[] = {
      {"Closing Link: (a@h) [K-Lined: spam]", Fault::forbidden, Retry::never},
      {"Closing link: (a@h) [G-Lined: spam]", Fault::forbidden, Retry::never},
      {"Closing link: (a@h) [Z-Lined: spam]", Fault::forbidden, Retry::never},
      {"Closing Link: h (D-lined)", Fault::forbidden, Retry::never},
      {"You are banned from this server (spam)", Fault::forbidden, Retry::never},
      {"Closing Link: h (Autokilled: spam)", Fault::forbidden, Retry::never},
      {"Closing Link: h (Bad Password)", Fault::unauthorized, Retry::never},
      {"Password incorrect", Fault::unauthorized, Retry::never},
      {"Closing link: (a@h) [Invalid password]", Fault::unauthorized, Retry::never},
      {"Closing link: (a@h) [Access denied by configuration]", Fault::unauthorized, Retry::never},
      {"Closing Link: h (You are not authorized to use this server)", Fault::unauthorized, Retry::never},
      {"Closing Link: h (SASL access only)", Fault::members_only, Retry::never},
      {"Closing Link: h (You need to identify via SASL to use this server)", Fault::members_only, Retry::never},
      {"Closing link: (a@h) [You must identify to a services account to use this server]", Fault::members_only,
       Retry::never},
      {"Closing Link: h (Plaintext connections not permitted)", Fault::forbidden, Retry::never},
      {"Closing Link: [h] (Throttled: Reconnecting too fast) - Email admin@irc.test", Fault::limited, Retry::throttled},
      {"Connection refused, too many connections from your IP address", Fault::limited, Retry::throttled},
      {"Closing Link: h (Too many host connections (global))", Fault::limited, Retry::throttled},
      {"Closing Link: h (Too many unknown connections from your IP)", Fault::limited, Retry::throttled},
      {"Closing link: (a@h) [No more connections allowed from your host via this connect class (local)]",
       Fault::limited, Retry::throttled},
      {"Too many clients from your network", Fault::limited, Retry::throttled},
      {"Z-Lined: Your IP range has been attempting to connect too many times in too short a duration", Fault::limited,
       Retry::throttled},
      {"Closing Link: h (Sorry, server is full - try later)", Fault::full, Retry::refused},
      {"Server going down", Fault::unavailable, Retry::refused},
      {"Closing Link: h (Server shutdown)", Fault::unavailable, Retry::refused},
      {"[]", Fault::unavailable, Retry::refused},
      {"", Fault::unavailable, Retry::refused},
      {"Closing link: (a@h) [Killed (oper (banned for throttling))]", Fault::closed, Retry::later},
      {"Killed by NickServ", Fault::closed, Retry::later},
  };
  for (const Words& each : all) {
    const Farewell farewell = classify_farewell(each.text);
    EXPECT_EQ(farewell.fault, each.fault) << each.text;
    EXPECT_EQ(farewell.retry, each.retry) << each.text;
  }
}

/// Always draws the smallest.
class Zero final : public Random {
 public:
  void fill(std::span<std::byte> bytes) override { std::fill(bytes.begin(), bytes.end(), std::byte{0}); }
};

TEST(IrcRetryPace, KnocksThreeTimesInTwoMinutesWhereItIsRefused) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    test::FixedRandom random{seed};
    RetryPace pace{1s, 1h, random};
    // The first attempt was at 0.
    const Duration second = *pace.next(Retry::refused), third = second + *pace.next(Retry::refused),
                   fourth = third + *pace.next(Retry::refused);
    EXPECT_GE(second, 2s);
    EXPECT_LE(second, 20s);
    EXPECT_LE(third, 80s);
    EXPECT_GT(fourth, 2min);
    for (int i = 0; i < 20; ++i) EXPECT_LE(*pace.next(Retry::refused), 10min);
    pace.reset();
    EXPECT_LE(*pace.next(Retry::refused), 20s);
  }
}

TEST(IrcRetryPace, IsAsQuickAsTheOperatorOfAnOwnServerWants) {
  test::FixedRandom random;
  RetryPace pace{10ms, 100ms, random};
  for (int i = 0; i < 5; ++i) EXPECT_LE(*pace.next(Retry::refused), 100ms);
}

TEST(IrcRetryPace, WaitsLongAfterAKillAndForEverAfterABan) {
  Zero random;
  RetryPace pace{1s, 10min, random};
  EXPECT_EQ(pace.next(Retry::later), 2min);
  EXPECT_EQ(pace.next(Retry::soon), 1s);
  EXPECT_EQ(pace.next(Retry::at_once), 0s);
  EXPECT_EQ(pace.next(Retry::never), std::nullopt);
}

TEST(IrcThrottle, CountsThoseThatWereUnderWayTogetherOnce) {
  Zero random;
  Throttle throttle{random};
  const Instant start{1h};
  const Instant first = throttle.refused(start, start + 1s);
  EXPECT_EQ(first, start + 1s + 2min);
  EXPECT_EQ(throttle.refused(start + 500ms, start + 2s), first);
  EXPECT_GE(throttle.refused(first, first + 1s), first + 1s + 2min);
}

TEST(IrcThrottle, WaitsTwiceAsLongEachTime) {
  Duration longest{};
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    test::FixedRandom random{seed};
    Throttle throttle{random};
    Instant now{1h};
    for (const Duration most : {Duration{2min}, Duration{4min}, Duration{8min}, Duration{16min}, Duration{30min}}) {
      const Duration pause = throttle.refused(now, now) - now;
      EXPECT_GE(pause, 2min);
      EXPECT_LE(pause, most);
      longest = std::max(longest, pause);
      now += pause;
    }
    throttle.reset();
    EXPECT_EQ(throttle.refused(now, now), now + 2min);
  }
  EXPECT_GT(longest, 16min);
}

}  // namespace
}  // namespace dragoman::backends::irc
