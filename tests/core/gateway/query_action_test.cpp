#include "support/gateway_script.hpp"

// XEP-0099 over jabber:iq:private and jabber:iq:register: four actions, strict or not, there or not, sixteen results.

namespace dragoman::gateway::query_action_test {
namespace {

using test::GatewayScript;

struct Case {
  const char* action;
  bool strict, exists;
  const char* answer;  ///< "result", "data", "empty" or the condition of an error
  bool exists_then;
};
constexpr Case cases[] = {
    {"create", true, true, "conflict", true}, {"create", true, false, "result", true},
    {"create", false, true, "result", true},  {"create", false, false, "result", true},
    {"read", true, true, "data", true},       {"read", true, false, "item-not-found", false},
    {"read", false, true, "data", true},      {"read", false, false, "empty", false},
    {"update", true, true, "result", true},   {"update", true, false, "item-not-found", false},
    {"update", false, true, "result", true},  {"update", false, false, "result", true},
    {"delete", true, true, "result", false},  {"delete", true, false, "item-not-found", false},
    {"delete", false, true, "result", false}, {"delete", false, false, "result", false},
};

std::string iq(const std::string& type, const std::string& ns, const std::string& attributes,
               const std::string& inside) {
  return "<iq from='alice@test/home' to='irc.test' type='" + type + "' id='q'><query xmlns='" + ns + "'" + attributes +
         ">" + inside + "</query></iq>";
}
/// The answer to a question: the first stanza, behind which a registration has others.
xmpp::Element asked(GatewayScript& script, const std::string& stanza) {
  script.xmpp_sends(stanza);
  const auto written = script.written();
  EXPECT_FALSE(written.empty());
  return written.empty() ? xmpp::Element{} : written.front();
}
std::string condition(const xmpp::Element& answer) {
  const auto* error = answer.child("error", answer.ns);
  if (error == nullptr) return std::string{answer.get("type")};
  EXPECT_FALSE(error->get("code").empty());
  return error->first_element()->name;
}
std::string name_of(const Case& each) {
  return std::string{each.action} + (each.strict ? " strict" : "") + (each.exists ? " there" : " not there");
}
std::string attributes(const Case& each) {
  return std::string{" action='"} + each.action + "' strict='" + (each.strict ? "true" : "false") + "'";
}

const std::string private_ns = "jabber:iq:private", reg = "jabber:iq:register";
const std::string old_prefs = "<winjab xmlns='winjab:prefs'><defaultnick>Hamlet</defaultnick></winjab>";
const std::string new_prefs = "<winjab xmlns='winjab:prefs'><defaultnick>Laertes</defaultnick></winjab>";
const std::string prefs = "<winjab xmlns='winjab:prefs'/>";

std::string stored_nick(const xmpp::Element& answer) {
  const auto* query = answer.child("query", private_ns);
  const auto* data = query == nullptr ? nullptr : query->child("winjab", "winjab:prefs");
  return data == nullptr ? "no data at all" : data->child_text("defaultnick", "winjab:prefs");
}

TEST(QueryActions, HaveSixteenResultsForPrivateData) {
  for (const Case& each : cases) {
    SCOPED_TRACE(name_of(each));
    GatewayScript script;
    if (each.exists) asked(script, iq("set", private_ns, "", old_prefs));
    const bool writes = std::string_view{each.action} == "create" || std::string_view{each.action} == "update";
    const auto answer = asked(script, iq("set", private_ns, attributes(each), writes ? new_prefs : prefs));
    const std::string expected = each.answer;
    if (expected == "data" || expected == "empty") {
      EXPECT_EQ(condition(answer), "result");
      EXPECT_EQ(answer.child("query", private_ns)->get("action"), "read");
      EXPECT_EQ(stored_nick(answer), expected == "data" ? "Hamlet" : "");
    } else {
      EXPECT_EQ(condition(answer), expected);
    }
    if (condition(answer) != "result") {
      // The question comes back with what it wanted done.
      EXPECT_EQ(answer.child("query", private_ns)->get("action"), each.action);
      EXPECT_EQ(answer.child("query", private_ns)->get("strict"), "true");
    }
    const bool changed = writes && condition(answer) == "result";
    EXPECT_EQ(stored_nick(asked(script, iq("get", private_ns, "", prefs))), !each.exists_then ? ""
                                                                            : changed         ? "Laertes"
                                                                                              : "Hamlet");
  }
}

TEST(QueryActions, HaveSixteenResultsForRegistration) {
  for (const Case& each : cases) {
    SCOPED_TRACE(name_of(each));
    GatewayScript script;
    if (each.exists) asked(script, iq("set", reg, "", "<nick>hamlet</nick>"));
    const bool writes = std::string_view{each.action} == "create" || std::string_view{each.action} == "update";
    const auto answer =
        asked(script, iq("set", reg, attributes(each), writes ? "<nick>laertes</nick><password>hush</password>" : ""));
    const auto* query = answer.child("query", reg);
    const std::string expected = each.answer;
    if (expected == "data") {
      EXPECT_EQ(condition(answer), "result");
      EXPECT_NE(query->child("registered", reg), nullptr);
      EXPECT_EQ(query->child_text("nick", reg), "hamlet");
      EXPECT_EQ(query->get("action"), "read");
    } else if (expected == "empty") {
      EXPECT_EQ(condition(answer), "result");
      EXPECT_EQ(query->element_count(), 0U);
    } else {
      EXPECT_EQ(condition(answer), expected);
    }
    EXPECT_EQ(xmpp::to_xml(answer).find("hush"), std::string::npos);
    if (condition(answer) != "result") {
      EXPECT_EQ(query->get("action"), each.action);
      EXPECT_EQ(query->get("strict"), "true");
    }
    const auto then = asked(script, iq("get", reg, "", ""));
    EXPECT_EQ(then.child("query", reg)->child("registered", reg) != nullptr, each.exists_then);
    const bool changed = writes && condition(answer) == "result";
    EXPECT_EQ(then.child("query", reg)->child_text("nick", reg), !each.exists_then ? ""
                                                                 : changed         ? "laertes"
                                                                                   : "hamlet");
  }
}

TEST(QueryActions, AreStrictByDefaultForRegistrationButNotForPrivateData) {
  GatewayScript script;
  EXPECT_EQ(condition(asked(script, iq("set", reg, " action='delete'", ""))), "item-not-found");
  EXPECT_EQ(condition(asked(script, iq("set", private_ns, " action='delete'", prefs))), "result");
}

TEST(QueryActions, OfAGetAreTheSameAsReading) {
  GatewayScript script;
  EXPECT_EQ(condition(asked(script, iq("get", private_ns, " strict='true'", prefs))), "item-not-found");
  EXPECT_EQ(condition(asked(script, iq("get", reg, " action='read'", ""))), "item-not-found");
  EXPECT_EQ(condition(asked(script, iq("get", private_ns, " action='create'", prefs))), "not-acceptable");
  // Without an attribute a get means what it always meant: here, a form to register with.
  EXPECT_NE(asked(script, iq("get", reg, "", "")).child("query", reg)->child("nick", reg), nullptr);
}

TEST(QueryActions, ThatAreNoneOfTheFourAreNotAcceptable) {
  GatewayScript script;
  for (const std::string wrong : {" action='Create'", " action='drop'", " action='read' strict='yes'"}) {
    EXPECT_EQ(condition(asked(script, iq("set", private_ns, wrong, prefs))), "not-acceptable") << wrong;
    const auto answer = asked(script, iq("set", reg, wrong, "<nick>hamlet</nick><password>hush</password>"));
    EXPECT_EQ(condition(answer), "not-acceptable") << wrong;
    EXPECT_EQ(xmpp::to_xml(answer).find("hush"), std::string::npos);
  }
  const auto answer = asked(script, iq("set", reg, " action='create'", "<remove/>"));
  EXPECT_EQ(condition(answer), "not-acceptable");
}

}  // namespace
}  // namespace dragoman::gateway::query_action_test
