#include "bridge/carried.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/text.hpp"
#include "media/paste.hpp"

namespace dragoman::bridge {

namespace {

std::size_t most_lines(const LongText& policy, const chat::Capabilities& can) {
  return policy.lines != 0 ? policy.lines : can.paste_lines;
}

std::string lines_text(std::size_t lines) { return std::to_string(lines) + (lines == 1 ? " line" : " lines"); }

void put_in_front(chat::Content& content, std::string_view text) {
  content.text.insert(0, text);
  for (chat::Span& span : content.spans) {
    span.begin += text.size();
    span.end += text.size();
  }
}

/// The beginning of the text that makes no more lines than that.
std::string_view first_lines(std::string_view text, std::size_t lines, std::size_t line_bytes) {
  std::size_t place = 0;
  while (place < text.size()) {
    const std::size_t end = std::min(text.find('\n', place), text.size());
    const std::size_t wanted = end == place ? 0 : (end - place + line_bytes - 1) / line_bytes;
    if (wanted > lines) return text.substr(0, place + text::cut(text.substr(place), lines * line_bytes).size());
    lines -= wanted;
    place = std::min(end + 1, text.size());
  }
  return text;
}

/// Leaves the beginning; how much is missing is said behind it.
void leave_beginning(chat::Content& content, std::string_view beginning, std::size_t line_bytes) {
  const std::size_t before = media::count_lines(content.text, line_bytes);
  while (beginning.ends_with('\n') || beginning.ends_with(' ')) beginning.remove_suffix(1);
  const std::size_t after = media::count_lines(beginning, line_bytes);
  const std::size_t end = beginning.size();
  content.text.resize(end);
  content.text += after < before ? " [" + lines_text(before - after) + " more]" : " [...]";
  std::erase_if(content.spans, [end](const chat::Span& span) { return span.begin >= end; });
  for (chat::Span& span : content.spans) span.end = std::min(span.end, end);
}

std::string size_for_people(std::uint64_t bytes) {
  char text[32];
  constexpr std::uint64_t kibi = 1024, mebi = 1024 * kibi;
  if (bytes < 10 * kibi) {
    std::snprintf(text, sizeof text, "%llu bytes", static_cast<unsigned long long>(bytes));
  } else if (bytes < mebi) {
    std::snprintf(text, sizeof text, "%llu KiB", static_cast<unsigned long long>(bytes / kibi));
  } else {
    std::snprintf(text, sizeof text, "%.1f MiB", static_cast<double>(bytes) / static_cast<double>(mebi));
  }
  return text;
}

/// As its address ends, without what a query says.
std::string_view last_segment(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t slash = url.rfind('/');
  return slash == std::string_view::npos ? url : url.substr(slash + 1);
}

std::string name_for_people(const chat::Attachment& file) {
  const std::string_view end = last_segment(file.url);
  std::string name = !file.name.empty() ? file.name : !end.empty() ? std::string{end} : "a file";
  return file.size == 0 ? name : name + ", " + size_for_people(file.size);
}

bool is_denied(const chat::Attachment& file, const FilePolicy& policy) {
  // Both count: one says what it is called, the other what a browser takes it for.
  const std::string name = text::fold_case(file.name), end = text::fold_case(last_segment(file.url));
  return std::any_of(policy.deny.begin(), policy.deny.end(), [&](const std::string& pattern) {
    return text::matches(pattern, name) || text::matches(pattern, end);
  });
}

/// Why only its name is told; empty: the file is.
std::string why_kept_back(const chat::Attachment& file, const FilePolicy& policy, const chat::Capabilities& can) {
  if (is_denied(file, policy)) return ": such files are not passed on";
  if (policy.most_bytes != 0 && file.size > policy.most_bytes) {
    return ": files of more than " + size_for_people(policy.most_bytes) + " are not passed on";
  }
  const bool named_only = !policy.links && can.of(chat::Feature::attachments) != chat::Support::native;
  return named_only ? " (only its name is passed on)" : std::string{};
}

/// The address of a file is not said either.
void leave_out(chat::Content& content, const std::string& url) {
  const std::size_t place = url.empty() ? std::string::npos : content.text.find(url);
  if (place == std::string::npos) return;
  content.text.erase(place, url.size());
  content.text = std::string{text::trim(content.text)};
  content.spans.clear();  // they are places in the text as it was
}

}  // namespace

bool is_too_long(std::string_view text, const LongText& policy, const chat::Capabilities& can) {
  if (can.line_bytes == 0 || media::is_whole(text, can)) return false;
  const std::size_t most = most_lines(policy, can);
  if (most != 0 && media::count_lines(text, can.line_bytes) > most) return true;
  return policy.characters != 0 && text::length(text) > policy.characters;
}

void shorten(chat::Content& content, const LongText& policy, const chat::Capabilities& can) {
  if (!is_too_long(content.text, policy, can)) return;
  const std::size_t lines = media::count_lines(content.text, can.line_bytes);
  std::size_t most = can.text_lines;
  std::string_view beginning = content.text;
  if (policy.overflow == LongText::Overflow::clip) {
    most = most_lines(policy, can);
    if (policy.characters != 0) beginning = beginning.substr(0, text::offset_of(beginning, policy.characters));
  }
  if (most != 0) beginning = first_lines(beginning, most, can.line_bytes);
  if (beginning.size() < content.text.size()) {
    leave_beginning(content, std::string{beginning}, can.line_bytes);
  }
  if (policy.overflow == LongText::Overflow::paste && lines > 1) put_in_front(content, '[' + lines_text(lines) + "] ");
}

void keep_back_files(chat::Content& content, const FilePolicy& policy, const chat::Capabilities& can) {
  std::vector<chat::Attachment> passed;
  std::string lines;
  for (chat::Attachment& file : content.attachments) {
    const std::string why = why_kept_back(file, policy, can);
    if (why.empty()) {
      passed.push_back(std::move(file));
      continue;
    }
    leave_out(content, file.url);
    lines += (lines.empty() ? "[" : "\n[") + name_for_people(file) + why + ']';
  }
  content.attachments = std::move(passed);
  if (lines.empty()) return;
  content.text += (content.text.empty() ? "" : "\n") + lines;
}

}  // namespace dragoman::bridge
