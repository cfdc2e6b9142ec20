#include <algorithm>
#include <string>

#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/forge.hpp"
#include "backends/webhook/formats/when.hpp"

// GitLab's webhooks (docs.gitlab.com/user/project/integrations/webhook_events). `object_kind` says what it is; of jobs
// and pipelines that run only the end is told.
namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

const json& lab_attributes(const json& value) { return object_at(value, "object_attributes"); }

std::string lab_verb(const std::string& action) {
  if (action == "open") return "opened";
  if (action == "close") return "closed";
  if (action == "reopen") return "reopened";
  if (action == "merge") return "merged";
  if (action == "update") return "updated";
  if (action == "approved" || action == "approval") return "approved";
  if (action == "unapproved" || action == "unapproval") return "took back the approval of";
  if (action == "create") return "created";
  if (action == "delete") return "deleted";
  return as_words(action.empty() ? "changed" : action);
}

/// "merge request !1: Title (URL)".
void name_lab_thing(ForgeStory& story, std::string_view kind, std::string_view sign, const json& thing,
                    const std::string& url) {
  const std::string number = std::string{sign} + first_in(thing, {"iid", "id"});
  std::string words = std::string{kind}.append(" ").append(number);
  if (const std::string title = text_in(thing, "title"); !title.empty()) words += ": " + title;
  story.prose.link(words, url);
  story.posting.link = url;
  story.about(number);
}

bool tell_lab_push(const json& value, ForgeStory& story) {
  constexpr std::string_view nowhere = "0000000000000000000000000000000000000000";
  Push push{.ref = text_in(value, "ref"), .url = {}};
  const std::string before = text_in(value, "before"), after = text_in(value, "after");
  const std::string project = text_in(value, "project.web_url");
  push.created = before == nowhere;
  push.deleted = after == nowhere;
  push.commits = commits_of(list_in(value, "commits"));
  // The newest stands last; the others put it there too.
  push.total = push.commits.size();
  if (const auto total = number_at(value, "total_commits_count"); total && *total > 0) {
    push.total = std::max(push.total, static_cast<std::size_t>(*total));
  }
  if (!project.empty() && !push.deleted) {
    push.url = push.created ? project + "/-/commits/" + std::string{short_ref(push.ref)}
                            : project + "/-/compare/" + before + "..." + after;
  }
  tell_push(story, push);
  return true;
}

bool tell_lab_issue(const json& value, ForgeStory& story) {
  const json& issue = lab_attributes(value);
  const std::string action = text_in(issue, "action");
  story.prose.say(lab_verb(action)).add(" ");
  const std::string kind = text_in(issue, "type");
  name_lab_thing(story, kind.empty() || kind == "Issue" ? "issue" : kind, "#", issue, text_in(issue, "url"));
  if (action == "open") story.body(text_in(issue, "description"));
  return true;
}

bool tell_lab_merge_request(const json& value, ForgeStory& story) {
  const json& request = lab_attributes(value);
  const std::string action = text_in(request, "action");
  const bool has_commits = action == "update" && has_text(request, "oldrev");
  story.prose.say(has_commits ? "pushed to" : lab_verb(action)).add(" ");
  name_lab_thing(story, "merge request", "!", request, text_in(request, "url"));
  if (action == "open" || action == "merge") {
    story.prose.line().code(text_in(request, "source_branch")).add(" → ").code(text_in(request, "target_branch"));
  }
  if (action == "open") story.body(text_in(request, "description"));
  if (action == "merge" || action == "approved") story.posting.level = Level::good;
  return true;
}

bool tell_lab_note(const json& value, ForgeStory& story) {
  const json& note = lab_attributes(value);
  const std::string url = text_in(note, "url"), kind = text_in(note, "noteable_type");
  story.prose.add(text_in(note, "action") == "update" ? "edited a comment on " : "commented on ");
  if (kind == "MergeRequest") {
    name_lab_thing(story, "merge request", "!", object_at(value, "merge_request"), url);
  } else if (kind == "Issue") {
    name_lab_thing(story, "issue", "#", object_at(value, "issue"), url);
  } else if (kind == "Snippet") {
    name_lab_thing(story, "snippet", "$", object_at(value, "snippet"), url);
  } else {
    const std::string commit = first_in(value, {"commit.id", "object_attributes.commit_id"});
    story.prose.link("commit " + short_id(commit), url);
    story.posting.link = url;
    story.about(commit);
  }
  story.quote(text_in(note, "note"));
  return true;
}

bool tell_lab_wiki(const json& value, ForgeStory& story) {
  const json& page = lab_attributes(value);
  story.prose.say(lab_verb(text_in(page, "action"))).add(" the wiki page ");
  story.prose.link(text_in(page, "title"), text_in(page, "url"));
  story.posting.link = text_in(page, "url");
  story.quote(text_in(page, "message"), 300);
  return true;
}

struct LabOutcome {
  std::string_view words;
  Level level;
};
/// Nothing while it runs.
const LabOutcome* lab_outcome(std::string_view status) {
  static constexpr LabOutcome good{"succeeded", Level::good}, failed{"failed", Level::error},
      ended{"was canceled", Level::warning}, waits{"waits for somebody", Level::warning},
      skipped{"was skipped", Level::info};
  if (status == "success") return &good;
  if (status == "failed") return &failed;
  if (status == "canceled") return &ended;
  if (status == "manual") return &waits;
  return status == "skipped" ? &skipped : nullptr;
}

void add_lab_duration(ForgeStory& story, const json& value, std::string_view path) {
  const json* found = find_at(value, path);
  if (found == nullptr || !found->is_number()) return;
  const double seconds = found->get<double>();
  constexpr double year = 31'536'000;
  if (seconds < 1 || seconds > year) return;
  story.prose.add(" after ").add(show_duration(std::chrono::seconds{static_cast<std::int64_t>(seconds)}));
}

bool tell_lab_pipeline(const json& value, ForgeStory& story) {
  const json& pipeline = lab_attributes(value);
  const LabOutcome* outcome = lab_outcome(text_in(pipeline, "status"));
  if (outcome == nullptr) return false;
  const std::string id = text_in(pipeline, "id"), project = text_in(value, "project.web_url");
  std::string url = text_in(pipeline, "url");
  if (url.empty() && !project.empty()) url = project + "/-/pipelines/" + id;
  story.prose.link("pipeline #" + id, url).add(" on ").say(text_in(pipeline, "ref")).add(" ").add(outcome->words);
  add_lab_duration(story, pipeline, "duration");
  const std::string commit = first_in(value, {"commit.title", "commit.message"});
  if (!commit.empty()) story.prose.line().code(short_id(text_in(value, "commit.id"))).add(" ").say(first_line(commit));
  std::string failed;
  for (const json& build : list_in(value, "builds")) {
    if (text_in(build, "status") != "failed" || flag_at(build, "allow_failure")) continue;
    failed += (failed.empty() ? "" : ", ") + text_in(build, "stage") + ": " + text_in(build, "name");
  }
  if (!failed.empty()) story.prose.line().add("Failed: ").say(excerpt(failed, 500));
  story.posting.level = outcome->level;
  story.posting.link = url;
  story.about("pipeline " + id);
  return true;
}

bool tell_lab_job(const json& value, ForgeStory& story) {
  const LabOutcome* outcome = lab_outcome(text_in(value, "build_status"));
  if (outcome == nullptr) return false;
  const std::string id = text_in(value, "build_id");
  const std::string home = first_in(value, {"project.web_url", "repository.homepage"});
  const std::string url = home.empty() ? std::string{} : home + "/-/jobs/" + id;
  story.prose.link("job " + text_in(value, "build_name"), url).add(" on ").say(text_in(value, "ref")).add(" ");
  story.prose.add(outcome->words);
  const std::string reason = text_in(value, "build_failure_reason");
  if (outcome->level == Level::error && !reason.empty() && reason != "unknown_failure") {
    story.prose.add(": ").say(as_words(reason));
  }
  add_lab_duration(story, value, "build_duration");
  story.posting.level = outcome->level;
  story.posting.link = url;
  story.about("job " + id);
  return true;
}

bool tell_lab_deployment(const json& value, ForgeStory& story) {
  const LabOutcome* outcome = lab_outcome(text_in(value, "status"));
  if (outcome == nullptr) return false;
  story.posting.link = text_in(value, "deployable_url");
  story.prose.link("deployment to " + text_in(value, "environment"), story.posting.link).add(" ").add(outcome->words);
  const std::string commit = text_in(value, "commit_title");
  if (!commit.empty()) story.prose.line().code(text_in(value, "short_sha")).add(" ").say(commit);
  story.posting.level = outcome->level;
  return true;
}

bool tell_lab_release(const json& value, ForgeStory& story) {
  const std::string tag = text_in(value, "tag"), name = text_in(value, "name"), action = text_in(value, "action");
  story.prose.say(lab_verb(action)).add(" ");
  story.posting.link = text_in(value, "url");
  story.prose.link(name.empty() || name == tag ? "release " + tag : "release " + tag + ": " + name, story.posting.link);
  story.about("release " + tag);
  if (action == "create") story.body(text_in(value, "description"));
  return true;
}

bool tell_lab_flag(const json& value, ForgeStory& story) {
  const json& flag = lab_attributes(value);
  story.prose.add(flag_at(flag, "active") ? "switched on the feature flag " : "switched off the feature flag ");
  story.prose.say(text_in(flag, "name"));
  return true;
}

bool tell_lab_other(const json& value, ForgeStory& story) {
  const std::string kind = first_in(value, {"object_kind", "event_name", "event_type"});
  story.prose.say(as_words(kind));
  const std::string name = first_in(value, {"object_attributes.name", "object_attributes.title", "user_name", "name"});
  if (!name.empty() && name != story.actor()) {
    story.prose.add(": ").link(name, first_in(value, {"object_attributes.url", "object_attributes.awarded_on_url"}));
  }
  return true;
}

struct LabRow {
  std::string_view kind;
  bool (*tell)(const json& value, ForgeStory& story);
  bool by_machine;  ///< who caused it is not who does it
};
constexpr LabRow lab_rows[] = {
    {"push", tell_lab_push, false},       {"tag_push", tell_lab_push, false},
    {"issue", tell_lab_issue, false},     {"work_item", tell_lab_issue, false},
    {"note", tell_lab_note, false},       {"merge_request", tell_lab_merge_request, false},
    {"wiki_page", tell_lab_wiki, false},  {"pipeline", tell_lab_pipeline, true},
    {"build", tell_lab_job, true},        {"deployment", tell_lab_deployment, true},
    {"release", tell_lab_release, false}, {"feature_flag", tell_lab_flag, false},
};

}  // namespace

Result<Postings> read_gitlab(const Reading& in) {
  const json& value = in.payload.value;
  if (!value.is_object()) return failure(Fault::malformed, "the event is no JSON object");
  const std::string kind = first_in(value, {"object_kind", "event_name"});
  if (kind.empty()) return read_generic(in);
  const auto* const row =
      std::find_if(std::begin(lab_rows), std::end(lab_rows), [&kind](const LabRow& each) { return each.kind == kind; });
  const bool known = row != std::end(lab_rows);
  const std::string actor = first_in(value, {"user.name", "user.username", "user_name", "user_username"});
  ForgeStory story{first_in(value, {"project.path_with_namespace", "project_name", "group_path", "repository.name"}),
                   known && row->by_machine ? std::string{} : actor};
  const std::string action =
      first_in(value, {"object_attributes.action", "action", "object_attributes.status", "build_status", "status"});
  story.posting.event = action.empty() ? kind : kind + '.' + action;
  story.posting.actor_picture = first_in(value, {"user.avatar_url", "user_avatar"});
  if (!(known ? row->tell : tell_lab_other)(value, story)) return Postings{};
  return story.take();
}

}  // namespace dragoman::backends::webhook::formats
