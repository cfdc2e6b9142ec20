// What the listening sides of gwbench do with their sockets.
#pragma once

#include "../common/loop.hpp"

namespace bench {

/// `port` 0 is any free one. Throws when the port is taken.
void listen_on_loopback(tcp::acceptor& acceptor, unsigned short port, int backlog);

/// Has the kernel acknowledge what was read now, instead of up to 40 ms later. It forgets, so repeat it after each
/// read.
void acknowledge_now(tcp::socket& socket);

}  // namespace bench
