#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

struct x509_store_ctx_st;
struct x509_st;

namespace dragoman::net {

struct TlsOptions;

/// Decides during a handshake whether the other side is who it should be, and can say why not. With pinned fingerprints
/// only they count, otherwise the certificate's chain, name and dates.
class TlsVerdict {
 public:
  explicit TlsVerdict(const TlsOptions& options);

  /// Called by OpenSSL in the handshake; finds its TlsVerdict as the SSL's app data.
  static int decide(x509_store_ctx_st* chain, void*);

  bool accepted() const { return accepted_; }
  /// Whether a certificate came that was refused.
  bool refused() const { return !why_.empty(); }
  /// For the operator: what is wrong with it, its fingerprint, and what may be done.
  Error error() const;

 private:
  int decide(x509_store_ctx_st* chain);
  std::string describe(x509_store_ctx_st* chain) const;

  std::string host_;
  std::vector<std::string> fingerprints_;
  bool verify_;
  bool accepted_ = false;
  std::string why_, fingerprint_;
};

/// SHA-256 of the certificate, lower-case hexadecimal.
std::string fingerprint_of(const x509_st& certificate);

}  // namespace dragoman::net
