#include "backends/webhook/formats/prose.hpp"

#include <algorithm>
#include <utility>

#include "backends/clean_text.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

using Kind = chat::Span::Kind;

constexpr std::string_view dots = "…";
constexpr std::size_t longest_address = 2048;

std::string_view without_empty_lines(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return {};
  // The first line keeps what it is indented by.
  const std::size_t line = text.substr(0, first).rfind('\n');
  text.remove_prefix(line == std::string_view::npos ? 0 : line + 1);
  return text.substr(0, text.find_last_not_of(" \t\n") + 1);
}

}  // namespace

Prose& Prose::add(std::string_view words) {
  text_ += words;
  return *this;
}

Prose& Prose::say(std::string_view words) { return add(clean_line(words)); }

Prose& Prose::say_lines(std::string_view text) {
  const std::string clean = clean_body(text);
  return add(without_empty_lines(clean));
}

Prose& Prose::styled(Kind kind, std::string_view words) {
  const std::size_t begin = end();
  return say(words).mark(kind, begin);
}

Prose& Prose::code_block(std::string_view text, std::string_view language) {
  line();
  const std::size_t begin = end();
  return say_lines(text).mark(Kind::code_block, begin, clean_line(language));
}

Prose& Prose::link(std::string_view words, std::string_view url) {
  const std::string address = web_address(url);
  const std::string shown = clean_line(words);
  const std::size_t begin = end();
  if (address.empty()) return add(shown == clean_line(url) ? std::string_view{} : std::string_view{shown});
  const bool is_said = shown.empty() || shown == address || "mailto:" + shown == address;
  add(shown.empty() ? address : shown).mark(Kind::link, begin, address);
  return is_said ? *this : add(" (").add(address).add(")");
}

Prose& Prose::line() {
  if (!text_.empty() && text_.back() != '\n') text_ += '\n';
  return *this;
}

Prose& Prose::paragraph() {
  line();
  if (!text_.empty() && !text_.ends_with("\n\n")) text_ += '\n';
  return *this;
}

Prose& Prose::mark(Kind kind, std::size_t begin, std::string value) {
  if (begin < end() && spans_.size() < most_spans) spans_.push_back({kind, begin, end(), std::move(value)});
  return *this;
}

void Prose::trim_end() {
  text_.resize(text_.find_last_not_of(" \t\n") + 1);
  for (chat::Span& span : spans_) span.end = std::min(span.end, end());
  std::erase_if(spans_, [](const chat::Span& span) { return span.begin >= span.end; });
}

Prose& Prose::append(const Prose& other) {
  const std::size_t begin = end();
  text_ += other.text_;
  for (const chat::Span& span : other.spans_) {
    if (spans_.size() == most_spans) break;
    spans_.push_back({span.kind, span.begin + begin, span.end + begin, span.value});
  }
  return *this;
}

void Prose::put_into(chat::Content& content) {
  trim_end();
  content.text = std::exchange(text_, {});
  content.spans = std::exchange(spans_, {});
  // Outer ones before inner ones, as those who write them expect.
  std::stable_sort(content.spans.begin(), content.spans.end(), [](const chat::Span& a, const chat::Span& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
}

std::string web_address(std::string_view url) {
  url = text::trim(url);
  const std::string beginning = text::ascii_lower(url.substr(0, 8));
  const bool is_web = beginning.starts_with("https://") || beginning.starts_with("http://");
  if (!is_web && !beginning.starts_with("mailto:")) return {};
  if (url.size() > longest_address || url.find_first_of(" \t\r\n<>\"") != std::string_view::npos) return {};
  if (!text::is_valid_utf8(url) || clean_line(url) != url) return {};
  return std::string{url};
}

std::string excerpt(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string{text};
  const std::string_view kept = text::cut(text, bytes - std::min(bytes, dots.size()));
  const std::size_t last = kept.find_last_not_of(" \t\r\n");
  return std::string{kept.substr(0, last == std::string_view::npos ? 0 : last + 1)}.append(dots);
}

std::string first_line(std::string_view text, std::size_t bytes) {
  text = text::trim(text);
  return excerpt(text.substr(0, text.find_first_of("\r\n")), bytes);
}

void limit_text(chat::Content& content, std::size_t bytes, std::string_view link) {
  if (content.text.size() <= bytes) return;
  std::string mark{dots};
  const std::string address = web_address(link);
  if (!address.empty()) mark += " (full: " + address + ")";
  if (mark.size() > bytes) mark.clear();
  std::string_view kept = text::cut(content.text, bytes - std::min(bytes, mark.size() + 1));
  kept = kept.substr(0, kept.find_last_not_of(" \t\n") + 1);
  const std::size_t size = kept.size();
  content.text.resize(size);
  for (chat::Span& span : content.spans) {
    // Behind lines of code or of a quotation the mark is no part of them.
    const bool has_lines = span.kind == Kind::code_block || span.kind == Kind::quote;
    if (has_lines && span.begin < size && span.end >= size && !mark.starts_with('\n')) mark.insert(0, 1, '\n');
    span.end = std::min(span.end, size);
  }
  std::erase_if(content.spans, [](const chat::Span& span) { return span.begin >= span.end; });
  content.text += mark;
}

}  // namespace dragoman::backends::webhook::formats
