#include "xmpp/component_stream.hpp"

#include <gtest/gtest.h>

#include "tests/support/component_script.hpp"

namespace dragoman::xmpp {
namespace {

using test::ComponentScript;
using State = ComponentStream::State;

constexpr std::string_view our_header =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
    "xmlns:stream='http://etherx.jabber.org/streams' to='irc.example.org'>";

std::string stream_error(std::string_view condition, std::string_view text = {}) {
  std::string error = "<stream:error><";
  error += condition;
  error += " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>";
  if (!text.empty()) {
    error += "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>";
    error += text;
    error += "</text>";
  }
  return error + "</stream:error></stream:stream>";
}

bool contains(const std::string& text, std::string_view piece) { return text.find(piece) != std::string::npos; }

TEST(ComponentStream, ShakesHandsAndGetsStanzas) {
  ComponentScript component;
  EXPECT_EQ(component.stream().state(), State::connecting);
  component.connects();
  component.we_say(our_header);
  component.server_says(ComponentScript::header);
  // SHA-1 of "3BF96D32" and "s3cret".
  component.we_say("<handshake>a984b871214a298f0f743fcd25f99b10838ba12b</handshake>");
  EXPECT_EQ(component.stream().state(), State::waiting_for_handshake);
  component.server_says("<handshake/>");
  component.is_ready();
  component.server_says("<message from='a@b' to='irc.example.org'><body>hi</body></message><presence/>");
  component.gets("<message from='a@b' to='irc.example.org'><body>hi</body></message>");
  component.gets("<presence/>");
  component.we_say_nothing();
  component.nothing_happens();
}

TEST(ComponentStream, HashesTheIdAsItIsAndNotAsItIsEscaped) {
  ComponentScript component{"irc.example.org", "a&b"};
  component.connects();
  component.what_we_said();
  component.server_says(
      "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
      "id='x&amp;y'>");
  component.we_say("<handshake>981905f0f4d09df616e0b01c214367c688ad07c1</handshake>");
}

TEST(ComponentStream, CountsTheBytesUpToEachStanza) {
  ComponentScript component;
  component.logs_in();
  const std::uint64_t before = ComponentScript::header.size() + std::string_view{"<handshake/>"}.size();
  component.server_says(" <presence/>\n<presence/>");
  component.gets("<presence/>");
  EXPECT_EQ(component.last_end(), before + 12);
  component.gets("<presence/>");
  EXPECT_EQ(component.last_end(), before + 24);
}

TEST(ComponentStream, WorksByteByByte) {
  ComponentScript component;
  component.connects();
  for (const char c : ComponentScript::header) component.server_says({&c, 1});
  EXPECT_TRUE(contains(component.what_we_said(), "<handshake>"));
  for (const char c : std::string_view{"<handshake></handshake>"}) component.server_says({&c, 1});
  component.is_ready();
}

TEST(ComponentStream, EscapesTheDomain) {
  ComponentScript component{"a'b"};
  component.connects();
  EXPECT_TRUE(contains(component.what_we_said(), "to='a&apos;b'>"));
}

TEST(ComponentStream, IgnoresUnknownElements) {
  ComponentScript component;
  component.logs_in();
  component.server_says("<stream:features/><route xmlns='jabber:component:accept'/><x xmlns='y'/><presence/>");
  component.gets("<presence/>");
  component.nothing_happens();
}

TEST(ComponentStream, FinishesOnceAndTakesWhatStillComes) {
  ComponentScript component;
  component.logs_in();
  component.we_finish();
  component.we_finish();
  component.we_say("</stream:stream>");
  component.server_says("<presence/></stream:stream>");
  component.gets("<presence/>");
  EXPECT_EQ(component.fails().text, "closed by the gateway");
  component.we_say_nothing();
  component.server_closes();
  component.nothing_happens();
}

TEST(ComponentStream, DoesNotFinishWhatItHasNotBegun) {
  ComponentScript component;
  component.we_finish();
  component.we_say_nothing();
}

TEST(ComponentStream, AnswersTheEndOfTheServer) {
  ComponentScript component;
  component.logs_in();
  component.server_says("</stream:stream>");
  component.we_say("</stream:stream>");
  const auto failed = component.fails();
  EXPECT_EQ(failed.fault, Fault::closed);
  EXPECT_TRUE(failed.may_retry);
}

TEST(ComponentStream, SaysNothingAfterItFailed) {
  ComponentScript component;
  component.logs_in();
  component.server_says(stream_error("reset") + "<presence/>");
  component.fails();
  component.server_says("<presence/>");
  component.server_closes();
  component.nothing_happens();
}

// Errors of the server, and what the operator reads.

TEST(ComponentStreamErrors, WrongSecret) {
  ComponentScript component;
  component.connects();
  component.server_says(ComponentScript::header);
  component.what_we_said();
  component.server_says(stream_error("not-authorized", "Given token does not match calculated token"));
  const auto failed = component.fails();
  EXPECT_EQ(failed.fault, Fault::unauthorized);
  EXPECT_EQ(failed.condition, "not-authorized");
  EXPECT_FALSE(failed.may_retry);
  EXPECT_TRUE(contains(failed.text, "secret of irc.example.org"));
  EXPECT_TRUE(contains(failed.text, "component_secret"));
  EXPECT_TRUE(contains(failed.text, "Given token does not match"));
  EXPECT_FALSE(contains(failed.text, "s3cret")) << "the secret itself is never shown";
  component.we_say("</stream:stream>");
}

// Prosody opens the stream with an empty id before it says that it knows no such host.
TEST(ComponentStreamErrors, UnknownHostOnProsody) {
  ComponentScript component;
  component.connects();
  component.what_we_said();
  component.server_says(
      "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' id='' "
      "xmlns='jabber:component:accept'>" +
      stream_error("host-unknown", "irc.example.org does not match any configured external components"));
  component.we_say("</stream:stream>");  // and no handshake
  const auto failed = component.fails();
  EXPECT_EQ(failed.fault, Fault::not_found);
  EXPECT_FALSE(failed.may_retry);
  EXPECT_TRUE(contains(failed.text, "Component \"irc.example.org\""));
}

TEST(ComponentStreamErrors, ConflictWhileConnecting) {
  ComponentScript component;
  component.connects();
  component.server_says(ComponentScript::header);
  component.server_says(stream_error("conflict", "Component already connected"));
  const auto failed = component.fails();
  EXPECT_EQ(failed.fault, Fault::conflict);
  EXPECT_TRUE(failed.may_retry) << "the server may notice that the old connection is dead";
  EXPECT_TRUE(contains(failed.text, "component_conflict_resolve = \"kick_old\""));
  EXPECT_TRUE(contains(failed.text, "second dragoman"));
}

// reliability.md 5.6, input 16: two instances must not throw each other out in a loop.
TEST(ComponentStreamErrors, ConflictWhileReadyDoesNotCallForARetryAtOnce) {
  ComponentScript component;
  component.logs_in();
  component.server_says(stream_error("conflict"));
  const auto failed = component.fails();
  EXPECT_EQ(failed.condition, "conflict");
  EXPECT_FALSE(failed.may_retry);
  EXPECT_TRUE(contains(failed.text, "taken over irc.example.org"));
}

TEST(ComponentStreamErrors, InvalidFrom) {
  ComponentScript component;
  component.logs_in();
  component.server_says(stream_error("invalid-from"));
  const auto failed = component.fails();
  EXPECT_TRUE(failed.may_retry);
  EXPECT_TRUE(contains(failed.text, "please report"));
}

TEST(ComponentStreamErrors, Policy) {
  ComponentScript component;
  component.logs_in();
  component.server_says(stream_error("policy-violation", "XML stanza is too big"));
  const auto failed = component.fails();
  EXPECT_EQ(failed.fault, Fault::limited);
  EXPECT_TRUE(contains(failed.text, "component_stanza_size_limit"));
  EXPECT_TRUE(contains(failed.text, "XML stanza is too big"));
}

TEST(ComponentStreamErrors, ClientPort) {
  ComponentScript component;
  component.connects();
  component.server_says(
      "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams' id=''>" +
      stream_error("invalid-namespace"));
  const auto failed = component.fails();
  EXPECT_FALSE(failed.may_retry);
  EXPECT_TRUE(contains(failed.text, "not a component port"));
}

TEST(ComponentStreamErrors, OthersAreNamed) {
  for (const std::string_view condition : {"system-shutdown", "connection-timeout", "resource-constraint", "reset",
                                           "improper-addressing", "not-well-formed", "see-other-host", "x-new"}) {
    ComponentScript component;
    component.logs_in();
    component.server_says(stream_error(condition));
    const auto failed = component.fails();
    EXPECT_EQ(failed.condition, condition);
    EXPECT_TRUE(failed.may_retry);
    EXPECT_FALSE(failed.text.empty());
  }
}

TEST(ComponentStreamErrors, OfServersWithoutConditions) {
  ComponentScript component;
  component.logs_in();
  component.server_says("<stream:error>Something broke</stream:error>");
  EXPECT_TRUE(contains(component.fails().text, "Something broke"));
}

TEST(ComponentStreamErrors, AnotherProtocolOnThePort) {
  ComponentScript component;
  component.connects();
  component.what_we_said();
  component.server_says("HTTP/1.1 400 Bad Request\r\n");
  EXPECT_EQ(component.fails().fault, Fault::malformed);
  EXPECT_TRUE(contains(component.what_we_said(), "<not-well-formed"));
  ComponentScript html;
  html.connects();
  html.server_says("<html>");
  EXPECT_TRUE(contains(html.fails().text, "does not speak XMPP"));
}

TEST(ComponentStreamErrors, StanzasBeforeTheHandshake) {
  ComponentScript component;
  component.connects();
  component.server_says(ComponentScript::header);
  component.server_says("<message/>");
  component.fails();
  component.nothing_happens();
}

TEST(ComponentStreamErrors, ClosedAtEachStep) {
  ComponentScript early;
  early.connects();
  early.server_closes();
  EXPECT_TRUE(contains(early.fails().text, "component port"));
  ComponentScript shaking;
  shaking.connects();
  shaking.server_says(ComponentScript::header);
  shaking.server_closes();
  EXPECT_TRUE(contains(shaking.fails().text, "during the handshake"));
  ComponentScript ready;
  ready.logs_in();
  ready.server_closes();
  EXPECT_EQ(ready.fails().text, "the server closed the connection");
}

// reliability.md 5.6, inputs 1 to 5 and 8: told, closed, and what came before is kept.
TEST(ComponentStreamErrors, BadInputIsToldToTheServer) {
  const std::pair<std::string, std::string_view> inputs[] = {
      {"<message><!-- --></message>", "restricted-xml"},
      {"<?php ?>", "restricted-xml"},
      {"<message>\xFF</message>", "bad-format"},
      {"<message id='" + std::string(4 * 1024 * 1024, 'a') + "'/>", "policy-violation"},
      {"<message></x>", "not-well-formed"},
  };
  for (const auto& [bytes, condition] : inputs) {
    ComponentScript component;
    component.logs_in();
    component.server_says("<presence/>" + bytes);
    component.gets("<presence/>");
    const auto failed = component.fails();
    EXPECT_EQ(failed.condition, condition);
    EXPECT_TRUE(failed.may_retry);
    component.we_say("<stream:error><" + std::string{condition} +
                     " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");
  }
}

}  // namespace
}  // namespace dragoman::xmpp
