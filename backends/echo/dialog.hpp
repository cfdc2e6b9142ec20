#pragma once

#include <optional>
#include <string>

#include "chat/dialog.hpp"
#include "net/loop.hpp"

namespace dragoman::backends::echo {

/// A dialog of a network with everything that one can have: two forms, an answer that is refused, a way back, and a
/// wait for something that happens elsewhere. Shows its steps at the end of the turn, never inside submit().
class Practice final : public chat::Dialog {
 public:
  Practice(net::Loop& loop, Show show);

  void submit(const chat::Fields& answers) override;
  void back() override;
  void cancel() override;

 private:
  void say(chat::Step step);

  Show show_;
  std::optional<chat::Step> step_;
  std::string word_;  // of the first form; empty: that is asked for
  Gate::Hook soon_;
  Timer listened_;
};

}  // namespace dragoman::backends::echo
