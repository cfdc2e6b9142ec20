#include "backends/matrix/features.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "backends/matrix/json.hpp"

namespace dragoman::backends::matrix {

namespace {

/// Whether a version of the specification is this one of 1.x or a later one; "r0.6.1" is older than all of them.
bool is_at_least(std::string_view version, int minor) {
  if (!version.starts_with('v')) return false;
  version.remove_prefix(1);
  int numbers[2] = {0, 0};
  const char* const end = version.data() + version.size();
  const auto first = std::from_chars(version.data(), end, numbers[0]);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.') return false;
  if (std::from_chars(first.ptr + 1, end, numbers[1]).ec != std::errc{}) return false;
  return numbers[0] > 1 || (numbers[0] == 1 && numbers[1] >= minor);
}

}  // namespace

Features read_features(const nlohmann::json& versions) {
  Features features;
  for (const nlohmann::json& version : array_at(versions, "versions")) {
    if (version.is_string() && is_at_least(version.get<std::string>(), 16)) features.state_after = "use_state_after";
  }
  if (!features.state_after.empty()) return features;
  if (flag_at(object_at(versions, "unstable_features"), "org.matrix.msc4222"))
    features.state_after = "org.matrix.msc4222.use_state_after";
  return features;
}

const Features* FeatureBook::find(const std::string& homeserver) const {
  const auto found = entries_.find(homeserver);
  return found == entries_.end() || !found->second.known ? nullptr : &found->second.features;
}

bool FeatureBook::is_due(const std::string& homeserver, Instant now) {
  const auto [entry, is_new] = entries_.try_emplace(homeserver);
  if (!is_new && now < entry->second.asked + lifetime) return false;
  entry->second.asked = now;
  return true;
}

void FeatureBook::learn(const std::string& homeserver, Features features) {
  Entry& entry = entries_[homeserver];
  entry.known = true;
  entry.features = std::move(features);
}

void FeatureBook::not_learned(const std::string& homeserver) {
  const auto found = entries_.find(homeserver);
  if (found == entries_.end()) return;
  // What it could do before it can do still, as long as nothing else is known.
  found->second.known ? static_cast<void>(found->second.asked = Instant{}) : static_cast<void>(entries_.erase(found));
}

}  // namespace dragoman::backends::matrix
