#include <charconv>
#include <string>

#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/slack_parts.hpp"
#include "backends/webhook/formats/told.hpp"
#include "backends/webhook/formats/when.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

constexpr std::size_t most_attachments = 20;

/// "good", "#ff0000".
Level level_of_colour_word(std::string_view colour) {
  const std::string_view digits = colour.substr(colour.starts_with('#') ? 1 : 0);
  std::uint32_t rgb = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), rgb, 16);
  const bool is_rgb = error == std::errc{} && end == digits.data() + digits.size() && digits.size() == 6;
  return is_rgb ? level_of_colour(rgb) : level_of(colour);
}

void add_attachment_fields(Prose& prose, const json& attachment, Dialect dialect) {
  for (const json& field : list_in(attachment, "fields")) {
    const json* said = find_member(field, "value");
    const std::string title = text_in(field, "title"), value = said == nullptr ? std::string{} : shown_value(*said);
    if (title.empty() && value.empty()) continue;
    prose.line();
    if (!title.empty()) prose.bold(title).add(": ");
    Prose words;
    add_markup(words, value, dialect);
    prose.append(words);
  }
}

void add_author(Prose& prose, const json& attachment) {
  const std::string author = text_in(attachment, "author_name");
  if (!author.empty()) prose.line().link(author, text_in(attachment, "author_link"));
}

void add_footer(Prose& prose, const json& attachment) {
  std::string footer = text_in(attachment, "footer");
  if (const std::string at = from_unix_time(text_in(attachment, "ts")); !at.empty()) {
    footer += (footer.empty() ? "" : ", ") + at;
  }
  if (!footer.empty()) prose.line().italic(footer);
}

void add_attachment_actions(Prose& prose, const json& attachment) {
  for (const json& action : list_in(attachment, "actions")) {
    const std::string url = text_in(action, "url");
    if (!url.empty()) prose.line().link(first_in(action, {"text", "name"}), url);
  }
}

Prose read_attachment(Posting& posting, const json& attachment, Dialect dialect) {
  Prose prose;
  add_markup(prose, text_in(attachment, "pretext"), dialect);
  add_author(prose, attachment);
  const std::string title = text_in(attachment, "title");
  if (!title.empty()) {
    prose.line();
    const std::size_t begin = prose.end();
    Prose words;
    add_markup(words, title, dialect);
    prose.link(words.text(), text_in(attachment, "title_link")).mark(chat::Span::Kind::bold, begin);
  }
  Prose text;
  add_markup(text, text_in(attachment, "text"), dialect);
  if (!text.empty()) prose.line().append(text);
  add_attachment_fields(prose, attachment, dialect);
  if (const json& blocks = list_in(attachment, "blocks"); !blocks.empty()) {
    Prose inside;
    add_blocks(inside, posting, blocks);
    prose.line().append(inside);
  }
  add_attachment_actions(prose, attachment);
  add_footer(prose, attachment);
  add_linked_file(posting, text_in(attachment, "image_url"));
  add_linked_file(posting, text_in(attachment, "thumb_url"));
  // Only when there is nothing else: it says the same for who cannot show the rest.
  if (prose.empty()) add_markup(prose, text_in(attachment, "fallback"), dialect);
  if (posting.link.empty()) posting.link = text_in(attachment, "title_link");
  return prose;
}

}  // namespace

void add_attachments(Prose& prose, Posting& posting, const json& attachments, Dialect dialect) {
  std::size_t count = 0;
  for (const json& attachment : attachments) {
    if (++count > most_attachments) break;
    const Prose inside = read_attachment(posting, attachment, dialect);
    if (!inside.empty()) prose.line().append(inside);
    if (posting.level == Level::info) posting.level = level_of_colour_word(text_in(attachment, "color"));
  }
}

}  // namespace dragoman::backends::webhook::formats
