#include "xmpp/stanza_error.hpp"

#include <array>

#include <gtest/gtest.h>

#include "tests/support/xml.hpp"

namespace dragoman::xmpp {
namespace {

using test::xml;

TEST(StanzaErrors, HaveTypeCodeConditionAndText) {
  EXPECT_EQ(make_error({"item-not-found", {}, "no such nick", "#tea@irc.example.org"}),
            xml("<error type='cancel' code='404' by='#tea@irc.example.org'>"
                "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>no such nick</text></error>"));
  EXPECT_EQ(
      make_error({"service-unavailable", "wait", {}, {}}),
      xml("<error type='wait' code='503'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"));
}

TEST(StanzaErrors, SayWhatTheNetworkCallsThem) {
  StanzaError error{"forbidden", {}, {}, {}};
  error.network = "irc";
  EXPECT_EQ(make_error(error), xml("<error type='auth' code='403'>"
                                   "<forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"));
  error.code = "404";
  EXPECT_EQ(make_error(error), xml("<error type='auth' code='403'>"
                                   "<forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                                   "<irc xmlns='urn:dragoman:irc' code='404'/></error>"));
}

TEST(StanzaErrors, OfNoKnownConditionAreUndefined) {
  EXPECT_EQ(make_error({"no-coffee", {}, {}, {}}), xml("<error type='cancel' code='500'><undefined-condition "
                                                       "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"));
}

// xmpp.md 2.4: the condition that each fault of ours becomes.
TEST(StanzaErrors, FitTheFault) {
  struct Row {
    Fault fault;
    std::string_view condition, type, code;
  };
  const std::array<Row, 18> rows{{{Fault::malformed, "bad-request", "modify", "400"},
                                  {Fault::too_long, "policy-violation", "modify", "405"},
                                  {Fault::not_found, "item-not-found", "cancel", "404"},
                                  {Fault::absent, "recipient-unavailable", "wait", "404"},
                                  {Fault::conflict, "conflict", "cancel", "409"},
                                  {Fault::forbidden, "forbidden", "auth", "403"},
                                  {Fault::unauthorized, "not-authorized", "auth", "401"},
                                  {Fault::members_only, "registration-required", "auth", "407"},
                                  {Fault::not_allowed, "not-allowed", "cancel", "405"},
                                  {Fault::unsupported, "feature-not-implemented", "cancel", "501"},
                                  {Fault::unacceptable, "not-acceptable", "modify", "406"},
                                  {Fault::limited, "resource-constraint", "wait", "500"},
                                  {Fault::full, "service-unavailable", "wait", "503"},
                                  {Fault::timeout, "remote-server-timeout", "wait", "504"},
                                  {Fault::unavailable, "remote-server-timeout", "wait", "504"},
                                  {Fault::closed, "service-unavailable", "wait", "503"},
                                  {Fault::storage, "resource-constraint", "wait", "500"},
                                  {Fault::internal, "internal-server-error", "cancel", "500"}}};
  for (const Row& row : rows) {
    const Element error = make_error(to_stanza_error(row.fault, "why"));
    EXPECT_EQ(error.first_element()->name, row.condition);
    EXPECT_EQ(error.get("type"), row.type) << row.condition;
    EXPECT_EQ(error.get("code"), row.code) << row.condition;
  }
}

TEST(StanzaErrors, ComeBackAsTheFault) {
  for (const Fault fault : {Fault::malformed, Fault::not_found, Fault::absent, Fault::conflict, Fault::forbidden,
                            Fault::unauthorized, Fault::members_only, Fault::not_allowed, Fault::unsupported,
                            Fault::unacceptable, Fault::limited, Fault::unavailable}) {
    Element iq = xml("<iq type='error'/>");
    iq.add(make_error(to_stanza_error(fault, "why")));
    EXPECT_EQ(read_error(iq).fault, fault);
    EXPECT_EQ(read_error(iq).text, "why");
  }
}

TEST(StanzaErrors, AreNamedByConditionsOfTheSpecificationOnly) {
  const std::string ns = " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>";
  const auto with = [](const std::string& inside) {
    return xml("<iq type='error'><error type='cancel' code='404'>" + inside + "</error></iq>");
  };
  EXPECT_EQ(condition_of(with("<text" + ns + "<gone" + ns)), "gone");
  EXPECT_EQ(condition_of(with("<made-up" + ns)), "item-not-found") << "the code is older than the conditions";
  EXPECT_EQ(condition_of(xml("<iq type='error'><error><made-up" + ns + "</error></iq>")), "undefined-condition");
  EXPECT_EQ(condition_of(xml("<iq type='error'/>")), "undefined-condition");
}

TEST(StanzaErrors, OfOldSoftwareAreUnderstood) {
  const Error error = read_error(xml("<iq type='error'><error code='404'>Not Found</error></iq>"));
  EXPECT_EQ(error.fault, Fault::not_found);
  EXPECT_EQ(error.text, "Not Found");
  EXPECT_EQ(read_error(xml("<iq type='error'><error code='408'/></iq>")).text, "remote-server-timeout");
  EXPECT_EQ(read_error(xml("<iq type='error'><error code='502'/></iq>")).fault, Fault::unavailable);
  EXPECT_EQ(read_error(xml("<iq type='error'><error code='999'>odd</error></iq>")).text, "odd");
  EXPECT_EQ(read_error(xml("<iq type='error'/>")).fault, Fault::unavailable);
}

// Prosody 0.12 and 13, core/stanza_router.lua.
TEST(StanzaErrors, OfAServerThatStopsAreNotThoseOfARoom) {
  const auto refused = [](const std::string& text) {
    return xml(
        "<message type='error'><error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
        "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" +
        text + "</text></error></message>");
  };
  const Element stops = refused("Communication with remote domains is not enabled");
  EXPECT_EQ(condition_of(stops), "remote-server-not-found");
  EXPECT_EQ(read_error(stops).fault, Fault::unavailable);
  EXPECT_EQ(read_error(stops).text, "Communication with remote domains is not enabled");
  EXPECT_EQ(read_error(refused("Room creation is restricted")).fault, Fault::not_allowed);
}

TEST(StanzaErrors, AreReadPastAnApplicationCondition) {
  const Error error =
      read_error(xml("<iq type='error'><error type='cancel'><x xmlns='urn:app'/>"
                     "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"));
  EXPECT_EQ(error.fault, Fault::conflict);
  EXPECT_EQ(error.text, "conflict");
}

TEST(ErrorReplies, TurnTheStanzaRound) {
  EXPECT_EQ(make_error_reply(xml("<iq type='get' id='7' from='a@b/c' to='irc.example.org' xml:lang='de'>"
                                 "<query xmlns='jabber:iq:last'/></iq>"),
                             {"forbidden", {}, {}, {}}),
            xml("<iq from='irc.example.org' to='a@b/c' type='error' id='7'><query xmlns='jabber:iq:last'/>"
                "<error type='auth' code='403'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"));
}

TEST(ErrorReplies, AreNotMadeForAnswers) {
  EXPECT_FALSE(may_answer(xml("<message type='error'/>")));
  EXPECT_FALSE(may_answer(xml("<iq type='error'/>")));
  EXPECT_FALSE(may_answer(xml("<iq type='result'/>")));
  EXPECT_FALSE(may_answer(xml("<presence type='error'/>")));
  EXPECT_TRUE(may_answer(xml("<message type='result'/>")));
  EXPECT_TRUE(may_answer(xml("<iq type='get'/>")));
  EXPECT_TRUE(may_answer(xml("<presence/>")));
}

TEST(Results, AreEmptyUntilAPayloadIsAdded) {
  EXPECT_EQ(make_result(xml("<iq type='set' id='7' from='a@b/c' to='irc.example.org'><query xmlns='q'/></iq>")),
            xml("<iq from='irc.example.org' to='a@b/c' type='result' id='7'/>"));
}

}  // namespace
}  // namespace dragoman::xmpp
