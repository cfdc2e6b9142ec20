#include "bridge/rendering.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/text.hpp"
#include "bridge/carried.hpp"
#include "media/paste.hpp"

namespace dragoman::bridge {

namespace {

using chat::Feature;
using chat::Support;

/// What is told later than this has the time in front.
constexpr auto told_at_once = std::chrono::seconds{60};
constexpr std::size_t longest_quote = 80;  // code points
constexpr std::size_t longest_hint = 30;

void put_before(chat::Content& content, std::string_view text) {
  content.text.insert(0, text);
  for (chat::Span& span : content.spans) {
    span.begin += text.size();
    span.end += text.size();
  }
}

/// The first line, shortened.
std::string beginning_of(std::string_view text, std::size_t code_points) {
  std::string_view line = text.substr(0, text.find('\n'));
  const std::size_t end = text::offset_of(line, code_points);
  if (end == line.size() && line.size() == text.size()) return std::string{line};
  return std::string{text::trim(line.substr(0, end))} + "\xe2\x80\xa6";  // an ellipsis
}

void title_in_front(chat::Content& content) {
  if (content.title.empty()) return;
  const std::string line = std::exchange(content.title, {});
  put_before(content, content.text.empty() ? line : line + '\n');
}

/// A network of lines shows each as a message of its own: whose it is stands in front of each.
void name_in_front(chat::Content& content, const std::string& name, bool each_line) {
  std::size_t place = 0;
  while (place != std::string::npos) {
    content.text.insert(place, name);
    for (chat::Span& span : content.spans) {
      if (span.begin >= place) span.begin += name.size();
      if (span.end > place || span.begin > place) span.end += name.size();
    }
    if (!each_line) return;
    place = content.text.find('\n', place + name.size());
    if (place != std::string::npos) ++place;
  }
}

/// Who speaks, as this leg shows it.
void speak_for(chat::Content& content, const Speaker& speaker, const Voice& voice) {
  if (voice.own) return content.shown_author.clear();
  if (speaker.name.empty()) return;
  if (voice.format == nullptr) {
    content.shown_author = voice.is_there(speaker.name) ? without_ping(speaker.name) : speaker.name;
    return;
  }
  content.shown_author.clear();
  if (content.text.empty() && !content.attachments.empty()) content.text = content.attachments.front().name;
  if (content.kind == chat::Content::Kind::action) {
    content.kind = chat::Content::Kind::text;
    return put_before(content, "* " + without_ping(speaker.name) + ' ');
  }
  const bool lines = voice.can.line_bytes != 0 && voice.can.of(Feature::multiline) != Support::native;
  name_in_front(content, voice.format->write(speaker), lines);
}

/// The quotation that goes in front of everything, the name too (XEP-0461 3.1); empty: it stands in the text, or there
/// is none.
std::string reply_as_text(chat::Content& content, const Counterpart& counterpart, const Voice& voice) {
  content.reply_to = {};
  if (content.kind != chat::Content::Kind::text || voice.policies.replies.how == Carry::drop) return {};
  if (counterpart.from_here && !counterpart.author.empty() && voice.can.has(Feature::reply)) {
    const std::string_view begin = std::string_view{content.text}.substr(0, counterpart.author.size());
    if (!text::ascii_iequals(begin, counterpart.author)) put_before(content, counterpart.author + ": ");
    return {};
  }
  if (counterpart.text.empty()) return {};
  const std::string who = counterpart.author.empty() ? std::string{} : '<' + counterpart.author + "> ";
  const bool lines = voice.can.line_bytes != 0 && voice.can.of(Feature::multiline) != Support::native;
  const std::size_t wanted = voice.policies.replies.quote_length;
  const std::string quote = beginning_of(counterpart.text, wanted != 0 ? wanted : lines ? longest_hint : longest_quote);
  if (!lines) return "> " + who + quote + '\n';
  put_before(content, "(\"" + who + quote + "\") ");
  return {};
}

chat::Content reaction_as_text(const chat::React& react, const Counterpart& counterpart) {
  std::string text;
  for (const std::string& each : react.emoji) text += (text.empty() ? "" : " ") + each;
  if (!counterpart.text.empty()) text += " \"" + beginning_of(counterpart.text, longest_hint) + '"';
  chat::Content content = chat::plain(std::move(text));
  content.kind = chat::Content::Kind::action;
  return content;
}

bool as_what_it_is(Feature feature, Carry carry, const chat::Capabilities& can) {
  return carry == Carry::native && can.of(feature) == Support::native;
}

/// Of what was said, what gets there as it is; before anything stands in front of it.
void carry(chat::Content& content, const Voice& voice) {
  keep_back_files(content, voice.policies.files, voice.can);
  if (!voice.link.empty()) {
    content = media::with_link(content, std::string{voice.link}, voice.can.line_bytes);
  } else {
    shorten(content, voice.policies.long_text, voice.can);
  }
}

}  // namespace

bool reacts_in_lines(const chat::Capabilities& can, const Policies& policies) {
  return policies.reactions != Carry::drop && !as_what_it_is(Feature::react, policies.reactions, can);
}

EditPolicy::How how_to_edit(const Policies& policies, const chat::Capabilities& can, const Counterpart& edited,
                            Timestamp time) {
  const EditPolicy& policy = policies.edits;
  if (policy.how != EditPolicy::How::native) return policy.how;
  if (can.of(Feature::edit) != Support::native) return policy.fallback;
  const bool too_late = policy.window && edited.said != Timestamp{} && time - edited.said > *policy.window;
  return too_late ? policy.fallback : policy.how;
}

bool is_told(const chat::Command& command, const chat::Capabilities& can, const Policies& policies) {
  if (std::holds_alternative<chat::EditMessage>(command)) {
    return how_to_edit(policies, can, {}, {}) != EditPolicy::How::drop;
  }
  if (std::holds_alternative<chat::RetractMessage>(command)) return can.of(Feature::retract) == Support::native;
  return !std::holds_alternative<chat::React>(command) || policies.reactions != Carry::drop;
}

bool needs_counterpart(const chat::Command& command, const Source& source, const chat::Capabilities& can,
                       const Policies& policies) {
  if (source.about.empty()) return false;
  if (std::holds_alternative<chat::SendMessage>(command)) return policies.replies.how != Carry::drop;
  if (std::holds_alternative<chat::EditMessage>(command)) {
    return how_to_edit(policies, can, {}, {}) == EditPolicy::How::native;
  }
  return true;
}

chat::Command rendered(const chat::Command& stored, const Source& source, const Speaker& speaker, const Voice& voice,
                       const Counterpart& counterpart, Timestamp now) {
  const auto finish = [&](chat::Content content) {
    if (voice.can.of(Feature::titles) != Support::native) title_in_front(content);
    content.thread.clear();  // its name means nothing on another network
    speak_for(content, speaker, voice);
    if (source.said != Timestamp{} && now - source.said > told_at_once) {
      put_before(content, '[' + time_for_people(source.said, now) + "] ");
    }
    return content;
  };
  if (const auto* send = std::get_if<chat::SendMessage>(&stored)) {
    chat::SendMessage said = *send;
    carry(said.content, voice);
    const bool native =
        as_what_it_is(Feature::reply, voice.policies.replies.how, voice.can) && !said.content.reply_to.empty();
    const std::string quote = native ? std::string{} : reply_as_text(said.content, counterpart, voice);
    said.content = finish(std::move(said.content));
    put_before(said.content, quote);
    return said;
  }
  if (const auto* edit = std::get_if<chat::EditMessage>(&stored)) {
    auto how = how_to_edit(voice.policies, voice.can, counterpart, source.said);
    if (how == EditPolicy::How::native && !edit->edited.empty()) {
      chat::EditMessage changed = *edit;
      carry(changed.content, voice);
      changed.content = finish(std::move(changed.content));
      return changed;
    }
    if (how == EditPolicy::How::native) how = voice.policies.edits.fallback;
    chat::SendMessage said{edit->conversation, edit->content, edit->key};
    said.content.reply_to = {};
    carry(said.content, voice);
    const bool marked = how != EditPolicy::How::as_new && said.content.kind == chat::Content::Kind::text;
    if (marked) said.content.text += " (edited)";
    said.content = finish(std::move(said.content));
    return said;
  }
  if (const auto* react = std::get_if<chat::React>(&stored)) {
    if (!reacts_in_lines(voice.can, voice.policies)) {
      chat::React all = *react;
      if (voice.own) return all;
      for (const std::string& each : counterpart.reactions_of_others) {
        if (std::find(all.emoji.begin(), all.emoji.end(), each) == all.emoji.end()) all.emoji.push_back(each);
      }
      if (voice.can.reactions != 0 && all.emoji.size() > voice.can.reactions) all.emoji.resize(voice.can.reactions);
      return all;
    }
    return chat::SendMessage{react->conversation, finish(reaction_as_text(*react, counterpart)), react->key};
  }
  return stored;
}

std::string time_for_people(Timestamp time, Timestamp now) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::minutes>(time - day)};
  char text[40];
  const int hours = static_cast<int>(clock.hours().count()), minutes = static_cast<int>(clock.minutes().count());
  if (day == std::chrono::floor<std::chrono::days>(now)) {
    std::snprintf(text, sizeof text, "%02d:%02d", hours, minutes);
  } else {
    std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), hours, minutes);
  }
  return text;
}

}  // namespace dragoman::bridge
