#include <algorithm>
#include <utility>

#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"

// The public rooms of the homeserver and its directory of people.

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t usual_limit_of_a_search = 50, most_of_a_search = 500;

/// "*" and "?" mean nothing to homeservers, which look for parts of words.
std::string without_wildcards(std::string text) {
  std::erase_if(text, [](char c) { return c == '*' || c == '?'; });
  return text;
}

std::size_t limit_of(std::size_t wished) {
  return wished == 0 ? usual_limit_of_a_search : std::min(wished, most_of_a_search);
}

chat::RoomSummary read_summary(State& state, const nlohmann::json& entry) {
  const std::string alias = text_at(entry, "canonical_alias");
  chat::RoomSummary summary;
  summary.room = state.shared.book.address_of(text_at(entry, "room_id"), alias);
  summary.name = clean_line(text_at(entry, "name"));
  if (summary.name.empty()) summary.name = clean_line(alias);
  summary.topic = clean_line(text_at(entry, "topic"));
  summary.is_list = text_at(entry, "room_type") == "m.space";
  summary.occupants = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(number_at(entry, "num_joined_members").value_or(0), 0, 1'000'000'000));
  return summary;
}

bool has_room(const chat::RoomList& list, const chat::RoomId& room) {
  return std::any_of(list.rooms.begin(), list.rooms.end(), [&](const auto& each) { return each.room == room; });
}

/// Pages of /publicRooms until there are enough.
void ask_rooms(State& state, chat::CommandId id, const std::string& term, std::size_t left, const std::string& since,
               chat::RoomList list, Effects& effects) {
  nlohmann::json body = {{"limit", std::min<std::size_t>(left, 100)}};
  if (!term.empty()) body["filter"] = {{"generic_search_term", term}};
  if (!since.empty()) body["since"] = since;
  state.calls.add(
      {"POST", client_api + "/publicRooms", dump_json(body)},
      [id, term, left, list = std::move(list)](State& now, const Answer& answer, Effects& then) mutable {
        if (!answer.ok()) return fail_command(now, id, answer, then);
        const std::size_t before = list.rooms.size();
        for (const nlohmann::json& entry : array_at(answer.body, "chunk")) {
          if (list.rooms.size() - before == left) break;
          if (text_at(entry, "room_id").empty()) continue;
          chat::RoomSummary summary = read_summary(now, entry);
          if (!has_room(list, summary.room)) list.rooms.push_back(std::move(summary));
        }
        const std::size_t found = list.rooms.size() - before;
        const std::string next = text_at(answer.body, "next_batch");
        list.complete = next.empty();
        if (next.empty() || found == 0 || found >= left) return then.done(id, std::move(list));
        ask_rooms(now, id, term, left - found, next, std::move(list), then);
      },
      effects);
}

/// Pages of what is in a space, one level (client-server API, "Spaces"). The first one begins with the space itself.
void ask_hierarchy(State& state, chat::CommandId id, const std::string& space, std::size_t most,
                   const std::string& from, chat::RoomList list, Effects& effects) {
  std::string path = "/_matrix/client/v1/rooms/" + percent_encode(space) + "/hierarchy?max_depth=1&limit=100";
  if (!from.empty()) path += "&from=" + percent_encode(from);
  state.calls.add(
      {"GET", std::move(path)},
      [id, space, most, list = std::move(list)](State& now, const Answer& answer, Effects& then) mutable {
        if (!answer.ok()) return fail_command(now, id, answer, then);
        const nlohmann::json& rooms = array_at(answer.body, "rooms");
        for (const nlohmann::json& entry : rooms) {
          const std::string room = text_at(entry, "room_id");
          if (!room.empty() && room != space && list.rooms.size() < most) {
            list.rooms.push_back(read_summary(now, entry));
          }
        }
        const std::string next = text_at(answer.body, "next_batch");
        list.complete = next.empty();
        if (next.empty() || rooms.empty() || list.rooms.size() >= most) return then.done(id, std::move(list));
        ask_hierarchy(now, id, space, most, next, std::move(list), then);
      },
      effects);
}

/// Spaces of the account: the public list does not have those that are by invitation.
chat::RoomList own_spaces(const State& state) {
  chat::RoomList list;
  for (const auto& [id, room] : state.rooms) {
    if (room->phase != Room::Phase::joined || room->type != "m.space") continue;
    chat::RoomSummary summary;
    summary.room = room->address.empty() ? state.shared.book.address_of(id) : room->address;
    summary.name = name_of(*room);
    summary.topic = clean_line(room->topic);
    summary.occupants = static_cast<std::uint32_t>(std::min<std::uint64_t>(room->joined_count, 1'000'000'000));
    summary.is_list = true;
    list.rooms.push_back(std::move(summary));
  }
  return list;
}

chat::FoundPerson read_found(const nlohmann::json& entry) {
  const std::string user = text_at(entry, "user_id");
  const std::string name = text_at(entry, "display_name");
  return {person_id(user), clean_nickname(name, user), clean_line(name)};
}

/// Directories do not know everybody who is there: a whole id is asked for itself.
void ask_person(State& state, chat::CommandId id, const std::string& user, Effects& effects) {
  state.calls.add(
      {"GET", client_api + "/profile/" + percent_encode(user)},
      [id, user](State& now, const Answer& answer, Effects& then) {
        if (answer.status == 404 || answer.status == 403) return then.done(id, chat::PeopleList{});
        if (!answer.ok()) return fail_command(now, id, answer, then);
        const std::string name = text_at(answer.body, "displayname");
        then.done(id, chat::PeopleList{{{person_id(user), clean_nickname(name, user), clean_line(name)}}});
      },
      effects);
}

}  // namespace

void list_rooms(State& state, chat::CommandId id, const chat::ListRooms& list, Effects& effects) {
  if (!list.inside.empty()) {
    const auto space = state.shared.book.room_at(list.inside);
    if (!space) return effects.refused(id, Fault::not_found, "There is no such list of rooms.");
    return ask_hierarchy(state, id, *space, limit_of(list.limit), {}, {}, effects);
  }
  const std::string term = without_wildcards(list.filter);
  ask_rooms(state, id, term, limit_of(list.limit), {}, term.empty() ? own_spaces(state) : chat::RoomList{}, effects);
}

void search_people(State& state, chat::CommandId id, const chat::SearchPeople& search, Effects& effects) {
  if (const auto typed = parse_typed_address(search.text); typed && typed->kind == Address::Kind::user) {
    if (search.text.find(':') != std::string::npos) return ask_person(state, id, typed->id, effects);
  }
  const nlohmann::json body = {{"search_term", without_wildcards(search.text)}, {"limit", limit_of(search.limit)}};
  state.calls.add(
      {"POST", client_api + "/user_directory/search", dump_json(body)},
      [id](State& now, const Answer& answer, Effects& then) {
        if (!answer.ok()) return fail_command(now, id, answer, then);
        chat::PeopleList people;
        for (const nlohmann::json& entry : array_at(answer.body, "results")) {
          if (is_user_id(text_at(entry, "user_id"))) people.people.push_back(read_found(entry));
        }
        people.complete = !flag_at(answer.body, "limited");
        then.done(id, std::move(people));
      },
      effects);
}

}  // namespace dragoman::backends::matrix
