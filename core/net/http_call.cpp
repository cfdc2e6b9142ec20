#include "net/http_call.hpp"

#include <array>
#include <utility>

namespace dragoman::net {

namespace {

/// At a time, before others of the loop come to their turn.
constexpr int most_pieces = 16;

}  // namespace

HttpCall::HttpCall(Timers& timers, std::unique_ptr<Stream> stream, HttpResponseReader reader)
    : timers_(timers), timer_(timers), stream_(std::move(stream)), reader_(std::move(reader)) {}

HttpCall::~HttpCall() {
  if (stream_) stream_->close();
}

void HttpCall::expect_until(Instant when) {
  timer_.set(when, [this] {
    late_ = true;
    stream_->close();
  });
}

Task<Result<void>> HttpCall::write(std::string_view bytes) {
  while (!bytes.empty() && !complete_) {
    const auto taken = stream_->write(bytes);
    if (!taken) {
      deaf_ = true;
      break;
    }
    bytes.remove_prefix(*taken);
    const auto read = read_now();
    if (!read) co_return read.error();
    if (complete_ || *taken > 0) continue;
    const auto waited = co_await stream_->writable();
    if (!waited) co_return waited.error();
  }
  deaf_ = deaf_ || !bytes.empty();
  co_return Result<void>{};
}

Result<void> HttpCall::read_now() {
  std::array<char, 16 * 1024> buffer;
  for (int pieces = 0; !complete_ && pieces < most_pieces; ++pieces) {
    const auto got = stream_->read(buffer);
    if (!got) {
      complete_ = true;
      ended_ = true;
      return reader_.end();
    }
    if (*got == 0) return {};
    const auto complete = reader_.feed({buffer.data(), *got});
    if (!complete) return complete.error();
    complete_ = *complete;
  }
  return {};
}

Task<Result<void>> HttpCall::read_more() {
  const auto waited = co_await stream_->readable();
  if (!waited) co_return waited.error();
  co_return read_now();
}

Task<Result<void>> HttpCall::read_head() {
  auto read = read_now();
  while (read && !complete_ && !reader_.head_done()) read = co_await read_more();
  co_return read;
}

Task<Result<void>> HttpCall::read_body(std::size_t at_least) {
  Result<void> read;
  while (read && !complete_ && reader_.body_size() < at_least) read = co_await read_more();
  co_return read;
}

Task<Result<void>> HttpCall::read_all() {
  auto read = read_now();
  while (read && !complete_) read = co_await read_more();
  co_return read;
}

std::unique_ptr<Stream> HttpCall::release() {
  timer_.clear();
  std::unique_ptr<Stream> stream = std::move(stream_);
  if (complete_ && finished_ && !deaf_ && !ended_ && !late_ && reader_.keep_alive()) return stream;
  if (stream) stream->close();
  return nullptr;
}

}  // namespace dragoman::net
