#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// A picture of somebody: XEP-0084 (nodes of XEP-0163), XEP-0153 (its hash in presence), PHOTO of XEP-0054. Its name is
// the SHA-1 of its bytes in all three.
namespace dragoman::xmpp {

inline constexpr std::string_view avatar_data_ns = "urn:xmpp:avatar:data";
inline constexpr std::string_view avatar_metadata_ns = "urn:xmpp:avatar:metadata";
inline constexpr std::size_t most_avatar_bytes = 64 * 1024;

struct Avatar {
  std::string id;    ///< SHA-1 of the bytes, lower-case hexadecimal
  std::string type;  ///< "image/png"
  std::string base64;
  std::size_t bytes = 0;
};

/// Nothing when the bytes are no PNG, JPEG, GIF or WebP, or more than most_avatar_bytes.
std::optional<Avatar> make_avatar(std::string_view bytes);
/// <metadata xmlns='urn:xmpp:avatar:metadata'><info bytes='12345' id='...' type='image/png'/></metadata>
Element make_avatar_metadata(const Avatar& avatar);
/// <data xmlns='urn:xmpp:avatar:data'>qANQR1DBwU4DX7jmYZnnfe32</data>
Element make_avatar_data(const Avatar& avatar);
/// <x xmlns='vcard-temp:x:update'><photo>...</photo></x>; an empty id: there is none, clients need not ask.
void write_photo(Writer& writer, std::string_view id);

}  // namespace dragoman::xmpp
