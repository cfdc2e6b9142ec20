#pragma once

#include <deque>
#include <functional>
#include <string>

#include "base/timers.hpp"
#include "xmpp/link.hpp"

namespace dragoman::gateway {

/// Asks the servers of the people that we know whether they are online (XEP-0100 4.4: after a start the gateway does
/// not know; RFC 6121 4.3): a few at a time, so that a gateway with many people floods no server.
class Probes {
 public:
  static constexpr std::size_t at_once = 5;
  static constexpr auto interval = std::chrono::milliseconds{100};  ///< 50 a second
  /// How long a server may take to answer.
  static constexpr auto patience = std::chrono::seconds{60};

  Probes(xmpp::Link& link, Timers& timers) : link_(link), timer_(timers) {}

  /// `from` is an address of ours that the person has allowed to see them, `to` a bare JID.
  void add(std::string from, std::string to) { waiting_.push_back({std::move(from), std::move(to)}); }
  /// Sends what was added, and calls `answered` when the last one has had time to be answered.
  void start(std::function<void()> answered);
  /// The link went down: nothing more is asked.
  void stop();

 private:
  struct Probe {
    std::string from, to;
  };
  void send_some();

  xmpp::Link& link_;
  Timer timer_;
  std::deque<Probe> waiting_;
  std::function<void()> answered_;
};

}  // namespace dragoman::gateway
