#pragma once

#include <string>

#include "base/secret.hpp"
#include "chat/form.hpp"

namespace dragoman::chat {

/// The account of an owner on a network. Without an account (registration optional) only `owner` and `nickname` are
/// set.
struct Account {
  std::string owner;     ///< bare JID, or the name of a bridge
  std::string nickname;  ///< wished
  bool registered = false;
  Fields settings;  ///< what the register dialog stored, without secrets
  Secret<std::string> password;
  /// The part of the network that a session is for (Network::part_of), and what its owner has set for it alone.
  std::string part{};
  Fields part_settings{};
  Secret<std::string> part_password{};
  /// `owner` is a bridge: the network uses the account that its configuration has for bridges, where it needs one.
  bool is_bridge = false;
};

}  // namespace dragoman::chat
