#pragma once

#include <string>
#include <string_view>

#include "base/names.hpp"

namespace dragoman::gateway {

/// The resource of a nickname, escaped for XML: from the network's names when somebody there bears it, else made now
/// (a speaker who is not in the room).
std::string occupant_resource(const RealmNames& names, std::string_view nickname);
/// The same as it stands in values, not escaped.
std::string occupant_nick(const RealmNames& names, std::string_view nickname);
/// How a room shows the bearer of a nickname now: what history and archive show later too.
struct Shown {
  std::string resource;     ///< prepared and escaped
  std::string occupant_id;  ///< empty: the network gives none
};
Shown shown_as(const RealmNames& names, std::string_view nickname);
/// The nickname behind the resource of an occupant's address, as a client wrote it; the resource itself when nobody
/// bears it.
std::string nickname_of(const RealmNames& names, std::string_view resource);

}  // namespace dragoman::gateway
