#pragma once

#include <string>

#include "admin/facts.hpp"
#include "base/histogram.hpp"
#include "net/http_server.hpp"

namespace dragoman::admin {

/// What the server of this page counts itself.
struct PageCounts {
  const Histogram& loop_lag;
  net::HttpServer::Counts http;
  std::uint64_t logins_limited;  ///< attempts to log in, one too many of their caller
};

/// Everything that is counted, for Prometheus: base units, few labels, never the address of a person. What the program
/// does not know is not there.
std::string write_metrics(const Facts& facts, const store::Reader::Counts& messages, const PageCounts& page);

}  // namespace dragoman::admin
