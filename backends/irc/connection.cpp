#include "backends/irc/connection.hpp"

#include <algorithm>
#include <utility>

#include "backends/irc/hub.hpp"
#include "backends/irc/redact.hpp"
#include "base/log.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr auto goodbye_deadline = std::chrono::seconds{3};  // for the server's answer to QUIT
constexpr auto far_away = std::chrono::seconds{4};          // a deadline that need not be met exactly

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

void Connection::settings_changed() {
  Effects effects = begin();
  session_.on_wake(effects);
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
  const Instant now = hub_.services().loop.clock().now();
  auto next = session_.wake(now);
  // What is far away need not be exact: links that wake up together wake the process once.
  if (next && *next - now >= far_away) next = std::chrono::ceil<std::chrono::seconds>(*next);
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
