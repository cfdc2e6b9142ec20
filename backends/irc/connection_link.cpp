#include <optional>
#include <utility>

#include "backends/irc/connection.hpp"
#include "backends/irc/hub.hpp"
#include "base/log.hpp"
#include "net/connect.hpp"

// The link itself: how it is made, that it is up, and what becomes of it when it is gone.

namespace dragoman::backends::irc {

namespace {

constexpr auto worked = std::chrono::minutes{1};  // a link that was up so long begins with short delays again

}  // namespace

void Connection::connect_now() {
  in_place_ = true;
  attempting_ = true;
  tasks_.spawn([this] { return attempt(); });
}

/// By itself, so that what is only needed for connecting does not live as long as the link.
net::Task<std::optional<Error>> Connection::connect() {
  const Config& config = hub_.config();
  net::Loop& loop = hub_.services().loop;
  net::ConnectOptions options;
  options.public_only = hub_.config().public_only;
  options.sources = hub_.config().sources.of(hub_.services().key, owner_);
  if (hub_.config().identd) {
    options.on_connecting = [this](const net::Address& local, const net::Address& remote) {
      tell_identd(local, remote);
    };
  }
  Result<std::unique_ptr<net::Stream>> connected = failure(Fault::closed, "not connected");
  target_ = route_ ? hub_.target(*route_, attempts_) : hub_.target();
  began_ = loop.clock().now();
  if (target_.tls) {
    net::TlsOptions tls = config.tls_options;
    tls.certificate = certificate_;
    if (route_) {
      tls.verify = tls.verify && route_->verify;
      if (!route_->fingerprints.empty()) tls.fingerprints = route_->fingerprints;
    }
    connected = co_await net::connect_tls(loop, target_.server, std::move(tls), options);
  } else {
    connected = co_await net::connect_tcp(loop, target_.server, options);
  }
  if (!connected) {
    ++attempts_;
    co_return connected.error();
  }
  if (!stopped_) stream_ = std::move(*connected);
  co_return std::nullopt;
}

net::Task<> Connection::attempt() {
  Error error{Fault::closed, "stopped"};
  const auto refused = co_await connect();
  if (refused) {
    error = *refused;
    if (error.fault == Fault::forbidden) ending_ = Ending{error.fault, error.text, Farewell::Retry::never};
  } else if (stream_) {
    link_is_up();
    co_return;
  }
  link_is_gone(error);
}

void Connection::link_is_up() {
  const std::string &owner = owner_, &network = hub_.jid(), &server = stream_->peer();
  LOG_INFO("irc connected", owner, network, server);
  up_since_ = hub_.services().loop.clock().now();
  ending_.reset();
  lines_.clear();
  was_ready_ = false;
  stream_->on_readable([this](const Result<void>& ready) { on_readable(ready); });
  outbox_.attach(*stream_, tasks_);
  Effects effects = begin();
  session_.on_connected(effects, target_.tls);
  end(effects);
  stream_->await_readable();
}

void Connection::link_is_gone(const Error& error) {
  const Instant now = hub_.services().loop.clock().now();
  attempting_ = false;
  forget_ident();
  outbox_.detach();
  farewell_.clear();
  if (stream_) hub_.link_ended(target_);
  if (stream_) stream_->close();
  stream_.reset();
  give_back_place();
  if (stopped_) return hub_.finished(*this);

  const Ending ending = ending_ ? *std::exchange(ending_, std::nullopt) : session_.ending(error);
  if (std::exchange(was_ready_, false) && now - up_since_ >= worked) pace_.reset();
  std::optional<Instant> retry_at;
  if (ending.retry == Farewell::Retry::throttled) {
    retry_at = hub_.throttled(began_, ending.text);
  } else if (const auto pause = pace_.next(ending.retry)) {
    retry_at = now + *pause;
  }
  const Duration delay = retry_at ? *retry_at - now : Duration{};
  const std::string &owner = owner_, &network = hub_.jid(), &reason = ending.text;
  const Fault fault = ending.fault;
  LOG_WARN("irc link lost", owner, network, fault, reason, delay);
  Effects effects = begin();
  session_.on_lost(ending, outbox_.written(), retry_at, effects);
  end(effects);
  if (retry_at) {
    retry_.set(*retry_at, [this] { hub_.queue().request(*this); });
  } else {
    running_ = false;
  }
}

// Servers ask while they take the connection, which may be before we know that there is one.
void Connection::tell_identd(const net::Address& local, const net::Address& remote) {
  forget_ident();
  asked_about_ = net::Idents::link_of(local, remote);
  hub_.services().loop.idents().add(*asked_about_, ident_);
}

void Connection::forget_ident() {
  if (asked_about_) hub_.services().loop.idents().remove(*asked_about_);
  asked_about_.reset();
}

void Connection::give_back_place() {
  if (std::exchange(in_place_, false)) hub_.queue().finished(was_ready_);
}

}  // namespace dragoman::backends::irc
