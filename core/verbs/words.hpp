#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "config.hpp"

// What several verbs say.
namespace dragoman::verbs {

/// Reads the configuration for a verb that needs only a part of it. False: it has mistakes, which were said.
bool read_for_verb(const std::string& path, Config& config);

/// Says an error on standard error; gives the exit code that it means.
int report(const Error& error);

/// "2026-11-28 09:17:13 UTC"
std::string time_text(Timestamp time);
/// ".replaced-20261128T091713Z": a name behind a name.
std::string replaced_stamp(Timestamp time);
/// "1 message", "3 messages"
std::string counted(std::int64_t number, std::string_view noun);
/// "12.3 MiB"
std::string size_text(std::uint64_t bytes);

}  // namespace dragoman::verbs
