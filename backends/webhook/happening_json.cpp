#include <algorithm>

#include <nlohmann/json.hpp>

#include "backends/json.hpp"
#include "backends/webhook/happening.hpp"

// A happening as it is kept. Only what is there is written: a queue may hold thousands.

namespace dragoman::backends::webhook {

namespace {

using nlohmann::json;
using ContentKind = chat::Content::Kind;

/// Names a member with the text behind it, both ways.
struct TextMember {
  const char* key;
  std::string& (*of)(Happening&);
};

const TextMember text_members[] = {
    {"id", [](Happening& h) -> std::string& { return h.id; }},
    {"endpoint", [](Happening& h) -> std::string& { return h.endpoint; }},
    {"backend", [](Happening& h) -> std::string& { return h.backend; }},
    {"room", [](Happening& h) -> std::string& { return h.room.jid; }},
    {"room_name", [](Happening& h) -> std::string& { return h.room.name; }},
    {"jid", [](Happening& h) -> std::string& { return h.from.jid; }},
    {"occupant_id", [](Happening& h) -> std::string& { return h.from.occupant_id; }},
    {"nickname", [](Happening& h) -> std::string& { return h.from.nickname; }},
    {"picture", [](Happening& h) -> std::string& { return h.from.picture; }},
    {"bridged_from", [](Happening& h) -> std::string& { return h.from.bridged_from; }},
    {"title", [](Happening& h) -> std::string& { return h.content.title; }},
    {"text", [](Happening& h) -> std::string& { return h.content.text; }},
    {"reply_to", [](Happening& h) -> std::string& { return h.content.reply_to.text; }},
    {"thread", [](Happening& h) -> std::string& { return h.content.thread; }},
    {"shown_author", [](Happening& h) -> std::string& { return h.content.shown_author; }},
    {"language", [](Happening& h) -> std::string& { return h.language; }},
    {"reply_text", [](Happening& h) -> std::string& { return h.reply_text; }},
    {"about", [](Happening& h) -> std::string& { return h.about; }},
    {"reaction", [](Happening& h) -> std::string& { return h.reaction; }},
    {"availability", [](Happening& h) -> std::string& { return h.availability; }},
    {"stanza_id", [](Happening& h) -> std::string& { return h.stanza_id; }},
    {"origin_id", [](Happening& h) -> std::string& { return h.origin_id; }},
};

json write_span(const chat::Span& span) {
  return json::array({static_cast<int>(span.kind), span.begin, span.end, span.value});
}

json write_attachment(const chat::Attachment& file) {
  return {{"url", file.url},     {"name", file.name},     {"type", file.media_type},  {"size", file.size},
          {"width", file.width}, {"height", file.height}, {"about", file.description}};
}

std::uint64_t count_at(const json& value, std::string_view key) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(number_at(value, key).value_or(0), 0));
}

std::optional<chat::Span> read_span(const json& value, std::size_t most) {
  using SpanKind = chat::Span::Kind;
  if (!value.is_array() || value.size() != 4 || !value[3].is_string()) return std::nullopt;
  std::size_t numbers[3];
  for (std::size_t i = 0; i < 3; ++i) {
    if (!value[i].is_number_unsigned()) return std::nullopt;
    numbers[i] = value[i].get<std::size_t>();
  }
  const bool whole = numbers[0] <= static_cast<std::size_t>(SpanKind::emoji) && numbers[1] <= numbers[2];
  if (!whole || numbers[2] > most) return std::nullopt;
  return chat::Span{static_cast<SpanKind>(numbers[0]), numbers[1], numbers[2], value[3].get<std::string>()};
}

chat::Attachment read_attachment(const json& value) {
  chat::Attachment file;
  file.url = text_at(value, "url");
  file.name = text_at(value, "name");
  file.media_type = text_at(value, "type");
  file.size = count_at(value, "size");
  file.width = static_cast<std::uint32_t>(count_at(value, "width"));
  file.height = static_cast<std::uint32_t>(count_at(value, "height"));
  file.description = text_at(value, "about");
  return file;
}

}  // namespace

std::string write_happening(Happening happening) {
  json value = {{"type", name_of(happening.type)}, {"time", happening.time.time_since_epoch().count()}};
  for (const TextMember& each : text_members) {
    if (const std::string& text = each.of(happening); !text.empty()) value[each.key] = text;
  }
  if (happening.content.kind != ContentKind::text) value["kind"] = static_cast<int>(happening.content.kind);
  for (const auto& span : happening.content.spans) value["spans"].push_back(write_span(span));
  for (const auto& file : happening.content.attachments) value["files"].push_back(write_attachment(file));
  if (happening.hops != 1) value["hops"] = happening.hops;
  if (!happening.via.empty()) value["via"] = happening.via;
  if (happening.gap > 0) value["gap"] = happening.gap;
  if (happening.more) value["more"] = true;
  return dump_json(value);
}

Result<Happening> read_happening(const std::string& text) {
  const auto value = parse_json(text);
  const auto type = value ? type_named(text_at(*value, "type")) : std::nullopt;
  if (!type || text_at(*value, "id").empty()) return failure(Fault::malformed, "this is no event of a hook");
  Happening happening;
  happening.type = *type;
  happening.time = Timestamp{std::chrono::milliseconds{number_at(*value, "time").value_or(0)}};
  happening.backend.clear();
  for (const TextMember& each : text_members) each.of(happening) = text_at(*value, each.key);
  const auto kind = count_at(*value, "kind");
  if (kind <= static_cast<std::uint64_t>(ContentKind::encrypted))
    happening.content.kind = static_cast<ContentKind>(kind);
  for (const json& each : array_at(*value, "spans")) {
    if (auto span = read_span(each, happening.content.text.size())) happening.content.spans.push_back(std::move(*span));
  }
  for (const json& each : array_at(*value, "files")) happening.content.attachments.push_back(read_attachment(each));
  happening.hops = static_cast<unsigned>(number_at(*value, "hops").value_or(1));
  for (const json& each : array_at(*value, "via")) {
    if (each.is_string()) happening.via.push_back(each.get<std::string>());
  }
  happening.gap = count_at(*value, "gap");
  happening.more = flag_at(*value, "more");
  return happening;
}

}  // namespace dragoman::backends::webhook
