#include "net/loop.hpp"

#include <csignal>
#include <optional>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/ident.hpp"
#include "net/readiness.hpp"
#include "net/resolver.hpp"
#include "net/tls_context.hpp"
#include "net/wakeup.hpp"

namespace dragoman::net {

namespace asio = boost::asio;

struct Loop::Inner {
  explicit Inner(Loop& loop) : resolver(loop), idents(loop) {}

  asio::io_context context{1};  // 1: only one thread runs it (any may post)
  // Without work run_one() would return at once instead of sleeping.
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  asio::steady_timer alarm{context};
  std::optional<Instant> alarm_set;  // when it rings, by the loop's clock
  Readiness readiness{context};
  asio::signal_set signals{context};
  std::function<void(int)> on_signal;
  Resolver resolver;
  TlsContexts tls_contexts;
  Idents idents;

  void ring_at(Instant when, Duration delay) {
    alarm_set = when;
    // Rounded up: an alarm that rings a moment before the deadline would find nothing due, and the loop would spin.
    alarm.expires_after(std::chrono::ceil<std::chrono::milliseconds>(delay));
    alarm.async_wait([this](const boost::system::error_code& error) {
      if (!error) alarm_set.reset();
    });
  }
  void await_signal() {
    signals.async_wait([this](const boost::system::error_code& error, int number) {
      if (error) return;
      await_signal();
      on_signal(number);
    });
  }
};

Loop::Loop(const Clock& clock) : clock_(clock), timers_(clock), inner_(std::make_unique<Inner>(*this)) {
  std::signal(SIGPIPE, SIG_IGN);
}

Loop::~Loop() = default;

asio::io_context& Loop::context() { return inner_->context; }
Readiness& Loop::readiness() { return inner_->readiness; }
Resolver& Loop::resolver() { return inner_->resolver; }
TlsContexts& Loop::tls_contexts() { return inner_->tls_contexts; }
Idents& Loop::idents() { return inner_->idents; }

void Loop::run() {
  while (!stopped_) turn();
  stopped_ = false;
}

void Loop::turn() {
  sleep_until_something_is_due();
  // Enough for one commit to be shared by many, few enough for the first of them not to wait long for it.
  for (int handlers = 1; handlers < 256 && inner_->context.poll_one() != 0; ++handlers) {
  }
  timers_.run(clock_.now());
  gate_.end_turn();
  inner_->readiness.rearm();
}

/// Returns after the first handler, or at once when a timer is due or the gate has work left.
void Loop::sleep_until_something_is_due() {
  const std::optional<Instant> next = timers_.next();
  const Instant now = clock_.now();
  if (!gate_.idle() || (next && *next <= now)) return;
  // An alarm that rings earlier than needed stays: most deadlines are moved before they come, and one early turn is
  // cheaper than a system call each time.
  if (next && (!inner_->alarm_set || *inner_->alarm_set > *next)) inner_->ring_at(*next, *next - now);
  inner_->context.run_one();
}

void Loop::post(std::function<void()> action) { asio::post(inner_->context, std::move(action)); }

void Loop::on_signal(std::function<void(int)> action) {
  const bool first = !inner_->on_signal;
  inner_->on_signal = std::move(action);
  if (!first) return;
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) inner_->signals.add(number);
  inner_->await_signal();
}

Task<> Loop::sleep_until(Instant when) {
  Wakeup wakeup{*this};
  Timer timer{timers_};
  timer.set(when, [&wakeup] { wakeup.wake(); });
  const bool woken = co_await wakeup.wait();
  if (!woken) throw_stopped();
}

}  // namespace dragoman::net
