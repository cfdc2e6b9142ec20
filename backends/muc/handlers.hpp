#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/muc/effects.hpp"
#include "backends/muc/state.hpp"

// What the files of a session use of one another, by subject.

namespace dragoman::backends::muc {

// asking.cpp
/// Asks with an iq from our voice; `then` is called once, later, unless the session is gone by then.
void ask(State& state, xmpp::Element iq, Then then, Effects& effects, Duration patience = std::chrono::seconds{30});
/// Calls `then`, with nothing in its answer, when our server has taken all that was written until now.
void await_server(State& state, Then then, Effects& effects);
/// An iq from our voice.
xmpp::Element make_iq(const State& state, std::string_view type, std::string_view to);
/// The result that an answer is, or the error in it.
Result<xmpp::Element> result_of(const Answer& answer);
/// Ends a command that one question answers.
Then ends(chat::CommandId command);

// joining.cpp
void join(State& state, chat::CommandId id, const chat::JoinRoom& join, Effects& effects);
void leave(State& state, chat::CommandId id, const chat::LeaveRoom& leave, Effects& effects);
/// Writes our presence with the wish to be in the room.
void enter(State& state, Room& room, Effects& effects);
/// Our own presence has come, or it did not and we go on without.
void arrive(State& state, Room& room, Effects& effects);
/// Our presence came back as an error.
void entry_refused(State& state, Room& room, const xmpp::Element& presence, Effects& effects);
void join_timers(State& state, Effects& effects);
std::optional<Instant> next_of_join(const Room& room);
/// The presence of our voice as an occupant.
xmpp::Element make_presence(const State& state, std::string_view to);

// losing.cpp
/// Nobody who wanted to be in the room gets there now.
void fail_joins(Room& room, const Error& error, Effects& effects);
/// We are not in the room any more, and nobody wanted that: tries to be there again, at once or at the next time of its
/// backoff.
void lose(State& state, Room& room, Fault fault, const std::string& text, bool at_once, Effects& effects);
/// We are out for good: the owner hears why, everything that waits ends.
void end_room(State& state, Room& room, chat::RoomLeft left, Effects& effects);
/// The link went: all rooms wait for it.
void rooms_are_away(State& state, Effects& effects);

// presence.cpp
void on_presence(State& state, Room& room, const xmpp::Element& presence, std::string_view nick, Effects& effects);

// pictures.cpp
/// Somebody in the room may look otherwise than before.
void note_picture(const Room& room, const std::string& nick, Occupant& somebody, const xmpp::Element& presence,
                  Effects& effects);
void get_picture(State& state, chat::CommandId id, const chat::GetPicture& get, Effects& effects);

// renaming.cpp
void set_nickname(State& state, chat::CommandId id, const chat::SetNickname& set, Effects& effects);
/// Who had the nickname that we wish has gone: we take it.
void regain_nickname(State& state, Room& room, Effects& effects);
/// True: the error answers our wish for another nickname.
bool rename_refused(State& state, Room& room, const xmpp::Element& presence, std::string_view nick, Effects& effects);

// messages.cpp
/// Of the room or somebody in it.
void on_message(State& state, Room& room, const xmpp::Element& message, std::string_view nick, Effects& effects);
/// One message to all in a room, as it was said. `archive_id`: that of the archive it comes from; empty: it stands in
/// the message, if anywhere.
struct Hearing {
  const xmpp::Element& message;
  std::string_view nick;
  std::string_view archive_id = {};
  std::optional<Timestamp> time = {};
  bool replayed = false;
};
/// Tells it, unless it was told before, or is our own.
void hear(State& state, Room& room, const Hearing& heard, Effects& effects);
/// A message to us from outside of all rooms.
void on_direct_message(const xmpp::Element& message, const xmpp::Jid& from, Effects& effects);

// reading.cpp
std::string_view occupant_id_of(const xmpp::Element& stanza);
/// The stanza-id of a message to all; empty: the room gave none.
std::string_view stanza_id_of(const Room& room, const Hearing& heard);
bool is_own(const State& state, const Room& room, const Hearing& heard);
/// Said by a voice of this installation, be it of another network: by its id.
bool is_ours(const State& state, const Room& room, const Hearing& heard);
/// What the book keeps of a message. Its id is the stanza-id, else what its author gave.
MessageBook::Said note_of(const Room& room, const Hearing& heard);
/// The event that a message is, if it is one. `book`: where what it is about is found.
std::optional<chat::Event> read_event(const State& state, const Room& room, const Hearing& heard,
                                      const chat::Conversation& conversation, const MessageBook& book,
                                      const std::string& id);

// sending.cpp
void send(State& state, chat::CommandId id, const chat::Command& command, const chat::Conversation& conversation,
          Effects& effects);
void set_topic(State& state, chat::CommandId id, const chat::SetTopic& set, Effects& effects);
void set_typing(State& state, chat::CommandId id, const chat::SetTyping& set, Effects& effects);
void mark_read(State& state, chat::CommandId id, const chat::MarkRead& mark, Effects& effects);
/// What waited for us to have caught up.
void send_unsent(State& state, Room& room, Effects& effects);

// evidence.cpp
/// So long a room has time to send a message back.
inline constexpr auto reflection_patience = std::chrono::seconds{30};
/// Our message has come back: its command is done. False: none of ours waits for it. `id`: as we name it from now on.
bool take_reflection(State& state, Room& room, const Hearing& heard, const std::string& id, Effects& effects);
/// The same of a topic.
bool take_topic(Room& room, const Hearing& heard, Effects& effects);
/// A message of ours was refused. False: none of ours.
bool take_rejection(State& state, Room& room, const xmpp::Element& message, Effects& effects);
/// The link or the room went: what has not come back may be in the room or not.
void doubt(Room& room, const Effects& effects);
/// What the room had no time for yet waits with what is in doubt, so that both are said again in their order.
void doubt_unsent(Room& room, const Effects& effects);
/// We are in the room again, and what has not come back since then is said once more before all that waits
/// (send_unsent).
void say_doubts_again(Room& room);
/// Ends that: what has not come back since was not taken, if `sure`.
void settle_doubts(Room& room, bool sure, Effects& effects);
void sending_timers(State& state, Effects& effects);
std::optional<Instant> next_of_sending(const Room& room);

// catch_up.cpp
/// We are in the room again: asks its archive for what was said meanwhile.
/// `history`: what the room has sent by itself.
void catch_up(State& state, Room& room, const std::vector<xmpp::Element>& history, Effects& effects);
/// The room has an archive: what was said last is read, to know what later messages are about.
void fill_book(State& state, Room& room, Effects& effects);
/// A deaf voice knows only what it has said since it came. True: its archive is asked for the rest, and what we say
/// waits for that; false: there is no more to know.
bool read_own_back(State& state, Room& room, Effects& effects);
/// The room is lost: what we wait for of it ends.
void forget_questions(Room& room, Effects& effects);
/// True: the message is one of an archive that we have asked.
bool take_archived(State& state, Room& room, const xmpp::Element& message, Effects& effects);
void get_history(State& state, chat::CommandId id, const chat::GetHistory& get, Effects& effects);
/// Up to here the room was heard.
void move_cursor(State& state, Room& room, const Hearing& heard, const std::string& id, Effects& effects);
/// The key of the document that keeps it.
std::string cursor_key(const Room& room);

// liveness.cpp
void self_ping(State& state, Room& room, Effects& effects);
void liveness_timers(State& state, Effects& effects);
std::optional<Instant> next_of_liveness(const Room& room);

// settings.cpp
/// Asks the room what it is like; RoomChanged follows.
void ask_settings(State& state, Room& room, Effects& effects);
/// What every room can do.
chat::Capabilities capabilities_of_rooms();
chat::Capabilities capabilities_of(const Room& room);

// standing.cpp
void set_standing(State& state, chat::CommandId id, const chat::SetStanding& set, Effects& effects);
void list_standings(State& state, chat::CommandId id, const chat::ListStandings& list, Effects& effects);
void request_voice(State& state, chat::CommandId id, const chat::RequestVoice& request, Effects& effects);
void moderate(State& state, Room& room, chat::CommandId id, const chat::RetractMessage& retract, Effects& effects);

// invitations.cpp
void invite(State& state, chat::CommandId id, const chat::Invite& invite, Effects& effects);
void decline(State& state, chat::CommandId id, const chat::DeclineInvite& decline, Effects& effects);
/// True: the message invites us somewhere, or somebody has declined.
bool take_invitation(State& state, const xmpp::Element& message, const xmpp::Jid& from, Effects& effects);

// questions.cpp
/// What others ask us.
void answer_question(State& state, const xmpp::Element& iq, Effects& effects);

// commands.cpp
void perform(State& state, chat::CommandId id, const chat::Command& command, Effects& effects);

// Small things.
/// The room of a command; nullptr: we are not in it, and the command has failed.
Room* room_for(State& state, const chat::RoomId& id, chat::CommandId command, Effects& effects);
/// The occupant of this nickname; Fault::malformed.
Result<xmpp::Jid> occupant_address(const Room& room, std::string_view nick);
/// A name that an event mentions, held until it is heard.
NameId hold(const NameRef& name, Effects& effects);

}  // namespace dragoman::backends::muc
