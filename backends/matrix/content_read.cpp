#include "backends/matrix/content_read.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "backends/matrix/address.hpp"
#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/file_key.hpp"
#include "backends/matrix/html_read.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/small_picture.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

using nlohmann::json;
using ContentKind = chat::Content::Kind;

constexpr std::size_t most_mentioned = 100;

/// Which sorts of message carry a file (client-server API, "m.room.message msgtypes").
bool has_file(std::string_view msgtype) {
  return msgtype == "m.image" || msgtype == "m.file" || msgtype == "m.audio" || msgtype == "m.video";
}

template <class Number>
Number size_at(const json& info, std::string_view key) {
  const std::int64_t value = number_at(info, key).value_or(0);
  const auto most = static_cast<std::uint64_t>(std::numeric_limits<Number>::max());
  return value > 0 && static_cast<std::uint64_t>(value) <= most ? static_cast<Number>(value) : Number{0};
}

/// A name that is only a name: no folders, no line breaks.
std::string file_name(std::string_view name) {
  std::string clean = clean_line(name);
  std::replace(clean.begin(), clean.end(), '/', '_');
  std::replace(clean.begin(), clean.end(), '\\', '_');
  return std::string{text::cut(clean, 255)};
}

bool is_mxc(std::string_view url) {
  constexpr std::string_view scheme = "mxc://";
  if (!url.starts_with(scheme) || url.size() > 1024 || clean_line(url) != url) return false;
  const std::string_view rest = url.substr(scheme.size());
  const std::size_t slash = rest.find('/');
  return slash != std::string_view::npos && is_server_name(rest.substr(0, slash)) && slash + 1 < rest.size();
}

/// MSC4144: who speaks through the sender's account. `has_fallback`: the name stands in the text too.
struct MessageProfile {
  std::string name;
  bool has_fallback = false;
};
MessageProfile read_profile(const json& content) {
  for (const std::string_view key : {"m.per_message_profile", "com.beeper.per_message_profile"}) {
    const json& profile = object_at(content, key);
    if (std::string name = clean_line(text_at(profile, "displayname")); !name.empty()) {
      return {std::string{text::cut(name, 256)}, flag_at(profile, "has_fallback")};
    }
  }
  return {};
}

/// The text of a message in either form; the one with HTML is preferred, as by all clients.
void read_text(const json& content, std::string_view body, bool reply, chat::Content& said) {
  const MessageProfile profile = read_profile(content);
  said.shown_author = profile.name;
  if (text_at(content, "format") == "org.matrix.custom.html") {
    const std::string* html = find_text(content, "formatted_body");
    auto read = html == nullptr ? std::nullopt : read_html(*html, profile.has_fallback);
    if (read) {
      said.text = std::move(read->text);
      said.spans = std::move(read->spans);
      return;
    }
  }
  if (reply) body = without_reply_fallback(body);
  if (const std::string name = profile.name + ": "; profile.has_fallback && body.starts_with(name)) {
    body.remove_prefix(name.size());
  }
  said.text = clean_body(body);
}

std::string size_words(std::uint64_t bytes) {
  if (bytes == 0) return {};
  if (bytes < 1024) return ", " + std::to_string(bytes) + " bytes";
  if (bytes < 1024 * 1024) return ", " + std::to_string(bytes / 1024) + " KiB";
  return ", " + std::to_string(bytes / (1024 * 1024)) + " MiB";
}

/// Whether homeservers scale such pictures (Synapse, Dendrite and Conduit do all of these).
bool can_be_scaled(std::string_view media_type) {
  return media_type == "image/jpeg" || media_type == "image/png" || media_type == "image/gif" ||
         media_type == "image/webp";
}

/// Of an EncryptedFile whose key is there; empty: it cannot be opened.
std::string address_of_sealed(const json& file, const std::string& media_type) {
  const std::string url = text_at(file, "url");
  const auto key = read_file_key(file, media_type);
  return key && is_mxc(url) ? encrypted_file(url, *key) : std::string{};
}

/// That of the sender, else of a picture the one that the homeserver makes: keeping its proportions, rounded down as
/// Synapse does. Nothing for what is as small itself.
/// That of an encrypted file may be encrypted as well, and no homeserver can make one.
std::optional<chat::Thumbnail> read_thumbnail(const json& info, const chat::Attachment& file, bool is_picture) {
  chat::Thumbnail thumbnail;
  const json& about = object_at(info, "thumbnail_info");
  thumbnail.url = text_at(info, "thumbnail_url");
  thumbnail.media_type = clean_line(text::cut(text_at(about, "mimetype"), 127));
  thumbnail.size = size_at<std::uint64_t>(about, "size");
  thumbnail.width = size_at<std::uint32_t>(about, "w");
  thumbnail.height = size_at<std::uint32_t>(about, "h");
  if (is_mxc(thumbnail.url)) return thumbnail;
  if (auto sealed = address_of_sealed(object_at(info, "thumbnail_file"), thumbnail.media_type); !sealed.empty()) {
    thumbnail.url = std::move(sealed);
    return thumbnail;
  }
  constexpr std::uint64_t most_width = small_width, most_height = small_height;
  const std::uint64_t width = file.width, height = file.height;
  if (!is_picture || !can_be_scaled(file.media_type) || width == 0 || height == 0) return std::nullopt;
  if (width <= most_width && height <= most_height) return std::nullopt;
  const bool wide = most_width * height < most_height * width;
  const std::uint64_t scaled_width = wide ? most_width : std::max<std::uint64_t>(most_height * width / height, 1);
  const std::uint64_t scaled_height = wide ? std::max<std::uint64_t>(most_width * height / width, 1) : most_height;
  chat::Thumbnail scaled;
  scaled.url = small_picture(file.url);
  scaled.width = static_cast<std::uint32_t>(scaled_width);
  scaled.height = static_cast<std::uint32_t>(scaled_height);
  return scaled;
}

/// The file of a message; false when it has none that can be fetched.
bool read_file(const json& content, bool sticker, chat::Content& said) {
  const json& info = object_at(content, "info");
  const std::string body = text_at(content, "body");
  const std::string* named = find_text(content, "filename");
  chat::Attachment file;
  file.name = file_name(named != nullptr ? *named : body);
  file.media_type = clean_line(text::cut(text_at(info, "mimetype"), 127));
  file.size = size_at<std::uint64_t>(info, "size");
  file.width = size_at<std::uint32_t>(info, "w");
  file.height = size_at<std::uint32_t>(info, "h");
  if (sticker) file.description = clean_line(body);
  file.url = text_at(content, "url");
  const bool is_plain = is_mxc(file.url);
  if (!is_plain) file.url = address_of_sealed(object_at(content, "file"), file.media_type);
  if (!file.url.empty()) {
    const bool is_picture = is_plain && (sticker || text_at(content, "msgtype") == "m.image");
    file.thumbnail = read_thumbnail(info, file, is_picture);
    said.attachments.push_back(std::move(file));
    return true;
  }
  if (find_text(object_at(content, "file"), "url") == nullptr) return false;
  if (!said.text.empty()) said.text += '\n';
  said.text += "(encrypted file “" + (file.name.empty() ? "without a name" : file.name) + "”" + size_words(file.size) +
               ": it can be opened in a Matrix client only)";
  return true;
}

/// m.location, also as MSC3488 has it: the URI stands in the text, where the gateway looks for it.
void read_place(const json& content, chat::Content& said) {
  std::string uri = text_at(content, "geo_uri");
  for (const std::string_view key : {"m.location", "org.matrix.msc3488.location"}) {
    if (uri.empty()) uri = text_at(object_at(content, key), "uri");
  }
  uri = clean_line(uri);
  if (!uri.starts_with("geo:") || uri.size() > 256 || uri.find(' ') != std::string::npos) return;
  said.kind = ContentKind::location;
  if (said.text.find("geo:") != std::string::npos) return;
  if (!said.text.empty()) said.text += '\n';
  said.text += uri;
}

}  // namespace

std::string_view without_reply_fallback(std::string_view body) {
  if (!body.starts_with("> <") && !body.starts_with("> * <")) return body;
  std::string_view rest = body;
  while (rest.starts_with("> ") || rest == ">" || rest.starts_with(">\n")) {
    const std::size_t end = rest.find('\n');
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  if (rest.starts_with('\n')) rest.remove_prefix(1);
  return rest.empty() ? body : rest;
}

Mentions read_mentions(const json& content) {
  Mentions mentions;
  const json* told = find_member(content, "m.mentions");
  if (told == nullptr || !told->is_object()) return mentions;
  mentions.told = true;
  mentions.room = flag_at(*told, "room");
  for (const json& each : array_at(*told, "user_ids")) {
    const auto* user = each.get_ptr<const std::string*>();
    if (user != nullptr && is_user_id(*user) && mentions.users.size() < most_mentioned) mentions.users.push_back(*user);
  }
  return mentions;
}

chat::Content read_content(const json& content, const ContentContext& context) {
  chat::Content said;
  const std::string msgtype = text_at(content, "msgtype");
  if (msgtype == "m.key.verification.request") return said;  // of two Matrix clients
  const std::string body = text_at(content, "body");
  if (context.sticker || has_file(msgtype)) {
    if (context.sticker) said.kind = ContentKind::sticker;
    // A body beside another file name is a caption (version 1.10).
    const std::string* named = find_text(content, "filename");
    const bool caption = !context.sticker && named != nullptr && *named != body;
    if (caption) read_text(content, body, context.reply, said);
    said.shown_author = read_profile(content).name;
    if (read_file(content, context.sticker, said)) return said;
    if (!caption) said.text = clean_body(body);
    return said;
  }
  read_text(content, body, context.reply, said);
  if (msgtype == "m.emote") said.kind = ContentKind::action;
  if (msgtype == "m.notice" || msgtype == "m.server_notice") said.kind = ContentKind::notice;
  if (msgtype == "m.location") read_place(content, said);
  return said;
}

}  // namespace dragoman::backends::matrix
