#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/timers.hpp"
#include "net/http.hpp"
#include "net/http_message.hpp"
#include "net/stream.hpp"

namespace dragoman::net {

/// One request and its answer on a connected stream, which is closed when the time is over: what waits then fails with
/// Fault::timeout.
class HttpCall {
 public:
  HttpCall(Timers& timers, std::unique_ptr<Stream> stream, HttpResponseReader reader);
  ~HttpCall();

  void expect_until(Instant when);
  void expect_within(Duration time) { expect_until(timers_.clock().now() + time); }
  void be_patient() { timer_.clear(); }

  /// Ends early, without an error, when the other side has answered or closed before it had read everything: it may
  /// have said why (413).
  Task<Result<void>> write(std::string_view bytes);
  /// All of the request has been given to write(): without this no other may follow it.
  void finish() { finished_ = true; }
  /// Whether more of the request is of any use.
  bool may_write() const { return !complete_ && !deaf_; }
  Task<Result<void>> read_head();
  /// Reads until so much of the body is there, or all of it.
  Task<Result<void>> read_body(std::size_t at_least);
  Task<Result<void>> read_all();

  HttpResponseReader& answer() { return reader_; }
  bool complete() const { return complete_; }
  bool late() const { return late_; }
  /// The stream, when another request may go over it; else null, and it is closed.
  std::unique_ptr<Stream> release();

 private:
  /// What is there now, a few pieces of it.
  Result<void> read_now();
  Task<Result<void>> read_more();

  Timers& timers_;
  Timer timer_;
  std::unique_ptr<Stream> stream_;
  HttpResponseReader reader_;
  bool complete_ = false;  // the response
  bool deaf_ = false;      // the other side reads no more
  bool ended_ = false;     // it says no more
  bool finished_ = false;  // the request
  bool late_ = false;
};

}  // namespace dragoman::net
