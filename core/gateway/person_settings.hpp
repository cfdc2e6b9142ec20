#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace dragoman::gateway {

/// What a person has chosen for themselves, where the operator's default is not theirs: one stored document each (kind
/// "settings"), its key the name of the setting, its value a JSON number, boolean or text. Wiped when they unregister.
class PersonSettings {
 public:
  static constexpr std::string_view kind = "settings";
  /// Minutes for which the connection to the network stays when the last client has gone; -1: for ever.
  static constexpr std::string_view linger = "linger";
  /// Rooms that are joined become bookmarks, where the server lets us (boolean).
  static constexpr std::string_view bookmarks = "bookmarks";

  /// `owner` is that of the documents of this person.
  PersonSettings(store::Store& store, std::string owner) : store_(store), owner_(std::move(owner)) {}

  void restore(std::string_view name, const std::string& json);
  std::optional<std::int64_t> number(std::string_view name) const;
  std::optional<bool> flag(std::string_view name) const;
  std::optional<std::string> text(std::string_view name) const;
  void set(std::string_view name, std::int64_t value);
  void set(std::string_view name, bool value);
  void set(std::string_view name, const std::string& value);
  /// Back to the operator's default.
  void unset(std::string_view name);
  void wipe();
  bool empty() const { return values_.empty(); }

 private:
  void keep(std::string_view name, std::string json);

  store::Store& store_;
  const std::string owner_;
  std::map<std::string, std::string, std::less<>> values_;  // JSON
};

}  // namespace dragoman::gateway
