#pragma once

#include <string>
#include <string_view>

namespace dragoman::backends::irc {

/// "#rrggbb" of a mIRC colour 0 to 98 (modern.ircdocs.horse/formatting#colors); empty for 99 (default) and more.
std::string colour_of(unsigned number);
/// The two digits of the nearest of the first 16 colours, which every client knows; "99" when `rgb` is not "#rrggbb".
std::string nearest_colour(std::string_view rgb);

}  // namespace dragoman::backends::irc
