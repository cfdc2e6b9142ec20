#include "verbs/makers.hpp"

namespace dragoman::verbs {

namespace {

constexpr Verb table[] = {
    {"status", "Say how the running gateway is", add_operator},
    {"spool", "Messages that wait or are held: list them, try them again, give them back", add_operator},
    {"user", "People: list, show, disconnect, delete, or give them other quotas", add_operator},
    {"room", "Rooms that people are in: list, show", add_operator},
    {"ban", "Who may not use the gateway: add, remove, list", add_operator},
    {"unban", "As ban remove", add_unban},
    {"bans", "As ban list", add_bans},
    {"log-level", "Say or change how much is logged", add_operator},
    {"debug", "Log everything about one person for a while", add_operator},
};

}  // namespace

std::span<const Verb> all() { return table; }

}  // namespace dragoman::verbs
