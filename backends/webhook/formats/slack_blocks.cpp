#include <string>

#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/slack_parts.hpp"
#include "backends/webhook/formats/told.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

constexpr std::size_t most_blocks = 50;  // Slack's own limit, and
constexpr std::size_t most_rows = 100;   // of a table

/// A text object: {"type": "mrkdwn" or "plain_text", "text": ...}, or a bare text.
void add_text_object(Prose& prose, const json& object) {
  if (object.is_string()) {
    prose.say_lines(object.get_ref<const std::string&>());
  } else if (text_in(object, "type") == "mrkdwn") {
    add_markup(prose, text_in(object, "text"), Dialect::mrkdwn);
  } else {
    prose.say_lines(text_in(object, "text"));
  }
}

/// A button that opens something; what an accessory shows.
void add_element(Prose& prose, Posting& posting, const json& element) {
  const std::string type = text_in(element, "type");
  if (type == "image") {
    add_linked_file(posting, first_in(element, {"image_url", "slack_file.url"}));
  } else if (type == "button" || type == "workflow_button") {
    if (!text_in(element, "url").empty()) prose.line().link(text_in(element, "text.text"), text_in(element, "url"));
  } else if (has(element, "text")) {
    add_text_object(prose, element);
  }
}

void add_section(Prose& prose, Posting& posting, const json& block) {
  if (const json* text = find_member(block, "text")) add_text_object(prose, *text);
  for (const json& field : list_in(block, "fields")) {
    Prose words;
    add_text_object(words, field);
    prose.line().append(words);
  }
  if (const json* accessory = find_member(block, "accessory")) add_element(prose, posting, *accessory);
}

void add_context(Prose& prose, Posting& posting, const json& block) {
  const std::size_t begin = prose.end();
  for (const json& element : list_in(block, "elements")) {
    // Small pictures beside words are ornaments.
    if (text_in(element, "type") == "image") continue;
    if (prose.end() != begin) prose.add(" ");
    add_element(prose, posting, element);
  }
}

void add_picture(Prose& prose, Posting& posting, const json& block) {
  if (const std::string title = first_in(block, {"title.text", "title"}); !title.empty()) prose.bold(title);
  const std::string url = first_in(block, {"image_url", "video_url", "slack_file.url"});
  const bool attached = add_linked_file(posting, url);
  if (attached) posting.content.attachments.back().description = text_in(block, "alt_text");
  if (!attached && prose.empty()) prose.say(text_in(block, "alt_text"));
}

/// A row a line, its cells behind one another; the first one is the head.
void add_table(Prose& prose, const json& block) {
  std::size_t count = 0;
  for (const json& row : list_in(block, "rows")) {
    if (++count > most_rows || !row.is_array()) break;
    prose.line();
    const std::size_t begin = prose.end();
    for (const json& cell : row) {
      if (prose.end() != begin) prose.add(" | ");
      Prose inside;
      if (text_in(cell, "type") == "rich_text") {
        add_rich_text(inside, cell);
      } else if (has(cell, "text")) {
        add_text_object(inside, cell);
      } else {
        inside.say(text_in(cell, "value"));
      }
      inside.trim_end();
      prose.append(inside);
    }
    if (count == 1) prose.mark(chat::Span::Kind::bold, begin);
  }
}

void add_card(Prose& prose, Posting& posting, const json& card) {
  if (const std::string title = first_in(card, {"title.text", "title"}); !title.empty()) {
    Prose words;
    add_markup(words, title, Dialect::mrkdwn);
    prose.line().bold(words.text());
  }
  for (const char* const part : {"subtitle", "body", "subtext"}) {
    Prose words;
    if (const json* text = find_member(card, part)) add_text_object(words, *text);
    if (!words.empty()) prose.line().append(words);
  }
  if (const json* picture = find_member(card, "hero_image")) add_element(prose, posting, *picture);
  for (const json& action : list_in(card, "actions")) add_element(prose, posting, action);
}

void add_alert(Prose& prose, Posting& posting, const json& block) {
  if (const json* text = find_member(block, "text")) add_text_object(prose, *text);
  const std::string level = text_in(block, "level");
  if (level == "error") posting.level = Level::error;
  if (level == "warning") posting.level = Level::warning;
  if (level == "success") posting.level = Level::good;
}

void add_block(Prose& prose, Posting& posting, const json& block) {
  const std::string type = text_in(block, "type");
  if (type == "header") {
    prose.bold(first_in(block, {"text.text", "text"}));
  } else if (type == "section") {
    add_section(prose, posting, block);
  } else if (type == "context") {
    add_context(prose, posting, block);
  } else if (type == "divider") {
    prose.add("---");
  } else if (type == "image" || type == "video") {
    add_picture(prose, posting, block);
  } else if (type == "actions") {
    for (const json& element : list_in(block, "elements")) add_element(prose, posting, element);
  } else if (type == "rich_text") {
    add_rich_text(prose, block);
  } else if (type == "markdown") {
    add_markup(prose, text_in(block, "text"), Dialect::markdown);
  } else if (type == "table" || type == "data_table") {
    add_table(prose, block);
  } else if (type == "card") {
    add_card(prose, posting, block);
  } else if (type == "carousel") {
    for (const json& card : list_in(block, "elements")) add_card(prose, posting, card);
  } else if (type == "alert") {
    add_alert(prose, posting, block);
  } else if (const json* text = find_member(block, "text")) {
    add_text_object(prose, *text);
  }
}

}  // namespace

void add_blocks(Prose& prose, Posting& posting, const json& blocks) {
  std::size_t count = 0;
  for (const json& block : blocks) {
    if (++count > most_blocks) break;
    Prose inside;
    add_block(inside, posting, block);
    if (!inside.empty()) prose.line().append(inside);
  }
}

}  // namespace dragoman::backends::webhook::formats
