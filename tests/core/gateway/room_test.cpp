#include "support/gateway_script.hpp"

// Rooms as a person's clients see them, XEP-0045.

namespace dragoman::gateway::room_test {
namespace {

using test::GatewayScript;
const chat::RoomId tea{"#tea"};

std::string nick_of(const xmpp::Element& stanza) {
  const std::string from{stanza.get("from")};
  return from.substr(from.find('/') + 1);
}
bool has_status(const xmpp::Element& presence, std::string_view code) {
  const auto* x = presence.child("x", xmpp::ns::muc_user);
  if (x == nullptr) return false;
  return std::any_of(x->children.begin(), x->children.end(),
                     [&](const xmpp::Element& child) { return child.name == "status" && child.get("code") == code; });
}
chat::Author author(const std::string& name) { return {chat::PersonId{name}, name, {}, false}; }

const std::string join_tea =
    "<presence from='alice@test/home' to='#tea@irc.test/alice'><x xmlns='http://jabber.org/protocol/muc'/></presence>";

TEST(Room, IsEnteredInTheOrderOthersSelfSubject) {
  GatewayScript script;
  script.xmpp_sends(join_tea);
  EXPECT_EQ(script.network->log, std::vector<std::string>{"connect as alice"});
  EXPECT_TRUE(script.written().empty());  // nothing before the network has let us in
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#tea", "alice", {"bob", "carol"}, "biscuits");
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 4U) << GatewayScript::dump(stanzas);
  EXPECT_EQ(nick_of(stanzas[0]), "bob");
  EXPECT_FALSE(has_status(stanzas[0], "110"));
  EXPECT_EQ(nick_of(stanzas[1]), "carol");
  EXPECT_EQ(nick_of(stanzas[2]), "alice");
  EXPECT_TRUE(has_status(stanzas[2], "110"));
  EXPECT_FALSE(has_status(stanzas[2], "210"));
  EXPECT_EQ(stanzas[3].child_text("subject", xmpp::ns::component), "biscuits");
  for (const auto& stanza : stanzas) EXPECT_EQ(stanza.get("to"), "alice@test/home");
}

TEST(Room, SaysThatTheNetworkGaveAnotherNickname) {
  GatewayScript script;
  script.xmpp_sends(join_tea);
  script.network_says(chat::Ready{"alice_", {}});
  script.lets_in("#tea", "alice_");
  const auto stanzas = script.written();
  EXPECT_TRUE(has_status(stanzas.at(0), "110"));
  EXPECT_TRUE(has_status(stanzas.at(0), "210"));
}

TEST(Room, ARefusedJoinIsAnErrorFromTheRoomWithTheNetworksWords) {
  GatewayScript script;
  script.xmpp_sends(join_tea);
  const auto join = script.command<chat::JoinRoom>();
  script.network_says(
      chat::Failed{join.first, chat::Failed::Outcome::refused, Fault::unauthorized, "need the key", {}});
  const auto error = script.only();
  EXPECT_EQ(error.get("type"), "error");
  EXPECT_EQ(error.get("from"), "#tea@irc.test/alice");
  const auto* reason = error.child("error", xmpp::ns::component);
  ASSERT_NE(reason, nullptr);
  EXPECT_NE(reason->child("not-authorized", xmpp::ns::stanza_errors), nullptr);
  EXPECT_EQ(reason->get("by"), "#tea@irc.test");
  EXPECT_EQ(reason->child_text("text", xmpp::ns::stanza_errors), "need the key");
  EXPECT_NE(error.child("x", xmpp::ns::muc), nullptr);
}

TEST(Room, EnteringAgainIsAFullResynchronisationWithoutASecondJoin) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"}, "biscuits");
  script.xmpp_sends(join_tea);
  EXPECT_EQ(script.written().size(), 3U);
  EXPECT_EQ(script.count<chat::JoinRoom>(), 1U);
}

TEST(Room, ASecondClientSeesTheRoomAndOneLeavesWithoutThePersonLeaving) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.xmpp_sends(
      "<presence from='alice@test/phone' to='#tea@irc.test/alice'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  for (const auto& stanza : script.written()) EXPECT_EQ(stanza.get("to"), "alice@test/phone");
  script.xmpp_sends("<presence from='alice@test/home' to='#tea@irc.test/alice' type='unavailable'/>");
  const auto gone = script.only();
  EXPECT_EQ(gone.get("type"), "unavailable");
  EXPECT_TRUE(has_status(gone, "110"));
  EXPECT_EQ(script.count<chat::LeaveRoom>(), 0U);
  script.xmpp_sends("<presence from='alice@test/phone' to='#tea@irc.test/alice' type='unavailable'/>");
  EXPECT_EQ(script.network->log.back(), "stop left");  // nothing needs the connection any more
}

TEST(Room, ShowsWhoComesAndGoes) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.network_says(
      chat::OccupantsJoined{tea, {{script.name("bob"), {chat::Role::moderator, chat::Affiliation::admin}}}});
  const auto come = script.only();
  EXPECT_EQ(nick_of(come), "bob");
  const auto* item = come.child("x", xmpp::ns::muc_user)->child("item", xmpp::ns::muc_user);
  EXPECT_EQ(item->get("role"), "moderator");
  EXPECT_EQ(item->get("affiliation"), "admin");
  script.network_says(
      chat::OccupantsLeft{tea, {script.name("bob")}, chat::OccupantsLeft::Why::kicked, "carol", "rude"});
  const auto gone = script.only();
  EXPECT_EQ(gone.get("type"), "unavailable");
  EXPECT_TRUE(has_status(gone, "307"));
  const auto* why = gone.child("x", xmpp::ns::muc_user)->child("item", xmpp::ns::muc_user);
  EXPECT_EQ(why->get("role"), "none");
  EXPECT_EQ(why->child("actor", xmpp::ns::muc_user)->get("nick"), "carol");
  EXPECT_EQ(why->child_text("reason", xmpp::ns::muc_user), "rude");
}

TEST(Room, ANicknameChangeIsUnavailable303AndThenAvailable) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.network_says(chat::OccupantRenamed{tea, script.name("bob"), script.name("robert"), false});
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U);
  EXPECT_EQ(nick_of(stanzas[0]), "bob");
  EXPECT_TRUE(has_status(stanzas[0], "303"));
  EXPECT_EQ(stanzas[0].child("x", xmpp::ns::muc_user)->child("item", xmpp::ns::muc_user)->get("nick"), "robert");
  EXPECT_EQ(nick_of(stanzas[1]), "robert");
}

TEST(Room, AskingForAnotherNicknameAsksTheNetwork) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends("<presence from='alice@test/home' to='#tea@irc.test/alicia'/>");
  EXPECT_EQ(script.command<chat::SetNickname>().second.nickname, "alicia");
  script.network_says(chat::Failed{
      script.command<chat::SetNickname>().first, chat::Failed::Outcome::refused, Fault::conflict, "in use", {}});
  const auto error = script.only();
  EXPECT_EQ(error.get("type"), "error");
  EXPECT_EQ(error.get("from"), "#tea@irc.test/alicia");
  EXPECT_NE(error.child("error", xmpp::ns::component)->child("conflict", xmpp::ns::stanza_errors), nullptr);
}

TEST(Room, TellsAClientThatIsNotInsideThatItIsNot) {
  GatewayScript script;
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/alice'><nick "
      "xmlns='http://jabber.org/protocol/nick'/></presence>");
  const auto answer = script.only();
  EXPECT_EQ(answer.get("type"), "unavailable");
  for (const auto code : {"110", "307", "333"}) EXPECT_TRUE(has_status(answer, code)) << code;
}

TEST(Room, PeopleStayWhileTheNetworkIsAwayAndSeeOnlyWhatChanged) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob", "carol"});
  script.network_says(chat::Lost{Fault::unavailable, "connection reset", script.clock.now() + std::chrono::seconds{5}});
  const auto notice = script.only();
  EXPECT_EQ(notice.get("from"), "#tea@irc.test");
  EXPECT_NE(notice.child_text("body", xmpp::ns::component).find("connection reset"), std::string::npos);
  script.clock.advance(std::chrono::seconds{90});
  script.network_says(chat::Ready{"alice", {}});
  chat::RoomJoined again;
  again.room = tea;
  again.self = script.name("alice");
  again.occupants = {{script.name("bob"), {}}, {script.name("dave"), {}}};
  script.network_says(again);
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 3U) << GatewayScript::dump(stanzas);
  EXPECT_EQ(nick_of(stanzas[0]), "carol");
  EXPECT_EQ(stanzas[0].get("type"), "unavailable");
  EXPECT_EQ(nick_of(stanzas[1]), "dave");
  EXPECT_NE(stanzas[2].child_text("body", xmpp::ns::component).find("90 s"), std::string::npos);
}

TEST(Room, IsLeftByAClientWhoseServerSaysItIsGone) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea@irc.test' type='error'><error type='cancel'>"
      "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
  EXPECT_EQ(script.network->log.back(), "stop left");
}

TEST(Room, AKickThrowsThePersonOutWithActorAndReason) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.network_says(chat::RoomLeft{tea, chat::RoomLeft::Why::kicked, Fault::closed, "bob", "enough", {}});
  const auto gone = script.only();
  EXPECT_TRUE(has_status(gone, "110"));
  EXPECT_TRUE(has_status(gone, "307"));
  EXPECT_EQ(
      gone.child("x", xmpp::ns::muc_user)->child("item", xmpp::ns::muc_user)->child_text("reason", xmpp::ns::muc_user),
      "enough");
}

TEST(Room, OnlyTenAreJoinedAMinute) {
  GatewayScript script;
  for (int i = 0; i < 11; ++i) {
    script.xmpp_sends("<presence from='alice@test/home' to='#r" + std::to_string(i) +
                      "@irc.test/alice'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
  }
  const auto error = script.only();
  EXPECT_EQ(error.get("from"), "#r10@irc.test/alice");
  EXPECT_NE(error.child("error", xmpp::ns::component)->child("resource-constraint", xmpp::ns::stanza_errors), nullptr);
  EXPECT_EQ(script.count<chat::JoinRoom>(), 10U);
}

TEST(Room, AStrangerIsTurnedAway) {
  GatewayScript script;
  script.xmpp_sends(
      "<presence from='eve@elsewhere/x' to='#tea@irc.test/eve'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
  const auto error = script.only();
  EXPECT_NE(error.child("error", xmpp::ns::component)->child("forbidden", xmpp::ns::stanza_errors), nullptr);
  EXPECT_TRUE(script.network->log.empty());
}

TEST(Room, IsRejoinedAfterARestartWithoutTheClientDoingAnything) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.restart();
  EXPECT_EQ(script.network->log, std::vector<std::string>{"connect as alice"});
  EXPECT_EQ(script.command<chat::JoinRoom>().second.room, tea);
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#tea", "alice", {"bob"});
  EXPECT_EQ(script.written().size(), 4U);  // bob, alice, the subject, and that nobody listened meanwhile
}

TEST(Room, IsKeptAfterARestartWhileTheNetworkCannotBeReached) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.restart();
  const auto fails = [&](const char* text) {
    script.network_says(chat::Failed{
        script.command<chat::JoinRoom>().first, chat::Failed::Outcome::not_sent, Fault::unavailable, text, {}});
  };
  fails("nobody answers");
  EXPECT_EQ(script.written().size(), 0U);  // alice is in the room, as when the network went away at any other time
  EXPECT_EQ(script.count<chat::JoinRoom>(), 1U);

  // Who comes now is answered.
  script.xmpp_sends(
      "<presence from='alice@test/phone' to='#tea@irc.test/alice' id='j1'>"
      "<x xmlns='http://jabber.org/protocol/muc'/></presence>");
  EXPECT_EQ(script.count<chat::JoinRoom>(), 2U);
  fails("still nobody");
  const auto refused = script.only();
  EXPECT_EQ(refused.get("to"), "alice@test/phone");
  EXPECT_EQ(refused.get("type"), "error");
  EXPECT_EQ(refused.get("id"), "j1");

  script.network_says(chat::Ready{"alice", {}});
  EXPECT_EQ(script.count<chat::JoinRoom>(), 3U);
  script.lets_in("#tea", "alice", {"bob"});
  const auto written = script.written();
  ASSERT_EQ(written.size(), 4U);  // bob, alice, the subject, and that nobody listened meanwhile
  for (const auto& stanza : written) EXPECT_EQ(stanza.get("to"), "alice@test/home");
}

TEST(Room, IsLeftAfterARestartWhenTheNetworkSaysNo) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.restart();
  script.network_says(chat::Ready{"alice", {}});
  script.network_says(chat::Failed{script.command<chat::JoinRoom>().first,
                                   chat::Failed::Outcome::refused,
                                   Fault::members_only,
                                   "by invitation",
                                   {}});
  const auto gone = script.only();
  EXPECT_EQ(gone.get("type"), "unavailable");
  EXPECT_EQ(gone.get("from"), "#tea@irc.test/alice");
  EXPECT_TRUE(has_status(gone, "110"));
  EXPECT_TRUE(has_status(gone, "333"));
  EXPECT_EQ(gone.child_text("status", gone.ns), "by invitation");
}

TEST(Room, CleanStopSays332AndTheRoomIsStillStored) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.stop();
  const auto gone = script.only();
  EXPECT_TRUE(has_status(gone, "332"));
  script.restart();
  EXPECT_EQ(script.count<chat::JoinRoom>(), 1U);
}

TEST(Room, MessagesOfOthersComeFromTheirNickname) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  chat::MessageReceived said;
  said.conversation = {tea, {}};
  said.author = author("bob");
  said.id = chat::MessageId{"m1"};
  said.content = chat::plain("hello <all> & \"you\"");
  script.network_says(said);
  const auto message = script.only();
  EXPECT_EQ(message.get("from"), "#tea@irc.test/bob");
  EXPECT_EQ(message.get("to"), "alice@test/home");
  EXPECT_EQ(message.get("type"), "groupchat");
  EXPECT_EQ(message.child_text("body", xmpp::ns::component), "hello <all> & \"you\"");
  EXPECT_NE(message.child("stanza-id", xmpp::ns::stanza_id), nullptr);
  EXPECT_EQ(message.child("delay", xmpp::ns::delay), nullptr);
}

}  // namespace
}  // namespace dragoman::gateway::room_test
