#include "support/gateway_script.hpp"

// Rooms whose network keeps what is said for whoever enters later: XEP-0045 "Room Logging" and 10.2.1.

namespace dragoman::gateway::logged_room_test {
namespace {

using test::GatewayScript;
const chat::RoomId tea{"#tea"};

std::vector<std::string> codes_of(const xmpp::Element& stanza) {
  std::vector<std::string> codes;
  const auto* x = stanza.child("x", xmpp::ns::muc_user);
  if (x == nullptr) return codes;
  for (const auto& child : x->children) {
    if (child.name == "status") codes.emplace_back(child.get("code"));
  }
  return codes;
}

chat::RoomChanged settings(bool logged, bool moderated = false) {
  chat::RoomChanged changed;
  changed.room = tea;
  changed.settings.logged = logged;
  changed.settings.moderated = moderated;
  return changed;
}

/// Who enters a room and is told so; what they are told of themselves last.
std::vector<std::string> entering(GatewayScript& script, bool logged) {
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/alice'><x xmlns='http://jabber.org/protocol/muc'/>"
      "</presence>");
  script.network_says(chat::Ready{"alice", {}});
  chat::RoomJoined joined;
  joined.room = tea;
  joined.self = script.name("alice", tea);
  joined.occupants = {{script.name("bob", tea), {}}};
  joined.logged = logged;
  script.network_says(joined);
  std::vector<std::string> codes;
  for (const auto& stanza : script.written()) {
    if (stanza.name == "presence") codes = codes_of(stanza);
  }
  return codes;
}

TEST(LoggedRoom, SaysSoToWhoeverEnters) {
  GatewayScript script{test::FakeShape{{}, true}};
  script.network->description().shows_people = true;
  EXPECT_EQ(entering(script, true), (std::vector<std::string>{"100", "110", "170"}));
  script.network_says(chat::SelfChanged{{}, tea, {chat::Role::moderator, chat::Affiliation::owner}, {}});
  EXPECT_EQ(codes_of(script.only()), std::vector<std::string>{"110"}) << "once, when entering";
}

TEST(LoggedRoom, OthersSayNothing) {
  GatewayScript script;
  EXPECT_EQ(entering(script, false), std::vector<std::string>{"110"});
}

TEST(LoggedRoom, AChangeIsSaidByItsOwnCode) {
  GatewayScript script;
  entering(script, true);
  script.network_says(settings(true));
  EXPECT_TRUE(script.written().empty()) << "it is as it was said on entering";
  script.network_says(settings(false));
  EXPECT_EQ(codes_of(script.only()), std::vector<std::string>{"171"});
  script.network_says(settings(true));
  EXPECT_EQ(codes_of(script.only()), std::vector<std::string>{"170"});
  script.network_says(settings(false, true));
  EXPECT_EQ(codes_of(script.only()), (std::vector<std::string>{"171", "104"}));
}

TEST(LoggedRoom, WhoEntersAfterTheChangeIsToldHowItIsNow) {
  GatewayScript script;
  entering(script, false);
  script.network_says(settings(true));
  script.written();
  script.xmpp_sends(
      "<presence from='alice@test/desk' to='#tea@irc.test/alice'><x xmlns='http://jabber.org/protocol/muc'/>"
      "</presence>");
  std::vector<std::string> codes;
  for (const auto& stanza : script.written()) {
    if (stanza.name == "presence") codes = codes_of(stanza);
  }
  EXPECT_EQ(codes, (std::vector<std::string>{"110", "170"}));
}

}  // namespace
}  // namespace dragoman::gateway::logged_room_test
