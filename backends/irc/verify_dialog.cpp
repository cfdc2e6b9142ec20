#include "backends/irc/verify_dialog.hpp"

#include <utility>

#include "backends/irc/connection.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

chat::Form code_form() {
  chat::Form form;
  form.title = "Verify your account";
  form.instructions = "Enter the code that the network has sent to you.";
  chat::Field code;
  code.name = "code";
  code.label = "Code";
  code.required = true;
  form.fields.push_back(std::move(code));
  return form;
}

}  // namespace

VerifyDialog::VerifyDialog(Hub& hub, const chat::Account& account, Show show)
    : hub_(hub),
      owner_(account.owner),
      show_(std::move(show)),
      hook_(hub.services().loop.gate(), [this] { show_(std::exchange(step_, {})); }) {
  hub_.verifies(*this, owner_);
  show_soon(code_form());
}

VerifyDialog::~VerifyDialog() { hub_.verifies_no_more(*this); }

void VerifyDialog::show_soon(chat::Step step) {
  step_ = std::move(step);
  hook_.arm();
}

void VerifyDialog::submit(const chat::Fields& answers) {
  const std::string code{text::trim(answers.get("code"))};
  if (code.empty()) return show_soon(chat::Refused{Fault::unacceptable, "code", "a code is needed"});
  Connection* connection = hub_.connection_of(owner_);
  if (connection == nullptr) {
    return answered(failure(Fault::unavailable, "you are not connected to the network just now"));
  }
  connection->verify_account(code);
}

void VerifyDialog::answered(const Result<std::string>& answer) {
  if (answer) return show_soon(chat::Finished{*answer, {}});
  if (answer.error().fault == Fault::unacceptable) {
    return show_soon(chat::Refused{Fault::unacceptable, "code", answer.error().text});
  }
  show_soon(chat::Finished{answer.error().text, {}, true});
}

}  // namespace dragoman::backends::irc
