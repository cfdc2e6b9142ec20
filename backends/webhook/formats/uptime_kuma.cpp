#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/formats.hpp"
#include "backends/webhook/formats/when.hpp"

// Uptime Kuma's "Webhook" (server/notification-providers/webhook.js): {heartbeat, monitor, msg}, both null in a test.
namespace dragoman::backends::webhook::formats {

Result<Postings> read_uptime_kuma(const Reading& in) {
  const nlohmann::json& value = in.payload.value;
  const nlohmann::json& beat = object_at(value, "heartbeat");
  const nlohmann::json& monitor = object_at(value, "monitor");
  Prose prose;
  Posting posting;
  const auto status = number_at(beat, "status");
  if (!status || beat.empty()) {
    const std::string words = first_in(value, {"msg", "message"});
    if (words.empty()) return read_generic(in);
    prose.say_lines(words);
    posting.event = "test";
    prose.put_into(posting.content);
    return Postings{std::move(posting)};
  }
  struct Status {
    std::string_view words, event;
    Level level;
  };
  static constexpr Status states[] = {{"is down", "down", Level::error},
                                      {"is up", "up", Level::good},
                                      {"is pending", "pending", Level::warning},
                                      {"is under maintenance", "maintenance", Level::info}};
  const Status& state = states[*status >= 0 && *status < 4 ? static_cast<std::size_t>(*status) : 2];
  const std::string name = first_in(monitor, {"pathName", "name"});
  const std::string address = text_in(monitor, "url");
  prose.bold(name.empty() ? "The monitor" : std::string_view{name}).add(" ").add(state.words);
  if (const std::string why = text_in(beat, "msg"); !why.empty()) prose.add(": ").say(why);
  const auto seconds = number_at(beat, "duration");
  if (*status == 1 && seconds && *seconds > 0) {
    prose.add(", after ").add(show_duration(std::chrono::seconds{*seconds}));
  }
  if (const std::string at = show_time(text_in(beat, "time")); !at.empty()) prose.add(" (").add(at).add(")");
  // New monitors of other kinds hold "https://" alone.
  if (address != "https://" && address != "http://") prose.line().url(address);
  const std::string host = text_in(monitor, "hostname");
  if (!host.empty()) {
    prose.line().say(host);
    if (const std::string port = text_in(monitor, "port"); !port.empty()) prose.add(":").say(port);
  }
  prose.put_into(posting.content);
  posting.key = first_in(value, {"monitor.id", "heartbeat.monitorID", "monitor.name"});
  posting.event = state.event;
  posting.level = state.level;
  if (*status == 1) posting.after = in.options.resolved;
  return Postings{std::move(posting)};
}

}  // namespace dragoman::backends::webhook::formats
