#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/secret.hpp"

namespace dragoman::backends::webhook {

/// What lets a program in: "dgh_", 26 letters of base32 (130 random bits) and 6 of their CRC-32, so that scanners for
/// leaked secrets find it and know it from chance. Lower case: "dgh_mfrggzdfmztwq2lknnwg23tpoa6y5bqe".
Secret<std::string> make_token(Random& random);

/// The token in a text, without its "dgh_" (which senders that allow letters and digits only may leave out); empty when
/// it is none.
std::string_view bare_token(std::string_view text);

/// SHA-256 of a token without its "dgh_", in hexadecimal: what is kept of it. Looked up by it, a token tells by the
/// time that takes nothing of others.
std::string hash_of_token(std::string_view bare);

/// SHA-256 of anything, in hexadecimal.
std::string sha256(std::string_view bytes);

}  // namespace dragoman::backends::webhook
