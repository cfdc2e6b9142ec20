#pragma once

#include <string>

#include "base/gate.hpp"
#include "chat/dialog.hpp"
#include "chat/network.hpp"

namespace dragoman::backends::irc {

/// Shows what the services of the network have to be told for SASL EXTERNAL.
class CertificateDialog final : public chat::Dialog {
 public:
  CertificateDialog(Gate& gate, const chat::Account& account, Show show);

  void submit(const chat::Fields&) override {}
  void cancel() override {}

 private:
  chat::Finished step_;
  Show show_;
  Gate::Hook hook_;
};

}  // namespace dragoman::backends::irc
