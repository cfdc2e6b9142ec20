#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/dialog.hpp"

namespace dragoman::backends::webhook {

class Hub;
struct Hook;

/// Dialogs of hook_dialogs() that are asked for at the hook itself: which one is meant is known, and not asked for.
class DialogAbout final : public chat::Dialog {
 public:
  using Make = std::unique_ptr<chat::Dialog> (*)(Hub& hub, const chat::Account& account, Show show);
  DialogAbout(Hub& hub, std::string hook, Make make, const chat::Account& account, Show show);

  void submit(const chat::Fields& answers) override;
  void back() override { inner_->back(); }
  void cancel() override { inner_->cancel(); }

 private:
  void on_step(const chat::Step& step);

  std::string hook_;
  Show show_;
  bool asks_for_hook_ = false;  ///< the form that is open does, of itself
  std::unique_ptr<chat::Dialog> inner_;
};

}  // namespace dragoman::backends::webhook
