#include "backends/irc/probe.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "backends/irc/line_buffer.hpp"
#include "backends/irc/message.hpp"
#include "base/text.hpp"
#include "base/timers.hpp"
#include "net/address.hpp"
#include "net/resolver.hpp"

namespace dragoman::backends::irc {

namespace {

using namespace std::chrono_literals;
using Grade = chat::Finding::Grade;

constexpr auto step_patience = 10s;  // of each: name server, connection with TLS, greeting
constexpr std::size_t most_shown = 300;

bool is_reply(std::string_view command) {
  return command.size() == 3 && command.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Words of a stranger for a terminal.
std::string shown(std::string_view text) {
  return std::string{text::cut(text::without_controls(text::to_valid_utf8(text), false), most_shown)};
}

}  // namespace

std::optional<chat::Finding> judge_greeting(std::string_view line, const std::string& server) {
  const std::string subject = "IRC at " + server;
  Message message;
  const bool readable = parse(line, message);
  if (readable && text::ascii_iequals(message.command, "ERROR")) {
    return chat::Finding{Grade::failed, subject,
                         "the server does not want us: " + shown(message.last()) +
                             ". Ask those who run it; this machine's address may be banned there"};
  }
  // A number without a source in front of it is how SMTP and FTP answer.
  if (readable && (message.command == "CAP" || (is_reply(message.command) && !message.source.empty()))) {
    const std::string name = shown(message.source);
    return chat::Finding{Grade::ok, subject, (name.empty() ? "the server" : name) + " answers"};
  }
  if (readable && (message.command == "NOTICE" || message.command == "PING")) return std::nullopt;
  return chat::Finding{Grade::failed, subject,
                       "what answers there is no IRC server; it says: " + shown(line) +
                           ". Check host and port of server in [network.irc]"};
}

void Probe::start(std::function<void(chat::Findings)> done) {
  tasks_.spawn([this] { return run(); });
  tasks_.on_empty([this, done = std::move(done)] { done(std::move(findings_)); });
}

void Probe::found(Grade grade, std::string subject, std::string text) {
  findings_.push_back({grade, std::move(subject), std::move(text)});
}

net::Task<> Probe::run() {
  const bool known = co_await resolve();
  if (known) {
    const bool connected = co_await connect();
    if (connected) co_await listen();
  }
  if (stream_) stream_->close();
  loop_.post([this] { tasks_.stop(); });  // done() comes when the group is empty, so `this` is still there
}

net::Task<bool> Probe::resolve() {
  const net::Endpoint& server = config_.server;
  if (net::parse_address(server.host, server.port)) co_return true;
  const auto addresses =
      co_await loop_.resolver().resolve(server.host, server.port, loop_.clock().now() + step_patience);
  if (!addresses) {
    found(Grade::failed, "name " + server.host,
          addresses.error().text + ". Check server in [network.irc], and this machine's name servers");
    co_return false;
  }
  std::string list;
  for (const net::Address& address : *addresses) list += (list.empty() ? "" : ", ") + net::to_string(address);
  found(Grade::ok, "name " + server.host, list);
  co_return true;
}

net::Task<bool> Probe::connect() {
  const std::string where = net::to_string(config_.server);
  net::ConnectOptions options;
  options.timeout = step_patience;
  Result<std::unique_ptr<net::Stream>> connected = failure(Fault::closed, "not connected");
  if (config_.tls) {
    connected = co_await net::connect_tls(loop_, config_.server, config_.tls_options, options);
  } else {
    connected = co_await net::connect_tcp(loop_, config_.server, options);
  }
  const std::string subject = (config_.tls ? "TLS of " : "connection to ") + where;
  if (!connected) {
    const Fault fault = connected.error().fault;
    const bool unreachable = fault == Fault::unavailable || fault == Fault::timeout;
    const char* advice = ". Does the IRC server run? Check server in [network.irc], and firewalls on the way";
    found(Grade::failed, subject, connected.error().text + (unreachable ? advice : ""));
    co_return false;
  }
  stream_ = std::move(*connected);
  if (!config_.tls) {
    const bool local = is_loopback(config_.server.host);
    found(local ? Grade::ok : Grade::warning, subject,
          local ? "stands, without TLS on this machine"
                : "stands, but passwords and messages go there in the clear: use its TLS port, and tls = true");
  } else {
    found(
        Grade::ok, subject,
        config_.tls_options.fingerprints.empty() ? "the certificate is trusted" : "the certificate is the pinned one");
  }
  co_return true;
}

void Probe::say(std::string_view line) {
  // A fresh connection takes some bytes whole; one that does not is broken, which the reading notices.
  static_cast<void>(stream_->write({line.data(), line.size()}));
}

net::Task<> Probe::listen() {
  const std::string where = net::to_string(config_.server);
  bool late = false, greeted = false;
  Timer timer{loop_.timers()};
  timer.set_after(step_patience, [this, &late] {
    late = true;
    stream_->close();
  });
  say("CAP LS 302\r\n");
  LineBuffer lines;
  std::vector<char> buffer(4096);
  std::optional<chat::Finding> verdict;
  while (!verdict) {
    const auto ready = co_await stream_->readable();
    if (!ready) break;
    const auto size = stream_->read(buffer);
    if (!size) break;
    const bool fits = lines.feed({buffer.data(), *size}, [&](std::string_view line) {
      verdict = judge_greeting(line, where);
      greeted = greeted || !verdict;
      return !verdict;
    });
    if (!fits) break;
  }
  timer.clear();
  if (verdict) {
    if (verdict->grade == Grade::ok) say("QUIT\r\n");
    findings_.push_back(std::move(*verdict));
  } else if (late && greeted) {
    found(Grade::ok, "IRC at " + where, "the server greets, and is slow to answer");
  } else {
    found(Grade::failed, "IRC at " + where,
          (late ? "nothing was said there for 10 seconds" : "the connection was closed without a word of IRC") +
              std::string{". Check host and port of server in [network.irc], and whether tls belongs there"});
  }
}

}  // namespace dragoman::backends::irc
