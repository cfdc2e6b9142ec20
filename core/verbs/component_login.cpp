#include "verbs/component_login.hpp"

#include <chrono>
#include <utility>
#include <variant>

#include "base/timers.hpp"
#include "net/address.hpp"
#include "net/resolver.hpp"

namespace dragoman::verbs {

namespace {

using namespace std::chrono_literals;
using Grade = chat::Finding::Grade;
using xmpp::ComponentStream;

constexpr auto step_patience = 10s;  // of each: name server, connection, handshake

}  // namespace

ComponentLogin::ComponentLogin(net::Loop& loop, net::Endpoint server, std::string domain, Secret<std::string> secret)
    : loop_(loop),
      server_(std::move(server)),
      domain_(std::move(domain)),
      subject_("component " + domain_ + " at " + net::to_string(server_)),
      secret_(std::move(secret)),
      tasks_(loop) {}

void ComponentLogin::start(std::function<void(chat::Findings)> done) {
  tasks_.spawn([this] { return run(); });
  tasks_.on_empty([this, done = std::move(done)] { done(std::move(findings_)); });
}

void ComponentLogin::found(Grade grade, std::string text) { findings_.push_back({grade, subject_, std::move(text)}); }

net::Task<> ComponentLogin::run() {
  const bool known = co_await resolve();
  if (known) co_await shake_hands();
  if (stream_) stream_->close();
  loop_.post([this] { tasks_.stop(); });  // done() comes when the group is empty, so `this` is still there
}

net::Task<bool> ComponentLogin::resolve() {
  if (net::parse_address(server_.host, server_.port)) co_return true;
  const auto addresses =
      co_await loop_.resolver().resolve(server_.host, server_.port, loop_.clock().now() + step_patience);
  if (addresses) co_return true;
  found(Grade::failed, addresses.error().text + ". Check server in [xmpp], and this machine's name servers");
  co_return false;
}

net::Task<> ComponentLogin::shake_hands() {
  net::ConnectOptions options;
  options.timeout = step_patience;
  auto connected = co_await net::connect_tcp(loop_, server_, options);
  if (!connected) {
    std::string text = connected.error().text;
    if (connected.error().fault == Fault::unavailable) {
      text +=
          ". Does the XMPP server run, and is this its component port (component_ports in Prosody, an ejabberd_service "
          "listener in ejabberd)?";
    }
    found(Grade::failed, std::move(text));
    co_return;
  }
  stream_ = std::move(*connected);
  xmpp_ = std::make_unique<ComponentStream>(domain_, secret_);
  Timer timer{loop_.timers()};
  timer.set_after(step_patience, [this] {
    late_ = true;
    stream_->close();
  });
  xmpp_->on_connected(to_send_);
  bool going_on = true;
  while (going_on) going_on = co_await exchange();
  timer.clear();
  if (findings_.empty()) {
    found(Grade::failed, late_ ? "no answer within 10 seconds: is this the component port of an XMPP server?"
                               : "the connection ended before the server said whether it takes the component");
  }
}

/// Sends what is to be sent, and reads once. False: it is over.
net::Task<bool> ComponentLogin::exchange() {
  const bool written = co_await write_all();
  if (!written) co_return false;
  const auto ready = co_await stream_->readable();
  char buffer[4096];
  const auto size = ready ? stream_->read(buffer) : Result<std::size_t>{ready.error()};
  if (size) {
    xmpp_->on_bytes({buffer, *size}, to_send_, outputs_);
  } else if (size.error().fault == Fault::closed && !late_) {
    xmpp_->on_closed(outputs_);
  }
  for (const auto& output : std::exchange(outputs_, {})) {
    if (std::holds_alternative<ComponentStream::Ready>(output)) {
      xmpp_->finish(to_send_);
      found(Grade::ok, "the server takes the secret");
    } else if (const auto* failed = std::get_if<ComponentStream::Failed>(&output)) {
      found(Grade::failed, failed->text);
    }
  }
  if (findings_.empty()) co_return size.has_value();
  co_await write_all();  // the end of the stream, as well as it goes
  co_return false;
}

net::Task<bool> ComponentLogin::write_all() {
  while (!to_send_.empty()) {
    const auto size = stream_->write(to_send_);
    if (!size) co_return false;
    to_send_.erase(0, *size);
    if (to_send_.empty()) break;
    const auto writable = co_await stream_->writable();
    if (!writable) co_return false;
  }
  co_return true;
}

}  // namespace dragoman::verbs
