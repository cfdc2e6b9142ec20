#include "service_manager.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include "base/log.hpp"

namespace dragoman {

namespace {

std::string take_variable(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value == nullptr ? "" : value;
  unsetenv(name);
  return text;
}

std::optional<long long> whole_number(std::string_view text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

ServiceManager::Offer ServiceManager::take_offer() {
  Offer offer;
  offer.socket = take_variable("NOTIFY_SOCKET");
  const auto period = whole_number(take_variable("WATCHDOG_USEC"));
  const std::string process = take_variable("WATCHDOG_PID");
  const bool for_us = process.empty() || whole_number(process) == static_cast<long long>(getpid());
  if (period && *period > 0 && for_us) offer.watchdog = std::chrono::microseconds{*period};
  return offer;
}

ServiceManager::ServiceManager(Timers& timers, Offer offer) : offer_(std::move(offer)), next_meal_(timers) {
  if (!offer_.socket.empty()) socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

ServiceManager::~ServiceManager() {
  if (socket_ >= 0) close(socket_);
}

void ServiceManager::ready() { send("READY=1"); }

void ServiceManager::reloading() {
  // The time lets the manager tell this reload from an earlier one (sd_notify(3), Type=notify-reload).
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const long long microseconds = static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
  send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void ServiceManager::stopping() { send("STOPPING=1\nSTATUS=stopping"); }

void ServiceManager::status(std::string_view text) {
  if (text == last_status_) return;
  last_status_ = text;
  std::string line{text};
  std::replace(line.begin(), line.end(), '\n', ' ');  // the next line would be another variable
  send("STATUS=" + line);
}

void ServiceManager::watch(std::function<bool()> healthy) {
  if (!offer_.watchdog) return;
  healthy_ = std::move(healthy);
  feed();
}

void ServiceManager::feed() {
  if (healthy_()) send("WATCHDOG=1");
  next_meal_.set_after(*offer_.watchdog / 2, [this] { feed(); });
}

void ServiceManager::send(const std::string& lines) {
  if (socket_ < 0) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& name = offer_.socket;
  int error = ENAMETOOLONG;
  if (name.size() < sizeof address.sun_path) {
    std::memcpy(address.sun_path, name.data(), name.size());
    const bool abstract = name.front() == '@';
    if (abstract) address.sun_path[0] = '\0';
    // The name of an abstract socket is as long as the address says, that of a file ends with a zero byte.
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + (abstract ? 0 : 1));
    const auto sent =
        sendto(socket_, lines.data(), lines.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address), size);
    error = sent < 0 ? errno : 0;
  }
  if (error == 0 || std::exchange(complained_, true)) return;
  const char* reason = std::strerror(error);
  LOG_WARN("the service manager cannot be told anything", name, reason);
}

}  // namespace dragoman
