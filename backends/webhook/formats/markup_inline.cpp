#include "backends/webhook/formats/markup_inline.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "backends/webhook/formats/when.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook::formats {

using Kind = chat::Span::Kind;

/// A pair of signs. Where several fit the longest stands first.
struct InlineMarkup::Sign {
  std::string_view text;
  Kind kind;
  bool markdown, discord, mrkdwn;  ///< whether the dialect has it
  bool inside_words;               ///< snake_case_names stay what they are
};

const InlineMarkup::Sign InlineMarkup::signs_[] = {
    {"**", Kind::bold, true, true, false, true},       {"__", Kind::bold, true, false, false, false},
    {"__", Kind::underline, false, true, false, true}, {"~~", Kind::strike, true, true, false, true},
    {"||", Kind::spoiler, false, true, false, true},   {"*", Kind::italic, true, true, false, true},
    {"*", Kind::bold, false, false, true, false},      {"_", Kind::italic, true, true, true, false},
    {"~", Kind::strike, false, false, true, false},
};

namespace {

constexpr std::size_t deepest = 8;           // of emphasis in emphasis
constexpr std::size_t longest_label = 512;   // of a link
constexpr std::size_t longest_angle = 2300;  // an address and its label

bool is_blank_char(char c) { return c == ' ' || c == '\t' || c == '\n'; }
bool is_word_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c & 0x80) != 0;
}
bool is_sign_char(char c) { return c > ' ' && c < 0x7f && !is_word_char(c); }
/// `_-_` and `***` are no emphasis.
bool has_words(std::string_view text) { return std::any_of(text.begin(), text.end(), is_word_char); }

/// Where the sign that begins at `at` ends its pair; npos: nowhere.
std::size_t end_of_pair(std::string_view line, std::size_t at, std::string_view sign, bool inside_words) {
  for (std::size_t i = line.find(sign, at + sign.size()); i != std::string_view::npos; i = line.find(sign, i + 1)) {
    const std::size_t behind = i + sign.size();
    // Of "***" the last two end the pair of two.
    if (behind < line.size() && line[behind] == sign[0] && line[i - 1] != sign[0]) continue;
    if (is_blank_char(line[i - 1]) || line[i - 1] == '\\') continue;
    if (!inside_words && behind < line.size() && is_word_char(line[behind])) continue;
    if (sign.size() == 1 && line[i - 1] == sign[0]) continue;
    return i;
  }
  return std::string_view::npos;
}

}  // namespace

void InlineMarkup::read(std::string_view line, std::size_t depth) {
  NoEnd no_end;
  for (std::size_t i = 0; i < line.size();) {
    std::size_t size = 0;
    switch (line[i]) {
      case '\\':
        size = escaped(line, i);
        break;
      case '`':
        size = code(line, i, no_end);
        break;
      case '[':
      case '!':
        size = markdown_link(line, i);
        break;
      case '<':
        size = in_angles(line, i);
        break;
      case '&':
        if (dialect_ == Dialect::mrkdwn) {
          for (const auto& [name, sign] : {std::pair{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}}) {
            if (!line.substr(i).starts_with(name)) continue;
            prose_.add(sign);
            size = std::string_view{name}.size();
          }
        }
        break;
      default:
        size = emphasis(line, i, depth, no_end);
        break;
    }
    if (size == 0) {
      prose_.add(line.substr(i, 1));
      size = 1;
    }
    i += size;
  }
}

std::size_t InlineMarkup::escaped(std::string_view line, std::size_t at) {
  if (dialect_ == Dialect::mrkdwn || at + 1 >= line.size() || !is_sign_char(line[at + 1])) return 0;
  prose_.add(line.substr(at + 1, 1));
  return 2;
}

std::size_t InlineMarkup::code(std::string_view line, std::size_t at, NoEnd& no_end) {
  const std::size_t behind = std::min(line.find_first_not_of('`', at), line.size());
  const std::size_t ticks = behind - at;
  if (ticks >= 64 || (no_end.ticks >> ticks & 1) != 0) {
    prose_.add(line.substr(at, ticks));
    return ticks;
  }
  for (std::size_t i = line.find('`', behind); i != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_not_of('`', i), line.size());
    if (end - i == ticks) {
      std::string_view inside = line.substr(behind, i - behind);
      // ` `` ` is two ticks.
      if (inside.size() > 2 && inside.front() == ' ' && inside.back() == ' ') {
        inside = inside.substr(1, inside.size() - 2);
      }
      const std::size_t begin = prose_.end();
      prose_.add(inside).mark(Kind::code, begin);
      return end - at;
    }
    i = line.find('`', end);
  }
  no_end.ticks |= std::uint64_t{1} << ticks;
  prose_.add(line.substr(at, ticks));
  return ticks;
}

std::size_t InlineMarkup::emphasis(std::string_view line, std::size_t at, std::size_t depth, NoEnd& no_end) {
  static_assert(std::size(signs_) == sizeof(no_end.signs) / sizeof(bool));
  if (depth == deepest) return 0;
  for (const Sign& sign : signs_) {
    const bool known = dialect_ == Dialect::markdown  ? sign.markdown
                       : dialect_ == Dialect::discord ? sign.discord
                                                      : sign.mrkdwn;
    if (!known || !line.substr(at).starts_with(sign.text)) continue;
    const std::size_t inside = at + sign.text.size();
    if (inside >= line.size() || is_blank_char(line[inside])) continue;
    if (!sign.inside_words && at > 0 && is_word_char(line[at - 1])) continue;
    bool& none = no_end.signs[static_cast<std::size_t>(&sign - signs_)];
    if (none) continue;
    const std::size_t end = end_of_pair(line, at, sign.text, sign.inside_words);
    if (end == std::string_view::npos) {
      none = true;
      continue;
    }
    const std::string_view words = line.substr(inside, end - inside);
    if (!has_words(words)) continue;
    // What only HTML could say stands in the text too (docs/decisions/0083).
    const bool is_spoiler = sign.kind == Kind::spoiler;
    if (is_spoiler) prose_.add(sign.text);
    const std::size_t begin = prose_.end();
    read(words, depth + 1);
    prose_.mark(sign.kind, begin);
    if (is_spoiler) prose_.add(sign.text);
    return end + sign.text.size() - at;
  }
  return 0;
}

std::size_t InlineMarkup::markdown_link(std::string_view line, std::size_t at) {
  if (dialect_ == Dialect::mrkdwn) return 0;
  const bool picture = line[at] == '!';
  const std::size_t open = at + (picture ? 1 : 0);
  if (open >= line.size() || line[open] != '[') return 0;
  std::size_t level = 0, close = open;
  const std::size_t last = std::min(line.size(), open + longest_label);
  for (; close < last; ++close) {
    if (line[close] == '[') ++level;
    if (line[close] == ']' && --level == 0) break;
  }
  if (close + 1 >= last || line[close + 1] != '(') return 0;
  const std::size_t end = line.substr(0, std::min(line.size(), close + longest_angle)).find(')', close);
  if (end == std::string_view::npos) return 0;
  std::string_view target = text::trim(line.substr(close + 2, end - close - 2));
  target = target.substr(0, target.find(' '));  // a title may follow
  if (target.starts_with('<') && target.ends_with('>')) target = target.substr(1, target.size() - 2);
  if (web_address(target).empty() && !target.starts_with('#') && !target.starts_with('/')) return 0;
  const std::string_view label = line.substr(open + 1, close - open - 1);
  Prose words;
  // A badge is a picture in a link.
  InlineMarkup{words, dialect_}.read(label, deepest - 1);
  prose_.link(words.empty() && picture ? std::string_view{"image"} : std::string_view{words.text()}, target);
  return end + 1 - at;
}

std::size_t InlineMarkup::in_angles(std::string_view line, std::size_t at) {
  const std::size_t end = line.substr(0, std::min(line.size(), at + longest_angle)).find('>', at);
  if (end == std::string_view::npos || end == at + 1) return 0;
  const std::string_view inside = line.substr(at + 1, end - at - 1);
  bool known = false;
  if (dialect_ == Dialect::mrkdwn) {
    known = slack_reference(inside);
  } else {
    known = dialect_ == Dialect::discord && discord_reference(inside);
    if (!known && !web_address(inside).empty()) {
      prose_.url(inside);
      known = true;
    }
  }
  return known ? end + 1 - at : 0;
}

bool InlineMarkup::slack_reference(std::string_view inside) {
  const std::size_t bar = inside.find('|');
  const std::string_view target = inside.substr(0, bar);
  std::string_view label = bar == std::string_view::npos ? std::string_view{} : inside.substr(bar + 1);
  if (target.starts_with('@') || target.starts_with('#')) {
    // <@U024BE7LH|bob>, <#C024BE7LR|general>
    const std::string_view sign = target.substr(0, 1);
    if (label.starts_with(sign)) label.remove_prefix(1);
    prose_.add(sign).say(label.empty() ? target.substr(1) : label);
    return true;
  }
  if (target.starts_with('!')) {
    // <!here>, <!date^1392734382^{date}|Feb 18>, <!subteam^SAZ94GDB8|@crew>
    const std::string_view name = target.substr(1, target.find('^') - 1);
    if (!label.empty()) {
      prose_.say(label);
    } else {
      prose_.add("@").say(name);
    }
    return true;
  }
  if (web_address(target).empty()) return false;
  Prose words;
  InlineMarkup{words, dialect_}.read(label, deepest - 1);
  prose_.link(words.text(), target);
  return true;
}

bool InlineMarkup::discord_reference(std::string_view inside) {
  const auto digits = [](std::string_view text) {
    return !text.empty() && text.size() <= 20 && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  for (const std::string_view sign : {"@!", "@&", "@", "#"}) {
    if (!inside.starts_with(sign) || !digits(inside.substr(sign.size()))) continue;
    prose_.add(sign.substr(0, 1)).add(inside.substr(sign.size()));
    return true;
  }
  if (inside.starts_with(':') || inside.starts_with("a:")) {
    const std::size_t begin = inside.find(':'), end = inside.find(':', begin + 1);
    if (end == std::string_view::npos || !digits(inside.substr(end + 1))) return false;
    prose_.add(inside.substr(begin, end + 1 - begin));
    return true;
  }
  if (!inside.starts_with("t:")) return false;
  const std::string when = from_unix_time(inside.substr(2, inside.find(':', 2) - 2));
  prose_.add(when);
  return !when.empty();
}

}  // namespace dragoman::backends::webhook::formats
