#include "net/tcp_stream.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/address.hpp"
#include "net/loop.hpp"

namespace dragoman::net {

namespace asio = boost::asio;

namespace {

Result<void> to_result(const boost::system::error_code& error) {
  if (error == asio::error::operation_aborted) return socket_error(EBADF);
  if (error) return socket_error(error.value());
  return {};
}

}  // namespace

// A descriptor and not asio::ip::tcp::socket: only its waits are needed, and it takes any kind of socket.
struct TcpStream::Inner {
  using Ready = std::function<void(const Result<void>&)>;

  asio::posix::stream_descriptor descriptor;
  std::shared_ptr<const Ready> ready{};  // shared with the call that runs, which may destroy the stream

  /// What Asio calls when a wait is over, which may be after the stream.
  auto tell() const {
    return [ready = std::weak_ptr{ready}](const boost::system::error_code& error) {
      if (const auto alive = ready.lock()) (*alive)(to_result(error));
    };
  }

  Task<Result<void>> wait(asio::posix::descriptor_base::wait_type type) {
    const auto waited = co_await descriptor.async_wait(type, asio::as_tuple(asio::use_awaitable));
    // The stream may have been destroyed meanwhile: nothing of it is touched from here on.
    co_return to_result(std::get<0>(waited));
  }
};

TcpStream::TcpStream(Loop& loop, int descriptor, std::string peer)
    : inner_(new Inner{asio::posix::stream_descriptor{loop.context(), descriptor}}), peer_(std::move(peer)) {}

TcpStream::~TcpStream() = default;

Task<Result<void>> TcpStream::readable() { return inner_->wait(asio::posix::descriptor_base::wait_read); }
Task<Result<void>> TcpStream::writable() { return inner_->wait(asio::posix::descriptor_base::wait_write); }

void TcpStream::on_readable(std::function<void(const Result<void>&)> ready) {
  inner_->ready = std::make_shared<const Inner::Ready>(std::move(ready));
}

void TcpStream::await_readable() {
  inner_->descriptor.async_wait(asio::posix::descriptor_base::wait_read, inner_->tell());
}
void TcpStream::await_writable() {
  inner_->descriptor.async_wait(asio::posix::descriptor_base::wait_write, inner_->tell());
}
void TcpStream::tell_soon() {
  asio::post(inner_->descriptor.get_executor(), [tell = inner_->tell()] { tell({}); });
}

Result<std::size_t> TcpStream::read(std::span<char> into) {
  if (into.empty()) return std::size_t{0};  // recv(2) would answer 0, which means the end
  for (;;) {
    const ssize_t got = ::recv(descriptor(), into.data(), into.size(), MSG_DONTWAIT);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0) return Error{Fault::closed, "closed by the other side"};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return std::size_t{0};
    if (errno != EINTR) return socket_error(errno);
  }
}

Result<std::size_t> TcpStream::write(std::span<const char> bytes) {
  for (;;) {
    const ssize_t taken = ::send(descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken >= 0) return static_cast<std::size_t>(taken);
    if (errno == EAGAIN || errno == EWOULDBLOCK) return std::size_t{0};
    if (errno != EINTR) return socket_error(errno);
  }
}

void TcpStream::close() {
  if (!inner_->descriptor.is_open()) return;
  ::shutdown(descriptor(), SHUT_WR);
  boost::system::error_code ignored;  // it is closed whatever close(2) says
  inner_->descriptor.close(ignored);
}

std::uint16_t TcpStream::local_port() const {
  Address address;
  address.size = sizeof address.storage;
  if (::getsockname(descriptor(), address.get(), &address.size) != 0) return 0;
  return address.port();
}

void TcpStream::cancel_waits() {
  boost::system::error_code ignored;
  inner_->descriptor.cancel(ignored);
}

int TcpStream::descriptor() const { return inner_->descriptor.native_handle(); }

Error socket_error(int error) {
  switch (error) {
    case ECONNRESET:
    case EPIPE:
      return Error{Fault::closed, "the other side ended the connection abruptly"};
    case EBADF:
      return Error{Fault::closed, "closed by us"};
    case ECONNREFUSED:
      return Error{Fault::unavailable, "connection refused: nothing listens there"};
    case ETIMEDOUT:
      return Error{Fault::unavailable, "the other side does not answer any more"};
    default:
      return Error{Fault::unavailable, std::strerror(error)};
  }
}

}  // namespace dragoman::net
