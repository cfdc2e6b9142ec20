#include "base/log_control.hpp"

namespace dragoman {

LogControl::LogControl(Timers& timers, log::Level configured)
    : timers_(timers), configured_(configured), level_timer_(timers) {
  log::set_level(configured);
}

LogControl::~LogControl() {
  for (const auto& [person, entry] : watched_) log::watch(person, false);
}

void LogControl::set(log::Level level) {
  if (level == log::level()) return;
  const std::string_view before = log::to_string(log::level()), now = log::to_string(level);
  // Said at the more talkative of the two, so that whoever reads the log later knows why it falls silent.
  if (level < log::level()) LOG_INFO("the level of the log changes", before, now);
  const bool louder = level > log::level();
  log::set_level(level);
  if (louder) LOG_INFO("the level of the log changes", before, now);
}

void LogControl::set_level(log::Level level, std::optional<Duration> time) {
  level_timer_.clear();
  set(level);
  if (time) level_timer_.set_after(*time, [this] { set(configured_); });
}

void LogControl::configure(log::Level level) {
  configured_ = level;
  level_timer_.clear();
  set(level);
}

void LogControl::watch(const std::string& person, Duration time) {
  const Instant until = timers_.clock().now() + time;
  auto& entry = watched_.try_emplace(person, timers_, until).first->second;
  entry.until = until;
  entry.timer.set(until, [this, person] { unwatch(person); });
  log::watch(person, true);
  const std::string& owner = person;
  LOG_INFO("everything about this person is logged", owner, time);
}

bool LogControl::unwatch(const std::string& who) {
  const std::string owner = who;  // it may be that of the entry which is destroyed here
  if (watched_.erase(owner) == 0) return false;
  log::watch(owner, false);
  LOG_INFO("no longer is everything about this person logged", owner);
  return true;
}

std::map<std::string, Instant> LogControl::watched() const {
  std::map<std::string, Instant> all;
  for (const auto& [person, entry] : watched_) all.emplace(person, entry.until);
  return all;
}

}  // namespace dragoman
