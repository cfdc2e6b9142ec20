#pragma once

#include <string>

#include "admin/facts.hpp"
#include "base/histogram.hpp"
#include "net/http_server.hpp"

namespace dragoman::admin {

/// Everything that is counted, for Prometheus: base units, few labels, never the address of a person. What the program
/// does not know is not there.
std::string write_metrics(const Facts& facts, const store::Reader::Counts& messages, const Histogram& loop_lag,
                          const net::HttpServer::Counts& http);

}  // namespace dragoman::admin
