#include <algorithm>
#include <memory>
#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"
#include "backends/matrix/power_change.hpp"

// Topic and settings of a room.

namespace dragoman::backends::matrix {

namespace {

using chat::Field;

/// Several changes at once: the command ends when all have, with the first that was refused.
struct Changing {
  chat::CommandId command{};
  std::size_t unanswered = 1;  // the one of who makes them, until all are made
  std::optional<Answer> refused{};
};
using ChangingRef = std::shared_ptr<Changing>;  // held by the calls, of which any may be the last

Then ends_change(const ChangingRef& changing) {
  ++changing->unanswered;
  return [changing](State& state, const Answer& answer, Effects& effects) {
    if (!answer.ok() && !changing->refused) changing->refused = answer;
    if (--changing->unanswered > 0) return;
    if (changing->refused) return fail_command(state, changing->command, *changing->refused, effects);
    effects.done(changing->command);
  };
}

void put_state(State& state, const Room& room, const std::string& type, const nlohmann::json& content, Then then,
               Effects& effects) {
  Call call{"PUT", room_path(room.id, "/state/" + type + '/'), dump_json(content)};
  call.lane = "state " + room.id;
  state.calls.add(std::move(call), std::move(then), effects);
}

/// What everybody may do, or only those who may change other settings.
void lock(nlohmann::json& content, const std::string& event, bool locked) {
  nlohmann::json& events = content["events"];
  if (!events.is_object()) events = nlohmann::json::object();
  const std::int64_t usual = level_at(content, "users_default").value_or(0);
  events[event] = locked ? level_at(content, "state_default").value_or(50) : usual;
}

void moderate(nlohmann::json& content, bool moderated) {
  const std::int64_t usual = level_at(content, "users_default").value_or(0);
  content["events_default"] = moderated ? std::max<std::int64_t>(usual + 1, 50) : usual;
  // A level of its own for messages would be what counts.
  if (auto events = content.find("events"); events != content.end() && events->is_object()) {
    events->erase("m.room.message");
  }
}

Field switch_field(std::string name, std::string label, bool on, bool may) {
  Field field;
  field.kind = may ? Field::Kind::boolean : Field::Kind::fixed;
  field.name = std::move(name);
  field.label = std::move(label);
  field.values = {on ? "1" : "0"};
  return field;
}

Field choice_field(std::string name, std::string label, std::string value,
                   std::vector<std::pair<std::string, std::string>> options, bool may) {
  Field field;
  field.kind = may ? Field::Kind::choice : Field::Kind::fixed;
  field.name = std::move(name);
  field.label = std::move(label);
  field.values = {std::move(value)};
  field.options = std::move(options);
  return field;
}

chat::Form form_of(const State& state, const Room& room, bool hidden) {
  const std::int64_t own = level_of(room, state.me.user_id);
  const auto may = [&](std::string_view type) { return own >= room.levels.needed(type, true); };
  const chat::RoomSettings settings = settings_of(room);
  chat::Form form;
  form.title = "Settings of " + name_of(room);
  Field name;
  name.kind = may("m.room.name") ? Field::Kind::text : Field::Kind::fixed;
  name.name = "name";
  name.label = "Name of the room";
  name.values = {room.name};
  form.fields.push_back(std::move(name));
  form.fields.push_back(
      switch_field("topic_locked", "Only some may set the topic", settings.topic_locked, may("m.room.power_levels")));
  form.fields.push_back(
      switch_field("moderated", "Only those with voice may speak", settings.moderated, may("m.room.power_levels")));
  form.fields.push_back(choice_field("join_rule", "Who may enter", room.join_rule,
                                     {{"public", "Everybody"},
                                      {"invite", "Who is invited"},
                                      {"knock", "Who is invited, or let in after asking"},
                                      {"restricted", "Who is invited, or in a space that the room names"},
                                      {"knock_restricted", "The same, or let in after asking"}},
                                     may("m.room.join_rules")));
  form.fields.push_back(choice_field("history_visibility", "Who may read what was said before", room.history_visibility,
                                     {{"world_readable", "Everybody, without entering"},
                                      {"shared", "Everybody in the room"},
                                      {"invited", "Who was there: since they were invited"},
                                      {"joined", "Who was there: since they entered"}},
                                     may("m.room.history_visibility")));
  form.fields.push_back(switch_field("hidden", "Not in the list of rooms", hidden, may("m.room.canonical_alias")));
  return form;
}

bool is_one_of(const std::string& text, std::initializer_list<std::string_view> known) {
  return std::find(known.begin(), known.end(), text) != known.end();
}

/// What cannot be: nothing of it is changed then.
std::optional<Error> objection(const chat::Fields& fields) {
  if (!fields.get("password").empty()) {
    return Error{Fault::unsupported, "Rooms of Matrix have no passwords; let in only who is invited instead."};
  }
  if (!fields.get("limit").empty()) return Error{Fault::unsupported, "Rooms of Matrix have no limit of people."};
  const std::string& rule = fields.get("join_rule");
  if (!rule.empty() && !is_one_of(rule, {"public", "invite", "knock", "restricted", "knock_restricted"})) {
    return Error{Fault::unacceptable, "There is no rule \"" + rule + "\" for who may enter."};
  }
  const std::string& history = fields.get("history_visibility");
  if (!history.empty() && !is_one_of(history, {"world_readable", "shared", "invited", "joined"})) {
    return Error{Fault::unacceptable, "History cannot be visible as \"" + history + "\"."};
  }
  return std::nullopt;
}

/// The rule that a form asks for: its own choice if that was changed, else what the switch of all networks says.
std::string wished_rule(const Room& room, const chat::Fields& fields) {
  const std::string& choice = fields.get("join_rule");
  if (!choice.empty() && choice != room.join_rule) return choice;
  if (!fields.has("members_only")) return room.join_rule;
  const bool closed = fields.flag("members_only");
  if (closed == settings_of(room).members_only) return room.join_rule;
  return closed ? "invite" : "public";
}

/// Whoever sends a form back unchanged has not asked for this, and may not be allowed to.
void set_hidden(State& state, const Room& room, bool hidden, Then then, Effects& effects) {
  const std::string path = client_api + "/directory/list/room/" + percent_encode(room.id);
  state.calls.add(
      {"GET", path},
      [path, hidden, then = std::move(then)](State& now, const Answer& answer, Effects& more) {
        const bool hidden_now = text_at(answer.body, "visibility") != "public";
        if (answer.ok() && hidden_now == hidden) return then(now, answer, more);
        const nlohmann::json body = {{"visibility", hidden ? "private" : "public"}};
        now.calls.add({"PUT", path, dump_json(body)}, then, more);
      },
      effects);
}

}  // namespace

void set_topic(State& state, chat::CommandId id, const chat::SetTopic& set, Effects& effects) {
  const Room* room = room_of(state, {set.room, {}});
  if (room == nullptr) return effects.refused(id, Fault::not_found, "You are not in this room.");
  put_state(state, *room, "m.room.topic", {{"topic", set.topic}}, ends(id), effects);
}

void configure_room(State& state, chat::CommandId id, const chat::ConfigureRoom& configure, Effects& effects) {
  const Room* room = room_of(state, {configure.room, {}});
  if (room == nullptr) return effects.refused(id, Fault::not_found, "You are not in this room.");
  const chat::Fields& fields = configure.fields;
  if (const auto refused = objection(fields)) return effects.refused(id, refused->fault, refused->text);
  const chat::RoomSettings now = settings_of(*room);
  const auto changing = std::make_shared<Changing>();
  changing->command = id;
  const auto first = ends_change(changing);
  --changing->unanswered;  // `first` is that of this function itself
  if (fields.has("name") && fields.get("name") != room->name) {
    put_state(state, *room, "m.room.name", {{"name", fields.get("name")}}, ends_change(changing), effects);
  }
  if (const std::string rule = wished_rule(*room, fields); rule != room->join_rule) {
    put_state(state, *room, "m.room.join_rules", {{"join_rule", rule}}, ends_change(changing), effects);
  }
  if (const std::string& history = fields.get("history_visibility");
      !history.empty() && history != room->history_visibility) {
    put_state(state, *room, "m.room.history_visibility", {{"history_visibility", history}}, ends_change(changing),
              effects);
  }
  const bool locks = fields.has("topic_locked") && fields.flag("topic_locked") != now.topic_locked;
  const bool moderates = fields.has("moderated") && fields.flag("moderated") != now.moderated;
  if (locks || moderates) {
    change_power_levels(
        state, room->id,
        [fields, locks, moderates](nlohmann::json& content) {
          if (locks) lock(content, "m.room.topic", fields.flag("topic_locked"));
          if (moderates) moderate(content, fields.flag("moderated"));
        },
        ends_change(changing), effects);
  }
  if (fields.has("hidden")) set_hidden(state, *room, fields.flag("hidden"), ends_change(changing), effects);
  Answer nothing;
  nothing.status = 200;
  first(state, nothing, effects);
}

void get_room_form(State& state, chat::CommandId id, const chat::GetRoomForm& get, Effects& effects) {
  const Room* room = room_of(state, {get.room, {}});
  if (room == nullptr) return effects.refused(id, Fault::not_found, "You are not in this room.");
  Call call{"GET", client_api + "/directory/list/room/" + percent_encode(room->id)};
  call.counted = false;
  state.calls.add(
      std::move(call),
      [id, room_id = room->id](State& now, const Answer& answer, Effects& then) {
        const Room* here = find_room(now, std::string_view{room_id});
        if (here == nullptr) return then.refused(id, Fault::not_found, "You are not in this room any more.");
        then.done(id, form_of(now, *here, text_at(answer.body, "visibility") != "public"));
      },
      effects);
}

}  // namespace dragoman::backends::matrix
