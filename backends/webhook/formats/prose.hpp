#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/content.hpp"

namespace dragoman::backends::webhook::formats {

/// Text of a posting as it grows. What strangers wrote is cleaned when it comes in, so that spans stay where they are.
/// Appending to a span's inside: remember end(), append, mark().
class Prose {
 public:
  Prose() = default;
  /// What is clean already.
  Prose(std::string text, std::vector<chat::Span> spans) : text_(std::move(text)), spans_(std::move(spans)) {}

  /// Our own words, as they are.
  Prose& add(std::string_view words);
  /// A stranger's words as one line: names, titles.
  Prose& say(std::string_view words);
  /// A stranger's words of several lines, without empty ones at the ends.
  Prose& say_lines(std::string_view text);
  Prose& bold(std::string_view words) { return styled(chat::Span::Kind::bold, words); }
  Prose& italic(std::string_view words) { return styled(chat::Span::Kind::italic, words); }
  Prose& code(std::string_view words) { return styled(chat::Span::Kind::code, words); }
  /// Lines of their own.
  Prose& code_block(std::string_view text, std::string_view language = {});
  /// "words (address)", the words being a link (docs/decisions/0083); the address alone when it is what the words say,
  /// the words alone when it is none that may be followed (web_address).
  Prose& link(std::string_view words, std::string_view url);
  /// The address alone; nothing when it is none.
  Prose& url(std::string_view url) { return link(url, url); }
  /// What follows begins a line; nothing at the beginning of a text or of a line.
  Prose& line();
  /// The same with an empty line in front.
  Prose& paragraph();

  std::size_t end() const { return text_.size(); }
  /// Says what stands between `begin` and the end; nothing when that is empty.
  Prose& mark(chat::Span::Kind kind, std::size_t begin, std::string value = {});
  /// White space at the end goes, spans with it.
  void trim_end();
  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }
  /// Another text, read by itself, with its spans.
  Prose& append(const Prose& other);

  /// Puts text and spans into a content; this is empty then.
  void put_into(chat::Content& content);

 private:
  static constexpr std::size_t most_spans = 1000;
  Prose& styled(chat::Span::Kind kind, std::string_view words);

  std::string text_;
  std::vector<chat::Span> spans_;
};

/// The address as it may be followed: http, https or mailto, without white space and control characters, at most
/// 2,048 bytes; else empty.
std::string web_address(std::string_view url);
/// The first `bytes` of a text, at a character, "…" behind it when something is missing.
std::string excerpt(std::string_view text, std::size_t bytes);
/// The same of its first line.
std::string first_line(std::string_view text, std::size_t bytes = 200);

/// Cuts a text to so many bytes: where it is longer it ends in "… (full: LINK)" or "…". Spans are cut with it.
void limit_text(chat::Content& content, std::size_t bytes, std::string_view link);

}  // namespace dragoman::backends::webhook::formats
