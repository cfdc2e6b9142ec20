#include <utility>

#include "backends/webhook/hook_dialog.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/token.hpp"

// Dialogs that give a webhook another address, or take it away with all else.

namespace dragoman::backends::webhook {

namespace {

class RotateDialog final : public HookDialog {
 public:
  RotateDialog(Hub& hub, const chat::Account& account, Show show) : HookDialog(hub, account, std::move(show)) {
    auto field = ask_hook();
    if (!field) return;
    chat::Form form;
    form.title = "Another address";
    form.instructions = "The webhook gets another address. The one that it has is good for 24 hours more.";
    form.fields.push_back(std::move(*field));
    say(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const Hook* known = chosen(answers);
    if (known == nullptr) return;
    Hook hook = *known;
    const Timestamp now = hub_.now();
    std::erase_if(hook.tokens, [&](const TokenHash& each) { return each.until && *each.until <= now; });
    for (TokenHash& each : hook.tokens) {
      if (!each.until) each.until = now + std::chrono::hours{24};
    }
    const Secret<std::string> token = make_token(hub_.services().random);
    hook.tokens.push_back({hash_of_token(bare_token(token.reveal())), std::nullopt});
    const std::string name = hook.name;
    hub_.change(std::move(hook));
    finish("The webhook " + name + " has another address. The one before it is good for 24 hours more.",
           show_address(hub_, name, token.reveal()));
  }
};

class DeleteDialog final : public HookDialog {
 public:
  DeleteDialog(Hub& hub, const chat::Account& account, Show show) : HookDialog(hub, account, std::move(show)) {
    auto field = ask_hook();
    if (!field) return;
    chat::Form form;
    form.title = "Delete a webhook";
    form.instructions = "Its address is answered with 410 from then on, and what it has said is forgotten here.";
    form.fields.push_back(std::move(*field));
    form.fields.push_back({chat::Field::Kind::boolean, "confirm", "Delete it", {}, {"0"}, {}, true});
    say(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const Hook* hook = chosen(answers);
    if (hook == nullptr) return;
    if (hook->owner != asker()) return refuse("hook", "Only its owner may delete it: " + hook->owner);
    if (!answers.flag("confirm")) return refuse("confirm", "Say yes to delete it.");
    const std::string name = hook->name;
    hub_.remove(name);
    finish("The webhook " + name + " is deleted.");
  }
};

}  // namespace

std::unique_ptr<chat::Dialog> make_rotate_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<RotateDialog>(hub, account, std::move(show));
}
std::unique_ptr<chat::Dialog> make_delete_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<DeleteDialog>(hub, account, std::move(show));
}

}  // namespace dragoman::backends::webhook
