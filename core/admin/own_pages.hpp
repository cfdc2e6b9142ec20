#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "net/http_head.hpp"

namespace dragoman::admin {

/// Keeps other web sites away from the pages of an operator's machine: a page that a browser shows may send requests to
/// 127.0.0.1 too.
class OwnPages {
 public:
  /// `url`: where people reach the pages, "https://gateway.example.org/"; empty: at the address that is listened at.
  /// Fault::malformed: it is none, or has a path behind the host.
  static Result<OwnPages> at(const std::string& url);

  /// 421 for a Host that is neither an IP address, "localhost" nor that of the URL (a name that somebody points at us,
  /// DNS rebinding); 403 for what the script of another site asks. Nothing: it is ours.
  std::optional<net::HttpResponse> refusal_of(const net::HttpHead& head) const;
  /// Whether browsers send cookies over TLS only.
  bool is_secure() const { return origin_.starts_with("https:"); }
  /// "https://gateway.example.org", without a slash; empty when no URL was given.
  const std::string& origin() const { return origin_; }

 private:
  bool is_our_host(const std::string& host) const;

  std::string origin_, host_;
};

}  // namespace dragoman::admin
