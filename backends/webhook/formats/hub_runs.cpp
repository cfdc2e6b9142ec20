#include <string>

#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/hub.hpp"

// What machines say: releases, workflows, checks, deployments. Of something that runs only its end is told.
namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

struct Outcome {
  std::string words;
  Level level = Level::info;
};

Outcome outcome_of(const std::string& conclusion) {
  if (conclusion == "success") return {"succeeded", Level::good};
  if (conclusion == "failure" || conclusion == "error" || conclusion == "startup_failure")
    return {"failed", Level::error};
  if (conclusion == "timed_out") return {"timed out", Level::error};
  if (conclusion == "cancelled") return {"was cancelled", Level::warning};
  if (conclusion == "skipped") return {"was skipped", Level::info};
  if (conclusion == "action_required") return {"waits for somebody", Level::warning};
  return {"ended: " + as_words(conclusion), Level::info};
}

/// "CI #12 on main failed (URL)".
void tell_outcome(ForgeStory& story, const std::string& name, const std::string& branch, const std::string& conclusion,
                  const std::string& url) {
  const Outcome outcome = outcome_of(conclusion);
  std::string words = name + ' ' + outcome.words;
  if (!branch.empty()) words += " on " + branch;
  story.prose.link(words, url);
  story.posting.level = outcome.level;
  story.posting.link = url;
}

/// The machine speaks, not the person who made it run.
void drop_actor(ForgeStory& story) {
  ForgeStory fresh{story.repository(), {}};
  fresh.posting.event = story.posting.event;
  story = std::move(fresh);
}

}  // namespace

bool tell_hub_release(const HubEvent& event, ForgeStory& story) {
  const json& release = object_at(event.value, "release");
  // Publishing comes as "created", "published" and "released": one is enough.
  if (event.action == "created" || event.action == "released") return false;
  story.prose.say(as_words(event.action.empty() ? "published" : event.action)).add(" ");
  const std::string tag = text_in(release, "tag_name"), name = text_in(release, "name");
  const bool early = flag_at(release, "prerelease");
  std::string words = (early ? "pre-release " : "release ") + tag;
  if (!name.empty() && name != tag) words += ": " + name;
  story.posting.link = text_in(release, "html_url");
  story.prose.link(words, story.posting.link);
  story.about("release " + tag);
  if (event.action == "published" || event.action.empty()) story.body(first_in(release, {"body", "note"}));
  return true;
}

bool tell_hub_workflow(const HubEvent& event, ForgeStory& story) {
  const bool is_forgejo_run = event.name.starts_with("action_run_");
  const json& run = object_at(event.value, is_forgejo_run ? "run" : "workflow_run");
  if (!is_forgejo_run && event.action != "completed") return false;
  const std::string actor = story.actor();
  drop_actor(story);
  const std::string conclusion = !is_forgejo_run                      ? text_in(run, "conclusion")
                                 : event.name == "action_run_failure" ? std::string{"failure"}
                                                                      : std::string{"success"};
  std::string name = first_in(run, {"name", "workflow_id", "title"});
  if (const std::string number = first_in(run, {"run_number", "index_in_repo"}); !number.empty()) name += " #" + number;
  tell_outcome(story, name, first_in(run, {"head_branch", "prettyref"}), conclusion, text_in(run, "html_url"));
  const std::string about = first_in(run, {"display_title", "head_commit.message", "title"});
  if (!about.empty()) story.prose.line().say(first_line(about));
  if (!about.empty() && !actor.empty()) story.prose.add(" (").say(actor).add(")");
  story.about("run " + text_in(run, "id"));
  return true;
}

bool tell_hub_check(const HubEvent& event, ForgeStory& story) {
  const json& check = object_at(event.value, event.name);
  if (event.action != "completed") return false;
  drop_actor(story);
  const std::string name = first_in(check, {"name", "app.name"});
  tell_outcome(story, name, first_in(check, {"check_suite.head_branch", "head_branch"}), text_in(check, "conclusion"),
               first_in(check, {"html_url", "details_url"}));
  const std::string summary = text_in(check, "output.title");
  if (!summary.empty()) story.prose.line().say(summary);
  return true;
}

bool tell_hub_status(const HubEvent& event, ForgeStory& story) {
  const std::string state = text_in(event.value, "state");
  if (state == "pending") return false;
  drop_actor(story);
  tell_outcome(story, text_in(event.value, "context"), text_in(event.value, "branches[0].name"), state,
               text_in(event.value, "target_url"));
  const std::string words = text_in(event.value, "description");
  story.prose.line().code(short_id(text_in(event.value, "sha")));
  if (!words.empty()) story.prose.add(" ").say(words);
  story.posting.event = "status." + state;
  return true;
}

bool tell_hub_deployment(const HubEvent& event, ForgeStory& story) {
  const json& status = object_at(event.value, "deployment_status");
  const std::string state = text_in(status, "state");
  if (state == "pending" || state == "queued" || state == "in_progress" || state == "waiting") return false;
  drop_actor(story);
  const std::string where = first_in(event.value, {"deployment.environment", "deployment_status.environment"});
  tell_outcome(story, "deployment to " + where, {}, state,
               first_in(status, {"environment_url", "log_url", "target_url"}));
  story.quote(text_in(status, "description"), 300);
  return true;
}

}  // namespace dragoman::backends::webhook::formats
