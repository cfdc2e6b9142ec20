#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

// Certificates that a person shows to the IRC server, for SASL EXTERNAL: services know them by their fingerprint.

namespace dragoman::backends::irc {

/// A new key (P-256) and a certificate signed with it, PEM. Nobody checks its dates or names: it is valid for ever and
/// says nothing about its owner.
Result<Secret<std::string>> make_client_certificate();

/// What services are told (`/msg NickServ CERT ADD ...`): lower-case hexadecimal. Which hash a network uses is in its
/// help: InspIRCd and Ergo SHA-256, Libera.Chat SHA-512.
struct CertificateFingerprints {
  std::string sha256, sha512;
};
/// Fault::unacceptable when the text has no certificate, or no key that fits it.
Result<CertificateFingerprints> fingerprints_of(const Secret<std::string>& pem);

/// For people: how services are told of a certificate.
std::string certificate_hint(const CertificateFingerprints& fingerprints);

}  // namespace dragoman::backends::irc
