#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/gate.hpp"
#include "base/histogram.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "store/archive.hpp"
#include "store/message.hpp"

namespace dragoman::store {

/// A named value: accounts, joined rooms, settings, cursors, rosters. `kind` and `owner` are indexed.
struct Document {
  std::string kind;   ///< "account", "room", ...
  std::string owner;  ///< "<network jid> <bare JID>", or what the kind says
  std::string key;
  std::string value;  ///< JSON text
};

/// Reads on the reader's thread, or at start; never sees an uncommitted turn.
class Reader {
 public:
  virtual void documents(std::string_view kind, const std::function<void(const Document&)>& each) = 0;
  virtual std::optional<std::string> document(std::string_view kind, std::string_view owner, std::string_view key) = 0;
  /// Rows that are queued or returning, in order of id; same_as is resolved (content is filled).
  virtual void open_messages(const std::function<void(const Message&)>& each) = 0;
  /// Rows that are held, in order of id; content is filled. Looks through all rows when there are any.
  virtual void held_messages(const std::function<void(const Message&)>& each) = 0;
  /// A page of the archive of one person's room.
  virtual ArchivePage archive(const ArchiveQuery& query) = 0;
  /// A message of a conversation, in whatever state; content is filled.
  virtual std::optional<Message> find_message(const MessageQuery& query) = 0;
  /// When the newest row was made; nothing when there is none.
  virtual std::optional<Timestamp> last_accepted() = 0;
  struct Counts {
    std::uint64_t accepted = 0, queued = 0, delivered = 0, returning = 0, returned = 0, held = 0;
  };
  virtual Counts counts() = 0;

 protected:
  ~Reader() = default;
};

/// SQLite (WAL, synchronous=FULL): what a turn adds is one transaction, committed by the writer's thread once the last
/// commit is a millisecond old (all that came by then); the Gate hears when it is durable. A commit that fails after
/// the reserve was freed ends the process: nothing of it had left.
class Store {
 public:
  struct Options {
    std::string path;      ///< created when missing (0600), its folder must exist
    std::string key_file;  ///< 32 random bytes, created 0600 when missing; refused when others may read it
  };
  /// Opens, locks (a second instance: Fault::conflict with what to do), migrates. `post` runs a function on the loop's
  /// thread from any thread. A database of a newer version, a damaged one, a wrong key: an Error that says so.
  /// `gate` and `random` must outlive the store, the gate and what `post` posts to also what was posted.
  static Result<std::unique_ptr<Store>> open(Options options, Gate& gate,
                                             std::function<void(std::function<void()>)> post, Random& random);
  virtual ~Store() = default;

  // Into this turn's transaction.

  /// Adds a row and returns its id (message.id is ignored).
  virtual RowId add(const Message& message) = 0;
  /// Adds rows of the past, oldest first, in front of all rows that there are: their ids are below 0, and each call
  /// gives lower ones. For what is learnt of a room's archive from its far end; they are delivered or they would never
  /// be.
  virtual void add_in_front(std::vector<Message> messages) = 0;
  /// The lowest id; those that add_in_front gives end right below it.
  virtual RowId oldest() const = 0;
  /// The newest id that was given; 0 before the first.
  virtual RowId newest() const = 0;
  /// Does not hold the turn's output up: rides along with the next transaction, or goes alone at the end of the turn.
  virtual void mark(Evidence evidence) = 0;
  virtual void put(Document document) = 0;
  /// As put; the value is encrypted at rest (XChaCha20-Poly1305, bound to kind, owner and key). Reader::document and
  /// documents decrypt.
  virtual void put_secret(Document document) = 0;
  virtual void erase(std::string kind, std::string owner, std::string key) = 0;
  /// Erases everything of one owner on a network: the rows that there are, their archive, the documents of
  /// "<network> <owner>". Texts that others share stay with those. Rare: it looks through all rows.
  virtual void forget(std::string network, std::string owner) = 0;

  /// What one owner has of a room is under another name from now on, the archive too: the rows that there are. As rare.
  virtual void rename_room(std::string network, std::string owner, std::string from, std::string to) = 0;

  /// Bytes that wait for the writer: over 64 MiB the component is not read.
  virtual std::size_t backlog() const = 0;
  /// False: the disk is nearly full (under 64 MiB), new messages are to be refused (checked at most once a second).
  virtual bool has_room() const = 0;

  /// How long things have taken since the start.
  struct Times {
    Histogram commits;  ///< that output waits for
    Histogram reads;    ///< of read() and read_settled(), without the time that they waited for their turn
  };
  virtual const Times& times() const = 0;

  /// Runs `work` on the reader's thread and then `done` on the loop's.
  virtual void read(std::function<void(Reader&)> work, std::function<void()> done) = 0;
  /// As read(), but it sees all of the turns that have ended, evidence too: waits for the commit that is under way and
  /// hurries that of the evidence.
  virtual void read_settled(std::function<void(Reader&)> work, std::function<void()> done) = 0;
  /// At start, before the loop runs: reads on this thread.
  virtual Reader& reader_now() = 0;

  /// Commits what is left and stops the threads; afterwards only destroying it is allowed.
  virtual void close() = 0;
};

}  // namespace dragoman::store
