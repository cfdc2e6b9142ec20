#include "gateway/room_form.hpp"
#include "support/gateway_script.hpp"

// The settings of a room, XEP-0045 10.

namespace dragoman::gateway::room_owner_test {
namespace {

using test::GatewayScript;
const chat::RoomId tea{"#tea"};

std::string owner(const std::string& type, const std::string& content) {
  return "<iq from='alice@test/home' to='#tea@irc.test' type='" + type +
         "' id='o1'><query xmlns='http://jabber.org/protocol/muc#owner'>" + content + "</query></iq>";
}
std::string submit(const std::string& fields, const std::string& type = "submit") {
  return owner("set", "<x xmlns='jabber:x:data' type='" + type + "'>" + fields + "</x>");
}
std::string field(const std::string& var, const std::string& value) {
  return "<field var='" + var + "'><value>" + value + "</value></field>";
}
std::string condition(const xmpp::Element& stanza) {
  const auto* error = stanza.child("error", xmpp::ns::component);
  if (error == nullptr) return "no error";
  for (const auto& child : error->children) {
    if (child.ns == xmpp::ns::stanza_errors && child.name != "text") return child.name;
  }
  return "no condition";
}
void settings(GatewayScript& script, bool password) {
  chat::RoomChanged changed;
  changed.room = tea;
  changed.settings.password = password;
  script.network_says(changed);
  script.written();
}
chat::Form network_form() {
  using Kind = chat::Field::Kind;
  chat::Form form;
  for (const auto* name : {"topic_locked", "moderated", "members_only", "hidden", "no_colours"}) {
    chat::Field made;
    made.kind = Kind::boolean;
    made.name = name;
    made.label = name;
    made.values = {"1"};
    form.fields.push_back(made);
  }
  chat::Field password;
  password.kind = Kind::secret;
  password.name = "password";
  form.fields.push_back(password);
  chat::Field limit;
  limit.name = "limit";
  limit.values = {"25"};
  form.fields.push_back(limit);
  return form;
}

TEST(RoomOwner, SeesTheSettingsUnderTheirNamesInXmpp) {
  GatewayScript script;
  script.joins("alice", "#tea");
  settings(script, true);
  script.xmpp_sends(owner("get", ""));
  EXPECT_TRUE(script.written().empty());
  script.network_says(chat::Done{script.command<chat::GetRoomForm>().first, network_form()});
  const auto result = script.only();
  EXPECT_EQ(result.get("type"), "result");
  const auto form = xmpp::find_data_form(*result.child("query", xmpp::ns::muc_owner));
  ASSERT_TRUE(form);
  EXPECT_EQ(form->type, xmpp::DataForm::Type::form);
  EXPECT_EQ(form->form_type, "http://jabber.org/protocol/muc#roomconfig");
  EXPECT_EQ(form->find("muc#roomconfig_roomname")->type, "fixed");
  EXPECT_EQ(form->value("muc#roomconfig_roomname"), "#tea");
  EXPECT_EQ(form->value("muc#roomconfig_changesubject"), "0");
  EXPECT_EQ(form->value("muc#roomconfig_moderatedroom"), "1");
  EXPECT_EQ(form->value("muc#roomconfig_membersonly"), "1");
  EXPECT_EQ(form->value("muc#roomconfig_publicroom"), "0");
  EXPECT_EQ(form->value("irc#no_colours"), "1");
  EXPECT_EQ(form->value("muc#roomconfig_maxusers"), "25");
  EXPECT_EQ(form->value("muc#roomconfig_passwordprotectedroom"), "1");
  EXPECT_EQ(form->find("muc#roomconfig_roomsecret")->type, "text-private");
  EXPECT_TRUE(form->find("muc#roomconfig_roomsecret")->values.empty());
}

TEST(RoomOwner, ChangesOnlyWhatWasSent) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(submit(field("FORM_TYPE", "http://jabber.org/protocol/muc#roomconfig") +
                           field("muc#roomconfig_changesubject", "true") + field("muc#roomconfig_moderatedroom", "1") +
                           field("muc#roomconfig_roomname", "x") + field("irc#no_colours", "0")));
  const auto [id, command] = script.command<chat::ConfigureRoom>();
  EXPECT_EQ(command.room, tea);
  using Values = std::vector<std::string>;
  const std::map<std::string, Values> expected{{"topic_locked", {"0"}}, {"moderated", {"1"}}, {"no_colours", {"0"}}};
  EXPECT_EQ(command.fields.all(), expected);
  EXPECT_TRUE(script.written().empty());
  script.network_says(chat::Done{id, {}});
  EXPECT_EQ(script.only().get("type"), "result");
}

TEST(RoomOwner, LearnsWhyTheNetworkRefusedAndGetsNoPasswordBack) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(submit(field("muc#roomconfig_roomsecret", "s3cret")));
  const auto [id, command] = script.command<chat::ConfigureRoom>();
  EXPECT_EQ(command.fields.get("password"), "s3cret");
  script.network_says(chat::Failed{id, chat::Failed::Outcome::refused, Fault::forbidden, "not channel operator", {}});
  const auto error = script.only();
  EXPECT_EQ(condition(error), "forbidden");
  EXPECT_EQ(xmpp::to_xml(error).find("s3cret"), std::string::npos);
}

TEST(RoomOwner, CancelsWithoutAskingTheNetwork) {
  GatewayScript script;
  script.joins("alice", "#tea");
  for (const auto& stanza : {submit("", "cancel"), submit("")}) {
    script.xmpp_sends(stanza);
    EXPECT_EQ(script.only().get("type"), "result");
  }
  EXPECT_EQ(script.count<chat::ConfigureRoom>(), 0U);
}

TEST(RoomOwner, SendsNoFormOrABadOne) {
  GatewayScript script;
  script.joins("alice", "#tea");
  const std::pair<std::string, std::string> cases[] = {
      {owner("set", ""), "bad-request"},
      {submit("", "result"), "bad-request"},
      {submit(field("FORM_TYPE", "jabber:iq:register") + field("nick", "x")), "bad-request"},
      {submit(field("muc#roomconfig_moderatedroom", "perhaps")), "not-acceptable"},
      {submit(field("muc#roomconfig_maxusers", "many")), "not-acceptable"},
      {submit(field("muc#roomconfig_passwordprotectedroom", "1")), "not-acceptable"},
  };
  for (const auto& [stanza, expected] : cases) {
    script.xmpp_sends(stanza);
    EXPECT_EQ(condition(script.only()), expected) << stanza;
  }
  EXPECT_EQ(script.count<chat::ConfigureRoom>(), 0U);
}

TEST(RoomOwner, HasToBeInTheRoom) {
  GatewayScript script;
  for (const auto& stanza : {owner("get", ""), submit(""), owner("set", "<destroy/>")}) {
    script.xmpp_sends(stanza);
    EXPECT_EQ(condition(script.only()), "forbidden");
  }
}

TEST(RoomOwner, DestroysTheRoomForThemselvesWithAllClients) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(
      "<presence from='alice@test/phone' to='#tea@irc.test/alice'><x xmlns='http://jabber.org/protocol/muc'/>"
      "</presence>");
  script.written();
  script.xmpp_sends(owner("set", "<destroy jid='#coffee@irc.test'><reason>moved on</reason></destroy>"));
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 3U) << GatewayScript::dump(stanzas);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(stanzas[i].get("type"), "unavailable");
    const auto* x = stanzas[i].child("x", xmpp::ns::muc_user);
    ASSERT_NE(x, nullptr);
    EXPECT_EQ(x->child("item", xmpp::ns::muc_user)->get("role"), "none");
    EXPECT_EQ(x->child("item", xmpp::ns::muc_user)->get("affiliation"), "none");
    const auto* destroy = x->child("destroy", xmpp::ns::muc_user);
    ASSERT_NE(destroy, nullptr);
    EXPECT_EQ(destroy->get("jid"), "#coffee@irc.test");
    EXPECT_EQ(destroy->child_text("reason", xmpp::ns::muc_user), "moved on");
  }
  EXPECT_EQ(stanzas[2].get("type"), "result");
  EXPECT_EQ(script.count<chat::LeaveRoom>(), 1U);
}

TEST(RoomForm, KeepsThePasswordThatTheFormDidNotShow) {
  const RoomForm has{"irc", "#tea", true}, has_none{"irc", "#tea", false};
  xmpp::DataForm form;
  form.add("muc#roomconfig_passwordprotectedroom", "", "1");
  form.add("muc#roomconfig_roomsecret", "");
  EXPECT_FALSE(has.read(form)->has("password"));
  form.fields[0].values = {"0"};
  ASSERT_TRUE(has.read(form)->has("password"));
  EXPECT_EQ(has.read(form)->get("password"), "");
  form.fields[1].values = {"new"};
  form.fields[0].values = {"1"};
  EXPECT_EQ(has.read(form)->get("password"), "new");
  EXPECT_EQ(has_none.read(form)->get("password"), "new");
  EXPECT_FALSE(has.read(xmpp::DataForm{})->has("password"));
  EXPECT_FALSE(has_none.read(xmpp::DataForm{})->has("password"));
}

TEST(RoomForm, NoLimitIsAWord) {
  const RoomForm room{"irc", "#tea", false};
  chat::Form form;
  form.fields.emplace_back().name = "limit";
  EXPECT_EQ(room.show(form).value("muc#roomconfig_maxusers"), "none");
  xmpp::DataForm sent;
  sent.add("muc#roomconfig_maxusers", "", "none");
  ASSERT_TRUE(room.read(sent)->has("limit"));
  EXPECT_EQ(room.read(sent)->get("limit"), "");
}

}  // namespace
}  // namespace dragoman::gateway::room_owner_test
