#include "bridge/own_nicks.hpp"

namespace dragoman::bridge {

namespace {

/// What somebody has said has reached the bot by then, or its link is lost.
constexpr Duration on_its_way = std::chrono::minutes{1};

}  // namespace

void OwnNicks::add(const std::string& nick) {
  if (!nick.empty()) known_[nick].is_owned = true;
}

void OwnNicks::drop(const std::string& nick, Instant now) {
  std::erase_if(known_, [now](const auto& each) {
    const Known& known = each.second;
    return !known.is_owned && !known.is_seen && known.until <= now;
  });
  const auto found = known_.find(nick);
  if (found == known_.end()) return;
  found->second.is_owned = false;
  found->second.until = now + on_its_way;
}

void OwnNicks::seen(std::string_view nick) {
  if (const auto found = known_.find(nick); found != known_.end()) found->second.is_seen = true;
}

void OwnNicks::renamed(std::string_view from, const std::string& to) {
  const auto found = known_.find(from);
  if (found == known_.end()) return;
  const bool is_owned = found->second.is_owned;
  known_.erase(found);
  Known& now = known_[to];
  now.is_owned = now.is_owned || is_owned;
  now.is_seen = true;
}

void OwnNicks::left(std::string_view nick) {
  const auto found = known_.find(nick);
  if (found == known_.end()) return;
  found->second.is_seen = false;
  if (!found->second.is_owned) known_.erase(found);
}

void OwnNicks::look_anew() {
  for (auto& [nick, known] : known_) known.is_seen = false;
}

bool OwnNicks::is_ours(std::string_view nick, Instant now) const {
  const auto found = known_.find(nick);
  if (found == known_.end()) return false;
  const Known& known = found->second;
  return known.is_owned || known.is_seen || now < known.until;
}

}  // namespace dragoman::bridge
