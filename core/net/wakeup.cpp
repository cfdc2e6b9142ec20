#include "net/wakeup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/loop.hpp"

namespace dragoman::net {

namespace asio = boost::asio;

/// A timer that never ends by itself: what Asio offers for waiting on something that is not a socket.
struct Wakeup::Inner {
  asio::steady_timer never;
};

Wakeup::Wakeup(Loop& loop) : inner_(new Inner{asio::steady_timer{loop.context(), Instant::max()}}) {}

Wakeup::~Wakeup() = default;

Task<bool> Wakeup::wait() {
  co_await inner_->never.async_wait(asio::as_tuple(asio::use_awaitable));
  // wake() and stop() both end the wait early: the task's own state tells them apart. `this` may be gone by now.
  const auto state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() == asio::cancellation_type::none;
}

void Wakeup::wake() { inner_->never.cancel(); }

void throw_stopped() { throw boost::system::system_error{asio::error::operation_aborted, "stopped"}; }

}  // namespace dragoman::net
