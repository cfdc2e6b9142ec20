#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/http_head.hpp"

namespace dragoman::net {

/// Reads one request as it comes (RFC 9112), stricter than the RFC where leniency lets two programs read two different
/// requests: no bare CR or LF, no folded fields, no second Content-Length, not both lengths, no unknown coding.
class HttpRequestParser {
 public:
  /// `most_head`: bytes of the request line and the fields; also of a chunk's header and of the trailer.
  explicit HttpRequestParser(std::size_t most_head);
  ~HttpRequestParser();

  /// Takes what it can off the front of `input`; stops behind the head, so that its caller can decide, and behind the
  /// request: what is left then is of the next one. After a refusal nothing more may be fed.
  std::optional<HttpRefusal> feed(std::string& input);
  bool head_done() const;
  bool done() const;
  /// Whether a byte of this request has come.
  bool begun() const;

  /// Once the head is done.
  HttpHead& head();
  const HttpHead& head() const;
  /// False: HTTP/1.0.
  bool http11() const;
  /// Before the body is fed: 413 is what a longer one gets. Nothing is allowed without it.
  std::optional<HttpRefusal> limit_body(std::uint64_t most);
  /// The part of the body that has come since the last call.
  std::string take_body();
  /// Bytes of the body so far.
  std::uint64_t received() const;

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;  // keeps Beast out of this header
};

}  // namespace dragoman::net
