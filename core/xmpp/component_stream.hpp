#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "xmpp/element.hpp"

namespace dragoman::xmpp {

/// XEP-0114 without a socket: bytes in; bytes to send, stanzas and states out. One object a connection.
class ComponentStream {
 public:
  enum class State { connecting, waiting_for_stream, waiting_for_handshake, ready, failed };

  struct Stanza {
    Element element;
    std::uint64_t end_offset = 0;  ///< bytes of the stream up to and including this stanza
  };
  struct Ready {};
  /// The stream is over. `text` says what the operator can do: wrong secret, unknown host, conflict ... `may_retry` is
  /// false where trying again at once cannot help (the driver then waits for its longest delay).
  struct Failed {
    Fault fault = Fault::closed;
    std::string condition;  ///< stream error condition, e.g. "conflict"; empty: none was sent
    std::string text;
    bool may_retry = true;
  };
  using Output = std::variant<Stanza, Ready, Failed>;

  ComponentStream(std::string domain, const Secret<std::string>& secret);
  ~ComponentStream();

  /// The TCP connection stands: appends the stream header to `send`.
  void on_connected(std::string& send);
  /// Appends what is to be sent to `send` and what happened to `out`, in order. After Failed nothing more comes.
  void on_bytes(std::string_view bytes, std::string& send, std::vector<Output>& out);
  void on_closed(std::vector<Output>& out);
  /// Appends </stream:stream>: graceful stop; read on until the server closes.
  void finish(std::string& send);
  State state() const;

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace dragoman::xmpp
