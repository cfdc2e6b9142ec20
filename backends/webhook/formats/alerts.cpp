#include <algorithm>
#include <string>
#include <vector>

#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/formats.hpp"
#include "backends/webhook/formats/told.hpp"
#include "backends/webhook/formats/when.hpp"

// Groups of alerts: Prometheus Alertmanager's webhook of version 4 (prometheus.io/docs/alerting/latest/configuration,
// "webhook_config") and Grafana's, which adds links and values to each (grafana.com, "Configure webhook notifier").
namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

constexpr std::size_t most_alerts = 20;  // that are told one by one

bool is_firing(const json& alert) { return text_in(alert, "status") != "resolved"; }

/// "a=1, b=2" of what is not in `known`.
std::string labels_beside(const json& labels, const json& known) {
  std::string out;
  for (const auto& [name, value] : labels.items()) {
    const bool inner = name.starts_with("__") || name == "alertname" || name == "grafana_folder";
    if (inner || known.contains(name)) continue;
    out.append(out.empty() ? "" : ", ").append(name).append("=").append(scalar_text(value));
  }
  return out;
}

Level level_of_group(const json& alerts) {
  Level worst = Level::info;
  bool any = false;
  for (const json& alert : alerts) {
    if (!is_firing(alert)) continue;
    any = true;
    const Level level =
        level_of(first_in(alert, {"labels.severity", "labels.level", "labels.priority"}), Level::warning);
    if (level != Level::good) worst = std::max(worst, level);
  }
  return any ? worst : Level::good;
}

/// When it began, or how long it was.
void add_times(Prose& prose, const json& alert) {
  const auto begin = read_time(text_in(alert, "startsAt")), end = read_time(text_in(alert, "endsAt"));
  if (!begin) return;
  if (is_firing(alert)) {
    prose.add(" (since ").add(show_time(*begin)).add(")");
  } else if (end && *end > *begin) {
    prose.add(" (after ").add(show_duration(*end - *begin)).add(")");
  }
}

/// Grafana: what was measured, where it is shown, how it is silenced.
void add_measured(Prose& prose, const json& alert) {
  const json& values = object_at(alert, "values");
  std::string measured;
  for (const auto& [name, value] : values.items()) {
    measured.append(measured.empty() ? "" : ", ").append(name).append("=").append(scalar_text(value));
  }
  if (!measured.empty()) prose.line().add("Values: ").say(measured);
  for (const auto& [name, words] :
       {std::pair{"dashboardURL", "Dashboard"}, {"panelURL", "Panel"}, {"silenceURL", "Silence"}}) {
    const std::string url = text_in(alert, name);
    if (is_firing(alert) && !web_address(url).empty()) prose.line().link(words, url);
  }
}

void add_alert(Prose& prose, const json& alert, const json& common, bool alone) {
  prose.line();
  if (!alone) prose.add("- ");
  const std::string name = text_in(alert, "labels.alertname");
  const std::size_t begin = prose.end();
  if (!alone && !common.contains("alertname")) prose.say(name);
  const std::string labels = labels_beside(object_at(alert, "labels"), common);
  if (!labels.empty()) prose.add(prose.end() == begin ? "" : " ").say(labels);
  const std::string summary = first_in(alert, {"annotations.summary", "annotations.title", "annotations.message"});
  const std::string description = text_in(alert, "annotations.description");
  const std::string& words = summary.empty() ? description : summary;
  if (!words.empty()) prose.add(prose.end() == begin ? "" : ": ").say_lines(excerpt(words, 1000));
  add_times(prose, alert);
  // A description says more than the summary; in a long list the summary is enough.
  if (alone && !summary.empty() && !description.empty() && description != summary) {
    prose.line().say_lines(excerpt(description, 2000));
  }
  if (alone) {
    if (const std::string book = text_in(alert, "annotations.runbook_url"); !web_address(book).empty()) {
      prose.line().link("Runbook", book);
    }
  }
  add_measured(prose, alert);
}

/// Those that fire, or those that do not any more; how many were left for "and more".
void add_alerts(Prose& prose, const json& group, bool firing, std::size_t& told) {
  std::vector<const json*> alerts;
  for (const json& alert : list_in(group, "alerts")) {
    if (is_firing(alert) == firing) alerts.push_back(&alert);
  }
  if (alerts.empty()) return;
  const json& common = object_at(group, "commonLabels");
  prose.line();
  std::string state = firing ? "FIRING" : "RESOLVED";
  if (alerts.size() > 1) state += " (" + std::to_string(alerts.size()) + ")";
  prose.bold(state);
  const std::string name = first_in(group, {"commonLabels.alertname", "groupLabels.alertname"});
  if (!name.empty()) prose.add(" ").say(name);
  const std::string labels = labels_beside(common, json::object());
  if (!labels.empty()) prose.add(" [").say(labels).add("]");
  std::size_t left = 0;
  for (const json* alert : alerts) {
    if (told == most_alerts) {
      ++left;
      continue;
    }
    ++told;
    add_alert(prose, *alert, common, alerts.size() == 1);
  }
  if (left != 0) prose.line().add("… and ").add(std::to_string(left)).add(" more");
}

Result<Postings> read_group(const Reading& in) {
  const json& group = in.payload.value;
  const json& alerts = list_in(group, "alerts");
  Posting posting;
  Prose prose;
  std::size_t told = 0;
  add_alerts(prose, group, true, told);
  add_alerts(prose, group, false, told);
  if (const auto cut = number_at(group, "truncatedAlerts"); cut && *cut > 0) {
    prose.line().add("… and ").add(std::to_string(*cut)).add(*cut == 1 ? " more alert" : " more alerts");
    prose.add(" that the sender left out");
  }
  if (prose.empty()) prose.say_lines(first_in(group, {"title", "message"}));
  if (prose.empty()) return nothing_to_say("a group without alerts");
  const bool resolved = text_in(group, "status") == "resolved";
  posting.link = alerts.size() == 1 ? first_in(group, {"alerts[0].panelURL", "alerts[0].generatorURL"}) : std::string{};
  if (posting.link.empty()) posting.link = text_in(group, "externalURL");
  if (prose.text().find(posting.link) == std::string::npos) prose.line().url(posting.link);
  for (const json& alert : alerts) add_linked_file(posting, text_in(alert, "imageURL"));
  prose.put_into(posting.content);
  posting.key = text_in(group, "groupKey");
  posting.event = resolved ? "resolved" : "firing";
  posting.level = resolved ? Level::good : level_of_group(alerts);
  if (resolved) posting.after = in.options.resolved;
  return Postings{std::move(posting)};
}

/// Grafana's alerts before version 9, one rule each.
Result<Postings> read_rule(const Reading& in) {
  const json& value = in.payload.value;
  const std::string state = text_in(value, "state");
  const bool ok = state == "ok";
  Told told{.title = first_in(value, {"title", "ruleName"}), .text = text_in(value, "message")};
  told.link = text_in(value, "ruleUrl");
  told.level = ok ? Level::good : state == "alerting" ? Level::error : Level::warning;
  for (const json& match : list_in(value, "evalMatches")) {
    told.text += (told.text.empty() ? "" : "\n") + text_in(match, "metric") + "=" + text_in(match, "value");
  }
  Posting posting = tell(told);
  add_linked_file(posting, text_in(value, "imageUrl"));
  posting.key = first_in(value, {"ruleId", "ruleName"});
  posting.event = state;
  if (ok) posting.after = in.options.resolved;
  return Postings{std::move(posting)};
}

}  // namespace

Result<Postings> read_alertmanager(const Reading& in) {
  if (!has(in.payload.value, "alerts")) return read_generic(in);
  return read_group(in);
}

Result<Postings> read_grafana(const Reading& in) {
  if (has(in.payload.value, "alerts")) return read_group(in);
  return has(in.payload.value, "ruleName") ? read_rule(in) : read_generic(in);
}

}  // namespace dragoman::backends::webhook::formats
