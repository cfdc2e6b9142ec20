#include "gateway.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "../common/text.hpp"

namespace bench {
namespace {

namespace fs = std::filesystem;

/// In the child, after fork: becomes the gateway, or ends.
[[noreturn]] void become(const std::vector<std::string>& command, const Variables& environment,
                         const std::string& dir) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);
  if (chdir(dir.c_str()) != 0) _exit(126);
  const int log = open("gateway.log", O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  close_range(3, ~0U, 0);
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  std::fprintf(stderr, "cannot run %s\n", arguments[0]);
  _exit(127);
}

}  // namespace

bool Gateway::prepare(const Variables& variables) {
  for (const auto& [name, text] : profile_.files) {
    const fs::path path = fs::path(dir_) / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << substitute(text, variables);
  }
  for (const std::string& command : profile_.prepare) {
    const int status = std::system(substitute(command, variables).c_str());
    if (status == 0) continue;
    std::fprintf(stderr, "!! prepare failed (%d): %s\n", status, command.c_str());
    return false;
  }
  return true;
}

void Gateway::start(const Variables& variables, int core) {
  std::vector<std::string> command;
  for (const std::string& word : profile_.command) command.push_back(substitute(word, variables));
  Variables environment;
  for (const auto& [name, value] : profile_.env) environment.emplace_back(name, substitute(value, variables));
  pid_ = fork();
  if (pid_ != 0) return;
  pin_to_core(core);
  become(command, environment, dir_);
}

bool Gateway::alive() {
  if (died_ || pid_ <= 0) return !died_;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  died_ = true;
  pid_ = -1;
  std::fprintf(stderr, "!! gateway %s died, status %d; the end of its output:\n%s\n", profile_.name.c_str(), status,
               last_words().c_str());
  return false;
}

std::string Gateway::last_words() const {
  const std::string log = read_file(dir_ + "/gateway.log");
  return log.substr(log.size() - std::min<std::size_t>(log.size(), 2000));
}

void Gateway::ask_to_stop() {
  if (pid_ > 0) kill(pid_, profile_.stop_signal);
}

bool Gateway::stopped() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ <= 0;
}

void Gateway::kill_now() {
  if (pid_ <= 0) return;
  kill(-pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void pin_to_core(int core) {
  if (core < 0) return;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<unsigned>(core), &cores);
  sched_setaffinity(0, sizeof cores, &cores);
}

Profiler::Profiler(const std::string& command) {
  if (command.empty()) return;
  pid_ = fork();
  if (pid_ != 0) return;
  setpgid(0, 0);
  execl("/bin/sh", "sh", "-c", ("exec " + command).c_str(), nullptr);
  _exit(127);
}

Profiler::~Profiler() {
  if (pid_ <= 0) return;
  kill(pid_, SIGINT);
  for (int i = 0; i < 200; ++i) {  // perf writes its file: up to 10 s
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) return;
    usleep(50'000);
  }
}

}  // namespace bench
