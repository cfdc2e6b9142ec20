#pragma once

#include <boost/asio/awaitable.hpp>

namespace dragoman::net {

/// A coroutine of the loop. Awaited, or spawned in a TaskGroup; never detached.
template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace dragoman::net
