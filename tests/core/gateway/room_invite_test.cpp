#include "support/gateway_script.hpp"

// Invitations (XEP-0045 7.8, XEP-0249) and the wish for voice (7.13).

namespace dragoman::gateway::room_invite_test {
namespace {

using test::GatewayScript;
const chat::RoomId tea{"#tea"};

std::string to_room(const std::string& content, const std::string& from = "alice@test/home") {
  return "<message from='" + from + "' to='#tea@irc.test' id='i1'>" + content + "</message>";
}
std::string invite(const std::string& content) {
  return to_room("<x xmlns='http://jabber.org/protocol/muc#user'>" + content + "</x>");
}
std::string condition(const xmpp::Element& stanza) {
  const auto* error = stanza.child("error", xmpp::ns::component);
  if (error == nullptr) return "no error";
  for (const auto& child : error->children) {
    if (child.ns == xmpp::ns::stanza_errors && child.name != "text") return child.name;
  }
  return "no condition";
}
constexpr std::string_view conference = "jabber:x:conference";

TEST(Invitation, GoesToPeopleOfTheNetwork) {
  GatewayScript script;
  script.joins("alice", "#tea", {"carol"});
  script.xmpp_sends(
      invite("<invite to='bob@irc.test'><reason>biscuits</reason></invite>"
             "<invite to='#tea@irc.test/carol'/>"));
  ASSERT_EQ(script.count<chat::Invite>(), 2U);
  const auto [id, second] = script.command<chat::Invite>();
  EXPECT_EQ(second.person.text, "carol");
  const auto& first = std::get<chat::Invite>(script.network->commands[script.network->commands.size() - 2].second);
  EXPECT_EQ(first.room, tea);
  EXPECT_EQ(first.person.text, "bob");
  EXPECT_EQ(first.reason, "biscuits");
  script.network_says(chat::Failed{id, chat::Failed::Outcome::refused, Fault::conflict, "is already on channel", {}});
  const auto error = script.only();
  EXPECT_EQ(condition(error), "conflict");
  EXPECT_EQ(error.get("id"), "i1");
  EXPECT_EQ(error.get("from"), "#tea@irc.test");
  ASSERT_NE(error.child("x", xmpp::ns::muc_user), nullptr);
  EXPECT_NE(error.child("x", xmpp::ns::muc_user)->child("invite", xmpp::ns::muc_user), nullptr);
}

TEST(Invitation, OfSomebodyOnXmppIsPassedOnByTheRoom) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(
      invite("<invite to='juliet@test'><reason>biscuits</reason><continue thread='t1'/></invite>"
             "<password>s3cret</password>"));
  const auto message = script.only();
  EXPECT_EQ(message.get("from"), "#tea@irc.test");
  EXPECT_EQ(message.get("to"), "juliet@test");
  const auto* x = message.child("x", xmpp::ns::muc_user);
  ASSERT_NE(x, nullptr);
  const auto* passed_on = x->child("invite", xmpp::ns::muc_user);
  ASSERT_NE(passed_on, nullptr);
  EXPECT_EQ(passed_on->get("from"), "alice@test");
  EXPECT_EQ(passed_on->child_text("reason", xmpp::ns::muc_user), "biscuits");
  EXPECT_EQ(passed_on->child("continue", xmpp::ns::muc_user)->get("thread"), "t1");
  EXPECT_EQ(x->child_text("password", xmpp::ns::muc_user), "s3cret");
  const auto* direct = message.child("x", conference);
  ASSERT_NE(direct, nullptr);
  EXPECT_EQ(direct->get("jid"), "#tea@irc.test");
  EXPECT_EQ(direct->get("reason"), "biscuits");
  EXPECT_EQ(direct->get("password"), "s3cret");
  EXPECT_EQ(direct->get("continue"), "true");
  EXPECT_EQ(direct->get("thread"), "t1");
  EXPECT_EQ(script.count<chat::Invite>(), 0U);
}

TEST(Invitation, HasThePasswordThatTheInviterEnteredWith) {
  GatewayScript script;
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/alice'>"
      "<x xmlns='http://jabber.org/protocol/muc'><password>s3cret</password></x></presence>");
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#tea", "alice");
  script.written();
  script.xmpp_sends(invite("<invite to='juliet@test'/>"));
  EXPECT_EQ(script.only().child("x", xmpp::ns::muc_user)->child_text("password", xmpp::ns::muc_user), "s3cret");
}

TEST(Invitation, IsRefusedAsAWholeBeforeAnybodyIsInvited) {
  const std::pair<std::string, std::string> cases[] = {
      {"<invite/>", "bad-request"},
      {"<invite to='@'/>", "bad-request"},
      {"<invite to='#coffee@irc.test'/>", "item-not-found"},
      {"<invite to='juliet@capulet.example'/>", "forbidden"},  // may not use the gateway
  };
  GatewayScript script;
  script.joins("alice", "#tea");
  for (const auto& [wrong, expected] : cases) {
    script.xmpp_sends(invite("<invite to='bob@irc.test'/><invite to='romeo@test'/>" + wrong));
    EXPECT_EQ(condition(script.only()), expected) << wrong;
  }
  EXPECT_EQ(script.count<chat::Invite>(), 0U);
}

TEST(Invitation, IsForOccupantsToMake) {
  GatewayScript script;
  script.xmpp_sends(invite("<invite to='bob@irc.test'/>"));
  EXPECT_EQ(condition(script.only()), "forbidden");
  script.xmpp_sends(
      "<message from='alice@test/home' to='bob@irc.test' id='i1'>"
      "<x xmlns='jabber:x:conference' jid='#tea@irc.test'/></message>");
  EXPECT_EQ(condition(script.only()), "forbidden");
}

TEST(Invitation, MayBeSentToThePersonDirectly) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(
      "<message from='alice@test/home' to='bob@irc.test' id='i1'>"
      "<x xmlns='jabber:x:conference' jid='#tea@irc.test' reason='biscuits'/></message>");
  const auto [id, command] = script.command<chat::Invite>();
  EXPECT_EQ(command.person.text, "bob");
  EXPECT_EQ(command.reason, "biscuits");
  script.network_says(chat::Failed{id, chat::Failed::Outcome::refused, Fault::not_found, "No such nick", {}});
  const auto error = script.only();
  EXPECT_EQ(condition(error), "item-not-found");
  EXPECT_EQ(error.get("from"), "bob@irc.test");
  EXPECT_NE(error.child("x", conference), nullptr);
}

TEST(Invitation, ToARoomElsewhereIsPassedOnInWordsOnly) {
  GatewayScript script;
  script.joins("alice", "#tea");
  const std::string x = "<x xmlns='jabber:x:conference' jid='room@conference.test'/>";
  script.xmpp_sends("<message from='alice@test/home' to='bob@irc.test' id='i1'>" + x + "</message>");
  EXPECT_EQ(condition(script.only()), "not-acceptable");
  script.xmpp_sends("<message from='alice@test/home' to='bob@irc.test' type='chat'>" + x +
                    "<body>join xmpp:room@conference.test?join</body></message>");
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.text, "join xmpp:room@conference.test?join");
}

TEST(Invitation, FromTheNetworkIsOneStanzaInBothForms) {
  GatewayScript script;
  script.joins("alice", "#tea");
  chat::Invited invited;
  invited.room = chat::RoomId{"#coffee"};
  invited.author = {chat::PersonId{"bob"}, "bob", {}, false};
  invited.reason = "biscuits";
  invited.password = "s3cret";
  script.network_says(invited);
  const auto message = script.only();
  EXPECT_EQ(message.get("from"), "#coffee@irc.test");
  EXPECT_EQ(message.get("to"), "alice@test");
  const auto* x = message.child("x", xmpp::ns::muc_user);
  EXPECT_EQ(x->child("invite", xmpp::ns::muc_user)->get("from"), "bob@irc.test");
  EXPECT_EQ(x->child("invite", xmpp::ns::muc_user)->child_text("reason", xmpp::ns::muc_user), "biscuits");
  EXPECT_EQ(x->child_text("password", xmpp::ns::muc_user), "s3cret");
  EXPECT_EQ(message.child("x", conference)->get("jid"), "#coffee@irc.test");
  // Whoever follows it needs not type the password.
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#coffee@irc.test/alice'>"
      "<x xmlns='http://jabber.org/protocol/muc'/></presence>");
  EXPECT_EQ(script.command<chat::JoinRoom>().second.password, "s3cret");
}

TEST(Invitation, OfTheNetworkItselfIsByTheGatewayAndDecliningItTellsNobody) {
  GatewayScript script;
  script.joins("alice", "#tea");
  chat::Invited invited;
  invited.room = chat::RoomId{"#coffee"};
  invited.reason = "You are in this room.";
  script.network_says(invited);
  const auto message = script.only();
  EXPECT_EQ(message.child("x", xmpp::ns::muc_user)->child("invite", xmpp::ns::muc_user)->get("from"), "irc.test");
  script.xmpp_sends(
      "<message from='alice@test/home' to='#coffee@irc.test'><x xmlns='http://jabber.org/protocol/muc#user'>"
      "<decline to='irc.test'/></x></message>");
  EXPECT_TRUE(script.written().empty());
  EXPECT_EQ(script.count<chat::DeclineInvite>(), 0U);
}

TEST(Invitation, IsDeclinedTowardsWhoeverInvited) {
  GatewayScript script;
  script.joins("alice", "#coffee");
  script.xmpp_sends(invite("<decline to='bob@irc.test'><reason>no time</reason></decline>"));
  const auto [id, command] = script.command<chat::DeclineInvite>();
  EXPECT_EQ(command.room, tea);
  EXPECT_EQ(command.inviter.text, "bob");
  EXPECT_EQ(command.reason, "no time");
  script.network_says(chat::Failed{id, chat::Failed::Outcome::refused, Fault::not_found, "No such nick", {}});
  EXPECT_TRUE(script.written().empty());
  script.xmpp_sends(invite("<decline to='romeo@test'><reason>no time</reason></decline>"));
  const auto message = script.only();
  EXPECT_EQ(message.get("from"), "#tea@irc.test");
  EXPECT_EQ(message.get("to"), "romeo@test");
  const auto* decline = message.child("x", xmpp::ns::muc_user)->child("decline", xmpp::ns::muc_user);
  ASSERT_NE(decline, nullptr);
  EXPECT_EQ(decline->get("from"), "alice@test");
  EXPECT_EQ(decline->child_text("reason", xmpp::ns::muc_user), "no time");
}

const std::string voice =
    "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
    "<value>http://jabber.org/protocol/muc#request</value></field>"
    "<field var='muc#role'><value>participant</value></field></x>";

TEST(Voice, IsAskedForAndTheRefusalComesBack) {
  GatewayScript script;
  script.xmpp_sends(to_room(voice));
  EXPECT_EQ(condition(script.only()), "not-acceptable");
  script.joins("alice", "#tea");
  script.xmpp_sends(to_room(voice));
  const auto [id, command] = script.command<chat::RequestVoice>();
  EXPECT_EQ(command.room, tea);
  script.network_says(chat::Failed{id, chat::Failed::Outcome::refused, Fault::forbidden, "nobody here can", {}});
  const auto error = script.only();
  EXPECT_EQ(condition(error), "forbidden");
  EXPECT_EQ(error.get("id"), "i1");
  std::string moderator = voice;
  moderator.replace(moderator.find("participant"), 11, "moderator");
  script.xmpp_sends(to_room(moderator));
  EXPECT_EQ(condition(script.only()), "bad-request");
  EXPECT_EQ(script.count<chat::RequestVoice>(), 1U);
}

}  // namespace
}  // namespace dragoman::gateway::room_invite_test
