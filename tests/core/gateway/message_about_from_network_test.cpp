#include "message_about.hpp"

// What a network says about a message; moderation (XEP-0425); what is announced of it.

namespace dragoman::gateway::message_about_from_network_test {
namespace {

// From the network.

TEST_F(About, AnEditOfTheNetworkReplacesAndIsInTheArchive) {
  bob_says("helo", "net1");
  script.written();
  script.network_says(
      chat::MessageEdited{tea, author("bob"), chat::MessageId{"net2"}, chat::MessageId{"net1"}, chat::plain("hello")});
  const auto edit = script.only();
  EXPECT_EQ(body_of(edit), "hello");
  EXPECT_EQ(replaced_by(edit), "net1");
  EXPECT_EQ(edit.get("from"), "#tea@irc.test/bob");
  const auto past = archive();
  ASSERT_EQ(past.size(), 2U);
  EXPECT_EQ(body_of(past[0]), "helo");
  EXPECT_EQ(replaced_by(past[1]), "net1");
}

TEST_F(About, AnEditOfOnesOwnMessageElsewhereNamesTheClientsId) {
  alice_has_said_hello();
  script.network_says(chat::MessageEdited{tea, author("alice", true), chat::MessageId{"net2"}, chat::MessageId{"net1"},
                                          chat::plain("hello!")});
  EXPECT_EQ(replaced_by(script.only()), "a1");
}

TEST_F(About, ARetractionOfTheNetworkLeavesATombstoneAndHasAFallback) {
  bob_says("oops", "net1");
  script.written();
  script.network_says(chat::MessageRetracted{tea, author("bob"), chat::MessageId{"net1"}, {}, false});
  const auto retraction = script.only();
  EXPECT_EQ(retracted_by(retraction), "1");
  EXPECT_NE(body_of(retraction), "");
  EXPECT_NE(retraction.child("fallback", "urn:xmpp:fallback:0"), nullptr);
  const auto past = archive();
  ASSERT_EQ(past.size(), 2U);
  EXPECT_NE(past[0].child("retracted", xmpp::retraction_ns), nullptr);
  EXPECT_EQ(past[0].get("from"), "#tea@irc.test/bob");
  EXPECT_EQ(body_of(past[0]), "");
}

TEST_F(About, AModeratorsRetractionComesFromTheRoom) {
  bob_says("spam", "net1");
  script.written();
  script.network_says(chat::MessageRetracted{tea, author("carol"), chat::MessageId{"net1"}, "spam", true});
  const auto retraction = script.only();
  EXPECT_EQ(retraction.get("from"), "#tea@irc.test");
  EXPECT_EQ(retracted_by(retraction), "1");
  const auto* retract = retraction.child("retract", xmpp::retraction_ns);
  EXPECT_EQ(retract->child("moderated", xmpp::moderation_ns)->get("by"), "#tea@irc.test/carol");
  EXPECT_EQ(retract->child_text("reason", xmpp::retraction_ns), "spam");
  const auto past = archive();
  ASSERT_EQ(past.size(), 2U);
  const auto* tombstone = past[0].child("retracted", xmpp::retraction_ns);
  ASSERT_NE(tombstone, nullptr);
  EXPECT_EQ(tombstone->child("moderated", xmpp::moderation_ns)->get("by"), "#tea@irc.test/carol");
  EXPECT_EQ(past[1].get("from"), "#tea@irc.test");
}

TEST_F(About, ARetractionOfWhatSomebodyElseSaidIsAModerators) {
  bob_says("spam", "net1");
  script.written();
  // IRC does not say in whose name.
  script.network_says(chat::MessageRetracted{tea, author("carol"), chat::MessageId{"net1"}, "spam", false});
  const auto retraction = script.only();
  EXPECT_EQ(retraction.get("from"), "#tea@irc.test");
  const auto* retract = retraction.child("retract", xmpp::retraction_ns);
  EXPECT_EQ(retract->child("moderated", xmpp::moderation_ns)->get("by"), "#tea@irc.test/carol");
  const auto past = archive();
  ASSERT_EQ(past.size(), 2U);
  const auto* tombstone = past[0].child("retracted", xmpp::retraction_ns);
  EXPECT_EQ(tombstone->child("moderated", xmpp::moderation_ns)->get("by"), "#tea@irc.test/carol");
  EXPECT_EQ(past[1].get("from"), "#tea@irc.test");
}

TEST_F(About, ReactionsOfTheNetworkNameTheRoomsId) {
  alice_has_said_hello();
  script.network_says(chat::ReactionsChanged{tea, author("bob"), chat::MessageId{"net1"}, {"👋"}});
  const auto reactions = script.only();
  EXPECT_EQ(reacted_to_by(reactions), "1");
  EXPECT_EQ(reactions.get("from"), "#tea@irc.test/bob");
  EXPECT_EQ(reactions.child("body", reactions.ns), nullptr);
  EXPECT_NE(reactions.child("store", "urn:xmpp:hints"), nullptr);
}

TEST_F(About, ReactionsOfSomebodyAloneNameTheClientsId) {
  alice_has_said_hello("bob@irc.test");
  script.network_says(chat::ReactionsChanged{bob, author("bob"), chat::MessageId{"net1"}, {"👋"}});
  const auto reactions = script.only();
  EXPECT_EQ(reacted_to_by(reactions), "a1");
  EXPECT_EQ(reactions.get("from"), "bob@irc.test");
}

TEST_F(About, ReactionsToAMessageThatIsNotHereAreNotShown) {
  script.network_says(chat::ReactionsChanged{tea, author("bob"), chat::MessageId{"old"}, {"👋"}});
  script.end_turn();
  script.server_proves();
  EXPECT_EQ(script.store.state(1), State::returned);
  EXPECT_TRUE(script.written().empty());
}

TEST_F(About, AReplyOfTheNetworkNamesQuotesAndMarksWhatItAnswers) {
  alice_has_said_hello();
  bob_says("yes", "net2", tea, "net1");
  const auto answer = script.only();
  EXPECT_EQ(answered_by(answer), "1");
  EXPECT_EQ(answer.child("reply", "urn:xmpp:reply:0")->get("to"), "#tea@irc.test/alice");
  EXPECT_EQ(body_of(answer), "> hello\nyes");
  EXPECT_EQ(answer.child("fallback", "urn:xmpp:fallback:0")->child("body", "urn:xmpp:fallback:0")->get("end"), "8");
  const auto past = archive();
  ASSERT_EQ(past.size(), 2U);
  EXPECT_EQ(body_of(past[1]), "> hello\nyes");
  EXPECT_EQ(answered_by(past[1]), "1");
}

TEST_F(About, AReplyToWhatIsNotHereIsAnOrdinaryMessage) {
  bob_says("yes", "net2", tea, "old");
  const auto answer = script.only();
  EXPECT_EQ(body_of(answer), "yes");
  EXPECT_EQ(answered_by(answer), "none");
}

TEST_F(About, WhatFollowsAReplyWaitsBehindIt) {
  bob_says("hi", "net1");
  script.written();
  script.store.holds_reads = true;
  bob_says("yes", "net2", tea, "net1");
  bob_says("and more", "net3");
  EXPECT_TRUE(script.written().empty());
  script.store.answer_reads();
  const auto both = script.written();
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(body_of(both[0]), "> hi\nyes");
  EXPECT_EQ(body_of(both[1]), "and more");
}

TEST_F(About, WhatWasLookedUpWhenTheLinkWentIsWrittenOnceWhenItIsBack) {
  bob_says("hi", "net1");
  script.server_proves();
  script.store.holds_reads = true;
  bob_says("yes", "net2", tea, "net1");
  script.link_goes_down();
  script.written();
  script.link_comes_up();
  script.store.answer_reads();  // the first look-up, and the replay
  script.store.answer_reads();
  script.end_turn();
  std::size_t answers = 0;
  for (const auto& each : script.written()) answers += answered_by(each) == "1" ? 1 : 0;
  script.store.answer_reads();
  for (const auto& each : script.written()) answers += answered_by(each) == "1" ? 1 : 0;
  EXPECT_EQ(answers, 1U);
}

TEST_F(About, TypingIsShownAndKeptByNoArchive) {
  script.network_says(chat::Typing{tea, author("bob"), true});
  auto state = script.only();
  EXPECT_EQ(state.get("from"), "#tea@irc.test/bob");
  EXPECT_EQ(state.get("type"), "groupchat");
  EXPECT_NE(state.child("composing", "http://jabber.org/protocol/chatstates"), nullptr);
  EXPECT_NE(state.child("no-store", "urn:xmpp:hints"), nullptr);
  script.network_says(chat::Typing{bob, author("bob"), false});
  state = script.only();
  EXPECT_EQ(state.get("from"), "bob@irc.test");
  EXPECT_EQ(state.get("type"), "chat");
  EXPECT_NE(state.child("paused", "http://jabber.org/protocol/chatstates"), nullptr);
  script.network_says(chat::Typing{tea, author("alice", true), true});
  EXPECT_TRUE(script.written().empty());
  EXPECT_TRUE(script.store.rows.empty());
}

TEST_F(About, ReadMarksOfTheNetworkNameWhatTheyHaveRead) {
  alice_has_said_hello();
  script.network_says(chat::ReadUpTo{tea, author("bob"), chat::MessageId{"net1"}});
  const auto mark = script.only();
  EXPECT_EQ(mark.get("from"), "#tea@irc.test/bob");
  EXPECT_EQ(id_in(mark, "displayed", "urn:xmpp:chat-markers:0"), "1");
}

TEST_F(About, ReadMarksOfSomebodyAloneNameTheClientsId) {
  alice_has_said_hello("bob@irc.test");
  script.network_says(chat::ReadUpTo{bob, author("bob"), chat::MessageId{"net1"}});
  EXPECT_EQ(id_in(script.only(), "displayed", "urn:xmpp:chat-markers:0"), "a1");
}

TEST_F(About, MessagesOfANetworkWithReadMarksAreMarkable) {
  bob_says("hi", "net1");
  EXPECT_NE(script.only().child("markable", "urn:xmpp:chat-markers:0"), nullptr);
}

// Moderation (XEP-0425).

class Moderation : public About {
 protected:
  Moderation() {
    bob_says("spam", "net1");
    script.written();
  }
  void is_moderator() {
    chat::SelfChanged change;
    change.room = chat::RoomId{"#tea"};
    change.standing.role = chat::Role::moderator;
    script.network_says(change);
    script.written();
  }
  void asks(const std::string& id) {
    script.xmpp_sends("<iq type='set' from='alice@test/home' to='#tea@irc.test' id='q'><moderate id='" + id +
                      "' xmlns='urn:xmpp:message-moderate:1'><retract xmlns='urn:xmpp:message-retract:1'/>"
                      "<reason>not here</reason></moderate></iq>");
  }
};

TEST_F(Moderation, IsAskedOfTheNetworkAndToldByTheRoom) {
  is_moderator();
  asks("1");
  const auto retract = script.command<chat::RetractMessage>();
  EXPECT_EQ(retract.second.retracted.text, "net1");
  EXPECT_EQ(retract.second.reason, "not here");
  EXPECT_TRUE(retract.second.as_moderator);
  EXPECT_TRUE(script.written().empty());
  script.network_says(chat::Done{retract.first, {}});
  const auto written = script.written();
  ASSERT_EQ(written.size(), 2U);
  const auto& told = written[0].name == "message" ? written[0] : written[1];
  const auto& answer = written[0].name == "iq" ? written[0] : written[1];
  EXPECT_EQ(answer.get("type"), "result");
  EXPECT_EQ(told.get("from"), "#tea@irc.test");
  EXPECT_EQ(retracted_by(told), "1");
}

TEST_F(Moderation, OfWhoIsNoModeratorIsForbidden) {
  asks("1");
  EXPECT_EQ(refused_with(script.only()), "forbidden");
}

TEST_F(Moderation, OfAMessageThatIsNotHereFindsNothing) {
  is_moderator();
  asks("99");
  EXPECT_EQ(refused_with(script.only()), "item-not-found");
}

TEST_F(Moderation, ThatTheNetworkCannotDoIsNotImplementedNorAnnounced) {
  is_moderator();
  script.network->can(Feature::moderate, Support::no);
  asks("1");
  EXPECT_EQ(refused_with(script.only()), "feature-not-implemented");
}

TEST_F(Moderation, ThatTheNetworkRefusesComesBackInItsWords) {
  is_moderator();
  asks("1");
  script.network_says(chat::Failed{script.command<chat::RetractMessage>().first,
                                   chat::Failed::Outcome::refused,
                                   Fault::forbidden,
                                   "You may not",
                                   {}});
  EXPECT_EQ(refused_with(script.only()), "forbidden");
}

// Discovery.

TEST_F(About, RoomsAndPeopleAnnounceWhatTheNetworkCanCarry) {
  const auto features_of = [this](const std::string& address) {
    script.xmpp_sends("<iq type='get' from='alice@test/home' to='" + address +
                      "' id='d'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
    std::set<std::string> features;
    const auto answer = script.only();
    for (const auto& each : answer.child_of(xmpp::ns::disco_info)->children) {
      if (each.name == "feature") features.emplace(each.get("var"));
    }
    return features;
  };
  const std::vector<std::string> of_messages = {"urn:xmpp:message-correct:0", "urn:xmpp:message-retract:1",
                                                "urn:xmpp:reactions:0",       "urn:xmpp:reply:0",
                                                "urn:xmpp:chat-markers:0",    "http://jabber.org/protocol/chatstates"};
  for (const char* address : {"#tea@irc.test", "bob@irc.test"}) {
    const auto features = features_of(address);
    for (const auto& each : of_messages) EXPECT_TRUE(features.contains(each)) << address << ' ' << each;
  }
  EXPECT_TRUE(features_of("#tea@irc.test").contains("urn:xmpp:message-moderate:1"));
  script.network->capabilities() = {};
  for (const char* address : {"#tea@irc.test", "bob@irc.test"}) {
    const auto features = features_of(address);
    for (const auto& each : of_messages) EXPECT_FALSE(features.contains(each)) << address << ' ' << each;
    EXPECT_FALSE(features.contains("urn:xmpp:message-moderate:1"));
  }
}

TEST_F(About, ARoomMayBeAbleToDoLessThanItsNetwork) {
  chat::RoomChanged changed;
  changed.room = chat::RoomId{"#tea"};
  script.network_says(changed);
  alice_sends("a4", "<reactions id='1' xmlns='urn:xmpp:reactions:0'><reaction>👋</reaction></reactions>");
  EXPECT_EQ(refused_with(script.only()), "not-acceptable");
}

}  // namespace
}  // namespace dragoman::gateway::message_about_from_network_test
