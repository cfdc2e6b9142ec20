#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/result.hpp"

struct ssl_ctx_st;

namespace dragoman::net {

/// OpenSSL's contexts, one for each CA file of the configuration: the certificates in one take a MiB and 20 ms to read,
/// so that connections share them. A file that has changed is read again.
class TlsContexts {
 public:
  /// `ca_file` empty: the system's store. Fault::unacceptable when the file cannot be used.
  Result<std::shared_ptr<ssl_ctx_st>> get(const std::string& ca_file);

 private:
  struct Entry {
    std::shared_ptr<ssl_ctx_st> context;
    std::array<std::int64_t, 4> state{};  // of the file, as it was read
  };
  std::map<std::string, Entry> entries_;
};

}  // namespace dragoman::net
