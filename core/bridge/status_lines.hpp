#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/timers.hpp"
#include "bridge/plan.hpp"

namespace dragoman::bridge {

/// Who came to and left the rooms, gathered to one line a minute for the other ones.
class ComingAndGoing {
 public:
  /// `say`: to all legs but the one of this place.
  using Say = std::function<void(const std::string& place, const std::string& text)>;
  ComingAndGoing(Timers& timers, Say say) : timer_(timers), clock_(timers.clock()), say_(std::move(say)) {}

  void set(StatusLines how) { how_ = how; }
  /// Somebody has said something there.
  void spoke(const std::string& place, const std::string& name);
  /// `label`: of the leg.
  void note(const std::string& place, const std::string& label, const std::string& name, bool here);

 private:
  struct Gathered {
    std::string label;
    std::vector<std::string> came, left;
  };
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
