#include "verbs/makers.hpp"

namespace dragoman::verbs {

namespace {

constexpr Verb verb_table[] = {
    {"init", "Ask five questions, write a configuration, and say what the XMPP server has to be told", add_init},
    {"check", "Try the XMPP server, the networks, the database and the machine, and say what to do", add_check},
    {"backup", "Copy the database while the gateway runs", add_backup},
    {"restore", "Put a backup in the place of the database, while no gateway runs", add_restore},
};

}  // namespace

std::span<const Verb> all() { return verb_table; }

}  // namespace dragoman::verbs
