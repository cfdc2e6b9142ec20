#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"

// The <key/> of jabber:iq:register and jabber:iq:search as clients of the year 2000 know it: a service gives one with
// its fields and gets it back with the answers. Nothing is kept for it: a key is made of who asks, what for, and the
// day.
//   <query xmlns='jabber:iq:register'><username/><key>106c0a7b5510f192a408a1d054150ed1065e255a</key></query>
namespace dragoman::xmpp {

/// What a key is good for.
struct LegacyKey {
  std::string_view secret;   ///< of this installation
  std::string_view domain;   ///< the service that is asked
  std::string_view purpose;  ///< the namespace
  std::string_view person;   ///< bare JID
};

/// 40 hexadecimal digits: HMAC-SHA1 of the secret, the rest, and the day of `now` in UTC.
std::string make_legacy_key(const LegacyKey& key, Timestamp now);
/// True for the key of today and of yesterday; white space around it does not count.
bool fits_legacy_key(const LegacyKey& key, std::string_view given, Timestamp now);

}  // namespace dragoman::xmpp
