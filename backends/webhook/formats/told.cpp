#include "backends/webhook/formats/told.hpp"

#include <algorithm>
#include <utility>

#include "backends/clean_text.hpp"
#include "backends/webhook/formats/html.hpp"
#include "backends/webhook/formats/markup.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

constexpr std::size_t most_tags = 20;

struct TagSign {
  std::string_view tag, emoji;
};
// The ones that ntfy's documentation shows first ("Tags & emojis"), which are those that scripts send.
constexpr TagSign tag_signs[] = {
    {"warning", "⚠️"},
    {"rotating_light", "🚨"},
    {"triangular_flag_on_post", "🚩"},
    {"skull", "💀"},
    {"facepalm", "🤦"},
    {"no_entry", "⛔"},
    {"no_entry_sign", "🚫"},
    {"cd", "💿"},
    {"computer", "💻"},
    {"loudspeaker", "📢"},
    {"+1", "👍"},
    {"-1", "👎️"},
    {"partying_face", "🥳"},
    {"tada", "🎉"},
    {"heavy_check_mark", "✔️"},
    {"white_check_mark", "✅"},
    {"x", "❌"},
    {"fire", "🔥"},
    {"information_source", "ℹ️"},
    {"red_circle", "🔴"},
    {"green_circle", "🟢"},
};

}  // namespace

void add_words(Prose& prose, std::string_view text, Told::Words words) {
  switch (words) {
    case Told::Words::plain:
      prose.say_lines(text);
      break;
    case Told::Words::markdown:
      add_markup(prose, text, Dialect::markdown);
      break;
    case Told::Words::discord:
      add_markup(prose, text, Dialect::discord);
      break;
    case Told::Words::mrkdwn:
      add_markup(prose, text, Dialect::mrkdwn);
      break;
    case Told::Words::html:
      add_html(prose, text);
      break;
    case Told::Words::code:
      prose.code_block(text);
      break;
  }
}

Posting tell(const Told& told) {
  Prose prose;
  std::string others;
  for (const std::string& tag : told.tags) {
    const auto* const sign = std::find_if(std::begin(tag_signs), std::end(tag_signs),
                                          [&tag](const TagSign& each) { return each.tag == tag; });
    if (sign != std::end(tag_signs)) {
      prose.add(sign->emoji).add(" ");
    } else {
      others.append(others.empty() ? "" : ", ").append(tag);
    }
  }
  const std::size_t begin = prose.end();
  const bool has_title = !clean_line(told.title).empty();
  if (has_title) prose.link(told.title, told.link).mark(chat::Span::Kind::bold, begin);
  Prose words;
  add_words(words, told.text, told.words);
  if (has_title && !words.empty()) prose.line();
  prose.append(words);
  if (!has_title && !web_address(told.link).empty() && told.text.find(told.link) == std::string::npos) {
    prose.line().url(told.link);
  }
  if (!others.empty()) prose.line().italic("Tags: " + others);
  Posting posting;
  prose.put_into(posting.content);
  posting.level = told.level;
  posting.link = told.link;
  return posting;
}

std::vector<std::string> split_tags(std::string_view tags) {
  std::vector<std::string> out;
  for (const std::string_view tag : text::split(tags, ',')) {
    const std::string word = clean_line(tag);
    if (!word.empty() && out.size() < most_tags) out.push_back(word);
  }
  return out;
}

bool add_linked_file(Posting& posting, std::string_view url, std::string_view name, std::string_view media_type) {
  const std::string address = web_address(url);
  if (address.empty() || address.starts_with("mailto:") || posting.content.attachments.size() == most_files) {
    return false;
  }
  chat::Attachment file;
  file.url = address;
  if (!name.empty()) file.name = file_name_of(name);
  file.media_type = clean_line(text::ascii_lower(media_type));
  posting.content.attachments.push_back(std::move(file));
  return true;
}

}  // namespace dragoman::backends::webhook::formats
