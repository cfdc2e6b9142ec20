#include "backends/matrix/html_read.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "backends/html_text.hpp"
#include "backends/html_tokens.hpp"
#include "backends/matrix/address.hpp"
#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/html_elements.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

using SpanKind = chat::Span::Kind;

constexpr std::size_t deepest_element = 100;  // client-server API, "m.room.message msgtypes"
constexpr std::size_t deepest_indent = 8;     // of lists in lists

class HtmlReader {
 public:
  explicit HtmlReader(bool named) : named_(named) {}

  void read(std::string_view html) {
    HtmlTokens tokens{html};
    while (auto token = tokens.next()) {
      if (!dropping_.empty()) {
        drop(*token);
      } else if (token->kind == HtmlToken::Kind::text) {
        add_text(clean_body(token->text));
      } else if (token->kind == HtmlToken::Kind::open) {
        open(*token);
      } else {
        close(token->text);
      }
    }
    while (!open_.empty()) close_last();
  }

  std::optional<chat::Content> finish() {
    std::string& text = out_.text;
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t')) text.pop_back();
    if (text.empty()) return std::nullopt;
    for (chat::Span& span : out_.spans) span.end = std::min(span.end, text.size());
    std::erase_if(out_.spans, [](const chat::Span& span) { return span.begin >= span.end; });
    // Of two over the same words the outer one, which ended later, is first.
    std::reverse(out_.spans.begin(), out_.spans.end());
    std::stable_sort(out_.spans.begin(), out_.spans.end(), [](const chat::Span& a, const chat::Span& b) {
      return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    });
    chat::Content content;
    content.text = std::move(text);
    content.spans = std::move(out_.spans);
    return content;
  }

 private:
  struct Open {
    std::string name;
    bool begun = false;               ///< `begin` is known
    std::size_t begin = 0;            ///< of its first word
    std::vector<chat::Span> means{};  ///< kind and value; where is known at its end
    std::string href{};
    std::uint64_t number = 0;  ///< <ol>: of the next item; <tr>: of cells so far
    std::size_t inside = 0;    ///< spoiler: where its words begin
  };

  bool is_open(std::string_view name) const {
    return std::any_of(open_.begin(), open_.end(), [&](const Open& each) { return each.name == name; });
  }
  /// The innermost open element of one of these names; nullptr: none.
  template <class Wanted>
  Open* innermost(Wanted wanted) {
    const auto found = std::find_if(open_.rbegin(), open_.rend(), [&](const Open& each) { return wanted(each.name); });
    return found == open_.rend() ? nullptr : &*found;
  }
  auto beginner() {
    return [this] {
      for (auto each = open_.rbegin(); each != open_.rend() && !each->begun; ++each) {
        each->begun = true;
        each->begin = out_.text.size();
      }
    };
  }
  void add_text(std::string_view text) {
    if (pre_ == 0) return out_.add_words(text, beginner());
    // HTML: a line break right behind <pre> is not there; the others are.
    out_.add_lines(text, beginner());
  }

  void drop(const HtmlToken& token) {
    if (token.text != dropping_ || token.kind == HtmlToken::Kind::text) return;
    if (token.kind == HtmlToken::Kind::open && !token.closed) ++dropped_;
    if (token.kind == HtmlToken::Kind::close && --dropped_ == 0) dropping_.clear();
  }

  void open(const HtmlToken& token) {
    const std::string& name = token.text;
    if (is_dropped(name) || (named_ && token.attribute("data-mx-profile-fallback") != nullptr)) {
      if (!token.closed) dropping_ = name, dropped_ = 1;
      return;
    }
    if (name == "br") return out_.break_line();
    if (name == "hr") return rule();
    if (name == "img") return image(token);
    if (token.closed || is_void(name)) return;
    end_implied(name);
    if (open_.size() >= deepest_element) {
      ++too_deep_;
      return;
    }
    begin_block(name);
    if (name == "li") item();
    if (name == "td" || name == "th") cell();
    open_.push_back({name});
    Open& element = open_.back();
    if (name == "pre") ++pre_;
    if (name == "ol") element.number = start_of(token);
    meaning(token, element);
  }

  /// What ends because the next one of its kind begins.
  void end_implied(std::string_view name) {
    if (name == "p" && !open_.empty() && open_.back().name == "p") close_last();
    if (name == "li") end_sibling([](std::string_view each) { return each == "li" || is_list(each); }, "li");
    if (name == "tr") end_sibling([](std::string_view each) { return each == "tr" || each == "table"; }, "tr");
    if (name == "td" || name == "th") {
      const auto wanted = [](std::string_view each) { return each == "td" || each == "th" || each == "tr"; };
      end_sibling(wanted, "td");
      end_sibling(wanted, "th");
    }
  }
  template <class Wanted>
  void end_sibling(Wanted wanted, std::string_view name) {
    const Open* found = innermost(wanted);
    if (found != nullptr && found->name == name) close(name);
  }

  void begin_block(std::string_view name) {
    if (is_paragraph(name)) {
      out_.want_lines(!open_.empty() && open_.back().name == "li" ? 1 : 2);
    } else if (is_line_block(name)) {
      out_.want_lines(1);
    }
  }
  void end_block(std::string_view name) {
    if (name == "li") out_.end_marker();
    if (is_paragraph(name)) {
      out_.want_lines(!open_.empty() && open_.back().name == "li" ? 1 : 2);
    } else if (is_line_block(name)) {
      out_.want_only(1);
    }
  }

  void rule() {
    out_.want_lines(1);
    add_text("---");
    out_.want_lines(1);
  }
  void image(const HtmlToken& token) {
    const std::string* words = token.attribute("alt");
    if (words == nullptr || words->empty()) words = token.attribute("title");
    if (words == nullptr) return;
    const std::string shown = clean_line(*words);
    if (shown.empty()) return;
    out_.settle();
    const std::size_t begin = out_.text.size();
    add_text(shown);
    const std::string* source = token.attribute("src");
    if (token.attribute("data-mx-emoticon") == nullptr || source == nullptr || !source->starts_with("mxc://")) return;
    out_.mark(SpanKind::emoji, begin, clean_line(*source));
  }
  static std::uint64_t start_of(const HtmlToken& token) {
    const std::string* start = token.attribute("start");
    const bool number = start != nullptr && !start->empty() && start->size() <= 9 &&
                        start->find_first_not_of("0123456789") == std::string::npos;
    return number ? std::stoull(*start) : 1;
  }
  void item() {
    const auto lists = static_cast<std::size_t>(
        std::count_if(open_.begin(), open_.end(), [](const Open& each) { return is_list(each.name); }));
    std::string marker(2 * std::min(lists > 0 ? lists - 1 : 0, deepest_indent), ' ');
    Open* list = innermost(is_list);
    marker += list != nullptr && list->name == "ol" ? std::to_string(list->number++) + ". " : "- ";
    out_.settle();
    beginner()();
    out_.add_marker(marker);
  }
  void cell() {
    Open* row = innermost([](std::string_view each) { return each == "tr"; });
    if (row != nullptr && row->number++ > 0) add_text(" | ");
  }

  void meaning(const HtmlToken& token, Open& element) {
    const std::string& name = element.name;
    if (const auto kind = meaning_of(name); kind && !(name == "code" && pre_ > 0)) {
      element.means.push_back({*kind, 0, 0, {}});
    }
    if (name == "pre" || (name == "code" && pre_ > 0)) {
      Open* block = innermost([](std::string_view each) { return each == "pre"; });
      if (std::string language = language_of(token); !language.empty()) block->means.front().value = language;
    }
    if (name == "span" || name == "font") {
      std::string colour = colour_of(token.attribute("data-mx-color"));
      if (colour.empty() && name == "font") colour = colour_of(token.attribute("color"));
      if (!colour.empty()) element.means.push_back({SpanKind::colour, 0, 0, std::move(colour)});
      if (const std::string* reason = token.attribute("data-mx-spoiler")) begin_spoiler(clean_line(*reason), element);
    }
    if (const std::string* href = token.attribute("href"); href != nullptr && name == "a") {
      element.href = clean_line(*href);
    }
  }

  void begin_spoiler(std::string reason, Open& element) {
    out_.settle();
    beginner()();
    out_.text += reason.empty() ? "||" : '(' + reason + ") ||";
    element.means.push_back({SpanKind::spoiler, 0, 0, std::move(reason)});
    element.inside = out_.text.size();
  }

  void end_spoiler(const Open& element) {
    if (out_.text.size() > element.inside) {
      out_.text += "||";
    } else {
      out_.text.resize(element.begin);  // it hides nothing
    }
  }

  void close(std::string_view name) {
    if (too_deep_ > 0) {
      --too_deep_;
      return;
    }
    if (!is_open(name)) return;
    while (open_.back().name != name) close_last();
    close_last();
  }
  void close_last() {
    Open element = std::move(open_.back());
    if (!element.href.empty()) link(element);
    open_.pop_back();
    for (chat::Span& each : element.means) {
      const bool spoiler = each.kind == SpanKind::spoiler;
      if (element.begun) out_.mark(each.kind, spoiler ? element.inside : element.begin, std::move(each.value));
      if (spoiler) end_spoiler(element);
    }
    if (element.name == "pre") --pre_;
    end_block(element.name);
  }

  /// The element is still the last of the open ones.
  void link(Open& element) {
    const auto address =
        is_matrix_link(element.href) ? parse_typed_address(element.href) : failure(Fault::malformed, {});
    const bool user = address && address->kind == Address::Kind::user && clean_line(address->id) == address->id;
    if (!user && !is_openable(element.href)) return;
    if (!element.begun) {  // it has no words: an image without a description
      out_.settle();
      element.begin = out_.text.size();
      element.begun = true;
      beginner()();
      out_.text += user ? address->id : element.href;
    }
    if (user) return out_.mark(SpanKind::mention, element.begin, address->id);
    out_.mark(SpanKind::link, element.begin, element.href);
    const std::string words = out_.text.substr(element.begin);
    const bool names_room = address && address->id == words;
    if (!names_room && !says_address(words, element.href)) out_.text += " (" + element.href + ')';
  }

  bool named_;
  HtmlText out_;
  std::vector<Open> open_;
  std::size_t pre_ = 0, too_deep_ = 0, dropped_ = 0;
  std::string dropping_;  // the element that is left out with all in it
};

}  // namespace

std::optional<chat::Content> read_html(std::string_view html, bool named) {
  if (html.size() > longest_html) return std::nullopt;
  HtmlReader reader{named};
  reader.read(html);
  return reader.finish();
}

}  // namespace dragoman::backends::matrix
