#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// A table of the configuration (TOML) as its reader sees it: typed values with defaults, and every mistake noted with
/// file:line:column and what to do. A reader asks for all keys that it knows and then calls finish(), which reports
/// every other key with the nearest known name. Copies look at the same table.
class Settings {
 public:
  /// Reads a file; a file that cannot be read or parsed is one problem.
  static Settings from_file(const std::string& path);
  static Settings from_text(std::string_view toml, std::string name);

  bool has(std::string_view key) const;
  std::string text(std::string_view key, std::string_view fallback = {});
  /// As text, but a missing or empty value is a problem; `advice` says what belongs there.
  std::string required(std::string_view key, std::string_view advice);
  bool flag(std::string_view key, bool fallback);
  /// True when the value is the boolean `false`, for keys that are a table or false.
  bool is_off(std::string_view key);
  std::int64_t number(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most);
  /// "500ms", "2s", "5m", "1h", "7d"; a bare number is a problem.
  Duration duration(std::string_view key, Duration fallback);
  std::vector<std::string> texts(std::string_view key, std::vector<std::string> fallback = {});
  /// One of `choices`.
  std::string choice(std::string_view key, std::string_view fallback, const std::vector<std::string>& choices);
  /// A sub-table; empty when missing (then every value is its default).
  Settings table(std::string_view key);
  /// An array of tables, [[key]].
  std::vector<Settings> tables(std::string_view key);

  /// Notes a mistake at this key (or at the table when `key` is empty).
  void problem(std::string_view key, std::string_view text);
  /// Reports the keys that nobody asked for.
  void finish();

  /// All mistakes so far of the whole file, in the order of the file: "dragoman.toml:12:1: ...".
  std::vector<std::string> problems() const;
  /// "dragoman.toml:12:1", for warnings.
  std::string where(std::string_view key = {}) const;

 private:
  struct File;
  struct Table;
  Settings(std::shared_ptr<File> file, std::shared_ptr<Table> table);
  // Shared by all views of one file, which are values that readers copy and keep only while they read.
  std::shared_ptr<File> file_;
  std::shared_ptr<Table> table_;
};

}  // namespace dragoman
