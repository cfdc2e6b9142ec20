#include "backends/webhook/formats/payload.hpp"

#include <algorithm>
#include <utility>

#include "backends/webhook/formats/fields.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;
using Kind = Payload::Kind;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view without_mark(std::string_view body) {
  if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
  return body;
}
bool begins_json(std::string_view body) {
  body = text::trim(body);
  return !body.empty() && (body.front() == '{' || body.front() == '[');
}
bool is_json_type(std::string_view type) {
  return type == "application/json" || type == "text/json" || type == "application/x-ndjson" || type.ends_with("+json");
}
bool is_xml_type(std::string_view type) {
  return type == "application/xml" || type == "text/xml" || type.ends_with("+xml");
}
bool speaks_text(std::optional<Format> forced) {
  return !forced || *forced == Format::text || *forced == Format::ntfy || *forced == Format::cloudevents;
}

Result<void> take_json(Payload& payload, std::string text, Kind kind) {
  auto value = read_json(std::move(text));
  if (!value) return value.error();
  payload.value = std::move(*value);
  payload.kind = kind;
  return {};
}

/// Fields become an object; one that holds the JSON of a product is read instead.
Result<void> take_fields(Payload& payload, Fields fields) {
  for (const std::string_view name : {"payload_json", "payload", "data"}) {
    const std::string_view field = field_of(fields, name);
    if (begins_json(field)) return take_json(payload, std::string{field}, Kind::in_a_form);
  }
  payload.value = json::object();
  for (auto& [name, value] : fields) payload.value[text::to_valid_utf8(name)] = text::to_valid_utf8(value);
  payload.kind = Kind::form;
  return {};
}

void take_text(Payload& payload, std::string_view body, Kind kind) {
  payload.text = text::to_valid_utf8(body);
  payload.kind = kind;
}

Result<void> take_form(Payload& payload, std::string_view body, bool is_sure) {
  if (begins_json(body)) return take_json(payload, std::string{body}, Kind::json);
  auto fields = read_url_form(text::trim(body));
  if (!is_sure) {
    // What `curl -d 'the disk is full'` sends says that it is a form.
    const bool is_form = fields && !fields->empty() && body.find('=') != std::string_view::npos &&
                         std::none_of(fields->begin(), fields->end(), [](const auto& field) {
                           return field.first.empty() || field.first.find_first_of(" \t\r\n") != std::string::npos;
                         });
    if (!is_form) {
      take_text(payload, body, Kind::text);
      return {};
    }
  }
  if (!fields) return fields.error();
  return take_fields(payload, std::move(*fields));
}

Result<void> take_multipart(Payload& payload, const Request& request) {
  auto form = read_multipart(request.body, boundary_of(request.header("content-type")));
  if (!form) return form.error();
  payload.is_multipart = true;
  payload.files = std::move(form->files);
  return take_fields(payload, std::move(form->fields));
}

/// ntfy's way to send a file: the body, and its name in a header.
Result<void> take_file(Payload& payload, const Request& request) {
  std::string name;
  for (const char* const header : {"filename", "x-filename", "file", "x-file"}) {
    if (name.empty()) name = request.header(header);
  }
  if (name.empty()) name = payload.asked({"filename", "file", "f"});
  const bool is_media = request.content_type.starts_with("image/") || request.content_type.starts_with("video/") ||
                        request.content_type.starts_with("audio/") || request.content_type == "application/pdf";
  if (name.empty() && !is_media) return failure(Fault::unsupported, "a Content-Type that no format has");
  payload.kind = Kind::file;
  payload.files.push_back({"file", {file_name_of(name), request.content_type, request.body}});
  return {};
}

Result<void> take_body(Payload& payload, const Request& request, std::optional<Format> forced) {
  const std::string& type = request.content_type;
  const std::string_view body = without_mark(request.body);
  const bool names_file = request.headers.contains("filename") || request.headers.contains("x-filename");
  if (names_file && !body.empty()) return take_file(payload, request);
  if (forced == Format::text) {
    take_text(payload, body, type == "text/markdown" ? Kind::markdown : type == "text/html" ? Kind::html : Kind::text);
    return {};
  }
  if (type == "multipart/form-data") return take_multipart(payload, request);
  if (is_json_type(type)) return take_json(payload, std::string{body}, Kind::json);
  if (type == "application/x-www-form-urlencoded") {
    if (forced == Format::ntfy && !begins_json(body)) {
      take_text(payload, body, Kind::text);
      return {};
    }
    return take_form(payload, body, forced == Format::form);
  }
  if (is_xml_type(type)) {
    take_text(payload, body, Kind::xml);
    return {};
  }
  const bool is_text = type.starts_with("text/");
  if (!is_text && !type.empty()) return take_file(payload, request);
  if ((type.empty() || !speaks_text(forced)) && begins_json(body))
    return take_json(payload, std::string{body}, Kind::json);
  // Mattermost's senders may say nothing about their form.
  if (body.starts_with("payload=") || forced == Format::form) return take_form(payload, body, true);
  take_text(payload, body, type == "text/markdown" ? Kind::markdown : type == "text/html" ? Kind::html : Kind::text);
  return {};
}

}  // namespace

std::string Payload::asked(std::initializer_list<std::string_view> names) const {
  for (const std::string_view name : names) {
    if (const std::string_view found = field_of(query, name); !found.empty()) return text::to_valid_utf8(found);
  }
  return {};
}

Result<Payload> read_payload(const Request& request, std::optional<Format> forced) {
  Payload payload;
  auto query = read_url_form(request.query);
  if (!query) return query.error();
  payload.query = std::move(*query);
  if (const auto taken = take_body(payload, request, forced); !taken) return taken.error();
  return payload;
}

}  // namespace dragoman::backends::webhook::formats
