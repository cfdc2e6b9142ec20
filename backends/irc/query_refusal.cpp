#include <algorithm>
#include <string_view>
#include <variant>

#include "backends/irc/queries.hpp"
#include "base/text.hpp"

// What becomes of questions that a server does not answer: an error names who or what they are about, or the command.

namespace dragoman::backends::irc {

namespace {

/// The command that a question is asked with; "" for what servers only pass on.
std::string_view verb_of(const Query& query) {
  struct Verb {
    std::string_view operator()(const WhoisAnswer&) const { return "WHOIS"; }
    std::string_view operator()(const ListAnswer&) const { return "LIST"; }
    std::string_view operator()(const SearchAnswer&) const { return "WHO"; }
    std::string_view operator()(const BansAnswer&) const { return "MODE"; }
    std::string_view operator()(const CtcpAnswer&) const { return {}; }
    std::string_view operator()(const FormAnswer&) const { return "MODE"; }
    std::string_view operator()(const SettingsAnswer&) const { return "MODE"; }
  };
  return std::visit(Verb{}, query.answer);
}

/// True when something has come already, which is worth more than an error.
bool end_with_a_part(Query& query, Effects& effects) {
  if (auto* list = std::get_if<ListAnswer>(&query.answer); list != nullptr && !list->rooms.rooms.empty()) {
    list->rooms.complete = false;
    effects.done(query.command, std::move(list->rooms));
    return true;
  }
  if (auto* search = std::get_if<SearchAnswer>(&query.answer); search != nullptr && !search->people.people.empty()) {
    search->people.complete = false;
    effects.done(query.command, std::move(search->people));
    return true;
  }
  return false;
}

}  // namespace

bool query_refused(State& state, std::string_view target, Fault fault, const std::string& text, Effects& effects) {
  if (state.link.queries.empty()) return false;
  const std::string folded{state.folded(target)};
  for (Query& query : state.link.queries) {
    auto* search = std::get_if<SearchAnswer>(&query.answer);
    if (search != nullptr && !folded.empty() && search->nick == folded) {
      search->nick.clear();  // nobody has it; WHO may find others
      return true;
    }
    if (query.target != folded || folded.empty()) continue;
    if (auto* settings = std::get_if<SettingsAnswer>(&query.answer)) {
      if (settings->trouble.empty()) {  // the other lines may still be taken: the PONG ends it
        settings->trouble = text;
        settings->fault = fault;
      }
      return true;
    }
    // A WHOIS that is asked of the person's own server says 402, "No such server", when there is no such person.
    const bool nobody_there = std::holds_alternative<WhoisAnswer>(query.answer) && fault == Fault::not_found;
    effects.refused(query.command, fault, nobody_there ? nobody_has_it : text);
    drop_query(state, query);
    return true;
  }
  return false;
}

bool setting_unknown(State& state, char letter, const std::string& text) {
  bool pending = false;
  for (Query& query : state.link.queries) {
    auto* settings = std::get_if<SettingsAnswer>(&query.answer);
    if (settings == nullptr) continue;
    pending = true;
    if (std::none_of(settings->changes.begin(), settings->changes.end(),
                     [letter](const SettingChange& change) { return change.letter == letter; })) {
      continue;
    }
    if (settings->trouble.empty()) {
      settings->trouble = text;
      settings->fault = Fault::unsupported;
    }
    return true;
  }
  return pending;  // ngIRCd takes the parameter of a letter that it refuses for more letters
}

bool query_refused_by_verb(State& state, std::string_view verb, Fault fault, const std::string& text,
                           Effects& effects) {
  for (Query& query : state.link.queries) {
    auto* search = std::get_if<SearchAnswer>(&query.answer);
    if (search != nullptr && !search->nick.empty() && text::ascii_iequals(verb, "WHOIS")) {
      search->nick.clear();  // WHO may be answered all the same
      return true;
    }
    if (verb.empty() || !text::ascii_iequals(verb_of(query), verb)) continue;
    if (!end_with_a_part(query, effects)) effects.refused(query.command, fault, text);
    drop_query(state, query);
    return true;
  }
  // A WHO that nobody waits for is one of ours, about a channel that was entered: who is in it is known without it.
  return fault == Fault::limited && text::ascii_iequals(verb, "WHO");
}

void expire_queries(State& state, Effects& effects) {
  auto& queries = state.link.queries;
  while (!queries.empty() && queries.front().deadline <= effects.now) {
    Query& query = queries.front();
    if (!end_with_a_part(query, effects)) {
      const bool person = std::holds_alternative<CtcpAnswer>(query.answer);
      effects.failed(query.command, chat::Failed::Outcome::unsure, Fault::timeout,
                     person ? "the other client did not answer" : "the IRC server did not answer in time");
    }
    queries.erase(queries.begin());
  }
}

std::optional<Instant> next_query_deadline(const State& state) {
  if (state.link.queries.empty()) return std::nullopt;
  return state.link.queries.front().deadline;
}

}  // namespace dragoman::backends::irc
