#include <memory>
#include <utility>

#include "net/http_chunk.hpp"
#include "net/http_connection.hpp"
#include "net/loop.hpp"

// What a caller is told: the half of HttpConnection that writes.

namespace dragoman::net {

void HttpConnection::append_head(const HttpResponse& response, HttpFraming framing) {
  // What was not read of the body stands before the next request.
  if (!parser_->done() || !parser_->head().keep_alive || tasks_.stopping()) close_ = true;
  framing.close = close_;
  outbox_.append(write_response_head(response, framing, house_.loop.clock().utc()));
}

Task<Result<void>> HttpConnection::answer(HttpResponse response) {
  if (gone_) co_return caller_gone();
  if (stage_ != Stage::nothing) co_return failure(Fault::internal, "this request has its answer");
  stage_ = Stage::answered;
  co_await committed();
  HttpFraming framing;
  const bool bare = response.status == 204 || response.status == 304;
  if (!bare) framing.length = response.body.size();
  append_head(response, framing);
  if (!bare && parser_->head().method != "HEAD") outbox_.append(response.body);
  const bool taken = co_await drained();
  if (!taken) co_return caller_gone();
  co_return Result<void>();
}

Task<Result<void>> HttpConnection::begin(HttpResponse response, std::optional<std::uint64_t> length) {
  if (gone_) co_return caller_gone();
  if (stage_ != Stage::nothing) co_return failure(Fault::internal, "this request has its answer");
  stage_ = Stage::streaming;
  co_await committed();
  HttpFraming framing;
  framing.length = length;
  missing_ = length;
  // HTTP/1.0 knows no chunks: the end of the connection is the end of the answer.
  chunked_ = framing.chunked = !length && parser_->http11();
  if (!chunked_ && !length) close_ = true;
  append_head(response, framing);
  if (parser_->head().method == "HEAD") {
    chunked_ = false;
    stage_ = Stage::answered;
    co_return failure(Fault::closed, "a HEAD request wants no body");
  }
  if (response.body.empty()) co_return Result<void>();
  co_return co_await write(std::move(response.body));
}

Task<Result<void>> HttpConnection::write(std::string piece) {
  if (gone_ || stage_ != Stage::streaming) co_return caller_gone();
  if (piece.empty()) co_return Result<void>();
  if (chunked_) {
    piece = chunk_of(piece);
  } else if (missing_) {
    if (piece.size() > *missing_) co_return failure(Fault::internal, "an answer is longer than it said");
    *missing_ -= piece.size();
  }
  co_await committed();
  outbox_.append(piece);
  const bool taken = co_await drained();
  if (!taken) co_return caller_gone();
  co_return Result<void>();
}

Task<bool> HttpConnection::drained() {
  const Duration patience = house_.limits.write_patience;
  while (!gone_ && outbox_.backlog() > 0) {
    const std::uint64_t before = outbox_.written();
    bool waited = false;
    Timer timer{house_.loop.timers()};
    timer.set_after(patience, [this, &waited] {
      waited = true;
      drained_.wake();
    });
    const bool woken = co_await drained_.wait();
    if (!woken) co_return false;
    // What waits for a commit is not the caller's fault.
    if (waited && outbox_.blocked() && outbox_.written() == before) gone_ = true;
  }
  co_return !gone_;
}

Task<> HttpConnection::committed() {
  Gate& gate = house_.loop.gate();
  if (gate.newest() <= gate.durable()) co_return;
  Wakeup wakeup{house_.loop};
  // Shared with the gate, which may call it when this task, and the wakeup with it, is gone.
  const auto waiting = std::make_shared<Wakeup*>(&wakeup);
  gate.when_durable([waiting] {
    if (Wakeup* const sleeper = std::exchange(*waiting, nullptr)) sleeper->wake();
  });
  while (*waiting != nullptr) {
    const bool woken = co_await wakeup.wait();
    if (woken) continue;
    *waiting = nullptr;
    throw_stopped();
  }
}

Task<> HttpConnection::refuse(HttpRefusal refusal) {
  deadline_.clear();
  close_ = true;
  if (gone_ || stage_ != Stage::nothing) co_return;
  stage_ = Stage::answered;
  HttpResponse response = make_text_response(refusal.status, refusal.text);
  HttpFraming framing;
  framing.length = response.body.size();
  framing.close = true;
  outbox_.append(write_response_head(response, framing, house_.loop.clock().utc()));
  outbox_.append(response.body);
}

}  // namespace dragoman::net
