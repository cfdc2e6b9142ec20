#include "support/gateway_script.hpp"
#include "xmpp/avatar.hpp"
#include "xmpp/caps.hpp"
#include "xmpp/hats.hpp"
#include "xmpp/idle.hpp"
#include "xmpp/nick.hpp"
#include "xmpp/pubsub.hpp"
#include "xmpp/vcard4.hpp"

// Who our addresses are to clients: contact addresses, pictures, nicknames, ranks, idle times.

namespace dragoman::gateway::identity_test {
namespace {

using test::GatewayScript;
const chat::RoomId tea{"#tea"};

std::string iq(const std::string& type, const std::string& to, const std::string& payload) {
  return "<iq from='alice@test/home' to='" + to + "' type='" + type + "' id='q'>" + payload + "</iq>";
}
std::string items(const std::string& node, const std::string& inside = {}) {
  return "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='" + node + "'>" + inside + "</items></pubsub>";
}
std::string pubsub(const std::string& inside) {
  return "<pubsub xmlns='http://jabber.org/protocol/pubsub'>" + inside + "</pubsub>";
}
std::string condition(const xmpp::Element& stanza) {
  const auto* error = stanza.child("error", xmpp::ns::component);
  const auto* found = error == nullptr ? nullptr : error->first_element();
  return found == nullptr ? "no error" : found->name;
}
/// The one item of an answer, or nullptr.
const xmpp::Element* item(const xmpp::Element& answer) {
  const auto* found = answer.child("pubsub", xmpp::ns::pubsub);
  found = found == nullptr ? nullptr : found->child("items", xmpp::ns::pubsub);
  return found == nullptr ? nullptr : found->child("item", xmpp::ns::pubsub);
}
const std::string png = std::string{"\x89PNG\r\n\x1a\n", 8} + "pixels";

GatewayScript with_picture() {
  auto policy = GatewayScript::default_policy();
  policy.avatar = xmpp::make_avatar(png);
  return GatewayScript{policy};
}
/// alice@test/home has bob as a contact and is connected.
void befriends(GatewayScript& script) {
  script.xmpp_sends("<presence from='alice@test' to='bob@irc.test' type='subscribe'/>");
  script.xmpp_sends("<presence from='alice@test/home' to='bob@irc.test'/>");
  script.network_says(chat::Ready{"alice", {}});
  script.written();
}

TEST(ContactAddresses, AreTheAdminsWhenNobodyElseIsNamed) {
  auto policy = GatewayScript::default_policy();
  policy.admins = {"root@test"};
  policy.contact = {{"abuse", {"mailto:abuse@example.org", "xmpp:abuse@example.org"}}};
  GatewayScript script{policy};
  script.xmpp_sends(iq("get", "irc.test", "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
  const auto info = xmpp::read_disco_info(*script.only().child("query", xmpp::ns::disco_info));
  ASSERT_EQ(info.forms.size(), 1U);
  EXPECT_EQ(info.forms[0].form_type, "http://jabber.org/network/serverinfo");
  EXPECT_EQ(info.forms[0].value("admin-addresses"), "xmpp:root@test");
  EXPECT_EQ(info.forms[0].find("abuse-addresses")->values.size(), 2U);
}

TEST(ContactAddresses, AreLeftOutWhenThereAreNone) {
  GatewayScript script;
  script.xmpp_sends(iq("get", "irc.test", "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
  EXPECT_TRUE(xmpp::read_disco_info(*script.only().child("query", xmpp::ns::disco_info)).forms.empty());
}

TEST(Picture, OfTheGatewayIsTheSameInPresenceCardAndNodes) {
  GatewayScript script = with_picture();
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  const std::string hash = script.only().child("x", "vcard-temp:x:update")->child_text("photo", "vcard-temp:x:update");
  EXPECT_EQ(hash.size(), 40U);
  script.xmpp_sends(iq("get", "irc.test", "<vCard xmlns='vcard-temp'/>"));
  const auto card = script.only();
  const auto* photo = card.child("vCard", "vcard-temp")->child("PHOTO", "vcard-temp");
  ASSERT_NE(photo, nullptr);
  EXPECT_EQ(photo->child_text("TYPE", "vcard-temp"), "image/png");
  script.xmpp_sends(iq("get", "irc.test", items("urn:xmpp:avatar:metadata")));
  const auto metadata = script.only();
  ASSERT_NE(item(metadata), nullptr);
  EXPECT_EQ(item(metadata)->get("id"), hash);
  const auto* info = item(metadata)->first_element()->child("info", xmpp::avatar_metadata_ns);
  EXPECT_EQ(info->get("bytes"), std::to_string(png.size()));
  EXPECT_EQ(info->get("id"), hash);
  script.xmpp_sends(iq("get", "irc.test", items("urn:xmpp:avatar:data", "<item id='" + hash + "'/>")));
  const auto data = script.only();
  ASSERT_NE(item(data), nullptr);
  EXPECT_EQ(item(data)->first_element()->text(), photo->child_text("BINVAL", "vcard-temp"));
  script.xmpp_sends(iq("get", "irc.test", items("urn:xmpp:avatar:data", "<item id='other'/>")));
  EXPECT_EQ(item(script.only()), nullptr);
}

TEST(Picture, OfAGatewayWithoutOneIsNotThere) {
  GatewayScript script;
  script.xmpp_sends(iq("get", "irc.test", items("urn:xmpp:avatar:metadata")));
  EXPECT_EQ(condition(script.only()), "item-not-found");
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  EXPECT_EQ(script.only().child("x", "vcard-temp:x:update"), nullptr);
}

TEST(Picture, OfAContactIsSaidNotToBeThere) {
  GatewayScript script;
  befriends(script);
  script.network_says(chat::PresenceChanged{chat::PersonId{"bob"}, chat::Availability::available, {}});
  const auto presence = script.only();
  const auto* update = presence.child("x", "vcard-temp:x:update");
  ASSERT_NE(update, nullptr);
  EXPECT_TRUE(update->child_text("photo", "vcard-temp:x:update").empty());
  script.xmpp_sends(iq("get", "bob@irc.test", items("urn:xmpp:avatar:metadata")));
  EXPECT_EQ(condition(script.only()), "item-not-found");
}

TEST(Picture, IsGivenAsAnAddressWhereTheNetworkHasOne) {
  GatewayScript script;
  befriends(script);
  chat::Profile profile;
  profile.nickname = "bob";
  profile.avatar_url = "https://pictures.test/bob.png";
  script.xmpp_sends(iq("get", "bob@irc.test", "<vCard xmlns='vcard-temp'/>"));
  script.network_says(chat::Done{script.command<chat::GetProfile>().first, profile});
  const auto card = script.only();
  EXPECT_EQ(card.child("vCard", "vcard-temp")->child("PHOTO", "vcard-temp")->child_text("EXTVAL", "vcard-temp"),
            profile.avatar_url);
}

TEST(PersonalNode, HoldsTheNickname) {
  GatewayScript script;
  script.xmpp_sends(iq("get", "bob@irc.test", items("http://jabber.org/protocol/nick")));
  const auto answer = script.only();
  ASSERT_NE(item(answer), nullptr);
  EXPECT_EQ(item(answer)->child_text("nick", xmpp::nick_ns), "bob");
}

TEST(PersonalNode, HoldsTheCard) {
  GatewayScript script;
  befriends(script);
  chat::Profile profile;
  profile.nickname = "bob";
  profile.full_name = "Robert";
  for (const std::string& question :
       {items("urn:xmpp:vcard4"), std::string{"<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'/>"}}) {
    script.xmpp_sends(iq("get", "bob@irc.test", question));
    script.network_says(chat::Done{script.command<chat::GetProfile>().first, profile});
    const auto answer = script.only();
    EXPECT_EQ(answer.get("type"), "result");
    const auto* card = item(answer) == nullptr ? answer.first_element() : item(answer)->first_element();
    ASSERT_NE(card, nullptr);
    EXPECT_EQ(card->ns, xmpp::vcard4_ns);
    EXPECT_EQ(card->child("fn", xmpp::vcard4_ns)->child_text("text", xmpp::vcard4_ns), "Robert");
    EXPECT_EQ(card->child("impp", xmpp::vcard4_ns)->child_text("uri", xmpp::vcard4_ns), "xmpp:bob@irc.test");
  }
}

TEST(PersonalNode, IsReadOnly) {
  GatewayScript script = with_picture();
  for (const std::string to : {"bob@irc.test", "irc.test"}) {
    script.xmpp_sends(iq("set", to, pubsub("<publish node='urn:xmpp:avatar:data'><item id='x'/></publish>")));
    EXPECT_EQ(condition(script.only()), "forbidden");
    script.xmpp_sends(iq("set", to, pubsub("<subscribe node='urn:xmpp:avatar:metadata' jid='alice@test'/>")));
    const auto refused = script.only();
    EXPECT_EQ(condition(refused), "feature-not-implemented");
    const auto* unsupported = refused.child("error", xmpp::ns::component)->child("unsupported", xmpp::pubsub_errors_ns);
    ASSERT_NE(unsupported, nullptr);
    EXPECT_EQ(unsupported->get("feature"), "subscribe");
    script.xmpp_sends(iq("get", to, items("urn:x:nothing")));
    EXPECT_EQ(condition(script.only()), "item-not-found");
    script.xmpp_sends(iq("get", to, pubsub({})));
    EXPECT_EQ(condition(script.only()), "bad-request");
  }
}

TEST(PersonalNode, ThatIsAskedForWronglyIsABadRequest) {
  GatewayScript script;
  script.xmpp_sends(iq("get", "bob@irc.test", pubsub("<items/>")));
  const auto without = script.only();
  EXPECT_EQ(condition(without), "bad-request");
  EXPECT_NE(without.child("error", xmpp::ns::component)->child("nodeid-required", xmpp::pubsub_errors_ns), nullptr);
  for (const std::string most : {"0", "-1", "many", ""}) {
    script.xmpp_sends(
        iq("get", "bob@irc.test", pubsub("<items node='http://jabber.org/protocol/nick' max_items='" + most + "'/>")));
    EXPECT_EQ(condition(script.only()), "bad-request") << most;
  }
  script.xmpp_sends(iq("get", "bob@irc.test", pubsub("<items node='http://jabber.org/protocol/nick' max_items='1'/>")));
  EXPECT_NE(item(script.only()), nullptr);
}

TEST(PersonalNode, IsFoundByDiscovery) {
  GatewayScript script;
  script.xmpp_sends(iq("get", "bob@irc.test", "<query xmlns='http://jabber.org/protocol/disco#items'/>"));
  const std::vector<xmpp::DiscoItem> nodes{{"bob@irc.test", "http://jabber.org/protocol/nick", {}},
                                           {"bob@irc.test", "urn:xmpp:vcard4", {}}};
  EXPECT_EQ(xmpp::read_disco_items(*script.only().child("query", xmpp::ns::disco_items)), nodes);
  script.xmpp_sends(
      iq("get", "bob@irc.test", "<query xmlns='http://jabber.org/protocol/disco#info' node='urn:xmpp:vcard4'/>"));
  const auto info = xmpp::read_disco_info(*script.only().child("query", xmpp::ns::disco_info));
  EXPECT_EQ(info.identities, (std::vector<xmpp::DiscoIdentity>{{"pubsub", "leaf", {}, {}}}));
}

TEST(Nickname, OfAStrangerStandsInTheirFirstMessage) {
  GatewayScript script;
  befriends(script);
  const auto says = [&](const std::string& person, const std::string& name) {
    chat::MessageReceived said;
    said.conversation = {{}, chat::PersonId{person}};
    said.author.person = chat::PersonId{person};
    said.author.name = name;
    said.content = chat::plain("hello");
    script.network_says(said);
    return script.only().child_text("nick", xmpp::nick_ns);
  };
  EXPECT_EQ(says("4711", "Carol"), "Carol");
  EXPECT_EQ(says("4711", "Carol"), "") << "it has been said";
  EXPECT_EQ(says("dora", "dora"), "") << "the address says it";
  EXPECT_EQ(says("bob", "Bobby"), "") << "the roster says it";
}

TEST(PersonalNode, MakesAContactAnAccountToClients) {
  GatewayScript script;
  script.xmpp_sends(iq("get", "bob@irc.test", "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
  const auto info = xmpp::read_disco_info(*script.only().child("query", xmpp::ns::disco_info));
  const std::vector<xmpp::DiscoIdentity> identities{{"account", "registered", {}, {}}, {"pubsub", "pep", {}, {}}};
  EXPECT_EQ(info.identities, identities);
}

TEST(Nickname, StandsInPresenceWhereTheAddressCouldNotBeIt) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.network_says(chat::OccupantsJoined{tea, {{script.name("b<&'>b"), {}}}});
  EXPECT_EQ(script.only().child("nick", xmpp::nick_ns), nullptr) << "the address is the nickname, only escaped";
  script.network_says(chat::OccupantsJoined{tea, {{script.name("\xF0\x9F\x98\x80"), {}}}});
  const auto presence = script.only();
  EXPECT_EQ(presence.get("from"), "#tea@irc.test/_");
  EXPECT_EQ(presence.child_text("nick", xmpp::nick_ns), "\xF0\x9F\x98\x80");
}

TEST(Rank, IsAHatInPresence) {
  GatewayScript script;
  script.network->description().ranks = {{"urn:x:founder", "Founder"}, {"urn:x:op", "Operator"}};
  script.joins("alice", "#tea");
  chat::Standing op{chat::Role::moderator, chat::Affiliation::admin};
  op.rank = 2;
  script.network_says(chat::OccupantsJoined{tea, {{script.name("bob"), op}, {script.name("carol"), {}}}});
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U);
  const auto* hats = stanzas[0].child("hats", xmpp::hats_ns);
  ASSERT_NE(hats, nullptr);
  EXPECT_EQ(hats->child("hat", xmpp::hats_ns)->get("uri"), "urn:x:op");
  EXPECT_EQ(hats->child("hat", xmpp::hats_ns)->get("title"), "Operator");
  EXPECT_EQ(stanzas[1].child("hats", xmpp::hats_ns), nullptr);
  script.network_says(chat::OccupantsLeft{tea, {script.name("bob")}, chat::OccupantsLeft::Why::left, {}, {}});
  EXPECT_EQ(script.only().child("hats", xmpp::hats_ns), nullptr);
}

TEST(Rank, IsAnnouncedByRoomsOfNetworksThatHaveSome) {
  GatewayScript script;
  const auto announces = [&] {
    script.xmpp_sends(iq("get", "#tea@irc.test", "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
    const auto info = xmpp::read_disco_info(*script.only().child("query", xmpp::ns::disco_info));
    return std::find(info.features.begin(), info.features.end(), xmpp::hats_ns) != info.features.end();
  };
  EXPECT_FALSE(announces());
  script.network->description().ranks = {{"urn:x:op", "Operator"}};
  EXPECT_TRUE(announces());
}

TEST(IdleTime, OfAContactStandsInPresence) {
  GatewayScript script;
  befriends(script);
  chat::PresenceChanged changed{chat::PersonId{"bob"}, chat::Availability::away, "lunch"};
  changed.idle_since = script.clock.utc() - std::chrono::minutes{10};
  script.network_says(changed);
  const auto presence = script.only();
  EXPECT_EQ(xmpp::read_idle(presence), changed.idle_since);
  script.network_says(changed);
  EXPECT_TRUE(script.written().empty()) << "it is the same time";
  changed.idle_since.reset();
  script.network_says(changed);
  EXPECT_FALSE(xmpp::read_idle(script.only()));
}

const std::string idle = "<idle xmlns='urn:xmpp:idle:1' since='2026-11-20T09:00:00Z'/>";

TEST(IdleTime, OfThePersonReachesANetworkThatTakesIt) {
  GatewayScript script;
  script.network->description().capabilities.set(chat::Feature::idle_time, chat::Support::native);
  script.joins("alice", "#tea");
  script.xmpp_sends("<presence from='alice@test/home' to='#tea@irc.test/alice'>" + idle + "</presence>");
  const auto told = script.command<chat::SetPresence>().second;
  EXPECT_EQ(told.availability, chat::Availability::available);
  EXPECT_EQ(told.idle_since, xmpp::read_datetime("2026-11-20T09:00:00Z"));
}

TEST(IdleTime, OfThePersonIsNoNewsForOtherNetworks) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends("<presence from='alice@test/home' to='#tea@irc.test/alice'>" + idle + "</presence>");
  EXPECT_EQ(script.count<chat::SetPresence>(), 0U);
  script.xmpp_sends("<presence from='alice@test/home' to='#tea@irc.test/alice'><show>na</show>" + idle + "</presence>");
  const auto told = script.command<chat::SetPresence>().second;
  EXPECT_EQ(told.availability, chat::Availability::extended_away) << "what nobody defined is xa";
  EXPECT_FALSE(told.idle_since);
}

TEST(Outsider, WhoSpeaksIsToldToJoinAgain) {
  GatewayScript script;
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea@irc.test' type='groupchat' id='m'><body>hello?</body></message>");
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U) << GatewayScript::dump(stanzas);
  EXPECT_EQ(condition(stanzas[0]), "not-acceptable");
  EXPECT_EQ(stanzas[1].get("type"), "unavailable");
  EXPECT_EQ(stanzas[1].get("to"), "alice@test/home");
  const auto* x = stanzas[1].child("x", xmpp::ns::muc_user);
  ASSERT_NE(x, nullptr);
  std::vector<std::string> codes;
  for (const auto& child : x->children) {
    if (child.name == "status") codes.emplace_back(child.get("code"));
  }
  EXPECT_EQ(codes, (std::vector<std::string>{"110", "332"}));
}

}  // namespace
}  // namespace dragoman::gateway::identity_test
