#pragma once

#include <string>

#include "base/clock.hpp"
#include "net/task.hpp"
#include "net/tcp_stream.hpp"

namespace dragoman::net {

class Loop;

/// Has an HTTP proxy at the other end of `stream` connect it to `target`, "192.0.2.7:443" (CONNECT, RFC 9110 9.3.6):
/// afterwards the stream is one to there. Nothing that comes behind the proxy's answer is read. `loop` and `stream`
/// outlive the task. Faults: unavailable (it refuses, or speaks no HTTP), timeout, closed.
Task<Result<void>> open_tunnel(Loop& loop, TcpStream& stream, std::string target, Instant deadline);

}  // namespace dragoman::net
