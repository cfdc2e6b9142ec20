#pragma once

#include "backends/webhook/hook.hpp"
#include "backends/webhook/request.hpp"
#include "base/result.hpp"
#include "net/http_head.hpp"

namespace dragoman::backends::webhook {

/// What of a hook's proof can be seen in the head of a request: where it comes from, what it says in Authorization.
/// Faults: forbidden (the address), unauthorized; the texts are for the owner's log.
Result<void> check_head(const Proof& proof, const net::HttpHead& head);

/// The rest of it: the signature. Fault::unauthorized.
Result<void> check_signature(const Proof& proof, const Request& request, Timestamp now);

}  // namespace dragoman::backends::webhook
