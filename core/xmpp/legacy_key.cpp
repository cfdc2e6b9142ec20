#include "xmpp/legacy_key.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.hpp"

namespace dragoman::xmpp {

namespace {

std::string key_of_day(const LegacyKey& key, std::chrono::sys_days day) {
  std::string text{"legacy-key "};  // the same secret has other uses
  text.append(key.domain).append(1, '\n').append(key.purpose).append(1, '\n').append(key.person).append(1, '\n');
  text += std::to_string(day.time_since_epoch().count());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha1(), key.secret.data(), static_cast<int>(key.secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  return text::to_hex({reinterpret_cast<const char*>(digest), size});
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string make_legacy_key(const LegacyKey& key, Timestamp now) {
  return key_of_day(key, std::chrono::floor<std::chrono::days>(now));
}

bool fits_legacy_key(const LegacyKey& key, std::string_view given, Timestamp now) {
  const std::string_view trimmed = text::trim(given);
  const auto today = std::chrono::floor<std::chrono::days>(now);
  return same(trimmed, key_of_day(key, today)) || same(trimmed, key_of_day(key, today - std::chrono::days{1}));
}

}  // namespace dragoman::xmpp
