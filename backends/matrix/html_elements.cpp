#include "backends/matrix/html_elements.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

using SpanKind = chat::Span::Kind;

struct MeaningfulElement {
  std::string_view name;
  SpanKind kind;
};
constexpr MeaningfulElement meaningful[] = {
    {"b", SpanKind::bold},     {"strong", SpanKind::bold},    {"i", SpanKind::italic},
    {"em", SpanKind::italic},  {"u", SpanKind::underline},    {"s", SpanKind::strike},
    {"del", SpanKind::strike}, {"strike", SpanKind::strike},  {"code", SpanKind::code},
    {"h1", SpanKind::bold},    {"h2", SpanKind::bold},        {"h3", SpanKind::bold},
    {"h4", SpanKind::bold},    {"h5", SpanKind::bold},        {"h6", SpanKind::bold},
    {"th", SpanKind::bold},    {"pre", SpanKind::code_block}, {"blockquote", SpanKind::quote},
};
constexpr std::string_view line_blocks[] = {"div", "blockquote", "pre",   "ul",      "ol",      "li",     "table",
                                            "tr",  "thead",      "tbody", "caption", "details", "summary"};
constexpr std::string_view paragraphs[] = {"p", "h1", "h2", "h3", "h4", "h5", "h6"};
constexpr std::string_view dropped[] = {"mx-reply", "script", "style",  "head",    "title",
                                        "template", "iframe", "object", "noscript"};
constexpr std::string_view without_text[] = {"area", "base",   "col",   "embed", "input", "link",
                                             "meta", "source", "track", "param", "wbr"};
constexpr std::string_view link_schemes[] = {"https:", "http:", "ftp:", "mailto:", "magnet:", "matrix:", "xmpp:"};

template <std::size_t count>
bool is_among(std::string_view name, const std::string_view (&names)[count]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

std::optional<chat::Span::Kind> meaning_of(std::string_view name) {
  for (const MeaningfulElement& each : meaningful) {
    if (each.name == name) return each.kind;
  }
  return std::nullopt;
}

bool is_line_block(std::string_view name) { return is_among(name, line_blocks); }
bool is_paragraph(std::string_view name) { return is_among(name, paragraphs); }
bool is_list(std::string_view name) { return name == "ul" || name == "ol"; }
bool is_dropped(std::string_view name) { return is_among(name, dropped); }
bool is_void(std::string_view name) { return is_among(name, without_text); }

std::string colour_of(const std::string* value) {
  if (value == nullptr || value->size() != 7 || value->front() != '#') return {};
  std::string colour = text::ascii_lower(*value);
  return colour.find_first_not_of("0123456789abcdef", 1) == std::string::npos ? colour : std::string{};
}

std::string language_of(const HtmlToken& token) {
  const std::string* classes = token.attribute("class");
  if (classes == nullptr) return {};
  for (const std::string_view each : text::split(*classes, ' ')) {
    constexpr std::string_view prefix = "language-";
    if (!each.starts_with(prefix)) continue;
    const std::string_view language = each.substr(prefix.size(), 32);
    const bool plain = std::all_of(language.begin(), language.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             std::string_view{"+-#._"}.find(c) != std::string_view::npos;
    });
    if (plain) return std::string{language};
  }
  return {};
}

bool is_openable(std::string_view href) {
  return std::any_of(std::begin(link_schemes), std::end(link_schemes), [&](std::string_view scheme) {
    return text::ascii_iequals(href.substr(0, scheme.size()), scheme) && href.size() > scheme.size();
  });
}

bool says_address(std::string_view words, std::string_view href) {
  if (href.starts_with("mailto:")) href.remove_prefix(7);
  for (const std::string_view part : {"https://", "http://"}) {
    if (href.starts_with(part) && !words.starts_with("http")) href.remove_prefix(part.size());
  }
  if (href.ends_with('/') && !words.ends_with('/')) href.remove_suffix(1);
  return words == href;
}

}  // namespace dragoman::backends::matrix
