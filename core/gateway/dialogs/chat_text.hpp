#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/dialog.hpp"
#include "gateway/dialogs/offer.hpp"

// What the gateway writes in a chat, as one message each.
namespace dragoman::gateway::dialogs {

/// All commands by group, in a few lines. `about`: what stands before them.
std::string help_text(const std::vector<Offer>& offers, std::string_view about);
/// One command: "join #room [password]: Join a room", and the URI that executes it in clients with commands (XEP-0147).
std::string help_text(const Offer& offer, std::string_view service);
/// The fields and the table of a form that is only looked at, a line each.
std::string table_text(const chat::Form& form);
/// The end of a dialog: its text, then what table_text says.
std::string result_text(const chat::Finished& finished);
std::string wait_text(const chat::Wait& wait);

}  // namespace dragoman::gateway::dialogs
