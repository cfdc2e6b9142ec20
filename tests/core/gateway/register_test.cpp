#include "support/gateway_script.hpp"

// jabber:iq:register as clients of the year 2000 speak it: keys, and what can go wrong.

namespace dragoman::gateway::register_test {
namespace {

using test::GatewayScript;

std::string iq(const std::string& type, const std::string& inside, const std::string& from = "alice@test/home") {
  return "<iq from='" + from + "' to='irc.test' type='" + type + "' id='q'><query xmlns='jabber:iq:register'>" +
         inside + "</query></iq>";
}
xmpp::Element asked(GatewayScript& script, const std::string& stanza) {
  script.xmpp_sends(stanza);
  const auto written = script.written();
  EXPECT_FALSE(written.empty());
  return written.empty() ? xmpp::Element{} : written.front();
}
std::string key_of(const xmpp::Element& answer) {
  return answer.child("query", xmpp::ns::reg)->child_text("key", xmpp::ns::reg);
}
std::string with_key(const std::string& key) { return "<key>" + key + "</key>"; }
bool is_error(const xmpp::Element& stanza, std::string_view condition, std::string_view code) {
  const auto* error = stanza.child("error", stanza.ns);
  return error != nullptr && error->child(condition, xmpp::ns::stanza_errors) != nullptr && error->get("code") == code;
}
TEST(RegistrationKey, IsGivenAndComesBack) {
  GatewayScript script;
  const std::string key = key_of(asked(script, iq("get", "")));
  EXPECT_EQ(key.size(), 40U);
  EXPECT_EQ(
      asked(script, iq("set", "<username>hamlet</username><password>gertrude</password>" + with_key(key))).get("type"),
      "result");
  const auto shown = asked(script, iq("get", ""));
  EXPECT_EQ(key_of(shown), key);
  EXPECT_EQ(xmpp::to_xml(shown).find("gertrude"), std::string::npos);
  EXPECT_EQ(asked(script, iq("set", "<remove/>" + with_key(key))).get("type"), "result");
}

TEST(RegistrationKey, MayBeLeftOutByTodaysClients) {
  GatewayScript script;
  EXPECT_EQ(asked(script, iq("set", "<nick>hamlet</nick>")).get("type"), "result");
  EXPECT_EQ(asked(script, iq("set", "<remove/>")).get("type"), "result");
}

TEST(Unregistering, AsksFirstWhenMoreThanTheAccountGoes) {
  GatewayScript script;
  asked(script, iq("set", "<nick>hamlet</nick>"));
  script.network->lost = "Your webhook is deleted too: ci.";
  const auto asks = asked(script, iq("set", "<remove/>"));
  EXPECT_TRUE(is_error(asks, "not-allowed", "405"));
  const std::string shown = xmpp::to_xml(asks);
  EXPECT_NE(shown.find("jabber:iq:register:cancel"), std::string::npos) << shown;
  EXPECT_NE(shown.find("Your webhook is deleted too: ci."), std::string::npos) << shown;
  const auto answer = [](const std::string& confirm) {
    return iq("set",
              "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
              "<value>jabber:iq:register:cancel</value></field><field var='confirm'><value>" +
                  confirm + "</value></field></x>");
  };
  EXPECT_TRUE(is_error(asked(script, answer("0")), "not-allowed", "405"));
  EXPECT_TRUE(script.network->log.empty() || script.network->log.back() != "log out hamlet");
  EXPECT_EQ(asked(script, answer("1")).get("type"), "result");
  EXPECT_EQ(script.network->log.back(), "log out hamlet");
}

TEST(RegistrationKey, ThatIsWrongIsNotAcceptableAndGivesNoPasswordBack) {
  GatewayScript script;
  const std::string others = key_of(asked(script, iq("get", "", "bob@test/x")));
  for (const std::string& wrong : {std::string{"106c0a7b5510f192a408a1d054150ed1065e255a"}, others}) {
    const auto answer = asked(script, iq("set", "<nick>hamlet</nick><password>gertrude</password>" + with_key(wrong)));
    EXPECT_TRUE(is_error(answer, "not-acceptable", "406"));
    EXPECT_EQ(xmpp::to_xml(answer).find("gertrude"), std::string::npos);
  }
  EXPECT_EQ(asked(script, iq("get", "")).child("query", xmpp::ns::reg)->child("registered", xmpp::ns::reg), nullptr);
  asked(script, iq("set", "<nick>hamlet</nick>"));
  EXPECT_TRUE(is_error(asked(script, iq("set", "<remove/>" + with_key("wrong"))), "not-acceptable", "406"));
  EXPECT_NE(asked(script, iq("get", "")).child("query", xmpp::ns::reg)->child("registered", xmpp::ns::reg), nullptr);
}

TEST(RegistrationKey, IsNeitherGivenNorCheckedWhenTheOperatorSaysSo) {
  auto policy = GatewayScript::default_policy();
  policy.legacy_key = Policy::LegacyKey::off;
  GatewayScript script{policy};
  EXPECT_EQ(key_of(asked(script, iq("get", ""))), "");
  EXPECT_EQ(asked(script, iq("set", "<nick>hamlet</nick>" + with_key("anything"))).get("type"), "result");
}

TEST(RegistrationKey, StandsInTheFormTooWhenItIsRequired) {
  auto policy = GatewayScript::default_policy();
  policy.legacy_key = Policy::LegacyKey::require;
  GatewayScript script{policy};
  EXPECT_TRUE(is_error(asked(script, iq("set", "<nick>hamlet</nick>")), "not-acceptable", "406"));
  const auto shown = asked(script, iq("get", ""));
  const auto form = xmpp::find_data_form(*shown.child("query", xmpp::ns::reg));
  ASSERT_TRUE(form);
  const std::string key{form->value("key")};
  EXPECT_EQ(key, key_of(shown));
  EXPECT_EQ(asked(script, iq("set",
                             "<x xmlns='jabber:x:data' type='submit'><field var='nick'><value>hamlet</value>"
                             "</field><field var='key'><value>" +
                                 key + "</value></field></x>"))
                .get("type"),
            "result");
  EXPECT_TRUE(is_error(asked(script, iq("set", "<remove/>")), "not-acceptable", "406"));
  EXPECT_EQ(asked(script, iq("set", "<remove/>" + with_key(key))).get("type"), "result");
}

TEST(RegistrationKey, StandsAloneBesideRemove) {
  GatewayScript script;
  const std::string key = key_of(asked(script, iq("get", "")));
  asked(script, iq("set", "<nick>hamlet</nick>"));
  EXPECT_TRUE(is_error(asked(script, iq("set", "<remove/><nick>x</nick>" + with_key(key))), "bad-request", "400"));
}

TEST(Registration, OfANicknameThatSomebodyElseHasHereIsAConflict) {
  GatewayScript script;
  asked(script, iq("set", "<nick>hamlet</nick><password>gertrude</password>"));
  const auto answer = asked(script, iq("set", "<nick>hamlet</nick><password>ophelia</password>", "bob@test/x"));
  EXPECT_TRUE(is_error(answer, "conflict", "409"));
  EXPECT_EQ(xmpp::to_xml(answer).find("ophelia"), std::string::npos);
  // Whose it is may say it again.
  EXPECT_EQ(asked(script, iq("set", "<nick>hamlet</nick><password>new</password>")).get("type"), "result");
  asked(script, iq("set", "<remove/>"));
  EXPECT_EQ(asked(script, iq("set", "<nick>hamlet</nick>", "bob@test/x")).get("type"), "result");
}

TEST(Registration, TakesWhatAFormLeavesOutAsEmptyAndPlainFieldsAsNothingSaid) {
  auto policy = GatewayScript::default_policy();
  policy.directory = true;
  GatewayScript script{policy};
  const auto by_form = [&script](const std::string& fields) {
    const auto answer = asked(script, iq("set", "<x xmlns='jabber:x:data' type='submit'>" + fields + "</x>"));
    return std::string{answer.get("type")};
  };
  const auto email = [&script] {
    const auto shown = asked(script, iq("get", ""));
    return std::string{xmpp::find_data_form(*shown.child("query", xmpp::ns::reg))->value("email")};
  };
  const std::string nick = "<field var='nick'><value>hamlet</value></field>";
  EXPECT_EQ(by_form(nick + "<field var='email'><value>hamlet@denmark</value></field>"), "result");
  EXPECT_EQ(email(), "hamlet@denmark");
  EXPECT_EQ(asked(script, iq("set", "<nick>hamlet</nick>")).get("type"), "result");
  EXPECT_EQ(email(), "hamlet@denmark");
  EXPECT_EQ(by_form(nick), "result");
  EXPECT_EQ(email(), "");
}

TEST(Registration, OfThePersonsOwnRosterIsTheServersBusiness) {
  GatewayScript script;
  const std::string roster = "<query xmlns='jabber:iq:roster'><item jid='bob@irc.test'/></query></iq>";
  const std::string set = " to='irc.test' type='set' id='q'>" + roster;
  for (const std::string from : {"alice@test/home", "alice@test"}) {  // pushed by a server without that privilege
    EXPECT_TRUE(is_error(asked(script, "<iq from='" + from + "'" + set), "forbidden", "403"));
  }
  EXPECT_TRUE(is_error(asked(script, "<iq from='alice@test/home' to='irc.test' type='get' id='q'>" + roster),
                       "service-unavailable", "503"));
}

TEST(Registration, OfAClientWithItsServerIsTheServersBusiness) {
  GatewayScript script;
  for (const std::string type : {"get", "set"}) {
    const auto answer =
        asked(script, "<iq from='alice@test/home' to='irc.test' type='" + type +
                          "' id='q'><query xmlns='jabber:iq:auth'><username>alice</username></query></iq>");
    EXPECT_TRUE(is_error(answer, "service-unavailable", "503")) << type;
    EXPECT_NE(answer.child("query", "jabber:iq:auth"), nullptr) << type;
  }
}

}  // namespace
}  // namespace dragoman::gateway::register_test
