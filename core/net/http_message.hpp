#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http.hpp"

// HTTP/1.1 as text (RFC 9112), without a socket.
namespace dragoman::net {

/// The request line and the fields, up to the empty line; Content-Length is that of the body, or it goes in chunks.
/// Fault::malformed: a method, target or field that could say something else than it is. Host, Content-Length,
/// Transfer-Encoding and Connection of `request` are not looked at: they are written here.
Result<std::string> write_request_head(const HttpRequest& request, std::string_view user_agent);

/// Puts one response together from bytes as they come. Informational ones (1xx) before it are skipped.
class HttpResponseReader {
 public:
  /// `head_only`: the answer to HEAD, which has no body whatever it says.
  HttpResponseReader(bool head_only, std::size_t most_body);
  HttpResponseReader(HttpResponseReader&& other) noexcept;
  ~HttpResponseReader();

  /// True: the response is complete, what follows it is nobody's. Fault::too_long: its body is over the limit;
  /// Fault::malformed: this is not HTTP.
  Result<bool> feed(std::string_view bytes);
  /// The connection has ended. Fault::unavailable when that was in the middle of the response.
  Result<void> end();
  /// Whether anything of the response has come.
  bool begun() const;
  /// Whether status and fields have come; then that is what take_head() gives, once.
  bool head_done() const;
  HttpResponse take_head();
  /// What has come of the body since the last time.
  std::string take_body();
  std::size_t body_size() const;  ///< of what take_body() would give
  /// Of a complete response: whether another request may follow on this connection (RFC 9112 9.3).
  bool keep_alive() const;
  /// Once complete: head, and what take_body() has not given.
  HttpResponse take();

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;  // keeps Beast out of this header
};

}  // namespace dragoman::net
