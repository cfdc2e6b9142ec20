#include "backends/json.hpp"
#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/hub.hpp"

// What happens to the code of a repository.
namespace dragoman::backends::webhook::formats {

bool tell_hub_ping(const HubEvent& event, ForgeStory& story) {
  story.prose.add("has set up this hook");
  const std::string zen = text_in(event.value, "zen");
  if (!zen.empty()) story.prose.add(": ").say(zen);
  return true;
}

bool tell_hub_push(const HubEvent& event, ForgeStory& story) {
  const nlohmann::json& value = event.value;
  Push push{.ref = text_in(value, "ref"), .url = first_in(value, {"compare", "compare_url"})};
  push.commits = commits_of(list_in(value, "commits"));
  const auto total = number_at(value, "total_commits");
  push.total = total && *total > 0 ? static_cast<std::size_t>(*total) : push.commits.size();
  push.created = flag_at(value, "created");
  push.forced = flag_at(value, "forced");
  constexpr std::string_view nowhere = "0000000000000000000000000000000000000000";
  push.deleted = flag_at(value, "deleted") || text_in(value, "after") == nowhere;
  if (text_in(value, "before") == nowhere) push.created = true;
  tell_push(story, push);
  return true;
}

bool tell_hub_ref(const HubEvent& event, ForgeStory& story) {
  story.prose.add(event.name == "create" ? "created " : "deleted ").say(text_in(event.value, "ref_type")).add(" ");
  story.prose.say(short_ref(text_in(event.value, "ref")));
  story.posting.link = text_in(event.value, "repository.html_url");
  return true;
}

bool tell_hub_fork(const HubEvent& event, ForgeStory& story) {
  // GitHub's forkee is the copy; Forgejo's is what was copied, and its repository the copy.
  const std::string repository = text_in(event.value, "repository.full_name");
  const bool is_copy = flag_at(object_at(event.value, "repository"), "fork");
  const std::string_view path = is_copy ? "repository" : "forkee";
  story.prose.add("forked it: ");
  story.prose.link(text_in(event.value, std::string{path} + ".full_name"),
                   text_in(event.value, std::string{path} + ".html_url"));
  return true;
}

bool tell_hub_wiki(const HubEvent& event, ForgeStory& story) {
  const nlohmann::json& pages = list_in(event.value, "pages");
  if (pages.empty()) {
    // Forgejo: one page, in the event itself.
    story.prose.say(event.action.empty() ? "edited" : event.action)
        .add(" the wiki page ")
        .say(text_in(event.value, "page"));
    story.quote(text_in(event.value, "comment"), 300);
    return true;
  }
  story.prose.add(pages.size() == 1 ? "changed a page of the wiki" : "changed pages of the wiki");
  for (const nlohmann::json& page : pages) {
    story.prose.line().add("- ").say(text_in(page, "action")).add(" ");
    story.prose.link(first_in(page, {"title", "page_name"}), text_in(page, "html_url"));
  }
  return true;
}

bool tell_hub_other(const HubEvent& event, ForgeStory& story) {
  story.prose.say(as_words(event.name));
  if (!event.action.empty()) story.prose.add(": ").say(as_words(event.action));
  // Most events hold an object of their own name.
  const std::string thing = event.name + '.';
  const std::string url = text_in(event.value, thing + "html_url");
  const std::string name =
      first_in(event.value, {thing + "title", thing + "name", "member.login", "membership.user.login", "label.name",
                             "milestone.title", "package.name", "alert.summary"});
  if (!name.empty()) {
    story.prose.add(" ").link(name, url);
  } else if (!web_address(url).empty()) {
    story.prose.add(" ").url(url);
  }
  story.posting.link = url;
  return true;
}

}  // namespace dragoman::backends::webhook::formats
