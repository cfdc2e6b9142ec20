#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/settings_tree.hpp"

// The configuration of matterbridge (github.com/42wim/matterbridge, matterbridge.toml.sample) as far as it says which
// rooms are tied together and how that looks.
namespace dragoman::verbs {

/// One [[bridge]] of ours.
struct MatterbridgeGateway {
  struct Room {
    std::string account;  ///< "irc.libera"
    std::string channel;  ///< "#dev", without the server
    bool in = false, out = false;
    std::string label;  ///< of the account or of the room's options
    std::string nickname, format;
    std::uint32_t line = 0;
  };
  struct Rule {
    std::string action;   ///< as in [[bridge.rule]]
    std::string account;  ///< where it is said
    std::string nick, text, with;
    bool next = false;
    std::uint32_t line = 0;
  };
  std::string name;  ///< as it was
  bool enabled = true;
  bool tells_who_comes = false;
  std::uint32_t line = 0;
  std::vector<Room> rooms;
  std::vector<Rule> rules;
};

/// Something of the file that has no counterpart.
struct MatterbridgeNote {
  std::uint32_t line = 0;
  std::string text;  ///< names keys, never what they hold
};

/// An account whose kind our gateway has.
struct MatterbridgeAccount {
  std::string name;      ///< "irc.libera"
  std::string protocol;  ///< "irc", "xmpp", "matrix"
  std::string host;      ///< of its server, without a port
  std::string muc;       ///< of XMPP: the domain of its rooms
};

struct Matterbridge {
  std::vector<MatterbridgeAccount> accounts;
  std::vector<MatterbridgeGateway> gateways;
  std::vector<MatterbridgeNote> notes;  ///< in the order of the file

  const MatterbridgeAccount* account(std::string_view name) const;
};

/// Total: what cannot be read is in the notes. Never holds a password, token or key.
Matterbridge read_matterbridge(const TomlTree& file);

}  // namespace dragoman::verbs
