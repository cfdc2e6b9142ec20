#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "backends/irc/encodings.hpp"
#include "backends/irc/sasl.hpp"
#include "base/lazy.hpp"
#include "base/secret.hpp"

namespace dragoman::backends::irc {

/// What somebody says of themselves, by key.
using Metadata = std::map<std::string, std::string, std::less<>>;

/// What a session registers with.
struct Login {
  std::string owner;     ///< bare JID or bridge: seeds what must be reproducible
  std::string nickname;  ///< wished, not yet legal
  std::string username, realname;
  bool realname_chosen = false;  ///< by the person, or by the operator's template: it is not changed by itself
  Lazy<Metadata> profile;        ///< what they tell of themselves (own_profile.hpp); empty values: not any more
  bool bot = false;              ///< not a person: says so where the server has a mode for it
  bool deaf = false;             ///< somebody else hears for it (speaker.hpp): nothing of rooms is told
  std::string nick_suffix;       ///< behind each nickname
  Secret<std::string> server_password;
  struct WebIrc {
    Secret<std::string> password;  ///< empty: no WEBIRC
    std::string gateway, address;
  };
  Lazy<WebIrc> webirc;
  SaslLogin sasl;
  struct Registration {
    bool wanted = false;  ///< of an account that does not exist yet
    std::string email;
    std::string account;  ///< it waits for its code; empty: none does
  };
  Lazy<Registration> registration;
  Encodings encodings;                     ///< what the person chose
  std::vector<std::string> after_connect;  ///< commands to say once registered
  std::size_t burst = 0;                   ///< Flood::burst as the person chose; 0: they did not
  std::string bouncer_network;             ///< id of the one to be in; empty: none is chosen
  std::string certificate_hint;            ///< what to do with the client certificate when services do not know it
};

}  // namespace dragoman::backends::irc
