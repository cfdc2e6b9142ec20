#pragma once

#include <string>

namespace dragoman::net {

/// What OpenSSL's error queue of this thread says, e.g. "wrong version number"; empties the queue.
std::string tls_error_text();

}  // namespace dragoman::net
