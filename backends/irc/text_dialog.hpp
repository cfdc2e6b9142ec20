#pragma once

#include <utility>

#include "base/gate.hpp"
#include "chat/dialog.hpp"
#include "chat/network.hpp"

namespace dragoman::backends::irc {

/// Tells something, and asks nothing.
class TextDialog final : public chat::Dialog {
 public:
  TextDialog(Gate& gate, chat::Finished step, Show show)
      : step_(std::move(step)), show_(std::move(show)), hook_(gate, [this] { show_(std::exchange(step_, {})); }) {
    hook_.arm();
  }

  void submit(const chat::Fields&) override {}
  void cancel() override {}

 private:
  chat::Finished step_;
  Show show_;
  Gate::Hook hook_;
};

}  // namespace dragoman::backends::irc
