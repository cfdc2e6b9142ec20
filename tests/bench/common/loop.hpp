// One thread's event loop, and sockets whose output is written once per turn of it.
#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace bench {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// A socket with one output buffer. Append to `out`, then Loop::mark it. Shared, because a write that waits for the
/// socket outlives whoever started it.
struct Outlet : std::enable_shared_from_this<Outlet> {
  explicit Outlet(tcp::socket&& connected) : socket(std::move(connected)) {}
  virtual ~Outlet() = default;

  void append(std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts) out.append(part);
  }

  tcp::socket socket;
  std::string out;
  std::size_t written = 0;  // bytes of `out`
  bool open = true;         // false: nothing is written, `out` is kept
  bool marked = false;      // in the loop's list
  bool blocked = false;     // waits until the socket takes more
};

class Loop {
 public:
  boost::asio::io_context& io() { return io_; }

  /// `outlet` has something to write at the end of this turn.
  void mark(Outlet& outlet) {
    if (outlet.marked) return;
    outlet.marked = true;
    marked_.push_back(outlet.shared_from_this());
  }

  /// Writes what there is to write, waits up to `longest` for something to happen and handles it with up to 64 more
  /// events that are ready. False: nothing happened.
  bool turn(std::chrono::nanoseconds longest);

  /// The same, however long it takes.
  void turn();

  /// Writes all that was marked.
  void flush();

 private:
  void write(Outlet& outlet);
  void handle_what_is_ready();

  boost::asio::io_context io_{1};
  std::vector<std::shared_ptr<Outlet>> marked_;
};

/// No delay, no blocking; both ends of the benchmark use their sockets so.
void tune(tcp::socket& socket);

}  // namespace bench
