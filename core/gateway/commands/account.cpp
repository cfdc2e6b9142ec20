#include <utility>

#include "base/timers.hpp"
#include "gateway/commands/makers.hpp"
#include "gateway/complaint.hpp"
#include "gateway/registrations.hpp"
#include "gateway/user.hpp"

// The account of the person who asks: the same as jabber:iq:register (XEP-0077).

namespace dragoman::gateway::commands {

namespace {

/// What takes longer is announced; most networks answer before that.
constexpr auto moment = std::chrono::seconds{4};

class Register final : public Command {
 public:
  explicit Register(Opening opening) : Command(std::move(opening)), slow_(context().timers) {
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
    const std::function<void(Result<Registrations::Kept>)> ended = [this](Result<Registrations::Kept> kept) {
      on_ended(std::move(kept));
    };
    ended_ = false;
    context().registrations.keep(asker(), answers, false, take_effect_and(guarded(ended)));
    if (!ended_) slow_.set_after(moment, [this] { wait("Logging in to " + network_name() + " ..."); });
  }

  void cancel() override {
    if (!std::exchange(ended_, true)) context().registrations.give_up(asker(), "You have given this up.");
  }

 private:
  /// The account is there also when nobody waits for this command any more.
  Registrations::Ended take_effect_and(Registrations::Ended then) {
    return [&desk = desk(), person = asker(), then = std::move(then)](Result<Registrations::Kept> kept) {
      if (kept) desk.context.registrations.take_effect(person, *kept);
      then(std::move(kept));
    };
  }
  void on_ended(Result<Registrations::Kept> kept) {
    ended_ = true;
    slow_.clear();
    if (!kept) {
      if (kept.error().fault == Fault::limited) return fail(kept.error().text);
      Complaint complaint = read_complaint(kept.error(), context().registrations.form(asker()));
      return refuse(std::move(complaint.field), std::move(complaint.text));
    }
    const std::string& domain = context().link.jid().str();
    finish(kept->anew ? "You are registered as " + kept->account.nickname + ". Allow " + domain +
                            " to see when you are online: it connects you then."
                      : "Your account was changed: " + kept->account.nickname + '.');
  }

  bool ended_ = true;  ///< nothing is under way
  Timer slow_;
};

/// Gives an invitation code: whoever then registers, or logs in to the network in a way of its own, needs no other.
class Redeem final : public Command {
 public:
  explicit Redeem(Opening opening) : Command(std::move(opening)) {
    chat::Form form;
    form.title = "Redeem an invitation code";
    form.fields.push_back(make_field(chat::Field::Kind::text, "invitation", "Invitation code",
                                     "The operator gives codes to people", true));
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const auto taken = context().registrations.redeem_code(asker(), answers.get("invitation"));
    if (taken) return finish("You may register now: write \"register\", or use the form.");
    if (taken.error().fault == Fault::limited) return fail(taken.error().text);
    Complaint complaint = read_complaint(taken.error(), context().registrations.form(asker()));
    refuse(std::move(complaint.field), std::move(complaint.text));
  }
};

class Unregister final : public Command {
 public:
  explicit Unregister(Opening opening) : Command(std::move(opening)) {
    chat::Form form;
    form.title = "Unregister";
    form.instructions = "This removes your account here with its password, your contacts, rooms and settings.";
    form.more = !lost_too().empty();
    form.fields.push_back(make_field(chat::Field::Kind::boolean, "confirm", "Remove the account", {}, true));
    show(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    if (!answers.flag("confirm")) return finish("Your account stays as it is.");
    const std::string lost = lost_too();
    if (!lost.empty() && !std::exchange(asked_again_, true)) {
      chat::Form form;
      form.title = "Unregister";
      form.instructions = lost;
      form.fields.push_back(make_field(chat::Field::Kind::boolean, "confirm", "Remove all of it", {}, true));
      return show(std::move(form));
    }
    const auto erased = context().registrations.erase(asker());
    if (!erased) return fail(erased.error().text);
    context().registrations.end(asker());
    finish("You are not registered any more.");
  }

 private:
  std::string lost_too() {
    const User* known = context().find(asker().bare_view());
    return known == nullptr ? std::string{} : context().network.lost_with(known->account());
  }

  bool asked_again_ = false;
};

}  // namespace

Made make_register(Opening opening) { return std::make_unique<Register>(std::move(opening)); }
Made make_invitation(Opening opening) { return std::make_unique<Redeem>(std::move(opening)); }
Made make_unregister(Opening opening) { return std::make_unique<Unregister>(std::move(opening)); }

}  // namespace dragoman::gateway::commands
