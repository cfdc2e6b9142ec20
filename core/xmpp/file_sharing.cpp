#include "xmpp/file_sharing.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "xmpp/fallback.hpp"
#include "xmpp/oob.hpp"
#include "xmpp/reference.hpp"

namespace dragoman::xmpp {

namespace {

constexpr std::size_t longest_text = 1024, longest_media_type = 127;

template <class Number>
Number read_whole(std::string_view text) {
  text = text::trim(text);
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

std::string one_line_of(const Element& file, std::string_view name) {
  std::string text = file.child_text(name, file.ns);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text::without_controls(text::cut(text::trim(text), longest_text), false);
}

/// XEP-0446, or the file description of Jingle (XEP-0234) that XEP-0385 uses.
const Element* find_metadata(const Element& parent) {
  for (const Element& child : parent.children) {
    const bool known = child.ns == file_metadata_ns || child.ns.starts_with("urn:xmpp:jingle:apps:file-transfer:");
    if (child.name == "file" && known) return &child;
  }
  return nullptr;
}

bool is_web_address(std::string_view url) {
  const std::string lower = text::ascii_lower(url.substr(0, 8));
  const bool web = lower.starts_with("https://") || lower.starts_with("http://");
  return web && url.find_first_of(" \t\r\n<>\"") == std::string_view::npos;
}

/// The first one that can be fetched; senders put theirs in order of preference.
std::optional<SharedThumbnail> read_thumbnail(const Element& file) {
  for (const Element& child : file.children) {
    if (!child.is("thumbnail", thumbs_ns) || !is_web_address(child.get("uri"))) continue;
    SharedThumbnail thumbnail;
    thumbnail.url = child.get("uri");
    thumbnail.media_type = text::without_controls(text::cut(child.get("media-type"), longest_media_type), false);
    thumbnail.width = read_whole<std::uint32_t>(child.get("width"));
    thumbnail.height = read_whole<std::uint32_t>(child.get("height"));
    return thumbnail;
  }
  return std::nullopt;
}

void read_metadata(const Element& file, SharedFile& shared) {
  shared.name = one_line_of(file, "name");
  shared.media_type = one_line_of(file, "media-type");
  shared.description = one_line_of(file, "desc");
  shared.size = read_whole<std::uint64_t>(file.child_text("size", file.ns));
  shared.width = read_whole<std::uint32_t>(file.child_text("width", file.ns));
  shared.height = read_whole<std::uint32_t>(file.child_text("height", file.ns));
  // COMPAT Before version 0.2 of XEP-0446 both were one element.
  const std::string dimensions = file.child_text("dimensions", file.ns);
  if (const std::size_t x = dimensions.find('x'); x != std::string::npos && shared.width == 0) {
    shared.width = read_whole<std::uint32_t>(std::string_view{dimensions}.substr(0, x));
    shared.height = read_whole<std::uint32_t>(std::string_view{dimensions}.substr(x + 1));
  }
  shared.thumbnail = read_thumbnail(file);
  for (const Element& child : file.children) {
    std::string bytes;
    if (!child.is("hash", hashes_ns) || child.get("algo") != "sha-256") continue;
    if (text::from_base64(child.text(), bytes) && bytes.size() == 32) shared.sha256 = text::to_hex(bytes);
  }
}

void add_url(std::string_view url, SharedFile& shared) {
  if (!is_web_address(url)) return;
  if (std::find(shared.urls.begin(), shared.urls.end(), url) == shared.urls.end()) shared.urls.emplace_back(url);
}

/// `sharing`: <file-sharing/> or <media-sharing/>.
void read_one(const Element& sharing, std::vector<SharedFile>& files) {
  SharedFile shared;
  if (const Element* file = find_metadata(sharing)) read_metadata(*file, shared);
  if (const Element* sources = sharing.child("sources", sharing.ns)) {
    for (const Element& source : sources->children) {
      if (source.is("url-data", url_data_ns)) add_url(source.get("target"), shared);
      if (source.is("reference", reference_ns)) add_url(source.get("uri"), shared);
    }
  }
  if (!shared.urls.empty()) files.push_back(std::move(shared));
}

/// The <media-sharing/> of a <reference/>, or nullptr.
const Element* media_sharing_of(const Element& child) {
  return child.is("reference", reference_ns) ? child.child("media-sharing", sims_ns) : nullptr;
}

std::string bytes_of_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

void write_thumbnail(Writer& writer, const SharedThumbnail& thumbnail) {
  writer.open("thumbnail", thumbs_ns);
  writer.attribute("uri", thumbnail.url);
  if (!thumbnail.media_type.empty()) writer.attribute("media-type", thumbnail.media_type);
  // Clients read them into 16 bits, and some refuse the message otherwise.
  const bool is_sized = thumbnail.width <= 0xffff && thumbnail.height <= 0xffff;
  if (is_sized && thumbnail.width != 0) writer.attribute("width", std::to_string(thumbnail.width));
  if (is_sized && thumbnail.height != 0) writer.attribute("height", std::to_string(thumbnail.height));
  writer.close();
}

void write_number(Writer& writer, std::string_view name, std::uint64_t number) {
  if (number != 0) writer.leaf(name, std::to_string(number));
}

}  // namespace

std::vector<SharedFile> read_shared_files(const Element& message) {
  std::vector<SharedFile> files;
  for (const Element& child : message.children) {
    if (child.is("file-sharing", sfs_ns)) read_one(child, files);
  }
  if (!files.empty()) return files;  // who knows both forms says the same twice
  for (const Element& child : message.children) {
    if (const Element* sharing = media_sharing_of(child)) read_one(*sharing, files);
  }
  return files;
}

bool shares_encrypted(const Element& message) {
  return std::any_of(message.children.begin(), message.children.end(), [](const Element& child) {
    const Element* sources = child.is("file-sharing", sfs_ns) ? child.child("sources", sfs_ns) : nullptr;
    return sources != nullptr && sources->child("encrypted", esfs_ns) != nullptr;
  });
}

bool is_of_files(const Element& child) {
  if (child.is("file-sharing", sfs_ns) || child.is("x", oob_ns) || media_sharing_of(child) != nullptr) return true;
  const std::string_view about = child.get("for");
  return child.is("fallback", fallback_ns) && (about == sfs_ns || about == sims_ns || about == oob_ns);
}

void write_shared_file(Writer& writer, const SharedFile& file) {
  writer.open("file-sharing", sfs_ns);
  if (!file.media_type.empty()) {
    const bool shown = file.media_type.starts_with("image/") || file.media_type.starts_with("video/") ||
                       file.media_type.starts_with("audio/");
    writer.attribute("disposition", shown ? "inline" : "attachment");
  }
  writer.open("file", file_metadata_ns);
  if (!file.media_type.empty()) writer.leaf("media-type", file.media_type);
  if (!file.name.empty()) writer.leaf("name", file.name);
  write_number(writer, "size", file.size);
  write_number(writer, "width", file.width);
  write_number(writer, "height", file.height);
  if (!file.description.empty()) writer.leaf("desc", file.description);
  if (!file.sha256.empty()) {
    writer.open("hash", hashes_ns);
    writer.attribute("algo", "sha-256");
    writer.text(text::to_base64(bytes_of_hex(file.sha256)));
    writer.close();
  }
  if (file.thumbnail) write_thumbnail(writer, *file.thumbnail);
  writer.close();
  writer.open("sources");
  for (const std::string& url : file.urls) {
    writer.open("url-data", url_data_ns);
    writer.attribute("target", url);
    writer.close();
  }
  writer.close();
  writer.close();
}

}  // namespace dragoman::xmpp
