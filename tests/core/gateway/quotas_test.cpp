#include "gateway/quotas.hpp"

#include "core/gateway/operator_script.hpp"

// How much one person may have or do, by default and by the operator's word.

namespace dragoman::gateway::quotas_test {
namespace {

using namespace std::chrono_literals;
using operator_test::has;
using operator_test::OperatorScript;

std::string join(const std::string& who, const std::string& room) {
  return "<presence from='" + who + "@test/home' to='" + room + "@irc.test/" + who +
         "'><x xmlns='http://jabber.org/protocol/muc'/></presence>";
}
std::string message(const std::string& who) {
  return "<message from='" + who + "@test/home' to='carol@irc.test' type='chat' id='m'><body>hi</body></message>";
}
Policy small() {
  Policy policy = OperatorScript::with_admin();
  policy.rooms_per_jid = 1;
  return policy;
}

TEST(Quotas, OfRoomsSayWhatToDo) {
  OperatorScript script{small()};
  script.joins("alice", "#tea");
  EXPECT_EQ(script.refused(join("alice", "#coffee")),
            "resource-constraint: You are in 1 rooms here, which is your limit; leave one before you join another. "
            "Ask root@test if you need more.");
  EXPECT_EQ(script.refused(join("bob", "#coffee")), "") << "the limit is one person's";
}

TEST(Quotas, OfOnePersonAreSetByTheOperatorAndOutliveARestart) {
  OperatorScript script{small()};
  EXPECT_TRUE(has(script.says("user quota", {{"jid", "alice@test"}, {"quota", "rooms"}, {"value", "2"}}),
                  "rooms                2      1"));
  script.restart();
  script.joins("alice", "#tea");
  EXPECT_EQ(script.refused(join("alice", "#coffee")), "");
  EXPECT_TRUE(has(script.refused(join("alice", "#milk")), "You are in 2 rooms here"));
  script.says("user quota", {{"jid", "alice@test"}, {"quota", "rooms"}, {"value", "default"}});
  EXPECT_TRUE(has(script.refused(join("alice", "#milk")), "resource-constraint"));
  EXPECT_FALSE(script.store.values.contains({"quota", "irc.test", "alice@test"}));
}

TEST(Quotas, OfMessagesCountByTheMinute) {
  OperatorScript script;
  script.says("user quota", {{"jid", "alice@test"}, {"quota", "messages_per_minute"}, {"value", "2"}});
  EXPECT_EQ(script.refused(message("alice")), "");
  EXPECT_EQ(script.refused(message("alice")), "");
  EXPECT_EQ(script.refused(message("alice")),
            "resource-constraint: You may send 2 messages a minute here; send this one again in a moment.");
  EXPECT_EQ(script.overview().traffic.messages_limited, 1U);
  EXPECT_EQ(script.refused(message("bob")), "") << "without a quota as many as wait in the queue";
  script.passes(31s);
  EXPECT_EQ(script.refused(message("alice")), "");
  EXPECT_TRUE(has(script.refused(message("alice")), "resource-constraint"));
}

TEST(Quotas, OfWaitingMessagesHold) {
  OperatorScript script;
  script.says("user quota", {{"jid", "alice@test"}, {"quota", "waiting_messages"}, {"value", "1"}});
  EXPECT_EQ(script.refused(message("alice")), "");
  EXPECT_TRUE(has(script.refused(message("alice")), "resource-constraint: too many of your messages"));
}

TEST(Quotas, OfContactsAndConnectionsHold) {
  OperatorScript script;
  script.says("user quota", {{"jid", "alice@test"}, {"quota", "contacts"}, {"value", "2"}});  // one is the gateway
  script.says("user quota", {{"jid", "alice@test"}, {"quota", "connections"}, {"value", "1"}});
  script.registers("alice");
  EXPECT_EQ(script.refused("<presence from='alice@test/home' to='bob@irc.test' type='subscribe'/>"), "");
  EXPECT_TRUE(has(script.refused("<presence from='alice@test/home' to='carol@irc.test' type='subscribe'/>"),
                  "contacts here, which is the limit; remove one first."));
  EXPECT_TRUE(has(script.refused("<presence from='alice@test/phone' to='irc.test'/>"),
                  "log out with one of these clients first"));
}

TEST(Quotas, ThatAreNoneAreRefused) {
  OperatorScript script;
  EXPECT_TRUE(has(script.says("user quota", {{"jid", "alice@test"}, {"quota", "beer"}}), "there are rooms, "));
  for (const char* value : {"0", "-1", "many", "", "10001"}) {
    EXPECT_TRUE(has(script.says("user quota", {{"jid", "alice@test"}, {"quota", "rooms"}, {"value", value}}),
                    "[unacceptable] rooms is a number from 1 to 10000, or \"default\"."))
        << value;
  }
  EXPECT_TRUE(has(script.says("user quota", {{"jid", "test"}}), "is a domain, not a person"));
  EXPECT_TRUE(script.store.values.empty());
}

}  // namespace
}  // namespace dragoman::gateway::quotas_test
