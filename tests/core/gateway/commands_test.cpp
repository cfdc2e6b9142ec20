#include "ad_hoc_script.hpp"

// What single commands do, and the settings of a person.

namespace dragoman::gateway::ad_hoc_test {
namespace {

TEST(PersonalSettings, AreKeptAndTakeEffect) {
  GatewayScript script;
  const std::string session = begins(script, "settings");
  script.xmpp_sends(command("node='settings' sessionid='" + session + "'", form(field("history_on_join", "10000"))));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-payload") << "more than there is";
  script.xmpp_sends(command("node='settings' sessionid='" + session + "' action='complete'",
                            form(field("history_on_join", "0") + field("notices", "0"))));
  EXPECT_EQ(step(script.only()).get("status"), "completed");
  script.restart();
  script.joins("alice", "#tea");
  EXPECT_EQ(script.store.archive_questions, 0U) << "no history is wanted";
  script.network_says(chat::Notice{"irc.test", "The server is tired", {}});
  EXPECT_TRUE(script.written().empty());
}

TEST(PersonalSettings, AreForgottenWithTheAccount) {
  GatewayScript script;
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='set' id='r'><query "
      "xmlns='jabber:iq:register'><nick>alice</nick></query></iq>");
  script.written();
  std::string session = begins(script, "settings");
  script.xmpp_sends(command("node='settings' sessionid='" + session + "'",
                            form(field("history_on_join", "5") + field("notices", "1"))));
  script.written();
  session = begins(script, "unregister");
  script.xmpp_sends(command("node='unregister' sessionid='" + session + "'", form(field("confirm", "0"))));
  EXPECT_FALSE(script.store.values.empty());
  script.written();
  session = begins(script, "unregister");
  script.xmpp_sends(command("node='unregister' sessionid='" + session + "'", form(field("confirm", "true"))));
  EXPECT_TRUE(script.store.values.empty());
}

TEST(Commands, ReconnectKeepsTheRooms) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(command("node='reconnect'"));
  EXPECT_EQ(script.network->log,
            (std::vector<std::string>{"connect as alice", "stop reconnecting", "connect as alice"}));
  EXPECT_EQ(script.count<chat::JoinRoom>(), 2U);
  script.written();
  script.network_says(chat::Ready{"alice", {}});
  script.network_says(chat::Done{script.command<chat::Ping>().first, chat::Reply{}});
  EXPECT_EQ(note(script.written().back(), "info"), "connected as alice");
}

TEST(Commands, AddAsksToBeAmongTheContacts) {
  GatewayScript script;
  script.xmpp_sends(command("node='add'", {}, "alice@test/home", "bob@irc.test"));
  const auto said = script.written();
  ASSERT_EQ(said.size(), 2U) << GatewayScript::dump(said);
  EXPECT_EQ(said[0].get("type"), "subscribe");
  EXPECT_EQ(said[0].get("from"), "bob@irc.test");
  EXPECT_EQ(step(said[1]).get("status"), "completed");
}

TEST(Commands, WriteIsAMessageLikeAnyOther) {
  GatewayScript script;
  const std::string session = begins(script, "write");
  script.xmpp_sends(
      command("node='write' sessionid='" + session + "'",
              form(field("person", "bob") + "<field var='text'><value>one</value><value>two</value></field>")));
  EXPECT_EQ(step(script.only()).get("status"), "completed");
  script.network_says(chat::Ready{"alice", {}});
  const auto sent = script.command<chat::SendMessage>().second;
  EXPECT_EQ(sent.conversation.person.text, "bob");
  EXPECT_EQ(sent.content.text, "one\ntwo");
}

TEST(Commands, BlockAndUnblock) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(command("node='block'", {}, "alice@test/home", "bob@irc.test"));
  EXPECT_EQ(step(script.written().back()).get("status"), "completed");
  chat::MessageReceived said;
  said.conversation.person = chat::PersonId{"bob"};
  said.author.name = "bob";
  said.content = chat::plain("psst");
  script.network_says(said);
  EXPECT_TRUE(script.written().empty());
  script.xmpp_sends(command("node='unblock'", {}, "alice@test/home", "bob@irc.test"));
  script.written();
  script.network_says(said);
  EXPECT_EQ(script.only().child_text("body", xmpp::ns::component), "psst");
}

TEST(Commands, OfPeopleNeedRegistrationWhereItIsRequired) {
  auto policy = GatewayScript::default_policy();
  policy.registration = Policy::Registration::required;
  GatewayScript script{policy};
  script.xmpp_sends(command("node='join'"));
  EXPECT_EQ(error_of(script.only()), "forbidden");
  policy.registration = Policy::Registration::closed;
  GatewayScript closed{policy};
  closed.xmpp_sends(command("node='register'"));
  EXPECT_EQ(error_of(closed.only()), "forbidden");
}

}  // namespace
}  // namespace dragoman::gateway::ad_hoc_test
