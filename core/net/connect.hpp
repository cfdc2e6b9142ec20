#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "net/address_ranges.hpp"
#include "net/stream.hpp"
#include "net/task.hpp"

namespace dragoman::net {

class Loop;
class TlsSessions;
struct Address;

/// Where to connect. `host` is a name, an IPv4 or an IPv6 address (with or without brackets).
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

/// "host:port", "[::1]:6667", "host" (then `default_port`). Fault::malformed names what is wrong.
Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port);
std::string to_string(const Endpoint& endpoint);

/// How the other side is verified. Never falls back to plain text.
struct TlsOptions {
  std::string host;     ///< SNI and the name that the certificate must bear; empty: the endpoint's
  std::string ca_file;  ///< PEM; empty: the system's
  std::vector<std::string>
      fingerprints;    ///< SHA-256 of the certificate, hex; when given, one must match and the CA is not asked
  bool verify = true;  ///< false only when the operator says so; warned about at start
  std::string certificate_file, key_file;  ///< client certificate, PEM; empty: none
  Secret<std::string> certificate;         ///< client certificate and its key, PEM, instead of the files; empty: none
  bool operator==(const TlsOptions& other) const {
    return host == other.host && ca_file == other.ca_file && fingerprints == other.fingerprints &&
           verify == other.verify && certificate_file == other.certificate_file && key_file == other.key_file &&
           certificate.reveal() == other.certificate.reveal();
  }
};

/// 64 hexadecimal digits, upper or lower case, with or without colons, as lower case without. Fault::malformed says how
/// to get one.
Result<std::string> parse_fingerprint(std::string_view text);

/// Where a connection comes from: an IPv4 or IPv6 address.
struct SourceAddress {
  std::string address;
  bool foreign =
      false;  ///< the kernel need not know it as one of this machine (IP_FREEBIND); who routes it sees to that
};

struct ConnectOptions {
  Duration timeout = std::chrono::seconds{20};  ///< for resolving, connecting and the TLS handshake together
  std::vector<SourceAddress> sources{};         ///< bind to the one of the other side's kind; empty: any
  bool public_only = false;                     ///< only to addresses that is_public() holds for, and
  AddressRanges private_ranges{};               ///< those in here
  /// An HTTP proxy that connects instead (CONNECT), to an address that was looked up and judged here; it may be
  /// anywhere itself. Nothing: none.
  std::optional<Endpoint> proxy{};
  /// Where TLS sessions with this host are kept, to be resumed; null: each handshake is a whole one. Of connections
  /// that are verified in the same way.
  std::shared_ptr<TlsSessions> sessions{};
  /// Told of each attempt, before the other side can know of it: from where to where.
  std::function<void(const Address& local, const Address& remote)> on_connecting{};
};

/// Resolves, tries each address in turn (each may take its share of the time that is left, so that a dead one does not
/// hide a living one), sets TCP_NODELAY, keepalive and TCP_USER_TIMEOUT (120 s).
/// Faults: not_found (no such host), unavailable (refused, unreachable), timeout, closed (stopped), forbidden (no
/// public address, where only such may be), unacceptable (a source address, CA or certificate file that cannot be
/// used). The text says what was tried.
Task<Result<std::unique_ptr<Stream>>> connect_tcp(Loop& loop, Endpoint endpoint, ConnectOptions options);
/// As connect_tcp, then a TLS 1.2+ handshake. Fault::unauthorized: the certificate is not trusted, with the reason and
/// the fingerprint that it has, so that the operator can pin it.
Task<Result<std::unique_ptr<Stream>>> connect_tls(Loop& loop, Endpoint endpoint, TlsOptions tls,
                                                  ConnectOptions options);

}  // namespace dragoman::net
