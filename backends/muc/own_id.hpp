#pragma once

#include <string>
#include <string_view>

namespace dragoman::backends::muc {

/// The id of a message of ours in a room: the same for the same `what` (a message that is said again says so), one that
/// nobody else can foresee, and known again by every voice of this installation, also after a restart and where the
/// room hides addresses. 32 hexadecimal digits, of which the second half proves the first.
std::string make_own_id(std::string_view key, std::string_view room, std::string_view what);
/// Whether this installation made it, for this room.
bool is_own_id(std::string_view key, std::string_view room, std::string_view id);

}  // namespace dragoman::backends::muc
