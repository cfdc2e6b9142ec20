#include "gateway/attachments.hpp"

#include <algorithm>
#include <utility>

#include "xmpp/file_sharing.hpp"
#include "xmpp/oob.hpp"
#include "xmpp/reference.hpp"
#include "xmpp/xml_parser.hpp"

namespace dragoman::gateway {

namespace {

constexpr std::size_t most_attachments = 64;
constexpr std::size_t most_kept = 16 * 1024;

bool is_at(const chat::Attachment& file, std::string_view url) {
  return file.url == url || std::find(file.mirrors.begin(), file.mirrors.end(), url) != file.mirrors.end();
}

chat::Attachment to_attachment(xmpp::SharedFile shared) {
  chat::Attachment file;
  file.url = std::move(shared.urls.front());
  file.mirrors.assign(std::make_move_iterator(shared.urls.begin() + 1), std::make_move_iterator(shared.urls.end()));
  file.name = std::move(shared.name);
  file.media_type = std::move(shared.media_type);
  file.description = std::move(shared.description);
  file.size = shared.size;
  file.width = shared.width;
  file.height = shared.height;
  file.sha256 = std::move(shared.sha256);
  if (shared.thumbnail) {
    chat::Thumbnail& thumbnail = file.thumbnail.emplace();
    thumbnail.url = std::move(shared.thumbnail->url);
    thumbnail.media_type = std::move(shared.thumbnail->media_type);
    thumbnail.width = shared.thumbnail->width;
    thumbnail.height = shared.thumbnail->height;
  }
  return file;
}

xmpp::SharedFile to_shared(const chat::Attachment& file) {
  xmpp::SharedFile shared;
  shared.urls.push_back(file.url);
  shared.urls.insert(shared.urls.end(), file.mirrors.begin(), file.mirrors.end());
  shared.name = file.name;
  shared.media_type = file.media_type;
  shared.description = file.description;
  shared.size = file.size;
  shared.width = file.width;
  shared.height = file.height;
  shared.sha256 = file.sha256;
  if (const auto& small = file.thumbnail) {
    shared.thumbnail = xmpp::SharedThumbnail{small->url, small->media_type, small->width, small->height};
  }
  return shared;
}

/// More is known than its address and a description, which a link says too.
bool is_described(const chat::Attachment& file) {
  return !file.name.empty() || !file.media_type.empty() || file.size != 0 || file.width != 0 || !file.sha256.empty() ||
         !file.mirrors.empty() || file.thumbnail.has_value();
}

bool is_shared(const xmpp::Element& child) { return child.ns == xmpp::sfs_ns || child.ns == xmpp::reference_ns; }

}  // namespace

void read_attachments(const xmpp::Element& message, chat::Content& content) {
  for (xmpp::SharedFile& shared : xmpp::read_shared_files(message)) {
    if (content.attachments.size() < most_attachments) content.attachments.push_back(to_attachment(std::move(shared)));
  }
  for (xmpp::OutOfBand& link : xmpp::read_oob(message)) {
    const auto known = std::find_if(content.attachments.begin(), content.attachments.end(),
                                    [&link](const chat::Attachment& file) { return is_at(file, link.url); });
    if (known != content.attachments.end()) {
      if (known->description.empty()) known->description = std::move(link.description);
      continue;
    }
    if (content.attachments.size() >= most_attachments) return;
    chat::Attachment& file = content.attachments.emplace_back();
    file.url = std::move(link.url);
    file.description = std::move(link.description);
  }
}

std::vector<xmpp::Range> read_file_fallback(const xmpp::Element& message, std::string_view body) {
  for (const std::string_view about : {xmpp::sfs_ns, xmpp::sims_ns, xmpp::oob_ns}) {
    auto ranges = xmpp::read_fallback(message, about, body);
    if (!ranges.empty()) return ranges;
  }
  return {};
}

std::string keep_file_elements(const xmpp::Element& message) {
  xmpp::Element kept{"files", {}};
  bool shared = false;
  for (const xmpp::Element& child : message.children) {
    if (!xmpp::is_of_files(child)) continue;
    shared = shared || is_shared(child);
    kept.add(child);
  }
  if (!shared) return {};
  std::string xml = xmpp::to_xml(kept);
  return xml.size() <= most_kept ? std::move(xml) : std::string{};
}

std::vector<xmpp::Element> read_file_elements(std::string_view kept) {
  if (kept.empty()) return {};
  auto files = xmpp::parse_element(kept, {});
  return files ? std::move(files->children) : std::vector<xmpp::Element>{};
}

void write_attachments(xmpp::Writer& writer, const chat::Content& content, std::string_view body,
                       const std::vector<xmpp::Range>& links, bool plain) {
  bool shared = false;
  for (const chat::Attachment& file : content.attachments) {
    if (!is_described(file)) continue;
    xmpp::write_shared_file(writer, to_shared(file));
    shared = true;
  }
  if (shared && !links.empty()) writer.element(xmpp::make_fallback(xmpp::sfs_ns, body, links));
  for (const chat::Attachment& file : content.attachments) {
    if (plain && body != file.url) continue;
    xmpp::write_oob(writer, file.url, file.description);
  }
}

}  // namespace dragoman::gateway
