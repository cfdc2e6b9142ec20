// The XMPP server that the gateway joins as a component (XEP-0114), seen from the component's stream.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "../common/loop.hpp"
#include "stanza.hpp"

namespace bench {

class XmppServer {
 public:
  XmppServer(Loop& loop, std::string domain, std::string secret, bool quickack);
  ~XmppServer();
  XmppServer(const XmppServer&) = delete;
  XmppServer& operator=(const XmppServer&) = delete;

  /// Loopback only; 0 is any free port. Returns the port.
  unsigned short listen(unsigned short port);

  void send(std::string_view stanza);
  /// What is appended here leaves at the end of the turn. Only while there is a stream.
  std::string& out();

  /// The stanza is valid during the call. Every stanza except the handshake, and the IQ requests, which are answered
  /// with service-unavailable.
  std::function<void(const Stanza&)> on_stanza;

  std::uint64_t authenticated_ns = 0;  // 0: no handshake was accepted yet
  std::uint64_t stanzas_in = 0;
  bool stream_lost = false;

 private:
  struct Stream;  // a connection and its parser

  void accept();
  void read(const std::shared_ptr<Stream>& stream);
  void open_stream(Stream& stream);
  void handle(Stream& stream);
  void check_handshake(Stream& stream);

  Loop& loop_;
  std::string domain_;
  std::string secret_;
  tcp::acceptor acceptor_;
  bool quickack_;
  std::shared_ptr<Stream> stream_;  // the latest one
};

}  // namespace bench
