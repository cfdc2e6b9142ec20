#include "message_about.hpp"

// What a person says about a message, to a network that knows such things or does not.

namespace dragoman::gateway::message_about_test {
namespace {

// From a person to the network.

TEST_F(About, AnEditReachesTheNetworkUnderItsNameAndIsReflected) {
  alice_has_said_hello();
  alice_sends("a2", "<body>hello!</body><replace id='a1' xmlns='urn:xmpp:message-correct:0'/>");
  const auto edit = script.command<chat::EditMessage>().second;
  EXPECT_EQ(edit.edited.text, "net1");
  EXPECT_EQ(edit.content.text, "hello!");
  EXPECT_TRUE(script.written().empty());
  network_takes<chat::EditMessage>("net2");
  const auto reflection = script.only();
  EXPECT_EQ(reflection.get("id"), "a2");
  EXPECT_EQ(body_of(reflection), "hello!");
  EXPECT_EQ(replaced_by(reflection), "a1");
  EXPECT_EQ(script.store.state(2), State::delivered);
}

TEST_F(About, AnEditOfAnEditIsOneOfTheFirstMessage) {
  alice_has_said_hello();
  alice_sends("a2", "<body>hello!</body><replace id='a1' xmlns='urn:xmpp:message-correct:0'/>");
  network_takes<chat::EditMessage>("net2");
  alice_sends("a3", "<body>hello!!</body><replace id='a2' xmlns='urn:xmpp:message-correct:0'/>");
  EXPECT_EQ(script.command<chat::EditMessage>().second.edited.text, "net1");
}

TEST_F(About, AnEditOfWhatSomebodyElseSaidComesBack) {
  bob_says("hi", "net1");
  script.written();
  alice_sends("a2", "<body>mine</body><replace id='net1' xmlns='urn:xmpp:message-correct:0'/>");
  const auto error = script.only();
  EXPECT_EQ(refused_with(error), "forbidden");
  EXPECT_EQ(error.get("id"), "a2");
  EXPECT_EQ(body_of(error), "mine");
  EXPECT_EQ(replaced_by(error), "net1");
  EXPECT_EQ(script.count<chat::EditMessage>(), 0U);
}

TEST_F(About, AnEditOfNoMessageComesBack) {
  alice_sends("a2", "<body>mine</body><replace id='never' xmlns='urn:xmpp:message-correct:0'/>");
  script.end_turn();
  script.server_proves();
  EXPECT_EQ(script.store.state(1), State::returned);
  EXPECT_EQ(refused_with(script.only()), "item-not-found");
}

TEST_F(About, AnEditOfAMessageThatIsUnderWayFollowsIt) {
  alice_sends("a1", "<body>hello</body>");
  alice_sends("a2", "<body>hello!</body><replace id='a1' xmlns='urn:xmpp:message-correct:0'/>");
  alice_sends("a3", "<body>next</body>");
  EXPECT_EQ(script.count<chat::SendMessage>(), 1U);
  EXPECT_EQ(script.count<chat::EditMessage>(), 0U);
  network_takes<chat::SendMessage>("net1");
  EXPECT_EQ(script.command<chat::EditMessage>().second.edited.text, "net1");
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.text, "next");
}

TEST_F(About, AnEditIsNamedAgainAfterARestart) {
  alice_has_said_hello();
  script.network_says(chat::Lost{Fault::unavailable, "gone", script.clock.now() + std::chrono::seconds{5}});
  alice_sends("a2", "<body>hello!</body><replace id='a1' xmlns='urn:xmpp:message-correct:0'/>");
  script.restart();
  script.network->can(Feature::edit);
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#tea", "alice");
  script.written();
  EXPECT_EQ(script.command<chat::EditMessage>().second.edited.text, "net1");
}

TEST_F(About, ARetractionReachesTheNetworkAndLeavesATombstone) {
  alice_has_said_hello();
  alice_sends("a2",
              "<retract id='1' xmlns='urn:xmpp:message-retract:1'/><fallback xmlns='urn:xmpp:fallback:0' "
              "for='urn:xmpp:message-retract:1'/><body>/me took it back</body><store xmlns='urn:xmpp:hints'/>");
  EXPECT_EQ(script.command<chat::RetractMessage>().second.retracted.text, "net1");
  EXPECT_EQ(script.count<chat::SendMessage>(), 1U);
  network_takes<chat::RetractMessage>("net2");
  const auto reflection = script.only();
  EXPECT_EQ(retracted_by(reflection), "1");
  EXPECT_NE(body_of(reflection).find("retracted"), std::string::npos);
  EXPECT_NE(reflection.child("store", "urn:xmpp:hints"), nullptr);
  const auto past = archive();
  ASSERT_EQ(past.size(), 2U);
  EXPECT_EQ(past[0].child("body", past[0].ns), nullptr);
  ASSERT_NE(past[0].child("retracted", xmpp::retraction_ns), nullptr);
  EXPECT_EQ(past[0].child("retracted", xmpp::retraction_ns)->get("id"), "a2");
  EXPECT_EQ(past[0].get("id"), "a1");
  EXPECT_EQ(retracted_by(past[1]), "1");
  for (const auto& [id, row] : script.store.rows) EXPECT_EQ(row.content.find("hello"), std::string::npos) << id;
}

TEST_F(About, ARetractionByTheOlderFormNamesTheOriginIdAndIsShownByTheRoomsId) {
  alice_has_said_hello();
  alice_sends("a2",
              "<apply-to id='o1' xmlns='urn:xmpp:fasten:0'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>");
  EXPECT_EQ(script.command<chat::RetractMessage>().second.retracted.text, "net1");
  network_takes<chat::RetractMessage>("net2");
  EXPECT_EQ(retracted_by(script.only()), "1");
}

TEST_F(About, ACorrectionToNothingTakesTheMessageBack) {
  alice_has_said_hello();
  alice_sends("a2", "<body/><replace id='a1' xmlns='urn:xmpp:message-correct:0'/>");
  EXPECT_EQ(script.command<chat::RetractMessage>().second.retracted.text, "net1");
}

TEST_F(About, WhatSomebodyElseSaidCannotBeRetracted) {
  bob_says("hi", "net1");
  script.written();
  alice_sends("a2", "<retract id='1' xmlns='urn:xmpp:message-retract:1'/>");
  const auto error = script.only();
  EXPECT_EQ(refused_with(error), "forbidden");
  EXPECT_EQ(retracted_by(error), "1");
}

TEST_F(About, ReactionsReachTheNetworkAsAWholeSet) {
  bob_says("hi", "net1");
  script.written();
  alice_sends("a2",
              "<reactions id='1' xmlns='urn:xmpp:reactions:0'><reaction>👋</reaction><reaction>🐢</reaction></reactions>"
              "<store xmlns='urn:xmpp:hints'/>");
  const auto react = script.command<chat::React>().second;
  EXPECT_EQ(react.message.text, "net1");
  EXPECT_EQ(react.emoji, (std::vector<std::string>{"👋", "🐢"}));
  network_takes<chat::React>("net2");
  const auto reflection = script.only();
  EXPECT_EQ(reacted_to_by(reflection), "1");
  EXPECT_EQ(reflection.child("body", reflection.ns), nullptr);
  EXPECT_EQ(reflection.get("from"), "#tea@irc.test/alice");
}

TEST_F(About, ReactionsThatTheNetworkRefusesComeBackAsReactions) {
  bob_says("hi", "net1");
  script.written();
  alice_sends("a2", "<reactions id='1' xmlns='urn:xmpp:reactions:0'><reaction>👋</reaction></reactions>");
  script.network_says(
      chat::Failed{script.command<chat::React>().first, chat::Failed::Outcome::refused, Fault::unacceptable, "no", {}});
  const auto error = script.only();
  EXPECT_EQ(refused_with(error), "not-acceptable");
  EXPECT_EQ(reacted_to_by(error), "1");
}

TEST_F(About, MoreReactionsThanTheNetworkTakesComeBackAtOnce) {
  script.network->capabilities().reactions = 1;
  bob_says("hi", "net1");
  script.written();
  alice_sends(
      "a2", "<reactions id='1' xmlns='urn:xmpp:reactions:0'><reaction>👋</reaction><reaction>🐢</reaction></reactions>");
  EXPECT_EQ(refused_with(script.only()), "not-acceptable");
  EXPECT_EQ(script.count<chat::React>(), 0U);
}

const std::string reply =
    "<body>&gt; hi\nyes</body><reply to='#tea@irc.test/bob' id='1' xmlns='urn:xmpp:reply:0'/>"
    "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='5'/></fallback>";

TEST_F(About, AReplyReachesTheNetworkWithoutItsQuotationAndIsReflectedWithIt) {
  bob_says("hi", "net1");
  script.written();
  alice_sends("a2", reply);
  const auto send = script.command<chat::SendMessage>().second;
  EXPECT_EQ(send.content.text, "yes");
  EXPECT_EQ(send.content.reply_to.text, "net1");
  network_takes<chat::SendMessage>("net2");
  const auto reflection = script.only();
  EXPECT_EQ(body_of(reflection), "> hi\nyes");
  EXPECT_EQ(answered_by(reflection), "1");
  const auto* fallback = reflection.child("fallback", "urn:xmpp:fallback:0");
  ASSERT_NE(fallback, nullptr);
  EXPECT_EQ(fallback->child("body", "urn:xmpp:fallback:0")->get("end"), "5");
}

TEST_F(About, AReplyToAMessageThatIsNotHereIsSaidAllTheSame) {
  alice_sends("a2", "<body>yes</body><reply to='#tea@irc.test/bob' id='99' xmlns='urn:xmpp:reply:0'/>");
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.text, "bob: yes");
}

TEST_F(About, IdsOfAnotherRoomOrPersonNameNothing) {
  bob_says("hi", "net1", bob);
  script.written();
  alice_sends("a2", "<reactions id='1' xmlns='urn:xmpp:reactions:0'><reaction>👋</reaction></reactions>");
  EXPECT_EQ(refused_with(script.only()), "item-not-found");
}

TEST_F(About, OutsideOfRoomsMessagesAreNamedByTheirIds) {
  bob_says("hi", "net1", bob);
  script.written();
  alice_sends("a2", "<reactions id='net1' xmlns='urn:xmpp:reactions:0'><reaction>👋</reaction></reactions>",
              "bob@irc.test");
  EXPECT_EQ(script.command<chat::React>().second.message.text, "net1");
  alice_has_said_hello("bob@irc.test");
  alice_sends("a3", "<retract id='o1' xmlns='urn:xmpp:message-retract:1'/>", "bob@irc.test");
  EXPECT_EQ(script.command<chat::RetractMessage>().second.retracted.text, "net1");
}

TEST_F(About, AnAnswerBelongsToTheThreadOfWhatItAnswers) {
  chat::MessageReceived said{tea, author("bob"), chat::MessageId{"net1"}, chat::plain("tea?"), std::nullopt, false};
  said.content.thread = "root";
  script.network_says(said);
  script.written();
  alice_sends("a2", reply);
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.thread, "") << "the network has no threads";
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.answered, "bob");
  network_takes<chat::SendMessage>("net2");
  script.network->can(Feature::thread);
  alice_sends("a3", reply);
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.thread, "root");
  network_takes<chat::SendMessage>("net3");
  alice_sends("a4", reply + "<thread>other</thread>");
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.thread, "other");
}

// What the network cannot do.

TEST_F(About, WhatIsOnlyTextThereIsSaidAsText) {
  script.network->can(Feature::edit, Support::as_text);
  script.network->can(Feature::reply, Support::as_text);
  bob_says("hi", "net1");
  script.written();
  alice_sends("a2", reply);
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.text, "bob: yes");
  network_takes<chat::SendMessage>("net2");
  EXPECT_EQ(body_of(script.only()), "> hi\nyes");
  alice_sends("a3", "<body>YES</body><replace id='a2' xmlns='urn:xmpp:message-correct:0'/>");
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.text, "* YES");
  network_takes<chat::SendMessage>("net3");
  const auto reflection = script.only();
  EXPECT_EQ(body_of(reflection), "YES");
  EXPECT_EQ(replaced_by(reflection), "a2");
}

TEST_F(About, AReplyThatBeginsWithTheNicknameIsNotPrefixedAgain) {
  script.network->can(Feature::reply, Support::as_text);
  alice_sends("a2", "<body>Bob, yes</body><reply to='#tea@irc.test/bob' id='1' xmlns='urn:xmpp:reply:0'/>");
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.text, "Bob, yes");
}

TEST_F(About, AReplyToSomebodyAloneKeepsItsQuotationAsText) {
  script.network->can(Feature::reply, Support::as_text);
  alice_sends("a2", reply, "bob@irc.test");
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.text, "> hi\nyes");
}

TEST_F(About, WhatCannotBeDoneComesBackWithTheReason) {
  for (const Feature each : {Feature::edit, Feature::retract, Feature::react}) script.network->can(each, Support::no);
  alice_has_said_hello();
  alice_sends("a2", "<body>x</body><replace id='a1' xmlns='urn:xmpp:message-correct:0'/>");
  EXPECT_EQ(refused_with(script.only()), "feature-not-implemented");
  alice_sends("a3", "<retract id='1' xmlns='urn:xmpp:message-retract:1'/><body>/me took it back</body>");
  EXPECT_EQ(refused_with(script.only()), "feature-not-implemented");
  alice_sends("a4", "<reactions id='1' xmlns='urn:xmpp:reactions:0'><reaction>👋</reaction></reactions>");
  EXPECT_EQ(refused_with(script.only()), "not-acceptable");
  EXPECT_EQ(script.count<chat::SendMessage>(), 1U);
  EXPECT_EQ(script.store.rows.size(), 1U);
}

TEST_F(About, ASubjectOfOneMessageIsTextWhereThereAreNone) {
  alice_sends("a1", "<subject>Tea</subject><body>at five?</body>", "bob@irc.test");
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.text, "Subject: Tea\nat five?");
  EXPECT_TRUE(script.command<chat::SendMessage>().second.content.title.empty());
}

// Typing and read marks.

TEST_F(About, TypingIsPassedOnAndEndsOnce) {
  alice_sends("", "<active xmlns='http://jabber.org/protocol/chatstates'/>");
  EXPECT_EQ(script.count<chat::SetTyping>(), 0U);
  alice_sends("", "<composing xmlns='http://jabber.org/protocol/chatstates'/>");
  EXPECT_TRUE(script.command<chat::SetTyping>().second.typing);
  alice_sends("", "<paused xmlns='http://jabber.org/protocol/chatstates'/>");
  EXPECT_FALSE(script.command<chat::SetTyping>().second.typing);
  alice_sends("", "<active xmlns='http://jabber.org/protocol/chatstates'/>");
  EXPECT_EQ(script.count<chat::SetTyping>(), 2U);
  EXPECT_TRUE(script.written().empty());
}

TEST_F(About, WhoHasSpokenNeedNotSayThatTheTypingEnded) {
  alice_sends("", "<composing xmlns='http://jabber.org/protocol/chatstates'/>");
  alice_sends("a1", "<body>hi</body><active xmlns='http://jabber.org/protocol/chatstates'/>");
  alice_sends("", "<active xmlns='http://jabber.org/protocol/chatstates'/>");
  EXPECT_EQ(script.count<chat::SetTyping>(), 1U);
}

TEST_F(About, TypingAndReadMarksOfWhoIsNotThereAreNothing) {
  script.xmpp_sends(
      "<message from='alice@test/phone' to='#tea@irc.test' type='groupchat'><composing "
      "xmlns='http://jabber.org/protocol/chatstates'/></message>");
  alice_sends("", "<displayed id='99' xmlns='urn:xmpp:chat-markers:0'/>");
  EXPECT_TRUE(script.written().empty());
  EXPECT_EQ(script.count<chat::SetTyping>() + script.count<chat::MarkRead>(), 0U);
}

TEST_F(About, ReadMarksOnlyGoForward) {
  bob_says("one", "net1");
  bob_says("two", "net2");
  alice_sends("", "<displayed id='2' xmlns='urn:xmpp:chat-markers:0'/>");
  EXPECT_EQ(script.command<chat::MarkRead>().second.message.text, "net2");
  alice_sends("", "<displayed id='1' xmlns='urn:xmpp:chat-markers:0'/>");
  alice_sends("", "<displayed id='2' xmlns='urn:xmpp:chat-markers:0'/>");
  EXPECT_EQ(script.count<chat::MarkRead>(), 1U);
}

}  // namespace
}  // namespace dragoman::gateway::message_about_test
