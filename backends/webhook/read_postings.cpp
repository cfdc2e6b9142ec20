#include "backends/webhook/read_postings.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "backends/clean_text.hpp"
#include "backends/webhook/formats/formats.hpp"
#include "backends/webhook/formats/markup.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

using formats::Payload;
using formats::Postings;
using formats::Reading;
using nlohmann::json;

constexpr std::size_t longest_posting_key = 512;  // bytes, of keys and threads
constexpr std::size_t longest_posting_event = 128;

Result<Postings> read_as(Format format, const Reading& in) {
  switch (format) {
    case Format::text:
      return formats::read_text(in);
    case Format::json:
    case Format::form:
    case Format::multipart:
      return formats::read_generic(in);
    case Format::slack:
      return formats::read_slack(in);
    case Format::mattermost:
      return formats::read_mattermost(in);
    case Format::discord:
      return formats::read_discord(in);
    case Format::alertmanager:
      return formats::read_alertmanager(in);
    case Format::grafana:
      return formats::read_grafana(in);
    case Format::github:
      return formats::read_github(in);
    case Format::gitlab:
      return formats::read_gitlab(in);
    case Format::forgejo:
      return formats::read_forgejo(in);
    case Format::sentry:
      return formats::read_sentry(in);
    case Format::uptime_kuma:
      return formats::read_uptime_kuma(in);
    case Format::ntfy:
      return formats::read_ntfy(in);
    case Format::apprise:
      return formats::read_apprise(in);
    case Format::healthchecks:
      return formats::read_healthchecks(in);
    case Format::cloudevents:
      return formats::read_cloudevents(in);
  }
  return failure(Fault::internal, "a format without a reader");
}

/// What filters and templates see: the JSON, the fields of a form, or {"text": ...}.
json seen_payload(const Payload& payload) {
  return payload.value.is_null() ? json{{"text", payload.text}} : payload.value;
}

/// Puts a person's own words in the place of the product's.
Result<void> apply_template(Postings& postings, const Template& pattern, const Payload& payload) {
  auto words = pattern.render(seen_payload(payload));
  if (!words) return words.error();
  // Without a text this posting is dropped with the empty ones.
  formats::Prose prose;
  formats::add_markup(prose, *words, formats::Dialect::markdown);
  prose.put_into(postings.front().content);
  postings.resize(1);
  return {};
}

std::string cut_line(std::string_view text, std::size_t bytes) {
  return std::string{text::cut(clean_line(text), bytes)};
}

/// What all postings promise, whatever their reader made of it.
void make_fit(Posting& posting, const Options& options) {
  formats::limit_text(posting.content, options.longest_text, posting.link);
  posting.actor = clean_name(posting.actor);
  posting.actor_picture = formats::web_address(posting.actor_picture);
  if (posting.actor_picture.starts_with("mailto:")) posting.actor_picture.clear();
  posting.link = formats::web_address(posting.link);
  posting.key = cut_line(posting.key, longest_posting_key);
  posting.thread = cut_line(posting.thread, longest_posting_key);
  posting.content.thread = posting.thread;
  posting.event = cut_line(posting.event, longest_posting_event);
  for (chat::Attachment& each : posting.content.attachments) each.description = clean_line(each.description);
}

bool says_nothing(const Posting& posting) {
  return posting.content.text.empty() && posting.content.attachments.empty() && posting.files.empty();
}

}  // namespace

Format detect(const Request& request) {
  const auto payload = formats::read_payload(request, std::nullopt);
  return payload ? formats::detect_format(request, *payload) : formats::detect_format(request, Payload{});
}

Result<Postings> read_postings(const Request& request, std::optional<Format> forced, const Options& options) {
  auto payload = formats::read_payload(request, forced);
  if (!payload) return payload.error();
  if (options.filter != nullptr && !options.filter->allows(request, seen_payload(*payload))) return Postings{};
  const Format format = forced ? *forced : formats::detect_format(request, *payload);
  auto read = read_as(format, Reading{request, *payload, options});
  // A template may find words in what no reader knows.
  const bool has_template = options.pattern != nullptr;
  if (!read && has_template && read.error().fault == Fault::malformed) read = Postings(1);
  if (!read) return read.error();
  Postings& postings = *read;
  if (options.events != nullptr) {
    std::erase_if(postings, [&options](const Posting& each) { return !options.events->allows(each.event); });
  }
  if (postings.empty()) return Postings{};
  if (has_template) {
    if (const auto applied = apply_template(postings, *options.pattern, *payload); !applied) return applied.error();
  }
  std::vector<File>& files = postings.front().files;
  for (Form::Attached& each : payload->files) {
    if (files.size() < most_files) files.push_back(std::move(each.file));
  }
  for (Posting& posting : postings) make_fit(posting, options);
  std::erase_if(postings, says_nothing);
  // A template that says nothing of an event is how people leave it out.
  if (postings.empty() && !has_template) return formats::nothing_to_say("no words are left of it");
  return read;
}

}  // namespace dragoman::backends::webhook
