#pragma once

#include <string>
#include <string_view>

namespace dragoman::backends::irc {

/// A line fit for a log: nothing that people wrote and no secret. Command, target and the number of bytes stay:
/// "PRIVMSG #tea :<12 bytes>", "PASS <8 bytes>"; numerics and what only servers say stay as they are.
std::string redacted(std::string_view line);

}  // namespace dragoman::backends::irc
