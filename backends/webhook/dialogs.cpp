#include "backends/webhook/dialogs.hpp"

#include <utility>

#include "backends/webhook/dialog_about.hpp"
#include "backends/webhook/hook_dialog.hpp"
#include "backends/webhook/hub.hpp"

namespace dragoman::backends::webhook {

namespace {

using Audience = chat::DialogOffer::Audience;

struct DialogRow {
  const char* name;
  const char* title;
  Audience audience;
  MakeDialog make;
};
constexpr DialogRow dialog_rows[] = {
    {"new", "Make a webhook", Audience::registered, make_new_dialog},
    {"list", "List webhooks", Audience::anybody, make_list_dialog},
    {"edit", "Change a webhook", Audience::registered, make_edit_dialog},
    {"answers", "Send what people say to a webhook somewhere", Audience::registered, make_answers_dialog},
    {"unsent", "Show what a webhook could not send, and send it again", Audience::registered, make_unsent_dialog},
    {"dead", "Show what a webhook has given up sending", Audience::registered, make_dead_dialog},
    {"bind", "Have a webhook speak in a room of another network", Audience::registered, make_bind_dialog},
    {"unbind", "Take a webhook out of a room of another network", Audience::registered, make_unbind_dialog},
    {"rotate", "Give a webhook another address", Audience::registered, make_rotate_dialog},
    {"test", "Have a webhook say an example", Audience::registered, make_test_dialog},
    {"log", "Show the last requests to a webhook", Audience::registered, make_log_dialog},
    {"replay", "Say again what a request said", Audience::registered, make_replay_dialog},
    {"mute", "Mute a webhook", Audience::registered, make_mute_dialog},
    {"delete", "Delete a webhook", Audience::registered, make_delete_dialog},
    {"export", "Export the settings of a webhook", Audience::registered, make_export_dialog},
};

}  // namespace

std::vector<chat::DialogOffer> hook_dialogs() {
  std::vector<chat::DialogOffer> offers;
  for (const DialogRow& row : dialog_rows) offers.push_back({row.name, row.title, row.audience});
  return offers;
}

std::unique_ptr<chat::Dialog> open_hook_dialog(Hub& hub, const std::string& name, const chat::Account& account,
                                               chat::Dialog::Show show) {
  for (const DialogRow& row : dialog_rows) {
    if (name == row.name) return row.make(hub, account, std::move(show));
  }
  return nullptr;
}

std::unique_ptr<chat::Dialog> open_dialog_about_hook(Hub& hub, const std::string& hook, const std::string& name,
                                                     const chat::Account& account, chat::Dialog::Show show) {
  for (const DialogRow& row : dialog_rows) {
    if (name == row.name) return std::make_unique<DialogAbout>(hub, hook, row.make, account, std::move(show));
  }
  return nullptr;
}

HookDialog::HookDialog(Hub& hub, const chat::Account& account, Show show)
    : hub_(hub), owner_(account.owner), show_(std::move(show)), soon_(hub.services().loop.gate(), [this] {
        // The dialog may be over when this returns, and what it calls with it.
        const Show shown = show_;
        const chat::Step step = std::move(*std::exchange(step_, {}));
        shown(step);
      }) {}

void HookDialog::say(chat::Step step) {
  step_ = std::move(step);
  soon_.arm();
}

void HookDialog::refuse(const std::string& field, std::string text) {
  say(chat::Refused{Fault::unacceptable, field, std::move(text)});
}

void HookDialog::finish(std::string text, chat::Form result) {
  say(chat::Finished{std::move(text), std::move(result), false});
}

void HookDialog::fail(std::string text) { say(chat::Finished{std::move(text), {}, true}); }

std::optional<chat::Field> HookDialog::ask_hook() {
  const auto hooks = hub_.changeable_by(owner_);
  if (hooks.empty()) {
    fail("You have no webhooks. Make one with the command \"new\".");
    return std::nullopt;
  }
  chat::Field field;
  field.kind = chat::Field::Kind::choice;
  field.name = "hook";
  field.label = "Webhook";
  field.required = true;
  for (const Hook* each : hooks) field.options.emplace_back(each->name, each->shown());
  field.values = {hooks.front()->name};
  return field;
}

const Hook* HookDialog::chosen(const chat::Fields& answers) {
  const Hook* hook = hub_.book().find(answers.get("hook"));
  if (hook != nullptr && may_change(*hook, owner_)) return hook;
  refuse("hook", "You have no webhook of this name.");
  return nullptr;
}

chat::Form show_address(const Hub& hub, const std::string& name, const std::string& token) {
  const std::string url = hub.url_of(token);
  chat::Form form;
  form.title = "Webhook " + name;
  form.instructions = "This is shown once. Whoever has the address can send.";
  const auto add = [&](const char* field, const char* label, std::string value) {
    form.fields.push_back({chat::Field::Kind::text, field, label, {}, {std::move(value)}, {}});
  };
  add("url", "Address for programs", url);
  add("curl", "Try it", "curl -d 'Hello from curl' " + url);
  add("contact", "As a contact", name + '@' + hub.jid());
  add("room", "As a room", '#' + name + '@' + hub.jid());
  return form;
}

}  // namespace dragoman::backends::webhook
