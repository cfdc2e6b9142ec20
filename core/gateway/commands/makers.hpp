#pragma once

#include <memory>

#include "gateway/commands/command.hpp"

// One function a command, in the order of the table (table.cpp); each in the file of its subject.
namespace dragoman::gateway::commands {

using Made = std::unique_ptr<chat::Dialog>;

// account.cpp
Made make_register(Opening opening);
Made make_invitation(Opening opening);
Made make_unregister(Opening opening);
// status.cpp
Made make_status(Opening opening);
Made make_reconnect(Opening opening);
// person_settings.cpp
Made make_settings(Opening opening);
Made make_nick(Opening opening);
Made make_own_name(Opening opening);
// configure.cpp
Made make_configure(Opening opening);
// connections.cpp
Made make_connection_info(Opening opening);
Made make_disconnect_server(Opening opening);
Made make_disconnect_user(Opening opening);
// rooms.cpp
Made make_join(Opening opening);
Made make_leave(Opening opening);
// links.cpp
Made make_link(Opening opening);
Made make_unlink(Opening opening);
// stay.cpp
Made make_stay(Opening opening);
// room_list.cpp
Made make_rooms(Opening opening);
// people.cpp
Made make_search(Opening opening);
Made make_whois(Opening opening);
Made make_add(Opening opening);
Made make_block(Opening opening);
Made make_unblock(Opening opening);
Made make_contacts(Opening opening);
Made make_write(Opening opening);
// raw.cpp
Made make_raw(Opening opening);

// Of admins (XEP-0133): admin_numbers.cpp
Made make_numbers(Opening opening);
Made make_lists(Opening opening);
// admin_people.cpp
Made make_user_stats(Opening opening);
Made make_last_login(Opening opening);
Made make_end_session(Opening opening);
Made make_delete_user(Opening opening);
Made make_disable_user(Opening opening);
Made make_reenable_user(Opening opening);
Made make_add_user(Opening opening);
// admin_words.cpp
Made make_announce(Opening opening);
Made make_set_motd(Opening opening);
Made make_edit_motd(Opening opening);
Made make_delete_motd(Opening opening);
Made make_set_welcome(Opening opening);
Made make_delete_welcome(Opening opening);
// admin_page.cpp
Made make_web(Opening opening);
// admin_service.cpp
Made make_edit_blacklist(Opening opening);
Made make_edit_whitelist(Opening opening);
Made make_edit_admin(Opening opening);
Made make_restart(Opening opening);
Made make_shutdown(Opening opening);

}  // namespace dragoman::gateway::commands
