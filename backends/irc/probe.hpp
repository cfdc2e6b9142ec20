#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "backends/irc/config.hpp"
#include "chat/finding.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"
#include "net/task_group.hpp"

namespace dragoman::backends::irc {

/// What the first lines of a server mean for somebody who said no more than CAP LS. Nothing: wait for the next one
/// (notices while it looks us up). Examples: ":irc.test CAP * LS :sasl" -> ok; "ERROR :Closing Link: (K-lined)" and
/// "SSH-2.0-OpenSSH_9.2" -> failed.
std::optional<chat::Finding> judge_greeting(std::string_view line, const std::string& server);

/// Tries an IRC server: name, connection, TLS, and whether what answers there speaks IRC. Registers nobody.
class Probe {
 public:
  Probe(const Config& config, net::Loop& loop) : config_(config), loop_(loop), tasks_(loop) {}

  /// Once. `done` may destroy the probe.
  void start(std::function<void(chat::Findings)> done);

 private:
  net::Task<> run();
  net::Task<bool> resolve();
  net::Task<bool> connect();
  net::Task<> listen();
  void say(std::string_view line);
  void found(chat::Finding::Grade grade, std::string subject, std::string text);

  const Config& config_;
  net::Loop& loop_;
  chat::Findings findings_;
  std::unique_ptr<net::Stream> stream_;
  net::TaskGroup tasks_;  // last: its task uses the others
};

}  // namespace dragoman::backends::irc
