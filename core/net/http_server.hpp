#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/connect.hpp"
#include "net/http_head.hpp"
#include "net/task.hpp"

namespace dragoman::net {

class Loop;

/// One request and its answer, as a handler has it. What is answered leaves when everything that was written to the
/// store before is durable (base/gate.hpp): "commit, then answer" needs nothing of the handler.
class HttpExchange {
 public:
  virtual const HttpHead& head() const = 0;
  /// The next part of the body, empty at its end. On an error the caller has been answered already, or is gone; the
  /// handler just returns. Faults: too_long, malformed, timeout (too slow), closed.
  virtual Task<Result<std::string>> read() = 0;
  /// All of the body that has not been read yet; at most the route's most_body.
  virtual Task<Result<std::string>> read_all() = 0;

  /// The whole answer. Content-Length, Connection and Date are the server's own.
  virtual Task<Result<void>> answer(HttpResponse response) = 0;
  /// Begins an answer that comes in parts; write() follows, and the return of the handler ends it. `response.body` is
  /// its first part, `length` that of the whole body if it is known. Fault::closed: nobody reads it (or it was HEAD):
  /// the handler just returns.
  virtual Task<Result<void>> begin(HttpResponse response, std::optional<std::uint64_t> length = std::nullopt) = 0;
  /// Returns when the caller's side has taken it. Fault::closed: nobody reads any more.
  virtual Task<Result<void>> write(std::string piece) = 0;
  /// The rest of what was begun cannot be had: the connection is cut when the handler returns, so that the caller
  /// knows.
  virtual void break_off() = 0;

 protected:
  ~HttpExchange() = default;
};

/// What is answered at some address, and what is decided before the body is read.
struct HttpRoute {
  std::string path;                  ///< that path alone, "/metrics"; with a '/' at its end everything below it, "/h/"
  std::vector<std::string> methods;  ///< others get 405; HEAD goes where GET goes
  /// A coroutine that answers. Lives until the route is removed and not busy any more. An exception that leaves it is a
  /// bug: 500.
  std::function<Task<>(HttpExchange&)> handle;
  std::uint64_t most_body = 0;  ///< bytes; more gets 413, before it is read where the length is known
  /// Whether the caller may, by the head alone: the answer to who may not (401, 403, 404 ...). Empty: everybody may.
  std::function<std::optional<HttpResponse>(const HttpHead&)> admit{};
};

/// A handler for what can be answered at once, without the body.
std::function<Task<>(HttpExchange&)> answer_with(std::function<HttpResponse(const HttpHead&)> make);

/// What strangers may cost.
struct HttpServerLimits {
  std::size_t connections = 256;                       ///< of all callers
  std::size_t connections_per_address = 32;            ///< not of trusted proxies
  std::size_t head = 16 * 1024;                        ///< bytes of a request before its body
  Duration head_patience = std::chrono::seconds{10};   ///< from the first byte of a request to the end of its head
  Duration idle_patience = std::chrono::seconds{30};   ///< between two requests
  Duration body_patience = std::chrono::seconds{10};   ///< for any body, and
  std::uint64_t body_rate = 500;                       ///< bytes a second on top of it
  Duration write_patience = std::chrono::seconds{30};  ///< without a byte taken
};

/// HTTP/1.1 (RFC 9112) for callers from anywhere: strict about what could be read in two ways, patient with nobody. No
/// TLS: a reverse proxy in front has the certificate. Never logs a path, a query or a field of a request: they may be
/// what lets somebody in.
class HttpServer {
 public:
  struct Options {
    std::vector<Endpoint> listen;                ///< at least one; see Listener::open
    std::vector<std::string> trusted_proxies{};  ///< addresses and ranges whose X-Forwarded-For is believed
    HttpServerLimits limits{};
  };
  /// Binds all addresses. Faults as Listener::open; malformed: a trusted proxy that is none.
  static Result<std::unique_ptr<HttpServer>> open(Loop& loop, Options options);
  virtual ~HttpServer() = default;

  /// Fault::conflict: there is something at exactly this path.
  virtual Result<void> add(HttpRoute route) = 0;
  /// Takes a route away; connections whose request is in its handler are cut.
  virtual void remove(const std::string& path) = 0;
  /// Whether the handler of a route that was removed from there still runs: what it uses must live.
  virtual bool busy(const std::string& path) const = 0;
  virtual void start() = 0;
  /// Cuts every connection and then calls `stopped`, once, in a later handler; the server may be destroyed then.
  virtual void stop(std::function<void()> stopped) = 0;
  /// The port of each address, in their order.
  virtual std::vector<std::uint16_t> ports() const = 0;

  struct Counts {
    std::size_t connections = 0;  ///< now
    std::uint64_t requests = 0;   ///< that had a complete head
    std::uint64_t refused = 0;    ///< connections over a limit
  };
  virtual Counts counts() const = 0;
};

}  // namespace dragoman::net
