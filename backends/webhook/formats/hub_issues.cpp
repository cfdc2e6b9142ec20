#include <string>

#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/hub.hpp"

// What people say to one another in a repository: issues, pull requests, reviews, discussions.
namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

/// "issue #2: Title (URL)", and what the story is about.
void name_thing(ForgeStory& story, std::string_view kind, const json& thing, const std::string& url) {
  const std::string number = text_in(thing, "number");
  std::string words = std::string{kind}.append(" #").append(number);
  const std::string title = text_in(thing, "title");
  if (!title.empty()) words += ": " + title;
  story.prose.link(words, url);
  story.posting.link = url;
  story.about(std::string{"#"} + number);
}

/// What an action was about: the label, the person, the milestone.
void add_object_of_action(const HubEvent& event, ForgeStory& story, const json& thing) {
  if (event.action == "labeled" || event.action == "unlabeled" || event.action == "label_updated") {
    const std::string label = text_in(event.value, "label.name");
    if (!label.empty()) story.prose.add(" [").say(label).add("]");
  } else if (event.action == "assigned" || event.action == "unassigned") {
    const std::string person = first_in(event.value, {"assignee.login", "assignee.username"});
    if (!person.empty()) story.prose.add(event.action == "assigned" ? " to " : " from ").say(person);
  } else if (event.action == "review_requested") {
    const std::string person = first_in(event.value, {"requested_reviewer.login", "requested_team.name"});
    if (!person.empty()) story.prose.add(" from ").say(person);
  } else if (event.action == "milestoned") {
    story.prose.add(" for ").say(first_in(event.value, {"milestone.title", "issue.milestone.title"}));
  } else if (event.action == "closed" && text_in(thing, "state_reason") == "not_planned") {
    story.prose.add(" as not planned");
  }
}

std::string verb_of(const std::string& action) {
  if (action == "synchronize" || action == "synchronized") return "updated";
  if (action == "review_requested") return "asked for a review of";
  if (action == "ready_for_review") return "marked as ready for review";
  if (action == "converted_to_draft") return "turned into a draft";
  if (action == "label_updated") return "changed the labels of";
  if (action == "label_cleared") return "cleared the labels of";
  if (action == "milestoned") return "set a milestone of";
  return as_words(action.empty() ? "changed" : action);
}

}  // namespace

bool tell_hub_issue(const HubEvent& event, ForgeStory& story) {
  const json& issue = object_at(event.value, "issue");
  story.prose.say(verb_of(event.action)).add(" ");
  name_thing(story, "issue", issue, text_in(issue, "html_url"));
  add_object_of_action(event, story, issue);
  if (event.action == "opened") story.body(text_in(issue, "body"));
  return true;
}

bool tell_hub_pull_request(const HubEvent& event, ForgeStory& story) {
  const json& pull = object_at(event.value, "pull_request");
  const bool merged = event.action == "closed" && flag_at(pull, "merged");
  story.prose.say(merged ? "merged" : verb_of(event.action)).add(" ");
  const bool draft = event.action == "opened" && flag_at(pull, "draft");
  // Forgejo's number stands beside the pull request too.
  name_thing(story, draft ? "draft pull request" : "pull request", pull, text_in(pull, "html_url"));
  add_object_of_action(event, story, pull);
  const std::string from = first_in(pull, {"head.label", "head.ref"}), to = first_in(pull, {"base.ref", "base.label"});
  if ((event.action == "opened" || merged) && !from.empty() && !to.empty()) {
    story.prose.line().code(from).add(" → ").code(to);
  }
  if (event.action == "opened") story.body(text_in(pull, "body"));
  if (merged) {
    story.posting.event = "pull_request.merged";
    story.posting.level = Level::good;
  }
  return true;
}

bool tell_hub_review(const HubEvent& event, ForgeStory& story) {
  const json& review = object_at(event.value, "review");
  const json& pull = object_at(event.value, "pull_request");
  // GitHub's state, Forgejo's type.
  const std::string state = first_in(review, {"state", "type"}) + ' ' + event.name;
  const auto says = [&state](std::string_view word) { return state.find(word) != std::string::npos; };
  if (event.action == "dismissed") {
    story.prose.add("dismissed a review of ");
  } else if (says("approved")) {
    story.prose.add("approved ");
    story.posting.level = Level::good;
  } else if (says("changes_requested") || says("rejected")) {
    story.prose.add("requested changes to ");
    story.posting.level = Level::warning;
  } else {
    story.prose.add("reviewed ");
  }
  name_thing(story, "pull request", pull, first_in(event.value, {"review.html_url", "pull_request.html_url"}));
  story.quote(first_in(review, {"body", "content"}));
  return true;
}

bool tell_hub_comment(const HubEvent& event, ForgeStory& story) {
  const json& comment = object_at(event.value, "comment");
  const std::string url = text_in(comment, "html_url");
  story.prose.add(event.action == "deleted"  ? "deleted a comment on "
                  : event.action == "edited" ? "edited a comment on "
                                             : "commented on ");
  const json& issue = object_at(event.value, "issue");
  if (!issue.empty()) {
    const bool on_pull = has(issue, "pull_request") || flag_at(event.value, "is_pull");
    name_thing(story, on_pull ? "pull request" : "issue", issue, url);
  } else if (has(event.value, "pull_request")) {
    name_thing(story, "pull request", object_at(event.value, "pull_request"), url);
    const std::string path = text_in(comment, "path");
    if (!path.empty()) story.prose.line().code(path);
  } else if (has(event.value, "discussion")) {
    name_thing(story, "discussion", object_at(event.value, "discussion"), url);
  } else {
    const std::string commit = text_in(comment, "commit_id");
    story.prose.link("commit " + short_id(commit), url);
    story.posting.link = url;
    story.about(commit);
  }
  if (event.action != "deleted") story.quote(text_in(comment, "body"));
  return true;
}

bool tell_hub_discussion(const HubEvent& event, ForgeStory& story) {
  const json& discussion = object_at(event.value, "discussion");
  story.prose.say(event.action == "created" ? "started" : verb_of(event.action)).add(" ");
  name_thing(story, "discussion", discussion, text_in(discussion, "html_url"));
  if (event.action == "created") story.body(text_in(discussion, "body"));
  return true;
}

}  // namespace dragoman::backends::webhook::formats
