#include "xmpp/link.hpp"

#include <algorithm>
#include <optional>

#include <gtest/gtest.h>

#include "tests/support/link_script.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::xmpp {
namespace {

using namespace std::chrono_literals;
using test::LinkScript;
using test::xml;

/// The error that a question ends in, or nothing.
struct Answer {
  std::optional<Element> result;
  std::optional<Error> error;
  int times = 0;

  Link::Answered take() {
    return [this](Result<Element> answer) {
      ++times;
      if (answer)
        result = *answer;
      else
        error = answer.error();
    };
  }
};

Element version_query() {
  return xml("<iq type='get' to='alice@example.org/phone'><query xmlns='jabber:iq:version'/></iq>");
}

std::string answer_with(std::string_view id, std::string_view from, std::string_view type) {
  return "<iq id='" + std::string{id} + "' from='" + std::string{from} + "' to='irc.example.org' type='" +
         std::string{type} + "'/>";
}

TEST(Link, HandsStanzasToTheHandler) {
  LinkScript link;
  link.server_says("<message from='alice@example.org/phone' to='#tea@irc.example.org'><body>hi</body></message>");
  ASSERT_EQ(link.handled.size(), 1u);
  EXPECT_EQ(link.handled[0].child_text("body", ns::component), "hi");
  link.we_say_nothing();
}

TEST(Link, HandsWhatIsForAClaimedAddressToWhoClaimedIt) {
  LinkScript link;
  std::vector<std::string> claimed;
  const Jid bot = *Jid::parse("bot@irc.example.org");
  link.link.claim(bot, [&](const Element&, const Jid& from, const Jid&) { claimed.push_back(from.str()); });
  link.server_says("<message from='room@muc.example.org/bob' to='bot@irc.example.org/x'/>");
  link.server_says("<message from='room@muc.example.org/bob' to='bob@irc.example.org/x'/>");
  EXPECT_EQ(claimed, std::vector<std::string>{"room@muc.example.org/bob"});
  EXPECT_EQ(link.handled.size(), 1u);
  link.link.unclaim(bot);
  link.server_says("<message from='room@muc.example.org/bob' to='bot@irc.example.org/x'/>");
  EXPECT_EQ(link.handled.size(), 2u);
}

TEST(Link, AClaimOfAFullAddressLeavesTheBareOneAlone) {
  LinkScript link;
  int claimed = 0;
  link.link.claim(*Jid::parse("al@irc.example.org/room"), [&](const Element&, const Jid&, const Jid&) { ++claimed; });
  link.server_says("<message from='room@muc.example.org/bob' to='al@irc.example.org/room'/>");
  link.server_says("<message from='bob@example.org/x' to='al@irc.example.org'/>");
  EXPECT_EQ(claimed, 1);
  EXPECT_EQ(link.handled.size(), 1u);
}

TEST(Link, WhoeverClaimsHearsOfTheStream) {
  LinkScript link;
  std::vector<std::string> heard;
  link.link.on_state([&](bool up) { heard.push_back(up ? "gateway up" : "gateway down"); });
  link.link.claim(
      *Jid::parse("bot@irc.example.org"), [](const Element&, const Jid&, const Jid&) {},
      [&](bool up) {
        heard.push_back(up ? "bot up" : "bot down");
        if (up) link.link.unclaim(*Jid::parse("bot@irc.example.org"));
      });
  link.link.detach();
  link.link.attach(link.output);
  link.link.detach();
  EXPECT_EQ(heard, (std::vector<std::string>{"gateway down", "bot down", "gateway up", "bot up", "gateway down"}));
}

TEST(Link, AClaimMayEndWhileItsHandlerRuns) {
  LinkScript link;
  const Jid bot = *Jid::parse("bot@irc.example.org");
  int times = 0;
  link.link.claim(bot, [&, padding = std::string(100, 'x')](const Element&, const Jid&, const Jid&) {
    link.link.unclaim(bot);
    times += padding.size() == 100 ? 1 : 0;
  });
  link.server_says("<presence from='room@muc.example.org/bob' to='bot@irc.example.org'/>");
  EXPECT_EQ(times, 1);
}

TEST(LinkAsk, GetsItsResult) {
  LinkScript link;
  Answer answer;
  link.link.ask(version_query(), 30s, answer.take());
  const Element asked = link.said();
  EXPECT_EQ(asked.get("from"), "irc.example.org");
  EXPECT_EQ(asked.get("id").size(), 34u);  // 128 random bits and a counter
  EXPECT_EQ(answer.times, 0);
  link.server_says(answer_with(asked.get("id"), "alice@example.org/phone", "result"));
  ASSERT_TRUE(answer.result);
  EXPECT_EQ(answer.result->get("from"), "alice@example.org/phone");
  link.server_says(answer_with(asked.get("id"), "alice@example.org/phone", "result"));
  link.time_passes(60s);
  EXPECT_EQ(answer.times, 1);
  EXPECT_TRUE(link.handled.empty());
}

TEST(LinkAsk, GetsAnErrorOfTheStanzaError) {
  LinkScript link;
  Answer answer;
  link.link.ask(version_query(), 30s, answer.take());
  const Element asked = link.said();
  Element error = make_error_reply(asked, {"item-not-found", {}, "gone", {}});
  link.link.receive(error);
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->fault, Fault::not_found);
  EXPECT_EQ(answer.error->text, "gone");
}

TEST(LinkAsk, IgnoresAnswersOfOthers) {
  LinkScript link;
  Answer answer;
  link.link.ask(version_query(), 30s, answer.take());
  const Element asked = link.said();
  for (const std::string_view liar :
       {"mallory@example.org/phone", "alice@example.org", "alice@example.org/other", "example.org"}) {
    link.server_says(answer_with(asked.get("id"), liar, "result"));
    link.server_says(answer_with(asked.get("id"), liar, "error"));
  }
  EXPECT_EQ(answer.times, 0);
  // Nor is a question with the same id an answer.
  link.server_says("<iq type='get' id='" + std::string{asked.get("id")} +
                   "' from='alice@example.org/phone' to='irc.example.org'><x xmlns='y'/></iq>");
  EXPECT_EQ(answer.times, 0);
  EXPECT_EQ(link.handled.size(), 1u);
  link.server_says(answer_with(asked.get("id"), "ALICE@example.org/phone", "result"));
  EXPECT_EQ(answer.times, 1);
}

TEST(LinkAsk, TimesOut) {
  LinkScript link;
  Answer answer;
  link.link.ask(version_query(), 30s, answer.take());
  const Element asked = link.said();
  link.time_passes(29s);
  EXPECT_EQ(answer.times, 0);
  link.time_passes(1s);
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->fault, Fault::timeout);
  link.server_says(answer_with(asked.get("id"), "alice@example.org/phone", "result"));
  EXPECT_EQ(answer.times, 1);
}

TEST(LinkAsk, FailsWhenTheLinkGoesDown) {
  LinkScript link;
  Answer answer, again;
  link.link.ask(version_query(), 30s, [&](Result<Element> result) {
    answer.take()(std::move(result));
    link.link.ask(version_query(), 30s, again.take());
  });
  const Element asked = link.said();
  link.link.detach();
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->fault, Fault::closed);
  EXPECT_EQ(again.times, 0) << "never inside ask";
  link.time_passes(0s);
  EXPECT_EQ(again.error->fault, Fault::closed);
  link.time_passes(60s);
  link.link.attach(link.output);
  link.server_says(answer_with(asked.get("id"), "alice@example.org/phone", "result"));
  EXPECT_EQ(answer.times, 1);
  EXPECT_EQ(again.times, 1);
}

TEST(LinkAsk, NeverAnswersInsideAsk) {
  LinkScript link;
  Answer nobody, unwritable, down;
  link.link.ask(xml("<iq type='get' to='@@//'><x xmlns='y'/></iq>"), 30s, nobody.take());
  Element foreign = version_query();
  foreign.set("from", "somebody@else.example");
  link.link.ask(foreign, 30s, unwritable.take());
  EXPECT_EQ(nobody.times + unwritable.times, 0);
  link.time_passes(0s);
  EXPECT_EQ(nobody.error->fault, Fault::malformed);
  EXPECT_EQ(unwritable.error->fault, Fault::malformed);
  link.link.detach();
  link.link.ask(version_query(), 30s, down.take());
  EXPECT_EQ(down.times, 0);
  link.time_passes(0s);
  EXPECT_EQ(down.error->fault, Fault::closed);
  link.we_say_nothing();
}

TEST(LinkAsk, IsForgottenWithItsLink) {
  test::ManualClock clock;
  test::FixedRandom random;
  Timers timers{clock};
  test::StringOutput output;
  Answer answer;
  {
    Link link{*Jid::parse("irc.example.org"), timers, random};
    link.attach(output);
    link.ask(version_query(), 30s, answer.take());
    link.barrier([] {});
  }
  clock.advance(60s);
  timers.run(clock.now());
  EXPECT_EQ(answer.times, 0);
}

/// The ping of a barrier as the server brings it back.
std::string back(const Element& ping) { return to_xml(ping); }

TEST(LinkBarrier, IsAPingToOurselvesThatComesBack) {
  LinkScript link;
  int confirmed = 0;
  link.link.barrier([&] { ++confirmed; });
  const Element ping = link.said();
  EXPECT_EQ(ping.get("from"), "irc.example.org");
  EXPECT_EQ(ping.get("to"), "irc.example.org");
  EXPECT_EQ(ping.get("type"), "get");
  EXPECT_NE(ping.child("ping", ns::ping), nullptr);
  link.server_says(back(ping));
  EXPECT_EQ(confirmed, 1);
  link.we_say_nothing();  // it is not answered
  link.server_says(back(ping));
  EXPECT_EQ(confirmed, 1);
  link.we_say_nothing();
  EXPECT_TRUE(link.handled.empty());
}

TEST(LinkBarrier, IsProvenByAnyAnswer) {
  for (const std::string_view type : {"result", "error"}) {
    LinkScript link;
    int confirmed = 0;
    link.link.barrier([&] { ++confirmed; });
    const Element ping = link.said();
    link.server_says(answer_with(ping.get("id"), "irc.example.org", type));
    EXPECT_EQ(confirmed, 1) << type;
  }
}

TEST(LinkBarrier, IsNotProvenByOthers) {
  LinkScript link;
  int confirmed = 0;
  link.link.barrier([&] { ++confirmed; });
  const Element ping = link.said();
  Element forged = ping;
  forged.set("from", "mallory@example.org");
  link.server_says(back(forged));
  link.server_says(answer_with(ping.get("id"), "example.org", "result"));
  link.server_says(answer_with("1", "irc.example.org", "result"));
  EXPECT_EQ(confirmed, 0);
  EXPECT_EQ(link.handled.size(), 1u) << "a ping of somebody else is a question like any other";
}

TEST(LinkBarrier, OfAnotherProcessIsLoggedOnceAMinute) {
  LinkScript link;
  testing::internal::CaptureStderr();
  link.link.barrier([] {});
  const Element own = link.said();
  Element others = own;
  others.set("id", "00000000000000000000000000000000-1");
  link.server_says(back(others));
  link.server_says(back(others));
  link.server_says(back(own));
  link.server_says(back(own));  // late, but ours
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
  EXPECT_NE(log.find("another component is connected"), std::string::npos) << log;
  link.we_say_nothing();
  EXPECT_TRUE(link.handled.empty());
}

TEST(LinkBarrier, LaterOnesShareTheNextPing) {
  LinkScript link;
  std::string order;
  link.link.barrier([&] { order += 'a'; });
  const Element first = link.said();
  link.link.barrier([&] { order += 'b'; });
  link.link.barrier([&] { order += 'c'; });
  link.we_say_nothing();
  link.server_says(back(first));
  EXPECT_EQ(order, "a") << "what was written after the first ping is not proven by it";
  const Element second = link.said();
  EXPECT_NE(first.get("id"), second.get("id"));
  link.server_says(back(second));
  EXPECT_EQ(order, "abc");
  link.we_say_nothing();
}

TEST(LinkBarrier, IsDroppedWhenTheLinkGoesDown) {
  LinkScript link;
  int confirmed = 0;
  link.link.barrier([&] { ++confirmed; });
  const Element ping = link.said();
  link.link.detach();
  link.link.barrier([&] { ++confirmed; });
  link.link.attach(link.output);
  link.server_says(back(ping));
  EXPECT_EQ(confirmed, 0);
  link.we_say_nothing();  // a ping of the last stream is not answered either
  link.link.barrier([&] { ++confirmed; });
  link.server_says(back(link.said()));
  EXPECT_EQ(confirmed, 1);
}

TEST(LinkBarrier, IsSentAgainWhenItDoesNotComeBack) {
  LinkScript link;
  std::string order;
  link.link.barrier([&] { order += 'a'; });
  const Element first = link.said();
  link.link.barrier([&] { order += 'b'; });
  link.time_passes(30s);
  const Element second = link.said();
  EXPECT_NE(first.get("id"), second.get("id"));
  link.server_says(back(second));
  EXPECT_EQ(order, "ab");
}

TEST(LinkBarrier, IsOverdueAfterAMinute) {
  LinkScript link;
  link.link.barrier([] {});
  link.said();
  link.time_passes(30s);
  EXPECT_FALSE(link.link.overdue());
  link.said();
  link.time_passes(30s);
  EXPECT_TRUE(link.link.overdue());
  link.server_says(back(link.said()));
  EXPECT_FALSE(link.link.overdue());
}

// reliability.md 5.6, inputs 10 to 13 and RFC 6120 8.2.3.

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

TEST(LinkSend, DropsWhileTheLinkIsDown) {
  LinkScript link;
  link.link.detach();
  EXPECT_EQ(link.link.send(xml("<presence from='irc.example.org' to='a@b'/>")).error().fault, Fault::closed);
  EXPECT_FALSE(link.link.write([](Writer& writer) { writer.begin("presence", "irc.example.org", "a@b"); }));
  EXPECT_EQ(link.link.backlog(), 0u);
  link.we_say_nothing();
}

TEST(LinkSend, TouchesTheOutputOnlyForWhatWasWritten) {
  LinkScript link;
  EXPECT_TRUE(link.link.send(xml("<presence from='irc.example.org' to='a@b'/>")));
  EXPECT_EQ(link.output.touched, 1);
  EXPECT_FALSE(link.link.send(xml("<presence from='other.example.org' to='a@b'/>")));
  EXPECT_FALSE(link.link.write([](Writer& writer) { writer.begin("presence", "irc.example.org", ""); }));
  EXPECT_EQ(link.output.touched, 1);
  link.we_say("<presence from='irc.example.org' to='a@b'/>");
}

TEST(LinkSend, AnErrorGoesWithoutTheQuestionWhenThatIsTooLong) {
  LinkScript link;
  Element question = xml("<iq type='get' id='1' from='a@b/c' to='irc.example.org'><x xmlns='y'/></iq>");
  question.children[0].set_text(std::string(Writer::stanza_limit - 300, '&'));
  EXPECT_TRUE(link.link.send(make_error_reply(question, {"service-unavailable", {}, {}, {}})));
  const Element reply = link.said();
  EXPECT_EQ(reply.element_count(), 1u);
  EXPECT_EQ(read_error(reply).fault, Fault::unavailable);
}

TEST(LinkState, TellsWhenItChanges) {
  LinkScript link;
  std::string states;
  link.link.on_state([&](bool up) { states += up ? 'u' : 'd'; });
  link.link.detach();
  link.link.detach();
  link.link.attach(link.output);
  EXPECT_EQ(states, "du");
  int drained = 0;
  link.link.on_drained([&] { ++drained; });
  link.link.drained();
  EXPECT_EQ(drained, 1);
  link.output.backlog_bytes = 42;
  EXPECT_EQ(link.link.backlog(), 42u);
}

}  // namespace
}  // namespace dragoman::xmpp
