#pragma once

#include <memory>

#include "backends/matrix/hub.hpp"
#include "chat/dialog.hpp"

namespace dragoman::backends::matrix {

/// "knock": which room, and why; then the homeserver asks those who may let somebody in (client-server API, "Knocking
/// on rooms"). Their answer is an invitation. Outlived by `hub`.
std::unique_ptr<chat::Dialog> open_knock_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);

}  // namespace dragoman::backends::matrix
