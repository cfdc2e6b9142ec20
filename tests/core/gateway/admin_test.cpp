#include "support/gateway_script.hpp"
#include "xmpp/ad_hoc.hpp"

// What admins do (XEP-0133).

namespace dragoman::gateway::admin_test {
namespace {

using test::GatewayScript;

gateway::Policy with_admin() {
  auto policy = GatewayScript::default_policy();
  policy.admins = {"root@test"};
  return policy;
}

class AdminScript : public GatewayScript {
 public:
  explicit AdminScript(gateway::Policy policy = with_admin()) : GatewayScript(std::move(policy)) {}
  std::string execute(const std::string& node, const std::string& session = {}, const std::string& fields = {}) {
    return "<iq from='root@test/desk' to='irc.test' type='set' id='q'><command "
           "xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/admin#" +
           node + "'" + (session.empty() ? "" : " sessionid='" + session + "'") + ">" +
           (session.empty() ? "" : "<x xmlns='jabber:x:data' type='submit'>" + fields + "</x>") + "</command></iq>";
  }
  /// Fills the form of a command; what is said to others stands in `others`.
  std::string does(const std::string& node, const std::string& fields = {}) {
    xmpp_sends(execute(node));
    xmpp::Element shown = only();
    const auto* first = shown.child("command", xmpp::commands_ns);
    if (first == nullptr) return xmpp::to_xml(shown);
    if (first->get("status") == "completed") return xmpp::to_xml(shown);
    form = xmpp::to_xml(shown);
    xmpp_sends(execute(node, std::string{first->get("sessionid")}, fields));
    others.clear();
    std::string answer;
    for (const auto& each : written()) {
      if (each.get("to") == "root@test/desk") {
        answer = xmpp::to_xml(each);
      } else {
        others.push_back(each);
      }
    }
    return answer;
  }
  void registers(const std::string& who) {
    xmpp_sends("<iq from='" + who +
               "@test/home' to='irc.test' type='set' id='r'><query xmlns='jabber:iq:register'><nick>" + who +
               "</nick></query></iq>");
    xmpp_sends("<presence from='" + who + "@test/home' to='irc.test'/>");
    written();
  }
  std::string form;
  std::vector<xmpp::Element> others;
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
std::string field(const std::string& name, const std::vector<std::string>& values) {
  std::string text = "<field var='" + name + "'>";
  for (const auto& value : values) text += "<value>" + value + "</value>";
  return text + "</field>";
}
bool is_forbidden(const xmpp::Element& stanza) {
  const auto* error = stanza.child("error", xmpp::ns::component);
  return error != nullptr && error->child("forbidden", xmpp::ns::stanza_errors) != nullptr;
}

TEST(Admin, CountsAndListsPeople) {
  AdminScript script;
  script.registers("alice");
  script.registers("bob");
  script.xmpp_sends("<presence from='bob@test/home' to='irc.test' type='unavailable'/>");
  script.written();
  EXPECT_TRUE(contains(script.does("get-registered-users-num"), "<value>2</value>"));
  EXPECT_TRUE(contains(script.does("get-online-users-num"), "<value>1</value>"));
  const std::string list = script.does("get-registered-users-list", field("max_items", {"25"}));
  EXPECT_TRUE(contains(list, "registereduserjids")) << list;
  EXPECT_TRUE(contains(list, "<value>alice@test</value><value>bob@test</value>")) << list;
  EXPECT_TRUE(contains(script.does("get-online-users-list", field("max_items", {"none"})), "alice@test"));
  EXPECT_TRUE(contains(script.does("get-idle-users-num"), "<value>0</value>"));
}

TEST(Admin, SeesOnePerson) {
  AdminScript script;
  script.registers("alice");
  EXPECT_TRUE(contains(script.does("get-user-lastlogin", field("accountjid", {"alice@test"})),
                       "<value>2026-11-20T09:00:00Z</value>"));
  EXPECT_TRUE(contains(script.does("user-stats", field("accountjid", {"alice@test"})), "alice@test/home"));
  EXPECT_TRUE(contains(script.does("user-stats", field("accountjid", {"nobody@test"})), "type='error'"));
}

TEST(Admin, EndsASessionButNotTheAccount) {
  AdminScript script;
  script.joins("alice", "#tea");
  EXPECT_TRUE(contains(script.does("end-user-session", field("accountjids", {"alice@test"})), "Done."));
  ASSERT_FALSE(script.others.empty());
  EXPECT_EQ(script.others[0].get("type"), "unavailable");
  EXPECT_EQ(script.network->session, nullptr);
  EXPECT_TRUE(contains(script.does("end-user-session", field("accountjids", {"nobody@test"})), "is not connected"));
}

TEST(Admin, DeletesAnAccountWithEverything) {
  AdminScript script;
  script.registers("alice");
  EXPECT_TRUE(contains(script.does("delete-user", field("accountjids", {"alice@test"})), "Done."));
  EXPECT_EQ(script.others.back().get("type"), "unavailable");
  EXPECT_TRUE(script.store.values.empty());
}

TEST(Admin, DisablesAPersonWhoCanDoNothingUntilReenabled) {
  AdminScript script;
  script.registers("alice");
  EXPECT_TRUE(contains(script.does("disable-user", field("accountjids", {"root@test"})), "administrator"));
  EXPECT_TRUE(contains(script.does("disable-user", field("accountjids", {"alice@test"})), "Done."));
  EXPECT_EQ(script.network->session, nullptr);
  EXPECT_TRUE(contains(script.does("get-disabled-users-list", field("max_items", {"none"})), "alice@test"));
  script.restart();
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  EXPECT_TRUE(is_forbidden(script.only()));
  EXPECT_TRUE(script.network->log.empty());
  script.does("reenable-user", field("accountjids", {"alice@test"}));
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  EXPECT_EQ(script.network->log, std::vector<std::string>{"connect as alice"});
}

TEST(Admin, AddsAUserWhereRegistrationIsClosed) {
  auto policy = with_admin();
  policy.registration = Policy::Registration::closed;
  AdminScript script{policy};
  const std::string fields = field("accountjid", {"alice@test"}) + field("nick", {"alicia"});
  EXPECT_TRUE(
      contains(script.does("add-user", fields + field("password", {"a"}) + field("password-verify", {"b"})), "differ"));
  EXPECT_TRUE(contains(script.does("add-user", fields + field("password", {"hush"})), "is registered"));
  EXPECT_EQ(script.others[0].get("type"), "subscribe");
  EXPECT_EQ(script.others[0].get("to"), "alice@test");
  EXPECT_TRUE(contains(script.does("add-user", fields), "registered already"));
}

TEST(Admin, AnnouncesToWhoIsHere) {
  AdminScript script;
  script.registers("alice");
  script.does("announce", field("subject", {"Tea"}) + field("announcement", {"It is", "served."}));
  ASSERT_EQ(script.others.size(), 1U);
  EXPECT_EQ(script.others[0].child_text("subject", xmpp::ns::component), "Tea");
  EXPECT_EQ(script.others[0].child_text("body", xmpp::ns::component), "It is\nserved.");
}

TEST(Admin, MessageOfTheDayIsToldOnceAPerson) {
  AdminScript script;
  script.registers("alice");
  script.does("set-motd", field("motd", {"Tea at five"}));
  ASSERT_EQ(script.others.size(), 1U) << "to who is here";
  script.restart();
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  for (const auto& each : script.written()) EXPECT_NE(each.name, "message");
  script.xmpp_sends("<presence from='bob@test/home' to='irc.test'/>");
  EXPECT_EQ(script.written()[0].child_text("body", xmpp::ns::component), "Tea at five");
  script.does("edit-motd", field("motd", {"Tea at six"}));
  EXPECT_TRUE(contains(script.form, "Tea at five"));
  EXPECT_TRUE(script.others.empty()) << "an edit is for those who come";
  script.does("delete-motd");
  script.xmpp_sends("<presence from='carol@test/home' to='irc.test'/>");
  for (const auto& each : script.written()) EXPECT_NE(each.name, "message");
}

TEST(Admin, SetsTheWelcomeMessage) {
  auto policy = with_admin();
  policy.welcome = true;
  AdminScript script{policy};
  script.does("set-welcome", field("welcome", {"Hello, tea drinker"}));
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='set' id='r'><query "
      "xmlns='jabber:iq:register'><nick>alice</nick></query></iq>");
  EXPECT_EQ(script.written().back().child_text("body", xmpp::ns::component), "Hello, tea drinker");
}

TEST(Admin, BlocksAndAllowsPeopleAndDomains) {
  AdminScript script;
  script.joins("alice", "#tea");
  EXPECT_TRUE(contains(script.does("edit-blacklist", field("blacklistjids", {"root@test"})), "administrator"));
  script.does("edit-blacklist", field("blacklistjids", {"alice@test"}));
  ASSERT_GE(script.others.size(), 2U);
  EXPECT_TRUE(contains(script.others[0].child_text("body", xmpp::ns::component), "You are banned from this gateway"));
  EXPECT_EQ(script.others[1].get("type"), "unavailable");
  const std::string ping = "<iq from='FROM' to='irc.test' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>";
  const auto pings = [&](const std::string& from) {
    script.xmpp_sends(std::string{ping}.replace(ping.find("FROM"), 4, from));
    return script.only();
  };
  EXPECT_TRUE(is_forbidden(pings("alice@test/home")));
  EXPECT_TRUE(is_forbidden(pings("carol@elsewhere.example/x")));
  script.does("edit-whitelist", field("whitelistjids", {"elsewhere.example"}));
  script.does("edit-blacklist");
  script.restart();
  EXPECT_EQ(pings("alice@test/home").get("type"), "result");
  EXPECT_EQ(pings("carol@elsewhere.example/x").get("type"), "result");
}

TEST(Admin, SaysWhereAdminsAreConfigured) {
  AdminScript script;
  const std::string list = script.does("edit-admin");
  EXPECT_TRUE(contains(list, "root@test")) << list;
  EXPECT_TRUE(contains(list, "configuration")) << list;
}

TEST(Admin, StopsAndRestartsTheProgram) {
  AdminScript script;
  script.registers("alice");
  script.does("restart", field("delay", {"30"}) + field("announcement", {"Back soon"}));
  ASSERT_EQ(script.others.size(), 1U);
  EXPECT_EQ(script.others[0].child_text("body", xmpp::ns::component), "Back soon");
  EXPECT_TRUE(script.quits.empty());
  script.passes(std::chrono::seconds{31});
  EXPECT_EQ(script.quits, std::vector<bool>{true});
  script.does("shutdown", field("delay", {"0"}));
  script.passes(std::chrono::seconds{0});
  EXPECT_EQ(script.quits, (std::vector<bool>{true, false}));
}

}  // namespace
}  // namespace dragoman::gateway::admin_test
