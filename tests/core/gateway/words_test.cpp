#include <set>

#include "core/gateway/operator_script.hpp"
#include "delivery/content_json.hpp"
#include "xmpp/ad_hoc.hpp"

// What the operator says to a gateway, but for bans and quotas.

namespace dragoman::gateway::words_test {
namespace {

using namespace std::chrono_literals;
using operator_test::has;
using operator_test::OperatorScript;
using store::State;

std::string message(const std::string& id) {
  return "<message from='alice@test/home' to='carol@irc.test' type='chat' id='" + id +
         "'><body>a secret</body></message>";
}

/// A message of alice that lies held in the store, whose content is this.
store::RowId hold(OperatorScript& script, const std::string& content, store::Direction direction) {
  store::Message row;
  row.network = "irc.test";
  row.owner = "alice@test";
  row.direction = direction;
  row.state = State::held;
  row.person = "carol";
  row.author = direction == store::Direction::to_network ? "alice@test/home" : "carol";
  row.stanza_id = "m1";
  row.accepted = script.clock.utc();
  row.content = content;
  return script.store.add(std::move(row));
}
std::string readable() {
  return delivery::write_command(chat::SendMessage{{{}, chat::PersonId{"carol"}}, chat::plain("a secret")});
}

TEST(Words, AreNamedOnceAndAskedForUnderOneName) {
  std::set<std::string> names, asked;
  for (const auto& word : commands::all_words()) {
    EXPECT_TRUE(names.insert(word.name).second) << word.name;
    EXPECT_TRUE(word.of_network != nullptr || word.of_program != nullptr) << word.name;
    if (!word.asked_as.empty()) {
      EXPECT_TRUE(asked.insert(word.asked_as).second) << word.asked_as;
    } else {
      EXPECT_FALSE(word.like.empty()) << word.name << ": how do admins ask for it?";
    }
    EXPECT_EQ(commands::find_word(word.name), &word);
  }
  EXPECT_EQ(commands::find_word("ban"), nullptr);
}

TEST(Words, OfAnAdminAreForAdminsOnly) {
  OperatorScript script;
  script.xmpp_sends(
      "<message from='alice@test/home' to='irc.test' type='chat'><body>ban-add bob@test</body></message>");
  EXPECT_EQ(script.only().child_text("body", xmpp::ns::component), "This is for administrators of the gateway.");
  EXPECT_EQ(script.says("ban list"), "nothing\n");
}

TEST(Words, AreAdHocCommandsOfAdmins) {
  OperatorScript script;
  const auto execute = [](const std::string& from, const std::string& rest) {
    return "<iq from='" + from +
           "' to='irc.test' type='set' id='q'><command xmlns='http://jabber.org/protocol/commands' " + rest +
           "</command></iq>";
  };
  script.xmpp_sends(execute("root@test/desk", "node='ban-add'>"));
  const auto first = script.only();
  const auto* shown = first.child("command", xmpp::commands_ns);
  ASSERT_NE(shown, nullptr) << xmpp::to_xml(first);
  for (const char* field : {"var='jid'", "var='for'", "var='reason'"}) {
    EXPECT_TRUE(has(xmpp::to_xml(first), field)) << xmpp::to_xml(first);
  }
  const std::string session{shown->get("sessionid")};
  script.xmpp_sends(
      execute("root@test/desk", "node='ban-add' sessionid='" + session +
                                    "'><x xmlns='jabber:x:data' type='submit'><field var='jid'><value>mallory@test"
                                    "</value></field><field var='for'><value>2d</value></field></x>"));
  const std::string done = xmpp::to_xml(script.only());
  EXPECT_TRUE(has(done, "status='completed'")) << done;
  EXPECT_TRUE(has(done, "mallory@test is banned until 2026-11-22 09:00 UTC")) << done;
  script.xmpp_sends(execute("root@test/desk", "node='ban-list'>"));
  EXPECT_TRUE(has(xmpp::to_xml(script.only()), "mallory@test"));
  EXPECT_TRUE(has(script.refused(execute("alice@test/home", "node='ban-list'>")), "forbidden: "));
}

TEST(Words, ThatTheGatewayHasInXep0133AreThere) {
  OperatorScript script;
  const std::string help = script.admin_writes("help");
  for (const auto& word : commands::all_words()) {
    EXPECT_TRUE(has(help, word.asked_as.empty() ? word.like : word.asked_as)) << word.name;
  }
}

TEST(Words, WithSomethingUnknownAreRefused) {
  OperatorScript script;
  EXPECT_EQ(script.says("ban list", {{"color", "red"}}), "[\"ban list\" has nothing that is called \"color\".]");
}

TEST(Words, OfStatusCountSessionsRoomsAndMessages) {
  OperatorScript script;
  script.joins("alice", "#tea");
  script.registers("bob");
  const std::string status = script.says("status");  // that of the network, in a test
  EXPECT_TRUE(has(status, "name:")) << status;
  EXPECT_TRUE(has(script.admin_writes("overview"), "version: dragoman test"));
  EXPECT_TRUE(has(script.admin_writes("overview"), "messages add up: yes"));
  EXPECT_TRUE(has(script.admin_writes("overview"), "rooms joined: 1"));
  EXPECT_TRUE(has(script.admin_writes("overview"), "people registered: 1"));
}

TEST(Words, OfUsersListShowDisconnectAndDelete) {
  OperatorScript script;
  script.joins("alice", "#tea");
  EXPECT_TRUE(has(script.says("user list"), "alice@test  alice     no          ready"));
  EXPECT_EQ(script.says("user list", {{"part", "zoe"}}), "nothing\n");
  const std::string shown = script.says("user show", {{"jid", "alice@test/home"}});
  EXPECT_TRUE(has(shown, "#tea@irc.test  alice     1        0")) << shown;
  EXPECT_TRUE(has(shown, "alice@test/home"));
  EXPECT_TRUE(has(shown, "messages per minute") || has(shown, "messages_per_minute")) << shown;
  EXPECT_TRUE(has(script.says("user disconnect", {{"jid", "alice@test"}, {"reason", "pause"}}), "is disconnected"));
  EXPECT_EQ(script.network->session, nullptr);
  EXPECT_TRUE(has(OperatorScript::dump(script.written()), "An administrator has ended your session: pause"));
  EXPECT_TRUE(has(script.says("user show", {{"jid", "zoe@test"}}), "[not_found] zoe@test is not known at irc.test."));
  EXPECT_TRUE(has(script.says("user delete", {{"jid", "alice@test"}}), "[not_found] alice@test is not registered"));
  script.registers("bob");
  EXPECT_TRUE(has(script.says("user delete", {{"jid", "bob@test"}}), "bob@test is deleted"));
  EXPECT_TRUE(has(script.says("user show", {{"jid", "bob@test"}}), "[not_found]"));
}

TEST(Words, OfRoomsListAndShow) {
  OperatorScript script;
  script.joins("alice", "#tea", {"carol", "dave"});
  EXPECT_TRUE(has(script.says("room list"), "#tea@irc.test  1       3          1       0        0"));
  for (const char* room : {"#tea", "#tea@irc.test"}) {
    EXPECT_TRUE(has(script.says("room show", {{"room", room}}), "alice@test  alice     joined  1        2")) << room;
  }
  EXPECT_TRUE(has(script.says("room show", {{"room", "#coffee"}}), "[not_found] Nobody here is in #coffee."));
}

TEST(Words, OfTheSpoolListWhatWaitsWithoutItsText) {
  OperatorScript script;
  script.xmpp_sends(message("m1"));
  script.passes(90s);
  const std::string list = script.says("spool list");
  EXPECT_TRUE(has(list, "1   queued  to the network  alice@test  carol@irc.test  2026-11-20 09:00 UTC  90")) << list;
  EXPECT_FALSE(has(list, "a secret"));
  EXPECT_EQ(script.says("spool list", {{"owner", "bob@test"}}), "nothing\n");
}

TEST(Words, OfTheSpoolGiveAWaitingMessageBack) {
  OperatorScript script;
  script.xmpp_sends(message("m1"));
  script.written();
  EXPECT_EQ(script.says("spool release", {{"what", "1"}}),
            "[not_allowed] Message 1 is not held: it goes on by itself.");
  EXPECT_EQ(script.says("spool return", {{"what", "1"}}), "1 message is given back.\n");
  EXPECT_EQ(script.store.state(1), State::returning);
  script.server_proves();
  EXPECT_EQ(script.store.state(1), State::returned);
  EXPECT_TRUE(has(OperatorScript::dump(script.written()), "An administrator has given this message back to you"));
  EXPECT_TRUE(has(script.says("spool return", {{"what", "1"}}), "[not_found]"));
}

TEST(Words, OfTheSpoolLeaveAloneWhatTheNetworkIsBeingTold) {
  OperatorScript script;
  script.xmpp_sends(message("m1"));
  script.network_says(chat::Ready{"alice", {}});
  EXPECT_EQ(script.says("spool return", {{"what", "1"}}), "[not_allowed] Message 1 is being sent just now.");
  const auto sent = script.command<chat::SendMessage>();
  script.network_says(chat::Done{sent.first, {}});
  EXPECT_EQ(script.store.state(1), State::delivered);
}

TEST(Words, OfTheSpoolTryAHeldMessageAgainUntilTheNetworkHasIt) {
  OperatorScript script;
  hold(script, readable(), store::Direction::to_network);
  EXPECT_TRUE(has(script.says("spool list"), "held"));
  EXPECT_EQ(script.says("spool release", {{"what", "alice@test"}}), "1 message is tried again.\n");
  EXPECT_EQ(script.store.state(1), State::queued);
  script.network_says(chat::Ready{"alice", {}});
  const auto sent = script.command<chat::SendMessage>();
  EXPECT_EQ(sent.second.content.text, "a secret");
  script.network_says(chat::Done{sent.first, {}});
  EXPECT_EQ(script.store.state(1), State::delivered);
}

TEST(Words, OfTheSpoolHoldAgainWhatStillCannotBeRead) {
  OperatorScript script;
  hold(script, "no content", store::Direction::to_network);
  hold(script, "no content", store::Direction::to_person);
  script.says("spool release", {{"what", "1"}});
  script.says("spool release", {{"what", "2"}});
  EXPECT_EQ(script.store.state(1), State::held);
  EXPECT_EQ(script.store.state(2), State::held);
}

TEST(Words, OfTheSpoolGiveAHeldMessageBackAlsoWhenItCannotBeRead) {
  for (const std::string& content : {readable(), std::string{"no content"}}) {
    OperatorScript script;
    hold(script, content, store::Direction::to_network);
    EXPECT_EQ(script.says("spool return", {{"what", "1"}}), "1 message is given back.\n");
    script.server_proves();
    EXPECT_EQ(script.store.state(1), State::returned) << content;
    const auto error = script.only();
    EXPECT_EQ(error.get("to"), "alice@test/home");
    EXPECT_EQ(error.get("id"), "m1");
    EXPECT_EQ(error.get("type"), "error");
  }
}

TEST(Words, OfTheSpoolWriteAHeldMessageToItsPerson) {
  OperatorScript script;
  hold(script, readable(), store::Direction::to_person);
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  script.written();
  EXPECT_EQ(script.says("spool release", {{"what", "1"}}), "1 message is tried again.\n");
  script.server_proves();
  EXPECT_EQ(script.store.state(1), State::delivered);
  EXPECT_TRUE(has(OperatorScript::dump(script.written()), "a secret"));
}

TEST(Words, OfTheSpoolWaitForTheServerWithWhatIsForAPerson) {
  OperatorScript script;
  hold(script, readable(), store::Direction::to_person);
  script.link_goes_down();
  EXPECT_EQ(script.says("spool release", {{"what", "1"}}), "1 message is tried again.\n");
  EXPECT_EQ(script.store.state(1), State::queued);
  script.link_comes_up();
  EXPECT_TRUE(has(OperatorScript::dump(script.written()), "a secret"));
}

TEST(Words, OfTheSpoolGiveUpAHeldMessageForAPerson) {
  OperatorScript script;
  hold(script, readable(), store::Direction::to_person);
  EXPECT_EQ(script.says("spool return", {{"what", "1"}}), "1 message is given back.\n");
  EXPECT_EQ(script.store.state(1), State::returned);
}

TEST(Words, OfTheSpoolKnowNoOthersMessages) {
  OperatorScript script;
  EXPECT_TRUE(has(script.says("spool release", {{"what", "7"}}), "[not_found] There is no message 7"));
  EXPECT_TRUE(has(script.says("spool return", {{"what", "alice@test"}}), "[not_found] No messages of alice@test"));
  EXPECT_TRUE(has(script.says("spool return", {{"what", "everything"}}), "[unacceptable]"));
}

TEST(Words, OfTheLogChangeItForAWhile) {
  OperatorScript script;
  EXPECT_EQ(script.says("log-level"), "level:      info\nconfigured: info\n");
  EXPECT_EQ(script.says("log-level", {{"level", "debug"}, {"for", "5m"}}),
            "The log has the level debug for 5 min; then info again.\n");
  EXPECT_EQ(script.says("log-level"), "level:      debug\nconfigured: info\n");
  script.passes(5min);
  EXPECT_EQ(script.says("log-level"), "level:      info\nconfigured: info\n");
  EXPECT_TRUE(has(script.says("log-level", {{"level", "loud"}}), "[unacceptable] \"loud\" is no level"));
}

TEST(Words, OfTheLogShowEverythingAboutOnePersonForAWhileButNothingTheySay) {
  OperatorScript script;
  EXPECT_TRUE(has(script.says("debug", {{"jid", "alice@test"}}), "is logged for 5 min"));
  EXPECT_EQ(script.says("debug"), "jid         seconds left\nalice@test  300\n");
  ::testing::internal::CaptureStderr();
  script.xmpp_sends(message("m1"));
  script.xmpp_sends(
      "<message from='bob@test/home' to='carol@irc.test' type='chat' id='of-bob'><body>x</body></message>");
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='get' id='v'><query xmlns='jabber:iq:version'/></iq>");
  std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_TRUE(has(log,
                  "msg=\"xmpp in\" owner=alice@test network=irc.test kind=message client=alice@test/home "
                  "to=carol@irc.test type=chat id=m1 holds=body"))
      << log;
  EXPECT_TRUE(
      has(log, "msg=\"xmpp out\" owner=alice@test network=irc.test kind=iq client=alice@test/home from=irc.test"))
      << log;
  EXPECT_FALSE(has(log, "a secret"));
  EXPECT_FALSE(has(log, "bob"));
  script.passes(5min);
  ::testing::internal::CaptureStderr();
  script.xmpp_sends(message("m2"));
  log = ::testing::internal::GetCapturedStderr();
  EXPECT_FALSE(has(log, "xmpp")) << log;
  EXPECT_EQ(script.says("debug"), "nothing\n");
}

TEST(Words, OfTheLogEndWatchingBeforeItsTime) {
  OperatorScript script;
  script.says("debug", {{"jid", "alice@test"}, {"for", "1h"}});
  EXPECT_EQ(script.says("debug", {{"jid", "alice@test"}, {"for", "0s"}}),
            "No longer is everything about alice@test logged.\n");
  EXPECT_TRUE(has(script.says("debug", {{"jid", "alice@test"}, {"for", "off"}}), "[not_found]"));
  EXPECT_TRUE(has(script.says("debug", {{"jid", "alice@test"}, {"for", "25h"}}), "[unacceptable]"));
}

}  // namespace
}  // namespace dragoman::gateway::words_test
