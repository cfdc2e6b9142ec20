// The gateway under test, as a child process: started from its profile, measured, stopped.
#pragma once

#include <string>
#include <sys/types.h>

#include "process.hpp"
#include "profile.hpp"

namespace bench {

class Gateway {
 public:
  /// `dir`: its work folder, where its output goes to gateway.log. The child dies with this process.
  Gateway(const Profile& profile, std::string dir) : profile_(profile), dir_(std::move(dir)) {}
  ~Gateway() { kill_now(); }
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Writes its files and runs the preparing commands; false, after saying why, when one of them fails.
  bool prepare(const Variables& variables);
  /// `core`: the only one it may run on; -1 for any.
  void start(const Variables& variables, int core);
  /// False, after saying so once, when it has ended by itself.
  bool alive();
  /// The end of gateway.log, for people.
  std::string last_words() const;
  const std::string& dir() const { return dir_; }
  pid_t pid() const { return pid_; }
  ProcessStat stat() const { return read_process_tree(pid_); }

  /// Asks it to end. False while it has not.
  void ask_to_stop();
  bool stopped();
  void kill_now();

 private:
  const Profile& profile_;  // lives longer
  std::string dir_;
  pid_t pid_ = -1;
  bool died_ = false;
};

/// Binds this process to one core; -1 changes nothing.
void pin_to_core(int core);

/// A profiler that looks at the gateway during one scenario (--attach); SIGINT ends it.
class Profiler {
 public:
  /// Nothing happens when `command` is empty.
  explicit Profiler(const std::string& command);
  ~Profiler();
  Profiler(const Profiler&) = delete;
  Profiler& operator=(const Profiler&) = delete;

 private:
  pid_t pid_ = -1;
};

}  // namespace bench
