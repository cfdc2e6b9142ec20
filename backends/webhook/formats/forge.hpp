#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "backends/webhook/formats/formats.hpp"

// What forges have in common: who did what to what in which repository.
namespace dragoman::backends::webhook::formats {

/// A message while it is made: "[repository] actor ...".
class ForgeStory {
 public:
  ForgeStory(std::string repository, std::string actor);

  Prose prose;
  Posting posting;

  const std::string& repository() const { return repository_; }
  const std::string& actor() const { return actor_; }
  /// What the event is about, so that all about one thing is one thread: "pull 12".
  void about(std::string_view thing);
  /// A stranger's longer text below, read as Markdown, at most so many bytes of it.
  void quote(std::string_view markdown, std::size_t bytes = 1000);
  void body(std::string_view markdown, std::size_t bytes = 1000);
  /// Ready to be told.
  Postings take();

 private:
  std::string repository_, actor_;
};

struct Commit {
  std::string id, message, author;
};
struct Push {
  std::string ref;  ///< "refs/heads/main"
  std::string url;  ///< where the difference is shown
  std::vector<Commit> commits{};
  std::size_t total = 0;  ///< of commits; more than are listed when the forge left some out
  bool created = false, deleted = false, forced = false;
};
/// "alice pushed 2 commits to main: URL" and the commits.
void tell_push(ForgeStory& story, const Push& push);
/// {id, message, author.name} of an array, as all forges have them.
std::vector<Commit> commits_of(const nlohmann::json& list);
/// A commit as people say it: its first 8 digits.
std::string short_id(std::string_view id);
/// "refs/heads/main" -> "main", "refs/tags/v1" -> "v1".
std::string_view short_ref(std::string_view ref);
bool is_tag(std::string_view ref);
/// "ready_for_review" -> "ready for review".
std::string as_words(std::string_view name);

}  // namespace dragoman::backends::webhook::formats
