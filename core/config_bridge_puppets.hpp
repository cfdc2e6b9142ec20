#pragma once

#include "base/settings.hpp"
#include "bridge/plan.hpp"

namespace dragoman {

/// `mode` and `puppets` of a [[bridge]] or one of its legs; `usual` where they say nothing. Mistakes go to the
/// settings.
bridge::PuppetPlan read_puppets(Settings& table, bridge::PuppetPlan usual);

}  // namespace dragoman
