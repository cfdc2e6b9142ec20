#include <string>

#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/formats.hpp"

// Sentry's integration platform (docs.sentry.io/organization/integrations/integration-platform/webhooks): the resource
// in Sentry-Hook-Resource, {action, data, actor, installation}; and the older plugin's body.
namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

void add_headline(Prose& prose, std::string_view what, const std::string& title, const std::string& url) {
  prose.bold(what).add(" ").link(title, url);
}
void add_detail(Prose& prose, std::string_view name, const std::string& value) {
  if (!value.empty()) prose.line().add(name).add(": ").say(value);
}

/// An event or error: what went wrong, where.
void tell_error(Prose& prose, Posting& posting, const json& event, std::string_view what) {
  posting.link = first_in(event, {"web_url", "url", "permalink"});
  add_headline(prose, what, first_in(event, {"title", "metadata.title", "message"}), posting.link);
  add_detail(prose, "In", first_in(event, {"culprit", "location"}));
  add_detail(prose, "Environment", text_in(event, "environment"));
  posting.level = level_of(text_in(event, "level"), Level::error);
  posting.key = text_in(event, "issue_id");
}

void tell_event_alert(Prose& prose, Posting& posting, const json& data) {
  tell_error(prose, posting, object_at(data, "event"), "Alert");
  add_detail(prose, "Rule", first_in(data, {"triggered_rule", "issue_alert.title"}));
}

void tell_metric_alert(Prose& prose, Posting& posting, const json& data, const std::string& action,
                       Posting::After resolved) {
  posting.link = text_in(data, "web_url");
  const std::string title = first_in(data, {"description_title", "metric_alert.title", "metric_alert.alert_rule.name"});
  add_headline(prose, "Metric", title, posting.link);
  const std::string words = text_in(data, "description_text");
  if (!words.empty()) prose.line().say_lines(words);
  posting.key = first_in(data, {"metric_alert.id", "metric_alert.identifier"});
  posting.level = level_of(action, Level::warning);
  if (action == "resolved") posting.after = resolved;
}

void tell_sentry_issue(Prose& prose, Posting& posting, const json& data, const std::string& action,
                       Posting::After resolved) {
  const json& issue = object_at(data, "issue");
  posting.link = first_in(issue, {"web_url", "permalink"});
  const std::string number = text_in(issue, "shortId");
  add_headline(prose, number.empty() ? std::string{"Issue"} : number, text_in(issue, "title"), posting.link);
  prose.add(" was ").say(action.empty() ? "changed" : action);
  const std::string who = first_in(issue, {"assignedTo.name", "assignedTo.email"});
  if (action == "assigned" && !who.empty()) prose.add(" to ").say(who);
  add_detail(prose, "In", text_in(issue, "culprit"));
  posting.key = text_in(issue, "id");
  posting.level = action == "resolved" ? Level::good : level_of(text_in(issue, "level"), Level::error);
  if (action == "resolved") posting.after = resolved;
}

/// Something has happened to an issue, for which there is a rule.
void tell_activity_alert(Prose& prose, Posting& posting, const json& data) {
  const json& issue = object_at(data, "issue");
  posting.link = first_in(issue, {"web_url", "permalink"});
  const std::string number = text_in(issue, "shortId"), title = text_in(issue, "title");
  add_headline(prose, "Alert", number.empty() ? title : number + ": " + title, posting.link);
  add_detail(prose, "In", text_in(issue, "culprit"));
  posting.key = text_in(issue, "id");
  posting.level = level_of(text_in(issue, "level"), Level::error);
}

void tell_sentry_comment(Prose& prose, Posting& posting, const json& data, const std::string& actor) {
  prose.say(actor).add(" commented on an issue");
  if (const std::string project = text_in(data, "project_slug"); !project.empty()) prose.add(" of ").say(project);
  prose.line();
  const std::size_t begin = prose.end();
  prose.say_lines(excerpt(text_in(data, "comment"), 1000)).mark(chat::Span::Kind::quote, begin);
  posting.key = text_in(data, "issue_id");
}

/// The plugin of before 2018, which people still install on servers of their own.
Result<Postings> read_plugin(const json& value) {
  Posting posting;
  Prose prose;
  posting.link = text_in(value, "url");
  add_headline(prose, "[" + first_in(value, {"project_name", "project"}) + "]",
               first_in(value, {"event.title", "message", "culprit"}), posting.link);
  add_detail(prose, "In", text_in(value, "culprit"));
  posting.level = level_of(text_in(value, "level"), Level::error);
  posting.key = text_in(value, "id");
  posting.event = "event";
  prose.put_into(posting.content);
  return Postings{std::move(posting)};
}

}  // namespace

Result<Postings> read_sentry(const Reading& in) {
  const json& value = in.payload.value;
  const json& data = object_at(value, "data");
  if (data.empty()) return has(value, "culprit") ? read_plugin(value) : read_generic(in);
  std::string resource{in.request.header("sentry-hook-resource")};
  for (const std::string_view each : {"metric_alert", "issue", "error", "comment", "event"}) {
    if (resource.empty() && has(data, each)) resource = each;
  }
  const std::string action = text_in(value, "action"), actor = first_in(value, {"actor.name", "actor.email"});
  Posting posting;
  Prose prose;
  if (resource == "event_alert" || resource == "event") {
    tell_event_alert(prose, posting, data);
  } else if (resource == "metric_alert") {
    tell_metric_alert(prose, posting, data, action, in.options.resolved);
  } else if (resource == "activity_alert") {
    tell_activity_alert(prose, posting, data);
  } else if (resource == "issue") {
    tell_sentry_issue(prose, posting, data, action, in.options.resolved);
  } else if (resource == "error") {
    tell_error(prose, posting, object_at(data, "error"), "Error");
  } else if (resource == "comment") {
    tell_sentry_comment(prose, posting, data, actor);
    posting.actor = actor;
  } else {
    // "installation": Sentry was connected or not any more.
    prose.add("Sentry: ").say(resource).add(" ").say(action);
  }
  prose.put_into(posting.content);
  posting.event = action.empty() ? resource : resource + '.' + action;
  if (actor != "Sentry" && text_in(value, "actor.type") == "user") posting.actor = actor;
  return Postings{std::move(posting)};
}

}  // namespace dragoman::backends::webhook::formats
