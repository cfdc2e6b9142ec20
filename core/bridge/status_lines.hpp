#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/timers.hpp"
#include "bridge/plan.hpp"

namespace dragoman::bridge {

/// Who came to and left the rooms, for the other ones: gathered to one line a minute, or as it happens.
class ComingAndGoing {
 public:
  /// `say`: to all legs but the one of this place.
  using Say = std::function<void(const std::string& place, const std::string& text)>;
  ComingAndGoing(Timers& timers, Say say) : timer_(timers), clock_(timers.clock()), say_(std::move(say)) {}

  void set(StatusLines how) { how_ = how; }
  /// Somebody has said something there: what happened before it is said before it.
  void spoke(const std::string& place, const std::string& name);
  /// `label`: of the leg.
  void note(const std::string& place, const std::string& label, const std::string& name, bool here);
  void renamed(const std::string& place, const std::string& label, const std::string& from, const std::string& to);

 private:
  struct Gathered {
    std::string label;
    std::vector<std::string> came, left, renamed;
    std::vector<std::string> lines;  ///< of StatusLines::all, before those above
  };
  void wait(Duration time);
  /// With StatusLines::all what is of another kind than the last thing begins a line of its own.
  static void break_line(Gathered& gathered, const std::vector<std::string>& goes_on);
  static void end_line(Gathered& gathered);
  void say_all();

  StatusLines how_ = StatusLines::off;
  Timer timer_;
  const Clock& clock_;
  Say say_;
  bool waits_ = false;
  std::map<std::string, Gathered> gathered_;                       // by place
  std::map<std::pair<std::string, std::string>, Instant> spoken_;  // place, name
};

}  // namespace dragoman::bridge
