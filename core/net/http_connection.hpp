#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/timers.hpp"
#include "net/address_ranges.hpp"
#include "net/http_request_parser.hpp"
#include "net/http_response_head.hpp"
#include "net/http_routes.hpp"
#include "net/http_server.hpp"
#include "net/outbox.hpp"
#include "net/task_group.hpp"
#include "net/tcp_stream.hpp"
#include "net/wakeup.hpp"

namespace dragoman::net {

/// What all connections of a server share; outlives them.
struct HttpHouse {
  Loop& loop;
  HttpServerLimits limits;
  AddressRanges trusted_proxies;
  HttpRoutes routes;
  std::uint64_t requests = 0;
};

/// One caller: requests one after the other, what they send ahead stays in the kernel. Handlers run inside its task.
class HttpConnection final : public HttpExchange {
 public:
  /// `over` is called once, at the end of its task; it may stop `tasks` and bury this.
  HttpConnection(HttpHouse& house, std::unique_ptr<TcpStream> stream, std::function<void()> over);
  ~HttpConnection();

  void start();
  /// Instead of start(): says 503 and closes; may be destroyed at once.
  void turn_away();
  /// Called by the destructor.
  void on_destroyed(std::function<void()> action) { destroyed_ = std::move(action); }
  TaskGroup& tasks() { return tasks_; }
  /// Address of the other end, without its port.
  const std::string& peer() const { return peer_; }
  /// Whether its request is in the handler of the route of this path.
  bool is_at(const std::string& path) const { return route_ && route_->path == path; }

  const HttpHead& head() const override { return parser_->head(); }
  Task<Result<std::string>> read() override;
  Task<Result<std::string>> read_all() override;
  Task<Result<void>> answer(HttpResponse response) override;
  Task<Result<void>> begin(HttpResponse response, std::optional<std::uint64_t> length) override;
  Task<Result<void>> write(std::string piece) override;
  void break_off() override { broken_off_ = true; }

 private:
  enum class Stage { nothing, streaming, answered };
  static Error caller_gone() { return {Fault::closed, "the caller has gone"}; }

  Task<> serve();
  /// True: another request may follow.
  Task<bool> serve_one();
  Task<bool> read_head();
  /// That of route_.
  Task<> handle();
  /// More bytes are in the input; false: the caller has gone, or is late.
  Task<bool> receive();
  /// After an answer in the middle of a request: a close with unread input would take the answer with it (RFC 9112
  /// 9.6), so that what still comes is read and dropped for a moment.
  Task<> linger();
  void be_patient_until(Instant when);
  std::string caller() const;

  // http_answering.cpp
  /// Until the kernel has taken all that was said; false: the caller does not read, or has gone.
  Task<bool> drained();
  /// Until everything that was written to the store so far is durable.
  Task<> committed();
  Task<> refuse(HttpRefusal refusal);
  void append_head(const HttpResponse& response, HttpFraming framing);

  HttpHouse& house_;
  std::unique_ptr<TcpStream> stream_;
  std::string peer_;
  std::function<void()> over_, destroyed_;
  std::shared_ptr<const HttpRoute> route_;  // of the request that is answered; the server may remove it meanwhile
  std::optional<HttpRequestParser> parser_;
  std::string input_;
  Outbox outbox_;
  Wakeup drained_;
  bool gone_ = false;  // writing has failed
  bool late_ = false;  // a deadline has passed
  Stage stage_ = Stage::nothing;
  bool close_ = false;                    // behind this answer
  bool chunked_ = false;                  // how a streaming answer ends: like this, or
  std::optional<std::uint64_t> missing_;  // when so many bytes more have been written
  bool broken_off_ = false;
  Instant body_since_{};
  bool continued_ = false;  // the caller was told to send the body
  Timer deadline_;
  TaskGroup tasks_;
};

}  // namespace dragoman::net
