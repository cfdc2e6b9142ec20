#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "backends/webhook/formats/forge.hpp"

// GitHub's events (docs.github.com, "Webhook events and payloads"), which Forgejo, Gitea and Gogs send nearly the same.
namespace dragoman::backends::webhook::formats {

/// One event: its name ("pull_request"), its action ("opened", may be empty) and its payload.
struct HubEvent {
  std::string name, action;
  const nlohmann::json& value;
};

/// False: this is one of the many steps of something whose end is told (a check that runs).
using TellHub = bool (*)(const HubEvent& event, ForgeStory& story);

bool tell_hub_push(const HubEvent& event, ForgeStory& story);
bool tell_hub_ref(const HubEvent& event, ForgeStory& story);  ///< create, delete
bool tell_hub_fork(const HubEvent& event, ForgeStory& story);
bool tell_hub_wiki(const HubEvent& event, ForgeStory& story);
bool tell_hub_issue(const HubEvent& event, ForgeStory& story);
bool tell_hub_pull_request(const HubEvent& event, ForgeStory& story);
bool tell_hub_review(const HubEvent& event, ForgeStory& story);
bool tell_hub_comment(const HubEvent& event, ForgeStory& story);  ///< on an issue, pull request, commit, discussion
bool tell_hub_discussion(const HubEvent& event, ForgeStory& story);
bool tell_hub_release(const HubEvent& event, ForgeStory& story);
bool tell_hub_workflow(const HubEvent& event, ForgeStory& story);
bool tell_hub_check(const HubEvent& event, ForgeStory& story);  ///< check_run, check_suite
bool tell_hub_status(const HubEvent& event, ForgeStory& story);
bool tell_hub_deployment(const HubEvent& event, ForgeStory& story);
bool tell_hub_ping(const HubEvent& event, ForgeStory& story);
/// What has no row: its name, its action and what it is about.
bool tell_hub_other(const HubEvent& event, ForgeStory& story);

/// Of a payload whose headers are lost.
std::string guess_hub_event(const nlohmann::json& value);
Result<Postings> read_hub(const Reading& in, std::string event);

}  // namespace dragoman::backends::webhook::formats
