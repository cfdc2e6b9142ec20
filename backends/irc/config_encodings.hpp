#pragma once

#include "backends/irc/config.hpp"
#include "base/settings.hpp"

namespace dragoman::backends::irc {

/// `encoding`, `encodings` and those of what we write, `..._out`, behind the servers of the gateway. In the tables a
/// key is a channel; where the gateway has several servers also a channel of one ("#kanal%irc.lan") or all of one
/// ("irc.lan").
void read_encodings(Settings& settings, Config& config);

}  // namespace dragoman::backends::irc
