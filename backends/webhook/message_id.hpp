#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace dragoman::backends::webhook {

/// A name for what a hook says, for ever another one: a ULID, 48 bits of time and 80 of chance in Crockford's base32,
/// so that later ones sort behind earlier ones.
std::string make_message_id(Timestamp now, Random& random);

}  // namespace dragoman::backends::webhook
