#pragma once

#include <string>

#include "base/result.hpp"
#include "chat/form.hpp"
#include "xmpp/data_form.hpp"

namespace dragoman::gateway {

/// Between the settings of a room as networks name them (chat::ConfigureRoom) and muc#roomconfig (XEP-0045 15.5.3).
/// Settings that only one network has are called "<kind>#<name>", e.g. "irc#registered_only".
struct RoomForm {
  std::string kind;           ///< of the network: "irc"
  std::string name;           ///< of the room: shown, and cannot be changed
  bool has_password = false;  ///< it has one now, which is never shown

  xmpp::DataForm show(const chat::Form& form) const;
  /// Only what was sent. Fault::malformed: no form of a room's settings; Fault::unacceptable: a value that cannot be.
  Result<chat::Fields> read(const xmpp::DataForm& submitted) const;
};

}  // namespace dragoman::gateway
