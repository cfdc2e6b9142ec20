#include <utility>

#include "backends/webhook/hook_dialog.hpp"
#include "backends/webhook/hub.hpp"
#include "base/text.hpp"

// Dialogs that bring a webhook into rooms of other networks and into bridges, and out of them.

namespace dragoman::backends::webhook {

namespace {

/// Asks for a hook and the address of a room.
class RoomDialog : public HookDialog {
 public:
  RoomDialog(Hub& hub, const chat::Account& account, Show show, const char* title, const char* instructions)
      : HookDialog(hub, account, std::move(show)) {
    auto field = ask_hook();
    if (!field) return;
    chat::Form form;
    form.title = title;
    form.instructions = instructions;
    form.fields.push_back(std::move(*field));
    form.fields.push_back({chat::Field::Kind::text,
                           "room",
                           "Room or bridge",
                           "Like dev@conference.example.org; a room of a network here: #tea@irc.example.org; all rooms "
                           "of a bridge: bridge:dev",
                           {},
                           {},
                           true});
    say(std::move(form));
  }
  void submit(const chat::Fields& answers) override {
    const Hook* hook = chosen(answers);
    if (hook != nullptr) about(hook->name, std::string{text::trim(answers.get("room"))});
  }

 private:
  virtual void about(const std::string& hook, const std::string& room) = 0;
};

class BindDialog final : public RoomDialog {
 public:
  BindDialog(Hub& hub, const chat::Account& account, Show show)
      : RoomDialog(hub, account, std::move(show), "Have a webhook speak in a room",
                   "The room has to want it too: one of its moderators invites the webhook, or says so there. A "
                   "bridge takes it from those whom its operator names.") {}

 private:
  void about(const std::string& hook, const std::string& room) override {
    auto wanted = hub_.rooms().want(hook, room, asker());
    wanted ? finish(std::move(*wanted)) : refuse("room", wanted.error().text);
  }
};

class UnbindDialog final : public RoomDialog {
 public:
  UnbindDialog(Hub& hub, const chat::Account& account, Show show)
      : RoomDialog(hub, account, std::move(show), "Take a webhook out of a room", "It speaks there no more.") {}

 private:
  void about(const std::string& hook, const std::string& room) override {
    const auto released = hub_.rooms().release(hook, room);
    released ? finish(hook + " is not in " + room + " any more.") : refuse("room", released.error().text);
  }
};

}  // namespace

std::unique_ptr<chat::Dialog> make_bind_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<BindDialog>(hub, account, std::move(show));
}
std::unique_ptr<chat::Dialog> make_unbind_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<UnbindDialog>(hub, account, std::move(show));
}

}  // namespace dragoman::backends::webhook
