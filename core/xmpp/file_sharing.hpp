#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// Files that a message shares, with what is known of them: XEP-0447 with the metadata of XEP-0446 and the hashes of
// XEP-0300 and the thumbnails of XEP-0264, and its older form, XEP-0385.
//   <file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline'>
//     <file xmlns='urn:xmpp:file:metadata:0'>
//       <media-type>image/png</media-type><name>tea.png</name><size>32411</size><width>640</width><height>480</height>
//       <hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>2XarmwTlNxDAMkvymloX3S5+VbylNrJt/l5QyPa+YoU=</hash>
//       <thumbnail xmlns='urn:xmpp:thumbs:1' uri='https://up.example.org/x/t.png' width='320' height='240'/>
//     </file>
//     <sources><url-data xmlns='http://jabber.org/protocol/url-data'
//     target='https://up.example.org/x/tea.png'/></sources>
//   </file-sharing>
namespace dragoman::xmpp {

inline constexpr std::string_view sfs_ns = "urn:xmpp:sfs:0";
inline constexpr std::string_view file_metadata_ns = "urn:xmpp:file:metadata:0";
inline constexpr std::string_view hashes_ns = "urn:xmpp:hashes:2";
inline constexpr std::string_view url_data_ns = "http://jabber.org/protocol/url-data";
inline constexpr std::string_view sims_ns = "urn:xmpp:sims:1";
inline constexpr std::string_view esfs_ns = "urn:xmpp:esfs:0";
inline constexpr std::string_view thumbs_ns = "urn:xmpp:thumbs:1";

struct SharedThumbnail {
  std::string url;                      ///< http: or https:; what is anywhere else (cid:, data:) is not read
  std::string media_type;               ///< empty: not said
  std::uint32_t width = 0, height = 0;  ///< pixels; 0: not said
};

struct SharedFile {
  std::vector<std::string> urls;  ///< where it can be had, http: and https: only; at least one
  std::string name, media_type, description;
  std::uint64_t size = 0;               ///< bytes; 0: not said
  std::uint32_t width = 0, height = 0;  ///< pixels; 0: not said
  std::string sha256;                   ///< hexadecimal; empty: not said
  std::optional<SharedThumbnail> thumbnail{};
};

/// The files of a message, in its order; those that cannot be had by a URL are left out. Texts are one line without
/// control characters.
std::vector<SharedFile> read_shared_files(const Element& message);
/// Whether a file of the message can be had in an encrypted form (XEP-0448), whose key stands beside it.
bool shares_encrypted(const Element& message);
/// Whether an element of a message says something of its files: the two forms, a link (XEP-0066), and the marks
/// (XEP-0428) of what in the body stands for them.
bool is_of_files(const Element& child);

void write_shared_file(Writer& writer, const SharedFile& file);

}  // namespace dragoman::xmpp
