#include "gateway/invite_codes.hpp"

#include <cctype>

#include "core/gateway/operator_script.hpp"

// Registration by invitation: codes that operators make, and people give.

namespace dragoman::gateway::invite_codes_test {
namespace {

using namespace std::chrono_literals;
using operator_test::has;
using operator_test::OperatorScript;

Policy by_invitation() {
  Policy policy = OperatorScript::with_admin();
  policy.registration = Policy::Registration::invited;
  policy.registrations_per_hour = 100;  // that limit has tests of its own
  return policy;
}

std::string iq(const std::string& inside, const std::string& type = "set", const std::string& who = "alice") {
  return "<iq from='" + who + "@test/home' to='irc.test' type='" + type +
         "' id='q'><query xmlns='jabber:iq:register'>" + inside + "</query></iq>";
}
std::string filled(const std::string& code, const std::string& who = "alice") {
  return iq("<x xmlns='jabber:x:data' type='submit'><field var='invitation'><value>" + code +
                "</value></field><field var='nick'><value>" + who + "</value></field></x>",
            "set", who);
}

struct InviteScript : OperatorScript {
  InviteScript() : OperatorScript(by_invitation()) {}

  /// A new code, as the operator reads it.
  std::string invites(const std::map<std::string, std::string>& arguments = {}) {
    const std::string told = says("invite add", arguments);
    const auto begin = told.find("\ncode: ");
    EXPECT_NE(begin, std::string::npos) << told;
    return begin == std::string::npos ? std::string{} : told.substr(begin + 7, 19);
  }
  std::string form(const std::string& who = "alice") {
    written();
    xmpp_sends(iq("", "get", who));
    return dump(written());
  }
  bool is_registered(const std::string& who = "alice") { return has(form(who), "<registered/>"); }
  /// Nothing: the answer was a result.
  std::string registers_with(const std::string& code, const std::string& who = "alice") {
    return refused(filled(code, who));
  }
  std::string writes(const std::string& line) {
    written();
    xmpp_sends("<message from='alice@test/home' to='irc.test' type='chat'><body>" + line + "</body></message>");
    return dump(written());
  }
};

TEST(InviteCodes, AreAskedForInTheFormAndLetOneRegister) {
  InviteScript script;
  const std::string code = script.invites();
  EXPECT_EQ(code.size(), 19U);
  const std::string shown = script.form();
  EXPECT_TRUE(has(shown, "var='invitation'")) << shown;
  EXPECT_TRUE(has(shown, "<text/>") || has(shown, "<text></text>")) << shown;
  EXPECT_EQ(script.registers_with(code), "");
  EXPECT_TRUE(script.is_registered());
  EXPECT_FALSE(has(script.form(), "var='invitation'")) << "who has an account changes it without";
}

TEST(InviteCodes, MayComeAsAPlainFieldInCapitalsAndWithSpaces) {
  InviteScript script;
  std::string code = script.invites();
  for (char& each : code) each = each == '-' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(each)));
  EXPECT_EQ(script.refused(iq("<nick>alice</nick><text> " + code + " </text>")), "");
  EXPECT_TRUE(script.is_registered());
}

TEST(InviteCodes, AreNotKeptThemselves) {
  InviteScript script;
  std::string code = script.invites();
  std::erase(code, '-');
  for (const auto& [key, value] : script.store.values) EXPECT_FALSE(has(value, code));
}

TEST(InviteCodes, ThatAreMissingOrWrongAreRefusedWithAText) {
  InviteScript script;
  script.invites();
  const std::string missing = script.refused(iq("<nick>alice</nick>"));
  EXPECT_TRUE(has(missing, "not-acceptable: Invitation code: you need one to register here.")) << missing;
  EXPECT_TRUE(has(missing, "root@test")) << missing;
  EXPECT_TRUE(
      has(script.registers_with("aaaa-bbbb-cccc-dddd"), "not-authorized: Invitation code: there is no such code"));
  EXPECT_FALSE(script.is_registered());
}

TEST(InviteCodes, AreGoodForSoManyAccounts) {
  InviteScript script;
  const std::string code = script.invites({{"uses", "2"}});
  EXPECT_EQ(script.registers_with(code, "alice"), "");
  script.restart();
  EXPECT_EQ(script.registers_with(code, "bob"), "");
  EXPECT_TRUE(has(script.registers_with(code, "carol"), "not-authorized"));
  EXPECT_EQ(script.says("invite list"), "nothing\n");
}

TEST(InviteCodes, EndWhenTheirTimeIsOverOrTheyAreTakenBack) {
  InviteScript script;
  const std::string code = script.invites({{"for", "2d"}, {"note", "for the club"}}), other = script.invites();
  const std::string list = script.says("invite list");
  EXPECT_TRUE(has(list, "for the club")) << list;
  EXPECT_FALSE(has(list, code)) << list;
  script.clock.advance(48h);
  EXPECT_TRUE(has(script.registers_with(code), "not-authorized"));
  EXPECT_FALSE(has(script.says("invite list"), "for the club"));
  const std::string left = script.says("invite list");
  const std::string name = left.substr(left.find('\n') + 1, 8);
  EXPECT_TRUE(has(script.says("invite remove", {{"name", name}}), "good for nothing any more")) << left;
  EXPECT_TRUE(has(script.registers_with(other), "not-authorized"));
  EXPECT_TRUE(has(script.says("invite remove", {{"name", name}}), "[not_found]"));
}

TEST(InviteCodes, AreNotFoundByGuessing) {
  InviteScript script;
  const std::string code = script.invites();
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(has(script.registers_with("wrong"), "not-authorized")) << i;
  EXPECT_TRUE(has(script.registers_with(code), "resource-constraint")) << "also the right one is not listened to now";
  script.clock.advance(13min);
  EXPECT_EQ(script.registers_with(code), "");
}

TEST(InviteCodes, StayGivenWhenTheRestOfTheAnswersWasWrong) {
  InviteScript script;
  const std::string code = script.invites();
  EXPECT_TRUE(has(script.refused(iq("<text>" + code + "</text>")), "not-acceptable: ")) << "there is no nickname";
  script.restart();
  EXPECT_FALSE(has(script.form(), "var='invitation'"));
  EXPECT_EQ(script.refused(iq("<nick>alice</nick>")), "");
  EXPECT_TRUE(script.is_registered());
  // Another account is another invitation.
  EXPECT_EQ(script.refused(iq("<remove/>")), "");
  EXPECT_TRUE(has(script.refused(iq("<nick>alice</nick>")), "not-acceptable"));
}

TEST(InviteCodes, MayBeGivenInAChat) {
  InviteScript script;
  const std::string code = script.invites({{"uses", "3"}});
  EXPECT_TRUE(has(script.writes("help"), "invitation")) << "there is a command for it";
  EXPECT_TRUE(has(script.writes("invitation wrong"), "there is no such code"));
  script.writes("cancel");
  EXPECT_TRUE(has(script.writes("invitation " + code), "You may register now"));
  EXPECT_FALSE(has(script.form(), "var='invitation'"));
}

TEST(InviteCodes, AreNotAskedOfAdminsAndNotWhereRegistrationIsOpen) {
  InviteScript script;
  script.written();
  EXPECT_EQ(script.refused("<iq from='root@test/desk' to='irc.test' type='set' id='q'>"
                           "<query xmlns='jabber:iq:register'><nick>root</nick></query></iq>"),
            "");
  OperatorScript open;
  EXPECT_TRUE(has(open.says("invite add"), "[not_found]"));
  EXPECT_EQ(open.refused(iq("<nick>alice</nick>")), "");
}

TEST(InviteCodes, AreNeededBeforeAnythingElse) {
  InviteScript script;
  const std::string joining = script.refused(
      "<presence from='alice@test/home' to='#tea@irc.test/alice'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  EXPECT_TRUE(has(joining, "registration-required")) << joining;
}

}  // namespace
}  // namespace dragoman::gateway::invite_codes_test
