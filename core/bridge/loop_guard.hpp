#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"

// What goes round between bridges that do not know one another (another bot that ties the same rooms together).
namespace dragoman::bridge {

/// Recognises bots of others that say again what was told a moment ago: the same text, behind the name of who said it.
class ForeignBots {
 public:
  enum class Judgement { fine, echo, first_echo };  ///< first_echo: of a bot that was not known before

  /// Something was heard, and is told to the other legs.
  void note(Instant now, const std::string& place, const std::string& id, std::string_view name, std::string_view text);
  /// Whether what `name` (identity: `id`) says at this place is that, or what such a copy has said already: between
  /// servers a copy may be faster than its original.
  Judgement judge(Instant now, const std::string& place, const std::string& id, std::string_view name,
                  std::string_view text);

 private:
  struct Told {
    Instant at;
    std::string name, text;          // comparable
    std::vector<std::string> names;  // that stood in front of it
    std::string place, id;           // of who said it
  };
  bool was_told(Instant now, const std::string& name, const std::string& text);
  /// A copy of it was faster: who said that is a bot.
  bool was_copied(Instant now, const std::string& name, const std::string& text);

  std::deque<Told> told_;
  std::set<std::pair<std::string, std::string>> bots_;  // place, identity
};

/// Ends a storm: trips when more than 20 messages a second come for 5 s, and at least 80 % of them say what was said at
/// another place within that time.
class Breaker {
 public:
  /// Something was heard. True: it is a storm.
  bool trips(Instant now, const std::string& place, std::string_view text);
  void reset();

 private:
  struct Heard {
    Instant at;
    std::size_t text, place;  // hashes
  };
  bool is_storm() const;

  std::deque<Heard> heard_;
  std::unordered_map<std::size_t, std::unordered_map<std::size_t, std::uint32_t>> places_;  // text -> place -> times
  Instant looked_{};
};

}  // namespace dragoman::bridge
