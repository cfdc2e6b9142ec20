#include "xmpp/avatar.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <openssl/evp.h>

#include "base/text.hpp"
#include "xmpp/namespaces.hpp"

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

std::optional<Avatar> make_avatar(std::string_view bytes, std::size_t most) {
  const std::string_view type = type_of(bytes);
  if (type.empty() || bytes.size() > most) return std::nullopt;
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

std::optional<AvatarNews> read_avatar_news(const Element& message) {
  const Element* event = message.child("event", "http://jabber.org/protocol/pubsub#event");
  const Element* items = event == nullptr ? nullptr : event->child("items", event->ns);
  if (items == nullptr || items->get("node") != avatar_metadata_ns) return std::nullopt;
  const Element* item = items->child("item", event->ns);
  const Element* metadata = item == nullptr ? nullptr : item->child("metadata", avatar_metadata_ns);
  if (metadata == nullptr) return std::nullopt;
  AvatarNews news;
  for (const Element& info : metadata->children) {
    if (!info.is("info", avatar_metadata_ns) || info.has("url")) continue;
    news.id = text::ascii_lower(info.get("id"));
    const std::string_view size = info.get("bytes");
    std::from_chars(size.data(), size.data() + size.size(), news.bytes);
    return news;
  }
  // Only at URLs: that is not for us to fetch. None at all: there is no picture any more.
  return metadata->first_element() == nullptr ? std::optional{news} : std::nullopt;
}

bool read_avatar_data(const Element& answer, std::string_view id, std::size_t most, std::string& bytes) {
  const Element* pubsub = answer.child("pubsub", ns::pubsub);
  const Element* items = pubsub == nullptr ? nullptr : pubsub->child("items", ns::pubsub);
  if (items == nullptr || items->get("node") != avatar_data_ns) return false;
  for (const Element& item : items->children) {
    const Element* data = item.is("item", ns::pubsub) ? item.child("data", avatar_data_ns) : nullptr;
    std::string decoded;
    if (data == nullptr || !text::from_base64(data->text(), decoded)) continue;
    const auto avatar = make_avatar(decoded, most);
    if (!avatar || avatar->id != id) continue;
    bytes = std::move(decoded);
    return true;
  }
  return false;
}

std::optional<std::string> read_photo(const Element& presence) {
  const Element* update = presence.child("x", "vcard-temp:x:update");
  const Element* photo = update == nullptr ? nullptr : update->child("photo", update->ns);
  if (photo == nullptr) return std::nullopt;
  return text::ascii_lower(photo->text());
}

bool read_card_picture(const Element& answer, std::string_view id, std::size_t most, std::string& bytes) {
  const Element* card = answer.child("vCard", "vcard-temp");
  const Element* photo = card == nullptr ? nullptr : card->child("PHOTO", card->ns);
  if (photo == nullptr) return false;
  std::string base64 = photo->child_text("BINVAL", card->ns);
  // RFC 2426 folds long values into lines.
  std::erase_if(base64, [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; });
  std::string decoded;
  if (base64.empty() || !text::from_base64(base64, decoded)) return false;
  const auto avatar = make_avatar(decoded, most);
  if (!avatar || avatar->id != id) return false;
  bytes = std::move(decoded);
  return true;
}

void write_photo(Writer& writer, std::string_view id) {
  writer.open("x", "vcard-temp:x:update");
  writer.leaf("photo", id);
  writer.close();
}

}  // namespace dragoman::xmpp
