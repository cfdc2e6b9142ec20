#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/archive_reader.hpp"
#include "store/database.hpp"
#include "store/key.hpp"
#include "store/store.hpp"

namespace dragoman::store {

/// Reads with a connection of its own, for one thread at a time. A state that cannot be read must not be taken for an
/// empty one: a read error ends the process, except in the archive, where it is logged and the page says so.
class SqliteReader final : public Reader {
 public:
  /// `key` must outlive it.
  static Result<SqliteReader> open(const std::string& path, const Key& key);

  void documents(std::string_view kind, const std::function<void(const Document&)>& each) override;
  std::optional<std::string> document(std::string_view kind, std::string_view owner, std::string_view key) override;
  void open_messages(const std::function<void(const Message&)>& each) override;
  void held_messages(const std::function<void(const Message&)>& each) override;
  ArchivePage archive(const ArchiveQuery& query) override;
  std::optional<Message> find_message(const MessageQuery& query) override;
  std::optional<Timestamp> last_accepted() override;
  Counts counts() override;

  /// All reads of `work` see the same instant.
  void in_one_snapshot(const std::function<void()>& work);
  /// Copies what the log holds into the database file, beside the commits. Returns the pages that are copied.
  int checkpoint();

 private:
  SqliteReader(Database database, const Key& key) : database_(std::move(database)), key_(&key) {}
  std::optional<Message> find_private(const MessageQuery& query);
  std::optional<std::string> value_of(const Document& where, const Statement& statement, int column) const;

  Database database_;
  const Key* key_;
  ArchiveReader archive_;
};

}  // namespace dragoman::store
