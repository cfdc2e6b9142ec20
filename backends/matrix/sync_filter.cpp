#include "backends/matrix/sync_filter.hpp"

#include <nlohmann/json.hpp>

#include "backends/matrix/json.hpp"

namespace dragoman::backends::matrix {

namespace {

std::string filter(int events, bool ephemeral) {
  const nlohmann::json nothing = {{"types", nlohmann::json::array()}};
  const nlohmann::json lazy = {{"lazy_load_members", true}, {"include_redundant_members", true}};
  nlohmann::json timeline = lazy;
  timeline["limit"] = events;
  nlohmann::json signals = nothing;
  if (ephemeral) signals = {{"types", {"m.typing", "m.receipt"}}};
  return dump_json({{"presence", {{"types", {"m.presence"}}}},
                    {"account_data", {{"types", {"m.direct", "m.ignored_user_list"}}}},
                    {"room",
                     {{"timeline", std::move(timeline)},
                      {"state", lazy},
                      {"account_data", nothing},
                      {"ephemeral", std::move(signals)}}}});
}

}  // namespace

std::string SyncFilter::usual() { return filter(50, true); }
std::string SyncFilter::first() { return filter(1, false); }
std::string SyncFilter::small() { return filter(2, false); }

}  // namespace dragoman::backends::matrix
