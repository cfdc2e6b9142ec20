#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/slack_parts.hpp"

// Incoming webhooks of Slack (api.slack.com/messaging/webhooks) and of Mattermost, whose words are Markdown
// (developers.mattermost.com, "Incoming webhooks").
namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

Result<Postings> read_slack_like(const Reading& in, Dialect dialect) {
  const json& value = in.payload.value;
  if (!value.is_object()) return read_generic(in);
  Posting posting;
  Prose prose;
  const json& blocks = list_in(value, "blocks");
  // Beside blocks the text is for notifications, and says the same.
  if (blocks.empty()) {
    add_markup(prose, text_in(value, "text"), flag_at(value, "mrkdwn", true) ? dialect : Dialect::markdown);
  } else {
    add_blocks(prose, posting, blocks);
  }
  add_attachments(prose, posting, list_in(value, "attachments"), dialect);
  if (prose.empty()) add_markup(prose, text_in(value, "text"), dialect);
  if (dialect == Dialect::markdown) {
    Prose card;
    add_markup(card, text_in(value, "props.card"), dialect);
    if (!card.empty()) prose.paragraph().append(card);
    const std::string priority = text_in(value, "priority.priority");
    if (priority == "urgent") posting.level = Level::error;
    if (priority == "important") posting.level = Level::warning;
  }
  if (prose.empty() && posting.content.attachments.empty()) return nothing_to_say("no text, blocks or attachments");
  prose.put_into(posting.content);
  posting.actor = text_in(value, "username");
  posting.actor_picture = text_in(value, "icon_url");
  posting.thread = first_in(value, {"thread_ts", "root_id"});
  return Postings{std::move(posting)};
}

}  // namespace

Result<Postings> read_slack(const Reading& in) { return read_slack_like(in, Dialect::mrkdwn); }
Result<Postings> read_mattermost(const Reading& in) { return read_slack_like(in, Dialect::markdown); }

}  // namespace dragoman::backends::webhook::formats
