#include "net/tcp_stream.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <sys/socket.h>
#include <tuple>
#include <unistd.h>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/address.hpp"
#include "net/loop.hpp"
#include "net/readiness.hpp"

namespace dragoman::net {

namespace asio = boost::asio;

namespace {

Result<void> to_result(const boost::system::error_code& error) {
  if (error == asio::error::operation_aborted) return socket_error(EBADF);
  if (error) return socket_error(error.value());
  return {};
}

}  // namespace

// Tasks wait through Asio, which learns of the descriptor when the first one does; who reads as long as the stream is
// there (on_readable) waits through the set of the loop.
struct TcpStream::Inner final : Readiness::Watch {
  using Ready = std::function<void(const Result<void>&)>;

  Inner(Loop& of, int number) : loop(of), descriptor(number), waits(of.context()) {}
  ~Inner() override { let_go(); }
  using Watch::await;

  Loop& loop;
  int descriptor;                        // -1: closed
  asio::posix::stream_descriptor waits;  // has the descriptor, or nothing
  std::shared_ptr<const Ready> ready{};  // shared with the call that runs, which may destroy the stream

  void on_ready() override {
    const std::shared_ptr<const Ready> alive = ready;
    (*alive)({});
  }

  /// What is called when a wait is over, which may be after the stream.
  auto tell() const {
    return [ready = std::weak_ptr{ready}](const boost::system::error_code& error) {
      if (const auto alive = ready.lock()) (*alive)(to_result(error));
    };
  }
  void tell_soon(const boost::system::error_code& error) {
    asio::post(waits.get_executor(), [tell = tell(), error] { tell(error); });
  }

  /// Asio knows the descriptor from here on.
  boost::system::error_code let_asio_wait() {
    boost::system::error_code error;
    if (descriptor < 0) return asio::error::operation_aborted;
    if (!waits.is_open()) waits.assign(descriptor, error);
    return error;
  }

  Task<Result<void>> wait(asio::posix::descriptor_base::wait_type type) {
    if (const auto error = let_asio_wait()) co_return to_result(error);
    const auto waited = co_await waits.async_wait(type, asio::as_tuple(asio::use_awaitable));
    // The stream may have been destroyed meanwhile: nothing of it is touched from here on.
    co_return to_result(std::get<0>(waited));
  }

  void close() {
    if (descriptor < 0) return;
    ::shutdown(descriptor, SHUT_WR);
    if (awaits()) tell_soon(asio::error::operation_aborted);
    let_go();
  }
  void let_go() {
    leave();
    if (waits.is_open()) waits.release();
    if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
  }
};

TcpStream::TcpStream(Loop& loop, int descriptor, std::string peer)
    : inner_(std::make_unique<Inner>(loop, descriptor)), peer_(std::move(peer)) {}

TcpStream::~TcpStream() = default;

Task<Result<void>> TcpStream::readable() { return inner_->wait(asio::posix::descriptor_base::wait_read); }
Task<Result<void>> TcpStream::writable() { return inner_->wait(asio::posix::descriptor_base::wait_write); }

void TcpStream::on_readable(std::function<void(const Result<void>&)> ready) {
  inner_->ready = std::make_shared<const Inner::Ready>(std::move(ready));
  // Asio would go on to be woken up by every byte.
  if (inner_->waits.is_open()) inner_->waits.release();
}

void TcpStream::await_readable() {
  if (inner_->descriptor < 0) return inner_->tell_soon(asio::error::operation_aborted);
  if (inner_->await(inner_->loop.readiness(), inner_->descriptor)) return;
  inner_->tell_soon({errno, boost::system::system_category()});
}
void TcpStream::await_writable() {
  if (const auto error = inner_->let_asio_wait()) return inner_->tell_soon(error);
  inner_->waits.async_wait(asio::posix::descriptor_base::wait_write, inner_->tell());
}
void TcpStream::tell_soon() { inner_->tell_soon({}); }

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

void TcpStream::close() { inner_->close(); }

std::uint16_t TcpStream::local_port() const {
  Address address;
  address.size = sizeof address.storage;
  if (::getsockname(descriptor(), address.get(), &address.size) != 0) return 0;
  return address.port();
}

void TcpStream::cancel_waits() {
  boost::system::error_code ignored;
  inner_->waits.cancel(ignored);
}

int TcpStream::descriptor() const { return inner_->descriptor; }

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
