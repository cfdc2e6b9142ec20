#include "backends/irc/queries.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <iterator>

#include "backends/irc/address.hpp"
#include "backends/irc/bans.hpp"
#include "backends/irc/contacts.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/handlers.hpp"
#include "backends/irc/metadata.hpp"
#include "backends/irc/people_search.hpp"
#include "backends/irc/rooms.hpp"
#include "backends/irc/standing.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

chat::Profile* whois(State& state, const Message& message) {
  Query* query = find_query<WhoisAnswer>(state, message.param(1));
  if (query == nullptr) return nullptr;
  auto& answer = std::get<WhoisAnswer>(query->answer);
  answer.found = true;
  return &answer.profile;
}

void on_whois_user(State& state, const Message& message, Effects&) {
  somebody_was_shown(state, message.param(1), message.last());
  chat::Profile* profile = whois(state, message);
  if (profile == nullptr) return;
  profile->nickname = decode_text(message.param(1));
  profile->host = decode_text(message.param(2)) + '@' + decode_text(message.param(3));
  profile->full_name = without_formatting(read_text(state, message.last()));
}

void on_whois_server(State& state, const Message& message, Effects&) {
  if (chat::Profile* profile = whois(state, message)) profile->server = decode_text(message.param(2));
}

void on_whois_idle(State& state, const Message& message, Effects&) {
  chat::Profile* profile = whois(state, message);
  std::int64_t seconds = 0;
  const std::string_view text = message.param(2);
  if (profile == nullptr || std::from_chars(text.data(), text.data() + text.size(), seconds).ec != std::errc{}) return;
  profile->idle = std::chrono::seconds{std::clamp<std::int64_t>(seconds, 0, std::int64_t{1} << 40)};
}

void on_whois_channels(State& state, const Message& message, Effects&) {
  chat::Profile* profile = whois(state, message);
  if (profile == nullptr) return;
  for (std::string_view channel : text::split(message.last(), ' ')) {
    take_prefixes(*state.link.isupport, channel);
    if (!channel.empty()) profile->rooms.push_back(decode_text(channel));
  }
}

void on_whois_account(State& state, const Message& message, Effects&) {
  if (chat::Profile* profile = whois(state, message)) profile->account = decode_text(message.param(2));
}

void on_whois_text(State& state, const Message& message, Effects&) {
  chat::Profile* profile = whois(state, message);
  if (profile == nullptr) return;
  if (!profile->description.empty()) profile->description += '\n';
  profile->description += without_formatting(read_text(state, message.last()));
}

void on_away_text(State& state, const Message& message, Effects& effects) {
  // 301 comes within a WHOIS, and as the answer to a message.
  std::string text = read_away(state, message.last());
  chat::Profile* profile = whois(state, message);
  if (profile != nullptr) profile->away = text;
  if (contact_is_away(state, message.param(1), text, effects) || profile != nullptr) return;
  chat::PresenceChanged changed;
  changed.person = state.person_id(message.param(1));
  changed.availability = chat::Availability::away;
  changed.status = std::move(text);
  effects.tell(std::move(changed));
}

void on_whois_end(State& state, const Message& message, Effects& effects) {
  Query* query = find_query<WhoisAnswer>(state, message.param(1));
  if (query == nullptr) return;
  auto& answer = std::get<WhoisAnswer>(query->answer);
  if (answer.found) {
    NameId name;  // some servers do not say 330 of everybody, but tell by account-notify
    if (answer.profile.account.empty() && find_name(state, answer.profile.nickname, name)) {
      answer.profile.account = state.shared.names[name].account;
    }
    add_metadata(state, message.param(1), answer.profile);
    effects.done(query->command, std::move(answer.profile));
  } else {
    effects.refused(query->command, Fault::not_found, nobody_has_it);
  }
  drop_query(state, *query);
}

void on_list_row(State& state, const Message& message, Effects&) {
  Query* query = find_query<ListAnswer>(state, {});
  if (query == nullptr) return;
  auto& answer = std::get<ListAnswer>(query->answer);
  const std::string_view channel = message.param(1);
  if (channel == "*") return;  // a secret channel
  if (!answer.filter.empty() && text::ascii_lower(channel).find(answer.filter) == std::string::npos) return;
  if (answer.rooms.rooms.size() >= answer.limit) {
    answer.rooms.complete = false;
    return;
  }
  chat::RoomSummary room;
  room.room = state.room_id(channel);
  room.name = decode_text(channel);
  const std::string_view users = message.param(2);
  std::from_chars(users.data(), users.data() + users.size(), room.occupants);
  if (message.count > 3) room.topic = without_formatting(read_text(state, message.last(), channel));
  answer.rooms.rooms.push_back(std::move(room));
}

void on_list_end(State& state, const Message&, Effects& effects) {
  Query* query = find_query<ListAnswer>(state, {});
  if (query == nullptr) return;
  effects.done(query->command, std::move(std::get<ListAnswer>(query->answer).rooms));
  drop_query(state, *query);
}

/// "set by bob on 2026-11-20 09:00 UTC", as far as the server tells.
std::string set_by(const Message& message) {
  if (message.count < 4) return {};
  std::string text = "set by " + decode_text(split_source(message.param(3)).nick);
  std::int64_t seconds = 0;
  const std::string_view digits = message.param(4);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (digits.empty() || read.ec != std::errc{} || seconds <= 0 || seconds > std::int64_t{1} << 40) return text;
  const std::time_t time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  if (gmtime_r(&time, &parts) == nullptr) return text;
  char date[64];
  return text.append(date, std::strftime(date, sizeof date, " on %Y-%m-%d %H:%M UTC", &parts));
}

void on_ban(State& state, const Message& message, Effects&) {
  Query* query = find_query<BansAnswer>(state, message.param(1));
  if (query == nullptr) return;
  constexpr std::size_t most = 5000;
  auto& entries = std::get<BansAnswer>(query->answer).standings.entries;
  if (entries.size() >= most) return;
  chat::Ranked banned;
  banned.mask = decode_text(message.param(2));
  banned.standing = {chat::Role::none, chat::Affiliation::outcast, false};
  if (const auto account = account_of(*state.link.isupport, message.param(2)); !account.empty()) {
    banned.reason = "the account " + decode_text(account) + "; ";
  }
  banned.reason += set_by(message);
  entries.push_back(std::move(banned));
}

void on_bans_end(State& state, const Message& message, Effects& effects) {
  Query* query = find_query<BansAnswer>(state, message.param(1));
  if (query == nullptr) return;
  const chat::CommandId command = query->command;
  BansAnswer answer = std::move(std::get<BansAnswer>(query->answer));
  drop_query(state, *query);
  if (answer.unbanned.empty()) return effects.done(command, std::move(answer.standings));
  Room* room = find_room(state, message.param(1));
  if (room == nullptr) return effects.refused(command, Fault::closed, "you are not in the channel any more");
  take_bans_away(state, *room, command, answer, effects);
}

constexpr Handler query_rows[] = {
    {"301", 3, on_away_text},     {"311", 5, on_whois_user}, {"312", 3, on_whois_server},   {"313", 3, on_whois_text},
    {"317", 3, on_whois_idle},    {"318", 2, on_whois_end},  {"319", 3, on_whois_channels}, {"320", 3, on_whois_text},
    {"330", 3, on_whois_account}, {"335", 3, on_whois_text}, {"307", 3, on_whois_text},     {"276", 3, on_ignored},
    {"338", 3, on_ignored},       {"350", 3, on_ignored},    {"378", 3, on_ignored},        {"379", 3, on_ignored},
    {"671", 3, on_whois_text},    {"321", 0, on_ignored},    {"322", 3, on_list_row},       {"323", 0, on_list_end},
    {"367", 3, on_ban},           {"368", 2, on_bans_end},
};

}  // namespace

HandlerTable query_handlers() { return {query_rows, std::size(query_rows)}; }

void drop_query(State& state, const Query& query) {
  state.link.queries.erase(state.link.queries.begin() + (&query - state.link.queries.data()));
}

bool ctcp_replied(State& state, std::string_view nick, std::string_view command, std::string_view text,
                  Effects& effects) {
  constexpr std::size_t longest = 500;
  const std::string folded{state.folded(nick)};
  for (const Query& query : state.link.queries) {
    const auto* asked = std::get_if<CtcpAnswer>(&query.answer);
    if (asked == nullptr || query.target != folded || !text::ascii_iequals(asked->command, command)) continue;
    if (!asked->token.empty() && asked->token != text) continue;
    std::string reply = without_formatting(decode_text(text));
    if (reply.size() > longest) reply = text::cut(reply, longest);
    // Our own token says nothing.
    effects.done(query.command, chat::Reply{asked->token.empty() ? std::move(reply) : std::string{}});
    drop_query(state, query);
    return true;
  }
  // Late, forged, or a second one.
  return text::ascii_iequals(command, "PING") || text::ascii_iequals(command, "VERSION") ||
         text::ascii_iequals(command, "TIME");
}

}  // namespace dragoman::backends::irc
