#include <optional>

#include <gtest/gtest.h>

#include "tests/support/link_script.hpp"
#include "xmpp/link.hpp"
#include "xmpp/stanza_error.hpp"

// Questions of ours, and their answers.

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

}  // namespace
}  // namespace dragoman::xmpp
