#include "media/paste.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace dragoman::media {

namespace {
constexpr std::string_view more = " …";
/// Without a limit of the network: a beginning is a beginning.
constexpr std::size_t usual_line = 400;
}  // namespace

std::size_t count_lines(std::string_view text, std::size_t line_bytes) {
  std::size_t lines = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    // Empty lines cannot be said where lines are messages.
    if (end > 0) lines += line_bytes == 0 ? 1 : (end + line_bytes - 1) / line_bytes;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool is_whole(std::string_view text, const chat::Capabilities& can) {
  if (can.whole_bytes == 0 || text.size() > can.whole_bytes) return false;
  if (can.whole_lines == 0) return true;
  const auto breaks = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  return std::max(count_lines(text, can.line_bytes), breaks + 1) <= can.whole_lines;
}

File to_file(const chat::Content& content) { return {"message.txt", "text/plain; charset=utf-8", content.text + '\n'}; }

chat::Content with_link(const chat::Content& content, std::string url, std::size_t line_bytes) {
  chat::Content said = content;
  const std::size_t begin = std::min(content.text.find_first_not_of('\n'), content.text.size());
  const std::string_view rest = std::string_view{content.text}.substr(begin);
  const std::string_view first = rest.substr(0, rest.find('\n'));
  const std::size_t room = (line_bytes == 0 ? usual_line : std::max<std::size_t>(line_bytes, 64)) - more.size();
  const std::string_view shown = text::cut(first, room);
  said.text = std::string{shown};
  said.text += more;
  std::erase_if(said.spans, [begin, end = begin + shown.size()](const chat::Span& span) {
    return span.begin < begin || span.end > end;
  });
  for (chat::Span& span : said.spans) {
    span.begin -= begin;
    span.end -= begin;
  }
  chat::Attachment whole;
  whole.url = std::move(url);
  const std::size_t lines = count_lines(content.text, 0);
  whole.description = lines > 1 ? "all " + std::to_string(lines) + " lines" : "the whole text";
  said.attachments.insert(said.attachments.begin(), std::move(whole));
  return said;
}

}  // namespace dragoman::media
