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
/// XEP-0398: presence, card and nodes of an address have one picture.
inline constexpr std::string_view picture_conversion_feature = "urn:xmpp:pep-vcard-conversion:0";
inline constexpr std::size_t most_avatar_bytes = 64 * 1024;

struct Avatar {
  std::string id;    ///< SHA-1 of the bytes, lower-case hexadecimal
  std::string type;  ///< "image/png"
  std::string base64;
  std::size_t bytes = 0;
};

/// Nothing when the bytes are no PNG, JPEG, GIF or WebP, or more than `most`.
std::optional<Avatar> make_avatar(std::string_view bytes, std::size_t most = most_avatar_bytes);
/// <metadata xmlns='urn:xmpp:avatar:metadata'><info bytes='12345' id='...' type='image/png'/></metadata>
Element make_avatar_metadata(const Avatar& avatar);
/// <data xmlns='urn:xmpp:avatar:data'>qANQR1DBwU4DX7jmYZnnfe32</data>
Element make_avatar_data(const Avatar& avatar);
/// What a server tells of somebody's picture: a headline with the metadata as an item (XEP-0163 4.3).
struct AvatarNews {
  std::string id;         ///< empty: they have none any more
  std::size_t bytes = 0;  ///< as they say
};
/// Nothing when the message is about something else. Of several sizes that one counts which stands in the node itself,
/// not at a URL.
std::optional<AvatarNews> read_avatar_news(const Element& message);
/// Reads the picture of this id into `bytes` out of the answer for an item of the data node. False, and nothing read,
/// when it is not there, is no picture, has another hash, or is more than `most` bytes.
bool read_avatar_data(const Element& answer, std::string_view id, std::size_t most, std::string& bytes);
/// <x xmlns='vcard-temp:x:update'><photo>...</photo></x>; an empty id: there is none, clients need not ask.
void write_photo(Writer& writer, std::string_view id);
/// What somebody's presence says of their picture: its id; empty: they have none. Nothing: it does not say (XEP-0153
/// 4.3: the client has not looked yet).
std::optional<std::string> read_photo(const Element& presence);
/// Reads the picture of this id into `bytes` out of the answer for a vCard (XEP-0054). False, and nothing read, as
/// read_avatar_data.
bool read_card_picture(const Element& answer, std::string_view id, std::size_t most, std::string& bytes);

}  // namespace dragoman::xmpp
