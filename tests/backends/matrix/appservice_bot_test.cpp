#include "backends/matrix/appservice_bot.hpp"

#include <gtest/gtest.h>

#include "support/fixed_random.hpp"

// The service's own user, and the proof of an account.

namespace dragoman::backends::matrix::appservice_bot_test {
namespace {

using namespace std::chrono_literals;

struct ServiceBotTest : testing::Test {
  ServiceBotTest() { bot.begin("@_xmpp_bot:hs.test"); }

  ServiceBot::Actions hears(const nlohmann::json& json) {
    ServiceBot::Actions actions;
    bot.on_event(*read_event(json), now, actions);
    for (const auto& each : actions.proved) each();
    return actions;
  }
  ServiceBot::Actions is_invited(const std::string& room, bool direct) {
    return hears({{"type", "m.room.member"},
                  {"room_id", room},
                  {"sender", "@bob:hs.test"},
                  {"state_key", "@_xmpp_bot:hs.test"},
                  {"content", {{"membership", "invite"}, {"is_direct", direct}}}});
  }
  ServiceBot::Actions is_told(const std::string& text, const std::string& sender = "@bob:hs.test",
                              const std::string& room = "!dm:hs.test", const std::string& type = "m.text") {
    return hears({{"type", "m.room.message"},
                  {"room_id", room},
                  {"event_id", "$1"},
                  {"sender", sender},
                  {"content", {{"msgtype", type}, {"body", text}}}});
  }
  std::string expects(const std::string& user) {
    return bot.expect("bob@example.org", user, random, now, [this] { ++proofs; });
  }

  std::string kept;
  test::FixedRandom random;
  Instant now{};
  int proofs = 0;
  GhostNames names{"hs.test", "_xmpp_", [](const std::string&) { return std::string{}; },
                   [](const std::string&, const std::string&) {}};
  ServiceBot bot{names, [this] { return kept; }, [this](const std::string& rooms) { kept = rooms; }};
};

TEST_F(ServiceBotTest, ComesWhereSomebodyWantsToTalkWithItAlone) {
  EXPECT_EQ(is_invited("!dm:hs.test", true).enters, std::vector<std::string>{"!dm:hs.test"});
  EXPECT_TRUE(is_invited("!room:hs.test", false).enters.empty());
}

TEST_F(ServiceBotTest, SaysWhatItIs) {
  is_invited("!dm:hs.test", true);
  const auto actions = is_told("hello");
  ASSERT_EQ(actions.says.size(), 1u);
  EXPECT_EQ(actions.says[0].key, "$1");
  EXPECT_NE(actions.says[0].text.find("@_xmpp_alice=40example.org:hs.test"), std::string::npos);
}

TEST_F(ServiceBotTest, AnswersNeitherBotsNorGhostsNorItself) {
  is_invited("!dm:hs.test", true);
  EXPECT_TRUE(is_told("hello", "@bob:hs.test", "!dm:hs.test", "m.notice").says.empty());
  EXPECT_TRUE(is_told("hello", "@_xmpp_a=40b:hs.test").says.empty());
  EXPECT_TRUE(is_told("hello", "@_xmpp_bot:hs.test").says.empty());
  EXPECT_TRUE(is_told("hello", "@bob:hs.test", "!room:hs.test").says.empty());
}

TEST_F(ServiceBotTest, KnowsItsChatsAfterARestart) {
  is_invited("!dm:hs.test", true);
  ServiceBot again{names, [this] { return kept; }, [](const std::string&) {}};
  again.begin("@_xmpp_bot:hs.test");
  ServiceBot::Actions actions;
  again.on_event(*read_event({{"type", "m.room.message"},
                              {"room_id", "!dm:hs.test"},
                              {"sender", "@bob:hs.test"},
                              {"content", {{"msgtype", "m.text"}, {"body", "hello"}}}}),
                 now, actions);
  EXPECT_EQ(actions.says.size(), 1u);
}

TEST_F(ServiceBotTest, TheCodeOfTheAccountProvesIt) {
  is_invited("!dm:hs.test", true);
  const std::string code = expects("@bob:hs.test");
  is_told(" " + code + " ");
  EXPECT_EQ(proofs, 1);
  is_told(code);
  EXPECT_EQ(proofs, 1) << "a code is good for once";
}

TEST_F(ServiceBotTest, TheCodeOfAnotherProvesNothing) {
  is_invited("!dm:hs.test", true);
  const std::string code = expects("@carol:hs.test");
  is_told(code);
  EXPECT_EQ(proofs, 0);
  is_told(code, "@carol:hs.test");
  EXPECT_EQ(proofs, 1) << "who guessed it has not spoiled it";
}

TEST_F(ServiceBotTest, ACodeIsGoodForTenMinutes) {
  is_invited("!dm:hs.test", true);
  const std::string code = expects("@bob:hs.test");
  now += 11min;
  EXPECT_NE(is_told(code).says[0].text.find("too old"), std::string::npos);
  EXPECT_EQ(proofs, 0);
}

TEST_F(ServiceBotTest, ACodeThatWasGivenUpProvesNothing) {
  is_invited("!dm:hs.test", true);
  const std::string code = expects("@bob:hs.test");
  bot.give_up(code);
  is_told(code);
  EXPECT_EQ(proofs, 0);
}

}  // namespace
}  // namespace dragoman::backends::matrix::appservice_bot_test
