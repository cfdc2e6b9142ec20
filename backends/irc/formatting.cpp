#include "backends/irc/formatting.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "backends/irc/colours.hpp"
#include "base/byte_set.hpp"

namespace dragoman::backends::irc {

namespace {

using Kind = chat::Span::Kind;

struct Toggle {
  char code;
  Kind kind;
};
constexpr std::array<Toggle, 5> toggles{{{'\x02', Kind::bold},
                                         {'\x1d', Kind::italic},
                                         {'\x1f', Kind::underline},
                                         {'\x1e', Kind::strike},
                                         {'\x11', Kind::code}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr ByteSet controls = ByteSet{"\x7f"}.with_range(0, 0x1f);

/// Collects text and open spans while codes are read.
class Reader {
 public:
  explicit Reader(chat::Content& content) : content_(content) {}

  void read(std::string_view text) {
    while (!text.empty()) {
      const char c = text.front();
      text.remove_prefix(1);
      if (!controls.has(c) || c == '\t') {
        content_.text += c;
      } else if (c == '\x0f') {
        close_all();
      } else if (c == '\x03') {
        colour(text);
      } else if (c == '\x04') {
        hex_colour(text);
      } else if (const auto* toggle =
                     std::find_if(toggles.begin(), toggles.end(), [c](Toggle t) { return t.code == c; });
                 toggle != toggles.end()) {
        flip(static_cast<std::size_t>(toggle - toggles.begin()));
      }
    }
    close_all();
    std::sort(content_.spans.begin(), content_.spans.end(), [](const chat::Span& a, const chat::Span& b) {
      return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    });
  }

 private:
  struct Colours {
    std::string foreground, background;  // "#rrggbb"; empty: the default
  };

  void flip(std::size_t index) {
    if (open_[index]) {
      close(index);
    } else {
      open_[index] = content_.text.size();
    }
  }
  void close(std::size_t index) {
    if (!open_[index]) return;
    add(toggles[index].kind, *open_[index], {});
    open_[index].reset();
  }
  void close_all() {
    for (std::size_t i = 0; i < toggles.size(); ++i) close(i);
    set_colours({});
  }
  void add(Kind kind, std::size_t begin, std::string value) {
    const std::size_t end = content_.text.size();
    if (begin < end) content_.spans.push_back({kind, begin, end, std::move(value)});
  }
  void set_colours(Colours colours) {
    if (!colours_.foreground.empty()) {
      const bool hidden = colours_.foreground == colours_.background;
      add(hidden ? Kind::spoiler : Kind::colour, colours_begin_, hidden ? std::string{} : colours_.foreground);
    }
    colours_ = std::move(colours);
    colours_begin_ = content_.text.size();
  }
  /// Up to two digits, read greedily.
  static std::optional<unsigned> number(std::string_view& text) {
    if (text.empty() || !is_digit(text[0])) return std::nullopt;
    auto value = static_cast<unsigned>(text[0] - '0');
    text.remove_prefix(1);
    if (!text.empty() && is_digit(text[0])) {
      value = value * 10 + static_cast<unsigned>(text[0] - '0');
      text.remove_prefix(1);
    }
    return value;
  }
  void colour(std::string_view& text) {
    const auto foreground = number(text);
    if (!foreground) return set_colours({});
    Colours colours{colour_of(*foreground), colours_.background};
    if (text.size() >= 2 && text[0] == ',' && is_digit(text[1])) {
      text.remove_prefix(1);
      colours.background = colour_of(*number(text));
    }
    set_colours(std::move(colours));
  }
  static std::string take_hex(std::string_view& text) {
    static constexpr std::string_view digits = "0123456789abcdefABCDEF";
    if (text.size() < 6 || text.substr(0, 6).find_first_not_of(digits) != std::string_view::npos) return {};
    std::string value = "#";
    for (const char c : text.substr(0, 6)) value += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    text.remove_prefix(6);
    return value;
  }
  void hex_colour(std::string_view& text) {
    Colours colours{take_hex(text), colours_.background};
    if (colours.foreground.empty()) return set_colours({});
    if (text.starts_with(',')) {
      std::string_view rest = text.substr(1);
      if (std::string background = take_hex(rest); !background.empty()) {
        colours.background = std::move(background);
        text = rest;
      }
    }
    set_colours(std::move(colours));
  }

  chat::Content& content_;
  std::array<std::optional<std::size_t>, toggles.size()> open_{};
  Colours colours_;
  std::size_t colours_begin_ = 0;
};

std::string opening(const chat::Span& span) {
  switch (span.kind) {
    case Kind::bold:
      return "\x02";
    case Kind::italic:
      return "\x1d";
    case Kind::underline:
      return "\x1f";
    case Kind::strike:
      return "\x1e";
    case Kind::code:
      return "\x11";
    case Kind::code_block:
      return "\x11";
    case Kind::spoiler:
      return "\x03"
             "01,01";
    case Kind::colour:
      return "\x03" + nearest_colour(span.value);
    case Kind::quote:
    case Kind::link:
    case Kind::mention:
    case Kind::emoji:
      return {};
  }
  return {};
}

}  // namespace

bool is_plain(std::string_view text) { return controls.none_in(text); }

void read_formatting(std::string_view text, chat::Content& content) {
  content.text.clear();
  content.spans.clear();
  if (is_plain(text)) {
    content.text = text;
  } else {
    Reader{content}.read(text);
  }
}

bool has_codes(std::string_view line) {
  for (std::size_t at = controls.find_in(line); at < line.size(); ++at) {
    if (line[at] != '\x01' && controls.has(line[at])) return true;
  }
  return false;
}

std::string without_formatting(std::string_view text) {
  if (is_plain(text)) return std::string{text};
  chat::Content content;
  read_formatting(text, content);
  return std::move(content.text);
}

std::string write_formatting(std::string_view text, std::size_t offset, const std::vector<chat::Span>& spans) {
  struct Boundary {
    std::size_t at;
    bool begins;
    const chat::Span* span;
  };
  std::vector<Boundary> boundaries;
  for (const chat::Span& span : spans) {
    const std::size_t begin = std::max(span.begin, offset);
    const std::size_t end = std::min(span.end, offset + text.size());
    if (begin >= end || opening(span).empty()) continue;
    boundaries.push_back({begin - offset, true, &span});
    boundaries.push_back({end - offset, false, &span});
  }
  std::stable_sort(boundaries.begin(), boundaries.end(), [](const Boundary& a, const Boundary& b) {
    return a.at != b.at ? a.at < b.at : !a.begins && b.begins;
  });
  std::string out;
  out.reserve(text.size() + boundaries.size() * 6);
  std::size_t next = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    for (; next < boundaries.size() && boundaries[next].at == i; ++next) {
      const std::string code = opening(*boundaries[next].span);
      out += boundaries[next].begins ? code : code.substr(0, 1);
      // A bare \x03 would swallow a digit or comma that follows; a toggle that changes nothing keeps them apart.
      const bool bare = !boundaries[next].begins && code.front() == '\x03';
      const bool colour = boundaries[next].begins && (code.front() == '\x03' || code.front() == '\x04');
      if (i >= text.size()) continue;
      // After a colour a comma would begin that of the background.
      if ((bare && is_digit(text[i])) || ((bare || colour) && text[i] == ',')) out += "\x02\x02";
    }
    if (i < text.size() && !controls.has(text[i])) out += text[i];
    if (i < text.size() && text[i] == '\t') out += ' ';
  }
  return out;
}

std::size_t formatting_cost(std::size_t begin, std::size_t end, const std::vector<chat::Span>& spans) {
  std::size_t cost = 0;
  for (const chat::Span& span : spans) {
    if (span.begin < end && span.end > begin && !opening(span).empty()) cost += opening(span).size() + 5;
  }
  return cost;
}

}  // namespace dragoman::backends::irc
