#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/timers.hpp"
#include "bridge/source.hpp"
#include "chat/command.hpp"

namespace dragoman::bridge {

/// Reactions for a room that has none, where each becomes a line: at most one a minute of one person to one message,
/// with what came meanwhile together, and nothing twice within the hour.
class ReactionLines {
 public:
  /// `react`: what is new, in its `emoji`.
  using Say = std::function<void(const chat::React& react, const Source& source, const std::string& speaker)>;
  ReactionLines(Timers& timers, Say say) : timer_(timers), clock_(timers.clock()), say_(std::move(say)) {}

  /// Somebody's reactions to a message, all of them.
  void note(const chat::React& react, const Source& source, const std::string& speaker);
  /// What waits, at once: the program ends.
  void say_all();

 private:
  struct Key {
    std::string author, place, id;
    auto operator<=>(const Key&) const = default;
  };
  struct Line {
    chat::React waiting;  ///< its emoji have not been said
    Source source;
    std::string speaker;
    std::vector<std::string> said;
    Instant said_at{};
  };
  void say(Line& line);
  void look_again();
  /// What waits of lines that were said then or before.
  void say_those_since(Instant time);
  void forget_old();

  Timer timer_;
  const Clock& clock_;
  Say say_;
  std::map<Key, Line> lines_;
};

}  // namespace dragoman::bridge
