#include <algorithm>
#include <string>

#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/formats.hpp"
#include "backends/webhook/formats/told.hpp"
#include "base/text.hpp"

// ntfy's way to publish (docs.ntfy.sh/publish): a text with headers or a query, a JSON, a file; and plain texts, which
// are the same.
namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

/// "=?UTF-8?B?8J+aqA==?= x" (RFC 2047), which ntfy's clients use for what is not ASCII in headers.
std::string without_encoded_words(std::string_view header) {
  std::string out;
  while (true) {
    const std::size_t begin = header.find("=?");
    const std::size_t charset = begin == std::string_view::npos ? begin : header.find('?', begin + 2);
    const std::size_t encoding = charset == std::string_view::npos ? charset : header.find('?', charset + 1);
    const std::size_t end = encoding == std::string_view::npos ? encoding : header.find("?=", encoding + 1);
    if (end == std::string_view::npos) return text::to_valid_utf8(out.append(header));
    out += header.substr(0, begin);
    const std::string_view word = header.substr(encoding + 1, end - encoding - 1);
    std::string bytes{word};
    if (text::ascii_iequals(header.substr(charset + 1, encoding - charset - 1), "B")) {
      text::from_base64(word, bytes);
    } else {
      bytes.clear();
      for (std::size_t i = 0; i < word.size(); ++i) {
        unsigned value = 0;
        const std::string digits{word.substr(std::min(i + 1, word.size()), 2)};
        if (word[i] == '=' && digits.size() == 2 && std::sscanf(digits.c_str(), "%2x", &value) == 1) {
          bytes += static_cast<char>(value);
          i += 2;
        } else {
          bytes += word[i] == '_' ? ' ' : word[i];
        }
      }
    }
    out += bytes;
    header.remove_prefix(end + 2);
    // White space between two encoded words is not part of the text.
    if (const std::string_view next = text::trim(header); next.starts_with("=?")) header = next;
  }
}

/// A parameter of a text: "X-Title", "Title", "t" in headers or in the query, without case.
std::string parameter(const Reading& in, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const std::string_view found = in.request.header(std::string{name}); !found.empty()) {
      return without_encoded_words(found);
    }
  }
  for (const auto& [name, value] : in.payload.query) {
    const std::string lower = text::ascii_lower(name);
    if (std::find(names.begin(), names.end(), lower) != names.end()) return text::to_valid_utf8(value);
  }
  return {};
}
bool is_yes(std::string_view word) {
  const std::string lower = text::ascii_lower(word);
  return lower == "1" || lower == "yes" || lower == "true";
}

/// 5, "urgent" and "max" are the worst, 3 is what nobody said.
Level level_of_priority(std::string_view priority) {
  const std::string word = text::ascii_lower(text::trim(priority));
  if (word == "5" || word == "max" || word == "urgent") return Level::error;
  return word == "4" || word == "high" ? Level::warning : Level::info;
}

/// "view, Open portal, https://x; http, ..." or a JSON array: those that a link can do.
void add_actions(Posting& posting, const json& actions) {
  Prose prose{std::move(posting.content.text), std::move(posting.content.spans)};
  for (const json& each : actions) {
    if (text_in(each, "action") != "view" || web_address(text_in(each, "url")).empty()) continue;
    prose.line().link(text_in(each, "label"), text_in(each, "url"));
  }
  prose.put_into(posting.content);
}
json short_actions(std::string_view header) {
  json actions = json::array();
  for (const std::string_view each : text::split(header, ';')) {
    const auto parts = text::split(each, ',');
    if (parts.size() < 3) continue;
    actions.push_back(
        {{"action", text::trim(parts[0])}, {"label", text::trim(parts[1])}, {"url", text::trim(parts[2])}});
  }
  return actions;
}

Result<Postings> read_published(const Reading& in) {
  const json& value = in.payload.value;
  Told told{.title = text_in(value, "title"), .text = text_in(value, "message")};
  if (flag_at(value, "markdown")) told.words = Told::Words::markdown;
  for (const json& tag : list_in(value, "tags")) {
    for (std::string& each : split_tags(scalar_text(tag))) told.tags.push_back(std::move(each));
  }
  told.link = text_in(value, "click");
  told.level = level_of_priority(text_in(value, "priority"));
  Posting posting = tell(told);
  posting.actor_picture = text_in(value, "icon");
  const bool attached = add_linked_file(posting, text_in(value, "attach"), text_in(value, "filename")) ||
                        add_linked_file(posting, text_in(value, "attachment.url"), text_in(value, "attachment.name"),
                                        text_in(value, "attachment.type"));
  if (told.text.empty() && told.title.empty() && !attached) return nothing_to_say("no message and no title");
  add_actions(posting, list_in(value, "actions"));
  posting.key = first_in(value, {"sequence_id", "id"});
  return Postings{std::move(posting)};
}

}  // namespace

Result<Postings> read_text(const Reading& in) {
  Told told{.title = parameter(in, {"x-title", "title", "ti", "t"}), .text = in.payload.text};
  switch (in.payload.kind) {
    case Payload::Kind::markdown:
      told.words = Told::Words::markdown;
      break;
    case Payload::Kind::html:
      told.words = Told::Words::html;
      break;
    case Payload::Kind::xml:
      told.words = Told::Words::code;
      told.text = excerpt(told.text, 2000);
      break;
    case Payload::Kind::text:
    case Payload::Kind::json:
    case Payload::Kind::form:
    case Payload::Kind::in_a_form:
    case Payload::Kind::file:
      if (is_yes(parameter(in, {"x-markdown", "markdown", "md"}))) told.words = Told::Words::markdown;
      break;
  }
  // ntfy: a body beside a message in the headers is a file, which the body's type has decided here.
  if (text::trim(told.text).empty()) told.text = parameter(in, {"x-message", "message", "m", "text", "body"});
  told.tags = split_tags(parameter(in, {"x-tags", "tags", "tag", "ta"}));
  told.link = parameter(in, {"x-click", "click", "url"});
  told.level = level_of_priority(parameter(in, {"x-priority", "priority", "prio", "p"}));
  Posting posting = tell(told);
  posting.actor = in.payload.asked({"username"});
  posting.actor_picture = parameter(in, {"x-icon", "icon"});
  posting.thread = in.payload.asked({"thread"});
  posting.key = in.payload.asked({"id"});
  add_linked_file(posting, parameter(in, {"x-attach", "attach", "a"}), parameter(in, {"x-filename", "filename", "f"}));
  const std::string actions = parameter(in, {"x-actions", "actions", "action"});
  if (const auto listed = read_json(actions); listed && listed->is_array()) {
    add_actions(posting, *listed);
  } else {
    add_actions(posting, short_actions(actions));
  }
  if (posting.content.text.empty() && posting.content.attachments.empty() && in.payload.files.empty()) {
    return nothing_to_say("the text is empty");
  }
  return Postings{std::move(posting)};
}

Result<Postings> read_ntfy(const Reading& in) {
  return in.payload.is_json() && in.payload.value.is_object() ? read_published(in) : read_text(in);
}

}  // namespace dragoman::backends::webhook::formats
