#include <gtest/gtest.h>

#include "tests/support/link_script.hpp"
#include "xmpp/link.hpp"

// reliability.md 5.6, inputs 10 to 13 and RFC 6120 8.2.3.

namespace dragoman::xmpp {
namespace {

using namespace std::chrono_literals;
using test::LinkScript;
using test::xml;

TEST(LinkRules, AQuestionNeedsAnId) {
  LinkScript link;
  link.server_says("<iq type='get' from='alice@example.org/phone' to='irc.example.org'><x xmlns='y'/></iq>");
  link.we_say(
      "<iq from='irc.example.org' to='alice@example.org/phone' type='error'><x xmlns='y'/>"
      "<error type='modify' code='400'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
      "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>an iq needs an id</text></error></iq>");
  EXPECT_TRUE(link.handled.empty());
}

TEST(LinkRules, AQuestionHasOneChild) {
  for (const std::string_view children : {"", "<a xmlns='x'/><b xmlns='x'/>", "text"}) {
    LinkScript link;
    link.server_says("<iq type='set' id='1' from='alice@example.org/phone' to='irc.example.org'>" +
                     std::string{children} + "</iq>");
    const Element reply = link.said();
    EXPECT_EQ(read_error(reply).fault, Fault::malformed);
    EXPECT_EQ(reply.get("id"), "1");
    EXPECT_TRUE(link.handled.empty());
  }
  LinkScript link;
  link.server_says("<iq type='set' id='1' from='alice@example.org/phone' to='irc.example.org'>\n<a xmlns='x'/>\n</iq>");
  EXPECT_EQ(link.handled.size(), 1u);
}

TEST(LinkRules, AnIqOfNoKnownTypeIsABadRequest) {
  for (const std::string_view type : {"", "subscribe", "GET"}) {
    LinkScript link;
    link.server_says("<iq type='" + std::string{type} +
                     "' id='1' from='alice@example.org/phone' to='irc.example.org'><a xmlns='x'/></iq>");
    EXPECT_EQ(read_error(link.said()).fault, Fault::malformed);
    EXPECT_TRUE(link.handled.empty());
  }
}

TEST(LinkRules, AnswersToNothingAreDropped) {
  LinkScript link;
  link.server_says(answer_with("1", "alice@example.org/phone", "result"));
  link.server_says(answer_with("1", "alice@example.org/phone", "error"));
  link.server_says("<iq type='result' from='alice@example.org/phone' to='irc.example.org'/>");
  link.we_say_nothing();
  EXPECT_TRUE(link.handled.empty());
}

TEST(LinkRules, AnErrorIsNeverAnswered) {
  LinkScript link;
  link.server_says("<message type='error' from='alice@example.org' to='a@other.example.org'/>");
  link.server_says("<message type='error' from='alice@example.org' to='@@//'/>");
  link.server_says("<message type='error' from='@@//' to='irc.example.org'/>");
  link.server_says("<iq type='result' from='alice@example.org' to='a@other.example.org'/>");
  link.we_say_nothing();
}

TEST(LinkRules, WhatIsNotForUsComesBack) {
  LinkScript link;
  link.server_says(
      "<message id='1' from='alice@example.org/phone' to='bob@other.example.org'><body>hi</body></message>");
  const Element reply = link.said();
  EXPECT_EQ(read_error(reply).fault, Fault::not_found);
  EXPECT_EQ(reply.get("from"), "irc.example.org") << "a sender of another domain would close the stream";
  EXPECT_EQ(reply.get("to"), "alice@example.org/phone");
  link.server_says("<presence type='unavailable' from='alice@example.org/phone' to='bob@other.example.org'/>");
  link.we_say_nothing();
  EXPECT_TRUE(link.handled.empty());
}

TEST(LinkRules, WhatIsNotForUsIsLoggedOnceAMinute) {
  LinkScript link;
  testing::internal::CaptureStderr();
  const auto foreign = [&] {
    link.server_says("<message from='alice@example.org/phone' to='bob@other.example.org'/>");
  };
  foreign();
  foreign();
  link.time_passes(59s);
  foreign();
  link.time_passes(1s);
  foreign();
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2) << log;
  EXPECT_NE(log.find("global_routes: false"), std::string::npos);
}

TEST(LinkRules, AMalformedReceiverComesBack) {
  LinkScript link;
  link.server_says("<message id='1' from='alice@example.org/phone' to='a b@irc.example.org'/>");
  const Element reply = link.said();
  EXPECT_NE(reply.child("error", ns::component)->child("jid-malformed", ns::stanza_errors), nullptr);
  EXPECT_EQ(reply.get("from"), "irc.example.org");
  link.server_says("<message id='1' from='alice@example.org/phone'/>");
  EXPECT_EQ(link.said().get("from"), "irc.example.org");
  EXPECT_TRUE(link.handled.empty());
}

TEST(LinkRules, AStanzaOfNobodyIsDropped) {
  LinkScript link;
  link.server_says("<message id='1' to='irc.example.org'/>");
  link.server_says("<message id='1' from='@@//' to='irc.example.org'/>");
  link.we_say_nothing();
  EXPECT_TRUE(link.handled.empty());
}

}  // namespace
}  // namespace dragoman::xmpp
