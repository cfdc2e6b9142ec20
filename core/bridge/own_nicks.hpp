#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace dragoman::bridge {

/// The nicknames of those whom a bridge itself has brought into a room. The bot and each of them hear of the room over
/// links of their own, which are not in step: a name is known from the moment on in which its owner has it, until the
/// bot has seen it leave, so that nobody of ours is taken for somebody who is there. Pure: times are inputs.
class OwnNicks {
 public:
  /// One of ours is called so from now on.
  void add(const std::string& nick);
  /// One of ours is called so no more. What they have said under it may still be on its way to the bot.
  void drop(const std::string& nick, Instant now);
  /// What the bot hears of the room.
  void seen(std::string_view nick);
  void renamed(std::string_view from, const std::string& to);
  void left(std::string_view nick);
  /// The bot comes into the room anew: seen() follows for each of those who are there.
  void look_anew();
  bool is_ours(std::string_view nick, Instant now) const;

 private:
  struct Known {
    bool is_owned = false;  ///< one of ours has it
    bool is_seen = false;   ///< the bot sees it in the room
    Instant until{};        ///< ours all the same
  };
  std::map<std::string, Known, std::less<>> known_;
};

}  // namespace dragoman::bridge
