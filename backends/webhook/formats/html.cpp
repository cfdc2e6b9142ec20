#include "backends/webhook/formats/html.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "backends/clean_text.hpp"
#include "backends/html_text.hpp"
#include "backends/html_tokens.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

using Kind = chat::Span::Kind;

constexpr std::size_t longest_hook_html = 64 * 1024;
constexpr std::size_t deepest_element = 64;

struct Meaning {
  std::string_view element;
  Kind kind;
};
constexpr Meaning meanings[] = {
    {"b", Kind::bold},           {"strong", Kind::bold}, {"h1", Kind::bold},    {"h2", Kind::bold},
    {"h3", Kind::bold},          {"h4", Kind::bold},     {"h5", Kind::bold},    {"h6", Kind::bold},
    {"th", Kind::bold},          {"i", Kind::italic},    {"em", Kind::italic},  {"u", Kind::underline},
    {"ins", Kind::underline},    {"s", Kind::strike},    {"del", Kind::strike}, {"strike", Kind::strike},
    {"code", Kind::code},        {"tt", Kind::code},     {"kbd", Kind::code},   {"pre", Kind::code_block},
    {"blockquote", Kind::quote}, {"a", Kind::link},
};
constexpr std::string_view unread[] = {"script", "style", "head", "title", "template", "iframe", "object"};
constexpr std::string_view blocks[] = {"p",      "div",        "h1", "h2", "h3", "h4",    "h5",      "h6",
                                       "pre",    "blockquote", "ul", "ol", "tr", "table", "section", "article",
                                       "header", "footer",     "li", "dl", "dt", "dd"};

template <class List>
bool is_one_of(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

class HookHtml {
 public:
  void read(std::string_view html) {
    HtmlTokens tokens{html};
    while (auto token = tokens.next()) {
      switch (token->kind) {
        case HtmlToken::Kind::text:
          if (unread_.empty()) add_text(clean_body(token->text));
          break;
        case HtmlToken::Kind::open:
          opened(*token);
          break;
        case HtmlToken::Kind::close:
          closed(token->text);
          break;
      }
    }
    while (!open_.empty()) end_last();
  }
  HtmlText& out() { return out_; }

 private:
  struct Open {
    std::string element;
    std::size_t begin = std::string::npos;  // where its first word stands
    std::string value{};
  };

  void add_text(std::string_view words) {
    const auto begins = [this] {
      for (Open& each : open_) each.begin = std::min(each.begin, out_.text.size());
    };
    const bool as_it_is = std::any_of(open_.begin(), open_.end(), [](const Open& o) { return o.element == "pre"; });
    if (as_it_is) {
      out_.add_lines(words, begins);
    } else {
      out_.add_words(words, begins);
    }
  }
  void opened(const HtmlToken& token) {
    if (!unread_.empty()) return;
    if (is_one_of(unread, token.text)) {
      if (!token.closed) unread_ = token.text;
      return;
    }
    if (token.text == "br") return out_.break_line();
    if (token.text == "hr") return out_.want_lines(2);
    if (token.text == "img") {
      const std::string* words = token.attribute("alt");
      if (words != nullptr) add_text(clean_line(*words));
      return;
    }
    if (is_one_of(blocks, token.text)) out_.want_lines(token.text == "p" ? 2 : 1);
    if (token.text == "li") out_.add_marker("- ");
    if (token.text == "td" || token.text == "th") add_text(" ");
    if (token.closed || open_.size() == deepest_element) return;
    Open open{token.text};
    const std::string* address = token.text == "a" ? token.attribute("href") : nullptr;
    if (address != nullptr) open.value = web_address(*address);
    open_.push_back(std::move(open));
  }
  void closed(const std::string& element) {
    if (!unread_.empty()) {
      if (element == unread_) unread_.clear();
      return;
    }
    const auto is_it = [&](const Open& each) { return each.element == element; };
    if (std::none_of(open_.begin(), open_.end(), is_it)) return;
    while (open_.back().element != element) end_last();
    end_last();
  }
  void end_last() {
    const Open last = std::move(open_.back());
    open_.pop_back();
    if (last.element == "li") out_.end_marker();
    if (last.begin != std::string::npos) say_meaning(last);
    if (is_one_of(blocks, last.element)) out_.want_lines(last.element == "p" ? 2 : 1);
  }
  void say_meaning(const Open& open) {
    for (const Meaning& each : meanings) {
      if (each.element != open.element) continue;
      if (each.kind != Kind::link) {
        out_.mark(each.kind, open.begin);
      } else if (!open.value.empty()) {
        out_.mark(each.kind, open.begin, open.value);
        // What has no sign elsewhere stands in the text (docs/decisions/0083).
        if (out_.text.substr(open.begin) != open.value) out_.text += " (" + open.value + ")";
      }
    }
  }

  HtmlText out_;
  std::vector<Open> open_;
  std::string unread_;  // the element whose end is waited for
};

}  // namespace

void add_html(Prose& prose, std::string_view html) {
  HookHtml reader;
  reader.read(text::cut(html, longest_hook_html));
  prose.append(Prose{std::move(reader.out().text), std::move(reader.out().spans)});
}

}  // namespace dragoman::backends::webhook::formats
