#include "support/gateway_script.hpp"

// How joins are refused and how rooms are left: XEP-0045 7.2, 7.6, 7.14, 15.6.

namespace dragoman::gateway::room_leaving_test {
namespace {

using test::GatewayScript;
using Why = chat::RoomLeft::Why;
const chat::RoomId tea{"#tea"};

const xmpp::Element* item_of(const xmpp::Element& presence) {
  const auto* x = presence.child("x", xmpp::ns::muc_user);
  return x == nullptr ? nullptr : x->child("item", xmpp::ns::muc_user);
}
std::vector<std::string> codes(const xmpp::Element& presence) {
  std::vector<std::string> found;
  const auto* x = presence.child("x", xmpp::ns::muc_user);
  if (x == nullptr) return found;
  for (const auto& child : x->children) {
    if (child.name == "status") found.emplace_back(child.get("code"));
  }
  return found;
}
const std::string join_tea =
    "<presence from='alice@test/home' to='#tea@irc.test/alice'><x xmlns='http://jabber.org/protocol/muc'>"
    "<password>s3cret</password></x></presence>";

struct Refusal {
  Fault fault;
  std::string condition, type, code;
};

TEST(RefusedJoin, HasTheConditionOfItsReason) {
  const Refusal refusals[] = {
      {Fault::unauthorized, "not-authorized", "auth", "401"},
      {Fault::forbidden, "forbidden", "auth", "403"},
      {Fault::not_found, "item-not-found", "cancel", "404"},
      {Fault::not_allowed, "not-allowed", "cancel", "405"},
      {Fault::unacceptable, "not-acceptable", "modify", "406"},
      {Fault::members_only, "registration-required", "auth", "407"},
      {Fault::conflict, "conflict", "cancel", "409"},
      {Fault::full, "service-unavailable", "wait", "503"},
      {Fault::timeout, "remote-server-timeout", "wait", "504"},
      {Fault::unavailable, "remote-server-timeout", "wait", "504"},
      {Fault::limited, "resource-constraint", "wait", "500"},
      {Fault::malformed, "jid-malformed", "modify", "400"},
  };
  for (const Refusal& refusal : refusals) {
    GatewayScript script;
    script.xmpp_sends(join_tea);
    script.network_says(chat::Failed{
        script.command<chat::JoinRoom>().first, chat::Failed::Outcome::refused, refusal.fault, "its words", {}});
    const auto error = script.only();
    EXPECT_EQ(error.get("from"), "#tea@irc.test/alice");
    EXPECT_EQ(error.get("type"), "error");
    const auto* reason = error.child("error", xmpp::ns::component);
    ASSERT_NE(reason, nullptr);
    EXPECT_NE(reason->child(refusal.condition, xmpp::ns::stanza_errors), nullptr) << refusal.condition;
    EXPECT_EQ(reason->get("type"), refusal.type) << refusal.condition;
    EXPECT_EQ(reason->get("code"), refusal.code) << refusal.condition;
    EXPECT_EQ(reason->get("by"), "#tea@irc.test");
    EXPECT_EQ(reason->child_text("text", xmpp::ns::stanza_errors), "its words");
    const auto* x = error.child("x", xmpp::ns::muc);
    ASSERT_NE(x, nullptr);
    EXPECT_TRUE(x->children.empty());  // no password
  }
}

TEST(RefusedJoin, IsNotThatOfAnEarlierTimeWhenTheRoomIsLeftAndEnteredAgain) {
  GatewayScript script;
  script.xmpp_sends(join_tea);
  const auto first = script.command<chat::JoinRoom>().first;
  script.xmpp_sends("<presence from='alice@test/home' to='#tea@irc.test/alice' type='unavailable'/>");
  script.xmpp_sends(join_tea);
  script.written();
  script.network_says(
      chat::Failed{first, chat::Failed::Outcome::refused, Fault::closed, "left again before it was joined", {}});
  EXPECT_TRUE(script.written().empty());
}

TEST(RefusedJoin, ComesFromTheAddressAsItWasAsked) {
  GatewayScript script;
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#TEA@irc.test/Alice'><x xmlns='http://jabber.org/protocol/muc'/>"
      "</presence>");
  script.network_says(
      chat::Failed{script.command<chat::JoinRoom>().first, chat::Failed::Outcome::refused, Fault::forbidden, "no", {}});
  EXPECT_EQ(script.only().get("from"), "#TEA@irc.test/Alice");
}

TEST(RefusedJoin, SaysWhereTheRoomIsNow) {
  GatewayScript script;
  script.xmpp_sends(join_tea);
  script.network_says(chat::RoomLeft{tea, Why::moved, Fault::closed, {}, "Forwarding", chat::RoomId{"#tea2"}});
  const auto error = script.only();
  const auto* reason = error.child("error", xmpp::ns::component);
  ASSERT_NE(reason, nullptr);
  EXPECT_EQ(reason->get("type"), "cancel");
  EXPECT_EQ(reason->child_text("gone", xmpp::ns::stanza_errors), "xmpp:%23tea2@irc.test?join");
}

TEST(RoomThatIsRenamed, TakesItsArchiveAlong) {
  GatewayScript script;
  script.joins("alice", "#tea");
  chat::MessageReceived received;
  received.conversation.room = tea;
  received.author.name = "bob";
  received.content = chat::plain("hello");
  script.network_says(received);
  script.network_says(chat::RoomLeft{tea, Why::moved, Fault::closed, {}, "Forwarding", chat::RoomId{"#tea2"}});
  EXPECT_EQ(script.store.rows.begin()->second.room, "#tea");  // another channel
  GatewayScript renamed;
  renamed.joins("alice", "#tea");
  renamed.network_says(received);
  renamed.network_says(
      chat::RoomLeft{tea, Why::moved, Fault::closed, {}, "A better name", chat::RoomId{"#chai"}, true});
  EXPECT_EQ(renamed.store.rows.begin()->second.room, "#chai");
}

TEST(RefusedJoin, OfANameThatTheNetworkCannotHaveGivesNoPasswordBack) {
  GatewayScript script;
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea\\20time@irc.test/alice'><x xmlns='http://jabber.org/protocol/muc'>"
      "<password>s3cret</password></x></presence>");
  const auto error = script.only();
  EXPECT_EQ(error.child("error", xmpp::ns::component)->get("by"), "#tea\\20time@irc.test");
  EXPECT_EQ(xmpp::to_xml(error).find("s3cret"), std::string::npos);
}

TEST(RoomLeft, HasTheCodesOfItsReasonForEachClient) {
  struct Case {
    Why why;
    std::vector<std::string> codes;
    bool has_reason;  // in <item/>; else in <status/>
    std::string affiliation;
  };
  const Case cases[] = {
      {Why::left, {"110"}, false, "none"},
      {Why::kicked, {"110", "307"}, true, "none"},
      {Why::banned, {"110", "301"}, true, "outcast"},
      {Why::lost, {"110", "333"}, false, "none"},
      {Why::refused, {"110", "333"}, false, "none"},
  };
  for (const Case& each : cases) {
    GatewayScript script;
    script.joins("alice", "#tea");
    script.xmpp_sends(
        "<presence from='alice@test/phone' to='#tea@irc.test/alice'><x xmlns='http://jabber.org/protocol/muc'/>"
        "</presence>");
    script.written();
    const std::string actor = each.has_reason ? "bob" : "";
    script.network_says(chat::RoomLeft{tea, each.why, Fault::closed, actor, "enough", {}});
    const auto stanzas = script.written();
    ASSERT_EQ(stanzas.size(), 2U);
    EXPECT_NE(stanzas[0].get("to"), stanzas[1].get("to"));
    for (const auto& gone : stanzas) {
      EXPECT_EQ(gone.get("type"), "unavailable");
      EXPECT_EQ(gone.get("from"), "#tea@irc.test/alice");
      EXPECT_EQ(codes(gone), each.codes);
      ASSERT_NE(item_of(gone), nullptr);
      EXPECT_EQ(item_of(gone)->get("role"), "none");
      EXPECT_EQ(item_of(gone)->get("affiliation"), each.affiliation);
      EXPECT_EQ(item_of(gone)->child_text("reason", xmpp::ns::muc_user), each.has_reason ? "enough" : "");
      EXPECT_EQ(gone.child_text("status", xmpp::ns::component), each.has_reason ? "" : "enough");
      const auto* by = item_of(gone)->child("actor", xmpp::ns::muc_user);
      EXPECT_EQ(by == nullptr ? "" : by->get("nick"), actor);
    }
  }
}

TEST(RoomLeft, ThatMovedSaysWhereTo) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.network_says(chat::RoomLeft{tea, Why::moved, Fault::closed, {}, "renamed", chat::RoomId{"#tea2"}});
  const auto gone = script.only();
  const auto* destroy = gone.child("x", xmpp::ns::muc_user)->child("destroy", xmpp::ns::muc_user);
  ASSERT_NE(destroy, nullptr);
  EXPECT_EQ(destroy->get("jid"), "#tea2@irc.test");
  EXPECT_EQ(destroy->child_text("reason", xmpp::ns::muc_user), "renamed");
}

TEST(RoomLeft, GivesBackWhatWaitedInIt) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea@irc.test' type='groupchat' id='x1'><body>hm</body>"
      "</message>");
  script.network_says(chat::RoomLeft{tea, Why::kicked, Fault::closed, "bob", "enough", {}});
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U);
  EXPECT_EQ(stanzas[1].get("type"), "error");
  EXPECT_EQ(stanzas[1].get("id"), "x1");
  EXPECT_EQ(stanzas[1].child_text("body", xmpp::ns::component), "hm");
}

TEST(Nickname, IsNotChangedByAnUpdateOfThePresence) {
  GatewayScript script;
  const NameId self = script.network->names().acquire(RealmId{}, "\xF0\x9F\x98\x80", "x", "_");
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/_'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
  script.network_says(chat::Ready{"\xF0\x9F\x98\x80", {}});
  chat::RoomJoined joined;
  joined.room = tea;
  joined.self = self;
  script.network_says(joined);
  const auto stanzas = script.written();
  EXPECT_EQ(codes(stanzas.at(0)), std::vector<std::string>{"110"});  // it is shown as it was wished
  script.xmpp_sends("<presence from='alice@test/home' to='#tea@irc.test/_'><show>away</show></presence>");
  script.xmpp_sends("<presence from='alice@test/home' to='#tea@irc.test'><show>away</show></presence>");
  EXPECT_EQ(script.count<chat::SetNickname>(), 0U);
  EXPECT_TRUE(script.written().empty());
}

TEST(Nickname, OfSomebodyWhoIsRenamedIsTheOneOfTheNewAddress) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  const NameId odd = script.network->names().acquire(RealmId{}, "<\xF0\x9F\x98\x80", "x", "&lt;_");
  script.network_says(chat::OccupantRenamed{tea, script.name("bob"), odd, false});
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U);
  EXPECT_EQ(item_of(stanzas[0])->get("nick"), "<_");
  EXPECT_EQ(stanzas[1].get("from"), "#tea@irc.test/<_");
}

TEST(PresenceWithoutANickname, OfSomebodyOutsideIsNotForTheRoom) {
  GatewayScript script;
  script.xmpp_sends("<presence from='alice@test/home' to='#tea@irc.test'/>");
  EXPECT_TRUE(script.written().empty());
}

TEST(PrivateMessageInARoom, ToSomebodyWhoHasLeftIsNotFound) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  const std::string psst =
      "<message from='alice@test/home' to='#tea@irc.test/bob' type='chat' id='p1'><body>psst</body></message>";
  script.xmpp_sends(psst);
  EXPECT_EQ(script.count<chat::SendMessage>(), 1U);
  script.network_says(chat::OccupantsLeft{tea, {script.name("bob")}, chat::OccupantsLeft::Why::left, {}, {}});
  script.written();
  script.xmpp_sends(psst);
  const auto error = script.only();
  EXPECT_EQ(error.get("id"), "p1");
  EXPECT_EQ(error.child_text("body", xmpp::ns::component), "psst");
  EXPECT_NE(error.child("error", xmpp::ns::component)->child("item-not-found", xmpp::ns::stanza_errors), nullptr);
  EXPECT_EQ(script.count<chat::SendMessage>(), 1U);
}

}  // namespace
}  // namespace dragoman::gateway::room_leaving_test
