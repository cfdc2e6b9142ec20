#include "admin/logins.hpp"

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace dragoman::admin {
namespace {

using namespace std::chrono_literals;

class LoginsTest : public ::testing::Test {
 protected:
  SystemRandom random;
  test::ManualClock clock;
  Logins logins{random, clock};
};

TEST_F(LoginsTest, LetInOnceForEachLink) {
  const std::string token = logins.make_token("root@test");
  EXPECT_EQ(token.size(), 64U);
  const auto session = logins.redeem(token);
  ASSERT_TRUE(session);
  EXPECT_NE(*session, token);
  EXPECT_EQ(logins.find(*session), "root@test");
  EXPECT_FALSE(logins.redeem(token));
  EXPECT_EQ(logins.find(*session), "root@test");
}

TEST_F(LoginsTest, RefuseWhatIsNone) {
  const std::string token = logins.make_token("root@test");
  std::string wrong = token;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (const std::string& each : {wrong, std::string{}, token.substr(1), token + "0"}) {
    EXPECT_FALSE(logins.redeem(each)) << each;
    EXPECT_FALSE(logins.find(each)) << each;
  }
  EXPECT_FALSE(logins.find(token)) << "a link is no session";
  EXPECT_TRUE(logins.redeem(token));
}

TEST_F(LoginsTest, KeepALinkForFiveMinutes) {
  const std::string early = logins.make_token("early@test"), late = logins.make_token("late@test");
  clock.advance(5min - 1ms);
  EXPECT_TRUE(logins.redeem(early));
  clock.advance(1ms);
  EXPECT_FALSE(logins.redeem(late));
}

TEST_F(LoginsTest, KeepASessionForTwelveHours) {
  const std::string session = *logins.redeem(logins.make_token("root@test"));
  clock.advance(12h - 1ms);
  EXPECT_TRUE(logins.find(session));
  clock.advance(1ms);
  EXPECT_FALSE(logins.find(session));
}

TEST_F(LoginsTest, TheNewestLinkOfAnAdminIsTheOne) {
  const std::string first = logins.make_token("root@test"), other = logins.make_token("other@test"),
                    second = logins.make_token("root@test");
  EXPECT_FALSE(logins.redeem(first));
  EXPECT_TRUE(logins.redeem(second));
  EXPECT_TRUE(logins.redeem(other));
}

TEST_F(LoginsTest, EndASession) {
  const std::string one = *logins.redeem(logins.make_token("root@test"));
  const std::string two = *logins.redeem(logins.make_token("root@test"));
  logins.end(one);
  EXPECT_FALSE(logins.find(one));
  EXPECT_TRUE(logins.find(two));
}

}  // namespace
}  // namespace dragoman::admin
