#pragma once

#include <string>
#include <string_view>

namespace dragoman {

/// What went wrong, as far as a caller acts on it. Translators map it to a stanza error, an HTTP status or an exit
/// code.
enum class Fault {
  malformed,     ///< not parseable, or forbidden characters
  too_long,      ///< over a limit of length
  not_found,     ///< no such person, room, thing
  absent,        ///< the person is known, or could be, but is not there now
  conflict,      ///< taken by somebody else
  forbidden,     ///< may not, and credentials do not change that (banned, not an operator)
  unauthorized,  ///< wrong or missing credentials (password, room key)
  members_only,  ///< an account, membership or invitation is needed
  not_allowed,   ///< nobody may do this here (closed registration)
  unsupported,   ///< this network or version cannot do it
  unacceptable,  ///< the request as it stands breaks a rule (missing field, bad nickname)
  limited,       ///< too many, too fast, quota; try later
  full,          ///< the room or the server is full
  timeout,       ///< no answer in time
  unavailable,   ///< the other side cannot be reached now
  closed,        ///< ended by us or by the other side
  storage,       ///< the disk or the database failed
  internal,      ///< a bug of ours
};

/// The name of a fault for logs, e.g. "not_found".
std::string_view to_string(Fault fault);

/// An error as a value: what the caller acts on, and a sentence for a person or a log. Never contains a secret.
struct Error {
  Fault fault = Fault::internal;
  std::string text;
};

}  // namespace dragoman
