#include "backends/webhook/formats/hub.hpp"

#include <algorithm>

#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

using nlohmann::json;

struct HubRow {
  std::string_view event;
  TellHub tell;
};
constexpr HubRow hub_rows[] = {
    {"ping", tell_hub_ping},
    {"push", tell_hub_push},
    {"create", tell_hub_ref},
    {"delete", tell_hub_ref},
    {"fork", tell_hub_fork},
    {"gollum", tell_hub_wiki},
    {"wiki", tell_hub_wiki},
    {"issues", tell_hub_issue},
    {"issue_assign", tell_hub_issue},
    {"issue_label", tell_hub_issue},
    {"issue_milestone", tell_hub_issue},
    {"issue_comment", tell_hub_comment},
    {"pull_request_comment", tell_hub_comment},
    {"commit_comment", tell_hub_comment},
    {"pull_request_review_comment", tell_hub_comment},
    {"discussion_comment", tell_hub_comment},
    {"discussion", tell_hub_discussion},
    {"pull_request", tell_hub_pull_request},
    {"pull_request_assign", tell_hub_pull_request},
    {"pull_request_label", tell_hub_pull_request},
    {"pull_request_milestone", tell_hub_pull_request},
    {"pull_request_sync", tell_hub_pull_request},
    {"pull_request_review_request", tell_hub_pull_request},
    {"pull_request_review", tell_hub_review},
    {"pull_request_approved", tell_hub_review},
    {"pull_request_rejected", tell_hub_review},
    {"pull_request_review_approved", tell_hub_review},
    {"pull_request_review_rejected", tell_hub_review},
    {"release", tell_hub_release},
    {"workflow_run", tell_hub_workflow},
    {"check_run", tell_hub_check},
    {"check_suite", tell_hub_check},
    {"status", tell_hub_status},
    {"deployment_status", tell_hub_deployment},
    {"action_run_failure", tell_hub_workflow},
    {"action_run_recover", tell_hub_workflow},
    {"action_run_success", tell_hub_workflow},
};

TellHub teller_of(std::string_view event) {
  const auto* const found = std::find_if(std::begin(hub_rows), std::end(hub_rows),
                                         [event](const HubRow& each) { return each.event == event; });
  return found == std::end(hub_rows) ? tell_hub_other : found->tell;
}

}  // namespace

std::string guess_hub_event(const json& value) {
  if (has(value, "zen")) return "ping";
  if (has(value, "review")) return "pull_request_review";
  if (has(value, "comment")) {
    return has(value, "issue")          ? "issue_comment"
           : has(value, "pull_request") ? "pull_request_review_comment"
                                        : "commit_comment";
  }
  if (has(value, "pull_request")) return "pull_request";
  if (has(value, "issue")) return "issues";
  if (has(value, "release")) return "release";
  if (has(value, "workflow_run")) return "workflow_run";
  if (has(value, "forkee")) return "fork";
  if (has(value, "commits") && has(value, "ref")) return "push";
  return {};
}

Result<Postings> read_hub(const Reading& in, std::string event) {
  const json& value = in.payload.value;
  if (!value.is_object()) return failure(Fault::malformed, "the event is no JSON object");
  if (event.empty()) event = guess_hub_event(value);
  if (event.empty()) return read_generic(in);
  const HubEvent hub{text::ascii_lower(event), text_in(value, "action"), value};
  ForgeStory story{first_in(value, {"repository.full_name", "organization.login", "enterprise.slug"}),
                   first_in(value, {"sender.login", "sender.username", "pusher.login", "pusher.name"})};
  story.posting.event = hub.action.empty() ? hub.name : hub.name + '.' + hub.action;
  story.posting.actor_picture = text_in(value, "sender.avatar_url");
  if (!teller_of(hub.name)(hub, story)) return Postings{};
  return story.take();
}

Result<Postings> read_github(const Reading& in) {
  return read_hub(in, std::string{in.request.header("x-github-event")});
}

/// Forgejo sends the headers of Gitea, Gogs and GitHub too, with the same event; the type says more ("issue_comment"
/// of a pull request is "pull_request_comment").
Result<Postings> read_forgejo(const Reading& in) {
  for (const char* const header : {"x-forgejo-event", "x-gitea-event", "x-gogs-event", "x-github-event"}) {
    if (const std::string_view event = in.request.header(header); !event.empty())
      return read_hub(in, std::string{event});
  }
  return read_hub(in, {});
}

}  // namespace dragoman::backends::webhook::formats
