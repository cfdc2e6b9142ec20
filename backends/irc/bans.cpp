#include "backends/irc/bans.hpp"

#include <algorithm>

#include "backends/irc/encodings.hpp"
#include "backends/irc/mask.hpp"
#include "backends/irc/rooms.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr std::size_t most_kept = 16;
constexpr auto kick_follows_its_ban = std::chrono::seconds{60};
constexpr auto kick_follows_any_ban = std::chrono::seconds{5};

/// Ourselves, or somebody who was heard lately; false when the user and host are not known.
bool find_person(const State& state, std::string_view nick, HeardLast::Person& person) {
  if (state.is_me(nick)) {
    person = {state.link.nickname, state.link.user, state.link.host};
    return !person.host.empty();
  }
  if (const auto* heard = state.link.heard_last.find(state.link.isupport->casemap, nick); heard != nullptr) {
    person = *heard;
    return true;
  }
  NameId name;
  if (!find_name(state, nick, name)) return false;
  const std::string& address = state.shared.names[name].address;
  const auto at = address.find('@');
  if (at == std::string::npos) return false;
  person = {std::string{nick}, address.substr(0, at), address.substr(at + 1)};
  return true;
}

bool fits_person(Casemap casemap, const Mask& mask, const HeardLast::Person& person) {
  return fits(casemap, mask.nick, person.nick) && fits(casemap, mask.user, person.user) &&
         fits(casemap, mask.host, person.host);
}

/// The account that somebody in our rooms is logged in to, as far as it is known.
std::string_view account_of_nick(const State& state, std::string_view nick) {
  NameId name;
  if (!find_name(state, nick, name)) return {};
  return state.shared.names[name].account;
}

bool bans_account(const State& state, std::string_view mask, std::string_view nick) {
  const std::string_view banned = account_of(*state.link.isupport, mask);
  return !banned.empty() && same(state.link.isupport->casemap, banned, account_of_nick(state, nick));
}

}  // namespace

void note_ban(State& state, const Room& room, const ModeChange& change, const std::string& actor, Instant now) {
  auto& bans = state.link.recent_bans;
  std::erase_if(bans, [&](const RecentBan& ban) {
    return ban.at + kick_follows_its_ban < now || (ban.room == room.id && ban.mask == change.parameter);
  });
  if (!change.set || change.parameter.empty() || actor.empty()) return;
  if (bans.size() == most_kept) bans.erase(bans.begin());
  bans.push_back({room.id, std::string{change.parameter}, actor, now});
}

void forget_bans(State& state, const Room& room) {
  std::erase_if(state.link.recent_bans, [&room](const RecentBan& ban) { return ban.room == room.id; });
}

bool was_banned(const State& state, const Room& room, std::string_view nick, const std::string& actor, Instant now) {
  const Casemap casemap = state.link.isupport->casemap;
  HeardLast::Person person;
  const bool known = find_person(state, nick, person);
  return std::any_of(state.link.recent_bans.begin(), state.link.recent_bans.end(), [&](const RecentBan& ban) {
    const Mask mask = split_mask(ban.mask);
    if (ban.room != room.id || ban.at + kick_follows_its_ban < now) return false;
    if (mask.extended) return bans_account(state, ban.mask, nick);
    if (known) return fits_person(casemap, mask, person);
    if (is_specific(mask.nick)) return fits(casemap, mask.nick, nick);
    // Whose host it is cannot be told: who bans and then kicks at once bans the one that is kicked.
    return ban.actor == actor && now <= ban.at + kick_follows_any_ban;
  });
}

std::string ban_mask(const State& state, std::string_view nick) {
  HeardLast::Person person;
  const bool known = find_person(state, nick, person);
  const Isupport& isupport = *state.link.isupport;
  // A host of many, or one that is not known, would be the wrong one to ban.
  if (const std::string_view account = account_of_nick(state, nick);
      (!known || person.host == state.link.host) && !account.empty() && !isupport.account_extbans.empty()) {
    const std::string name = isupport.account_extbans.substr(0, isupport.account_extbans.find(','));
    return isupport.extban_sign + name + ':' + std::string{account};
  }
  if (!known) return std::string{nick} + "!*@*";
  // People of one gateway come from one host: their users tell them apart.
  if (person.host == state.link.host) return "*!" + person.user + '@' + person.host;
  return "*!*@" + person.host;
}

bool bans(const State& state, std::string_view text, std::string_view nick) {
  const Casemap casemap = state.link.isupport->casemap;
  const Mask mask = split_mask(text);
  if (mask.extended) return bans_account(state, text, nick);
  HeardLast::Person person;
  if (find_person(state, nick, person)) return fits_person(casemap, mask, person);
  return is_specific(mask.nick) && fits(casemap, mask.nick, nick);
}

std::string_view account_of(const Isupport& isupport, std::string_view mask) {
  for (const std::string_view name : text::split(isupport.account_extbans, ',')) {
    const std::string start = isupport.extban_sign + std::string{name} + ':';
    if (mask.starts_with(start)) return mask.substr(start.size());
  }
  return {};
}

}  // namespace dragoman::backends::irc
