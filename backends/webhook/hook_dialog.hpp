#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backends/webhook/hook.hpp"
#include "backends/webhook/time_text.hpp"
#include "base/gate.hpp"
#include "chat/dialog.hpp"

namespace dragoman::backends::webhook {

class Hub;

/// What the dialogs about hooks have in common: they say a step at the end of the turn, and are about a hook that their
/// person chooses.
class HookDialog : public chat::Dialog {
 public:
  HookDialog(Hub& hub, const chat::Account& account, Show show);
  void cancel() override {}

 protected:
  void say(chat::Step step);
  void refuse(const std::string& field, std::string text);
  void finish(std::string text, chat::Form result = {});
  void fail(std::string text);

  const std::string& asker() const { return owner_; }
  /// A field that asks for one of the hooks that this person may change; says that there are none and returns nothing.
  std::optional<chat::Field> ask_hook();
  /// The one that was chosen; nullptr: it was refused.
  const Hook* chosen(const chat::Fields& answers);

  Hub& hub_;

 private:
  std::string owner_;
  Show show_;
  std::optional<chat::Step> step_;
  Gate::Hook soon_;
};

using MakeDialog = std::unique_ptr<chat::Dialog> (*)(Hub& hub, const chat::Account& account, chat::Dialog::Show show);

std::unique_ptr<chat::Dialog> make_new_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_edit_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_answers_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_unsent_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_list_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_rotate_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_test_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_log_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_replay_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_mute_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_delete_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_export_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);

/// How a hook is reached, for who has just got its token: the address, and a line that tries it.
chat::Form show_address(const Hub& hub, const std::string& name, const std::string& token);

}  // namespace dragoman::backends::webhook
