#include "net/http_connection.hpp"

#include <array>
#include <sys/socket.h>
#include <typeinfo>
#include <utility>

#include "base/log.hpp"
#include "net/http_chunk.hpp"
#include "net/loop.hpp"

namespace dragoman::net {

namespace {

constexpr std::size_t read_size = 16 * 1024;
constexpr std::chrono::seconds linger_time{2};
constexpr std::size_t linger_bytes = 256 * 1024;

}  // namespace

HttpConnection::HttpConnection(HttpHouse& house, std::unique_ptr<TcpStream> stream, std::function<void()> over)
    : house_(house),
      stream_(std::move(stream)),
      peer_(plain_address(stream_->peer())),
      over_(std::move(over)),
      outbox_(house.loop.gate(),
              [this](const Error&) {
                gone_ = true;
                drained_.wake();
              }),
      drained_(house.loop),
      deadline_(house.loop.timers()),
      tasks_(house.loop) {
  outbox_.attach(*stream_, tasks_);
  outbox_.on_drained(0, 1, [this] { drained_.wake(); });
}

HttpConnection::~HttpConnection() {
  if (destroyed_) destroyed_();
}

void HttpConnection::start() {
  tasks_.spawn([this] { return serve(); });
}

void HttpConnection::turn_away() {
  const HttpResponse response = make_text_response(503, "There are too many connections. Try again later.");
  HttpFraming framing;
  framing.length = response.body.size();
  framing.close = true;
  // It fits into the buffer of a new socket, or the caller has gone.
  static_cast<void>(stream_->write(write_response_head(response, framing, house_.loop.clock().utc()) + response.body));
  stream_->close();
}

void HttpConnection::be_patient_until(Instant when) {
  late_ = false;
  deadline_.set(when, [this] {
    late_ = true;
    stream_->cancel_waits();
  });
}

Task<> HttpConnection::serve() {
  for (bool more = true; more && !tasks_.stopping();) more = co_await serve_one();
  deadline_.clear();
  outbox_.detach();
  stream_->close();
  over_();
}

Task<bool> HttpConnection::serve_one() {
  parser_.emplace(house_.limits.head);
  stage_ = Stage::nothing;
  close_ = continued_ = broken_off_ = false;
  const bool whole = co_await read_head();
  if (!whole) co_return false;
  ++house_.requests;
  HttpHead& asked = parser_->head();
  asked.caller = caller();
  route_ = house_.routes.find(asked.path);
  std::optional<HttpResponse> refused = refusal_of(route_.get(), asked);
  if (refused) {
    co_await answer(std::move(*refused));
  } else {
    std::optional<HttpRefusal> too_long;
    if (asked.has_body) too_long = parser_->limit_body(route_->most_body);
    if (too_long) {
      co_await refuse(std::move(*too_long));
    } else {
      co_await handle();
    }
  }
  route_.reset();
  const bool taken = co_await drained();
  if (!taken || gone_) co_return false;
  if (!close_) co_return true;
  co_await linger();
  co_return false;
}

Task<bool> HttpConnection::read_head() {
  const Instant idle_since = house_.loop.clock().now();
  bool counting = false;
  be_patient_until(idle_since + house_.limits.idle_patience);
  for (;;) {
    auto refusal = parser_->feed(input_);
    if (refusal) {
      co_await refuse(std::move(*refusal));
      const bool taken = co_await drained();
      if (taken) co_await linger();
      co_return false;
    }
    if (parser_->head_done()) {
      deadline_.clear();
      co_return true;
    }
    if (parser_->begun() && !counting) {
      counting = true;
      be_patient_until(house_.loop.clock().now() + house_.limits.head_patience);
    }
    const bool more = co_await receive();
    if (more) continue;
    if (late_ && counting) {
      HttpRefusal late{408, "The request did not come in time."};
      co_await refuse(std::move(late));
      co_await drained();
    }
    co_return false;
  }
}

Task<> HttpConnection::handle() {
  bool failed = false;
  try {
    co_await route_->handle(*this);
  } catch (const std::exception& error) {
    if (tasks_.stopping()) throw;
    const auto& path = route_->path;
    const char* type = typeid(error).name();  // its text may repeat what the caller sent
    LOG_ERROR("an HTTP handler failed, this is a bug", path, type);
    failed = true;
  }
  if (gone_ || tasks_.stopping()) co_return;
  if (stage_ == Stage::nothing) {
    co_await answer(make_text_response(500));
  } else if (stage_ == Stage::streaming) {
    stage_ = Stage::answered;
    // Without its end the caller knows that something is missing.
    const bool whole = !failed && !broken_off_ && missing_.value_or(0) == 0;
    if (chunked_ && whole) outbox_.append(chunk_of({}));
    if (!whole) close_ = true;
  }
}

Task<bool> HttpConnection::receive() {
  const auto ready = co_await stream_->readable();
  if (!ready) co_return false;
  std::array<char, read_size> buffer;
  const auto got = stream_->read(buffer);
  if (!got) co_return false;
  input_.append(buffer.data(), *got);
  co_return true;
}

Task<Result<std::string>> HttpConnection::read() {
  if (gone_) co_return caller_gone();
  for (;;) {
    auto refusal = parser_->feed(input_);
    if (refusal) {
      Error error = failure(Fault::malformed, refusal->text);
      if (refusal->status == 413) error.fault = Fault::too_long;
      co_await refuse(std::move(*refusal));
      co_return error;
    }
    std::string piece = parser_->take_body();
    if (!piece.empty() || parser_->done()) {
      deadline_.clear();
      co_return piece;
    }
    if (!std::exchange(continued_, true)) {
      body_since_ = house_.loop.clock().now();
      if (parser_->head().expects_continue) outbox_.append("HTTP/1.1 100 Continue\r\n\r\n");
    }
    const auto& limits = house_.limits;
    const auto earned = std::chrono::milliseconds{parser_->received() * 1000 / limits.body_rate};
    be_patient_until(body_since_ + limits.body_patience + earned);
    const bool more = co_await receive();
    if (more) continue;
    deadline_.clear();
    if (!late_) {
      gone_ = true;
      co_return caller_gone();
    }
    HttpRefusal late{408, "The body of the request comes too slowly."};
    co_await refuse(std::move(late));
    co_return failure(Fault::timeout, "the body of a request came too slowly");
  }
}

Task<Result<std::string>> HttpConnection::read_all() {
  std::string body;
  for (;;) {
    auto piece = co_await read();
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return body;
    body += *piece;
  }
}

Task<> HttpConnection::linger() {
  ::shutdown(stream_->descriptor(), SHUT_WR);
  be_patient_until(house_.loop.clock().now() + linger_time);
  std::size_t dropped = 0;
  while (dropped < linger_bytes) {
    input_.clear();
    const bool more = co_await receive();
    if (!more) break;
    dropped += input_.size();
  }
}

std::string HttpConnection::caller() const {
  if (!house_.trusted_proxies.contains(peer_)) return peer_;
  // Each proxy adds at the end whom it has seen; what stands before the first one that we do not trust is a claim.
  std::string all;
  for (const auto& [name, value] : parser_->head().fields) {
    HttpFields one;
    one.add(name, value);
    if (one.has("X-Forwarded-For")) all += (all.empty() ? "" : ",") + value;
  }
  std::string known = peer_;
  while (!all.empty()) {
    const std::size_t comma = all.rfind(',');
    std::string last = comma == std::string::npos ? all : all.substr(comma + 1);
    all.resize(comma == std::string::npos ? 0 : comma);
    last.erase(0, last.find_first_not_of(" \t"));
    last.erase(last.find_last_not_of(" \t") + 1);
    const std::string address = plain_address(last);
    if (address.empty()) break;
    known = address;
    if (!house_.trusted_proxies.contains(address)) break;
  }
  return known;
}

}  // namespace dragoman::net
