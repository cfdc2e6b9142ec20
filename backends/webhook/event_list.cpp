#include "backends/webhook/event_list.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t most_words = 64;
constexpr std::size_t longest_word = 64;

bool is_event_sign(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '*' || c == ':';
}

}  // namespace

Result<EventList> EventList::parse(std::string_view text) {
  EventList list;
  list.text_ = text::trim(text);
  std::string words = text::ascii_lower(text);
  std::replace_if(
      words.begin(), words.end(), [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == ';'; }, ',');
  for (std::string_view word : text::split(words, ',')) {
    if (word.empty()) continue;
    Rule rule;
    if (word.front() == '!' || word.front() == '-') {
      rule.on = false;
      word.remove_prefix(1);
    }
    if (word.empty() || word.size() > longest_word || !std::all_of(word.begin(), word.end(), is_event_sign)) {
      return failure(Fault::malformed, "a name of an event has letters, digits, \"_\", \"-\", \".\" and \"*\"");
    }
    if (list.rules_.size() == most_words) return failure(Fault::malformed, "more than 64 names of events");
    rule.pattern = word;
    list.rules_.push_back(std::move(rule));
  }
  return list;
}

bool EventList::allows(std::string_view event) const {
  // A list of refusals alone is about what it names.
  bool on = rules_.empty() || !rules_.front().on || event.empty();
  const std::string name = text::ascii_lower(event);
  for (const Rule& rule : rules_) {
    if (text::matches(rule.pattern, name) || name.starts_with(rule.pattern + '.')) on = rule.on;
  }
  return on;
}

}  // namespace dragoman::backends::webhook
