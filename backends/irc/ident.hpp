#pragma once

#include <string>
#include <string_view>

namespace dragoman::backends::irc {

/// The username of USER: nine characters [a-z][a-z2-7]{8} that stay the same for an owner, so that the operators of a
/// network can ban one person, and that say nothing about the JID without the key.
/// HMAC-SHA256(key, owner), base32 (RFC 4648); a digit in front becomes a letter.
std::string ident(std::string_view key, std::string_view owner);

}  // namespace dragoman::backends::irc
