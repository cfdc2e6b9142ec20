#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/clock.hpp"

namespace dragoman::backends::matrix {

/// What a homeserver can do that others cannot (GET /_matrix/client/versions).
struct Features {
  /// The parameter of /sync that asks for the state at the end of a timeline (specification 1.16, MSC4222):
  /// "use_state_after", or the name that it had before; empty: there is none.
  std::string state_after;
};

/// Reads the answer. {"versions": ["v1.1", "v1.16"]} -> use_state_after
Features read_features(const nlohmann::json& versions);

/// The features of the homeservers of a network, each asked by one account for all.
class FeatureBook {
 public:
  /// nullptr: it has not said yet.
  const Features* find(const std::string& homeserver) const;
  /// True for who is to ask now; for others it is asked already, or was within `lifetime`.
  bool is_due(const std::string& homeserver, Instant now);
  void learn(const std::string& homeserver, Features features);
  /// It has not answered: the next one asks again.
  void not_learned(const std::string& homeserver);

 private:
  /// A homeserver that is upgraded is restarted, and who comes back then asks again.
  static constexpr auto lifetime = std::chrono::minutes{10};

  struct Entry {
    Instant asked{};
    bool known = false;
    Features features;
  };
  std::map<std::string, Entry> entries_;  // by base URL
};

}  // namespace dragoman::backends::matrix
