#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/timers.hpp"

namespace dragoman {

/// Tells the service manager how the program is (sd_notify(3), written down there as a protocol): datagrams of lines
/// NAME=value to the socket that $NOTIFY_SOCKET names. Without that variable nothing is sent. A manager that does not
/// listen costs a line of log, never the program.
class ServiceManager {
 public:
  /// What the manager put into the environment.
  struct Offer {
    std::string socket;                ///< a path; with a leading '@' a name in the abstract namespace; empty: none
    std::optional<Duration> watchdog;  ///< it ends us when it hears nothing for so long
  };
  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and takes them out of the environment, for they are not our
  /// children's. A watchdog for another process is not ours.
  static Offer take_offer();

  ServiceManager(Timers& timers, Offer offer);
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  /// The program has begun its work.
  void ready();
  /// The program reads its configuration anew; ready() says that this is over.
  void reloading();
  /// One line for `systemctl status`; the same one twice is sent once.
  void status(std::string_view text);
  /// The program ends in order; the watchdog is fed until it has.
  void stopping();
  /// Feeds the watchdog twice in its time, by a timer of the loop and only while `healthy` says so: a loop that hangs
  /// and a program that is not healthy are both ended by the manager.
  void watch(std::function<bool()> healthy);

 private:
  void feed();
  void send(const std::string& lines);

  Offer offer_;
  int socket_ = -1;
  bool complained_ = false;
  std::string last_status_;
  std::function<bool()> healthy_;
  Timer next_meal_;
};

}  // namespace dragoman
