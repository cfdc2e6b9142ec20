#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/formats.hpp"
#include "backends/webhook/formats/told.hpp"
#include "backends/webhook/formats/when.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"

// CloudEvents 1.0 over HTTP (http-protocol-binding.md): binary (attributes in ce-* headers), structured, batched.
namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

constexpr std::size_t most_events = 20;

/// Attributes and data in one object, whatever way they came.
json structured_event(const Reading& in) {
  json event = json::object();
  for (const auto& [name, value] : in.request.headers) {
    if (!name.starts_with("ce-")) continue;
    event[name.substr(3)] = text::to_valid_utf8(text::from_percent(value).value_or(value));
  }
  event["data"] = in.payload.value.is_null() ? json(in.payload.text) : in.payload.value;
  return event;
}

void add_data(Posting& posting, Prose& prose, const json& event) {
  const json* data = find_at(event, "data");
  if (data == nullptr || data->is_null()) {
    add_base64_file(posting, "data", text_in(event, "datacontenttype"), text_in(event, "data_base64"));
    return;
  }
  const std::string words =
      data->is_structured() ? first_in(*data, {"text", "message", "msg", "body", "title"}) : scalar_text(*data);
  if (!words.empty()) {
    prose.line().say_lines(words);
  } else if (data->is_structured() && !data->empty()) {
    add_json(prose, *data);
  }
}

Posting read_event(const json& event) {
  Posting posting;
  Prose prose;
  posting.event = text_in(event, "type");
  prose.bold(posting.event);
  const std::string subject = text_in(event, "subject"), source = text_in(event, "source");
  if (!subject.empty()) prose.add(" ").say(subject);
  if (!source.empty()) prose.add(" from ").say(source);
  if (const std::string at = show_time(text_in(event, "time")); !at.empty()) prose.add(" (").add(at).add(")");
  add_data(posting, prose, event);
  prose.put_into(posting.content);
  posting.link = web_address(source);
  posting.key = source + ' ' + text_in(event, "id");
  posting.thread = subject;
  return posting;
}

bool is_event(const json& event) { return has_text(event, "type") && has_text(event, "source"); }

}  // namespace

Result<Postings> read_cloudevents(const Reading& in) {
  const bool is_binary = in.request.headers.contains("ce-specversion") || in.request.headers.contains("ce-type");
  const json event = is_binary ? structured_event(in) : in.payload.value;
  if (!event.is_array()) {
    if (!is_event(event)) return failure(Fault::malformed, "a CloudEvent has a type and a source");
    return Postings{read_event(event)};
  }
  if (event.size() > most_events) return failure(Fault::too_long, "more than 20 events in one request");
  Postings postings;
  for (const json& each : event) {
    if (!is_event(each)) return failure(Fault::malformed, "a CloudEvent has a type and a source");
    postings.push_back(read_event(each));
  }
  if (postings.empty()) return nothing_to_say("a batch without events");
  return postings;
}

}  // namespace dragoman::backends::webhook::formats
