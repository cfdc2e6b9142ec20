#include "gateway/xhtml.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/text.hpp"

namespace dragoman::gateway {

namespace {

using Kind = chat::Span::Kind;

struct Inline {
  std::string_view name;
  Kind kind;
};
constexpr Inline inlines[] = {
    {"b", Kind::bold},           {"strong", Kind::bold}, {"i", Kind::italic},   {"em", Kind::italic},
    {"cite", Kind::italic},      {"dfn", Kind::italic},  {"var", Kind::italic}, {"u", Kind::underline},
    {"ins", Kind::underline},    {"s", Kind::strike},    {"del", Kind::strike}, {"strike", Kind::strike},
    {"code", Kind::code},        {"tt", Kind::code},     {"kbd", Kind::code},   {"samp", Kind::code},
    {"h1", Kind::bold},          {"h2", Kind::bold},     {"h3", Kind::bold},    {"h4", Kind::bold},
    {"h5", Kind::bold},          {"h6", Kind::bold},     {"th", Kind::bold},    {"pre", Kind::code_block},
    {"blockquote", Kind::quote},
};
constexpr std::string_view blocks[] = {"p",  "div", "blockquote", "ul", "ol", "li", "dl", "dt",      "dd",
                                       "h1", "h2",  "h3",         "h4", "h5", "h6", "tr", "address", "pre"};
constexpr std::string_view nothing[] = {"script", "style", "head", "title", "object", "iframe"};

template <std::size_t count>
bool is_one_of(std::string_view name, const std::string_view (&names)[count]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// "#rrggbb" of a CSS colour in digits; empty for any other.
std::string colour_of(std::string_view value) {
  if (value.size() < 2 || value.front() != '#') return {};
  std::string digits = text::ascii_lower(value.substr(1));
  if (digits.find_first_not_of("0123456789abcdef") != std::string::npos) return {};
  if (digits.size() == 3) digits = {digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]};
  return digits.size() == 6 ? '#' + digits : std::string{};
}

class Reader {
 public:
  chat::Content content;

  void read(const xmpp::Element& parent, bool preformatted) {
    for (const xmpp::Element& child : parent.children) {
      if (child.is_text()) {
        preformatted ? add_lines(child.content) : add_words(child.content);
      } else {
        element(child, preformatted);
      }
    }
  }
  void finish() {
    std::string& text = content.text;
    while (!text.empty() && is_space(text.back())) text.pop_back();
    for (chat::Span& span : content.spans) span.end = std::min(span.end, text.size());
    std::erase_if(content.spans, [](const chat::Span& span) { return span.begin >= span.end; });
    std::stable_sort(content.spans.begin(), content.spans.end(), [](const chat::Span& a, const chat::Span& b) {
      return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    });
  }

 private:
  void element(const xmpp::Element& child, bool preformatted) {
    if (is_one_of(child.name, nothing)) return;
    if (child.name == "br") return end_line();
    if (child.name == "img") return add_words(child.get("alt"));
    const bool block = is_one_of(child.name, blocks);
    if (block) new_line();
    if (child.name == "li") add_words(parent_is_ordered_ ? std::to_string(++item_) + ". " : "- ");
    const auto outer = std::pair{parent_is_ordered_, item_};
    if (child.name == "ol" || child.name == "ul") parent_is_ordered_ = child.name == "ol", item_ = 0;
    const std::size_t begin = content.text.size();
    read(child, preformatted || child.name == "pre");
    if (child.name == "ol" || child.name == "ul") std::tie(parent_is_ordered_, item_) = outer;
    mark(child, begin);
    if (block) breaks_ = true;
  }

  void mark(const xmpp::Element& child, std::size_t begin) {
    // A space that waited at the begin is in front of what is marked.
    const std::string& text = content.text;
    while (begin < text.size() && is_space(text[begin])) ++begin;
    for (const Inline& each : inlines) {
      if (each.name == child.name) span(each.kind, begin, {});
    }
    const std::string_view link = child.get("href");
    if (child.name == "a" && (link.starts_with("http") || link.starts_with("xmpp:") || link.starts_with("mailto:"))) {
      span(Kind::link, begin, std::string{link});
    }
    if (child.name == "font") span_colour(begin, colour_of(child.get("color")));
    style(child.get("style"), begin);
  }
  void style(std::string_view declarations, std::size_t begin) {
    if (declarations.empty()) return;
    for (const std::string_view each : text::split(declarations, ';')) {
      const std::size_t colon = each.find(':');
      if (colon == std::string_view::npos) continue;
      const std::string name = text::ascii_lower(text::trim(each.substr(0, colon)));
      const std::string value = text::ascii_lower(text::trim(each.substr(colon + 1)));
      if (name == "font-weight" && value.starts_with("bold")) span(Kind::bold, begin, {});
      if (name == "font-style" && (value == "italic" || value == "oblique")) span(Kind::italic, begin, {});
      if (name == "text-decoration" && value == "underline") span(Kind::underline, begin, {});
      if (name == "text-decoration" && value == "line-through") span(Kind::strike, begin, {});
      if (name == "color") span_colour(begin, colour_of(value));
    }
  }
  void span(Kind kind, std::size_t begin, std::string value) {
    if (begin < content.text.size()) content.spans.push_back({kind, begin, content.text.size(), std::move(value)});
  }
  void span_colour(std::size_t begin, std::string colour) {
    if (!colour.empty()) span(Kind::colour, begin, std::move(colour));
  }

  /// The next text begins a line of its own.
  void new_line() { breaks_ = breaks_ || !content.text.empty(); }
  void end_line() {
    settle();
    content.text += '\n';
    space_ = false;
  }
  /// Writes what stands between two texts: a line break, or one space for however many.
  void settle() {
    std::string& text = content.text;
    if (breaks_ && !text.empty() && text.back() != '\n') {
      text += '\n';
    } else if (space_ && !text.empty() && !is_space(text.back())) {
      text += ' ';
    }
    breaks_ = space_ = false;
  }
  void add_words(std::string_view words) {
    for (const char c : words) {
      if (is_space(c)) {
        space_ = true;
        continue;
      }
      settle();
      content.text += c;
    }
  }
  void add_lines(std::string_view lines) {
    if (lines.empty()) return;
    settle();
    content.text += lines;
  }

  bool breaks_ = false, space_ = false;
  bool parent_is_ordered_ = false;
  int item_ = 0;
};

const xmpp::Element* body_of(const xmpp::Element& message) {
  for (const xmpp::Element& child : message.children) {
    const bool rich = child.is("html", xhtml_im_ns) || child.is("html", "http://www.w3.org/TR/xhtml-basic") ||
                      child.is("html", "http://www.w3.org/1999/xhtml");
    if (!rich) continue;
    for (const xmpp::Element& inner : child.children) {
      if (inner.name == "body") return &inner;
    }
  }
  return nullptr;
}

}  // namespace

std::optional<chat::Content> read_xhtml(const xmpp::Element& message) {
  const xmpp::Element* body = body_of(message);
  if (body == nullptr) return std::nullopt;
  Reader reader;
  reader.read(*body, false);
  reader.finish();
  // What a network may not be given (control characters) would move the spans: then the text stands alone.
  std::string clean = text::without_controls(reader.content.text, true);
  if (clean != reader.content.text) {
    reader.content.text = std::move(clean);
    reader.content.spans.clear();
  }
  if (reader.content.text.empty()) return std::nullopt;
  return std::move(reader.content);
}

}  // namespace dragoman::gateway
