#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dragoman::backends::matrix {

/// The size that pictures are scaled to by their homeserver ("Thumbnails"): one that all have ready.
inline constexpr std::uint32_t small_width = 320, small_height = 240;
/// Behind the address of a picture that is to be scaled: no line break stands in one.
inline constexpr std::string_view small_sign = "\nsmall";

/// What MediaStore::id_of() takes for the picture at this address ("mxc://hs.tld/abc"), scaled.
inline std::string small_picture(std::string_view mxc) { return std::string{mxc} + std::string{small_sign}; }

}  // namespace dragoman::backends::matrix
