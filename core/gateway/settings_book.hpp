#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/text_hash.hpp"
#include "store/store.hpp"

namespace dragoman::gateway {

/// What people have chosen for themselves, and what has to be remembered of each: documents of the kind "settings", one
/// a name, whose value is a JSON number or boolean. Written in the turn, read from memory; of who has chosen nothing
/// there is nothing.
///
/// Names: "history_on_join" (messages; with a part of the network behind a space, in rooms of that), "linger"
/// (minutes), "notices", "bookmarks" (booleans), and "greeted" (boolean), "record_history", "persistent" (booleans;
/// with a room behind a space, of that room), "motd" (the number of the newest one that they have seen), "last_login"
/// (seconds since 1970), "heard_until" (milliseconds since 1970, while they are not connected; with a part behind a
/// space).
class SettingsBook {
 public:
  /// `gateway` is its domain.
  SettingsBook(store::Store& store, std::string gateway) : store_(store), gateway_(std::move(gateway)) {}
  void load(store::Reader& reader);

  /// `fallback` when nothing was chosen. `person` is a bare JID.
  std::int64_t number(std::string_view person, std::string_view name, std::int64_t fallback) const;
  bool flag(std::string_view person, std::string_view name, bool fallback) const;
  /// What was chosen for the room, else for all of them. `room` empty: for all.
  bool flag_in(std::string_view room, std::string_view person, std::string_view name, bool fallback) const;
  void set_number(std::string_view person, std::string_view name, std::int64_t value);
  void set_flag(std::string_view person, std::string_view name, bool value);
  void clear(std::string_view person, std::string_view name);
  /// The person unregistered: nothing of them is kept.
  void forget(std::string_view person);

  /// How much of the past somebody gets who enters a room of this part of the network: as they have chosen for it, else
  /// for all. An empty part asks for all.
  std::int64_t history_on_join(std::string_view person, const std::string& part, std::int64_t fallback) const;
  void set_history_on_join(std::string_view person, const std::string& part, std::int64_t value, std::int64_t fallback);

 private:
  using Values = std::map<std::string, std::int64_t, std::less<>>;
  const std::int64_t* find(std::string_view person, std::string_view name) const;
  void set(std::string_view person, std::string_view name, std::int64_t value, std::string json);
  void note_chosen(std::string_view name);

  store::Store& store_;
  std::string gateway_;
  ByText<Values> people_;                      // booleans as 0 and 1
  std::set<std::string, std::less<>> chosen_;  // names that anybody has had a value of, without the room behind them
};

}  // namespace dragoman::gateway
