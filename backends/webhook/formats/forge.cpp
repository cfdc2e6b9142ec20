#include "backends/webhook/formats/forge.hpp"

#include <algorithm>
#include <utility>

#include "backends/webhook/formats/fields.hpp"
#include "backends/webhook/formats/markup.hpp"

namespace dragoman::backends::webhook::formats {

namespace {

constexpr std::size_t most_commits = 10;  // that are listed
constexpr std::size_t digits_of_id = 8;
constexpr std::string_view heads = "refs/heads/", tags = "refs/tags/";

std::string counted_commits(std::size_t count) {
  return count == 1 ? std::string{"1 commit"} : std::to_string(count) + " commits";
}

void tell_what_was_pushed(Prose& prose, const Push& push) {
  const std::string thing = is_tag(push.ref) ? "tag " : "branch ";
  if (push.deleted) {
    prose.add("deleted ").add(thing).say(short_ref(push.ref));
  } else if (push.created || push.commits.empty()) {
    prose.add(push.created ? "created " : "updated ").add(thing).say(short_ref(push.ref));
    if (push.total != 0) prose.add(" with ").add(counted_commits(push.total));
  } else {
    prose.add(push.forced ? "force-pushed " : "pushed ").add(counted_commits(push.total)).add(" to ");
    prose.say(short_ref(push.ref));
  }
}

}  // namespace

ForgeStory::ForgeStory(std::string repository, std::string actor)
    : repository_(std::move(repository)), actor_(std::move(actor)) {
  if (!repository_.empty()) prose.bold("[" + repository_ + "]").add(" ");
  if (!actor_.empty()) prose.say(actor_).add(" ");
  posting.actor = actor_;
}

void ForgeStory::about(std::string_view thing) {
  posting.key = posting.thread = std::string{repository_}.append(" ").append(thing);
}

void ForgeStory::quote(std::string_view markdown, std::size_t bytes) {
  Prose inside;
  add_markup(inside, excerpt(markdown, bytes), Dialect::markdown);
  if (inside.empty()) return;
  prose.line();
  const std::size_t begin = prose.end();
  prose.append(inside).mark(chat::Span::Kind::quote, begin);
}

void ForgeStory::body(std::string_view markdown, std::size_t bytes) {
  Prose inside;
  add_markup(inside, excerpt(markdown, bytes), Dialect::markdown);
  if (!inside.empty()) prose.line().append(inside);
}

Postings ForgeStory::take() {
  prose.put_into(posting.content);
  Postings out;
  out.push_back(std::move(posting));
  return out;
}

void tell_push(ForgeStory& story, const Push& push) {
  tell_what_was_pushed(story.prose, push);
  if (!push.deleted && !web_address(push.url).empty()) story.prose.add(": ").url(push.url);
  story.posting.link = push.url;
  std::size_t listed = 0;
  for (const Commit& commit : push.commits) {
    if (listed == most_commits) break;
    ++listed;
    story.prose.line().code(short_id(commit.id)).add(" ").say(first_line(commit.message));
    if (!commit.author.empty()) story.prose.add(" (").say(commit.author).add(")");
  }
  const std::size_t total = std::max(push.total, push.commits.size());
  if (listed != 0 && total > listed) {
    story.prose.line().add("… and ").add(std::to_string(total - listed)).add(" more");
  }
}

std::vector<Commit> commits_of(const nlohmann::json& list) {
  std::vector<Commit> commits;
  for (const nlohmann::json& each : list) {
    commits.push_back({text_in(each, "id"), text_in(each, "message"),
                       first_in(each, {"author.username", "author.name", "author.login"})});
  }
  return commits;
}

std::string short_id(std::string_view id) { return std::string{id.substr(0, digits_of_id)}; }

std::string_view short_ref(std::string_view ref) {
  for (const std::string_view prefix : {heads, tags}) {
    if (ref.starts_with(prefix)) return ref.substr(prefix.size());
  }
  return ref;
}

bool is_tag(std::string_view ref) { return ref.starts_with(tags); }

std::string as_words(std::string_view name) {
  std::string out{name};
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

}  // namespace dragoman::backends::webhook::formats
