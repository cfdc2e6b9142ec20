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

/// A dialog of two forms: a hook is chosen, then something of it is changed.
class ChangeDialog : public HookDialog {
 public:
  ChangeDialog(Hub& hub, const chat::Account& account, Show show, const char* title);
  void back() override;
  void submit(const chat::Fields& answers) final;

 protected:
  /// Shows the form about this hook.
  virtual void show_settings(const Hook& hook) = 0;
  /// The answers to it; the hook is there, and the asker may change it.
  virtual void change(const Hook& known, const chat::Fields& answers) = 0;
  /// Of the hook that was chosen.
  const std::string& name() const { return name_; }
  /// The one that was chosen; nullptr: it is gone by now, or theirs no longer, and that was said.
  const Hook* still_theirs();

 private:
  void ask();

  const char* title_;
  std::string name_;  // empty: it is asked for
};

/// The lines of an answer as they are, and as a list of those that say something.
std::string text_of(const chat::Fields& answers, const std::string& name);
std::vector<std::string> lines_of(const chat::Fields& answers, const std::string& name);

using MakeDialog = std::unique_ptr<chat::Dialog> (*)(Hub& hub, const chat::Account& account, chat::Dialog::Show show);

std::unique_ptr<chat::Dialog> make_new_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_edit_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_answers_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_unsent_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_dead_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_bind_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
std::unique_ptr<chat::Dialog> make_unbind_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show);
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
