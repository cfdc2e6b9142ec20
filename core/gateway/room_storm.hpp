#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash_index.hpp"
#include "base/names.hpp"
#include "base/timers.hpp"
#include "chat/event.hpp"

namespace dragoman::gateway {

/// A netsplit in one room, and its end: presence that comes faster than anybody reads. Clients get at most 50 stanzas
/// of it a second, and a line that says how many people it is about. Until its presence is written somebody is in the
/// room, or not, as clients believe it.
class Storm {
 public:
  static constexpr unsigned at_once = 10;                   ///< as many as nobody minds
  static constexpr std::chrono::milliseconds interval{25};  ///< so long for one more
  /// Each beat wakes a process whose caches are cold by then: that costs more than to show a hundred of them.
  using Beats = std::chrono::duration<std::int64_t, std::ratio<2, 5>>;
  static constexpr Beats beat{1};
  static constexpr unsigned a_beat = 16;             ///< three beats in any second
  static constexpr unsigned worth_a_line = 20;       ///< people; fewer are seen one by one
  static constexpr std::chrono::seconds silence{1};  ///< without further ones, and the line is said
  static constexpr std::chrono::hours memory{1};     ///< of who is missing

  struct Change {
    NameRef name;
    bool here;
    chat::Standing standing;
    /// Of who has gone; its occupants are empty. Shared: a split has one reason for everybody.
    std::shared_ptr<const chat::OccupantsLeft> why;
  };

  explicit Storm(Timers& timers) : timer(timers) {}

  /// For somebody for whom none waits.
  void add(Change change);
  /// The change that waits for somebody; null: none does.
  Change* find(NameId name);
  bool waits_for(NameId name) const;
  std::size_t waiting() const { return changes_.size(); }
  void forget_waiting();
  /// Takes out the first `most` changes, or those of the one whose resource this is.
  std::vector<Change> take(std::size_t most);
  std::vector<Change> take(std::string_view resource);

  /// People went because servers lost one another; `text` is what the network says of it.
  void lose(Names& names, const chat::OccupantsLeft& left, Instant now);
  /// Somebody is there again: whether they were lost.
  bool find_again(NameId name, Instant now);
  /// What is to be said now; empty: nothing yet, or nothing that is worth a line.
  std::string line(Instant now);
  /// Nothing waits to be shown or said.
  bool calm() const { return changes_.empty() && lost_ == 0 && found_ == 0; }
  /// Nothing is remembered either.
  bool over() const { return calm() && missing_.empty(); }

  Timer timer;
  bool beats = false;
  Instant beaten{};  ///< the last beat that showed something

 private:
  void forget(NameId name);

  std::deque<Change> changes_;
  HashIndex names_;  // that they are about: nearly everybody is looked for in vain
  std::vector<NameRef> missing_;
  unsigned lost_ = 0, found_ = 0;
  std::string text_;
  Instant last_{};
};

}  // namespace dragoman::gateway
