#include "support/gateway_script.hpp"
#include "xmpp/disco.hpp"

// Rooms of a network that hides nobody: XEP-0045 7.2.4 and 15.3, non-anonymous rooms.

namespace dragoman::gateway::shown_people_test {
namespace {

using test::GatewayScript;
const chat::RoomId tea{"#tea"};

std::string address_in(const xmpp::Element& presence) {
  const auto* x = presence.child("x", xmpp::ns::muc_user);
  const auto* item = x == nullptr ? nullptr : x->child("item", xmpp::ns::muc_user);
  return item == nullptr ? "no item" : std::string{item->get("jid")};
}
std::vector<std::string> codes_of(const xmpp::Element& presence) {
  std::vector<std::string> codes;
  const auto* x = presence.child("x", xmpp::ns::muc_user);
  if (x == nullptr) return codes;
  for (const auto& child : x->children) {
    if (child.name == "status") codes.emplace_back(child.get("code"));
  }
  return codes;
}
bool says(GatewayScript& script, const std::string& feature) {
  script.xmpp_sends(
      "<iq from='alice@test/home' to='#tea@irc.test' type='get' id='d1'>"
      "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
  const auto result = script.only();
  const auto* query = result.child("query", xmpp::ns::disco_info);
  if (query == nullptr) return false;
  const auto info = xmpp::read_disco_info(*query);
  return std::find(info.features.begin(), info.features.end(), feature) != info.features.end();
}

class ShownPeople : public ::testing::Test {
 protected:
  ShownPeople() {
    script.network->description().shows_people = true;
    script.xmpp_sends(
        "<presence from='alice@test/home' to='#tea@irc.test/alice'><x xmlns='http://jabber.org/protocol/muc'/>"
        "</presence>");
    script.network_says(chat::Ready{"alice", {}});
    script.lets_in("#tea", "alice", {"bob"}, "");
    entering = script.written();
  }
  GatewayScript script{test::FakeShape{{}, true}};
  std::vector<xmpp::Element> entering;
};

TEST_F(ShownPeople, HaveTheirAddressInTheirPresence) {
  ASSERT_GE(entering.size(), 2U) << GatewayScript::dump(entering);
  EXPECT_EQ(address_in(entering[0]), "bob-of-tea@irc.test");
  EXPECT_EQ(address_in(entering[1]), "alice@test/home") << "each client sees itself";
}

TEST_F(ShownPeople, AreAnnouncedToWhoeverEnters) {
  ASSERT_GE(entering.size(), 2U);
  EXPECT_EQ(codes_of(entering[0]), std::vector<std::string>{});
  EXPECT_EQ(codes_of(entering[1]), (std::vector<std::string>{"100", "110"}));
  script.network_says(chat::SelfChanged{{}, tea, {chat::Role::moderator, chat::Affiliation::owner}, {}});
  EXPECT_EQ(codes_of(script.only()), std::vector<std::string>{"110"}) << "once, when entering";
}

TEST_F(ShownPeople, KeepTheirAddressWhenTheyChangeTheirNameOrGo) {
  const NameId bob = script.name("bob", tea), robert = script.name("robert", tea);
  script.network_says(chat::OccupantRenamed{tea, bob, robert});
  const auto renamed = script.written();
  ASSERT_EQ(renamed.size(), 2U);
  EXPECT_EQ(address_in(renamed[0]), "bob-of-tea@irc.test");
  EXPECT_EQ(address_in(renamed[1]), "robert-of-tea@irc.test");
  script.network_says(chat::OccupantsLeft{tea, {robert}, chat::OccupantsLeft::Why::left, {}, {}});
  EXPECT_EQ(address_in(script.only()), "robert-of-tea@irc.test");
}

TEST_F(ShownPeople, AreOfARoomThatSaysSo) {
  EXPECT_TRUE(says(script, "muc_nonanonymous"));
  EXPECT_FALSE(says(script, "muc_semianonymous"));
}

TEST(HiddenPeople, HaveNoAddressAndNobodyIsWarned) {
  GatewayScript script;
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/alice'><x xmlns='http://jabber.org/protocol/muc'/>"
      "</presence>");
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#tea", "alice", {"bob"}, "");
  const auto entering = script.written();
  ASSERT_GE(entering.size(), 2U);
  EXPECT_EQ(address_in(entering[0]), "");
  EXPECT_EQ(codes_of(entering[1]), std::vector<std::string>{"110"});
  EXPECT_FALSE(says(script, "muc_nonanonymous"));
}

TEST(RoomName, ANewOneIsToldOnceAndShown) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  chat::RoomChanged changed;
  changed.room = tea;
  changed.name = "Tea room";
  script.network_says(changed);
  script.written();
  changed.name = "Coffee";
  script.network_says(changed);
  EXPECT_EQ(codes_of(script.only()), std::vector<std::string>{"104"});
  script.network_says(changed);
  EXPECT_TRUE(script.written().empty());
  script.xmpp_sends(
      "<iq from='alice@test/home' to='#tea@irc.test' type='get' id='d1'>"
      "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
  const auto result = script.only();
  const auto* query = result.child("query", xmpp::ns::disco_info);
  ASSERT_NE(query, nullptr);
  EXPECT_EQ(xmpp::read_disco_info(*query).identities.at(0).name, "Coffee");
}

}  // namespace
}  // namespace dragoman::gateway::shown_people_test
