#include "xmpp/avatar.hpp"

#include <array>
#include <utility>

#include <openssl/evp.h>

#include "base/text.hpp"

namespace dragoman::xmpp {

namespace {

using namespace std::string_view_literals;

/// By its first bytes: what a file is called says nothing.
std::string_view type_of(std::string_view bytes) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> types{{
      {"\x89PNG\r\n\x1a\n"sv, "image/png"},
      {"\xff\xd8\xff"sv, "image/jpeg"},
      {"GIF87a"sv, "image/gif"},
      {"GIF89a"sv, "image/gif"},
  }};
  for (const auto& [start, type] : types) {
    if (bytes.starts_with(start)) return type;
  }
  if (bytes.starts_with("RIFF"sv) && bytes.size() > 12 && bytes.substr(8, 4) == "WEBP"sv) return "image/webp";
  return {};
}

}  // namespace

std::optional<Avatar> make_avatar(std::string_view bytes) {
  const std::string_view type = type_of(bytes);
  if (type.empty() || bytes.size() > most_avatar_bytes) return std::nullopt;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha1(), nullptr) != 1) return std::nullopt;
  return Avatar{text::to_hex({reinterpret_cast<const char*>(digest), size}), std::string{type}, text::to_base64(bytes),
                bytes.size()};
}

Element make_avatar_metadata(const Avatar& avatar) {
  Element metadata{"metadata", avatar_metadata_ns};
  metadata.add("info").set("bytes", std::to_string(avatar.bytes)).set("id", avatar.id).set("type", avatar.type);
  return metadata;
}

Element make_avatar_data(const Avatar& avatar) {
  Element data{"data", avatar_data_ns};
  data.set_text(avatar.base64);
  return data;
}

void write_photo(Writer& writer, std::string_view id) {
  writer.open("x", "vcard-temp:x:update");
  writer.leaf("photo", id);
  writer.close();
}

}  // namespace dragoman::xmpp
