#pragma once

#include <nlohmann/json_fwd.hpp>

#include "backends/matrix/appservice_names.hpp"
#include "backends/matrix/appservice_requests.hpp"

namespace dragoman::backends::matrix {

/// What clients are told about the other network (application-service API, "Third-party networks"): the protocol
/// "xmpp", whose people have a `jid` and whose rooms have a `room`, and which ids they have here. null: there is no
/// such protocol. `network`: the component's domain.
nlohmann::json third_party_answer(const ServiceRequest& request, GhostNames& names, const std::string& network);

}  // namespace dragoman::backends::matrix
