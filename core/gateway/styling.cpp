#include "gateway/styling.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/byte_set.hpp"
#include "base/text.hpp"

namespace dragoman::gateway {

namespace {

using chat::Span;
using Kind = chat::Span::Kind;
using Spans = std::vector<Span>;

constexpr std::string_view fence = "```";
constexpr std::size_t depth_limit = 16;  // of quotations in one another
constexpr std::size_t most_spans = 64;   // that are tried one by one

struct Sign {
  char sign;
  Kind kind;
};
constexpr ByteSet styling_signs{"*_~`>"};
constexpr std::array<Sign, 4> signs{{{'*', Kind::bold}, {'_', Kind::italic}, {'~', Kind::strike}, {'`', Kind::code}}};

const Sign* sign_of(char c) {
  const auto* const found = std::find_if(signs.begin(), signs.end(), [c](Sign each) { return each.sign == c; });
  return found == signs.end() ? nullptr : found;
}
std::optional<char> sign_of(Kind kind) {
  for (const Sign& each : signs) {
    if (each.kind == kind) return each.sign;
  }
  return std::nullopt;
}
bool is_block(Kind kind) { return kind == Kind::quote || kind == Kind::code_block; }

bool is_space(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}
bool starts_with_space(std::string_view text) {
  const text::Decoded first = text::decode(text);
  return first.size != 0 && is_space(first.code_point);
}
bool ends_with_space(std::string_view text) {
  std::size_t at = text.size();
  while (at > 0 && (static_cast<unsigned char>(text[--at]) & 0xc0) == 0x80) {
  }
  return !text.empty() && starts_with_space(text.substr(at));
}

/// `_-_` is a nickname and `*.*` a pattern: nobody emphasizes what has no letter and no digit, and to take the signs
/// away would change what was said.
bool says_something(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c & 0x80) != 0;
  });
}

/// Outer spans before inner ones.
bool stands_before(const Span& a, const Span& b) {
  if (a.begin != b.begin) return a.begin < b.begin;
  if (a.end != b.end) return a.end > b.end;
  return a.kind < b.kind;
}

class Reader {
 public:
  std::string text;
  Spans spans;

  void blocks(std::string_view body, std::size_t depth) {
    bool first = true;
    while (true) {
      if (!std::exchange(first, false)) text += '\n';
      std::string_view line = take_line(body);
      if (line.starts_with(fence)) {
        code_block(line.substr(fence.size()), body);
      } else if (line.starts_with('>') && depth < depth_limit) {
        quotation(line, body, depth);
      } else {
        inside(line);
      }
      if (ended_) return;
    }
  }

 private:
  /// The first line of the rest, which loses it; notes when that was the last.
  std::string_view take_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    ended_ = end == std::string_view::npos;
    rest.remove_prefix(ended_ ? rest.size() : end + 1);
    return line;
  }
  void add(Kind kind, std::size_t begin, std::string_view value = {}) {
    if (begin < text.size()) spans.push_back({kind, begin, text.size(), std::string{value}});
  }

  void code_block(std::string_view language, std::string_view& rest) {
    const std::size_t begin = text.size();
    for (bool first = true; !ended_; first = false) {
      const std::string_view line = take_line(rest);
      if (line == fence) break;
      if (!first) text += '\n';
      text += line;
    }
    add(Kind::code_block, begin, language);
  }

  void quotation(std::string_view line, std::string_view& rest, std::size_t depth) {
    const std::size_t begin = text.size();
    std::string quoted;
    while (true) {
      line.remove_prefix(1);
      if (starts_with_space(line)) line.remove_prefix(text::decode(line).size);
      quoted += line;
      if (ended_ || !rest.starts_with('>')) break;
      quoted += '\n';
      line = take_line(rest);
    }
    const bool ended = ended_;
    blocks(quoted, depth + 1);
    ended_ = ended;
    add(Kind::quote, begin);
  }

  /// The spans of one line, or between two signs.
  void inside(std::string_view line) {
    std::array<bool, signs.size()> no_end{};  // no sign of this kind can end a span in what follows
    for (std::size_t i = 0; i < line.size();) {
      const Sign* sign = sign_of(line[i]);
      const std::size_t end = sign == nullptr ? 0 : end_of(line, i, no_end[static_cast<std::size_t>(sign - &signs[0])]);
      if (end == 0) {
        text += line[i++];
        continue;
      }
      const std::size_t begin = text.size();
      const std::string_view between = line.substr(i + 1, end - i - 1);
      if (sign->kind != Kind::code && !says_something(between)) {
        text += line[i++];
        continue;
      }
      if (sign->kind == Kind::code) {
        text += between;
      } else {
        inside(between);
      }
      add(sign->kind, begin);
      i = end + 1;
    }
  }
  /// Where the span that opens at `at` is closed; 0: it does not open, or nowhere.
  static std::size_t end_of(std::string_view line, std::size_t at, bool& no_end) {
    const char sign = line[at];
    const bool opens = at == 0 || ends_with_space(line.substr(0, at));
    const std::string_view behind = line.substr(at + 1);
    if (no_end || !opens || behind.empty() || behind.front() == sign || starts_with_space(behind)) return 0;
    for (std::size_t end = line.find(sign, at + 2); end != std::string_view::npos; end = line.find(sign, end + 1)) {
      if (!ends_with_space(line.substr(0, end))) return end;
    }
    no_end = true;
    return 0;
  }

  bool ended_ = false;
};

class Writer {
 public:
  Writer(std::string_view text, const Spans& spans) : text_(text), spans_(spans) {}

  std::string write() { return blocks(0, text_.size(), 0); }

 private:
  /// [begin, end) is whole lines. `next` is the first span that may begin there: those before it are around.
  std::string blocks(std::size_t begin, std::size_t end, std::size_t next) {
    std::string out;
    while (true) {
      while (next < spans_.size() && (spans_[next].begin < begin || !is_block(spans_[next].kind))) ++next;
      std::size_t line_end = std::min(text_.find('\n', begin), end);
      if (next < spans_.size() && spans_[next].begin == begin && spans_[next].end <= end) {
        const Span& block = spans_[next];
        line_end = block.end;
        if (block.kind == Kind::quote) {
          out += quoted(blocks(begin, block.end, next + 1));
        } else {
          out += std::string{fence} + block.value + '\n' + std::string{text_.substr(begin, block.end - begin)} + '\n';
          out += fence;
        }
      } else {
        line(out, begin, line_end);
      }
      if (line_end >= end) return out;
      out += '\n';
      begin = line_end + 1;
    }
  }
  static std::string quoted(std::string_view inner) {
    std::string out;
    for (const std::string_view line : text::split(inner, '\n')) {
      if (!out.empty()) out += '\n';
      out += "> ";
      out += line;
    }
    return out;
  }
  void line(std::string& out, std::size_t begin, std::size_t end) {
    std::vector<const Span*> open;
    const auto close = [&](std::size_t at) {
      while (!open.empty() && open.back()->end <= at) {
        out += *sign_of(open.back()->kind);
        open.pop_back();
      }
    };
    auto span = std::lower_bound(spans_.begin(), spans_.end(), begin,
                                 [](const Span& each, std::size_t at) { return each.begin < at; });
    for (std::size_t at = begin; at < end; ++at) {
      close(at);
      for (; span != spans_.end() && span->begin == at; ++span) {
        if (!sign_of(span->kind)) continue;
        out += *sign_of(span->kind);
        open.push_back(&*span);
      }
      out += text_[at];
    }
    close(end);
  }

  std::string_view text_;
  const Spans& spans_;
};

/// Those that signs can say, one for each line.
Spans sayable(const chat::Content& content) {
  Spans spans;
  for (const Span& span : content.spans) {
    if (span.begin >= span.end || span.end > content.text.size()) continue;
    if (is_block(span.kind)) {
      spans.push_back(span);
    } else if (sign_of(span.kind)) {
      for (std::size_t begin = span.begin; begin < span.end;) {
        const std::size_t end = std::min(content.text.find('\n', begin), span.end);
        if (begin < end) spans.push_back({span.kind, begin, end, {}});
        begin = end + 1;
      }
    }
  }
  std::sort(spans.begin(), spans.end(), stands_before);
  return spans;
}

/// The body, if it is read as just this.
std::optional<std::string> lossless(std::string_view text, const Spans& spans) {
  std::string body = Writer{text, spans}.write();
  Reader reader;
  reader.blocks(body, 0);
  std::sort(reader.spans.begin(), reader.spans.end(), stands_before);
  if (reader.text != text || reader.spans != spans) return std::nullopt;
  return body;
}

}  // namespace

bool looks_styled(std::string_view text) {
  if (styling_signs.none_in(text)) return false;
  Reader reader;
  reader.blocks(text, 0);
  return !reader.spans.empty() || reader.text != text;
}

bool read_styling(std::string_view body, chat::Content& content) {
  if (styling_signs.none_in(body)) return false;
  Reader reader;
  reader.blocks(body, 0);
  if (reader.spans.empty()) return false;
  std::sort(reader.spans.begin(), reader.spans.end(), stands_before);
  if (Writer{reader.text, reader.spans}.write() != body) return false;
  content.text = std::move(reader.text);
  content.spans = std::move(reader.spans);
  return true;
}

bool has_styles(const chat::Content& content) {
  return std::any_of(content.spans.begin(), content.spans.end(),
                     [](const Span& span) { return span.kind != Kind::mention; });
}

StyledBody write_styling(const chat::Content& content) {
  const Spans all = sayable(content);
  if (auto body = lossless(content.text, all)) return {std::move(*body), false};
  auto body = lossless(content.text, {});
  if (!body) return {content.text, true};
  if (all.size() > most_spans) return {std::move(*body), false};
  Spans kept;
  for (const Span& span : all) {
    kept.push_back(span);
    if (auto longer = lossless(content.text, kept)) {
      body = std::move(longer);
    } else {
      kept.pop_back();
    }
  }
  return {std::move(*body), false};
}

}  // namespace dragoman::gateway
