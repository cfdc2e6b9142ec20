#include "backends/matrix/html_write.hpp"

#include <algorithm>
#include <utility>

#include "backends/matrix/address.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

using chat::Span;
using Shape = Span::Kind;

constexpr std::size_t most_written_spans = 1000;
// What clients let through (client-server API, "m.room.message msgtypes").
constexpr std::string_view shown_schemes[] = {"https://", "http://", "ftp://", "mailto:", "magnet:"};

bool is_block(Shape kind) { return kind == Shape::quote || kind == Shape::code_block; }
bool is_anchor(Shape kind) { return kind == Shape::link || kind == Shape::mention; }
bool is_shown_link(std::string_view url) {
  return std::any_of(std::begin(shown_schemes), std::end(shown_schemes),
                     [&](std::string_view scheme) { return url.starts_with(scheme) && url.size() > scheme.size(); });
}
bool is_colour(std::string_view value) {
  return value.size() == 7 && value.front() == '#' &&
         value.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

struct Tags {
  std::string open, close;
  bool replaces = false;  // the text is said by the tag
};

std::string attribute_tag(std::string_view element, std::string_view name, std::string_view value) {
  std::string tag{"<"};
  return tag.append(element).append(" ").append(name).append("=\"").append(escape_html(value)).append("\">");
}

/// Empty for what HTML does not show.
Tags tags_of(const Span& span, std::string_view words, const UserOf& user_of) {
  switch (span.kind) {
    case Shape::bold:
      return {"<strong>", "</strong>"};
    case Shape::italic:
      return {"<em>", "</em>"};
    case Shape::underline:
      return {"<u>", "</u>"};
    case Shape::strike:
      return {"<del>", "</del>"};
    case Shape::code:
      return {"<code>", "</code>"};
    case Shape::code_block: {
      const std::string code = span.value.empty() ? "<code>" : attribute_tag("code", "class", "language-" + span.value);
      return {"<pre>" + code, "</code></pre>"};
    }
    case Shape::quote:
      return {"<blockquote>", "</blockquote>"};
    case Shape::spoiler:
      return {span.value.empty() ? "<span data-mx-spoiler>" : attribute_tag("span", "data-mx-spoiler", span.value),
              "</span>"};
    case Shape::colour:
      if (!is_colour(span.value)) return {};
      return {attribute_tag("span", "data-mx-color", span.value), "</span>"};
    case Shape::link:
      if (!is_shown_link(span.value)) return {};
      return {attribute_tag("a", "href", span.value), "</a>"};
    case Shape::mention: {
      const std::string user = user_of_mention(span.value, user_of);
      if (user.empty()) return {};
      return {attribute_tag("a", "href", to_link(user)), "</a>"};
    }
    case Shape::emoji: {
      if (!span.value.starts_with("mxc://")) return {};
      const std::string alt = escape_html(words);
      return {"<img data-mx-emoticon src=\"" + escape_html(span.value) + "\" alt=\"" + alt + "\" title=\"" + alt +
                  "\" height=\"32\">",
              "", true};
    }
  }
  return {};
}

struct Shown {
  const Span* span;
  Tags tags;
};

/// Blocks are around the rest; then what begins first, and of those what ends last.
bool is_outside(const Shown& a, const Shown& b) {
  const auto rank = [](const Shown& each) {
    return each.span->kind == Shape::quote ? 0 : each.span->kind == Shape::code_block ? 1 : 2;
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  return a.span->begin != b.span->begin ? a.span->begin < b.span->begin : a.span->end > b.span->end;
}

std::vector<Shown> shown_spans(const chat::Content& content, const UserOf& user_of) {
  std::vector<Shown> shown;
  for (const Span& span : content.spans) {
    if (span.begin >= span.end || span.end > content.text.size() || shown.size() >= most_written_spans) continue;
    const auto words = std::string_view{content.text}.substr(span.begin, span.end - span.begin);
    if (Tags tags = tags_of(span, words, user_of); !tags.open.empty()) shown.push_back({&span, std::move(tags)});
  }
  std::stable_sort(shown.begin(), shown.end(), is_outside);
  return shown;
}

struct Range {
  std::size_t begin, end;
};

/// What read_html() puts into the text because other networks have no sign for it.
void add_signs(const Span& span, std::string_view text, std::vector<Range>& signs) {
  const std::string_view before = text.substr(0, span.begin), behind = text.substr(span.end);
  if (span.kind == Shape::link) {
    const std::string address = " (" + span.value + ')';
    if (behind.starts_with(address)) signs.push_back({span.end, span.end + address.size()});
  }
  constexpr std::string_view bars = "||";
  if (span.kind == Shape::spoiler && before.ends_with(bars) && behind.starts_with(bars)) {
    const std::string reason = span.value.empty() ? std::string{bars} : '(' + span.value + ") ||";
    signs.push_back({span.begin - (before.ends_with(reason) ? reason.size() : bars.size()), span.begin});
    signs.push_back({span.end, span.end + bars.size()});
  }
}

class HtmlWriter {
 public:
  HtmlWriter(const chat::Content& content, const UserOf& user_of)
      : text_(content.text), shown_(shown_spans(content, user_of)) {
    for (const Shown& each : shown_) add_signs(*each.span, text_, signs_);
  }

  std::string write() {
    std::vector<std::size_t> edges{0, text_.size()};
    for (const Shown& each : shown_) edges.insert(edges.end(), {each.span->begin, each.span->end});
    for (const Range& each : signs_) edges.insert(edges.end(), {each.begin, each.end});
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
      if (!is_sign(edges[i])) piece(edges[i], edges[i + 1]);
    }
    open_only({});
    return std::move(out_);
  }

 private:
  bool is_sign(std::size_t at) const {
    return std::any_of(signs_.begin(), signs_.end(), [at](Range each) { return each.begin <= at && at < each.end; });
  }
  std::vector<const Shown*> around(std::size_t at) const {
    std::vector<const Shown*> found;
    bool anchor = false, code_block = false;
    for (const Shown& each : shown_) {
      const Span& span = *each.span;
      if (span.begin > at || at >= span.end || (code_block && !is_block(span.kind))) continue;
      if (is_anchor(span.kind) && std::exchange(anchor, true)) continue;  // no link stands in a link
      code_block = code_block || span.kind == Shape::code_block;
      found.push_back(&each);
    }
    return found;
  }
  void piece(std::size_t begin, std::size_t end) {
    std::string_view words = text_.substr(begin, end - begin);
    const std::vector<const Shown*> wanted = around(begin);
    // A block begins and ends its own lines.
    const bool behind_block = open_only(wanted);
    if (behind_block && words.starts_with('\n')) words.remove_prefix(1);
    if (begins_block(end) && words.ends_with('\n')) words.remove_suffix(1);
    for (const Shown* each : wanted) {
      if (each->tags.replaces) return;
    }
    const bool preformatted = !wanted.empty() && std::any_of(wanted.begin(), wanted.end(), [](const Shown* each) {
      return each->span->kind == Shape::code_block;
    });
    for (bool first = true; const std::string_view line : text::split(words, '\n')) {
      if (!std::exchange(first, false)) out_ += preformatted ? "\n" : "<br>";
      out_ += escape_html(line);
    }
  }
  bool begins_block(std::size_t at) const {
    return std::any_of(shown_.begin(), shown_.end(),
                       [at](const Shown& each) { return is_block(each.span->kind) && each.span->begin == at; });
  }
  /// True when a block was closed for it.
  bool open_only(const std::vector<const Shown*>& wanted) {
    std::size_t same = 0;
    while (same < wanted.size() && same < open_.size() && open_[same] == wanted[same]) ++same;
    bool closed_block = false;
    while (open_.size() > same) {
      out_ += open_.back()->tags.close;
      closed_block = closed_block || is_block(open_.back()->span->kind);
      open_.pop_back();
    }
    for (; same < wanted.size(); ++same) {
      out_ += wanted[same]->tags.open;
      open_.push_back(wanted[same]);
    }
    return closed_block;
  }

  std::string_view text_;
  std::vector<Shown> shown_;
  std::vector<Range> signs_;
  std::vector<const Shown*> open_;
  std::string out_;
};

}  // namespace

std::string user_of_mention(std::string_view value, const UserOf& user_of) {
  if (is_user_id(value) && is_server_name(server_in(value))) return std::string{value};
  return user_of ? user_of(value) : std::string{};
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

bool needs_html(const chat::Content& content, const UserOf& user_of) { return !shown_spans(content, user_of).empty(); }

std::string write_html(const chat::Content& content, const UserOf& user_of) {
  return HtmlWriter{content, user_of}.write();
}

}  // namespace dragoman::backends::matrix
