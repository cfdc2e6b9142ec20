#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "gateway/styling.hpp"
#include "gateway/xhtml.hpp"

namespace dragoman::gateway {

namespace {

using Kind = chat::Span::Kind;
constexpr std::string_view html_ns = "http://www.w3.org/1999/xhtml";

/// How a span stands in XHTML-IM 1.0 (XEP-0071 7); without a name it does not.
struct Tag {
  std::string_view name;
  std::string_view attribute = {};
  std::string value = {};
};
Tag tag_of(const chat::Span& span) {
  switch (span.kind) {
    case Kind::bold:
      return {"strong"};
    case Kind::italic:
      return {"em"};
    case Kind::underline:
      return {"span", "style", "text-decoration: underline"};
    case Kind::strike:
      return {"span", "style", "text-decoration: line-through"};
    case Kind::code:
    case Kind::code_block:
      return {"code"};
    case Kind::colour:
      return {"span", "style", "color: " + span.value};
    case Kind::link:
      return {"a", "href", span.value};
    case Kind::quote:  // a block: ParagraphWriter
    case Kind::spoiler:
    case Kind::mention:
    case Kind::emoji:
      return {};
  }
  return {};
}

/// Writes a part of a text with its spans into one paragraph. Spans may overlap, elements may not: one that ends inside
/// another is closed and opened again.
class ParagraphWriter {
 public:
  ParagraphWriter(const chat::Content& content, xmpp::Element& paragraph) : content_(content) {
    open_.push_back({nullptr, &paragraph});
    for (const chat::Span& span : content.spans) {
      if (!tag_of(span).name.empty()) spans_.push_back(&span);
    }
    std::stable_sort(spans_.begin(), spans_.end(), [](const auto* a, const auto* b) {
      return a->begin != b->begin ? a->begin < b->begin : a->end > b->end;
    });
  }

  void write(std::size_t begin, std::size_t end, std::string_view before) {
    add_text(before);
    std::vector<std::size_t> edges{begin, end};
    for (const chat::Span* span : spans_) {
      edges.push_back(std::clamp(span->begin, begin, end));
      edges.push_back(std::clamp(span->end, begin, end));
    }
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
      open_at(edges[i]);
      add_text(std::string_view{content_.text}.substr(edges[i], edges[i + 1] - edges[i]));
    }
  }

 private:
  void open_at(std::size_t position) {
    std::vector<const chat::Span*> wanted;
    for (const chat::Span* span : spans_) {
      if (span->begin <= position && position < span->end) wanted.push_back(span);
    }
    std::size_t same = 0;
    while (same < wanted.size() && same + 1 < open_.size() && open_[same + 1].first == wanted[same]) ++same;
    open_.resize(same + 1);
    for (; same < wanted.size(); ++same) {
      const Tag tag = tag_of(*wanted[same]);
      // Elements of the paragraph do not move while one of them is open: only the innermost grows.
      xmpp::Element& element = open_.back().second->add(tag.name);
      if (!tag.attribute.empty()) element.set(tag.attribute, tag.value);
      open_.emplace_back(wanted[same], &element);
    }
  }
  void add_text(std::string_view text) {
    bool first = true;
    for (const std::string_view line : text::split(text, '\n')) {
      if (!std::exchange(first, false)) open_.back().second->add("br");
      if (line.empty()) continue;
      xmpp::Element node;
      node.content = line;
      open_.back().second->add(std::move(node));
    }
  }

  const chat::Content& content_;
  std::vector<const chat::Span*> spans_;
  std::vector<std::pair<const chat::Span*, xmpp::Element*>> open_;  // from the outside in; the paragraph itself first
};

/// The text of a block without the line breaks around it: paragraphs make their own.
void write_block(const chat::Content& content, std::size_t begin, std::size_t end, std::string_view before,
                 xmpp::Element& parent) {
  while (begin < end && content.text[begin] == '\n') ++begin;
  while (begin < end && content.text[end - 1] == '\n') --end;
  if (begin == end && before.empty()) return;
  ParagraphWriter{content, parent.add("p")}.write(begin, end, before);
}

}  // namespace

std::optional<xmpp::Element> write_xhtml(const chat::Content& content) {
  if (!has_styles(content)) return std::nullopt;
  xmpp::Element html{"html", xhtml_im_ns};
  xmpp::Element& body = html.add("body", html_ns);
  std::vector<const chat::Span*> quotes;
  for (const chat::Span& span : content.spans) {
    if (span.kind == Kind::quote) quotes.push_back(&span);
  }
  std::sort(quotes.begin(), quotes.end(), [](const auto* a, const auto* b) { return a->begin < b->begin; });
  std::string_view before = content.kind == chat::Content::Kind::action ? "/me " : "";
  std::size_t at = 0;
  for (const chat::Span* quote : quotes) {
    if (quote->begin < at) continue;  // inside the one before
    write_block(content, at, quote->begin, std::exchange(before, {}), body);
    write_block(content, quote->begin, quote->end, {}, body.add("blockquote"));
    at = quote->end;
  }
  write_block(content, at, content.text.size(), before, body);
  return html;
}

}  // namespace dragoman::gateway
