#include <string>

#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/formats.hpp"
#include "backends/webhook/formats/markup.hpp"
#include "backends/webhook/formats/told.hpp"
#include "backends/webhook/formats/when.hpp"

// Discord's "Execute Webhook" (discord-api-docs, resources/webhook.md): content, embeds, components, poll. Whom
// allowed_mentions allows does not matter: nobody is called by a hook.
namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

constexpr std::size_t most_embeds = 10;
constexpr std::size_t most_parts = 40;  // of components, Discord's own limit
constexpr std::size_t deepest_part = 5;

void add_markup_line(Prose& prose, std::string_view text) {
  Prose words;
  add_markup(words, text, Dialect::discord);
  if (!words.empty()) prose.line().append(words);
}

/// A picture in an embed: one that came along ("attachment://name") is attached already.
void add_embed_picture(Posting& posting, const json& embed) {
  add_linked_file(posting, text_in(embed, "image.url"));
  add_linked_file(posting, text_in(embed, "video.url"));
  if (!has(embed, "image")) add_linked_file(posting, text_in(embed, "thumbnail.url"));
}

Level level_of_embed(const json& embed) {
  const auto colour = number_at(embed, "color");
  if (!colour || *colour < 0 || *colour > 0xffffff) return Level::info;
  return level_of_colour(static_cast<std::uint32_t>(*colour));
}

void add_embed(Prose& prose, Posting& posting, const json& embed) {
  const std::string author = text_in(embed, "author.name");
  if (!author.empty()) prose.line().link(author, text_in(embed, "author.url"));
  const std::string title = text_in(embed, "title"), url = text_in(embed, "url");
  if (!title.empty()) {
    prose.line();
    const std::size_t begin = prose.end();
    Prose words;
    add_markup(words, title, Dialect::discord);
    prose.link(words.text(), url).mark(chat::Span::Kind::bold, begin);
  }
  add_markup_line(prose, text_in(embed, "description"));
  for (const json& field : list_in(embed, "fields")) {
    Prose value;
    add_markup(value, text_in(field, "value"), Dialect::discord);
    const std::string name = text_in(field, "name");
    if (name.empty() && value.empty()) continue;
    prose.line().bold(name).add(value.text().find('\n') == std::string::npos ? ": " : ":\n").append(value);
  }
  std::string footer = text_in(embed, "footer.text");
  if (const std::string at = show_time(text_in(embed, "timestamp")); !at.empty()) {
    footer += (footer.empty() ? "" : ", ") + at;
  }
  if (!footer.empty()) prose.line().italic(footer);
  add_embed_picture(posting, embed);
  if (posting.level == Level::info) posting.level = level_of_embed(embed);
  if (posting.link.empty()) posting.link = url;
}

/// Components of version 2 (flag 32768): texts, buttons that are links, pictures, and what holds them.
void add_component(Prose& prose, Posting& posting, const json& part, std::size_t& count, std::size_t depth) {
  if (++count > most_parts || depth > deepest_part) return;
  constexpr std::int64_t button = 2, text_display = 10, thumbnail = 11;
  const std::int64_t type = number_at(part, "type").value_or(0);
  if (type == text_display) add_markup_line(prose, text_in(part, "content"));
  if (type == button && has(part, "url")) prose.line().link(text_in(part, "label"), text_in(part, "url"));
  if (type == thumbnail) add_linked_file(posting, text_in(part, "media.url"));
  for (const json& item : list_in(part, "items")) add_linked_file(posting, text_in(item, "media.url"));
  for (const json& each : list_in(part, "components")) add_component(prose, posting, each, count, depth + 1);
  if (const json* accessory = find_member(part, "accessory")) {
    add_component(prose, posting, *accessory, count, depth + 1);
  }
}

void add_question(Prose& prose, const json& poll) {
  const std::string question = text_in(poll, "question.text");
  if (question.empty()) return;
  prose.line().bold(question);
  for (const json& answer : list_in(poll, "answers")) prose.line().add("- ").say(text_in(answer, "poll_media.text"));
}

}  // namespace

Result<Postings> read_discord(const Reading& in) {
  const json& value = in.payload.value;
  if (!value.is_object()) return read_generic(in);
  Posting posting;
  Prose prose;
  add_markup(prose, text_in(value, "content"), Dialect::discord);
  const json& embeds = list_in(value, "embeds");
  if (embeds.size() > most_embeds) return failure(Fault::malformed, "more than 10 embeds");
  for (const json& embed : embeds) {
    Prose inside;
    add_embed(inside, posting, embed);
    if (!inside.empty()) prose.line().append(inside);
  }
  std::size_t count = 0;
  for (const json& part : list_in(value, "components")) add_component(prose, posting, part, count, 0);
  if (const json* poll = find_member(value, "poll")) add_question(prose, *poll);
  if (prose.empty() && posting.content.attachments.empty() && in.payload.files.empty()) {
    return nothing_to_say("no content, embeds or files");
  }
  prose.put_into(posting.content);
  posting.actor = text_in(value, "username");
  posting.actor_picture = text_in(value, "avatar_url");
  posting.thread = in.payload.asked({"thread_id"});
  if (posting.thread.empty()) posting.thread = text_in(value, "thread_name");
  return Postings{std::move(posting)};
}

}  // namespace dragoman::backends::webhook::formats
