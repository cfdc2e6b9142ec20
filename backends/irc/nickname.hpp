#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dragoman::backends::irc {

/// RFC 1459's length is the safe guess when a server refuses a longer name before it said NICKLEN.
inline constexpr std::size_t shortest_nick_length = 9;
inline constexpr std::size_t first_nick_length = 30;

/// A nickname that every server takes, as near to the wish as possible: letters without their marks, other scripts
/// transliterated, what is left becomes "_"; never a name of services, never empty. `owner` makes the name of somebody
/// whose wish has no usable character reproducible. `length` is in bytes.
/// Examples: "José" -> "Jose", "Вася" -> "Vasa", "2 cool" -> "_2_cool", "😀" -> "u" and five digits of a hash.
std::string legal_nickname(std::string_view wish, std::string_view owner, std::size_t length);

/// What to try when `wish` (already legal) is taken: with "_", with "__", then cut and with two digits of a hash of the
/// owner and the attempt. The same in every run, so that others recognise the person. Attempts count from 1.
std::string alternative_nickname(std::string_view wish, std::string_view owner, std::size_t length, unsigned attempt);
inline constexpr unsigned most_nickname_attempts = 6;

}  // namespace dragoman::backends::irc
