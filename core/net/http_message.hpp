#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http.hpp"

// HTTP/1.1 as text (RFC 9112), without a socket.
namespace dragoman::net {

/// The request line and the fields, up to the empty line; Content-Length is that of the body. Fault::malformed: a
/// method, target or field that could say something else than it is. Host, Content-Length, Transfer-Encoding and
/// Connection of `request` are not looked at: they are written here, for one request a connection.
Result<std::string> write_request_head(const HttpRequest& request, std::string_view user_agent);

/// Puts one response together from bytes as they come. Informational ones (1xx) before it are skipped.
class HttpResponseReader {
 public:
  /// `head_only`: the answer to HEAD, which has no body whatever it says.
  HttpResponseReader(bool head_only, std::size_t most_body);
  ~HttpResponseReader();

  /// True: the response is complete, what follows it is nobody's. Fault::too_long: its body is over the limit;
  /// Fault::malformed: this is not HTTP.
  Result<bool> feed(std::string_view bytes);
  /// The connection has ended. Fault::unavailable when that was in the middle of the response.
  Result<void> end();
  /// Once complete.
  HttpResponse take();

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;  // keeps Beast out of this header
};

}  // namespace dragoman::net
