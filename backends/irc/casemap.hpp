#pragma once

#include <string>
#include <string_view>

namespace dragoman::backends::irc {

/// Which spellings of a name are one: ISUPPORT CASEMAPPING. `unicode` stands for rfc7613 and precis.
enum class Casemap { ascii, rfc1459, rfc1459_strict, unicode };

/// "ascii", "rfc1459", "rfc1459-strict", "rfc7613", "precis"; anything else is read as ascii, which merges least.
Casemap parse_casemap(std::string_view name);

/// Replaces `into` by the folded name; `into` keeps its capacity, so that a lookup allocates nothing.
/// Example: rfc1459 "A[b]\^" -> "a{b}|~".
void fold(Casemap casemap, std::string_view name, std::string& into);
std::string fold(Casemap casemap, std::string_view name);
bool same(Casemap casemap, std::string_view a, std::string_view b);

}  // namespace dragoman::backends::irc
