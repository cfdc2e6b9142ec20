#include <gtest/gtest.h>

#include "tests/support/muc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* ping =
    "<iq type='get' id='ID' from='bridge-dev@irc.example.org/room' to='tea@muc.test/bridge'><ping "
    "xmlns='urn:xmpp:ping'/></iq>";
constexpr const char* ourselves = "tea@muc.test/bridge";

TEST(MucSelfPing, IsAskedEveryFiveMinutes) {
  MucScript muc;
  muc.is_in();
  muc.time_passes(5min);
  muc.we_say(ping);
  muc.room_answers({}, "result", ourselves);
  muc.time_passes(5min);
  muc.we_say(ping);
  muc.owner_hears_nothing();
}

TEST(MucSelfPing, ComesBackToUsAndIsAnswered) {
  MucScript muc;
  muc.is_in();
  muc.time_passes(5min);
  muc.take();
  muc.room_says(
      "<iq type='get' id='x' from='tea@muc.test/bridge' to='bridge-dev@irc.example.org/room'><ping "
      "xmlns='urn:xmpp:ping'/></iq>");
  muc.we_say("<iq type='result' id='ID' from='bridge-dev@irc.example.org/room' to='tea@muc.test/bridge'/>");
}

class MucSelfPingHere : public testing::TestWithParam<const char*> {};
TEST_P(MucSelfPingHere, ErrorsMeanThatWeAreHere) {
  MucScript muc;
  muc.is_in();
  muc.time_passes(5min);
  muc.take();
  muc.room_refuses(GetParam(), ourselves);
  muc.owner_hears_nothing();
  muc.we_say_nothing();
  muc.time_passes(5min);
  muc.we_say(ping);
}
INSTANTIATE_TEST_SUITE_P(Each, MucSelfPingHere,
                         testing::Values("service-unavailable", "feature-not-implemented", "item-not-found"));

TEST(MucSelfPing, OfARoomThatHasForgottenUsEntersItAgain) {
  MucScript muc;
  muc.is_in("alice");
  muc.time_passes(5min);
  muc.take();
  muc.room_refuses("not-acceptable", ourselves);
  EXPECT_EQ(muc.take().at(0).get("to"), ourselves);
  muc.comes("alice");
  muc.we_are_there();
  muc.subject_comes();
  muc.owner_hears("RoomJoined tea@muc.test as bridge with alice");
}

class MucSelfPingUnknown : public testing::TestWithParam<const char*> {};
TEST_P(MucSelfPingUnknown, ErrorsAreAskedAgainAndThenTold) {
  MucScript muc;
  muc.is_in("alice");
  muc.time_passes(5min);
  muc.take();
  muc.room_refuses(GetParam(), ourselves);
  muc.owner_hears_nothing();
  muc.time_passes(30s);
  muc.we_say(ping);
  muc.room_refuses(GetParam(), ourselves);
  muc.owner_hears("RoomLeft tea@muc.test lost: the room's server does not answer");
  muc.time_passes(6s);
  EXPECT_EQ(muc.take().at(0).name, "presence");
}
INSTANTIATE_TEST_SUITE_P(Each, MucSelfPingUnknown, testing::Values("remote-server-not-found", "remote-server-timeout"));

TEST(MucSelfPing, WithoutAnAnswerIsAskedAgainAndThenTold) {
  MucScript muc;
  muc.is_in("alice");
  muc.time_passes(5min + 30s + 30s);
  muc.owner_hears_nothing();
  muc.time_passes(30s);
  muc.owner_hears("RoomLeft tea@muc.test lost: the room's server does not answer");
}

}  // namespace
}  // namespace dragoman::test
