#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/settings.hpp"
#include "net/address_ranges.hpp"
#include "net/connect.hpp"

namespace dragoman {

/// [http]: what strangers reach, through a reverse proxy that has the certificate.
struct HttpEntry {
  std::optional<net::Endpoint> listen;       ///< nothing: there is no public listener
  std::string public_url;                    ///< where it is reached, without a slash at its end
  std::vector<std::string> trusted_proxies;  ///< of read_trusted_proxies
};

/// [media]: files that go from one network to the other.
struct MediaEntry {
  std::optional<Duration> link_lifetime = std::chrono::days{30};  ///< nothing: links hold for ever
  std::uint64_t largest_file = 100 * 1024 * 1024;                 ///< in bytes, that goes through us
  net::AddressRanges private_ranges;  ///< that files may be fetched from although they are not public
};

/// Mistakes go to `file`.
HttpEntry read_http(Settings& file, std::vector<std::string>& warnings);
MediaEntry read_media(Settings& file);

/// listen = "127.0.0.1:8480" of the table of a listener; "*" is all addresses. Nothing when it is missing or a mistake.
std::optional<net::Endpoint> read_listen_address(Settings& listener, std::uint16_t default_port);

}  // namespace dragoman
