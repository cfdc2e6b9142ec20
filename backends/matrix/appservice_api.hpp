#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "backends/matrix/api.hpp"
#include "base/random.hpp"

// What an application service asks its homeserver for beside its sessions: users, devices, rooms, a ping. Linear flows;
// their errors are sentences for the operator.

namespace dragoman::backends::matrix {

/// Where, and with which token.
struct ServiceAccess {
  Homeserver homeserver;
  Secret<std::string> as_token;
};

/// What every call needs; outlives the tasks.
struct ServiceDesk {
  net::HttpClient& http;
  const Clock& clock;
};

/// An error of the homeserver about the token, in words that say what to do; others as they are.
Error explain_service(const Refusal& refusal);

/// Makes a user of the service's namespace (client-server API, "Server administration": m.login.application_service).
/// True: there was none before.
net::Task<Result<bool>> make_user(ServiceDesk desk, ServiceAccess access, std::string localpart);
/// How a user is called everywhere.
net::Task<> name_user(ServiceDesk desk, ServiceAccess access, std::string user_id, std::string display_name);
/// A device for a user, without a login (version 1.17, "Device management"); the same one again when it is there.
/// False: this homeserver knows no such devices.
net::Task<bool> make_device(ServiceDesk desk, ServiceAccess access, std::string user_id, std::string device_id,
                            std::string display_name);
/// The user of the service itself, "@_xmpp_bot:hs.tld", as the homeserver knows it.
net::Task<Result<std::string>> who_am_i(ServiceDesk desk, ServiceAccess access);

/// A room that everybody may enter, with an alias of the service; Fault::conflict: the alias is taken.
net::Task<Result<std::string>> make_portal(ServiceDesk desk, ServiceAccess access, std::string alias_localpart,
                                           std::string name);
/// The alias is nobody's any more; true as well where it was not there.
net::Task<bool> remove_alias(ServiceDesk desk, ServiceAccess access, std::string alias);
net::Task<> enter_room(ServiceDesk desk, ServiceAccess access, std::string room_id);
/// m.notice, once for each `key`; `user_id`: of one of the service's users, empty: of itself.
net::Task<> say_notice(ServiceDesk desk, ServiceAccess access, std::string room_id, std::string key, std::string text,
                       std::string user_id = {});

/// What came of having the homeserver ask us (POST /_matrix/client/v1/appservice/{id}/ping, version 1.7).
struct Pinged {
  bool reached = false;
  bool unknown = false;          ///< the homeserver is older than this question
  bool refused = false;          ///< it does not know our token
  std::int64_t duration_ms = 0;  ///< when reached
  Error error{};                 ///< when not
};
net::Task<Pinged> ping_back(ServiceDesk desk, ServiceAccess access, std::string id, std::string transaction);

}  // namespace dragoman::backends::matrix
