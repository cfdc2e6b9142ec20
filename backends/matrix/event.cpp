#include "backends/matrix/event.hpp"

#include <algorithm>
#include <utility>

#include "backends/matrix/json.hpp"

namespace dragoman::backends::matrix {

std::optional<Event> read_event(const nlohmann::json& json) {
  const std::string* type = find_text(json, "type");
  if (type == nullptr || type->empty()) return std::nullopt;
  Event event;
  event.type = *type;
  event.id = text_at(json, "event_id");
  event.sender = text_at(json, "sender");
  event.room = text_at(json, "room_id");
  if (const std::string* key = find_text(json, "state_key")) event.state_key = *key;
  // A time before 1970 or after year 9999 is a lie that nothing behind should have to bear.
  constexpr std::int64_t last = 253'402'300'799'999;
  event.time = Timestamp{
      std::chrono::milliseconds{std::clamp<std::int64_t>(number_at(json, "origin_server_ts").value_or(0), 0, last)}};
  event.content = object_at(json, "content");
  const nlohmann::json& about = object_at(json, "unsigned");
  // Before unsigned was a thing prev_content stood in the event itself, and some servers still have it there.
  const nlohmann::json& before = object_at(about, "prev_content");
  event.prev_content = before.empty() ? object_at(json, "prev_content") : before;
  event.transaction = text_at(about, "transaction_id");
  if (event.type == "m.room.redaction") {
    event.redacts = text_at(event.content, "redacts");
    if (event.redacts.empty()) event.redacts = text_at(json, "redacts");
  }
  const nlohmann::json* because = find_member(about, "redacted_because");
  event.redacted = because != nullptr && !because->is_null();
  if (event.redacted) {
    event.redacted_by = text_at(*because, "sender");
    event.redaction_id = text_at(*because, "event_id");
    event.redaction_reason = text_at(object_at(*because, "content"), "reason");
  }
  const nlohmann::json& edit = object_at(object_at(about, "m.relations"), "m.replace");
  if (!edit.empty()) event.latest_edit = edit;
  return event;
}

std::vector<Event> read_events(const nlohmann::json& json) {
  std::vector<Event> events;
  for (const nlohmann::json& each : array_at(json, "events")) {
    if (auto event = read_event(each)) events.push_back(std::move(*event));
  }
  return events;
}

}  // namespace dragoman::backends::matrix
