#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"

namespace dragoman::backends::matrix {

namespace {

using chat::Feature;
using chat::Support;

void ping(State& state, chat::CommandId id, const chat::Ping& ping, Effects& effects) {
  // A person has a homeserver, and no client that would answer: to be known there is to be reachable.
  const auto user = ping.person.empty() ? std::nullopt : user_id_of(ping.person);
  Call call{"GET", user ? client_api + "/profile/" + percent_encode(*user) : "/_matrix/client/versions"};
  call.counted = false;
  state.calls.add(
      std::move(call),
      [id](State& now, const Answer& answer, Effects& then) {
        answer.ok() ? then.done(id, chat::Reply{}) : fail_command(now, id, answer, then);
      },
      effects);
}

/// One overload for each command: a new one does not compile until somebody has decided here.
struct Perform {
  State& state;
  chat::CommandId id;
  Effects& effects;

  void operator()(const chat::JoinRoom& join) { join_room(state, id, join, effects); }
  void operator()(const chat::LeaveRoom& leave) { leave_room(state, id, leave, effects); }
  void operator()(const chat::ConfigureRoom& configure) { configure_room(state, id, configure, effects); }
  void operator()(const chat::SetStanding& set) { set_standing(state, id, set, effects); }
  void operator()(const chat::SetTopic& set) { set_topic(state, id, set, effects); }
  void operator()(const chat::SetNickname& set) { set_nickname(state, id, set, effects); }
  void operator()(const chat::SetProfile& set) { set_profile(state, id, set, effects); }
  void operator()(const chat::SetPresence& set) { set_presence(state, id, set, effects); }
  void operator()(const chat::Invite& asked) { invite(state, id, asked, effects); }
  void operator()(const chat::DeclineInvite& asked) { decline(state, id, asked, effects); }
  void operator()(const chat::RequestVoice&) {
    unsupported("Matrix has no requests for voice; ask a moderator of the room.");
  }
  void operator()(const chat::AddContact& add) { add_contact(state, id, add, effects); }
  void operator()(const chat::RemoveContact& remove) { remove_contact(state, id, remove, effects); }
  void operator()(const chat::AnswerContact& answer) { answer_contact(state, id, answer, effects); }
  void operator()(const chat::Block& asked) { block(state, id, asked, effects); }
  void operator()(const chat::SendMessage& send) { send_message(state, id, send, effects); }
  void operator()(const chat::EditMessage& edit) { edit_message(state, id, edit, effects); }
  void operator()(const chat::RetractMessage& retract) { retract_message(state, id, retract, effects); }
  void operator()(const chat::React& asked) { react(state, id, asked, effects); }
  void operator()(const chat::SetTyping& typing) { set_typing(state, id, typing, effects); }
  void operator()(const chat::MarkRead& mark) { mark_read(state, id, mark, effects); }
  void operator()(const chat::ListRooms& list) { list_rooms(state, id, list, effects); }
  void operator()(const chat::SearchPeople& search) { search_people(state, id, search, effects); }
  void operator()(const chat::ListStandings& list) { list_standings(state, id, list, effects); }
  void operator()(const chat::GetRoomForm& get) { get_room_form(state, id, get, effects); }
  void operator()(const chat::GetHistory& get) { get_history(state, id, get, effects); }
  void operator()(const chat::GetProfile& get) { get_profile(state, id, get, effects); }
  void operator()(const chat::GetPicture& get) { get_picture(state, id, get, effects); }
  void operator()(const chat::SetPicture& set) { set_picture(state, id, set, effects); }
  void operator()(const chat::Ping& asked) { ping(state, id, asked, effects); }
  void operator()(const chat::AskClient&) { unsupported("Matrix does not tell what program somebody uses."); }
  void operator()(const chat::Run&) { unsupported("Matrix has no commands of its own."); }

 private:
  void unsupported(const char* why) { effects.refused(id, Fault::unsupported, why); }
};

/// May be asked before the homeserver is there: what waits for it, and what is about the gateway's own memory.
bool may_wait(const chat::Command& command) {
  return std::holds_alternative<chat::JoinRoom>(command) || std::holds_alternative<chat::AddContact>(command) ||
         std::holds_alternative<chat::RemoveContact>(command) || std::holds_alternative<chat::SetPresence>(command) ||
         std::holds_alternative<chat::SetTyping>(command) || std::holds_alternative<chat::LeaveRoom>(command);
}

}  // namespace

void perform(State& state, chat::CommandId id, const chat::Command& command, Effects& effects) {
  if (state.stage != Stage::ready && !may_wait(command)) {
    return effects.failed(id, chat::Failed::Outcome::not_sent, Fault::unavailable, "not connected to the homeserver");
  }
  std::visit(Perform{state, id, effects}, command);
}

chat::Capabilities capabilities() {
  chat::Capabilities can;
  for (const Feature feature :
       {Feature::edit,        Feature::retract,       Feature::moderate,    Feature::react,
        Feature::reply,       Feature::thread,        Feature::typing,      Feature::read_marks,
        Feature::attachments, Feature::formatting,    Feature::mentions,    Feature::multiline,
        Feature::history,     Feature::topic,         Feature::set_topic,   Feature::invite,
        Feature::kick,        Feature::ban,           Feature::ranks,       Feature::room_settings,
        Feature::list_rooms,  Feature::search_people, Feature::contacts,    Feature::person_presence,
        Feature::profile,     Feature::set_profile,   Feature::create_room, Feature::pictures,
        Feature::set_picture}) {
    can.set(feature, Support::native);
  }
  can.set(Feature::titles, Support::as_text);
  // An event has 65,536 bytes; longer texts become several (message_write.hpp), up to what is still somebody's words.
  can.text_bytes = 400'000;
  can.whole_bytes = 40'000;
  can.nickname_bytes = 256;
  can.topic_bytes = 16'000;
  return can;
}

chat::Capabilities capabilities_of(const State& state, const Room& room) {
  chat::Capabilities can = capabilities();
  const std::int64_t level = level_of(room, state.me.user_id);
  const auto may = [&](Feature feature, bool allowed) {
    if (!allowed) can.set(feature, Support::no);
  };
  may(Feature::moderate, level >= room.levels.redact);
  may(Feature::set_topic, level >= room.levels.needed("m.room.topic", true));
  may(Feature::invite, level >= room.levels.invite);
  may(Feature::kick, level >= room.levels.kick);
  may(Feature::ban, level >= room.levels.ban);
  may(Feature::react, level >= room.levels.needed("m.reaction", false));
  return can;
}

}  // namespace dragoman::backends::matrix
