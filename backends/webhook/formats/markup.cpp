#include "backends/webhook/formats/markup.hpp"

#include <string>
#include <utility>

#include "backends/clean_text.hpp"
#include "backends/webhook/formats/markup_inline.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

using Kind = chat::Span::Kind;

constexpr std::size_t longest_markup = 64 * 1024;
constexpr std::size_t deepest_quotation = 8;
constexpr std::string_view code_fence = "```";

/// Comments of HTML: templates of pull requests are full of them.
std::string without_comments(std::string_view text) {
  constexpr std::string_view open = "<!--", close = "-->";
  std::string out;
  while (true) {
    const std::size_t begin = text.find(open);
    const std::size_t end = begin == std::string_view::npos ? begin : text.find(close, begin + open.size());
    if (end == std::string_view::npos) return out.append(text);
    out += text.substr(0, begin);
    text.remove_prefix(end + close.size());
  }
}

/// Blocks: quotations, code, headings, lists; the lines in them are InlineMarkup's.
class Blocks {
 public:
  Blocks(Prose& prose, Dialect dialect) : prose_(prose), dialect_(dialect), inline_(prose, dialect) {}

  void read(std::string_view text, std::size_t depth) {
    bool blank = false;
    for (rest_ = text; !rest_.empty();) {
      const std::string_view line = take_line();
      if (text::trim(line).empty()) {
        blank = true;
        continue;
      }
      if (std::exchange(blank, false)) {
        prose_.paragraph();
      } else {
        prose_.line();
      }
      if (is_quoted(line) && depth < deepest_quotation) {
        quotation(line, depth);
      } else {
        paragraph_line(line);
      }
    }
  }

 private:
  std::string_view take_line() {
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return line;
  }

  bool is_quoted(std::string_view line) const {
    return line.starts_with('>') || (dialect_ == Dialect::mrkdwn && line.starts_with("&gt;"));
  }
  std::string_view unquoted(std::string_view line) const {
    line.remove_prefix(line.front() == '>' ? 1 : std::string_view{"&gt;"}.size());
    if (line.starts_with(' ')) line.remove_prefix(1);
    return line;
  }
  void quotation(std::string_view line, std::size_t depth) {
    std::string quoted;
    // ">>>" quotes all the rest: Slack, Discord.
    if (dialect_ != Dialect::markdown && (line.starts_with(">>>") || line.starts_with("&gt;&gt;&gt;"))) {
      quoted.append(text::trim(line.substr(line.front() == '>' ? 3 : 12))).append("\n").append(rest_);
      rest_ = {};
    } else {
      quoted = unquoted(line);
      while (!rest_.empty() && is_quoted(rest_)) quoted.append("\n").append(unquoted(take_line()));
    }
    const std::string_view behind = std::exchange(rest_, {});
    Prose inside;
    Blocks{inside, dialect_}.read(quoted, depth + 1);
    const std::size_t begin = prose_.end();
    prose_.append(inside).mark(Kind::quote, begin);
    rest_ = behind;
  }

  void paragraph_line(std::string_view line) {
    const std::size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
    const std::string_view words = line.substr(indent);
    if (words.starts_with(code_fence) && words.find('`', code_fence.size()) == std::string_view::npos) {
      fenced(words.substr(code_fence.size()));
      return;
    }
    if (dialect_ != Dialect::markdown && words.find(code_fence) != std::string_view::npos) {
      code_in_text(line);
      return;
    }
    if (dialect_ != Dialect::mrkdwn && words.starts_with('#') && heading(words)) return;
    const bool item = words.size() > 2 && words[1] == ' ' && (words[0] == '*' || words[0] == '+' || words[0] == '-');
    if (dialect_ == Dialect::mrkdwn || !item) {
      inline_.read(dialect_ == Dialect::mrkdwn ? line : line.substr(0, line.find_last_not_of(" \t") + 1));
      return;
    }
    prose_.add(line.substr(0, indent)).add("- ");
    inline_.read(task(words.substr(2)));
  }

  /// "[x] done" of a list of tasks.
  std::string_view task(std::string_view item) {
    if (item.starts_with("[ ] ") || item.starts_with("[x] ") || item.starts_with("[X] ")) {
      prose_.add(item.substr(0, 4));
      item.remove_prefix(4);
    }
    return item;
  }

  bool heading(std::string_view words) {
    const std::size_t level = words.find_first_not_of('#');
    if (level == std::string_view::npos || level > 6 || words[level] != ' ') return false;
    words = text::trim(words.substr(level));
    const std::size_t begin = prose_.end();
    inline_.read(words);
    prose_.mark(Kind::bold, begin);
    return true;
  }

  void fenced(std::string_view language) {
    const std::size_t begin = prose_.end();
    bool first = true;
    while (!rest_.empty()) {
      const std::string_view line = take_line();
      if (text::trim(line).starts_with(code_fence)) break;
      if (!std::exchange(first, false)) prose_.add("\n");
      prose_.add(line);
    }
    prose_.mark(Kind::code_block, begin, std::string{text::trim(language)});
  }

  /// "words ```code``` words": chats need no line for the fence.
  void code_in_text(std::string_view line) {
    const std::size_t begin = line.find(code_fence);
    inline_.read(line.substr(0, begin));
    // The code may go on behind the line: what is left is `rest_`, which follows it in the same text.
    const char* const from = line.data() + begin + code_fence.size();
    const std::string_view behind{from, static_cast<std::size_t>(rest_.data() + rest_.size() - from)};
    const std::size_t end = behind.find(code_fence);
    const std::string_view code = behind.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view{} : behind.substr(end + code_fence.size());
    if (code.find('\n') == std::string_view::npos && begin > 0) {
      const std::size_t words = prose_.end();
      prose_.add(code).mark(Kind::code, words);
      inline_.read(take_line());
      return;
    }
    Prose block;
    block.say_lines(code);
    prose_.line();
    const std::size_t lines = prose_.end();
    prose_.append(block).mark(Kind::code_block, lines);
    if (rest_.starts_with('\n')) rest_.remove_prefix(1);
  }

  Prose& prose_;
  Dialect dialect_;
  InlineMarkup inline_;
  std::string_view rest_;
};

}  // namespace

void add_markup(Prose& prose, std::string_view text, Dialect dialect) {
  std::string clean = clean_body(text::cut(text, longest_markup));
  if (dialect == Dialect::markdown) clean = without_comments(clean);
  Prose read;
  Blocks{read, dialect}.read(clean, 0);
  read.trim_end();
  prose.append(read);
}

}  // namespace dragoman::backends::webhook::formats
