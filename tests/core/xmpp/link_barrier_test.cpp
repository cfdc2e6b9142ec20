#include <gtest/gtest.h>

#include "tests/support/link_script.hpp"
#include "xmpp/link.hpp"

// The ping to ourselves: what was written before it has arrived when it comes back.

namespace dragoman::xmpp {
namespace {

using namespace std::chrono_literals;
using test::LinkScript;
using test::xml;

/// The ping of a barrier as the server brings it back.
std::string back(const Element& ping) { return to_xml(ping); }

TEST(LinkBarrier, IsAPingToOurselvesThatComesBack) {
  LinkScript link;
  int confirmed = 0;
  link.link.barrier([&] { ++confirmed; });
  const Element ping = link.said();
  EXPECT_EQ(ping.get("from"), "irc.example.org");
  EXPECT_EQ(ping.get("to"), "irc.example.org");
  EXPECT_EQ(ping.get("type"), "get");
  EXPECT_NE(ping.child("ping", ns::ping), nullptr);
  link.server_says(back(ping));
  EXPECT_EQ(confirmed, 1);
  link.we_say_nothing();  // it is not answered
  link.server_says(back(ping));
  EXPECT_EQ(confirmed, 1);
  link.we_say_nothing();
  EXPECT_TRUE(link.handled.empty());
}

TEST(LinkBarrier, IsProvenByAnyAnswer) {
  for (const std::string_view type : {"result", "error"}) {
    LinkScript link;
    int confirmed = 0;
    link.link.barrier([&] { ++confirmed; });
    const Element ping = link.said();
    link.server_says(answer_with(ping.get("id"), "irc.example.org", type));
    EXPECT_EQ(confirmed, 1) << type;
  }
}

TEST(LinkBarrier, IsNotProvenByOthers) {
  LinkScript link;
  int confirmed = 0;
  link.link.barrier([&] { ++confirmed; });
  const Element ping = link.said();
  Element forged = ping;
  forged.set("from", "mallory@example.org");
  link.server_says(back(forged));
  link.server_says(answer_with(ping.get("id"), "example.org", "result"));
  link.server_says(answer_with("1", "irc.example.org", "result"));
  EXPECT_EQ(confirmed, 0);
  EXPECT_EQ(link.handled.size(), 1u) << "a ping of somebody else is a question like any other";
}

TEST(LinkBarrier, OfAnotherProcessIsLoggedOnceAMinute) {
  LinkScript link;
  testing::internal::CaptureStderr();
  link.link.barrier([] {});
  const Element own = link.said();
  Element others = own;
  others.set("id", "00000000000000000000000000000000-1");
  link.server_says(back(others));
  link.server_says(back(others));
  link.server_says(back(own));
  link.server_says(back(own));  // late, but ours
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
  EXPECT_NE(log.find("another component is connected"), std::string::npos) << log;
  link.we_say_nothing();
  EXPECT_TRUE(link.handled.empty());
}

TEST(LinkBarrier, LaterOnesShareTheNextPing) {
  LinkScript link;
  std::string order;
  link.link.barrier([&] { order += 'a'; });
  const Element first = link.said();
  link.link.barrier([&] { order += 'b'; });
  link.link.barrier([&] { order += 'c'; });
  link.we_say_nothing();
  link.server_says(back(first));
  EXPECT_EQ(order, "a") << "what was written after the first ping is not proven by it";
  const Element second = link.said();
  EXPECT_NE(first.get("id"), second.get("id"));
  link.server_says(back(second));
  EXPECT_EQ(order, "abc");
  link.we_say_nothing();
}

TEST(LinkBarrier, IsDroppedWhenTheLinkGoesDown) {
  LinkScript link;
  int confirmed = 0;
  link.link.barrier([&] { ++confirmed; });
  const Element ping = link.said();
  link.link.detach();
  link.link.barrier([&] { ++confirmed; });
  link.link.attach(link.output);
  link.server_says(back(ping));
  EXPECT_EQ(confirmed, 0);
  link.we_say_nothing();  // a ping of the last stream is not answered either
  link.link.barrier([&] { ++confirmed; });
  link.server_says(back(link.said()));
  EXPECT_EQ(confirmed, 1);
}

TEST(LinkBarrier, IsSentAgainWhenItDoesNotComeBack) {
  LinkScript link;
  std::string order;
  link.link.barrier([&] { order += 'a'; });
  const Element first = link.said();
  link.link.barrier([&] { order += 'b'; });
  link.time_passes(30s);
  const Element second = link.said();
  EXPECT_NE(first.get("id"), second.get("id"));
  link.server_says(back(second));
  EXPECT_EQ(order, "ab");
}

TEST(LinkBarrier, IsOverdueAfterAMinute) {
  LinkScript link;
  link.link.barrier([] {});
  link.said();
  link.time_passes(30s);
  EXPECT_FALSE(link.link.overdue());
  link.said();
  link.time_passes(30s);
  EXPECT_TRUE(link.link.overdue());
  link.server_says(back(link.said()));
  EXPECT_FALSE(link.link.overdue());
}

}  // namespace
}  // namespace dragoman::xmpp
