#include "backends/irc/identity.hpp"

#include <algorithm>
#include <iterator>

#include "backends/irc/address.hpp"
#include "backends/irc/encodings.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/joining.hpp"
#include "backends/irc/people_search.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/sending.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// In larger channels the answer is long, and some servers give none.
constexpr std::size_t most_for_who = 200;
/// How long a join may wait for it.
constexpr auto patience_for_who = std::chrono::seconds{2};
/// Ours among the answers to WHOX; user, host, nickname, flags and account are asked for with it, and nothing else:
/// addresses of people are none of our business.
constexpr std::string_view who_token = "152", who_fields = "%tuhnfa,152";

/// Away, bot and staff of somebody, in every room.
template <class Change>
void change_everywhere(State& state, std::string_view nick, Change change, Effects& effects) {
  for (auto& [key, room] : state.rooms) {
    NameId name;
    if (!find_source(state, room, nick, name)) continue;
    Rank& rank = *room.members.find(name);
    const Rank before = rank;
    change(rank);
    if (!(rank == before)) tell_occupant(state, room, name, {}, effects);
  }
}

/// WHO and WHOX say the same of a person: "H" or "G", then "*" for staff, then ranks and letters, that of BOT too.
void read_flags(State& state, std::string_view nick, std::string_view flags, Effects& effects) {
  const bool away = flags.starts_with('G');
  const bool staff = flags.find('*') != std::string_view::npos;
  const char letter = state.link.isupport->bot_mode;
  const bool bot =
      letter != 0 && flags.substr(std::min<std::size_t>(1, flags.size())).find(letter) != std::string::npos;
  const bool me = state.is_me(nick);
  const auto change = [&](Rank& rank) {
    if (!me) rank.away = away;  // ours is told by 305 and 306 alone
    rank.staff = staff;
    if (letter != 0) rank.bot = bot;
  };
  change_everywhere(state, nick, change, effects);
}

void on_who_row(State& state, const Message& message, Effects& effects) {
  // 352 me channel user host server nick flags :hops realname
  std::string_view real_name = message.last();
  real_name.remove_prefix(std::min(real_name.find(' ') + 1, real_name.size()));
  const std::string_view nick = message.param(5);
  somebody_was_shown(state, nick, real_name);
  const std::string_view user = message.param(2) == "*" ? std::string_view{} : message.param(2);
  if (state.is_me(nick)) learn_prefix(state, {nick, user, message.param(3)});
  if (NameId name; find_name(state, nick, name)) address_is(state, name, user, message.param(3));
  if (find_room(state, message.param(1)) != nullptr) read_flags(state, nick, message.param(6), effects);
}

void on_whox_row(State& state, const Message& message, Effects& effects) {
  // 354 me 152 user host nick flags account
  if (message.param(1) != who_token) return;
  const std::string_view nick = message.param(4);
  if (state.is_me(nick)) learn_prefix(state, {nick, message.param(2), message.param(3)});
  NameId name;
  if (!find_name(state, nick, name)) return;
  address_is(state, name, message.param(2), message.param(3));
  account_is(state, name, message.param(6));
  read_flags(state, nick, message.param(5), effects);
}

void on_account(State& state, const Message& message, Effects&) {
  if (NameId name; find_name(state, split_source(message.source).nick, name)) account_is(state, name, message.param(0));
}

void on_chghost(State& state, const Message& message, Effects&) {
  Source source = split_source(message.source);
  source.user = message.param(0);
  source.host = message.param(1);
  if (NameId name; find_name(state, source.nick, name)) address_is(state, name, source.user, source.host);
  state.is_me(source.nick) ? learn_prefix(state, source) : state.link.heard_last.note(source);
}

void on_setname(State& state, const Message& message, Effects& effects) {
  const std::string_view nick = split_source(message.source).nick;
  if (state.is_me(nick)) return;
  chat::PersonChanged changed;
  changed.person = state.person_id(nick);
  changed.profile.full_name = without_formatting(read_text(state, message.last()));
  effects.tell(std::move(changed));
}

/// 315 me #channel :End of WHO list
void on_who_ends(State& state, const Message& message, Effects& effects) {
  Room* room = find_room(state, message.param(1));
  if (room != nullptr && room->who_until && room->present) room_is_joined(state, *room, effects);
  end_search(state, message.param(1), effects);
}

constexpr Handler identity_rows[] = {
    {"352", 7, on_who_row},     {"354", 7, on_whox_row},    {"315", 2, on_who_ends},
    {"ACCOUNT", 1, on_account}, {"CHGHOST", 2, on_chghost}, {"SETNAME", 1, on_setname},
};

}  // namespace

HandlerTable identity_handlers() { return {identity_rows, std::size(identity_rows)}; }

void account_is(State& state, NameId name, std::string_view account, bool came) {
  if (account == "*" || account == "0") account = {};
  Names& names = state.shared.names;
  const std::string text = decode_text(account);
  if (names[name].account == text) return;
  // A nickname contains no space, so that nobody can call themselves like the account of somebody else.
  const std::string identity =
      text.empty() ? names[name].folded : "account " + fold(state.link.isupport->casemap, text);
  names.identify(name, text, state.occupant_id(identity), came);
}

void address_is(State& state, NameId name, std::string_view user, std::string_view host) {
  if (!user.empty() && !host.empty()) state.shared.names.set_address(name, user, host);
}

bool has_bot_tag(const Message& message) {
  if (message.tags.find("bot") == std::string_view::npos) return false;
  return message.raw_tag("bot") || message.raw_tag("draft/bot") || message.raw_tag("inspircd.org/bot");
}

void read_author(State& state, const Message& message, Effects& effects) {
  const Source source = split_source(message.source);
  NameId name;
  if (!find_name(state, source.nick, name)) return;
  address_is(state, name, source.user, source.host);
  if (!state.link.batches.empty() && message.raw_tag("batch")) return;  // history says how it was then
  if (state.link.caps.has(Cap::account_tag)) {
    account_is(state, name, message.tag("account").value_or(std::string{}));
  }
  if (message.tags.empty()) return;
  const bool bot = has_bot_tag(message);
  // Not everybody is shown it: what is missing says nothing.
  const bool staff = state.link.caps.has(Cap::oper_tag) && message.raw_tag("draft/oper");
  if (!bot && !staff) return;
  const auto change = [bot, staff](Rank& rank) {
    rank.bot = rank.bot || bot;
    rank.staff = rank.staff || staff;
  };
  change_everywhere(state, source.nick, change, effects);
}

bool is_bot(State& state, const Message& message) {
  if (has_bot_tag(message)) return true;
  NameId name;
  const std::string_view nick = split_source(message.source).nick;
  return std::any_of(state.rooms.begin(), state.rooms.end(), [&](const auto& entry) {
    return find_source(state, entry.second, nick, name) && entry.second.members.find(name)->bot;
  });
}

void names_are_complete(State& state, Room& room, Effects& effects) {
  const bool small = room.members.size() <= most_for_who, whox = state.link.isupport->whox;
  // Clients that are in it know everybody already: what is new comes when it comes.
  const bool awaited = small && whox && !room.known && !room.joins.empty();
  if (!awaited) room_is_joined(state, room, effects);
  if (!small || (!whox && !state.link.caps.has(Cap::away_notify))) return;
  const Sending how{.urgency = awaited ? Urgency::command : Urgency::background};
  const auto sent =
      whox ? send(state, effects, how, "WHO", {room.name, who_fields}) : send(state, effects, how, "WHO", {room.name});
  if (!awaited) return;
  if (!sent) return room_is_joined(state, room, effects);
  room.who_until = effects.now + patience_for_who;
}

}  // namespace dragoman::backends::irc
