#include "backends/irc/translate.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "backends/irc/address.hpp"
#include "backends/irc/ctcp.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/split.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr std::size_t action_frame =
    std::string_view{
        "\x01"
        "ACTION \x01"}
        .size();

constexpr std::size_t most_depth = 3;  // of quotations in quotations

bool read_digits(std::string_view text, std::size_t at, std::size_t count, int& value) {
  if (text.size() < at + count) return false;
  value = 0;
  for (const char digit : text.substr(at, count)) {
    if (digit < '0' || digit > '9') return false;
    value = value * 10 + (digit - '0');
  }
  return true;
}

/// CR LF and CR as LF, offsets of spans kept: each CR becomes LF or, before an LF, a space at the end of the line.
std::string with_line_feeds(std::string_view text) {
  std::string out{text};
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] == '\r') out[i] = i + 1 < out.size() && out[i + 1] == '\n' ? ' ' : '\n';
  }
  return out;
}

std::size_t quotes_at(const std::vector<chat::Span>& spans, std::size_t offset) {
  return static_cast<std::size_t>(std::count_if(spans.begin(), spans.end(), [offset](const chat::Span& span) {
    return span.kind == chat::Span::Kind::quote && span.begin <= offset && offset < span.end;
  }));
}

/// What is quoted has "> " in front of each line: IRC has no code for it.
std::string quote_signs(const std::vector<chat::Span>& spans, std::size_t offset) {
  std::string signs;
  for (std::size_t depth = std::min<std::size_t>(quotes_at(spans, offset), most_depth); depth > 0; --depth)
    signs += "> ";
  return signs;
}

std::size_t most_quotes(const std::vector<chat::Span>& spans) {
  std::size_t most = 0;
  for (const chat::Span& span : spans) most = std::max(most, quotes_at(spans, span.begin));
  return std::min(most, most_depth);
}

class LineMaker {
 public:
  /// `whole`: for write_lines.
  LineMaker(const chat::Content& content, std::size_t budget, Encoding encoding, bool whole, bool* lost)
      : whole_(whole), action_(content.kind == chat::Content::Kind::action), encoding_(encoding), lost_(lost) {
    if (!content.shown_author.empty()) {
      speaker_ = without_formatting(content.shown_author);
      speaker_ = action_ ? speaker_ + ' ' : '<' + speaker_ + "> ";
    }
    const std::size_t around = encoded_size(speaker_, encoding_) + (action_ ? action_frame : 0);
    budget_ = budget > around + least_budget ? budget - around : least_budget;
  }

  void add(std::string_view text, const std::vector<chat::Span>& spans) {
    const std::size_t cost = formatting_cost(0, text.size(), spans);
    // Formatting that would leave no room for the text is dropped; in ISO-2022-JP each code costs an escape sequence.
    const bool formatted = cost > 0 && cost <= budget_ / 2 && encoding_ != Encoding::iso_2022_jp;
    static const std::vector<chat::Span> none;
    const std::size_t room =
        (formatted ? budget_ - cost : budget_) - std::min(2 * most_quotes(spans), least_budget / 2);
    std::size_t end = 0;
    for (const std::string_view piece : split_text(text, room, measure())) {
      const auto offset = static_cast<std::size_t>(piece.data() - text.data());
      const bool joined = whole_ && offset > 0 && text[offset - 1] != '\n';
      if (whole_ && !joined) add_blanks(text.substr(end, offset - end), end == 0);
      end = offset + piece.size();
      const std::string line = write_formatting(piece, offset, formatted ? spans : none);
      if (line.find_first_not_of(' ') == std::string::npos) continue;
      const std::string front = joined ? std::string{} : speaker_ + quote_signs(spans, offset);
      add_line(encode_text(front + line, encoding_, lost_), joined);
    }
  }
  std::vector<BatchLine> take() { return std::move(lines_); }

 private:
  void add_line(std::string line, bool joined) {
    lines_.push_back({action_ ? make_ctcp("ACTION", line) : std::move(line), joined});
  }
  /// The empty lines between two others, or in front of the first one.
  void add_blanks(std::string_view between, bool first) {
    auto count = std::count(between.begin(), between.end(), '\n') - (first ? 0 : 1);
    for (; count > 0; --count) lines_.emplace_back();
  }

  Measure measure() const {
    if (encoding_ == Encoding::utf_8) return {};
    return [encoding = encoding_](std::string_view text) { return encoded_size(text, encoding); };
  }

  bool whole_, action_;
  Encoding encoding_;
  bool* lost_;
  std::string speaker_;
  std::size_t budget_ = 0;
  std::vector<BatchLine> lines_;
};

/// What a file is called beside its link; nothing where the link says it too.
std::string shown_name(const chat::Attachment& file) {
  if (!file.description.empty()) return file.description;
  const std::string_view path = std::string_view{file.url}.substr(0, file.url.find_first_of("?#"));
  const bool said = !file.name.empty() && path.ends_with(file.name);
  return said ? std::string{} : file.name;
}

}  // namespace

std::optional<Timestamp> parse_time(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milliseconds = 0;
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text.back() != 'Z' || !read_digits(text, 0, 4, year) || !read_digits(text, 5, 2, month) ||
      !read_digits(text, 8, 2, day) || !read_digits(text, 11, 2, hour) || !read_digits(text, 14, 2, minute) ||
      !read_digits(text, 17, 2, second)) {
    return std::nullopt;
  }
  if (text[19] == '.' && text.size() >= 24 && !read_digits(text, 20, 3, milliseconds)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return Timestamp{std::chrono::sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + std::chrono::milliseconds{milliseconds};
}

std::string write_time(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::duration_cast<std::chrono::milliseconds>(time - day)};
  char text[64];
  const int length =
      std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return {text, static_cast<std::size_t>(length)};
}

std::optional<Timestamp> time_of(const Message& message) {
  if (message.tags.empty()) return std::nullopt;
  const auto text = message.raw_tag("time");
  return text ? parse_time(*text) : std::nullopt;
}

chat::Author author_of(const State& state, const Message& message) {
  const Source source = split_source(message.source);
  chat::Author author;
  author.person = state.person_id(source.nick);
  author.name = read_name(state, source.nick);
  author.self = state.is_me(source.nick);
  if (state.link.caps.has(Cap::account_tag)) {
    if (auto account = message.tag("account")) author.identity = decode_text(*account);
  }
  if (author.identity.empty()) author.identity = decode_text(source.host);
  return author;
}

chat::Content read_content(chat::Content::Kind kind, std::string_view text, Encoding encoding) {
  chat::Content content;
  content.kind = kind;
  if (is_plain(text)) {
    content.text = decode_text(text, encoding);
    return content;
  }
  // Codes end with their line; several lines are a message of several (multiline).
  bool first = true;
  for (const std::string_view line : text::split(text, '\n')) {
    chat::Content of_line;
    read_formatting(decode_text(line, encoding), of_line);
    if (!std::exchange(first, false)) content.text += '\n';
    for (chat::Span& span : of_line.spans) {
      span.begin += content.text.size();
      span.end += content.text.size();
      content.spans.push_back(std::move(span));
    }
    content.text += of_line.text;
  }
  return content;
}

namespace {

std::vector<BatchLine> make_lines(const chat::Content& content, std::size_t budget, Encoding encoding, bool whole,
                                  bool* lost) {
  LineMaker maker{content, budget, encoding, whole, lost};
  if (!content.title.empty()) {
    const std::string title = with_line_feeds(content.title);
    maker.add(title, {{chat::Span::Kind::bold, 0, title.size(), {}}});
  }
  maker.add(with_line_feeds(content.text), content.spans);
  for (const chat::Attachment& attachment : content.attachments) {
    if (attachment.url.empty()) continue;
    const std::string name = shown_name(attachment);
    if (content.text.find(attachment.url) != std::string::npos) {
      const bool is_said = content.text.find(attachment.description) != std::string::npos;
      if (!is_said) maker.add(with_line_feeds(attachment.description), {});
      continue;
    }
    maker.add(with_line_feeds(name.empty() ? attachment.url : name + ": " + attachment.url), {});
  }
  return maker.take();
}

}  // namespace

std::vector<BatchLine> write_lines(const chat::Content& content, std::size_t budget, Encoding encoding, bool* lost) {
  return make_lines(content, budget, encoding, true, lost);
}

std::vector<std::string> write_content(const chat::Content& content, std::size_t budget, Encoding encoding,
                                       bool* lost) {
  const bool simple = content.kind != chat::Content::Kind::action && content.title.empty() && content.spans.empty() &&
                      content.attachments.empty() && content.shown_author.empty();
  std::vector<std::string> lines;
  if (simple && content.text.size() <= budget && is_plain(content.text) &&
      content.text.find_first_not_of(' ') != std::string::npos) {
    lines.push_back(encode_text(content.text, encoding, lost));
    if (lines.front().size() <= budget) return lines;  // it may have grown
    lines.clear();
  }
  for (BatchLine& line : make_lines(content, budget, encoding, false, lost)) lines.push_back(std::move(line.text));
  return lines;
}

}  // namespace dragoman::backends::irc
