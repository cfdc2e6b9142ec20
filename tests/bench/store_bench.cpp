// What a stored message costs, and a page of a large archive: run by hand, on an empty folder.
//
//     store_bench FOLDER [ROWS] [CONVERSATIONS]
//
// Messages are added 64 a turn, each turn is durable before the next begins, and half of the turns bring evidence for
// the one before.

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <sys/resource.h>

#include "base/gate.hpp"
#include "base/random.hpp"
#include "store/store.hpp"

namespace {

using namespace dragoman;
using Steady = std::chrono::steady_clock;

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

class Posts {
 public:
  void post(std::function<void()> action) {
    const std::lock_guard lock{mutex_};
    actions_.push_back(std::move(action));
    changed_.notify_one();
  }
  void run_one() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return !actions_.empty(); });
    const auto action = std::move(actions_.front());
    actions_.pop_front();
    lock.unlock();
    action();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> actions_;
};

store::ArchiveQuery page_of(int conversation) {
  store::ArchiveQuery query;
  query.network = "irc.example.org";
  query.owner = "person" + std::to_string(conversation) + "@example.org";
  query.room = "#tea";
  query.newest = true;
  return query;
}

void report_page(store::Store& store, const char* what, const store::ArchiveQuery& query) {
  constexpr int times = 200;
  std::size_t rows = 0;
  const auto start = Steady::now();
  for (int i = 0; i < times; ++i) rows += store.reader_now().archive(query).rows.size();
  const std::chrono::duration<double, std::micro> took = Steady::now() - start;
  std::printf("%s: %.0f us, %zu rows\n", what, took.count() / times, rows / times);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  const std::string folder = argv[1];
  const int rows = argc > 2 ? std::atoi(argv[2]) : 200'000, conversations = argc > 3 ? std::atoi(argv[3]) : 1000;
  Posts posts;
  Gate gate;
  SystemRandom random;
  auto opened = store::Store::open(
      {folder + "/bench.db", folder + "/key"}, gate,
      [&](std::function<void()> action) { posts.post(std::move(action)); }, random);
  if (!opened) return std::fprintf(stderr, "%s\n", opened.error().text.c_str()), 1;
  store::Store& store = **opened;
  const auto start_time = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());

  const double cpu = cpu_seconds();
  const auto start = Steady::now();
  for (int i = 0; i < rows;) {
    const store::RowId first = i + 1;
    for (int in_turn = 0; in_turn < 64 && i < rows; ++in_turn, ++i) {
      store::Message row;
      row.network = "irc.example.org";
      row.owner = "person" + std::to_string(i % conversations) + "@example.org";
      row.room = "#tea";
      row.direction = store::Direction::to_person;
      row.author = "somebody";
      row.accepted = start_time + std::chrono::seconds{i};
      row.content = "\"a line of about sixty bytes, as people write them on IRC\"";
      store.add(std::move(row));
    }
    if (first > 64) store.mark({first - 64, first - 1, store::State::delivered, {}, {}});
    gate.end_turn();
    while (gate.durable() != gate.newest()) posts.run_one();
  }
  const std::chrono::duration<double> took = Steady::now() - start;
  std::printf("%d messages in %d conversations: %.2f us of CPU each, %.0f a second\n", rows, conversations,
              (cpu_seconds() - cpu) / rows * 1e6, rows / took.count());

  report_page(store, "last page of 50", page_of(0));
  auto first_page = page_of(0);
  first_page.newest = false;
  report_page(store, "first page of 50", first_page);
  auto of_a_time = first_page;
  of_a_time.start = start_time + std::chrono::seconds{rows / 2};
  of_a_time.end = start_time + std::chrono::seconds{rows / 2 + rows / 4};
  report_page(store, "page of 50 of a time", of_a_time);
  auto counted = page_of(0);
  counted.counted = true;
  report_page(store, "last page of 50 with its count", counted);
  report_page(store, "an archive of nothing", page_of(conversations + 1));
  store.close();
}
