// The sockets of the simulated IRC server.
#pragma once

#include <memory>

#include "../common/line_buffer.hpp"
#include "../common/loop.hpp"
#include "irc_server.hpp"

namespace bench {

class IrcListener {
 public:
  /// `quickack`: acknowledge each segment at once (README.md, "Nagle").
  IrcListener(Loop& loop, IrcServer& server, bool quickack)
      : loop_(loop), server_(server), acceptor_(loop.io()), quickack_(quickack) {}

  /// Loopback only; 0 is any free port. Returns the port.
  unsigned short listen(unsigned short port);

 private:
  struct Connection;  // a client and what has been read of its next line

  void accept();
  void read(const std::shared_ptr<Connection>& connection);

  Loop& loop_;
  IrcServer& server_;
  tcp::acceptor acceptor_;
  bool quickack_;
};

}  // namespace bench
