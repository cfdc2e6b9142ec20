#pragma once

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "backends/irc/sending.hpp"
#include "backends/irc/state.hpp"

// Questions whose answer comes in several lines, or not at all.

namespace dragoman::backends::irc {

/// The oldest question of this kind about this target ("" for any). IRC answers in order.
template <class Kind>
Query* find_query(State& state, std::string_view target) {
  if (state.link.queries.empty()) return nullptr;
  const std::string_view folded = state.folded(target);
  const auto found = std::find_if(state.link.queries.begin(), state.link.queries.end(), [folded](const Query& query) {
    return std::holds_alternative<Kind>(query.answer) && query.target == folded;
  });
  return found == state.link.queries.end() ? nullptr : &*found;
}

inline constexpr const char* nobody_has_it = "nobody has this nickname";

void drop_query(State& state, const Query& query);

template <class Kind>
void ask_query(State& state, chat::CommandId id, std::string_view target, Kind answer, const Effects& effects) {
  Query query;
  query.command = id;
  query.target = state.folded(target);
  query.deadline = effects.now + answer_deadline;
  query.answer = std::move(answer);
  state.link.queries.push_back(std::move(query));
}

void expire_queries(State& state, Effects& effects);
std::optional<Instant> next_query_deadline(const State& state);
/// An error numeric names this target: fails the oldest query about it. False when there is none.
bool query_refused(State& state, std::string_view target, Fault fault, const std::string& text, Effects& effects);
/// "263 me LIST :This command could not be completed": the oldest question that was asked with this command fails, or
/// has what has come of its answer. False when there is none.
bool query_refused_by_verb(State& state, std::string_view verb, Fault fault, const std::string& text, Effects& effects);
/// "472 me X :is unknown mode char to me": the change of settings that had it. False when there is none.
bool setting_unknown(State& state, char letter, const std::string& text);
/// A reply to a CTCP request of ours. False when nobody asked.
bool ctcp_replied(State& state, std::string_view nick, std::string_view command, std::string_view text,
                  Effects& effects);

}  // namespace dragoman::backends::irc
