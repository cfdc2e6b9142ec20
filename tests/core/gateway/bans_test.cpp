#include "gateway/bans.hpp"

#include "core/gateway/operator_script.hpp"

// Who may not use the gateway, and for how long.

namespace dragoman::gateway::bans_test {
namespace {

using namespace std::chrono_literals;
using operator_test::has;
using operator_test::OperatorScript;

const std::string hello =
    "<message from='alice@test/home' to='bob@irc.test' type='chat' id='m'><body>hi</body></message>";

TEST(Bans, EndWhatSomebodyDoesAndTellThemWhyUntilWhenAndWhomToAsk) {
  OperatorScript script;
  script.joins("alice", "#tea");
  EXPECT_EQ(script.says("ban add", {{"jid", "alice@test"}, {"for", "2d"}, {"reason", "spamming"}}),
            "alice@test is banned until 2026-11-22 09:00 UTC: spamming\nsessions ended: 1\n");
  EXPECT_EQ(script.network->session, nullptr);
  const std::string words =
      "You are banned from this gateway until 2026-11-22 09:00 UTC: spamming. Ask root@test about it.";
  std::string said, left;
  for (const auto& each : script.written()) {
    if (each.name == "message") said += each.child_text("body", xmpp::ns::component);
    if (each.name == "presence" && each.get("from") == "#tea@irc.test/alice") left = each.get("type");
  }
  EXPECT_EQ(said, words);
  EXPECT_EQ(left, "unavailable");
  EXPECT_EQ(script.refused(hello), "forbidden: " + words);
}

TEST(Bans, HoldAfterARestartAndEndByThemselves) {
  OperatorScript script;
  script.says("ban add", {{"jid", "alice@test"}, {"for", "2d"}});
  script.restart();
  EXPECT_TRUE(has(script.refused(hello), "forbidden"));
  script.passes(47h);
  EXPECT_TRUE(has(script.refused(hello), "forbidden"));
  script.passes(1h);
  EXPECT_EQ(script.refused(hello), "");
  EXPECT_EQ(script.says("ban list"), "nothing\n");
  EXPECT_FALSE(script.store.values.contains({"ban", "irc.test", "alice@test"}));
}

TEST(Bans, ThatEndedWhileTheGatewayWasNotRunningAreGone) {
  OperatorScript script;
  script.says("ban add", {{"jid", "alice@test"}, {"for", "2d"}});
  script.clock.advance(48h);  // no timer runs
  script.restart();
  EXPECT_EQ(script.refused(hello), "");
  EXPECT_FALSE(script.store.values.contains({"ban", "irc.test", "alice@test"}));
}

TEST(Bans, HoldNoLongerThanTheirTimeAlsoWhenTheClockWasSet) {
  OperatorScript script;
  script.says("ban add", {{"jid", "alice@test"}, {"for", "2d"}});
  script.clock.set_utc(script.clock.utc() + std::chrono::hours{48});
  EXPECT_EQ(script.refused(hello), "");
}

TEST(Bans, OfADomainMeanEverybodyThereButAdmins) {
  OperatorScript script;
  EXPECT_TRUE(has(script.says("ban add", {{"jid", "test"}}), "test is banned for good"));
  EXPECT_EQ(script.refused(hello), "forbidden: test is banned from this gateway for good. Ask root@test about it.");
  EXPECT_TRUE(has(script.admin_writes("help"), "ban-add"));
  EXPECT_EQ(script.says("ban remove", {{"jid", "test"}}), "test is banned no longer.\n");
  EXPECT_EQ(script.refused(hello), "");
}

TEST(Bans, WhatCannotBeBannedIsRefusedWithTheReason) {
  OperatorScript script;
  EXPECT_TRUE(has(script.says("ban add", {{"jid", "root@test"}}), "[not_allowed] root@test is an administrator"));
  EXPECT_TRUE(has(script.says("ban add", {{"jid", "a@b@c"}}), "[unacceptable] \"a@b@c\" is no address"));
  EXPECT_TRUE(
      has(script.says("ban add", {{"jid", "alice@test"}, {"for", "soon"}}), "write it like 30s, 5m, 12h or 2d"));
  EXPECT_TRUE(has(script.says("ban add", {{"jid", "alice@test"}, {"for", "0s"}}), "[unacceptable]"));
  EXPECT_TRUE(has(script.says("ban add", {{"jid", "alice@test"}, {"reason", std::string(501, 'a')}}), "[too_long]"));
  EXPECT_EQ(script.says("ban add"), "[\"ban add\" needs \"jid\": The person or domain, e.g. mallory@example.org.]");
  EXPECT_EQ(script.says("ban remove", {{"jid", "alice@test"}}), "[not_found] alice@test is not banned.");
  EXPECT_EQ(script.says("ban list"), "nothing\n");
}

TEST(Bans, AreSaidByAdminsInAChatAndMeanTheSame) {
  OperatorScript script;
  EXPECT_TRUE(has(script.admin_writes("ban-add mallory@test 12h many words in #tea"),
                  "mallory@test is banned until 2026-11-20 21:00 UTC: many words in #tea"));
  EXPECT_TRUE(has(script.says("ban list"), "mallory@test  2026-11-20 21:00 UTC  many words in #tea  root@test"));
  EXPECT_TRUE(has(script.admin_writes("ban-list"), "mallory@test"));
}

TEST(Bans, OfAnOlderVersionsBlacklistAreKept) {
  OperatorScript script;
  script.store.values[{"blacklist", "irc.test", "alice@test"}] = "{}";
  script.store.values[{"blacklist", "other.test", "bob@test"}] = "{}";
  script.restart();
  EXPECT_EQ(script.refused(hello), "forbidden: You are banned from this gateway for good. Ask root@test about it.");
  EXPECT_TRUE(script.store.values.contains({"ban", "irc.test", "alice@test"}));
  EXPECT_FALSE(script.store.values.contains({"blacklist", "irc.test", "alice@test"}));
  EXPECT_TRUE(script.store.values.contains({"blacklist", "other.test", "bob@test"})) << "that is another gateway's";
}

TEST(Bans, WhoseDocumentCannotBeReadHoldAllTheSame) {
  OperatorScript script;
  script.store.values[{"ban", "irc.test", "alice@test"}] = "no json";
  script.restart();
  EXPECT_TRUE(has(script.refused(hello), "forbidden"));
}

}  // namespace
}  // namespace dragoman::gateway::bans_test
