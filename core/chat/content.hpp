#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chat/ids.hpp"

namespace dragoman::chat {

/// What a message says, in no network's own format: text without markup and without control characters (LF is a line
/// break), spans that say what parts of it mean, and what is attached.
struct Span {
  enum class Kind { bold, italic, underline, strike, code, code_block, quote, spoiler, colour, link, mention, emoji };
  Kind kind = Kind::bold;
  std::size_t begin = 0;  ///< byte offset into text
  std::size_t end = 0;    ///< byte offset behind the last byte
  std::string value;      ///< colour "#rrggbb", link URL, nickname of who is mentioned, emoji short name or image URL
  bool operator==(const Span&) const = default;
};

/// A small picture that stands for a file before it is fetched: of an image, a moment of a video.
struct Thumbnail {
  std::string url;
  std::string media_type;               ///< empty: unknown until it is fetched
  std::uint64_t size = 0;               ///< bytes; 0: unknown
  std::uint32_t width = 0, height = 0;  ///< pixels; 0: unknown
  bool operator==(const Thumbnail&) const = default;
};

struct Attachment {
  std::string url;
  std::string name;
  std::string media_type;
  std::uint64_t size = 0;               ///< bytes; 0: unknown
  std::uint32_t width = 0, height = 0;  ///< pixels; 0: unknown
  std::string sha256;                   ///< hexadecimal; empty: unknown
  std::string description;
  std::vector<std::string> mirrors{};  ///< more URLs of the same
  std::optional<Thumbnail> thumbnail{};
  bool operator==(const Attachment&) const = default;
};

struct Content {
  enum class Kind { text, action, notice, sticker, location, poll, encrypted };
  Kind kind = Kind::text;
  std::string title;  ///< a subject line of this message, not the room's topic
  std::string text;
  std::vector<Span> spans;
  std::vector<Attachment> attachments;
  MessageId reply_to;
  std::string answered{};  ///< nickname of whose message that is, in a room; empty: not known, or the sender's own
  std::string thread;
  /// Who speaks, when a bot speaks for somebody (bridges, hooks). A network shows it as the author where it can, else
  /// in front of the text.
  std::string shown_author;
  /// Through which gateways it has come, names without spaces, the first one first: whoever finds their own there drops
  /// it. Networks that can carry it do.
  std::string via{};
  /// Of Kind::encrypted, whose text is for those who cannot read it: how, as the network calls it.
  std::string encryption{};
  bool operator==(const Content&) const = default;
};

/// A content of plain text, e.g. plain("hello").
inline Content plain(std::string text) {
  Content content;
  content.text = std::move(text);
  return content;
}

}  // namespace dragoman::chat
