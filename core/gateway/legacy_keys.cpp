#include "gateway/legacy_keys.hpp"

#include "xmpp/legacy_key.hpp"

namespace dragoman::gateway {

std::string LegacyKeys::make(std::string_view purpose, const xmpp::Jid& from) const {
  if (context_.policy.legacy_key == Policy::LegacyKey::off) return {};
  return xmpp::make_legacy_key({context_.key, context_.link.jid().str(), purpose, from.bare_view()},
                               context_.timers.clock().utc());
}

Result<void> LegacyKeys::check(std::string_view purpose, const xmpp::Jid& from, std::string_view given,
                               bool may_be_missing) const {
  if (context_.policy.legacy_key == Policy::LegacyKey::off) return {};
  if (given.empty()) {
    if (may_be_missing || !required()) return {};
    return failure(Fault::unacceptable, "The key is missing; ask for the fields again and send the key that is there.");
  }
  const xmpp::LegacyKey key{context_.key, context_.link.jid().str(), purpose, from.bare_view()};
  if (xmpp::fits_legacy_key(key, given, context_.timers.clock().utc())) return {};
  return failure(Fault::unacceptable, "The key is wrong or older than a day; ask for the fields again.");
}

}  // namespace dragoman::gateway
