#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace dragoman::bridge {

/// Somebody who speaks on one leg, as the others show them.
struct Speaker {
  std::string name;
  std::string id;       ///< as their network calls them
  std::string network;  ///< name of the network, for people
  std::string label;    ///< of the leg
  std::string room;     ///< its address
};

/// What stands in front of a text that somebody said elsewhere: text with {variables}; "{{" is a brace.
///
///   {nick} {nick_noping} {user_id} {network} {label} {room}
///
/// Example: "<{nick}/{network}> " -> "<alice/Libera.Chat> "
class RelayFormat {
 public:
  /// Fault::malformed names the variable that there is not.
  static Result<RelayFormat> parse(std::string_view text);
  std::string write(const Speaker& speaker) const;

 private:
  struct Piece {
    std::string text;  ///< stands as it is, where there is no variable
    std::string Speaker::*variable = nullptr;
    bool noping = false;
  };
  std::vector<Piece> pieces_;
};

/// The name with an invisible sign behind its first letter, so that nobody who is called like that is called. U+200B.
std::string without_ping(std::string_view name);
/// The name without such signs: what identities are compared by.
std::string without_invisible(std::string_view name);

}  // namespace dragoman::bridge
