#pragma once

#include "base/settings.hpp"
#include "bridge/policies.hpp"

namespace dragoman {

/// Of a [[bridge]] or a [[bridge.leg]] the keys that say what becomes of edits, replies, reactions, long texts and
/// files; `usual`: what holds where one is missing. Each is a word, or a table with more:
///
///     edits = "native"
///     edits = { policy = "native", window = "10m", fallback = "new" }
bridge::Policies read_policies(Settings& table, const bridge::Policies& usual);

}  // namespace dragoman
