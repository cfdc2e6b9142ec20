#include "backends/irc/scram.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unicode/usprep.h>
#include <unicode/ustring.h>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

const EVP_MD* digest_of(Scram::Hash hash) { return hash == Scram::Hash::sha_256 ? EVP_sha256() : EVP_sha512(); }

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// RFC 4013, queries: what the tables of Unicode 3.2 do not know is allowed. Nothing when it is forbidden.
std::optional<std::string> saslprep(std::string_view text) {
  const bool plain = text.find_first_of(std::string_view{"\x7f\0", 2}) == std::string_view::npos &&
                     std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20; });
  if (plain) return std::string{text};
  if (!text::is_valid_utf8(text)) return std::nullopt;
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<UStringPrepProfile, decltype(&usprep_close)> profile{
      usprep_openByType(USPREP_RFC4013_SASLPREP, &error), usprep_close};
  std::u16string in(text.size() + 1, u'\0'), out(text.size() * 4 + 16, u'\0');
  std::int32_t in_size = 0;
  u_strFromUTF8(in.data(), static_cast<std::int32_t>(in.size()), &in_size, text.data(),
                static_cast<std::int32_t>(text.size()), &error);
  const std::int32_t out_size =
      usprep_prepare(profile.get(), in.data(), in_size, out.data(), static_cast<std::int32_t>(out.size()),
                     USPREP_ALLOW_UNASSIGNED, nullptr, &error);
  if (U_FAILURE(error)) return std::nullopt;
  std::string prepared(static_cast<std::size_t>(out_size) * 3 + 1, '\0');
  std::int32_t size = 0;
  u_strToUTF8(prepared.data(), static_cast<std::int32_t>(prepared.size()), &size, out.data(), out_size, &error);
  if (U_FAILURE(error)) return std::nullopt;
  prepared.resize(static_cast<std::size_t>(size));
  return prepared;
}

/// "n=" of RFC 5802: what separates attributes is written otherwise.
std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == ',') {
      text += "=2C";
    } else if (c == '=') {
      text += "=3D";
    } else {
      text += c;
    }
  }
  return text;
}

/// The value of the attribute at this place of "r=...,s=...,i=...": they have an order. Nothing when it is another one.
std::optional<std::string_view> attribute(std::string_view message, std::size_t place, char name) {
  const auto parts = text::split(message, ',');
  if (place >= parts.size() || parts[place].size() < 2 || parts[place][0] != name || parts[place][1] != '=') {
    return std::nullopt;
  }
  return parts[place].substr(2);
}

}  // namespace

Scram::Scram(Hash hash, const SaslLogin& login, std::string nonce)
    : hash_(hash), account_(login.account), password_(login.password), nonce_(std::move(nonce)) {}

std::string_view Scram::mechanism() const { return hash_ == Hash::sha_256 ? "SCRAM-SHA-256" : "SCRAM-SHA-512"; }

Result<std::string> Scram::answer(std::string_view challenge) {
  switch (stage_) {
    case Stage::first:
      return first();
    case Stage::proof:
      return proof(challenge);
    case Stage::signature:
      return check(challenge);
    case Stage::complete:
    case Stage::failed:
      break;
  }
  return fail(Fault::unauthorized, "the server goes on after the end of the login");
}

Result<std::string> Scram::first() {
  const auto name = saslprep(account_);
  if (!name) return fail(Fault::unacceptable, "the account has characters that no login may have");
  first_bare_ = "n=" + escaped(*name) + ",r=" + nonce_;
  stage_ = Stage::proof;
  return "n,," + first_bare_;
}

Result<std::string> Scram::proof(std::string_view server_first) {
  const auto nonce = attribute(server_first, 0, 'r');
  const auto salt_text = attribute(server_first, 1, 's');
  const auto count = attribute(server_first, 2, 'i');
  std::string salt;
  if (!nonce || !salt_text || !count || !text::from_base64(*salt_text, salt) || salt.empty()) {
    return fail(Fault::unauthorized, "the server's part of the login cannot be read");
  }
  // Somebody who replays an old conversation does not know our nonce.
  if (nonce->size() <= nonce_.size() || !nonce->starts_with(nonce_)) {
    return fail(Fault::unauthorized, "the server answered another login than ours");
  }
  unsigned iterations = 0;
  const auto read = std::from_chars(count->data(), count->data() + count->size(), iterations);
  if (read.ec != std::errc{} || read.ptr != count->data() + count->size() || iterations < least_iterations ||
      iterations > most_iterations) {
    return fail(Fault::unauthorized, "the server wants " + std::string{count->substr(0, 20)} +
                                         " rounds of hashing, which is too weak or too slow");
  }
  const auto prepared = saslprep(password_.reveal());
  if (!prepared) return fail(Fault::unacceptable, "the password has characters that no login may have");
  const Secret<std::string> password{*prepared};

  const EVP_MD* const digest = digest_of(hash_);
  std::string salted(static_cast<std::size_t>(EVP_MD_get_size(digest)), '\0');
  PKCS5_PBKDF2_HMAC(password.reveal().data(), static_cast<int>(password.reveal().size()), bytes_of(salt),
                    static_cast<int>(salt.size()), static_cast<int>(iterations), digest,
                    static_cast<int>(salted.size()), reinterpret_cast<unsigned char*>(salted.data()));
  const std::string client_key = hmac(salted, "Client Key");
  std::array<unsigned char, EVP_MAX_MD_SIZE> stored{};
  unsigned stored_size = 0;
  EVP_Digest(client_key.data(), client_key.size(), stored.data(), &stored_size, digest, nullptr);

  std::string without_proof = "c=biws,r=";  // biws: "n,,", no channel binding
  without_proof += *nonce;
  const std::string conversation = first_bare_ + ',' + std::string{server_first} + ',' + without_proof;
  std::string client_proof = hmac({reinterpret_cast<const char*>(stored.data()), stored_size}, conversation);
  for (std::size_t i = 0; i < client_proof.size(); ++i)
    client_proof[i] = static_cast<char>(client_proof[i] ^ client_key[i]);
  expected_ = hmac(hmac(salted, "Server Key"), conversation);
  stage_ = Stage::signature;
  return without_proof + ",p=" + text::to_base64(client_proof);
}

Result<std::string> Scram::check(std::string_view server_final) {
  if (const auto why = attribute(server_final, 0, 'e')) {
    return fail(Fault::unauthorized,
                "the server says: " + text::without_controls(text::to_valid_utf8(why->substr(0, 60)), false));
  }
  const auto encoded = attribute(server_final, 0, 'v');
  std::string signature;
  if (!encoded || !text::from_base64(*encoded, signature) || signature.size() != expected_.size() ||
      CRYPTO_memcmp(signature.data(), expected_.data(), expected_.size()) != 0) {
    return fail(Fault::unauthorized, "the server could not prove that it knows your password");
  }
  stage_ = Stage::complete;
  return std::string{};
}

std::string Scram::hmac(std::string_view key, std::string_view text) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  HMAC(digest_of(hash_), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), hash.data(), &size);
  return {reinterpret_cast<const char*>(hash.data()), size};
}

Error Scram::fail(Fault fault, std::string text) {
  stage_ = Stage::failed;
  return {fault, std::move(text)};
}

}  // namespace dragoman::backends::irc
