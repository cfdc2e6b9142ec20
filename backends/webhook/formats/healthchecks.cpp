#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/formats.hpp"
#include "backends/webhook/formats/told.hpp"
#include "backends/webhook/formats/when.hpp"
#include "base/text.hpp"

// Healthchecks.io: its webhooks send what people write with $NAME, $STATUS, $TAGS...; the body of the recipe in
// docs/networks/webhook.md, or $JSON, which is a check as its API shows it.
namespace dragoman::backends::webhook::formats {

Result<Postings> read_healthchecks(const Reading& in) {
  const nlohmann::json& value = in.payload.value;
  const std::string status = text::ascii_lower(first_in(value, {"status", "check.status"}));
  const std::string name = first_in(value, {"name", "check.name", "check", "slug", "code"});
  if (status.empty() || name.empty()) return read_generic(in);
  Prose prose;
  const bool down = status == "down", up = status == "up";
  prose.bold(name).add(" is ").say(status);
  const std::string reason = first_in(value, {"reason", "exitstatus"});
  if (down && !reason.empty()) prose.add(": ").say(reason);
  const std::string ping = show_time(first_in(value, {"last_ping", "check.last_ping"}));
  if (!ping.empty()) prose.add(down ? ", last ping " : ", ping ").add(ping);
  const std::string tags = first_in(value, {"tags", "check.tags"});
  if (!tags.empty()) prose.add(" [").say(tags).add("]");
  const std::string description = first_in(value, {"desc", "check.desc"});
  if (!description.empty()) prose.line().say_lines(excerpt(description, 500));
  const std::string body = first_in(value, {"body", "last_ping_body"});
  if (!body.empty()) prose.code_block(excerpt(body, 1000));
  Posting posting;
  posting.link = first_in(value, {"details_url", "url", "check.details_url"});
  prose.line().url(posting.link);
  prose.put_into(posting.content);
  posting.key = first_in(value, {"uuid", "code", "unique_key", "slug", "name", "check"});
  posting.event = status;
  posting.level = down ? Level::error : up ? Level::good : Level::warning;
  if (up) posting.after = in.options.resolved;
  return Postings{std::move(posting)};
}

}  // namespace dragoman::backends::webhook::formats
