#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "bridge/overview.hpp"

namespace dragoman::admin {

class MetricsText;

/// The bridges for who counts: legs are numbered, because addresses of rooms do not belong into labels.
void write_bridges(MetricsText& out, const std::vector<bridge::BridgeOverview>& bridges, Timestamp now);

/// The same for the status page.
nlohmann::json describe_bridges(const std::vector<bridge::BridgeOverview>& bridges);

}  // namespace dragoman::admin
