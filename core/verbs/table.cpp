#include "verbs/makers.hpp"

namespace dragoman::verbs {

namespace {

constexpr Verb verb_table[] = {
    {"init", "Ask five questions, write a configuration, and say what the XMPP server has to be told", add_init},
    {"check", "Try the XMPP server, the networks, the database and the machine, and say what to do", add_check},
    {"backup", "Copy the database while the gateway runs", add_backup},
    {"restore", "Put a backup in the place of the database, while no gateway runs", add_restore},
    {"import", "Bring over the people of another gateway, while no gateway runs, or print its bridges", add_import},
    {"matrix", "Write what a homeserver has to be told of the gateway as its application service", add_matrix},
    {"status", "Say how the running gateway is", add_operator},
    {"spool", "Messages that wait or are held: list them, try them again, give them back", add_operator},
    {"user", "People: list, show, disconnect, delete, or give them other quotas", add_operator},
    {"room", "Rooms that people are in: list, show", add_operator},
    {"ban", "Who may not use the gateway: add, remove, list", add_operator},
    {"unban", "As ban remove", add_unban},
    {"bans", "As ban list", add_bans},
    {"invite", "Codes with which people may register: make, take back, list", add_operator},
    {"bridge", "Bridges: list, make, remove, pause, resume, or explain what becomes of a text", add_operator},
    {"log-level", "Say or change how much is logged", add_operator},
    {"debug", "Log everything about one person for a while", add_operator},
};

}  // namespace

std::span<const Verb> all() { return verb_table; }

}  // namespace dragoman::verbs
