#include "net/outbox.hpp"

#include <memory>
#include <thread>
#include <vector>

#include "net/tcp_stream.hpp"
#include "support/fixed_random.hpp"
#include "support/loop_test.hpp"
#include "support/socket.hpp"

namespace dragoman::net {
namespace {

struct OutboxTest : test::LoopTest {
  OutboxTest() {
    loop.gate().commit = [this] { return rows ? ++last : 0; };
    connect();
  }
  ~OutboxTest() override {
    tasks.stop();
    turn_until([this] { return tasks.empty(); });
  }
  void connect() {
    auto [ours, theirs] = test::small_socket_pair();
    if (stream) streams_of_before.push_back(std::move(stream));
    stream = std::make_unique<TcpStream>(loop, ours.release(), "peer");
    peer = std::move(theirs);
    outbox->attach(*stream, tasks);
  }
  void turn() { loop.gate().end_turn(); }
  void turn_with_rows() {
    rows = true;
    turn();
    rows = false;
  }
  /// What the peer gets until nothing more comes.
  std::string read_all() {
    std::string all;
    for (;;) {
      const std::string part = peer.read();
      all += part;
      settle();
      if (part.empty()) return all;
    }
  }
  Gate& gate() { return loop.gate(); }

  bool rows = false;
  Gate::Ticket last = 0;
  std::vector<std::string> failures;
  std::unique_ptr<TcpStream> stream;
  std::vector<std::unique_ptr<TcpStream>> streams_of_before;
  test::Socket peer;
  std::unique_ptr<Outbox> outbox =
      std::make_unique<Outbox>(loop.gate(), [this](const Error& error) { failures.push_back(error.text); });
};

std::string numbers(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) text += std::to_string(i) + ' ';
  return text;
}

TEST_F(OutboxTest, WritesAtTheEndOfTheTurn) {
  outbox->append("hello ");
  outbox->buffer() += "world";
  outbox->touch();
  EXPECT_EQ(peer.read(), "");
  EXPECT_EQ(outbox->backlog(), 11u);
  turn();
  EXPECT_EQ(peer.read(), "hello world");
  EXPECT_EQ(outbox->backlog(), 0u);
  EXPECT_EQ(outbox->written(), 11u);
}

TEST_F(OutboxTest, HoldsWhatATurnWithRowsWroteUntilItIsDurable) {
  outbox->append("message ");
  turn_with_rows();
  EXPECT_EQ(peer.read(), "");
  outbox->append("presence ");
  turn();
  EXPECT_EQ(peer.read(), "");
  outbox->append("another ");
  turn_with_rows();
  gate().durable(1);
  EXPECT_EQ(peer.read(), "message presence ");
  gate().durable(2);
  EXPECT_EQ(peer.read(), "another ");
  outbox->append("free");
  turn();
  EXPECT_EQ(peer.read(), "free");
}

TEST_F(OutboxTest, WritesOnWhenASlowReaderMakesRoom) {
  const std::string text = numbers(300'000);
  outbox->append(text);
  turn();
  EXPECT_TRUE(outbox->blocked());
  EXPECT_GT(outbox->backlog(), 0u);
  EXPECT_EQ(read_all(), text);
  EXPECT_FALSE(outbox->blocked());
  EXPECT_EQ(outbox->backlog(), 0u);
  EXPECT_EQ(outbox->written(), text.size());
  EXPECT_TRUE(tasks.empty());  // nobody waits where nothing is to be waited for
}

TEST_F(OutboxTest, KeepsTheOrderOfWhatIsAppendedWhileItWaitsForRoom) {
  const std::string text = numbers(100'000);
  outbox->append(text);
  turn();
  ASSERT_TRUE(outbox->blocked());
  outbox->append("held");
  turn_with_rows();
  outbox->append(" behind");
  turn();
  EXPECT_EQ(read_all(), text);
  gate().durable(1);
  EXPECT_EQ(read_all(), "held behind");
}

TEST_F(OutboxTest, SleepsWhileTheReaderDoesNotRead) {
  outbox->append(numbers(300'000));
  turn();
  settle();
  const std::size_t backlog = outbox->backlog();
  int turns = 0;
  gate().commit = [&] {
    ++turns;
    return Gate::Ticket{0};
  };
  bool rang = false;
  std::thread other{[this, &rang] { loop.post([&rang] { rang = true; }); }};
  turn_until([&] { return rang; });
  other.join();
  gate().commit = nullptr;  // it counts into this function
  EXPECT_LE(turns, 2);
  EXPECT_EQ(outbox->backlog(), backlog);
}

TEST_F(OutboxTest, TellsOnceThatWritingFailedAndNotInsideAppendOrTheEndOfTheTurn) {
  peer = {};
  outbox->append("a");
  EXPECT_TRUE(failures.empty());
  turn();
  EXPECT_TRUE(failures.empty());
  EXPECT_FALSE(gate().idle());  // so that the loop goes round once more
  turn();
  EXPECT_EQ(failures, std::vector<std::string>{"the other side ended the connection abruptly"});
  outbox->append("b");
  turn();
  turn();
  EXPECT_EQ(failures.size(), 1u);
  EXPECT_EQ(outbox->backlog(), 0u);
}

TEST_F(OutboxTest, RemembersHowMuchWasWrittenWhenTheStreamFails) {
  outbox->append("abc");
  turn();
  peer = {};
  outbox->append("def");
  turn();
  turn();
  EXPECT_EQ(outbox->written(), 3u);
  connect();
  EXPECT_EQ(outbox->written(), 0u);
}

TEST_F(OutboxTest, MayBeDestroyedByWhatIsToldThatItFailed) {
  auto doomed = std::make_unique<std::unique_ptr<Outbox>>();
  *doomed = std::make_unique<Outbox>(gate(), [&doomed](const Error&) { doomed.reset(); });
  (*doomed)->attach(*stream, tasks);
  peer = {};
  (*doomed)->append("a");
  turn();
  turn();
  EXPECT_EQ(doomed, nullptr);
}

TEST_F(OutboxTest, NoticesAReaderThatGoesAwayWhileItWaitsForRoom) {
  outbox->append(numbers(100'000));
  turn();
  ASSERT_TRUE(outbox->blocked());
  settle();
  peer = {};
  turn_until([&] { return !failures.empty(); });
  EXPECT_FALSE(outbox->attached());
}

TEST_F(OutboxTest, LeavesToTheNextStreamNothingOfTheLastOne) {
  outbox->append(numbers(100'000));
  turn();
  ASSERT_TRUE(outbox->blocked());
  outbox->append("held");
  turn_with_rows();
  settle();
  stream->close();
  connect();
  gate().durable(1);
  outbox->append("new");
  turn();
  settle();
  EXPECT_EQ(peer.read(), "new");
  EXPECT_TRUE(failures.empty());
  EXPECT_TRUE(tasks.empty());
}

TEST_F(OutboxTest, DropsWhatIsAppendedWithoutAStream) {
  outbox->detach();
  outbox->append("nobody");
  turn();
  EXPECT_EQ(outbox->backlog(), 0u);
  EXPECT_EQ(peer.read(), "");
}

TEST_F(OutboxTest, EndsItsWaitingWithTheGroupAndCallsThatNoFailure) {
  outbox->append(numbers(100'000));
  turn();
  settle();
  EXPECT_FALSE(tasks.empty());
  tasks.stop();
  turn_until([&] { return tasks.empty(); });
  turn();
  EXPECT_TRUE(failures.empty());
}

TEST_F(OutboxTest, TellsOnceWhenABacklogHasDrained) {
  int drained = 0;
  outbox->on_drained(50'000, 10'000, [&] { ++drained; });
  outbox->append(numbers(20'000));
  turn();
  read_all();
  EXPECT_EQ(drained, 0);  // it had never been over the upper limit
  outbox->append(numbers(200'000));
  turn();
  settle();
  EXPECT_EQ(drained, 0);
  read_all();
  EXPECT_EQ(drained, 1);
}

TEST_F(OutboxTest, GivesBackALargeBufferWhenOnlyLittleIsWrittenForAWhile) {
  outbox->append(numbers(500'000));
  turn();
  read_all();
  EXPECT_GT(outbox->buffer().capacity(), 400'000u);
  for (int i = 0; i < 20; ++i) {
    outbox->append("PING");
    turn();
    EXPECT_EQ(peer.read(), "PING");
  }
  EXPECT_LT(outbox->buffer().capacity(), 5'000u);
}

TEST_F(OutboxTest, GivesBackAHugeBufferAtOnce) {
  outbox->append(std::string(5'000'000, 'x'));
  turn();
  EXPECT_EQ(read_all().size(), 5'000'000u);
  EXPECT_LT(outbox->buffer().capacity(), 5'000u);
}

TEST_F(OutboxTest, NeverLetsAByteLeaveTooEarlyTwiceOrInAnotherOrder) {
  const std::string text = numbers(500'000);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    test::FixedRandom random{seed};
    std::size_t appended = 0;
    std::string got;
    connect();
    std::vector<std::pair<Gate::Ticket, std::size_t>> waiting;  // where the turns with rows begin
    std::size_t in_turn = 0;
    for (int step = 0; step < 200; ++step) {
      const std::size_t size = std::min<std::size_t>(random.below(12'000), text.size() - appended);
      switch (random.below(5)) {
        case 0:
        case 1:
          outbox->append(std::string_view{text}.substr(appended, size));
          appended += size;
          break;
        case 2:
          rows = random.below(2) == 0;
          turn();
          if (rows && in_turn < appended) waiting.emplace_back(last, in_turn);
          rows = false;
          in_turn = appended;
          break;
        case 3:
          if (waiting.empty()) break;
          gate().durable(waiting.front().first);
          waiting.erase(waiting.begin());
          break;
        default:
          got += peer.read(random.below(20'000));
          for (int i = 0; i < 3; ++i) {
            loop.post([] {});
            loop.turn();
            in_turn = appended;
          }
      }
      ASSERT_LE(got.size(), waiting.empty() ? appended : waiting.front().second);
    }
    turn();
    gate().durable(last);
    got += read_all();
    ASSERT_EQ(got, text.substr(0, appended));
    ASSERT_EQ(outbox->written(), appended);
  }
}

}  // namespace
}  // namespace dragoman::net
