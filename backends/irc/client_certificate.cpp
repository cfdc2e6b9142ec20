#include "backends/irc/client_certificate.hpp"

#include <array>
#include <memory>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Error no_certificate() { return {Fault::internal, "OpenSSL could not make a certificate"}; }

std::string hash_of_certificate(X509& certificate, const EVP_MD* digest) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  X509_digest(&certificate, digest, hash.data(), &size);
  return text::to_hex({reinterpret_cast<const char*>(hash.data()), size});
}

}  // namespace

Result<Secret<std::string>> make_client_certificate() {
  const Key key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  const Certificate certificate{X509_new(), X509_free};
  std::array<unsigned char, 8> serial{};
  if (!key || !certificate || RAND_bytes(serial.data(), static_cast<int>(serial.size())) != 1) return no_certificate();
  serial[0] &= 0x7f;  // RFC 5280 4.1.2.2: positive
  std::uint64_t number = 0;
  for (const unsigned char byte : serial) number = number << 8 | byte;
  X509* const x = certificate.get();
  X509_set_version(x, X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), number);
  // RFC 5280 4.1.2.5: a certificate that never ends has this date. The beginning says nothing of when it was made.
  ASN1_TIME_set_string_X509(X509_getm_notBefore(x), "20200101000000Z");
  ASN1_TIME_set_string_X509(X509_getm_notAfter(x), "99991231235959Z");
  const auto* name = reinterpret_cast<const unsigned char*>("IRC client");
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, name, -1, -1, 0);
  X509_set_issuer_name(x, X509_get_subject_name(x));
  X509_set_pubkey(x, key.get());
  const Bio bio{BIO_new(BIO_s_mem()), BIO_free};
  if (X509_sign(x, key.get(), EVP_sha256()) == 0 || !bio || PEM_write_bio_X509(bio.get(), x) != 1 ||
      PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return no_certificate();
  }
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return Secret<std::string>{std::string{bytes, static_cast<std::size_t>(size)}};
}

Result<CertificateFingerprints> fingerprints_of(const Secret<std::string>& pem) {
  const std::string& text = pem.reveal();
  const auto read = [&text] { return Bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free}; };
  const Certificate certificate{PEM_read_bio_X509(read().get(), nullptr, nullptr, nullptr), X509_free};
  if (!certificate) return failure(Fault::unacceptable, "there is no certificate in PEM form");
  // A file that is encrypted would ask on the terminal: an empty passphrase makes that a failure.
  char empty[] = "";
  const Key key{PEM_read_bio_PrivateKey(read().get(), nullptr, nullptr, empty), EVP_PKEY_free};
  if (!key || X509_check_private_key(certificate.get(), key.get()) != 1) {
    return failure(Fault::unacceptable, "there is no unencrypted key in PEM form that fits the certificate");
  }
  return CertificateFingerprints{hash_of_certificate(*certificate, EVP_sha256()),
                                 hash_of_certificate(*certificate, EVP_sha512())};
}

std::string certificate_hint(const CertificateFingerprints& fingerprints) {
  return "Tell the services of the network the fingerprint of your client certificate: write to NickServ \"CERT ADD " +
         fingerprints.sha256 + "\" (SHA-256), or where it wants SHA-512, \"CERT ADD " + fingerprints.sha512 +
         "\". From the next connection on you are logged in with it.";
}

}  // namespace dragoman::backends::irc
