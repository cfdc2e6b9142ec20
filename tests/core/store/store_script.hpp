#pragma once

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/gate.hpp"
#include "base/random.hpp"
#include "store/database.hpp"
#include "store/store.hpp"

// What the tests of the store stand on: a folder, a loop that only runs what was posted, an outlet that waits for the
// gate, and a store on them.

namespace dragoman::store::test {

/// An empty folder that goes with the test. A child process that a death test starts finds its parent's by the
/// environment, and leaves it alone.
class Folder {
 public:
  Folder() {
    if (const char* given = std::getenv(variable); given != nullptr) {
      path_ = given;
      return;
    }
    std::string name = ::testing::TempDir() + "dragoman-store-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
    ours_ = true;
    ::setenv(variable, path_.c_str(), 1);
  }
  ~Folder() {
    if (!ours_) return;
    ::unsetenv(variable);
    std::filesystem::remove_all(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  static constexpr const char* variable = "DRAGOMAN_TEST_FOLDER";
  std::string path_;
  bool ours_ = false;
};

inline std::string contents(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void write_file(const std::string& path, const std::string& text) {
  std::ofstream{path, std::ios::binary | std::ios::trunc} << text;
}

/// The thread of the test as a loop: runs what other threads post, and waits for it without polling.
class Loop {
 public:
  void post(std::function<void()> action) {
    std::unique_lock lock{mutex_};
    ++posts_;
    actions_.push_back(std::move(action));
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
  }
  void run_until(const std::function<bool()>& done) {
    while (!done()) {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return !actions_.empty(); });
      const auto action = std::move(actions_.front());
      actions_.pop_front();
      lock.unlock();
      action();
    }
  }
  void run_posted() {
    run_until([this] {
      const std::lock_guard lock{mutex_};
      return actions_.empty();
    });
  }
  /// While held, a thread that posts stays inside its call: a commit that takes long.
  void hold() {
    const std::lock_guard lock{mutex_};
    held_ = true;
  }
  void let_go() {
    const std::lock_guard lock{mutex_};
    held_ = false;
    changed_.notify_all();
  }
  void wait_for_post(std::size_t number) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return posts_ >= number; });
  }
  std::size_t posts() {
    const std::lock_guard lock{mutex_};
    return posts_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> actions_;
  std::size_t posts_ = 0;
  bool held_ = false;
};

/// Text that leaves when the gate says so.
class Outlet final : public Gate::Output {
 public:
  explicit Outlet(Gate& gate) : gate_(gate) {}
  ~Outlet() { gate_.forget(*this); }
  void write(std::string text) {
    written_.push_back(std::move(text));
    gate_.mark_dirty(*this);
  }
  void seal(Gate::Ticket ticket) override {
    for (std::string& text : std::exchange(written_, {})) sealed_.emplace_back(ticket, std::move(text));
    release(gate_.durable());
  }
  bool release(Gate::Ticket durable) override {
    while (!sealed_.empty() && sealed_.front().first <= durable) {
      if (on_leave) on_leave(sealed_.front().second);
      left.push_back(std::move(sealed_.front().second));
      sealed_.pop_front();
    }
    return !sealed_.empty();
  }

  std::vector<std::string> left;
  std::function<void(const std::string&)> on_leave;

 private:
  Gate& gate_;
  std::vector<std::string> written_;
  std::deque<std::pair<Gate::Ticket, std::string>> sealed_;
};

class StoreTest : public ::testing::Test {
 protected:
  ~StoreTest() override { close(); }

  Result<std::unique_ptr<Store>> try_open() {
    return Store::open(
        {path, key_file}, gate, [this](std::function<void()> action) { loop.post(std::move(action)); }, random);
  }
  void open() {
    auto opened = try_open();
    ASSERT_TRUE(opened) << opened.error().text;
    store = std::move(*opened);
  }
  void close() {
    if (store) store->close();
    store.reset();
    loop.run_posted();
  }
  void reopen() {
    close();
    open();
  }
  /// The text of the error that opening gives.
  std::string refusal() {
    auto opened = try_open();
    return opened ? "it was opened" : opened.error().text;
  }

  void end_turn() { gate.end_turn(); }
  /// Ends the turn and waits until it is durable.
  void commit() {
    gate.end_turn();
    loop.run_until([this] { return gate.durable() == gate.newest(); });
  }
  RowId add(std::string content) { return store->add(message(std::move(content))); }
  static Message message(std::string content) {
    Message message;
    message.network = "irc.example.org";
    message.owner = "alice@example.org";
    message.room = "#tea";
    message.author = "alice@example.org/phone";
    message.stanza_id = "id-" + content;
    message.accepted = Timestamp{std::chrono::milliseconds{1'790'000'000'000}};
    message.content = std::move(content);
    return message;
  }
  void mark(RowId first, RowId last, State state) { store->mark({first, last, state, {}, {}}); }

  Reader& now() { return store->reader_now(); }
  std::vector<Message> open_messages() {
    std::vector<Message> rows;
    now().open_messages([&](const Message& row) { rows.push_back(row); });
    return rows;
  }
  std::vector<std::string> open_contents() {
    std::vector<std::string> texts;
    for (const Message& row : open_messages()) texts.push_back(row.content);
    return texts;
  }
  static ArchiveQuery archive_of_alice(std::size_t limit = 100'000) {
    ArchiveQuery query;
    query.network = "irc.example.org";
    query.owner = "alice@example.org";
    query.room = "#tea";
    query.limit = limit;
    return query;
  }
  std::vector<Message> archived(const ArchiveQuery& query = archive_of_alice()) { return now().archive(query).rows; }
  /// Runs SQL on the file as another program would.
  void sql(const std::string& text) {
    auto database = Database::open(path, 0);
    ASSERT_TRUE(database) << database.error().text;
    const auto done = database->execute(text);
    ASSERT_TRUE(done) << done.error().text;
  }

  Folder folder;
  std::string path = folder / "dragoman.db", key_file = folder / "key";
  SystemRandom random;
  Loop loop;
  Gate gate;
  std::unique_ptr<Store> store;
};

}  // namespace dragoman::store::test
