#include "backends/irc/hub.hpp"

#include <algorithm>

#include "backends/irc/connection.hpp"
#include "base/log.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr std::size_t most_spare = 16, most_spare_events = 1024;

ConnectQueue::Limits limits_of(const Config& config) {
  ConnectQueue::Limits limits;
  // A server of one's own (no flood control) takes as many as come.
  if (config.flood.limited) limits.rate.emplace(20, std::chrono::milliseconds{250});
  return limits;
}

}  // namespace

Hub::Hub(std::string jid, Config config, Services& services, Names& names)
    : jid_(std::move(jid)),
      config_(std::move(config)),
      services_(services),
      shared_{names,
              services.occupant_resource,
              [&services](std::string_view identity) { return services.occupant_id(identity); },
              services.software,
              config_.encoding,
              config_.flood,
              config_.rename_when_taken,
              config_.lines},
      queue_(services.loop.timers(), limits_of(config_)),
      read_buffer_(read_size) {}

Hub::~Hub() {
  if (!idle()) LOG_ERROR("network destroyed before its sessions had ended, this is a bug", jid_);
}

bool Hub::take_settings(const Config& newer) {
  const bool same_server =
      newer.server == config_.server && newer.tls == config_.tls && newer.tls_options == config_.tls_options;
  if (!same_server) return false;
  if (newer.flood != config_.flood) queue_.set_limits(limits_of(newer));
  config_ = newer;
  shared_.encoding = config_.encoding;
  shared_.flood = config_.flood;
  shared_.rename_when_taken = config_.rename_when_taken;
  return true;
}

Heard Hub::borrow() {
  if (spare_.empty()) return {};
  Heard heard = std::move(spare_.back());
  spare_.pop_back();
  return heard;
}

void Hub::give_back(Heard heard) {
  heard.clear();
  if (spare_.size() < most_spare && heard.events.capacity() <= most_spare_events) spare_.push_back(std::move(heard));
}

void Hub::start(Connection& connection) {
  if (!is_leaving(connection.owner())) return queue_.request(connection);
  following_.push_back(&connection);
}

void Hub::cancel(Connection& connection) {
  std::erase(following_, &connection);
  queue_.cancel(connection);
}

bool Hub::is_leaving(std::string_view owner) const {
  return std::any_of(leaving_.begin(), leaving_.end(), [owner](const auto& each) { return each->owner() == owner; });
}

void Hub::adopt(std::unique_ptr<Connection> connection) {
  Connection& leaving = *connection;
  leaving_.push_back(std::move(connection));
  if (leaving.finished()) finished(leaving);
}

void Hub::finished(Connection& connection) {
  const auto found =
      std::find_if(leaving_.begin(), leaving_.end(), [&](const auto& each) { return each.get() == &connection; });
  if (found == leaving_.end()) return;
  auto gone = std::move(*found);
  leaving_.erase(found);
  if (!is_leaving(gone->owner())) {
    const auto next = std::find_if(following_.begin(), following_.end(),
                                   [&gone](const Connection* each) { return each->owner() == gone->owner(); });
    if (next != following_.end()) {
      Connection& follower = **next;
      following_.erase(next);
      queue_.request(follower);
    }
  }
  net::TaskGroup& tasks = gone->tasks();
  graveyard_.bury(std::move(gone), tasks);
}

}  // namespace dragoman::backends::irc
