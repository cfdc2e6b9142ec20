#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "admin/admin_server.hpp"
#include "admin/control.hpp"
#include "admin/control_server.hpp"
#include "base/clock.hpp"
#include "base/log_control.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/timers.hpp"
#include "bridges.hpp"
#include "config.hpp"
#include "guests.hpp"
#include "instance.hpp"
#include "net/loop.hpp"
#include "pastes.hpp"
#include "service_manager.hpp"
#include "store/store.hpp"

namespace dragoman {

/// The program as it runs: the loop, the store, an Instance a [[network]], and what signals and the service manager
/// have to do with them.
class Program {
 public:
  /// Builds the networks of the configuration in the file `path`; starts nothing. What they find wrong with their
  /// tables is in problems() then, and the program must not be run.
  Program(std::string path, Config config, ServiceManager::Offer offer);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// The mistakes of the whole file, as Settings::problems().
  std::vector<std::string> problems() const { return config_.file.problems(); }
  const std::vector<std::string>& warnings() const { return config_.warnings; }

  /// Opens the store; Fault::unacceptable is for the operator to put right, everything else may pass.
  Result<void> open_store();
  /// Listens for who operates it, if the configuration says where; faults as open_store.
  Result<void> open_admin();
  /// Listens for strangers ([http]), in the same way.
  Result<void> open_http();
  /// Connects, works until it is told to stop, and stops in order. With an open store, once. Gives the exit code.
  int run();

 private:
  /// The operator's socket. False: it cannot be had, and the configuration asks for it.
  bool listen_for_operator();
  admin::Control make_control();

  /// One that was told to stop, and what takes its place when it has.
  struct Leaving {
    std::unique_ptr<Instance> instance;
    std::unique_ptr<Instance> successor;
    Instant until{};  ///< for so long it is waited for what it has been given
    bool landed = false, ended = false;
  };

  /// Their problems are in `config.file`; so are those of the bridges between them.
  std::vector<std::unique_ptr<Instance>> build(Config& config);
  /// Starts it, now or when one with the same address has gone.
  void begin(std::unique_ptr<Instance> instance);
  /// Takes it out of service in order.
  void end(std::unique_ptr<Instance> instance, std::unique_ptr<Instance> successor = nullptr);
  /// Those that end while the program goes on: what they have been given is answered for first, as in land().
  void land_leaving();
  void say_goodbye(Leaving& leaving);
  void ended(Instance& instance);
  void bury(const Instance& instance);
  std::vector<gateway::Sibling> siblings_of(const Instance& instance) const;
  Instance* find(const std::string& jid) const;
  std::unique_ptr<Bridges> make_bridges();
  std::unique_ptr<Guests> make_guests();

  // program_reload.cpp
  /// Reads the configuration anew, applies what has changed and logs that; a file with mistakes changes nothing.
  void reload();
  void apply(Config config, std::vector<std::unique_ptr<Instance>> built);
  void apply(std::unique_ptr<Instance> built, bool all_change);
  /// The bridges of the configuration, when no network is leaving that they speak in.
  void apply_bridges();
  void end_those_without(const std::vector<std::string>& jids);

  void on_signal(int signal);
  /// Stops everything in order: goodbyes, streams, connections; then the loop. After 5 s the rest is cut short.
  void quit(int exit_code);
  /// Gives nothing more to the networks, and waits a second at most for what they say of what they have: that is not
  /// said again at the next start.
  void land();
  void say_goodbye();
  void stop_when_all_have_ended();
  /// The service manager's line: how each [[network]] stands with the XMPP server.
  void tell_state();
  bool healthy() const;
  /// When all else has stopped: cuts what operators look at, then ends the loop.
  void leave_loop();

  std::string path_;
  Config config_;             ///< as it was applied last
  Settings started_with_;     ///< the file then: what needs a restart is compared with it
  Timestamp config_taken_{};  ///< when it was applied
  std::string config_note_;   ///< that the file has mistakes, for the service manager's line
  SystemClock clock_;
  SystemRandom random_;
  net::Loop loop_{clock_};
  ServiceManager manager_;
  Timer stop_deadline_, landing_, leaving_lands_;
  LogControl log_;
  HttpEntry http_;  ///< as it was at the start
  MediaEntry media_;
  std::unique_ptr<Pastes> pastes_;           // once it runs, where strangers reach it
  std::unique_ptr<net::HttpServer> public_;  // for strangers; nothing: nobody listens
  std::vector<std::unique_ptr<Instance>> instances_;
  std::vector<std::unique_ptr<Instance>> coming_;  // while the program starts: those whose turn it is not yet
  std::list<Leaving> leaving_;
  std::unique_ptr<store::Store> store_;        // after the instances: its threads end first
  std::unique_ptr<admin::AdminServer> admin_;  // nothing: nobody listens
  std::string key_;                            ///< a secret of this installation
  std::unique_ptr<Bridges> bridges_;           // once it runs
  std::unique_ptr<Guests> guests_;             // the same
  admin::Control control_;
  admin::ControlServer control_server_;
  bool bridges_are_due_ = false;  // a later configuration has been applied, but for its bridges
  bool started_ = false, stopping_ = false, control_stopped_ = false, leaving_loop_ = false;
  std::size_t in_the_air_ = 0;  // delivery::Flight, while the program ends
  int listeners_ = 0;           // that have not ended yet, while the program does
  int exit_code_ = 0;           ///< of exit_code.hpp
};

}  // namespace dragoman
