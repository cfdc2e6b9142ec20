#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "media/media_type.hpp"
#include "media/uploader.hpp"
#include "net/http.hpp"

namespace dragoman::media {

/// A file that somebody has linked to, as it comes. Destroyed early it ends the transfer.
class Fetched {
 public:
  /// For people, out of its address: "tea.png", or "file".
  const std::string& name() const { return name_; }
  /// Its own bytes decide, see media_type_of; "application/octet-stream" when nobody knows.
  const std::string& media_type() const { return media_type_; }
  /// In bytes, as its server says; read() keeps it to that.
  std::optional<std::uint64_t> size() const { return size_; }
  /// Of a picture whose header could be read.
  const std::optional<Dimensions>& dimensions() const { return dimensions_; }
  /// The next bytes, empty at the end. Faults as Fetcher::open.
  net::Task<Result<std::string>> read();

 private:
  friend class Fetcher;
  Fetched(const Clock& clock, std::unique_ptr<net::HttpIncoming> incoming, std::string name, Instant deadline);
  net::Task<Result<void>> look();

  const Clock& clock_;
  std::unique_ptr<net::HttpIncoming> incoming_;
  std::string name_, media_type_, beginning_;
  std::optional<std::uint64_t> size_;
  std::optional<Dimensions> dimensions_;
  Instant deadline_;
};

/// Fetches what people link to, from wherever they say: over https or http, from public addresses only, but for those
/// that the client excepts (its private_ranges), with at most three redirects, and never with anything that says who
/// asks. Outlives what it has opened.
class Fetcher {
 public:
  struct Limits {
    std::uint64_t largest_file = 100 * 1024 * 1024;  ///< in bytes
    Duration patience = std::chrono::seconds{20};    ///< until the first bytes, and without any further ones
    Duration longest = std::chrono::minutes{10};     ///< for all of it
  };
  Fetcher(net::HttpClient& client, const Clock& clock, Limits limits)
      : client_(client), clock_(clock), limits_(limits) {}

  /// `most`: bytes that are of use, if that is fewer than what the limits allow. Faults: malformed (no URL), too_long,
  /// not_found, forbidden (not public, or not for us), timeout, or as HttpClient::send.
  net::Task<Result<std::unique_ptr<Fetched>>> open(std::string url, std::uint64_t most);

  struct Whole {
    File file;
    std::optional<Dimensions> dimensions;
  };
  /// All of it, for what is small.
  net::Task<Result<Whole>> fetch(std::string url, std::uint64_t most);

 private:
  net::HttpClient& client_;
  const Clock& clock_;
  Limits limits_;
};

/// The last part of a URL's path, as a file name; "file" when there is none.
std::string file_name_of(const net::Url& url);

}  // namespace dragoman::media
