#include "net/resolver.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "net/wakeup.hpp"
#include "support/loop_test.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;
using Answer = Resolver::Answer;

/// A name server whose answers the test gives, shared with the threads that ask.
struct NameServer {
  Answer ask(const std::string& host) {
    std::unique_lock lock{mutex};
    asked.insert(host);
    changed.notify_all();
    changed.wait(lock, [&] { return answers.contains(host); });
    return answers.at(host);
  }
  void answer(const std::string& host, Answer answer) {
    const std::lock_guard lock{mutex};
    answers.emplace(host, std::move(answer));
    changed.notify_all();
  }
  void wait_until_asked(const std::string& host) {
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] { return asked.contains(host); });
  }
  std::size_t questions() {
    const std::lock_guard lock{mutex};
    return asked.size();
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::multiset<std::string> asked;
  std::map<std::string, Answer> answers;
};

struct ResolverTest : test::LoopTest {
  void resolve(const std::string& host, std::optional<Answer>& answer) {
    start<Answer>([this, host] { return resolver->resolve(host, 6697, clock.now() + 20s); }, answer);
    settle();
  }
  static Answer found(std::string_view address) { return std::vector<Address>{*parse_address(address, 6697)}; }
  static std::string text(const Answer& answer) { return answer ? to_string(answer->front()) : answer.error().text; }

  std::shared_ptr<NameServer> names = std::make_shared<NameServer>();
  std::unique_ptr<Resolver> resolver = std::make_unique<Resolver>(
      loop, [names = names](const std::string& host, std::uint16_t) { return names->ask(host); });
};

TEST_F(ResolverTest, GivesTheAnswerOfTheNameServer) {
  std::optional<Answer> answer;
  resolve("irc.test", answer);
  EXPECT_FALSE(answer.has_value());
  names->answer("irc.test", found("192.0.2.7"));
  turn_until([&] { return answer.has_value(); });
  EXPECT_EQ(text(*answer), "192.0.2.7:6697");
  EXPECT_EQ(loop.timers().next(), std::nullopt);
}

TEST_F(ResolverTest, AsksNobodyForAnAddress) {
  std::optional<Answer> answer;
  resolve("2001:db8::7", answer);
  EXPECT_EQ(text(*answer), "[2001:db8::7]:6697");
  EXPECT_EQ(names->questions(), 0u);
}

TEST_F(ResolverTest, DoesNotHoldUpOneNameBehindASlowOne) {
  std::optional<Answer> slow, quick;
  resolve("slow.test", slow);
  resolve("quick.test", quick);
  names->answer("quick.test", found("192.0.2.7"));
  turn_until([&] { return quick.has_value(); });
  EXPECT_FALSE(slow.has_value());
  names->answer("slow.test", found("192.0.2.8"));
  turn_until([&] { return slow.has_value(); });
}

TEST_F(ResolverTest, GivesUpAtItsDeadlineAndIgnoresWhatComesLater) {
  std::optional<Answer> answer, next;
  resolve("slow.test", answer);
  advance(20s);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->error().fault, Fault::timeout);
  EXPECT_EQ(text(*answer), "the name server gave no answer for \"slow.test\" in time");
  names->answer("slow.test", found("192.0.2.7"));
  names->answer("next.test", found("192.0.2.8"));
  resolve("next.test", next);
  turn_until([&] { return next.has_value(); });
  EXPECT_EQ(answer->error().fault, Fault::timeout);
}

TEST_F(ResolverTest, EndsWithItsGroupAndIgnoresWhatComesLater) {
  std::optional<Answer> answer;
  resolve("slow.test", answer);
  names->wait_until_asked("slow.test");
  tasks.stop();
  turn_until([&] { return tasks.empty(); });
  bool posted = false;
  names->answer("slow.test", found("192.0.2.7"));
  std::thread later{[&] { loop.post([&] { posted = true; }); }};
  turn_until([&] { return posted; });
  later.join();
  settle();
  EXPECT_EQ(loop.timers().next(), std::nullopt);
}

TEST_F(ResolverTest, AsksForAtMostEightNamesAtATime) {
  std::optional<Answer> answers[Resolver::most_threads + 2];
  for (std::size_t i = 0; i < std::size(answers); ++i) resolve("host" + std::to_string(i) + ".test", answers[i]);
  for (int i = 0; i < Resolver::most_threads; ++i) names->wait_until_asked("host" + std::to_string(i) + ".test");
  EXPECT_EQ(names->questions(), 8u);
  for (std::size_t i = 0; i < std::size(answers); ++i)
    names->answer("host" + std::to_string(i) + ".test", found("192.0.2.7"));
  turn_until(
      [&] { return std::all_of(std::begin(answers), std::end(answers), [](auto& one) { return one.has_value(); }); });
}

TEST_F(ResolverTest, DoesNotAskForWhatNobodyWaitsForAnyMore) {
  std::optional<Answer> answers[Resolver::most_threads], late, next;
  for (std::size_t i = 0; i < std::size(answers); ++i) resolve("host" + std::to_string(i) + ".test", answers[i]);
  resolve("late.test", late);
  advance(20s);
  EXPECT_TRUE(late.has_value());
  for (std::size_t i = 0; i < std::size(answers); ++i)
    names->answer("host" + std::to_string(i) + ".test", found("192.0.2.7"));
  names->answer("next.test", found("192.0.2.8"));
  resolve("next.test", next);
  turn_until([&] { return next.has_value(); });
  EXPECT_FALSE(names->asked.contains("late.test"));
}

TEST_F(ResolverTest, MayEndWhileAThreadStillAsks) {
  std::optional<Answer> answer;
  resolve("slow.test", answer);
  names->wait_until_asked("slow.test");
  advance(20s);
  resolver.reset();
  names->answer("slow.test", found("192.0.2.7"));
}

}  // namespace
}  // namespace dragoman::net
