#pragma once

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "backends/webhook/posting.hpp"
#include "backends/webhook/request.hpp"
#include "base/text.hpp"

// Requests and postings as people write them in payloads/*.http and *.txt.
namespace dragoman::webhook_test {

using backends::webhook::File;
using backends::webhook::Posting;
using backends::webhook::Request;

/// "{bold:words}", links and others with a value that is not in the text as "{code_block=json:...}".
inline std::string show_text(const chat::Content& content) {
  static constexpr const char* names[] = {"bold",  "italic",  "underline", "strike", "code",    "code_block",
                                          "quote", "spoiler", "colour",    "link",   "mention", "emoji"};
  std::string out;
  for (std::size_t i = 0; i <= content.text.size(); ++i) {
    for (auto span = content.spans.rbegin(); span != content.spans.rend(); ++span) {
      const std::string_view words = std::string_view{content.text}.substr(span->begin, span->end - span->begin);
      if (span->end == i && words != span->value) out += '}';
    }
    for (const chat::Span& span : content.spans) {
      const std::string_view words = std::string_view{content.text}.substr(span.begin, span.end - span.begin);
      if (span.begin != i || words == span.value) continue;
      out.append("{").append(names[static_cast<std::size_t>(span.kind)]);
      if (span.kind != chat::Span::Kind::link && !span.value.empty()) out.append("=").append(span.value);
      out += ':';
    }
    if (i < content.text.size()) out += content.text[i];
  }
  return out;
}

inline std::string show(const Posting& posting) {
  std::string out;
  const auto line = [&out](std::string_view name, std::string_view value) {
    if (!value.empty()) out.append(name).append(": ").append(value).append("\n");
  };
  static constexpr const char* levels[] = {"", "good", "warning", "error"};
  static constexpr const char* afters[] = {"", "reply", "edit"};
  line("event", posting.event);
  line("level", levels[static_cast<std::size_t>(posting.level)]);
  line("actor", posting.actor);
  line("picture", posting.actor_picture);
  line("key", posting.key);
  line("after", afters[static_cast<std::size_t>(posting.after)]);
  line("thread", posting.thread);
  line("link", posting.link);
  for (const chat::Attachment& each : posting.content.attachments) {
    std::string words = each.url;
    if (!each.name.empty()) words += ' ' + each.name;
    if (!each.media_type.empty()) words += ' ' + each.media_type;
    line("attachment", words);
  }
  for (const File& each : posting.files) {
    line("file", each.name + ' ' + each.media_type + ' ' + std::to_string(each.bytes.size()));
  }
  if (!posting.content.text.empty()) out += "---\n" + show_text(posting.content) + '\n';
  return out;
}

/// "POST /h/token/github?wait=true", header fields, an empty line, the body.
inline Request read_request(std::string_view text) {
  Request request;
  const std::size_t end = text.find("\n\n");
  request.body = text.substr(end + 2);
  const auto lines = text::split(text.substr(0, end), '\n');
  const std::string_view target = text::split(lines.front(), ' ').at(1);
  if (const std::size_t mark = target.find('?'); mark != std::string_view::npos)
    request.query = target.substr(mark + 1);
  for (const std::string_view line : std::vector(lines.begin() + 1, lines.end())) {
    const std::size_t colon = line.find(':');
    request.headers[text::ascii_lower(line.substr(0, colon))] = text::trim(line.substr(colon + 1));
  }
  const std::string_view type = request.header("content-type");
  request.content_type = text::ascii_lower(text::trim(type.substr(0, type.find(';'))));
  return request;
}

/// With a content type and nothing else.
inline Request make_request(std::string content_type, std::string body) {
  Request request;
  request.headers["content-type"] = content_type;
  request.content_type = text::ascii_lower(text::trim(content_type.substr(0, content_type.find(';'))));
  request.body = std::move(body);
  return request;
}

inline std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace dragoman::webhook_test
