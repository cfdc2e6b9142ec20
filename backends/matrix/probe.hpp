#pragma once

#include <functional>
#include <string>

#include "backends/matrix/homeserver.hpp"
#include "backends/matrix/hub.hpp"
#include "chat/finding.hpp"
#include "net/task_group.hpp"

namespace dragoman::backends::matrix {

/// Asks the homeserver of the configuration what a stranger may: whether it is one, and how people log in.
class Probe {
 public:
  explicit Probe(Hub& hub) : hub_(hub), tasks_(hub.loop()) {}

  /// Once. `done` may destroy the probe.
  void start(std::function<void(chat::Findings)> done);

 private:
  net::Task<> run();
  /// Whether it knows the application service that the configuration says, and reaches it.
  net::Task<> try_service(Homeserver homeserver);
  void found(chat::Finding::Grade grade, std::string subject, std::string text);

  Hub& hub_;
  chat::Findings findings_;
  net::TaskGroup tasks_;  // last: its task uses the others
};

}  // namespace dragoman::backends::matrix
