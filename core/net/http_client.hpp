#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "net/address_ranges.hpp"
#include "net/connect.hpp"
#include "net/http.hpp"
#include "net/http_pool.hpp"

namespace dragoman::net {

class HttpCall;
class Loop;
class TlsSessions;

/// HTTP/1.1 with connections that are kept (HttpPool) and TLS sessions that are resumed. No redirects, no cookies, no
/// bodies in logs and errors; of a URL errors name only the host, because the rest may be what lets somebody in.
///
/// A request that may be repeated (GET, HEAD, PUT, DELETE, OPTIONS without an upload) is sent once more when a kept
/// connection turns out to be closed before anything of the answer has come (RFC 9112 9.3.1). Others go over a kept
/// connection only when it was used a moment ago.
///
/// Lives as long as the tasks that await it and what it has opened; TaskGroup::stop() ends a request with
/// Fault::closed.
class PooledHttpClient final : public HttpClient {
 public:
  /// `tls`: whom to trust; its host is that of each URL. `user_agent`: empty for none. `private_ranges`: addresses that
  /// requests for public ones only may go to all the same.
  PooledHttpClient(Loop& loop, TlsOptions tls, std::string user_agent, AddressRanges private_ranges = {});
  ~PooledHttpClient() override;
  /// New connections are made through this proxy (ConnectOptions::proxy).
  void go_through(std::optional<Endpoint> proxy) { proxy_ = std::move(proxy); }
  Task<Result<HttpResponse>> send(HttpRequest request, HttpLimits limits) override;
  Task<Result<std::unique_ptr<HttpIncoming>>> open(HttpRequest request, HttpLimits limits) override;

  /// Connections that wait for a request.
  std::size_t idle() const { return pool_.size(); }

 private:
  class Incoming;
  using Called = Result<std::unique_ptr<HttpCall>>;

  /// Sends the request, and reads the answer up to the end of its head. Both outlive the task.
  Task<Called> call(const HttpRequest& request, const HttpLimits& limits);
  Task<Result<std::unique_ptr<Stream>>> connect(const HttpRequest& request, const HttpLimits& limits);
  Task<Result<void>> write_body(HttpCall& call, const HttpRequest& request, const HttpLimits& limits);
  std::shared_ptr<TlsSessions> sessions_with(const Url& url);
  /// For a later request, if it may be.
  void keep(const HttpOrigin& origin, const HttpFields& answered, HttpCall& call);

  Loop& loop_;
  TlsOptions tls_;
  std::string user_agent_;
  AddressRanges private_ranges_;
  std::optional<Endpoint> proxy_;
  std::map<std::string, std::shared_ptr<TlsSessions>> sessions_;  // by host and port; with streams that may live longer
  HttpPool pool_;
};

}  // namespace dragoman::net
