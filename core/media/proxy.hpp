#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "media/byte_range.hpp"
#include "media/links.hpp"
#include "media/source.hpp"
#include "net/attempts.hpp"
#include "net/http_server.hpp"

namespace dragoman::media {

/// Answers who follows a link: the file as it comes from the Source, never held whole, in a form that a browser can do
/// no harm with. A single Range is answered (also where the Source has whole files only), and If-None-Match.
class Proxy {
 public:
  struct Limits {
    std::uint64_t largest_file = 100 * 1024 * 1024;  ///< in bytes
    int at_a_time = 16;                              ///< transfers of one caller
    int at_once = 300;                               ///< requests of one caller, then one in an
    Duration interval = std::chrono::milliseconds{200};
  };
  /// `links` outlives this, and this its route.
  Proxy(const Clock& clock, const Links& links, Limits limits);
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  net::HttpRoute route();

  struct Counts {
    std::uint64_t files = 0;    ///< answered with a file, or a part of one
    std::uint64_t bytes = 0;    ///< of them
    std::uint64_t failed = 0;   ///< could not be had, or not to their end
    std::uint64_t limited = 0;  ///< too many requests of one caller
  };
  const Counts& counts() const { return counts_; }

 private:
  class Transfer;

  net::Task<> answer(net::HttpExchange& exchange);
  net::Task<> send(net::HttpExchange& exchange, const Links::Opened& opened, Source& source);
  net::Task<> refuse(net::HttpExchange& exchange, const Error& error);
  net::Task<> stream(net::HttpExchange& exchange, Incoming& file, std::uint64_t skip, std::uint64_t size);
  net::HttpResponse make_head(const Links::Opened& opened, const std::string& media_type) const;
  net::HttpResponse not_modified(const Links::Opened& opened) const;

  const Clock& clock_;
  const Links& links_;
  Limits limits_;
  net::Attempts requests_;
  std::map<std::string, int> transfers_;  // now, by caller
  Counts counts_;
};

}  // namespace dragoman::media
