#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/task.hpp"

namespace dragoman::net {

/// The fields of a request or response, in order. Names compare without case (RFC 9110 5.1).
class HttpFields {
 public:
  HttpFields() = default;
  HttpFields(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  /// The first field of this name; empty when there is none.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// Replaces every field of this name by one.
  void set(std::string_view name, std::string value);

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  bool empty() const { return fields_.empty(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// An http: or https: URI (RFC 3986), as far as a client needs it. The fragment is not kept: it is never sent.
struct Url {
  bool tls = true;
  std::string host;  ///< lower case; an IPv6 address without its brackets
  std::uint16_t port = 443;
  std::string target = "/";  ///< path and query, percent-encoded as given

  bool operator==(const Url&) const = default;
};

/// Example: "https://up.example.org/a?b" -> {true, "up.example.org", 443, "/a?b"}. Fault::malformed names what is
/// wrong: no http(s) scheme, no host, user information (which would hide the host), control characters, spaces.
Result<Url> parse_url(std::string_view text);
std::string to_string(const Url& url);

/// A body that is sent as it comes, so that a large file is never held whole.
struct HttpUpload {
  std::function<Task<Result<std::string>>()> read{};  ///< the next part, empty at the end; an error ends the request
  std::optional<std::uint64_t> size{};                ///< in bytes; nothing: not known, it goes in chunks
};

struct HttpRequest {
  std::string method = "GET";
  Url url{};
  HttpFields fields{};  ///< Host, Content-Length, Transfer-Encoding and Connection are the client's own
  std::string body{};
  HttpUpload upload{};  ///< instead of `body`
};

struct HttpResponse {
  int status = 0;
  HttpFields fields;
  std::string body;
};

/// What one request may cost.
struct HttpLimits {
  /// For everything from resolving to the last byte. Of what is streamed: until the head of the answer has come, not
  /// counting the time that an upload takes.
  Duration timeout = std::chrono::seconds{30};
  std::size_t most_body = 8 * 1024 * 1024;    ///< of the response, in bytes
  bool public_addresses_only = false;         ///< the address that is connected to is checked, not the name
  Duration stall = std::chrono::seconds{30};  ///< of what is streamed: how long not a byte may move
};

/// An answer whose body is read as it comes. What is not read stays at the other side, so that a slow reader costs no
/// memory. Destroyed early it ends the request. The client outlives it.
class HttpIncoming {
 public:
  virtual ~HttpIncoming() = default;
  /// Status and fields; its body is empty.
  virtual const HttpResponse& head() const = 0;
  /// The next part of the body, empty at its end. Faults as HttpClient::send.
  virtual Task<Result<std::string>> read() = 0;
};

/// Sends requests. Pure sessions and long linear flows see this interface; tests give them a fake one.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// The response, whatever its status; redirects are not followed (net/http_redirects.hpp does). Faults: not_found (no
  /// such host), unavailable, unauthorized (the certificate is not trusted), timeout, too_long (body over the limit),
  /// malformed (not HTTP), forbidden (an address that is not public), closed (stopped).
  virtual Task<Result<HttpResponse>> send(HttpRequest request, HttpLimits limits) = 0;
  /// As send(), with a body that is read piece by piece. Not overridden: send(), and its body in one piece.
  virtual Task<Result<std::unique_ptr<HttpIncoming>>> open(HttpRequest request, HttpLimits limits);
};

}  // namespace dragoman::net
