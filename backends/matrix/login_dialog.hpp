#pragma once

#include <memory>

#include "backends/matrix/login_desk.hpp"
#include "chat/dialog.hpp"

namespace dragoman::backends::matrix {

/// "login": which way, then what that way needs, then the account (chat::Finished::account). Outlived by `hub` and
/// `desk`.
///
///   ways: password | an access token | single sign-on: a link, and the token that it ends with | a code for the
///         browser (OAuth): a link and a code, and we ask until they were entered
std::unique_ptr<chat::Dialog> open_login_dialog(Hub& hub, LoginDesk& desk, const chat::Account& account,
                                                chat::Dialog::Show show);

}  // namespace dragoman::backends::matrix
