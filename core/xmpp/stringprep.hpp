#pragma once

#include <string>
#include <string_view>

namespace dragoman::xmpp {

/// The Stringprep profiles of RFC 6122: Nodeprep, Nameprep (the part of IDNA that servers apply to a domain: A-labels
/// stay as they are) and Resourceprep. ICU holds the tables.
enum class Prep { local, domain, resource };
/// Code points that Unicode 3.2 did not know, emoji for example.
enum class Unassigned { allowed, refused };
enum class PrepResult { ok, not_utf8, forbidden, unassigned, mixed_direction, too_long };

/// Appends the prepared text of `part` (UTF-8, at most 1,023 bytes). Nothing is appended unless the result is ok.
PrepResult append_prepared(std::string& out, std::string_view part, Prep profile, Unassigned unassigned);
/// What is wrong, as the end of a sentence: "is not UTF-8".
std::string_view to_string(PrepResult result);

}  // namespace dragoman::xmpp
