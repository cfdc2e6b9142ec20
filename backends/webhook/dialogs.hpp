#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chat/account.hpp"
#include "chat/dialog.hpp"

namespace dragoman::backends::webhook {

class Hub;

/// What people do with their hooks: new, list, edit, rotate, test, log, replay, mute, delete, export.
std::vector<chat::DialogOffer> hook_dialogs();
/// `hub` outlives the dialog.
std::unique_ptr<chat::Dialog> open_hook_dialog(Hub& hub, const std::string& name, const chat::Account& account,
                                               chat::Dialog::Show show);

/// The same for one hook, which is not asked for; nullptr: there is no such dialog.
std::unique_ptr<chat::Dialog> open_dialog_about_hook(Hub& hub, const std::string& hook, const std::string& name,
                                                     const chat::Account& account, chat::Dialog::Show show);

}  // namespace dragoman::backends::webhook
