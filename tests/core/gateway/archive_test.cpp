#include "gateway/listening.hpp"
#include "gateway/returned.hpp"
#include "gateway/room_history.hpp"
#include "support/gateway_script.hpp"
#include "xmpp/timestamps.hpp"

// The past of a room: history on joining while it is still being read, the archive's questions, what a row keeps.

namespace dragoman::test::archive_test {

namespace {

using Elements = std::vector<xmpp::Element>;

std::string body(const xmpp::Element& stanza) { return stanza.child_text("body", stanza.ns); }

/// Who or what, in order: "presence bob", "one", "subject".
std::vector<std::string> outline(const Elements& stanzas) {
  std::vector<std::string> lines;
  for (const auto& each : stanzas) {
    const std::string from{each.get("from")};
    if (each.name == "presence") {
      lines.push_back("presence " + from.substr(from.find('/') + 1));
    } else if (each.child("subject", each.ns) != nullptr) {
      lines.push_back("subject");
    } else {
      lines.push_back(body(each) + (each.child("delay", xmpp::ns::delay) != nullptr ? " (then)" : ""));
    }
  }
  return lines;
}

using Lines = std::vector<std::string>;

class RoomPast : public ::testing::Test {
 protected:
  RoomPast() { script.joins("alice", "#tea", {"bob"}); }
  void bob_says(const std::string& text) {
    chat::MessageReceived said;
    said.conversation.room = chat::RoomId{"#tea"};
    said.author.name = "bob";
    said.content = chat::plain(text);
    script.network_says(said);
  }
  void phone_joins(const std::string& history = {}) {
    script.xmpp_sends(
        "<presence from='alice@test/phone' to='#tea@irc.test/alice'>"
        "<x xmlns='http://jabber.org/protocol/muc'>" +
        history + "</x></presence>");
  }
  Elements to(const std::string& who) {
    Elements found;
    for (const auto& each : script.written()) {
      if (each.get("to") == who) found.push_back(each);
    }
    return found;
  }
  void asks(const std::string& id, const std::string& query = {}) {
    script.xmpp_sends("<iq type='set' from='alice@test/home' to='#tea@irc.test' id='" + id +
                      "'><query xmlns='urn:xmpp:mam:2'>" + query + "</query></iq>");
  }
  GatewayScript script;
};

TEST_F(RoomPast, WhatIsSaidWhileTheHistoryIsReadFollowsBehindTheSubjectOnce) {
  bob_says("one");
  script.store.holds_reads = true;
  phone_joins();
  bob_says("two");
  chat::OccupantsJoined come;
  come.room = chat::RoomId{"#tea"};
  come.occupants.push_back({script.name("carol"), {}});
  script.network_says(come);
  EXPECT_TRUE(to("alice@test/phone").empty());
  script.store.answer_reads();
  EXPECT_EQ(outline(to("alice@test/phone")),
            (Lines{"presence bob", "presence carol", "presence alice", "one (then)", "subject", "two"}));
  bob_says("three");
  EXPECT_EQ(outline(to("alice@test/phone")), Lines{"three"});
}

TEST_F(RoomPast, TheOtherClientWaitsForNothing) {
  script.store.holds_reads = true;
  phone_joins();
  bob_says("now");
  EXPECT_EQ(outline(to("alice@test/home")), Lines{"now"});
}

TEST_F(RoomPast, AnOwnMessageThatTheNetworkTookMeanwhileIsThereOnce) {
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea@irc.test' type='groupchat' id='m1'><body>mine</body></message>");
  script.store.holds_reads = true;
  phone_joins();
  script.network_says(chat::Done{script.command<chat::SendMessage>().first, chat::Sent{}});
  script.store.answer_reads();
  EXPECT_EQ(outline(to("alice@test/phone")), (Lines{"presence bob", "presence alice", "mine (then)", "subject"}));
}

TEST_F(RoomPast, WhoLeavesWhileItIsReadGetsNothingMore) {
  bob_says("one");
  script.store.holds_reads = true;
  phone_joins();
  script.xmpp_sends("<presence type='unavailable' from='alice@test/phone' to='#tea@irc.test/alice'/>");
  script.written();
  script.store.answer_reads();
  EXPECT_TRUE(script.written().empty());
}

TEST_F(RoomPast, WhoJoinsAgainWhileItIsReadGetsItOnce) {
  bob_says("one");
  script.store.holds_reads = true;
  phone_joins();
  phone_joins();
  script.store.answer_reads();
  EXPECT_EQ(outline(to("alice@test/phone")), (Lines{"presence bob", "presence alice", "one (then)", "subject"}));
}

TEST_F(RoomPast, WhoWantsNoneCausesNoRead) {
  bob_says("one");
  const auto before = script.store.archive_questions;
  phone_joins("<history maxstanzas='0'/>");
  phone_joins("<history maxchars='0'/>");
  EXPECT_EQ(script.store.archive_questions, before);
  EXPECT_EQ(outline(to("alice@test/phone")).front(), "presence bob");
}

TEST_F(RoomPast, AStatusLineMeanwhileIsNotLost) {
  script.store.holds_reads = true;
  phone_joins();
  chat::Notice notice;
  notice.room = chat::RoomId{"#tea"};
  notice.text = "something happens";
  script.network_says(notice);
  script.store.answer_reads();
  EXPECT_EQ(outline(to("alice@test/phone")), (Lines{"presence bob", "presence alice", "subject", "something happens"}));
}

TEST_F(RoomPast, AFewQuestionsAtOnceAreEnough) {
  script.store.holds_reads = true;
  for (const char* id : {"a", "b", "c", "d"}) asks(id);
  EXPECT_TRUE(script.written().empty());
  asks("e");
  const auto refused = script.only();
  EXPECT_EQ(refused.get("id"), "e");
  EXPECT_NE(refused.child("error", refused.ns)->child("resource-constraint", xmpp::ns::stanza_errors), nullptr);
  script.store.answer_reads();
  EXPECT_EQ(script.written().size(), 4u);
  script.store.holds_reads = false;
  asks("f");
  EXPECT_EQ(script.only().get("id"), "f");
}

TEST_F(RoomPast, AnOwnMessageIsFoundUnderTheNicknameThatItWasShownWith) {
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea@irc.test' type='groupchat' id='m1'><body>mine</body></message>");
  // It waited, and the network calls us otherwise now.
  script.network_says(chat::OccupantRenamed{chat::RoomId{"#tea"}, script.name("alice"), script.name("alicia"), true});
  script.written();
  script.network_says(chat::Done{script.command<chat::SendMessage>().first, chat::Sent{}});
  const auto reflection = script.only();
  EXPECT_EQ(reflection.get("from"), "#tea@irc.test/alicia");
  asks("a");
  const auto answer = script.written();
  ASSERT_EQ(answer.size(), 2u);
  const auto* forwarded = answer[0].first_element()->first_element();
  EXPECT_EQ(forwarded->child("message", "jabber:client")->get("from"), "#tea@irc.test/alicia");
}

TEST_F(RoomPast, TheGapIsSaidOnceAfterARestart) {
  script.passes(std::chrono::seconds{45});
  script.restart();
  script.network_says(chat::Ready{"alice", {}});
  script.clock.advance(std::chrono::seconds{70});
  script.lets_in("#tea", "alice", {"bob"});
  const auto lines = outline(script.written());
  ASSERT_FALSE(lines.empty());
  EXPECT_TRUE(lines.back().starts_with("The gateway was away from ")) << lines.back();
  script.lets_in("#tea", "alice", {"bob"});
  for (const auto& line : outline(script.written())) EXPECT_FALSE(line.starts_with("The gateway")) << line;
}

TEST_F(RoomPast, TheGapIsSaidWhenTheXmppServerComesLaterThanTheNetwork) {
  script.restart();
  script.link_goes_down();
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#tea", "alice", {"bob"});
  EXPECT_TRUE(script.written().empty());
  script.link_comes_up();
  const auto lines = outline(script.written());
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[2], "subject");
  EXPECT_TRUE(lines[3].starts_with("The gateway was away from ")) << lines[3];
}

TEST_F(RoomPast, ARoomThatWasNeverEnteredHasNoGap) {
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#milk@irc.test/alice'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  script.restart();
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#milk", "alice");
  for (const auto& line : outline(script.written())) EXPECT_FALSE(line.starts_with("The gateway")) << line;
}

TEST(RoomPastTexts, AGapOfOneDayHasNoDates) {
  const auto time = [](const char* text) { return *xmpp::read_datetime(text); };
  EXPECT_EQ(gateway::gap_text(time("2026-11-20T12:03:10.250Z"), time("2026-11-20T12:04:02Z")),
            "The gateway was away from 12:03:10 to 12:04:02 UTC; what was said in between is missing here.");
  EXPECT_EQ(gateway::gap_text(time("2026-11-20T23:59:59Z"), time("2026-11-21T00:00:01Z")),
            "The gateway was away from 2026-11-20 23:59:59 to 2026-11-21 00:00:01 UTC; what was said in between is "
            "missing here.");
}

TEST(RoomPastTexts, TheStrictestLimitOfHistoryHolds) {
  const Timestamp now = *xmpp::read_datetime("2026-11-20T12:00:00Z");
  xmpp::HistoryLimits limits;
  EXPECT_EQ(gateway::history_query(limits, 20, now)->limit, 20u);
  EXPECT_FALSE(gateway::history_query(limits, 0, now));
  limits.max_stanzas = 1'000'000;
  EXPECT_EQ(gateway::history_query(limits, 0, now)->limit, gateway::most_history);
  limits.seconds = std::chrono::seconds{60};
  limits.since = *xmpp::read_datetime("2026-11-20T11:00:00Z");
  EXPECT_EQ(gateway::history_query(limits, 20, now)->start, *xmpp::read_datetime("2026-11-20T11:59:00Z"));
  limits.seconds = std::chrono::hours{5};
  EXPECT_EQ(gateway::history_query(limits, 20, now)->start, limits.since);
  limits.max_characters = 0;
  EXPECT_FALSE(gateway::history_query(limits, 20, now));
}

TEST(RoomPastTexts, AReferenceComesBackAndOldOnesAreUnderstood) {
  const std::string kept = gateway::write_reference({"i", "o", true, "alice", "occ"});
  const auto read = gateway::read_reference(kept);
  EXPECT_EQ(read.id, "i");
  EXPECT_EQ(read.origin_id, "o");
  EXPECT_TRUE(read.receipt);
  EXPECT_EQ(read.resource, "alice");
  EXPECT_EQ(read.occupant_id, "occ");
  EXPECT_EQ(gateway::read_reference("i").id, "i");
  EXPECT_EQ(gateway::read_reference("i\x1fo").origin_id, "o");
  EXPECT_TRUE(gateway::read_reference("i\x1fo\x1fr").receipt);
  EXPECT_EQ(gateway::read_reference("i\x1fo\x1fr").resource, "");
  EXPECT_EQ(gateway::read_reference("").id, "");
}

}  // namespace

}  // namespace dragoman::test::archive_test
