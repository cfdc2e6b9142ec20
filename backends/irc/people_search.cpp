#include "backends/irc/people_search.hpp"

#include <algorithm>

#include "backends/irc/address.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/mask.hpp"
#include "backends/irc/queries.hpp"
#include "backends/irc/sending.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// A mask that a server takes as one word; what cannot stand there is any sign.
std::string to_mask(std::string_view text) {
  const bool wild = text.find_first_of("*?") != std::string_view::npos;
  std::string mask{wild ? "" : "*"};
  for (const char c : text) mask += c == ' ' || c == ',' || c == '!' || c == '@' ? '?' : c;
  if (!wild) mask += '*';
  return mask;
}

bool wanted(const State& state, const SearchAnswer& search, std::string_view nick, std::string_view real_name) {
  return fits(state.link.isupport->casemap, search.mask, nick) ||
         text::matches(text::fold_case(decode_text(search.mask)), text::fold_case(decode_text(real_name)));
}

}  // namespace

void search_people(State& state, chat::CommandId id, const chat::SearchPeople& search, Effects& effects) {
  constexpr std::size_t most = 1000, longest = 100;
  const std::string text = encode_text(
      std::string{text::trim(text::cut(text::without_controls(search.text, false), longest))}, encoding_out(state));
  SearchAnswer answer;
  answer.mask = to_mask(text);
  answer.limit = search.limit == 0 ? 100 : std::min(search.limit, most);
  if (text.starts_with(':') || !is_specific(answer.mask)) {
    return effects.refused(id, Fault::unacceptable, "this fits everybody; say more of the name");
  }
  if (check_nickname(text) && text.find_first_of("*?") == std::string::npos) {
    if (const auto sent = send(state, effects, {}, "WHOIS", {text}); !sent) {
      return effects.refused(id, sent.error().fault, sent.error().text);
    }
    answer.nick = fold(state.link.isupport->casemap, text);
  }
  const std::string mask = answer.mask;
  if (const auto sent = send(state, effects, {}, "WHO", {mask}); !sent) {
    return effects.refused(id, sent.error().fault, sent.error().text);
  }
  ask_query(state, id, mask, std::move(answer), effects);
}

void somebody_was_shown(State& state, std::string_view nick, std::string_view real_name) {
  for (Query& query : state.link.queries) {
    auto* search = std::get_if<SearchAnswer>(&query.answer);
    if (search == nullptr || !wanted(state, *search, nick, real_name)) continue;
    auto& people = search->people.people;
    const chat::PersonId person = state.person_id(nick);
    const bool known =
        std::any_of(people.begin(), people.end(), [&](const chat::FoundPerson& each) { return each.person == person; });
    if (known) continue;
    if (people.size() >= search->limit) {
      search->people.complete = false;
    } else {
      people.push_back({person, decode_text(nick), without_formatting(decode_text(real_name))});
    }
  }
}

bool search_was_cut(State& state, std::string_view notice) {
  if (!notice.starts_with("WHO list limit")) return false;
  for (Query& query : state.link.queries) {
    if (auto* search = std::get_if<SearchAnswer>(&query.answer)) {
      search->people.complete = false;
      return true;
    }
  }
  return false;
}

void end_search(State& state, std::string_view mask, Effects& effects) {
  Query* query = find_query<SearchAnswer>(state, mask);
  if (query == nullptr) return;
  effects.done(query->command, std::move(std::get<SearchAnswer>(query->answer).people));
  drop_query(state, *query);
}

}  // namespace dragoman::backends::irc
