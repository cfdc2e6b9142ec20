#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "backends/matrix/room_facts.hpp"
#include "backends/matrix/roster.hpp"

// What the accounts of one homeserver know of a room together: who is in it, and its state. A thousand people in one
// room read its list once, and keep it once (decision 0136).

namespace dragoman::backends::matrix {

class RoomShare;

/// A room that is known to be so is otherwise than a state event says.
bool is_otherwise(const RoomFacts& facts, const Roster& roster, const Event& event);

/// A room as its followers know it; each of them is an account that is in the room. The first one reads it, all keep it
/// up to date by what their /sync brings.
class SharedRoom {
 public:
  const Roster& roster() const { return roster_; }
  const RoomFacts& facts() const { return facts_; }
  /// Grows with each change of somebody's membership.
  std::uint64_t version() const { return version_; }
  /// Who has changed after a version, in order; nothing: it is too long ago to say.
  std::optional<std::vector<std::string>> changed_since(std::uint64_t version) const;

 private:
  friend class RoomShare;
  /// Ids of events that came already, so that followers who lag behind change nothing back.
  static constexpr std::size_t most_remembered = 4096;
  static constexpr std::size_t most_changes = 1024;

  void learn(const Event& event);
  bool contradicts(const Event& event) const;
  void take(const Event& event);
  void take_all(const RoomFacts& facts, const nlohmann::json& members);
  bool is_new(const std::string& event_id);
  void wake_waiting();

  Roster roster_;
  RoomFacts facts_;
  bool known_ = false;            // it was read, and nothing was missed since by all followers together
  std::size_t live_ = 0;          // followers whose /sync runs
  RoomShare* reader_ = nullptr;   // who reads it just now
  std::vector<Event> meanwhile_;  // what came while it was being read: the list may be of before it
  std::size_t followers_ = 0;
  std::vector<RoomShare*> waiting_;
  std::unordered_set<std::size_t> seen_;  // hashes of event ids, the newest most_remembered
  std::deque<std::size_t> seen_in_order_;
  std::uint64_t learned_ = 0;  // events that were new
  std::uint64_t version_ = 0;
  std::deque<std::string> changes_;  // user ids; the last one made version_
};

/// The rooms of a network that somebody follows. A room is known by the homeserver that tells of it too: another one
/// could claim anything of it, or have somebody listen who may not.
class SharedRooms {
 public:
  SharedRooms() = default;
  SharedRooms(const SharedRooms&) = delete;
  SharedRooms& operator=(const SharedRooms&) = delete;

  /// How many rooms are kept.
  std::size_t size() const { return rooms_.size(); }

 private:
  friend class RoomShare;
  using Key = std::pair<std::string, std::string>;  // base URL of the homeserver, room id
  using Rooms = std::map<Key, SharedRoom>;
  Rooms rooms_;
};

/// One account's part in a shared room; while it has one the account has to be in the room. Empty, or a follower.
class RoomShare {
 public:
  /// What is to be done for the list.
  enum class Want : std::uint8_t {
    nothing,  ///< it is there
    wait,     ///< somebody else reads it: `wake` is called, then it is asked again
    read,     ///< by us; it ends with was_read() or not_read()
  };

  RoomShare() = default;
  ~RoomShare() { leave(); }
  RoomShare(const RoomShare&) = delete;
  RoomShare& operator=(const RoomShare&) = delete;

  /// `wake` is called from inside the input of another session: it is to do no more than see to it that its own one
  /// looks soon. Both outlive the share. Nothing when it follows a room already.
  void follow(SharedRooms& rooms, const std::string& homeserver, const std::string& room_id,
              const std::function<void()>& wake);
  /// Follows nothing from now on; a room without followers is forgotten.
  void leave();
  explicit operator bool() const { return rooms_ != nullptr; }
  const SharedRoom& room() const { return at_->second; }

  Want want();
  void was_read(const RoomFacts& facts, const nlohmann::json& members);
  void not_read();
  bool is_reading() const { return rooms_ != nullptr && room().reader_ == this; }

  /// Our /sync runs and tells all of the room, from when it was read or taken over.
  void go_live();
  /// It runs no more.
  void pause();
  /// It runs again, from where it stood; false: what is known is too old for that, the room is to be read again.
  bool resume();
  /// What the first answer behind a pause brings is news to the room: nobody else has followed it meanwhile.
  bool resumed_alone() const { return alone_; }
  /// Events of the room were missed: it is to be read again.
  void distrust();

  /// A state event that our /sync brought.
  void learn(const Event& event) { at_->second.learn(event); }
  /// One that the homeserver does not go by: from others who lag behind it is no news either.
  void pass_over(const Event& event) { at_->second.is_new(event.id); }
  /// Whether the room has heard of the event, and is otherwise than it says now.
  bool contradicts(const Event& event) const { return room().contradicts(event); }
  /// Roster::note_spoken.
  void note_spoken(const std::string& user_id, Timestamp when) { at_->second.roster_.note_spoken(user_id, when); }
  /// Roster::note_name.
  void note_name(const std::string& user_id, const std::string& display_name) {
    at_->second.roster_.note_name(user_id, display_name);
  }

 private:
  SharedRooms* rooms_ = nullptr;
  SharedRooms::Rooms::iterator at_;
  const std::function<void()>* wake_ = nullptr;
  bool live_ = false, waits_ = false, alone_ = false;
  std::uint64_t learned_before_ = 0;  // SharedRoom::learned_ when it was paused

  friend class SharedRoom;
};

}  // namespace dragoman::backends::matrix
