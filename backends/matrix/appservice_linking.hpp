#pragma once

#include <memory>

#include "backends/matrix/hub.hpp"
#include "chat/dialog.hpp"

namespace dragoman::backends::matrix {

/// "link-account": somebody says which account of the homeserver is theirs, and proves it by writing a code from there
/// to the service's own user; from then on the application service speaks for that account, without its password.
/// Outlived by `hub`, which has an application service.
std::unique_ptr<chat::Dialog> open_linking_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);

}  // namespace dragoman::backends::matrix
