#include "program.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "base/log.hpp"
#include "exit_code.hpp"

namespace dragoman {

namespace {

/// Made once and kept with the accounts: what is derived from it stays the same.
std::string installation_key(store::Store& store, Random& random) {
  if (auto known = store.reader_now().document("installation", "", "key")) return *known;
  std::string key = random.hex(32);
  store.put_secret({"installation", "", "key", key});
  return key;
}

}  // namespace

Program::Program(std::string path, Config config, ServiceManager::Offer offer)
    : path_(std::move(path)),
      config_(std::move(config)),
      manager_(loop_.timers(), std::move(offer)),
      stop_deadline_(loop_.timers()),
      log_(loop_.timers(), config_.level),
      control_(make_control()),
      control_server_(loop_, control_) {
  for (NetworkEntry& entry : config_.networks) {
    instances_.push_back(std::make_unique<Instance>(std::move(entry), loop_, random_, log_, [this](bool restart) {
      quit(restart ? exit_code::restart : exit_code::ok);
    }));
  }
}

Program::~Program() = default;

Result<void> Program::open_store() {
  auto opened = store::Store::open(
      config_.store, loop_.gate(), [this](std::function<void()> action) { loop_.post(std::move(action)); }, random_);
  if (!opened) return opened.error();
  store_ = std::move(*opened);
  return {};
}

admin::Control Program::make_control() {
  return {[this] {
            std::vector<std::string> jids;
            for (const auto& instance : instances_) jids.push_back(instance->jid());
            return jids;
          },
          [this](const std::string& jid) -> gateway::Context* {
            for (const auto& instance : instances_) {
              if (instance->jid() == jid) return &instance->context();
            }
            return nullptr;
          }};
}

bool Program::listen_for_operator() {
  if (config_.admin.socket.empty()) return true;
  const auto listening = control_server_.listen({config_.admin.socket, config_.admin.group});
  if (listening) return true;
  const Error& reason = listening.error();
  if (config_.admin.named) {
    LOG_ERROR("the operator's socket cannot be used", reason);
    return false;
  }
  LOG_WARN("there is no operator's socket: dragoman status and the like cannot be used", reason);
  return true;
}

int Program::run() {
  const std::size_t networks = instances_.size();
  LOG_INFO("starting", software(), path_, networks);
  key_ = installation_key(*store_, random_);
  for (auto& instance : instances_) start(*instance);
  const bool reachable = listen_for_operator();
  loop_.on_signal([this](int signal) { on_signal(signal); });
  if (admin_) admin_->start();
  // Ready is who works, not who is connected: it goes on trying, and what needs us must not wait for the XMPP server.
  started_ = true;
  manager_.ready();
  tell_state();
  manager_.watch([this] { return healthy(); });
  if (!reachable) quit(exit_code::config);
  loop_.run();
  store_->close();
  LOG_INFO("stopped");
  return exit_code_;
}

void Program::start(Instance& instance) {
  instance.on_state([this] { tell_state(); });
  if (admin_) instance.offer_page([this](const std::string& admin) { return admin_->login_link(admin); });
  instance.start(config_.server, *store_, key_, [this, &instance] { return siblings_of(instance); });
}

std::vector<gateway::Sibling> Program::siblings_of(const Instance& instance) const {
  std::vector<gateway::Sibling> others;
  for (const auto& other : instances_) {
    if (other.get() != &instance) others.push_back(other->describe());
  }
  return others;
}

void Program::on_signal(int signal) {
  if (stopping_ || signal == SIGHUP) return;
  LOG_INFO("stopping", signal);
  quit(exit_code::ok);
}

void Program::quit(int exit_code) {
  if (std::exchange(stopping_, true)) return;
  exit_code_ = exit_code;
  manager_.stopping();
  parts_to_stop_ = instances_.size() + 1;
  const auto stopped = [this] {
    if (--parts_to_stop_ == 0) leave_loop();
  };
  for (auto& instance : instances_) instance->stop(stopped);
  control_server_.stop(stopped);
  stop_deadline_.set_after(std::chrono::seconds{5}, [this] {
    LOG_WARN("stopping took too long: what is still open is cut short");
    store_->close();
    std::_Exit(exit_code_);  // tasks still run, so nothing may be destroyed under them
  });
}

void Program::tell_state() {
  if (!started_ || stopping_) return;
  std::string text;
  for (const auto& instance : instances_) text += (text.empty() ? "" : "; ") + instance->state();
  manager_.status(text);
}

bool Program::healthy() const {
  return std::all_of(instances_.begin(), instances_.end(), [](const auto& instance) { return instance->healthy(); });
}

}  // namespace dragoman
