#include "media/media_type.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/percent.hpp"
#include "base/text.hpp"

namespace dragoman::media {

namespace {

using namespace std::string_view_literals;

struct Beginning {
  std::string_view bytes, type;
};
constexpr Beginning beginnings[] = {
    {"\x89PNG\r\n\x1a\n"sv, "image/png"},
    {"\xff\xd8\xff"sv, "image/jpeg"},
    {"GIF87a"sv, "image/gif"},
    {"GIF89a"sv, "image/gif"},
    {"%PDF-"sv, "application/pdf"},
    {"fLaC"sv, "audio/flac"},
    {"ID3"sv, "audio/mpeg"},
    {"\xff\xfb"sv, "audio/mpeg"},
    {"\xff\xf3"sv, "audio/mpeg"},
    {"\xff\xf2"sv, "audio/mpeg"},
    {"\xff\xf1"sv, "audio/aac"},
    {"\xff\xf9"sv, "audio/aac"},
    {"BM"sv, "image/bmp"},
};

/// ISO base media, by its brand (ISO/IEC 14496-12 4.3).
std::string_view type_of_brand(std::string_view brand) {
  if (brand == "avif" || brand == "avis") return "image/avif";
  if (brand == "heic" || brand == "heix" || brand == "mif1") return "image/heic";
  if (brand == "qt  ") return "video/quicktime";
  if (brand.starts_with("M4A") || brand.starts_with("M4B")) return "audio/mp4";
  return brand.starts_with("3g") ? "video/3gpp" : "video/mp4";
}

/// RIFF, Ogg, Matroska: containers of several kinds.
std::string_view type_of_container(std::string_view bytes) {
  const auto has = [head = bytes.substr(0, 256)](std::string_view word) { return head.find(word) != head.npos; };
  if (bytes.size() >= 12 && bytes.substr(4, 4) == "ftyp") return type_of_brand(bytes.substr(8, 4));
  if (bytes.starts_with("RIFF") && bytes.size() >= 12) {
    if (bytes.substr(8, 4) == "WEBP") return "image/webp";
    if (bytes.substr(8, 4) == "WAVE") return "audio/wav";
    return {};
  }
  if (bytes.starts_with("OggS")) return has("\x80theora"sv) ? "video/ogg" : "audio/ogg";
  if (bytes.starts_with("\x1a\x45\xdf\xa3"sv)) return has("webm") ? "video/webm" : "video/x-matroska";
  return {};
}

bool is_seen_or_heard(std::string_view type) {
  return type.starts_with("image/") || type.starts_with("audio/") || type.starts_with("video/");
}

bool is_token_char(char c) {
  const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  return alphanumeric || "!#$&-^_.+"sv.find(c) != std::string_view::npos;
}

}  // namespace

std::string bare_media_type(std::string_view field) {
  const std::string type = text::ascii_lower(text::trim(field.substr(0, field.find(';'))));
  const std::size_t slash = type.find('/');
  if (type.size() > 127 || slash == std::string::npos || slash == 0 || slash + 1 == type.size()) return {};
  const auto rest = std::string_view{type}.substr(slash + 1);
  const auto first = std::string_view{type}.substr(0, slash);
  const bool fine =
      std::all_of(first.begin(), first.end(), is_token_char) && std::all_of(rest.begin(), rest.end(), is_token_char);
  return fine ? type : std::string{};
}

std::string media_type_of(std::string_view beginning, std::string_view declared) {
  std::string said = bare_media_type(declared);
  std::string_view found = type_of_container(beginning);
  for (const auto& [bytes, type] : beginnings) {
    if (found.empty() && beginning.starts_with(bytes)) found = type;
  }
  if (found.empty()) return is_seen_or_heard(said) && said != "image/svg+xml" ? std::string{} : said;
  // Sound alone or with a film is the same container.
  const bool same_container =
      is_seen_or_heard(said) && is_seen_or_heard(found) && said.substr(said.find('/')) == found.substr(found.find('/'));
  return same_container ? said : std::string{found};
}

bool may_be_shown(std::string_view media_type) {
  static constexpr std::string_view types[] = {
      "image/png",  "image/jpeg", "image/gif",       "image/webp",  "image/avif",   "image/apng",
      "image/bmp",  "video/mp4",  "video/webm",      "video/ogg",   "video/3gpp",   "audio/mp4",
      "audio/webm", "audio/aac",  "audio/mpeg",      "audio/ogg",   "audio/wav",    "audio/wave",
      "audio/flac", "audio/opus", "video/quicktime", "audio/x-wav", "audio/x-flac", "text/plain"};
  return std::find(std::begin(types), std::end(types), media_type) != std::end(types);
}

std::string make_disposition(bool shown, std::string_view name) {
  std::string plain;
  for (std::size_t at = 0; at < name.size();) {
    const text::Decoded next = text::decode(name.substr(at));
    const char c = name[at];
    // A percent sign is read as an encoding by some.
    const bool fine = c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '%' && c != '/';
    plain += fine ? c : '_';
    at += std::max<std::size_t>(next.size, 1);
  }
  std::string field = shown ? "inline" : "attachment";
  field += "; filename=\"" + plain + '"';
  if (plain != name) field += "; filename*=UTF-8''" + text::to_percent(name);
  return field;
}

}  // namespace dragoman::media
