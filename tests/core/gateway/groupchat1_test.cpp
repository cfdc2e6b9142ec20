#include "support/gateway_script.hpp"

// Groupchat 1.0, the protocol before XEP-0045: rooms are entered by plain presence, and lines of text say who comes and
// goes.

namespace dragoman::gateway::groupchat1_test {
namespace {

using test::GatewayScript;
const chat::RoomId tea{"#tea"};

std::string presence(const std::string& inside = {}, const std::string& nick = "old") {
  return "<presence from='alice@test/psi' to='#tea@irc.test/" + nick + "'>" + inside + "</presence>";
}
const std::string muc = "<x xmlns='http://jabber.org/protocol/muc'/>";
const std::string caps =
    "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://client.example' "
    "ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>";

/// "old has arrived." for a line from the room, "bob" and "-bob" for plain presence, "[x]" behind what has more than
/// RFC 6121 in it, "topic: biscuits".
std::vector<std::string> seen(GatewayScript& script, const std::string& client = "alice@test/psi") {
  std::vector<std::string> all;
  for (const auto& each : script.written()) {
    if (each.get("to") != client) continue;
    const std::string from{each.get("from")};
    const std::string nick = from.find('/') == std::string::npos ? std::string{} : from.substr(from.find('/') + 1);
    std::string text;
    if (each.name == "presence") {
      text = (each.get("type") == "unavailable" ? "-" : "") + nick;
      const std::string status = each.child_text("status", each.ns);
      if (!status.empty()) text += " (" + status + ')';
      if (each.get("type") == "error") text = "error";
    } else if (each.child("subject", each.ns) != nullptr) {
      text = "topic: " + each.child_text("subject", each.ns) + '/' + each.child_text("body", each.ns);
    } else {
      text = each.child_text("body", each.ns);
    }
    for (const auto& child : each.children) {
      if (child.ns != each.ns) text += "[" + child.name + "]";
    }
    all.push_back(text);
  }
  return all;
}
using Lines = std::vector<std::string>;

/// alice@test/psi is in #tea as old, with bob.
void enters(GatewayScript& script) {
  script.xmpp_sends(presence());
  script.network_says(chat::Ready{"old", {}});
  script.lets_in("#tea", "old", {"bob"});
}

TEST(Groupchat1, IsEnteredByPlainPresence) {
  GatewayScript script;
  script.xmpp_sends(presence("<show>chat</show><priority>1</priority>"));
  EXPECT_EQ(script.command<chat::JoinRoom>().second.nickname, "old");
  script.network_says(chat::Ready{"old", {}});
  script.lets_in("#tea", "old", {"bob"}, "biscuits");
  EXPECT_EQ(seen(script), (Lines{"old has arrived.", "bob", "old", "topic: biscuits/The topic is: biscuits"}));
}

TEST(Groupchat1, IsKnownBehindWhatServersStamp) {
  GatewayScript script;
  script.xmpp_sends(presence(
      "<x xmlns='vcard-temp:x:update'><photo/></x><delay xmlns='urn:xmpp:delay' stamp='2026-11-20T09:00:00Z'/>"));
  EXPECT_EQ(script.count<chat::JoinRoom>(), 1U);
}

TEST(Groupchat1, SaysInWordsWhoComesAndGoes) {
  GatewayScript script;
  enters(script);
  script.written();
  script.network_says(chat::OccupantsJoined{tea, {{script.name("carol"), {}}}});
  EXPECT_EQ(seen(script), (Lines{"carol has arrived.", "carol"}));
  script.network_says(
      chat::OccupantsLeft{tea, {script.name("carol")}, chat::OccupantsLeft::Why::quit, {}, "Off to bed"});
  EXPECT_EQ(seen(script), (Lines{"-carol (Off to bed)", "carol has left."}));
  script.network_says(chat::OccupantRenamed{tea, script.name("bob"), script.name("robert"), false});
  EXPECT_EQ(seen(script), (Lines{"-bob", "robert", "bob is now known as robert."}));
}

TEST(Groupchat1, SaysInOneMessageThatManyHaveLeft) {
  GatewayScript script;
  enters(script);
  script.network_says(chat::OccupantsJoined{tea, {{script.name("carol"), {}}}});
  script.written();
  script.network_says(chat::OccupantsLeft{
      tea, {script.name("bob"), script.name("carol")}, chat::OccupantsLeft::Why::lost, {}, "netsplit"});
  EXPECT_EQ(seen(script), (Lines{"-bob (netsplit)", "-carol (netsplit)", "bob has left.\ncarol has left."}));
}

TEST(Groupchat1, NobodyArrivesWhoOnlyChanges) {
  GatewayScript script;
  enters(script);
  script.written();
  chat::Standing op;
  op.role = chat::Role::moderator;
  script.network_says(chat::OccupantChanged{tea, {script.name("bob"), op}, {}});
  EXPECT_EQ(seen(script), (Lines{"bob"}));
  chat::RoomJoined again;
  again.room = tea;
  again.self = script.name("old");
  again.occupants = {{script.name("bob"), {}}};
  script.network_says(chat::Lost{Fault::unavailable, "reset", script.clock.now() + std::chrono::seconds{5}});
  script.network_says(chat::Ready{"old", {}});
  script.written();
  script.network_says(again);
  for (const std::string& line : seen(script)) EXPECT_EQ(line.find("arrived"), std::string::npos) << line;
}

TEST(Groupchat1, NicknameIsChangedByPresence) {
  GatewayScript script;
  enters(script);
  script.written();
  script.xmpp_sends(presence({}, "older"));
  EXPECT_EQ(script.command<chat::SetNickname>().second.nickname, "older");
  script.network_says(chat::OccupantRenamed{tea, script.name("old"), script.name("older"), true});
  EXPECT_EQ(seen(script), (Lines{"-old", "older", "old is now known as older."}));
}

TEST(Groupchat1, KickIsSaidInTheStatus) {
  GatewayScript script;
  enters(script);
  script.written();
  script.network_says(chat::RoomLeft{tea, chat::RoomLeft::Why::kicked, Fault::closed, "bob", "enough", {}});
  EXPECT_EQ(seen(script), (Lines{"-old (enough)"}));
}

TEST(Groupchat1, TopicHasAText) {
  GatewayScript script;
  enters(script);
  script.written();
  script.network_says(chat::TopicChanged{tea, {chat::PersonId{"bob"}, "bob", {}, false}, "scones", {}});
  EXPECT_EQ(seen(script), (Lines{"topic: scones//me has set the topic to: scones"}));
}

TEST(Groupchat1, ErrorHasNoExtension) {
  GatewayScript script;
  script.xmpp_sends(presence());
  script.network_says(chat::Ready{"old", {}});
  script.network_says(chat::Failed{
      script.command<chat::JoinRoom>().first, chat::Failed::Outcome::refused, Fault::forbidden, "You are banned.", {}});
  EXPECT_EQ(seen(script), (Lines{"error"}));
}

TEST(Groupchat1, OtherClientsOfThePersonKeepWhatTheyKnow) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.xmpp_sends(presence({}, "alice"));
  EXPECT_EQ(seen(script), (Lines{"alice has arrived.", "bob", "alice", "topic: /"}));
  script.network_says(chat::OccupantsJoined{tea, {{script.name("carol"), {}}}});
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 3U) << GatewayScript::dump(stanzas);
  EXPECT_NE(stanzas[1].child("x", xmpp::ns::muc_user) != nullptr, stanzas[2].child("x", xmpp::ns::muc_user) != nullptr);
}

TEST(Groupchat1, ClientWithCapabilitiesThatLostTrackIsTold) {
  GatewayScript script;
  for (const std::string& modern : {caps, std::string{"<nick xmlns='http://jabber.org/protocol/nick'/>"}}) {
    script.xmpp_sends(presence(modern));
    EXPECT_EQ(seen(script), (Lines{"-old (You are not in this room; join it again.)[x]"}));
  }
  EXPECT_TRUE(script.network->log.empty());
}

TEST(Groupchat1, ClientThatJoinedWithMucOnceIsTold) {
  GatewayScript script;
  script.xmpp_sends(presence(muc));
  script.network_says(chat::Ready{"old", {}});
  script.lets_in("#tea", "old");
  script.network_says(chat::RoomLeft{tea, chat::RoomLeft::Why::kicked, Fault::closed, "bob", "enough", {}});
  script.written();
  script.xmpp_sends(presence("<show>away</show>"));
  EXPECT_EQ(seen(script), (Lines{"-old (You are not in this room; join it again.)[x]"}));
}

TEST(Groupchat1, MayBeSwitchedOff) {
  auto policy = GatewayScript::default_policy();
  policy.groupchat1 = Policy::Groupchat1::never;
  GatewayScript script{policy};
  script.xmpp_sends(presence());
  EXPECT_EQ(seen(script), (Lines{"-old (You are not in this room; join it again.)[x]"}));
}

TEST(Groupchat1, MayBeForEverybody) {
  auto policy = GatewayScript::default_policy();
  policy.groupchat1 = Policy::Groupchat1::always;
  GatewayScript script{policy};
  script.xmpp_sends(presence("<nick xmlns='http://jabber.org/protocol/nick'/>"));
  EXPECT_EQ(script.count<chat::JoinRoom>(), 1U);
}

TEST(Groupchat1, StaysAfterARestart) {
  GatewayScript script;
  enters(script);
  script.written();
  script.restart();
  script.network_says(chat::Ready{"old", {}});
  script.lets_in("#tea", "old", {"bob"});
  const auto lines = seen(script);
  ASSERT_GE(lines.size(), 3U);
  EXPECT_EQ(lines[0], "bob");
  EXPECT_EQ(lines[1], "old");
}

TEST(Groupchat1, InvitesByTheSubject) {
  GatewayScript script;
  enters(script);
  script.written();
  script.xmpp_sends(
      "<message from='alice@test/psi' to='#tea@irc.test'><subject>invite:hamlet@test</subject>"
      "<body>Pity me not.</body></message>");
  const auto invitation = script.only();
  EXPECT_EQ(invitation.get("to"), "hamlet@test");
  const auto* direct = invitation.child("x", "jabber:x:conference");
  ASSERT_NE(direct, nullptr);
  EXPECT_EQ(direct->get("jid"), "#tea@irc.test");
  EXPECT_EQ(direct->get("reason"), "Pity me not.");
  const auto* x = invitation.child("x", xmpp::ns::muc_user);
  ASSERT_NE(x, nullptr);
  EXPECT_EQ(x->child("invite", xmpp::ns::muc_user)->get("from"), "alice@test");
  script.xmpp_sends(
      "<message from='alice@test/psi' to='#tea@irc.test'><subject>invite:bob@irc.test</subject></message>");
  EXPECT_EQ(script.command<chat::Invite>().second.person.text, "bob");
}

}  // namespace
}  // namespace dragoman::gateway::groupchat1_test
