#include "store/store.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <sodium.h>

#include "store/checkpoints.hpp"
#include "store/opening.hpp"
#include "store/reader.hpp"
#include "store/reading_thread.hpp"
#include "store/reserve.hpp"
#include "store/sealed.hpp"
#include "store/writer.hpp"

namespace dragoman::store {

namespace {

constexpr std::chrono::seconds room_check_interval{1};

using Post = std::function<void(std::function<void()>)>;

class SqliteStore final : public Store {
 public:
  SqliteStore(Lock lock, Key key, RowId last_id, std::string path, Gate& gate, Post post, Random& random)
      : lock_(std::move(lock)),
        key_(std::move(key)),
        last_id_(last_id),
        path_(std::move(path)),
        gate_(gate),
        post_(std::move(post)),
        random_(random),
        last_ticket_(gate.newest()) {}
  ~SqliteStore() override { close(); }

  Result<void> start(Database database, const Totals& totals) {
    const auto first = database.number("SELECT min(id) FROM message");
    if (!first) return first.error();
    first_id_ = std::min<RowId>(*first, 0);
    auto now = SqliteReader::open(path_, key_);
    if (!now) return now.error();
    now_.emplace(std::move(*now));
    auto reader = SqliteReader::open(path_, key_);
    if (!reader) return reader.error();
    reading_ = std::make_unique<ReadingThread>(std::move(*reader));

    Reserve reserve{path_ + ".reserve"};
    reserve.keep();
    Writer::Hooks hooks;
    // Not `this`: what is posted may run when the store is gone. The gate lives longer.
    hooks.durable = [post = post_, &gate = gate_, times = times_](Gate::Ticket ticket, Duration took) {
      post([&gate, times, ticket, took] {
        times->commits.add(took);
        gate.durable(ticket);
      });
    };
    hooks.checkpoint = [this] { reading_->run([this](SqliteReader& on) { checkpoints_.bulk_done(on.checkpoint()); }); };
    auto writer = Writer::start(std::move(database), totals, std::move(reserve), checkpoints_, std::move(hooks));
    if (!writer) return writer.error();
    writer_ = std::move(*writer);
    gate_.commit = [this] { return commit(); };
    return {};
  }

  RowId add(const Message& message) override {
    turn_.add(message, ++last_id_);
    return last_id_;
  }

  void add_in_front(std::vector<Message> messages) override {
    for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
      turn_.add(*message, --first_id_);
    }
  }

  RowId oldest() const override { return first_id_; }
  RowId newest() const override { return last_id_; }

  void mark(Evidence evidence) override {
    if (evidence.last < evidence.first) return;
    turn_.add(std::move(evidence));
  }

  void put(Document document) override { turn_.add(Change{Change::Kind::put, std::move(document)}); }

  void put_secret(Document document) override {
    std::string sealed = seal(key_, document, random_);
    sodium_memzero(document.value.data(), document.value.size());
    document.value = std::move(sealed);
    turn_.add(Change{Change::Kind::put_sealed, std::move(document)});
  }

  void erase(std::string kind, std::string owner, std::string key) override {
    turn_.add(Change{Change::Kind::erase, {std::move(kind), std::move(owner), std::move(key), {}}});
  }

  void forget(std::string network, std::string owner) override {
    turn_.add(Change{Change::Kind::forget, {std::move(network), std::move(owner), {}, {}}, newest()});
  }
  void rename_room(std::string network, std::string owner, std::string from, std::string to) override {
    turn_.add(
        Change{Change::Kind::rename, {std::move(network), std::move(owner), std::move(from), std::move(to)}, newest()});
  }

  std::size_t backlog() const override { return turn_.bytes + writer_->backlog(); }

  bool has_room() const override {
    const auto now = std::chrono::steady_clock::now();
    if (now >= room_checked_ + room_check_interval) {
      room_checked_ = now;
      has_room_ = free_bytes(path_) >= room_for_messages;
    }
    return has_room_;
  }

  const Times& times() const override { return *times_; }

  void read(std::function<void(Reader&)> work, std::function<void()> done) override {
    reading_->run(job_of(std::move(work), std::move(done)));
  }

  void read_settled(std::function<void(Reader&)> work, std::function<void()> done) override {
    auto job = job_of(std::move(work), std::move(done));
    writer_->when_written([this, job = std::move(job)] { reading_->run(job); });
  }

  Reader& reader_now() override { return *now_; }

  void close() override {
    if (std::exchange(closed_, true)) return;
    gate_.commit = nullptr;
    if (writer_) {
      if (!turn_.empty()) commit();
      writer_->finish();
    }
    if (reading_) reading_->finish();
    // The writer's connection goes last: it moves the log into the database file.
    now_.reset();
    reading_.reset();
    writer_.reset();
  }

 private:
  std::function<void(SqliteReader&)> job_of(std::function<void(Reader&)> work, std::function<void()> done) const {
    return [post = post_, times = times_, work = std::move(work), done = std::move(done)](SqliteReader& reader) {
      const auto since = std::chrono::steady_clock::now();
      reader.in_one_snapshot([&] { work(reader); });
      const auto took = std::chrono::steady_clock::now() - since;
      post([times, took, done] {
        times->reads.add(took);
        done();
      });
    };
  }

  /// The end of a turn: see Gate::commit.
  Gate::Ticket commit() {
    if (turn_.empty()) return 0;
    const bool holds_up = !turn_.rows.empty() || !turn_.changes.empty();
    const Gate::Ticket ticket = holds_up ? ++last_ticket_ : 0;
    turn_.ticket = ticket;
    writer_->hand_over(turn_);
    return ticket;
  }

  Lock lock_;
  Key key_;
  RowId last_id_;
  RowId first_id_ = 0;  // add_in_front
  std::string path_;
  Gate& gate_;
  Post post_;
  Random& random_;

  Batch turn_;
  Gate::Ticket last_ticket_;
  mutable std::chrono::steady_clock::time_point room_checked_{};
  mutable bool has_room_ = true;
  bool closed_ = false;
  // Shared with what was posted, which may run when the store is gone.
  std::shared_ptr<Times> times_ = std::make_shared<Times>();

  Checkpoints checkpoints_;
  std::optional<SqliteReader> now_;
  std::unique_ptr<ReadingThread> reading_;
  std::unique_ptr<Writer> writer_;
};

}  // namespace

Result<std::unique_ptr<Store>> Store::open(Options options, Gate& gate, Post post, Random& random) {
  auto opened = open_database(options, random);
  if (!opened) return opened.error();
  auto store = std::make_unique<SqliteStore>(std::move(opened->lock), std::move(opened->key), opened->totals.last_id,
                                             std::move(options.path), gate, std::move(post), random);
  if (auto done = store->start(std::move(opened->database), opened->totals); !done) return done.error();
  return std::unique_ptr<Store>{std::move(store)};
}

}  // namespace dragoman::store
