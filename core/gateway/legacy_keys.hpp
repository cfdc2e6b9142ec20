#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "gateway/context.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

/// The <key/> that the gateway gives with its fields (`legacy_key` of the configuration). Today's clients leave it out,
/// which is no mistake unless the operator requires it.
class LegacyKeys {
 public:
  explicit LegacyKeys(const Context& context) : context_(context) {}

  /// What stands in the answer to a get; empty: none.
  std::string make(std::string_view purpose, const xmpp::Jid& from) const;
  /// Fault::unacceptable: the key is not ours or too old, or none although one is required. `may_be_missing`: this
  /// protocol never requires one.
  Result<void> check(std::string_view purpose, const xmpp::Jid& from, std::string_view given,
                     bool may_be_missing = false) const;
  bool required() const { return context_.policy.legacy_key == Policy::LegacyKey::require; }

 private:
  const Context& context_;
};

}  // namespace dragoman::gateway
