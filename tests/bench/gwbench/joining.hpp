// Users join channels; who has seen whom is counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace bench {

class Bench;

struct JoinPlan {
  std::string scenario;
  std::size_t users = 0;                                   // the first so many
  std::function<std::string(std::size_t)> channel_jid_of;  // user -> the channel to join
  std::uint64_t presences = 0;  // how many (user, occupant) pairs must arrive; the user itself and "bot" are occupants
};

struct JoinResult {
  bool complete = false;
  std::size_t joined = 0;  // users who have their self-presence
  std::uint64_t presences = 0;
  std::uint64_t repeated = 0;  // presences of occupants that the user had been shown before: allowed, but not free
  double seconds = 0;          // until the last presence
  double p50_ms = 0;           // from the join to the self-presence
  double p99_ms = 0;

  void add_to(nlohmann::ordered_json& result) const;
};

/// --join-window joins in progress at once, --timeout in all.
JoinResult join(Bench& bench, const JoinPlan& plan);

}  // namespace bench
