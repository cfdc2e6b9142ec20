#include "backends/irc/connection.hpp"

#include <algorithm>
#include <utility>

#include "backends/irc/hub.hpp"
#include "backends/irc/redact.hpp"
#include "base/log.hpp"
#include "net/connect.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr auto worked = std::chrono::minutes{1};            // a link that was up so long begins with short delays again
constexpr auto goodbye_deadline = std::chrono::seconds{3};  // for the server's answer to QUIT
constexpr std::size_t most_bytes_a_turn = 256 * 1024;
constexpr std::size_t most_events_waiting = 64;  // a storm is told as it is read: its events stay in the cache

}  // namespace

Connection::Connection(Hub& hub, Login login, std::string owner, chat::Observer& observer, Route route)
    : hub_(hub),
      route_(route.ways.empty() && route.verify && route.fingerprints.empty()
                 ? nullptr
                 : std::make_unique<Route>(std::move(route))),
      owner_(std::move(owner)),
      observer_(&observer),
      certificate_(login.sasl.certificate),
      ident_(login.username),
      session_(hub.shared(), std::move(login)),
      outbox_(hub.services().loop.gate(), [this](const Error& error) { close_link(session_.ending(error)); }),
      turn_(hub.services().loop.gate(), [this] { end_turn(); }),
      wake_(hub.services().loop.timers()),
      retry_(hub.services().loop.timers()),
      farewell_(hub.services().loop.timers()),
      pace_(hub.config().reconnect_min, hub.config().reconnect_max, hub.services().random),
      tasks_(hub.services().loop) {
  hub_.add(*this);
}

Connection::~Connection() {
  forget_ident();
  hub_.cancel(*this);
  hub_.remove(*this);
}

void Connection::start() {
  if (running_ || stopped_) return;
  running_ = true;
  const std::string &owner = owner_, &network = hub_.jid(), &server = hub_.config().server.host;
  LOG_INFO("irc connects", owner, network, server);
  hub_.start(*this);
  const auto held = hub_.held();
  if (!held) return;
  // It will be long: who waits for a room is told why.
  Effects effects = begin();
  session_.on_lost(*held, 0, hub_.queue().held_until(), effects);
  end(effects);
}

void Connection::perform(chat::CommandId id, const chat::Command& command) {
  if (stopped_) return;
  Effects effects = begin();
  session_.perform(id, command, effects);
  end(effects);
}

void Connection::verify_account(std::string_view code) {
  Effects effects = begin();
  session_.verify_account(code, effects);
  end(effects);
}

void Connection::stop(const std::string& text) {
  if (stopped_) return;
  if (running_) {
    const std::string &owner = owner_, &network = hub_.jid(), &reason = text;
    LOG_INFO("irc left", owner, network, reason);
  }
  Effects effects = begin();
  session_.stop(text, effects);
  stopped_ = true;
  hub_.remove(*this);
  observer_ = nullptr;
  wake_.clear();
  retry_.clear();
  hub_.cancel(*this);
  if (stream_) {
    outbox_.touch();
    farewell_.set_after(goodbye_deadline, [this] {
      close_link({});
      tasks_.stop();
    });
  } else if (std::exchange(attempting_, false)) {
    // Still connecting: the server knows nothing of us, and the attempt, which may not even have begun, is not waited
    // for.
    give_back_place();
    tasks_.stop();
  }
}

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

/// Until link_is_gone(): each call is the last thing that is done with the stream, or waits for the next one.
void Connection::on_readable(const Result<void>& ready) {
  if (!ready) return link_is_gone(ready.error());
  if (hub_.services().pressure.high() && !tasks_.stopping()) {
    return tasks_.spawn([this] { return read_when_released(); });
  }
  if (const auto trouble = read_what_is_there()) return link_is_gone(*trouble);
  stream_->await_readable();
}

net::Task<> Connection::read_when_released() {
  try {
    co_await hub_.services().pressure.released();
  } catch (...) {  // stopped
    link_is_gone({Fault::closed, "stopped"});
    throw;
  }
  on_readable({});
}

std::optional<Error> Connection::read_what_is_there() {
  std::vector<char>& buffer = hub_.read_buffer();
  std::optional<Error> trouble;
  Effects effects = begin();
  for (std::size_t total = 0; total < most_bytes_a_turn && !trouble && !effects.ending;) {
    const auto count = stream_->read(buffer);
    if (!count) {
      trouble = count.error();
      break;
    }
    if (*count == 0) break;
    total += *count;
    const bool fits = lines_.feed({buffer.data(), *count}, [&](std::string_view line) {
      log_line("irc in", line);
      session_.on_line(line, effects);
      if (was_ready_ && heard_.events.size() >= most_events_waiting) {
        deliver();
        heard_ = hub_.borrow();
      }
      return !effects.ending.has_value();
    });
    if (!fits) trouble = failure(Fault::too_long, "the IRC server sent a line of more than 64 KiB");
    // A short read has emptied a plain socket; TLS may have more in its own buffer.
    if (*count < buffer.size() && !target_.tls) break;
  }
  session_.on_input_end(effects);
  end(effects);
  return trouble;
}

void Connection::link_is_up() {
  const std::string &owner = owner_, &network = hub_.jid(), &server = stream_->peer();
  LOG_INFO("irc connected", owner, network, server);
  up_since_ = hub_.services().loop.clock().now();
  ending_.reset();
  lines_.clear();
  was_ready_ = false;
  outbox_.attach(*stream_, tasks_);
  Effects effects = begin();
  session_.on_connected(effects, target_.tls);
  end(effects);
  stream_->on_readable([this](const Result<void>& ready) { on_readable(ready); });
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

void Connection::close_link(Ending why) {
  if (!stream_ || ending_) return;
  ending_ = std::move(why);
  stream_->close();  // the reading task ends with it
}

Effects Connection::begin() {
  if (heard_.events.capacity() == 0) heard_ = hub_.borrow();
  const Clock& clock = hub_.services().loop.clock();
  logged_ = outbox_.buffer().size();
  return {clock.now(), clock.utc(), outbox_.buffer(), heard_, std::nullopt};
}

void Connection::end(const Effects& effects) {
  log_output();
  if (outbox_.backlog() > 0) outbox_.touch();
  if (effects.verified) hub_.verified(owner_, *effects.verified);
  if (effects.sts) hub_.learn_sts(*effects.sts, target_);
  if (effects.encodings) hub_.keep_encodings(owner_, *effects.encodings);
  if (effects.ending) close_link(*effects.ending);
  turn_.arm();
}

void Connection::log_line(std::string_view direction, std::string_view line) const {
  if (!log::enabled(log::Level::debug, owner_)) return;
  const std::string &owner = owner_, &network = hub_.jid();
  const std::string text = redacted(line);
  LOG_DEBUG_OF(owner_, direction, owner, network, text);
}

void Connection::log_output() {
  if (!log::enabled(log::Level::debug, owner_)) return;
  std::string_view fresh{outbox_.buffer()};
  fresh.remove_prefix(std::min(logged_, fresh.size()));
  for (auto end = fresh.find("\r\n"); end != std::string_view::npos; end = fresh.find("\r\n")) {
    log_line("irc out", fresh.substr(0, end));
    fresh.remove_prefix(end + 2);
  }
}

void Connection::end_turn() {
  if (!was_ready_ && session_.stage() == Stage::ready) {
    was_ready_ = true;
    hub_.let_in();
    give_back_place();
    hub_.casemap = session_.casemap();
    hub_.learn_account_offer(session_.account_offer());
    hub_.learn_look(session_.network_name(), session_.network_icon());
    const std::string &owner = owner_, &network = hub_.jid(), &nick = session_.nickname();
    LOG_INFO("irc ready", owner, network, nick);
  }
  if (!stopped_) {
    Effects effects = begin();
    session_.on_turn_end(effects);
    log_output();
    if (outbox_.backlog() > 0) outbox_.touch();
    rearm();
  }
  deliver();  // last: it may have stopped us
}

void Connection::deliver() {
  if (heard_.empty() && heard_.names.empty() && heard_.memberships.empty())
    return hub_.give_back(std::exchange(heard_, {}));
  Heard heard = std::exchange(heard_, {});
  for (const chat::Event& event : heard.events) {
    if (observer_ == nullptr) break;
    observer_->on_event(event);
  }
  hub_.give_back(std::move(heard));
}

void Connection::rearm() {
  const auto next = session_.wake(hub_.services().loop.clock().now());
  // A later deadline is left to the earlier timer, which asks again: an active link moves its deadline with every line.
  if (!next || (armed_ && *armed_ <= *next)) return;
  armed_ = next;
  wake_.set(*next, [this] {
    armed_.reset();
    Effects effects = begin();
    session_.on_wake(effects);
    end(effects);
  });
}

}  // namespace dragoman::backends::irc
