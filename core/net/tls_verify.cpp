#include "net/tls_verify.hpp"

#include <algorithm>
#include <ctime>
#include <memory>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/text.hpp"
#include "net/connect.hpp"

namespace dragoman::net {

namespace {

/// Text of a stranger's certificate, fit for a log line or a chat message.
std::string tame(std::string_view text) {
  return text::without_controls(text::to_xml_text(text::cut(text, 100)), false);
}

std::string date(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
  char text[32] = "";
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

std::string common_name(const X509_NAME* name) {
  char text[256] = "";
  if (X509_NAME_get_text_by_NID(name, NID_commonName, text, sizeof text) <= 0) return "somebody without a name";
  return '"' + tame(text) + '"';
}

/// The names that a certificate is for, at most five.
std::string names_of(const X509& certificate) {
  struct Free {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
  };
  const std::unique_ptr<GENERAL_NAMES, Free> names{
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr))};
  std::string list;
  int listed = 0;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    if (++listed > 5) return list + ", ...";
    const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName));
    list += (list.empty() ? "" : ", ") + tame({text, size});
  }
  return list.empty() ? common_name(X509_get_subject_name(&certificate)) : list;
}

}  // namespace

std::string fingerprint_of(const X509& certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(&certificate, EVP_sha256(), digest, &size) != 1) return {};
  return text::to_hex({reinterpret_cast<const char*>(digest), size});
}

Result<std::string> parse_fingerprint(std::string_view text) {
  std::string digits;
  for (const char c : text::ascii_lower(text::trim(text))) {
    if (c != ':') digits += c;
  }
  if (digits.size() == 64 && digits.find_first_not_of("0123456789abcdef") == std::string::npos) return digits;
  return Error{Fault::malformed,
               "a fingerprint is the SHA-256 of the certificate, 64 hexadecimal digits: openssl x509 "
               "-in FILE -noout -fingerprint -sha256"};
}

TlsVerdict::TlsVerdict(const TlsOptions& options) : host_(options.host), verify_(options.verify) {
  for (const std::string& given : options.fingerprints) {
    const auto parsed = parse_fingerprint(given);
    fingerprints_.push_back(parsed ? *parsed : std::string{"matches nothing"});
  }
}

int TlsVerdict::decide(X509_STORE_CTX* chain, void*) {
  const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* verdict = static_cast<TlsVerdict*>(SSL_get_app_data(ssl));
  return verdict == nullptr ? 0 : verdict->decide(chain);
}

int TlsVerdict::decide(X509_STORE_CTX* chain) {
  const X509* certificate = X509_STORE_CTX_get0_cert(chain);
  if (certificate == nullptr) return 0;
  fingerprint_ = fingerprint_of(*certificate);
  if (!fingerprints_.empty()) {
    const bool pinned = std::find(fingerprints_.begin(), fingerprints_.end(), fingerprint_) != fingerprints_.end();
    accepted_ = pinned;
    if (!pinned) why_ = "its fingerprint is none of the pinned ones";
    X509_STORE_CTX_set_error(chain, pinned ? X509_V_OK : X509_V_ERR_APPLICATION_VERIFICATION);
  } else if (!verify_) {
    accepted_ = true;
    X509_STORE_CTX_set_error(chain, X509_V_OK);
  } else {
    accepted_ = X509_verify_cert(chain) == 1;
    if (!accepted_) why_ = describe(chain);
  }
  return accepted_ ? 1 : 0;
}

std::string TlsVerdict::describe(X509_STORE_CTX* chain) const {
  const int code = X509_STORE_CTX_get_error(chain);
  const X509& leaf = *X509_STORE_CTX_get0_cert(chain);
  const X509* current = X509_STORE_CTX_get_current_cert(chain);
  const X509& at_fault = current == nullptr ? leaf : *current;
  switch (code) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "it is for " + names_of(leaf) + ", not for \"" + host_ + '"';
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return (&at_fault == &leaf ? "it" : "the certificate of its issuer") + std::string{" expired on "} +
             date(X509_get0_notAfter(&at_fault));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "it is valid only from " + date(X509_get0_notBefore(&at_fault)) + " on (is this machine's clock right?)";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "it is self-signed";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "it is signed by " + common_name(X509_get_issuer_name(&at_fault)) +
             ", which is not trusted here (ca_file names authorities to trust)";
    default:
      return X509_verify_cert_error_string(code);
  }
}

Error TlsVerdict::error() const {
  return Error{Fault::unauthorized, "the certificate is not trusted: " + why_ +
                                        ". To trust exactly this certificate, check with who runs the server and set "
                                        "fingerprints = [\"" +
                                        fingerprint_ + "\"]"};
}

}  // namespace dragoman::net
