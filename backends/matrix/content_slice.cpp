#include "backends/matrix/content_slice.hpp"

#include <algorithm>
#include <string_view>

#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

/// Where a piece of at most `bytes` ends, and where the next one begins.
struct Cut {
  std::size_t end, next;
};
Cut cut_at(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return {text.size(), text.size()};
  for (const char between : {'\n', ' '}) {
    // A piece of a few words in front of a long line would be odd.
    const std::size_t at = text.rfind(between, bytes);
    if (at != std::string_view::npos && at > bytes / 2) return {at, at + 1};
  }
  const std::size_t end = text::cut(text, bytes).size();
  return {end, end};
}

}  // namespace

chat::Content slice_content(const chat::Content& content, std::size_t begin, std::size_t end) {
  chat::Content slice = content;
  slice.attachments.clear();
  slice.text = content.text.substr(begin, end - begin);
  slice.spans.clear();
  for (chat::Span span : content.spans) {
    span.begin = std::max(span.begin, begin);
    span.end = std::min(span.end, end);
    if (span.begin >= span.end) continue;
    span.begin -= begin;
    span.end -= begin;
    slice.spans.push_back(std::move(span));
  }
  return slice;
}

std::vector<chat::Content> split_content(const chat::Content& content, std::size_t bytes) {
  std::vector<chat::Content> pieces;
  const std::string_view text = content.text;
  for (std::size_t begin = 0; begin < text.size();) {
    const Cut cut = cut_at(text.substr(begin), std::max<std::size_t>(bytes, 4));
    chat::Content piece = slice_content(content, begin, begin + cut.end);
    if (begin > 0 && piece.kind == chat::Content::Kind::action) piece.kind = chat::Content::Kind::text;
    if (!piece.text.empty()) pieces.push_back(std::move(piece));
    begin += cut.next;
  }
  return pieces;
}

}  // namespace dragoman::backends::matrix
