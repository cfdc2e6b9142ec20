#include <utility>

#include "backends/webhook/format.hpp"
#include "backends/webhook/hook_dialog.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/token.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

/// The address of a room elsewhere that a target names: "room:dev@conference.example.org"; empty: it names none.
std::string room_in(std::string_view target) {
  target = text::trim(target);
  const bool named = target.starts_with("room:");
  if (named) target = text::trim(target.substr(5));
  return named || target.find('@') != std::string_view::npos ? std::string{target} : std::string{};
}

bool is_target(const std::string& target) { return target.empty() || target == "me" || target == "room"; }

class NewDialog final : public HookDialog {
 public:
  NewDialog(Hub& hub, const chat::Account& account, Show show) : HookDialog(hub, account, std::move(show)) {
    if (!is_listed(hub.config().create, account.owner)) {
      fail("You may not make webhooks here; ask whoever operates " + hub.jid() + '.');
      return;
    }
    if (!hub.has_listener()) {
      fail("Webhooks cannot be reached here: the operator has not set up [http].");
      return;
    }
    chat::Form form;
    form.title = "A new webhook";
    form.instructions = "What programs send to its address is said by a contact and in a room of this name.";
    form.fields.push_back(
        {chat::Field::Kind::text, "name", "Name", "Small letters, digits, '.', '_' and '-'", {}, {}, true});
    chat::Field format{chat::Field::Kind::choice, "format", "What programs send", {}, {"auto"}, {{"auto", "Find out"}}};
    for (const Format each : all_formats()) {
      format.options.emplace_back(std::string{name_of(each)}, std::string{name_of(each)});
    }
    form.fields.push_back(std::move(format));
    form.fields.push_back(
        {chat::Field::Kind::text,
         "target",
         "Who reads it",
         "\"me\": I, as messages of a contact; \"room\": who is in its room or has it as a contact; the "
         "address of a room elsewhere, like room:dev@conference.example.org",
         {"me"},
         {}});
    form.fields.push_back({chat::Field::Kind::boolean, "public", "Everybody may find and read it", {}, {"0"}, {}});
    say(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    Hook hook;
    hook.name = text::ascii_lower(text::trim(answers.get("name")));
    if (!is_hook_name(hook.name)) {
      return refuse("name", "A name has small letters, digits, '.', '_' and '-', at most 64, like ci-builds.");
    }
    const std::string& format = answers.get("format");
    if (!format.empty() && format != "auto") {
      if (!format_named(format)) return refuse("format", "There is no format of this name.");
      hook.format = format;
    }
    hook.owner = asker();
    hook.is_public = answers.flag("public");
    const std::string room = room_in(answers.get("target"));
    if (!room.empty()) {
      if (const auto may = hub_.rooms().may_want(room); !may) return refuse("target", may.error().text);
    } else if (!is_target(answers.get("target"))) {
      return refuse("target", "Write me, room, or the address of a room.");
    }
    hook.tells_owner = answers.get("target") != "room" && room.empty();
    hook.made = hub_.now();
    const Secret<std::string> token = make_token(hub_.services().random);
    hook.tokens.push_back({hash_of_token(bare_token(token.reveal())), std::nullopt});
    const std::string name = hook.name;
    if (const auto added = hub_.add(std::move(hook)); !added) {
      if (added.error().fault == Fault::conflict) return refuse("name", added.error().text);
      return fail(added.error().text);
    }
    std::string text = "Your webhook " + name + " is ready.";
    if (!room.empty()) {
      const auto wanted = hub_.rooms().want(name, room, asker());
      text += ' ' + (wanted ? *wanted : wanted.error().text);
    }
    finish(std::move(text), show_address(hub_, name, token.reveal()));
  }
};

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

std::unique_ptr<chat::Dialog> make_new_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<NewDialog>(hub, account, std::move(show));
}
std::unique_ptr<chat::Dialog> make_rotate_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<RotateDialog>(hub, account, std::move(show));
}
std::unique_ptr<chat::Dialog> make_delete_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<DeleteDialog>(hub, account, std::move(show));
}

}  // namespace dragoman::backends::webhook
