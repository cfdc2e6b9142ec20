#pragma once

#include <string>

#include "backends/irc/hub.hpp"
#include "base/gate.hpp"
#include "chat/dialog.hpp"
#include "chat/network.hpp"

namespace dragoman::backends::irc {

/// Asks for the code that the network has sent to whoever wants an account (account_registration.hpp).
class VerifyDialog final : public chat::Dialog {
 public:
  VerifyDialog(Hub& hub, const chat::Account& account, Show show);
  ~VerifyDialog() override;
  VerifyDialog(const VerifyDialog&) = delete;
  VerifyDialog& operator=(const VerifyDialog&) = delete;

  void submit(const chat::Fields& answers) override;
  void cancel() override {}
  /// The answer of the network, in a sentence.
  void answered(const Result<std::string>& answer);

 private:
  void show_soon(chat::Step step);

  Hub& hub_;
  std::string owner_;
  chat::Step step_;
  Show show_;
  Gate::Hook hook_;
};

}  // namespace dragoman::backends::irc
