#include "support/gateway_script.hpp"
#include "xmpp/disco.hpp"

// Discovery of rooms (XEP-0045 6.4, 7.11, 15), their cards, and registration with them (7.10).

namespace dragoman::gateway::room_disco_test {
namespace {

using test::GatewayScript;
const chat::RoomId tea{"#tea"};

std::string ask(const std::string& content, const std::string& type = "get") {
  return "<iq from='alice@test/home' to='#tea@irc.test' type='" + type + "' id='d1'>" + content + "</iq>";
}
std::string disco(const std::string& node = {}) {
  return ask("<query xmlns='http://jabber.org/protocol/disco#info'" + (node.empty() ? "" : " node='" + node + "'") +
             "/>");
}
xmpp::DiscoInfo info(GatewayScript& script) {
  script.xmpp_sends(disco());
  const auto result = script.only();
  const auto* query = result.child("query", xmpp::ns::disco_info);
  EXPECT_NE(query, nullptr);
  return query == nullptr ? xmpp::DiscoInfo{} : xmpp::read_disco_info(*query);
}
bool has(const xmpp::DiscoInfo& info, std::string_view feature) {
  return std::find(info.features.begin(), info.features.end(), feature) != info.features.end();
}
std::string condition(const xmpp::Element& stanza) {
  const auto* error = stanza.child("error", xmpp::ns::component);
  if (error == nullptr) return "no error";
  for (const auto& child : error->children) {
    if (child.ns == xmpp::ns::stanza_errors && child.name != "text") return child.name;
  }
  return "no condition";
}

TEST(RoomDisco, BeforeTheJoinClaimsNothingThatIsNotKnown) {
  GatewayScript script;
  const auto seen = info(script);
  EXPECT_EQ(seen.identities.at(0).name, "#tea");
  for (const auto* known : {"http://jabber.org/protocol/muc", "muc_persistent", "muc_semianonymous", "vcard-temp",
                            "jabber:iq:register", "urn:xmpp:occupant-id:0", "http://jabber.org/protocol/muc#stable_id",
                            "http://jabber.org/protocol/muc#self-ping-optimization"}) {
    EXPECT_TRUE(has(seen, known)) << known;
  }
  for (const auto* unknown : {"muc_open", "muc_membersonly", "muc_public", "muc_hidden", "muc_unsecured",
                              "muc_passwordprotected", "muc_moderated", "muc_unmoderated"}) {
    EXPECT_FALSE(has(seen, unknown)) << unknown;
  }
  EXPECT_EQ(seen.forms.at(0).form_type, "http://jabber.org/protocol/muc#roominfo");
  EXPECT_EQ(seen.forms.at(0).value("muc#roominfo_description"), "#tea on TestNet");
  EXPECT_EQ(seen.forms.at(0).value("muc#maxhistoryfetch"), "250");
  EXPECT_EQ(seen.forms.at(0).find("muc#roominfo_subject"), nullptr);
}

TEST(RoomDisco, ShowsTheSettingsOfTheRoom) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob", "carol"}, "biscuits");
  chat::RoomChanged changed;
  changed.room = tea;
  changed.settings.members_only = changed.settings.password = true;
  script.network_says(changed);
  auto seen = info(script);
  for (const auto* feature : {"muc_membersonly", "muc_passwordprotected", "muc_unmoderated", "muc_public"}) {
    EXPECT_TRUE(has(seen, feature)) << feature;
  }
  EXPECT_EQ(seen.forms.at(0).value("muc#roominfo_subject"), "biscuits");
  EXPECT_EQ(seen.forms.at(0).value("muc#roominfo_description"), "biscuits");
  EXPECT_EQ(seen.forms.at(0).value("muc#roominfo_occupants"), "3");
  EXPECT_EQ(seen.forms.at(0).value("muc#roominfo_subjectmod"), "1");
  EXPECT_EQ(seen.forms.at(0).value("muc#roominfo_changesubject"), "1");
  changed.settings = {};
  changed.settings.moderated = changed.settings.hidden = changed.settings.topic_locked = true;
  script.network_says(changed);
  script.written();  // 104
  seen = info(script);
  for (const auto* feature : {"muc_open", "muc_unsecured", "muc_moderated", "muc_hidden"}) {
    EXPECT_TRUE(has(seen, feature)) << feature;
  }
  EXPECT_EQ(seen.forms.at(0).value("muc#roominfo_subjectmod"), "0");
}

TEST(RoomDisco, CountsThoseWhoAreNotShownToo) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob", "carol"}, "");
  script.network->people = 5000;
  EXPECT_EQ(info(script).forms.at(0).value("muc#roominfo_occupants"), "5000");
}

TEST(RoomDisco, NamesTheAdminsOfTheGateway) {
  auto policy = GatewayScript::default_policy();
  policy.admins = {"admin@test"};
  GatewayScript script{policy};
  EXPECT_EQ(info(script).forms.at(0).value("muc#roominfo_contactjid"), "admin@test");
}

TEST(RoomDisco, HasTheNicknameThatOneHas) {
  GatewayScript script;
  script.xmpp_sends(disco("x-roomuser-item"));
  auto query = *script.only().child("query", xmpp::ns::disco_info);
  EXPECT_TRUE(xmpp::read_disco_info(query).identities.empty());
  script.joins("alice", "#tea");
  script.xmpp_sends(disco("x-roomuser-item"));
  query = *script.only().child("query", xmpp::ns::disco_info);
  EXPECT_EQ(query.get("node"), "x-roomuser-item");
  const auto identity = xmpp::read_disco_info(query).identities.at(0);
  EXPECT_EQ(identity.category, "conference");
  EXPECT_EQ(identity.type, "text");
  EXPECT_EQ(identity.name, "alice");
}

TEST(RoomDisco, KnowsNoOtherNodes) {
  GatewayScript script;
  script.xmpp_sends(disco("http://jabber.org/protocol/muc#traffic"));
  EXPECT_EQ(condition(script.only()), "service-unavailable");
  script.xmpp_sends(disco("x"));
  EXPECT_EQ(condition(script.only()), "item-not-found");
  script.xmpp_sends(ask("<query xmlns='http://jabber.org/protocol/disco#items' node='x'/>"));
  EXPECT_EQ(condition(script.only()), "item-not-found");
}

TEST(RoomSmallTalk, IsThatOfTheGateway) {
  GatewayScript script;
  script.joins("alice", "#tea");
  const auto ask = [&](const std::string& question, const std::string& who = "alice@test/home") {
    script.xmpp_sends("<iq type='get' id='q' from='" + who + "' to='#tea@irc.test'>" + question + "</iq>");
    return script.only();
  };
  EXPECT_EQ(ask("<query xmlns='jabber:iq:version'/>", "eve@test/x")
                .first_element()
                ->child_text("version", "jabber:iq:version"),
            "test");
  EXPECT_FALSE(ask("<time xmlns='urn:xmpp:time'/>").first_element()->child_text("utc", "urn:xmpp:time").empty());
  EXPECT_FALSE(ask("<query xmlns='jabber:iq:time'/>").first_element()->child_text("utc", "jabber:iq:time").empty());
  EXPECT_EQ(ask("<query xmlns='jabber:iq:last'/>").get("type"), "error") << "nobody has said anything";
  chat::MessageReceived said;
  said.conversation.room = chat::RoomId{"#tea"};
  said.author.name = "bob";
  said.content = chat::plain("hello");
  script.network_says(said);
  script.written();
  script.passes(std::chrono::seconds{90});
  EXPECT_EQ(ask("<query xmlns='jabber:iq:last'/>").first_element()->get("seconds"), "90");
  EXPECT_EQ(ask("<query xmlns='jabber:iq:last'/>", "eve@test/x").get("type"), "error") << "not for the outside";
}

TEST(RoomCard, HasTheNameOfTheRoomAndCannotBeChanged) {
  GatewayScript script;
  script.xmpp_sends(ask("<vCard xmlns='vcard-temp'/>"));
  const auto result = script.only();
  ASSERT_NE(result.child("vCard", "vcard-temp"), nullptr);
  EXPECT_EQ(result.child("vCard", "vcard-temp")->child_text("FN", "vcard-temp"), "#tea");
  script.xmpp_sends(ask("<vCard xmlns='vcard-temp'><FN>x</FN></vCard>", "set"));
  EXPECT_EQ(condition(script.only()), "forbidden");
}

std::string register_with(const std::string& content, const std::string& type = "set") {
  return ask("<query xmlns='jabber:iq:register'>" + content + "</query>", type);
}
const std::string form =
    "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
    "<value>http://jabber.org/protocol/muc#register</value></field>"
    "<field var='muc#register_roomnick'><value>alicia</value></field></x>";

TEST(RoomRegistration, ShowsTheNicknameInAForm) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(register_with("", "get"));
  const auto result = script.only();
  const auto* query = result.child("query", xmpp::ns::reg);
  ASSERT_NE(query, nullptr);
  const auto shown = xmpp::find_data_form(*query);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->form_type, "http://jabber.org/protocol/muc#register");
  EXPECT_EQ(shown->value("muc#register_roomnick"), "alice");
  EXPECT_EQ(query->child("registered", xmpp::ns::reg), nullptr);
}

TEST(RoomRegistration, ChangesTheNicknameOnTheNetwork) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(register_with(form));
  auto [id, command] = script.command<chat::SetNickname>();
  EXPECT_EQ(command.nickname, "alicia");
  script.network_says(chat::Failed{id, chat::Failed::Outcome::refused, Fault::conflict, "in use", {}});
  EXPECT_EQ(condition(script.only()), "conflict");
  script.xmpp_sends(register_with("<nick>alicia</nick>"));
  script.network_says(chat::Done{script.command<chat::SetNickname>().first, {}});
  EXPECT_EQ(script.only().get("type"), "result");
}

TEST(RoomRegistration, IsKeptAsTheNicknameOfTheAccount) {
  GatewayScript script;
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='set' id='r'><query xmlns='jabber:iq:register'>"
      "<nick>alice</nick></query></iq>");
  script.joins("alice", "#tea");
  script.xmpp_sends(register_with(form));
  script.network_says(chat::SelfChanged{"alicia", std::nullopt, {}, {}});
  script.network_says(chat::Done{script.command<chat::SetNickname>().first, {}});
  EXPECT_EQ(script.only().get("type"), "result");
  script.restart();
  EXPECT_EQ(script.network->account.nickname, "alicia");
}

TEST(RoomRegistration, RefusesWhatIsNoNickname) {
  GatewayScript script;
  script.joins("alice", "#tea");
  const std::pair<std::string, std::string> cases[] = {
      {"", "bad-request"}, {"<nick/>", "not-acceptable"}, {"<remove/>", "not-allowed"}};
  for (const auto& [content, expected] : cases) {
    script.xmpp_sends(register_with(content));
    EXPECT_EQ(condition(script.only()), expected) << content;
  }
  script.xmpp_sends(register_with("<x xmlns='jabber:x:data' type='cancel'/>"));
  EXPECT_EQ(script.only().get("type"), "result");
  EXPECT_EQ(script.count<chat::SetNickname>(), 0U);
}

}  // namespace
}  // namespace dragoman::gateway::room_disco_test
