#include <utility>

#include "backends/webhook/dead_letters.hpp"
#include "backends/webhook/feed.hpp"
#include "backends/webhook/hook_dialog.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/time_text.hpp"

// What people said to a hook and its other side has not taken.

namespace dragoman::backends::webhook {

namespace {

using FieldKind = chat::Field::Kind;

constexpr std::size_t most_shown = 20;

/// The dead letters of a hook, and what waits.
class UnsentDialog final : public HookDialog {
 public:
  UnsentDialog(Hub& hub, const chat::Account& account, Show show) : HookDialog(hub, account, std::move(show)) {
    auto field = ask_hook();
    if (!field) return;
    chat::Form form;
    form.title = "What a webhook could not send";
    form.more = true;
    form.fields.push_back(std::move(*field));
    say(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    if (name_.empty()) {
      const Hook* hook = chosen(answers);
      if (hook == nullptr) return;
      name_ = hook->name;
      return ask();
    }
    Courier* courier = courier_of_hook();
    if (courier == nullptr) return fail("This webhook sends nothing.");
    const std::string& which = answers.get("which");
    if (which == "none") return finish("Nothing was done.");
    if (courier->queue().disabled()) enable();
    if (which == "waiting") {
      courier->retry();
      return finish("What waits is tried now.");
    }
    const auto sent = send_again(hub_, name_, which);
    if (!sent) return fail(sent.error().text);
    finish(std::to_string(*sent) + " of them are sent again.");
  }

 private:
  Courier* courier_of_hook() {
    Feed* feed = hub_.feed(name_);
    return feed == nullptr ? nullptr : feed->answering().courier();
  }

  void enable() {
    Hook hook = *hub_.book().find(name_);
    hook.outgoing->disabled.clear();
    hub_.change(std::move(hook));
  }

  void ask() {
    const Courier* courier = courier_of_hook();
    if (courier == nullptr) return finish("The webhook " + name_ + " sends nothing.");
    const Queue& queue = courier->queue();
    chat::Form form;
    form.title = "What " + name_ + " could not send";
    form.instructions =
        std::to_string(queue.size()) + " wait, " + std::to_string(queue.dead().size()) + " were given up.";
    if (queue.disabled())
      form.instructions += " It is disabled: " + queue.health().text + ". Sending again enables it.";
    chat::Field which;
    which.kind = FieldKind::choice;
    which.name = "which";
    which.label = "Send again";
    which.required = true;
    which.options = {{"none", "nothing"}, {"waiting", "what waits, now"}, {"all", "all that were given up"}};
    const auto& dead = queue.dead();
    for (auto each = dead.rbegin(); each != dead.rend() && which.options.size() < most_shown; ++each) {
      which.options.emplace_back(each->id, time_text(each->since) + ": " + each->why);
    }
    which.values = {"none"};
    form.fields.push_back(std::move(which));
    say(std::move(form));
  }

  std::string name_;
};

/// The dead letters alone, to be looked at; "replay" sends one of them again.
class DeadDialog final : public HookDialog {
 public:
  DeadDialog(Hub& hub, const chat::Account& account, Show show) : HookDialog(hub, account, std::move(show)) {
    auto field = ask_hook();
    if (!field) return;
    chat::Form form;
    form.title = "What a webhook has given up";
    form.fields.push_back(std::move(*field));
    say(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const Hook* hook = chosen(answers);
    if (hook == nullptr) return;
    const Courier* courier = hub_.feed(hook->name)->answering().courier();
    if (courier == nullptr) return finish("The webhook " + hook->name + " sends nothing.");
    const auto& dead = courier->queue().dead();
    if (dead.empty()) return finish("The webhook " + hook->name + " has given up nothing.");
    chat::Form form;
    form.title = "What " + hook->name + " has given up";
    for (const auto& [name, label] :
         {std::pair{"time", "Time (UTC)"}, {"why", "Why"}, {"attempts", "Attempts"}, {"id", "Id"}}) {
      form.columns.push_back({FieldKind::text, name, label, {}, {}, {}});
    }
    for (auto each = dead.rbegin(); each != dead.rend(); ++each) {
      form.rows.push_back({time_text(each->since), each->why, std::to_string(each->attempts), each->id});
    }
    std::string text =
        std::to_string(dead.size()) + " were given up, the newest first; \"replay\" sends one again by its id";
    const std::string url = hub_.dead_letters_url(hook->name, asker());
    if (!url.empty()) {
      text += ". What they said, and all of them at once, for half an hour: " + url;
      form.fields.push_back({FieldKind::text, "url", "In a browser", {}, {url}, {}});
    }
    finish(std::move(text), std::move(form));
  }
};

}  // namespace

std::unique_ptr<chat::Dialog> make_unsent_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<UnsentDialog>(hub, account, std::move(show));
}
std::unique_ptr<chat::Dialog> make_dead_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<DeadDialog>(hub, account, std::move(show));
}

}  // namespace dragoman::backends::webhook
