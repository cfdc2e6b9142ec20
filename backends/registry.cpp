#include "backends/registry.hpp"

namespace dragoman::backends {

// The list of kinds: one line each. A kind is built when -DDRAGOMAN_NETWORKS names its folder.
#define DRAGOMAN_NETWORK(kind)                                                    \
  namespace kind {                                                                \
  std::unique_ptr<chat::Network> make(NetworkConfig& config, Services& services); \
  }
#include "backends/networks.inc"
#undef DRAGOMAN_NETWORK

namespace {

struct Kind {
  const char* name;
  Make make;
};

#define DRAGOMAN_NETWORK(kind) {#kind, &kind::make},
constexpr Kind all[] = {
#include "backends/networks.inc"
};
#undef DRAGOMAN_NETWORK

}  // namespace

std::vector<std::string> kinds() {
  std::vector<std::string> names;
  for (const Kind& kind : all) names.emplace_back(kind.name);
  return names;
}

Make find(const std::string& kind) {
  for (const Kind& each : all) {
    if (kind == each.name) return each.make;
  }
  return nullptr;
}

}  // namespace dragoman::backends
