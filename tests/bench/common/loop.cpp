#include "loop.hpp"

#include <boost/asio/buffer.hpp>

namespace bench {

bool Loop::turn(std::chrono::nanoseconds longest) {
  flush();
  if (io_.run_one_for(longest) == 0) {
    io_.restart();
    return false;
  }
  handle_what_is_ready();
  return true;
}

void Loop::turn() {
  flush();
  io_.run_one();  // run_one_for would wake up every second to look at the clock
  handle_what_is_ready();
}

void Loop::handle_what_is_ready() {
  for (int i = 0; i < 64 && io_.poll_one() != 0; ++i) {
  }
}

void Loop::flush() {
  for (std::size_t i = 0; i < marked_.size(); ++i) {
    marked_[i]->marked = false;
    if (!marked_[i]->blocked) write(*marked_[i]);
  }
  marked_.clear();
}

void Loop::write(Outlet& outlet) {
  while (outlet.open && outlet.written < outlet.out.size()) {
    error_code error;
    const auto rest = boost::asio::buffer(outlet.out.data() + outlet.written, outlet.out.size() - outlet.written);
    const std::size_t n = outlet.socket.write_some(rest, error);
    if (error == boost::asio::error::would_block) {
      outlet.blocked = true;
      outlet.socket.async_wait(tcp::socket::wait_write, [this, kept = outlet.shared_from_this()](error_code failed) {
        kept->blocked = false;
        if (!failed) write(*kept);
      });
      if (outlet.written > (1U << 20)) {
        outlet.out.erase(0, outlet.written);
        outlet.written = 0;
      }
      return;
    }
    if (error) outlet.open = false;
    outlet.written += n;
  }
  if (outlet.written < outlet.out.size()) return;
  outlet.out.clear();
  outlet.written = 0;
}

void tune(tcp::socket& socket) {
  error_code ignored;  // the peer may be gone already; the next read says so
  socket.non_blocking(true, ignored);
  socket.set_option(tcp::no_delay(true), ignored);
}

}  // namespace bench
