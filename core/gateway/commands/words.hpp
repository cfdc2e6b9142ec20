#pragma once

#include "gateway/commands/word.hpp"

// One function a word, in the order of the table (words.cpp); each in the file of its subject.
namespace dragoman::gateway::commands {

// words_status.cpp
void say_program_status(Call call);
void say_network_status(Call call);
// words_spool.cpp
void list_spool(Call call);
void release_from_spool(Call call);
void return_from_spool(Call call);
// words_user.cpp
void list_users(Call call);
void show_user(Call call);
void disconnect_user(Call call);
void delete_user(Call call);
void change_quota(Call call);
// words_room.cpp
void list_rooms(Call call);
void show_room(Call call);
// words_ban.cpp
void add_ban(Call call);
void remove_ban(Call call);
void list_bans(Call call);
// words_invite.cpp
void add_invite(Call call);
void remove_invite(Call call);
void list_invites(Call call);
// words_bridge.cpp
void list_bridges(Call call);
void make_bridge(Call call);
void remove_bridge(Call call);
void pause_bridge(Call call);
void resume_bridge(Call call);
void explain_bridge(Call call);
// words_log.cpp
void change_log_level(Call call);
void debug_person(Call call);

}  // namespace dragoman::gateway::commands
