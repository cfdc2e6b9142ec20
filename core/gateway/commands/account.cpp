#include "gateway/commands/makers.hpp"
#include "gateway/complaint.hpp"
#include "gateway/registrations.hpp"
#include "gateway/user.hpp"

// The account of the person who asks: the same as jabber:iq:register (XEP-0077).

namespace dragoman::gateway::commands {

namespace {

class Register final : public Command {
 public:
  explicit Register(Opening opening) : Command(std::move(opening)) {
    const auto may = context().registrations.may_register(asker());
    if (!may) {
      fail(may.error().text);
      return;
    }
    chat::Form form = context().registrations.form(asker());
    form.type = "jabber:iq:register";
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    auto kept = context().registrations.keep(asker(), answers);
    if (!kept) {
      if (kept.error().fault == Fault::limited) return fail(kept.error().text);
      Complaint complaint = read_complaint(kept.error(), context().registrations.form(asker()));
      return refuse(std::move(complaint.field), std::move(complaint.text));
    }
    const bool anew = kept->anew;
    const std::string nickname = kept->account.nickname;
    context().registrations.take_effect(asker(), std::move(*kept));
    const std::string& domain = context().link.jid().str();
    finish(anew ? "You are registered as " + nickname + ". Allow " + domain +
                      " to see when you are online: it connects you then."
                : "Your account was changed: " + nickname + '.');
  }
};

class Unregister final : public Command {
 public:
  explicit Unregister(Opening opening) : Command(std::move(opening)) {
    chat::Form form;
    form.title = "Unregister";
    form.instructions = "This removes your account here with its password, your contacts, rooms and settings.";
    form.fields.push_back(make_field(chat::Field::Kind::boolean, "confirm", "Remove the account", {}, true));
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    if (!answers.flag("confirm")) return finish("Your account stays as it is.");
    const auto erased = context().registrations.erase(asker());
    if (!erased) return fail(erased.error().text);
    context().registrations.end(asker());
    finish("You are not registered any more.");
  }
};

}  // namespace

Made make_register(Opening opening) { return std::make_unique<Register>(std::move(opening)); }
Made make_unregister(Opening opening) { return std::make_unique<Unregister>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
