#include "backends/webhook/queue.hpp"

#include <map>

#include <gtest/gtest.h>

#include "support/fixed_random.hpp"
#include "support/manual_clock.hpp"

namespace dragoman::backends::webhook {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Ids = std::vector<std::string>;

Happening message(const std::string& id) {
  Happening happening;
  happening.id = id;
  happening.content = chat::plain("text of " + id);
  return happening;
}

/// A queue, what it keeps, and the other side, which the test plays.
class QueueScript {
 public:
  explicit QueueScript(QueueLimits limits = {}) : limits_(limits) { begin(); }

  void says(const std::string& id, Queue::Durable durable = Queue::Durable::elsewhere) {
    run([&](QueueEffects& effects) { EXPECT_TRUE(queue_->enqueue(message(id), durable, effects).has_value()) << id; });
  }
  Result<void> tries_to_say(const std::string& id) {
    Result<void> taken;
    run([&](QueueEffects& effects) { taken = queue_->enqueue(message(id), Queue::Durable::elsewhere, effects); });
    return taken;
  }
  /// The oldest request is answered.
  void other_side_answers(int status, std::optional<seconds> retry_after = std::nullopt) {
    ASSERT_FALSE(under_way.empty()) << "nothing is under way";
    const std::uint64_t number = under_way.front().number;
    under_way.pop_front();
    run([&](QueueEffects& effects) { queue_->on_answer(number, {status, {}, retry_after}, effects); });
  }
  void other_side_fails(Fault fault) {
    ASSERT_FALSE(under_way.empty()) << "nothing is under way";
    const std::uint64_t number = under_way.front().number;
    under_way.pop_front();
    run([&](QueueEffects& effects) { queue_->on_answer(number, {0, {fault, "no"}, {}}, effects); });
  }
  /// Until the queue wants something; how long that was.
  Duration waits() {
    const auto next = queue_->wake();
    if (!next) {
      ADD_FAILURE() << "the queue waits for nothing";
      return {};
    }
    const Duration waited = std::max<Duration>(*next - clock.now(), Duration{});
    clock.advance(waited);
    run([&](QueueEffects& effects) { queue_->on_timer(effects); });
    return waited;
  }
  /// Fails all attempts with this status until nothing is under way or waits.
  void fails_until_given_up(int status) {
    for (int i = 0; i < 10'000 && queue_->size() > 0; ++i) {
      if (under_way.empty()) {
        waits();
      } else {
        other_side_answers(status);
      }
    }
  }
  void restarts() {
    under_way.clear();
    begin();
  }
  template <class Input>
  void run(Input input) {
    QueueEffects effects;
    effects.now = clock.now();
    effects.utc = clock.utc();
    input(effects);
    for (auto& each : effects.attempts) {
      told.push_back(each.happening.id);
      under_way.push_back(std::move(each));
    }
    delivered.insert(delivered.end(), effects.delivered.begin(), effects.delivered.end());
    returned.insert(returned.end(), effects.returned.begin(), effects.returned.end());
    notices.insert(notices.end(), effects.notices.begin(), effects.notices.end());
    for (const auto& [key, text] : effects.documents) {
      if (text.empty())
        kept.erase(key);
      else
        kept[key] = text;
    }
    if (effects.health) health = *effects.health;
  }
  Queue& queue() { return *queue_; }

  test::ManualClock clock;
  std::deque<Attempt> under_way;
  Ids told, delivered, notices;
  std::vector<QueueEffects::Returned> returned;
  std::map<std::string, std::string> kept;
  Health health;

 private:
  void begin() {
    queue_.emplace(random_, limits_);
    run([&](QueueEffects& effects) {
      queue_->restore([this](const std::string& key) { return kept.contains(key) ? kept.at(key) : std::string{}; },
                      effects);
    });
  }
  test::FixedRandom random_;
  QueueLimits limits_;
  std::optional<Queue> queue_;
};

TEST(WebhookQueue, TellsOneEventAtATimeInOrder) {
  QueueScript script;
  script.says("a");
  script.says("b");
  EXPECT_EQ(script.told, Ids{"a"});
  script.other_side_answers(200);
  EXPECT_EQ(script.told, (Ids{"a", "b"}));
  script.other_side_answers(204);
  EXPECT_EQ(script.delivered, (Ids{"a", "b"}));
  EXPECT_TRUE(script.kept.empty());
  EXPECT_FALSE(script.queue().wake().has_value());
}

TEST(WebhookQueue, TriesAgainByTheScheduleAndKeepsTheOrder) {
  QueueScript script;
  script.says("a");
  script.says("b");
  constexpr Duration most[] = {seconds{5}, seconds{30}, minutes{2}, minutes{10}, minutes{30}, hours{2}};
  for (const Duration longest : most) {
    script.other_side_answers(503);
    EXPECT_TRUE(script.under_way.empty());
    const Duration waited = script.waits();
    EXPECT_LE(waited, longest);
    EXPECT_GE(waited, seconds{1});
    ASSERT_EQ(script.under_way.size(), 1u);
    EXPECT_FALSE(script.under_way.front().first);
  }
  script.other_side_answers(200);
  script.other_side_answers(200);
  EXPECT_EQ(script.delivered, (Ids{"a", "b"}));
  EXPECT_EQ(script.told, (Ids{"a", "a", "a", "a", "a", "a", "a", "b"}));
  EXPECT_TRUE(script.returned.empty());
}

TEST(WebhookQueue, PausesDifferByChance) {
  QueueScript script;
  script.says("a");
  std::set<Duration> pauses;
  for (int i = 0; i < 4; ++i) {
    script.other_side_answers(200);
    script.says("b" + std::to_string(i));
    script.other_side_answers(503);
    pauses.insert(script.waits());
  }
  EXPECT_EQ(pauses.size(), 4u);
}

TEST(WebhookQueue, WaitsAsLongAsTheOtherSideWants) {
  QueueScript script;
  script.says("a");
  script.other_side_answers(429, seconds{777});
  EXPECT_EQ(script.waits(), Duration{seconds{777}});
  script.other_side_answers(503, std::chrono::duration_cast<seconds>(hours{1000}));
  EXPECT_EQ(script.waits(), Duration{hours{6}});
}

TEST(WebhookQueue, NothingIsToldWhileTheOtherSideIsBusy) {
  QueueLimits limits;
  limits.concurrency = 3;
  QueueScript script{limits};
  script.says("a");
  script.other_side_answers(429, seconds{60});
  script.says("b");
  EXPECT_TRUE(script.under_way.empty());
  script.waits();
  EXPECT_EQ(script.told, (Ids{"a", "a", "b"}));
}

TEST(WebhookQueue, WhatIsRefusedFourTimesComesBackAndTheNextSaysSo) {
  QueueScript script;
  script.says("a");
  script.says("b");
  script.says("c");
  for (int i = 0; i < 3; ++i) {
    script.other_side_answers(400);
    script.waits();
  }
  EXPECT_TRUE(script.returned.empty());
  script.other_side_answers(400);
  ASSERT_EQ(script.returned.size(), 1u);
  EXPECT_EQ(script.returned[0].id, "a");
  EXPECT_EQ(script.returned[0].code, "400");
  ASSERT_EQ(script.under_way.size(), 1u);
  EXPECT_EQ(script.under_way.front().happening.id, "b");
  EXPECT_EQ(script.under_way.front().happening.gap, 1u);
  script.other_side_answers(200);
  EXPECT_EQ(script.under_way.front().happening.gap, 0u);
}

TEST(WebhookQueue, ARedirectIsARefusal) {
  QueueScript script;
  script.says("a");
  for (int i = 0; i < 3; ++i) {
    script.other_side_answers(302);
    script.waits();
  }
  script.other_side_answers(302);
  ASSERT_EQ(script.returned.size(), 1u);
}

TEST(WebhookQueue, WhatCannotBeDigestedHoldsUpTheOthersForHalfAnHour) {
  QueueScript script;
  script.says("a");
  script.says("b");
  const Instant begun = script.clock.now();
  while (script.returned.empty()) {
    script.other_side_answers(500);
    if (script.returned.empty()) script.waits();
  }
  EXPECT_EQ(script.returned[0].id, "a");
  EXPECT_LE(script.clock.now() - begun, Duration{minutes{30}});
  EXPECT_GT(script.clock.now() - begun, Duration{minutes{5}});
}

TEST(WebhookQueue, NobodyIsGivenUpBecauseNothingGetsThroughForHours) {
  QueueScript script;
  script.says("a");
  script.says("b");
  const Instant begun = script.clock.now();
  while (script.clock.now() - begun < Duration{hours{5}}) {
    script.other_side_fails(Fault::unavailable);
    script.waits();
  }
  EXPECT_TRUE(script.returned.empty());
  script.other_side_answers(200);
  script.other_side_answers(200);
  EXPECT_EQ(script.delivered, (Ids{"a", "b"}));
}

TEST(WebhookQueue, ChatGoesStaleAfterADay) {
  QueueScript script;
  script.says("a");
  script.clock.advance(hours{1});
  script.says("b");
  const Instant begun = script.clock.now();
  script.fails_until_given_up(503);
  EXPECT_EQ(script.clock.now() - begun, Duration{hours{24}});
  ASSERT_EQ(script.returned.size(), 2u);
  EXPECT_EQ(script.returned[0].fault, Fault::timeout);
  EXPECT_EQ(script.queue().dead().size(), 2u);
}

TEST(WebhookQueue, OtherBoundsHoldForWhatWaitsToo) {
  QueueScript script;
  script.says("a");
  script.says("b");
  script.other_side_answers(503);
  QueueLimits shorter;
  shorter.longest_wait = hours{1};
  script.clock.advance(minutes{30});
  const Instant then = script.clock.now();
  script.run([&](QueueEffects& effects) { script.queue().set_limits(shorter, effects); });
  script.fails_until_given_up(503);
  EXPECT_EQ(script.returned.size(), 2U);
  EXPECT_LE(script.clock.now() - then, minutes{31}) << "the hour counts from when they were taken";
}

TEST(WebhookQueue, TheOwnerIsToldOnceThatNothingGetsThroughAndOnceThatItDoes) {
  QueueScript script;
  script.says("a");
  for (int i = 0; i < 7; ++i) {
    script.other_side_answers(503);
    script.waits();
  }
  EXPECT_EQ(script.notices.size(), 1u);
  EXPECT_EQ(script.health.state, Health::State::failing);
  EXPECT_EQ(script.health.text, "HTTP 503 x7");
  EXPECT_TRUE(script.health.next_try.has_value());
  script.other_side_answers(200);
  EXPECT_EQ(script.notices.size(), 2u);
  EXPECT_EQ(script.health, Health{});
}

TEST(WebhookQueue, OneFailureIsNotShown) {
  QueueScript script;
  script.says("a");
  script.other_side_answers(503);
  EXPECT_EQ(script.health.state, Health::State::well);
}

TEST(WebhookQueue, AfterFiveFailuresOnlySingleProbesAreMade) {
  QueueLimits limits;
  limits.concurrency = 4;
  QueueScript script{limits};
  for (const char* id : {"a", "b", "c", "d", "e"}) script.says(id);
  EXPECT_EQ(script.under_way.size(), 4u);
  for (int i = 0; i < 4; ++i) script.other_side_answers(500);
  while (script.under_way.empty()) script.waits();
  script.other_side_answers(500);
  while (!script.under_way.empty()) script.other_side_answers(500);
  script.clock.advance(minutes{20});
  script.run([&](QueueEffects& effects) { script.queue().on_timer(effects); });
  EXPECT_LE(script.under_way.size(), 1u);
  while (script.under_way.empty()) script.waits();
  EXPECT_EQ(script.under_way.size(), 1u);
  script.other_side_answers(200);
  EXPECT_GT(script.under_way.size(), 1u);
}

TEST(WebhookQueue, WhoIsGoneIsToldNothingAnyMore) {
  QueueScript script;
  script.says("a");
  script.says("b");
  script.other_side_answers(410);
  ASSERT_EQ(script.returned.size(), 2u);
  EXPECT_EQ(script.returned[0].code, "410");
  EXPECT_EQ(script.health.state, Health::State::disabled);
  EXPECT_EQ(script.tries_to_say("c").error().fault, Fault::not_allowed);
  script.restarts();
  EXPECT_EQ(script.health.state, Health::State::disabled);
  EXPECT_FALSE(script.tries_to_say("c").has_value());
  script.run([&](QueueEffects& effects) { script.queue().enable(effects); });
  script.says("c");
  EXPECT_EQ(script.told.back(), "c");
}

TEST(WebhookQueue, WhoHasFailedForFiveDaysIsToldNothingAnyMore) {
  QueueLimits limits;
  limits.longest_wait = hours{24 * 30};
  QueueScript script{limits};
  script.says("a");
  const Instant begun = script.clock.now();
  script.fails_until_given_up(503);
  EXPECT_GE(script.clock.now() - begun, Duration{hours{120}});
  EXPECT_LE(script.clock.now() - begun, Duration{hours{132}});
  EXPECT_EQ(script.health.state, Health::State::disabled);
}

TEST(WebhookQueue, WhatMayNotBeSentThereComesBackAtOnce) {
  QueueScript script;
  script.says("a");
  script.says("b");
  script.other_side_fails(Fault::forbidden);
  script.other_side_fails(Fault::forbidden);
  ASSERT_EQ(script.returned.size(), 2u);
  EXPECT_EQ(script.returned[0].fault, Fault::forbidden);
}

TEST(WebhookQueue, AFullQueueTakesNothingMoreAndLosesNothing) {
  QueueLimits limits;
  limits.entries = 2;
  QueueScript script{limits};
  script.says("a");
  script.says("b");
  EXPECT_EQ(script.tries_to_say("c").error().fault, Fault::limited);
  script.other_side_answers(200);
  script.says("c");
  script.other_side_answers(200);
  script.other_side_answers(200);
  EXPECT_EQ(script.delivered, (Ids{"a", "b", "c"}));
}

TEST(WebhookQueue, BytesAreBoundedToo) {
  QueueLimits limits;
  limits.bytes = 1200;
  QueueScript script{limits};
  script.says("a");
  script.says("b");
  EXPECT_EQ(script.tries_to_say("c").error().fault, Fault::limited);
}

TEST(WebhookQueue, TheSameEventIsTakenOnce) {
  QueueScript script;
  script.says("a");
  script.says("a");
  script.other_side_answers(200);
  EXPECT_EQ(script.queue().size(), 0u);
  script.says("a");  // whoever said it was not told that it was taken
  EXPECT_EQ(script.told, Ids{"a"});
  EXPECT_EQ(script.delivered, (Ids{"a", "a"}));
}

TEST(WebhookQueue, ARestartChangesNeitherTheScheduleNorTheFirstAttempt) {
  QueueScript script;
  script.says("a");
  for (int i = 0; i < 4; ++i) {
    script.other_side_answers(503);
    script.waits();
  }
  script.restarts();
  script.says("a");
  ASSERT_EQ(script.under_way.size(), 1u);
  EXPECT_FALSE(script.under_way.front().first);
  script.other_side_answers(503);
  EXPECT_GT(script.health.text, "HTTP 503 x4");
  script.clock.advance(hours{23});
  script.restarts();
  script.says("a");
  script.fails_until_given_up(503);
  ASSERT_EQ(script.returned.size(), 1u);
}

TEST(WebhookQueue, WhatNobodyElseKeepsIsHereAfterARestart) {
  QueueScript script;
  script.says("a", Queue::Durable::here);
  script.says("b", Queue::Durable::here);
  script.says("c", Queue::Durable::here);
  script.other_side_answers(200);
  script.restarts();
  EXPECT_EQ(script.told, (Ids{"a", "b", "b"}));
  script.other_side_answers(200);
  script.other_side_answers(200);
  EXPECT_EQ(script.delivered, (Ids{"a", "b", "c"}));
  EXPECT_TRUE(script.kept.empty());
}

TEST(WebhookQueue, ADeadLetterCanBeReplayed) {
  QueueScript script;
  script.says("a");
  script.fails_until_given_up(404);
  ASSERT_EQ(script.queue().dead().size(), 1u);
  script.restarts();
  ASSERT_EQ(script.queue().dead().size(), 1u);
  const std::string text = script.kept.at(Queue::dead_key("a"));
  script.run([&](QueueEffects& effects) { EXPECT_TRUE(script.queue().replay("a", text, effects).has_value()); });
  ASSERT_EQ(script.under_way.size(), 1u);
  EXPECT_EQ(script.under_way.front().happening.content.text, "text of a");
  script.other_side_answers(200);
  EXPECT_TRUE(script.queue().dead().empty());
  EXPECT_TRUE(script.kept.empty()) << script.kept.begin()->first << ' ' << script.kept.begin()->second;
}

TEST(WebhookQueue, DeadLettersAreForgottenAfterTwoWeeks) {
  QueueScript script;
  script.says("a");
  script.fails_until_given_up(404);
  script.clock.advance(hours{24 * 15});
  script.restarts();
  EXPECT_TRUE(script.queue().dead().empty());
  EXPECT_FALSE(script.kept.contains(Queue::dead_key("a")));
}

TEST(WebhookQueue, WhatItsSenderTakesBackIsNotTold) {
  QueueScript script;
  script.says("a");
  script.says("b");
  script.run([&](QueueEffects& effects) { script.queue().forget("b", effects); });
  script.other_side_answers(200);
  EXPECT_EQ(script.delivered, Ids{"a"});
  EXPECT_TRUE(script.under_way.empty());
}

TEST(WebhookQueue, APersonMayHaveItTriedNow) {
  QueueScript script;
  script.says("a");
  script.other_side_answers(503, seconds{3600});
  script.run([&](QueueEffects& effects) { script.queue().retry(effects); });
  script.other_side_answers(200);
  EXPECT_EQ(script.delivered, Ids{"a"});
}

TEST(WebhookQueue, WhateverTheOtherSideDoesEveryEventEndsOnce) {
  // Answers, failures, restarts and time by chance; in the end the other side is well.
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    test::FixedRandom chance{seed};
    QueueScript script;
    std::set<std::string> ends;
    Ids said;
    const auto say_all_again = [&] {
      for (const std::string& id : said) {
        if (!ends.contains(id)) script.says(id);
      }
    };
    const auto note_ends = [&] {
      for (const std::string& id : script.delivered) EXPECT_TRUE(ends.insert(id).second) << id << " twice, " << seed;
      for (const auto& each : script.returned)
        EXPECT_TRUE(ends.insert(each.id).second) << each.id << " twice, " << seed;
      script.delivered.clear();
      script.returned.clear();
    };
    constexpr int statuses[] = {200, 200, 200, 500, 503, 429, 404, 301, 0};
    for (int step = 0; step < 150; ++step) {
      const auto what = chance.below(12);
      if (what < 4 && said.size() < 60) {
        said.push_back("m" + std::to_string(said.size()));
        script.says(said.back());
      } else if (what == 11) {
        script.restarts();
        say_all_again();
      } else if (!script.under_way.empty()) {
        const int status = statuses[chance.below(std::size(statuses))];
        if (status == 0)
          script.other_side_fails(Fault::timeout);
        else
          script.other_side_answers(status);
      } else if (script.queue().wake()) {
        script.waits();
      }
      note_ends();
    }
    for (int i = 0; i < 1000 && script.queue().size() > 0; ++i) {
      if (script.under_way.empty())
        script.waits();
      else
        script.other_side_answers(200);
      note_ends();
    }
    EXPECT_EQ(ends.size(), said.size()) << seed;
  }
}

}  // namespace
}  // namespace dragoman::backends::webhook
