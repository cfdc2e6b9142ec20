#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dragoman::media {

/// Of a picture, in pixels.
struct Dimensions {
  std::uint32_t width = 0, height = 0;
  bool operator==(const Dimensions&) const = default;
};

/// What the first bytes of a file say that it is; empty: nothing that is known here. `declared`: what somebody else
/// says; it decides where the bytes leave it open (an office document is a ZIP file), and never makes something a
/// picture, sound or film that does not begin like one.
std::string media_type_of(std::string_view beginning, std::string_view declared);
/// Out of the header of a PNG, JPEG, GIF or WebP; nothing when it is none, or the header goes on behind what is given.
std::optional<Dimensions> dimensions_of(std::string_view beginning);
/// How many bytes from the beginning both need at most.
constexpr std::size_t enough_to_look_at = 192 * 1024;

/// "Text/HTML; charset=x" -> "text/html"; empty when it is no media type (RFC 9110 8.3.1).
std::string bare_media_type(std::string_view field);
/// Whether a browser may show it under our name: pictures, sounds, films and plain text, nothing that has scripts.
bool may_be_shown(std::string_view media_type);
/// Content-Disposition (RFC 6266) with a name in both forms: for who knows RFC 8187, and in ASCII.
std::string make_disposition(bool shown, std::string_view name);

}  // namespace dragoman::media
