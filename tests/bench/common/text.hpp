// Small things that both gwbench and limit need: the clock, files, numbers, the handshake's hash.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

/// Nanoseconds of CLOCK_MONOTONIC.
std::uint64_t now_ns();

/// The whole file; empty when it cannot be read (files in /proc vanish while one looks at them).
std::string read_file(const std::string& path);

/// SHA-1 in lower-case hex, as XEP-0114 section 3 wants it.
std::string sha1_hex(const std::string& text);

void append_number(std::string& text, std::uint64_t value);

/// Takes blanks and one decimal number off the front of `text`; false (and `text` as it was) when there is none.
bool take_number(std::string_view& text, std::uint64_t& value);

}  // namespace bench
