#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backends/matrix/event.hpp"
#include "backends/matrix/state.hpp"

// What a session does, a file for each subject; session.cpp calls these.

namespace dragoman::backends::matrix {

// restore.cpp: what was kept over a restart, so that no initial sync is needed.
void restore(State& state, const std::function<std::string(const std::string& key)>& kept);
/// At the end of an input that changed what is kept: "rooms" and "direct" again.
void keep_rooms(State& state, Effects& effects);

// syncing.cpp: /sync, one after the other.
void begin_sync(State& state, Effects& effects);
/// The homeserver keeps the filter of this account under a name, once for all.
void make_filter(State& state, Effects& effects);
/// What the homeserver can do, where nobody of this network has asked it lately.
void ask_features(State& state, Effects& effects);
/// A homeserver that knows nothing of our position: it begins anew, without telling again what was told.
void on_synced(State& state, const Answer& answer, Effects& effects);

// pushed.cpp: who is told by transactions.
void take_pushed(State& state, const Event& event, Effects& effects);
/// Something is not told by transactions: /sync is asked once.
void sync_again(State& state, Effects& effects);
/// An answer of /sync has been told: what was pushed meanwhile follows.
void go_on_pushed(State& state, Effects& effects);

// gap.cpp: a limited timeline. What lies between it (`from`: its prev_batch) and `until`, a position or an event of
// which any may be empty, is fetched, at most Shared::gap_limit events of it.
struct Since {
  std::string position, event;
};
void fetch_missed(State& state, const std::string& room_id, const std::string& from, Since until,
                  std::function<void(State& state, Missed missed, Effects& effects)> then, Effects& effects);

// room_state.cpp: one state event of a room.
void apply_state(State& state, Room& room, const Event& event, Effects& effects);
/// The same told to nobody: of a room that is being loaded, or that one was invited to.
void learn_state(Room& room, const Event& event);

// rooms.cpp
Room* find_room(State& state, std::string_view room_id);
Room* find_room(State& state, const chat::RoomId& address);
Room& need_room(State& state, const std::string& room_id);
/// With one other person, who is a contact: what is said there has this conversation.
bool is_direct(const State& state, const Room& room);
chat::Conversation conversation_of(const State& state, const Room& room);
/// The room of a conversation, if there is one that can be written to.
Room* room_of(State& state, const chat::Conversation& conversation);
/// So many people that nobody is asked for all of them; who speaks is known.
bool is_huge(const Room& room);
/// As people call it: name, canonical alias, who is in it (client-server API, "Calculating the display name").
std::string name_of(const Room& room);
/// Gives the room its address, once and for all: the homeserver is asked whether the alias leads to it, for anybody can
/// claim one. Nothing of the room is told before.
void name_room(State& state, Room& room, Effects& effects);
/// Does it now, or when the room is loaded and has its address, behind what waits for that already.
void when_told(State& state, Room& room, Later later, Effects& effects);
/// Goes on with what waited for that, as far as it goes.
void go_on_with_held(State& state, Room& room, Effects& effects);
/// Nobody of XMPP is in it any more; the account stays in it.
void forget_entered(State& state, Room& room);
void tell_room(State& state, Room& room, Effects& effects);
/// What everybody may know of it (muc#roominfo).
chat::RoomSettings settings_of(const Room& room);
void tell_settings(State& state, const Room& room, Effects& effects);

// room_loading.cpp
/// State and members, then RoomJoined to who waits for it.
void load_room(State& state, Room& room, Effects& effects);
/// Another account has read a room that this one waits for, or could not.
void go_on_loading(State& state, Effects& effects);
/// Who is in the room is not followed any more, and is asked for again.
void forget_members(Room& room);
/// The homeserver is lost: what waits for other accounts has failed.
void pause_rooms(State& state, const Error& error, Effects& effects);
/// It is back: whether the members are still known shows in Room::complete.
void resume_room(Room& room);

// members.cpp: people in rooms and the names that they have there.
std::int64_t level_of(const Room& room, const std::string& user_id);
chat::Standing standing_of(const Room& room, const std::string& user_id);
/// "Alice", or "Alice (@alice:hs.tld)" when another Alice is there: what is shown for them in this room.
std::string nickname_of(const Room& room, const std::string& user_id);
/// Shows somebody who is not shown yet because the room is big; OccupantsJoined.
void show_member(State& state, Room& room, const std::string& user_id, Effects& effects);
void on_member(State& state, Room& room, const Event& event, Effects& effects);
std::optional<std::string> user_in_room(const Room& room, std::string_view nickname);
chat::Author author_of(State& state, Room& room, const std::string& user_id);
chat::PersonId person_id(const std::string& user_id);
std::optional<std::string> user_id_of(const chat::PersonId& person);

// timeline.cpp: what was said. `replayed`: of the past. True when the event is a message or about one.
bool on_timeline_event(State& state, Room& room, const Event& event, bool replayed, Effects& effects);
/// Whether the owner has this event already, from /sync or as history; from now on they have it.
bool was_told(Room& room, const std::string& event_id);
/// Of the document with the messages of a room that were read last as history, an id a line: they are told.
inline std::string told_key(const std::string& room_id) { return "told " + room_id; }
/// Whether it is a message or about one, which the owner is told of.
bool is_for_owner(const Event& event);

// joining.cpp
void join_room(State& state, chat::CommandId id, const chat::JoinRoom& join, Effects& effects);
void leave_room(State& state, chat::CommandId id, const chat::LeaveRoom& leave, Effects& effects);
/// The session is ready, or a room can be entered now: goes on with who waits.
void go_on_joining(State& state, Effects& effects);
/// Somebody waits for being in it.
bool is_awaited(const State& state, const chat::RoomId& address);
/// The room is loaded: who waits for it is in it.
void joins_done(State& state, Room& room, Effects& effects);
void joins_failed(State& state, const chat::RoomId& address, chat::Failed::Outcome outcome, const Error& error,
                  Effects& effects);
void expire_joins(State& state, Effects& effects);
std::optional<Instant> next_join_deadline(const State& state);
/// The account was invited, let in or thrown out elsewhere.
void on_invited(State& state, Room& room, Effects& effects);
void on_left(State& state, Room& room, const Event* why, Effects& effects);
/// The room was replaced: whoever is in it follows, once.
void on_tombstone(State& state, Room& room, Effects& effects);

// standing.cpp: who may do what.
void set_standing(State& state, chat::CommandId id, const chat::SetStanding& set, Effects& effects);
void list_standings(State& state, chat::CommandId id, const chat::ListStandings& list, Effects& effects);
void invite(State& state, chat::CommandId id, const chat::Invite& invite, Effects& effects);
void decline(State& state, chat::CommandId id, const chat::DeclineInvite& decline, Effects& effects);

// room_settings.cpp
void set_topic(State& state, chat::CommandId id, const chat::SetTopic& set, Effects& effects);
void configure_room(State& state, chat::CommandId id, const chat::ConfigureRoom& configure, Effects& effects);
void get_room_form(State& state, chat::CommandId id, const chat::GetRoomForm& get, Effects& effects);

// direct.cpp: people outside rooms.
void on_direct_rooms(State& state, const nlohmann::json& content);
/// The room is one with this person alone, here and for all clients of the account.
void make_direct(State& state, const std::string& user_id, const std::string& room_id, Effects& effects);
/// An event says that we have invited somebody to talk with them alone: from another client, or unnoticed.
void note_direct_invitation(State& state, const Room& room, const Event& event, Effects& effects);
void on_ignored(State& state, const nlohmann::json& content);
/// Somebody wants to talk with a ghost alone: there is nobody who would have to be asked first.
void accept_direct(State& state, const Room& room, Effects& effects);
/// Makes the room when there is none, once; `then` with it, or with why not.
void with_direct_room(State& state, const std::string& user_id, WithRoom then, Effects& effects);
void add_contact(State& state, chat::CommandId id, const chat::AddContact& add, Effects& effects);
void remove_contact(State& state, chat::CommandId id, const chat::RemoveContact& remove, Effects& effects);
void answer_contact(State& state, chat::CommandId id, const chat::AnswerContact& answer, Effects& effects);
void block(State& state, chat::CommandId id, const chat::Block& block, Effects& effects);
/// Those who became contacts, or are none any more, since it was told last.
void tell_contacts(State& state, Effects& effects);
/// How the contacts are, at the begin of a session.
void ask_presences(State& state, Effects& effects);

// sending.cpp: what the owner says. Transaction ids come from the key of a command.
void send_message(State& state, chat::CommandId id, const chat::SendMessage& send, Effects& effects);
void edit_message(State& state, chat::CommandId id, const chat::EditMessage& edit, Effects& effects);
void retract_message(State& state, chat::CommandId id, const chat::RetractMessage& retract, Effects& effects);
/// Tells who wants to say something in an encrypted room that nothing can be said there. False: the room is not
/// encrypted, or can be written to.
bool refuse_encrypted(const State& state, const Room& room, chat::CommandId id, Effects& effects);
/// An event of ours that /sync brings: true when a command of ours made it, which ends in its Done and in no event.
bool is_own_echo(State& state, const Event& event);
/// The homeserver is lost: what waits for its files has not been sent. What was under way ends with its calls.
void sending_lost(State& state, const Error& error, Effects& effects);

// files.cpp
void on_uploaded(State& state, CallId id, const Result<Uploaded>& uploaded, Effects& effects);

// reactions.cpp
void react(State& state, chat::CommandId id, const chat::React& react, Effects& effects);
/// Of anybody, from /sync or history. The whole set of that person follows as an event unless `replayed`.
void on_reaction(State& state, Room& room, const Event& event, bool replayed, Effects& effects);
/// True when the redacted event was a reaction.
bool on_reaction_redacted(State& state, Room& room, std::string_view redacted, Effects& effects);

// signals.cpp: typing, read marks, presence; none of them waits for a limit.
void set_typing(State& state, chat::CommandId id, const chat::SetTyping& typing, Effects& effects);
void mark_read(State& state, chat::CommandId id, const chat::MarkRead& mark, Effects& effects);
void set_presence(State& state, chat::CommandId id, const chat::SetPresence& presence, Effects& effects);
void on_typing(State& state, Room& room, const nlohmann::json& content, Effects& effects);
void on_receipts(State& state, Room& room, const nlohmann::json& content, Effects& effects);
void on_presence(State& state, const Event& event, Effects& effects);
void expire_signals(State& state, Effects& effects);
std::optional<Instant> next_signal(const State& state);

// history.cpp
void get_history(State& state, chat::CommandId id, const chat::GetHistory& get, Effects& effects);

// searching.cpp
void list_rooms(State& state, chat::CommandId id, const chat::ListRooms& list, Effects& effects);
void search_people(State& state, chat::CommandId id, const chat::SearchPeople& search, Effects& effects);

// profiles.cpp
void get_profile(State& state, chat::CommandId id, const chat::GetProfile& get, Effects& effects);
void get_picture(State& state, chat::CommandId id, const chat::GetPicture& get, Effects& effects);
void set_picture(State& state, chat::CommandId id, const chat::SetPicture& set, Effects& effects);
void set_profile(State& state, chat::CommandId id, const chat::SetProfile& set, Effects& effects);
/// The display name, everywhere; nobody waits for it.
void be_called(State& state, const std::string& name, Effects& effects);
void set_nickname(State& state, chat::CommandId id, const chat::SetNickname& set, Effects& effects);
/// Name and picture of a person that the owner has among contacts or sees in a room.
void tell_profile(State& state, const std::string& user_id, Effects& effects);

// commands.cpp
void perform(State& state, chat::CommandId id, const chat::Command& command, Effects& effects);
/// What the network can do, and in this room.
chat::Capabilities capabilities();
chat::Capabilities capabilities_of(const State& state, const Room& room);

}  // namespace dragoman::backends::matrix
