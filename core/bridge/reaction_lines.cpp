#include "bridge/reaction_lines.hpp"

#include <algorithm>
#include <optional>

namespace dragoman::bridge {

namespace {

constexpr Duration line_every = std::chrono::minutes{1};
constexpr Duration remembered_for = std::chrono::hours{1};
constexpr std::size_t most_remembered = 1000;

}  // namespace

void ReactionLines::note(const chat::React& react, const Source& source, const std::string& speaker) {
  const Key key{source.author, source.about.place, source.about.id};
  if (react.emoji.empty() && !lines_.contains(key)) return;
  const auto [known, is_new] = lines_.try_emplace(key);
  Line& line = known->second;
  line.waiting = react;
  line.source = source;
  line.speaker = speaker;
  std::erase_if(line.waiting.emoji, [&line](const std::string& each) {
    return std::find(line.said.begin(), line.said.end(), each) != line.said.end();
  });
  if (line.waiting.emoji.empty()) return;
  if (is_new || clock_.now() - line.said_at >= line_every) return say(line);
  look_again();
}

void ReactionLines::say(Line& line) {
  line.said_at = clock_.now();
  line.said.insert(line.said.end(), line.waiting.emoji.begin(), line.waiting.emoji.end());
  const chat::React told = line.waiting;
  line.waiting.emoji.clear();
  const Source source = line.source;
  const std::string speaker = line.speaker;
  forget_old();  // the line may be gone now
  say_(told, source, speaker);
}

void ReactionLines::look_again() {
  std::optional<Instant> next;
  for (const auto& [key, line] : lines_) {
    if (!line.waiting.emoji.empty() && (!next || line.said_at < *next)) next = line.said_at;
  }
  if (!next) return timer_.clear();
  timer_.set_after(line_every - (clock_.now() - *next), [this] {
    say_those_since(clock_.now() - line_every);
    look_again();
  });
}

void ReactionLines::say_all() {
  timer_.clear();
  say_those_since(clock_.now());
}

void ReactionLines::say_those_since(Instant time) {
  std::vector<Key> due;
  for (const auto& [key, line] : lines_) {
    if (!line.waiting.emoji.empty() && line.said_at <= time) due.push_back(key);
  }
  for (const Key& key : due) {
    const auto line = lines_.find(key);
    if (line != lines_.end()) say(line->second);
  }
}

void ReactionLines::forget_old() {
  const Instant now = clock_.now();
  std::erase_if(lines_, [now](const auto& each) {
    return each.second.waiting.emoji.empty() && now - each.second.said_at > remembered_for;
  });
  if (lines_.size() > most_remembered) {
    std::erase_if(lines_, [](const auto& each) { return each.second.waiting.emoji.empty(); });
  }
}

}  // namespace dragoman::bridge
