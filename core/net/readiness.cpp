#include "net/readiness.hpp"

#include <array>
#include <cerrno>
#include <span>
#include <sys/epoll.h>
#include <system_error>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace dragoman::net {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_sockets_a_turn = 256;  // the others are still ready in the next one

int new_set() {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) throw std::system_error{errno, std::generic_category(), "epoll_create1"};
  return set;
}

}  // namespace

struct Readiness::Inner {
  asio::posix::stream_descriptor set;
  std::array<epoll_event, most_sockets_a_turn> found{};
  std::size_t count = 0;  // of them that look() is going through
  bool armed = false;
};

Readiness::Readiness(asio::io_context& context)
    : inner_(new Inner{asio::posix::stream_descriptor{context, new_set()}}) {
  rearm();
}

Readiness::~Readiness() = default;

void Readiness::rearm() {
  if (inner_->armed) return;
  inner_->armed = true;
  inner_->set.async_wait(asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& error) {
    if (error) return;  // the set is gone
    inner_->armed = false;
    look();
  });
}

void Readiness::look() {
  const int found = ::epoll_wait(inner_->set.native_handle(), inner_->found.data(), most_sockets_a_turn, 0);
  inner_->count = found > 0 ? static_cast<std::size_t>(found) : 0;
  // By index: a watch that goes meanwhile takes its entry out.
  for (std::size_t i = 0; i < inner_->count; ++i) {
    if (auto* const watch = static_cast<Watch*>(inner_->found[i].data.ptr)) watch->fire();
  }
  inner_->count = 0;
}

Readiness::Watch::~Watch() { leave(); }

bool Readiness::Watch::await(Readiness& set, int descriptor) {
  awaits_ = true;
  if (set_ != nullptr) return true;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP;
  event.data.ptr = this;
  if (::epoll_ctl(set.inner_->set.native_handle(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    awaits_ = false;
    return false;
  }
  set_ = &set;
  descriptor_ = descriptor;
  return true;
}

void Readiness::Watch::leave() {
  awaits_ = false;
  if (set_ == nullptr) return;
  Inner& inner = *set_->inner_;
  ::epoll_ctl(inner.set.native_handle(), EPOLL_CTL_DEL, descriptor_, nullptr);
  for (epoll_event& event : std::span{inner.found}.first(inner.count)) {
    if (event.data.ptr == this) event.data.ptr = nullptr;
  }
  set_ = nullptr;
}

/// Nobody reads at present (the reader waits for memory): it is made known again when somebody does. Zero events would
/// not do, an end of the connection is reported all the same.
void Readiness::Watch::fire() {
  if (!awaits_) return leave();
  awaits_ = false;
  on_ready();
}

}  // namespace dragoman::net
