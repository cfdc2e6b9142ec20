#pragma once

#include <memory>
#include <string>

#include "net/connect.hpp"
#include "net/http.hpp"

namespace dragoman::net {

class Loop;

/// HTTP/1.1, a connection for each request: what is sent here is seldom, and a connection that nobody keeps cannot have
/// been closed by the other side meanwhile. No redirects, no cookies, no bodies in logs and errors; of a URL errors
/// name only the host, because the rest may be what lets somebody in.
///
/// Lives as long as the tasks that await it; TaskGroup::stop() ends a request with Fault::closed.
class DirectHttpClient final : public HttpClient {
 public:
  /// `tls`: whom to trust; its host is that of each URL. `user_agent`: empty for none.
  DirectHttpClient(Loop& loop, TlsOptions tls, std::string user_agent);
  Task<Result<HttpResponse>> send(HttpRequest request, HttpLimits limits) override;

 private:
  Task<Result<std::unique_ptr<Stream>>> connect(Url url, ConnectOptions options);

  Loop& loop_;
  TlsOptions tls_;
  std::string user_agent_;
};

}  // namespace dragoman::net
