#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace dragoman {

/// A table of the configuration (TOML) as its reader sees it: typed values with defaults, and every mistake noted with
/// file:line:column and what to do. A reader asks for all keys that it knows and then calls finish(), which reports
/// every other key with the nearest known name; each table, also one inside another, is finished by its own reader.
/// Copies look at the same table, and a moved-from Settings still does.
class Settings {
 public:
  Settings();  ///< an empty table: everything is its default
  /// Reads a file; a file that cannot be read or parsed is one problem, and its tables are empty without further ones.
  static Settings from_file(const std::string& path);
  /// `name` stands in the positions, e.g. "dragoman.toml".
  static Settings from_text(std::string_view toml, std::string name);

  // Copied, never moved: a view that lost its table would crash its next reader.
  Settings(const Settings&) = default;
  Settings& operator=(const Settings&) = default;
  ~Settings() = default;

  /// Whether the key stands there; counts as asking for it, as everything below does.
  bool has(std::string_view key) const;
  std::string text(std::string_view key, std::string_view fallback = {});
  /// As text, but a missing or empty value is a problem; `advice` says what belongs there.
  std::string required(std::string_view key, std::string_view advice);
  /// As text, for the path of a file that is read: differences() names the key also when only what is in it is another.
  std::string path(std::string_view key);
  bool flag(std::string_view key, bool fallback);
  /// True when the value is the boolean `false`, for keys that are a table or false; ask before table().
  bool is_off(std::string_view key);
  /// A whole number in [least, most]; `fallback` when it is missing or wrong.
  std::int64_t number(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most);
  /// "500ms", "2s", "5m", "1h", "7d"; a bare number is a problem.
  Duration duration(std::string_view key, Duration fallback);
  std::vector<std::string> texts(std::string_view key, std::vector<std::string> fallback = {});
  /// One of `choices`.
  std::string choice(std::string_view key, std::string_view fallback, const std::vector<std::string>& choices);
  /// A sub-table; empty when missing (then every value is its default).
  Settings table(std::string_view key);
  /// All keys of this table, for one whose keys are names of people's own; asks for none of them.
  std::vector<std::string> keys() const;
  /// An array of tables, [[key]].
  std::vector<Settings> tables(std::string_view key);

  /// Notes a mistake at the value of this key (at the table when `key` is empty or missing). `text` is a sentence that
  /// says what is wrong and what to do; it never repeats a secret.
  void problem(std::string_view key, std::string_view text);
  /// Reports the keys that nobody asked for.
  void finish();

  /// All mistakes so far of the whole file, in the order of the file: "dragoman.toml:12:1: ...".
  std::vector<std::string> problems() const;
  /// The keys whose values are not the same in `other`, in alphabetical order: those of inner tables with their path
  /// ("limits.rooms_per_minute"), a key that is a list as a whole. Asks for nothing; files (see path) count when both
  /// have been asked for them.
  std::vector<std::string> differences(const Settings& other) const;
  /// "dragoman.toml:12:1", for warnings.
  std::string where(std::string_view key = {}) const;

 private:
  struct File;
  struct Table;
  static void compare_files(const Table& a, const Table& b, const std::string& path, std::vector<std::string>& found);
  Settings(std::shared_ptr<File> file, std::shared_ptr<Table> table);
  // Shared by all views of one file, which are values that readers copy and keep only while they read.
  std::shared_ptr<File> file_;
  std::shared_ptr<Table> table_;
};

/// A whole number and its unit, ms, s, m, h or d: "500ms", "7d". At most 100 years.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace dragoman
