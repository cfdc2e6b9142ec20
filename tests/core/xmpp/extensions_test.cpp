// The small extensions, each a handful of lines.
#include <functional>

#include <gtest/gtest.h>

#include "tests/support/xml.hpp"
#include "xmpp/about.hpp"
#include "xmpp/agent.hpp"
#include "xmpp/delay.hpp"
#include "xmpp/gateway_prompt.hpp"
#include "xmpp/hints.hpp"
#include "xmpp/receipts.hpp"
#include "xmpp/register.hpp"
#include "xmpp/stanza_id.hpp"

namespace dragoman::xmpp {
namespace {

using namespace std::chrono_literals;
using test::xml;

constexpr Timestamp nine = std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + 9h;

/// A message with what `write` puts into it, read back.
Element written(const std::function<void(Writer&)>& write) {
  std::string text;
  Writer writer{text, "irc.example.org"};
  writer.begin("message", "irc.example.org", "a@b");
  write(writer);
  EXPECT_TRUE(writer.end());
  return xml(text);
}

Element question(std::string_view payload = {}) {
  return xml("<iq type='get' id='1' from='a@b/c' to='irc.example.org'>" + std::string{payload} + "</iq>");
}

TEST(Delay, IsWrittenInBothForms) {
  const Element message = written([](Writer& writer) { write_delay(writer, nine + 250ms, "#tea@irc.example.org"); });
  EXPECT_EQ(message.children[0],
            xml("<delay xmlns='urn:xmpp:delay' from='#tea@irc.example.org' stamp='2026-11-20T09:00:00.250Z'/>"));
  EXPECT_EQ(message.children[1],
            xml("<x xmlns='jabber:x:delay' from='#tea@irc.example.org' stamp='20261120T09:00:00'/>"));
}

TEST(Delay, IsReadInEitherForm) {
  EXPECT_EQ(read_delay(xml("<message><x xmlns='jabber:x:delay' stamp='20261120T09:00:00'/></message>")), nine);
  EXPECT_EQ(read_delay(xml("<message><x xmlns='jabber:x:delay' stamp='20261120T08:00:00'/>"
                           "<delay xmlns='urn:xmpp:delay' stamp='2026-11-20T09:00:00Z'/></message>")),
            nine);
  EXPECT_EQ(read_delay(xml("<message><x xmlns='jabber:x:delay' stamp='20261120T09:00:00'/>"
                           "<delay xmlns='urn:xmpp:delay' stamp='soon'/></message>")),
            nine);
  EXPECT_FALSE(read_delay(xml("<message/>")));
  EXPECT_FALSE(read_delay(xml("<message><x xmlns='jabber:x:delay' stamp='soon'/></message>")));
}

TEST(StanzaIds, AreReadFromWhoGaveThem) {
  Element message =
      xml("<message><origin-id xmlns='urn:xmpp:sid:0' id='o'/><stanza-id xmlns='urn:xmpp:sid:0' by='mallory@b' id='m'/>"
          "<stanza-id xmlns='urn:xmpp:sid:0' by='a@b' id='s'/></message>");
  EXPECT_EQ(read_origin_id(message), "o");
  EXPECT_EQ(read_stanza_id(message, "a@b"), "s");
  EXPECT_EQ(read_stanza_id(message, "c@d"), "");
  remove_stanza_ids(message, "mallory@b");
  EXPECT_EQ(message.element_count(), 2u);
  EXPECT_EQ(read_stanza_id(message, "a@b"), "s");
  EXPECT_EQ(read_origin_id(xml("<message/>")), "");
}

TEST(StanzaIds, AreWritten) {
  const Element message = written([](Writer& writer) {
    write_origin_id(writer, "o");
    write_stanza_id(writer, "s", "#tea@irc.example.org");
  });
  EXPECT_EQ(read_origin_id(message), "o");
  EXPECT_EQ(read_stanza_id(message, "#tea@irc.example.org"), "s");
}

TEST(Receipts, AreWantedOnlyWhereTheyMayBeSent) {
  constexpr std::string_view request = "<request xmlns='urn:xmpp:receipts'/>";
  const auto message = [](std::string_view attributes, std::string_view children) {
    return xml("<message " + std::string{attributes} + ">" + std::string{children} + "</message>");
  };
  EXPECT_TRUE(wants_receipt(message("id='1' type='chat'", request)));
  EXPECT_TRUE(wants_receipt(message("id='1'", request)));
  EXPECT_FALSE(wants_receipt(message("type='chat'", request)));
  EXPECT_FALSE(wants_receipt(message("id='1' type='groupchat'", request)));
  EXPECT_FALSE(wants_receipt(message("id='1' type='error'", request)));
  EXPECT_FALSE(wants_receipt(message("id='1'", std::string{request} + "<received xmlns='urn:xmpp:receipts' id='0'/>")));
  EXPECT_FALSE(wants_receipt(message("id='1'", "")));
}

TEST(Receipts, NameTheMessageAndAreKept) {
  const Element message = written([](Writer& writer) { write_receipt(writer, "42"); });
  EXPECT_EQ(read_receipt(message), "42");
  EXPECT_TRUE(has_hint(message, Hint::store));
  EXPECT_FALSE(has_hint(message, Hint::no_store));
  EXPECT_EQ(read_receipt(xml("<message/>")), "");
  EXPECT_TRUE(written(write_receipt_request).child("request", ns::receipts));
}

TEST(Register, ShowsPlainFieldsAndTheForm) {
  RegisterForm form;
  form.registered = true;
  form.instructions = "Choose a nickname.";
  form.fields = {{"nick", "alice"}, {"password", ""}, {"server", "not a plain field"}};
  form.key = "106c";
  form.form.emplace().form_type = "jabber:iq:register";
  EXPECT_EQ(
      make_register_form(question("<query xmlns='jabber:iq:register'/>"), form),
      xml("<iq from='irc.example.org' to='a@b/c' type='result' id='1'><query xmlns='jabber:iq:register'><registered/>"
          "<instructions>Choose a nickname.</instructions><nick>alice</nick><password/><key>106c</key>"
          "<x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' type='hidden'>"
          "<value>jabber:iq:register</value></field></x></query></iq>"));
}

TEST(Register, ReadsPlainFields) {
  const auto answers =
      read_register(xml("<query xmlns='jabber:iq:register'><key>106c</key><username>alice</username>"
                        "<password>a &amp; b</password><x xmlns='other'/></query>"));
  EXPECT_EQ(answers.key, "106c");
  EXPECT_EQ(answers.values,
            (std::map<std::string, std::vector<std::string>>{{"username", {"alice"}}, {"password", {"a & b"}}}));
  EXPECT_FALSE(answers.remove);
}

TEST(Register, PrefersTheForm) {
  const auto answers = read_register(
      xml("<query xmlns='jabber:iq:register'><username>old</username><x xmlns='jabber:x:data' type='submit'>"
          "<field var='nick'><value>new</value></field></x></query>"));
  EXPECT_EQ(answers.values, (std::map<std::string, std::vector<std::string>>{{"nick", {"new"}}}));
}

TEST(Register, SeesACancelAndARemove) {
  EXPECT_TRUE(read_register(xml("<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='cancel'/></query>"))
                  .cancelled);
  const auto alone = read_register(xml("<query xmlns='jabber:iq:register'><remove/></query>"));
  EXPECT_TRUE(alone.remove);
  EXPECT_TRUE(alone.only_remove);
  EXPECT_TRUE(alone.values.empty());
  EXPECT_FALSE(read_register(xml("<query xmlns='jabber:iq:register'><remove/><nick>x</nick></query>")).only_remove);
}

TEST(Register, GivesNoPasswordBack) {
  EXPECT_EQ(without_register_answers(question("<query xmlns='jabber:iq:register'><password>x</password></query>")),
            question("<query xmlns='jabber:iq:register'/>"));
}

TEST(Agent, SaysWhatItCan) {
  Agent agent{"irc.example.org", "Libera.Chat", "", "", "irc", "IRC nickname", true, false, true};
  EXPECT_EQ(make_agent(question(), agent).children[0],
            xml("<query xmlns='jabber:iq:agent'><name>Libera.Chat</name><transport>IRC nickname</transport>"
                "<service>irc</service><register/><groupchat/></query>"));
  EXPECT_EQ(make_agents(question(), {agent}).children[0].children[0].get("jid"), "irc.example.org");
}

TEST(About, AnswersVersionLastAndTime) {
  EXPECT_EQ(make_version(question(), "dragoman", "0.1").children[0],
            xml("<query xmlns='jabber:iq:version'><name>dragoman</name><version>0.1</version></query>"));
  EXPECT_EQ(make_last(question(), 903s).children[0], xml("<query xmlns='jabber:iq:last' seconds='903'/>"));
  EXPECT_EQ(make_time(question(), nine).children[0],
            xml("<time xmlns='urn:xmpp:time'><tzo>+00:00</tzo><utc>2026-11-20T09:00:00Z</utc></time>"));
  EXPECT_EQ(make_legacy_time(question(), nine).children[0].child_text("utc", "jabber:iq:time"), "20261120T09:00:00");
}

TEST(GatewayPrompt, TurnsANameIntoAnAddress) {
  EXPECT_EQ(make_gateway_prompt(question(), "Enter a nickname", "Nickname").children[0],
            xml("<query xmlns='jabber:iq:gateway'><desc>Enter a nickname</desc><prompt>Nickname</prompt></query>"));
  EXPECT_EQ(read_gateway_prompt(xml("<query xmlns='jabber:iq:gateway'><prompt> Foo Bar\n</prompt></query>")),
            "Foo Bar");
  EXPECT_FALSE(read_gateway_prompt(xml("<query xmlns='jabber:iq:gateway'/>")));
  EXPECT_EQ(make_gateway_jid(question(), "foo\\20bar@irc.example.org").children[0].child_text("jid", gateway_ns),
            "foo\\20bar@irc.example.org");
}

}  // namespace
}  // namespace dragoman::xmpp
