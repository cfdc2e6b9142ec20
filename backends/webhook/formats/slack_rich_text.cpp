#include <algorithm>
#include <string>

#include "backends/clean_text.hpp"
#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/slack_parts.hpp"
#include "backends/webhook/formats/when.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;
using Kind = chat::Span::Kind;

constexpr std::size_t deepest_indent = 8;

/// A text, link, emoji or mention.
void add_inline(Prose& prose, const json& element) {
  const std::string type = text_in(element, "type");
  const std::size_t begin = prose.end();
  if (type == "text") {
    prose.add(clean_body(text_in(element, "text")));
  } else if (type == "link") {
    prose.link(text_in(element, "text"), text_in(element, "url"));
  } else if (type == "emoji") {
    prose.add(":").say(text_in(element, "name")).add(":");
  } else if (type == "user") {
    prose.add("@").say(text_in(element, "user_id"));
  } else if (type == "usergroup") {
    prose.add("@").say(text_in(element, "usergroup_id"));
  } else if (type == "channel") {
    prose.add("#").say(text_in(element, "channel_id"));
  } else if (type == "broadcast") {
    prose.add("@").say(text_in(element, "range"));
  } else if (type == "date") {
    const std::string shown = from_unix_time(text_in(element, "timestamp"));
    prose.say(shown.empty() ? text_in(element, "fallback") : shown);
  } else {
    prose.say(first_in(element, {"text", "value", "fallback"}));
  }
  const json& style = object_at(element, "style");
  if (flag_at(style, "bold")) prose.mark(Kind::bold, begin);
  if (flag_at(style, "italic")) prose.mark(Kind::italic, begin);
  if (flag_at(style, "strike")) prose.mark(Kind::strike, begin);
  if (flag_at(style, "code")) prose.mark(Kind::code, begin);
}

void add_inlines(Prose& prose, const json& part) {
  for (const json& element : list_in(part, "elements")) add_inline(prose, element);
}

void add_list(Prose& prose, const json& part) {
  const auto indent = static_cast<std::size_t>(std::max<std::int64_t>(0, number_at(part, "indent").value_or(0)));
  const bool ordered = text_in(part, "style") == "ordered";
  std::int64_t number = number_at(part, "offset").value_or(0);
  for (const json& item : list_in(part, "elements")) {
    prose.line().add(std::string(2 * std::min(indent, deepest_indent), ' '));
    if (ordered) {
      prose.add(std::to_string(++number)).add(". ");
    } else {
      prose.add("- ");
    }
    add_inlines(prose, item);
  }
}

}  // namespace

void add_rich_text(Prose& prose, const json& block) {
  for (const json& part : list_in(block, "elements")) {
    const std::string type = text_in(part, "type");
    prose.line();
    if (type == "rich_text_list") {
      add_list(prose, part);
      continue;
    }
    Prose inside;
    add_inlines(inside, part);
    inside.trim_end();
    const std::size_t begin = prose.end();
    prose.append(inside);
    if (type == "rich_text_quote") prose.mark(Kind::quote, begin);
    if (type == "rich_text_preformatted") prose.mark(Kind::code_block, begin);
  }
}

}  // namespace dragoman::backends::webhook::formats
