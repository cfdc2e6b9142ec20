#include <algorithm>
#include <optional>
#include <utility>

#include "backends/webhook/feed.hpp"
#include "backends/webhook/hook_dialog.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/out_format.hpp"
#include "backends/webhook/signature.hpp"
#include "backends/webhook/template.hpp"
#include "backends/webhook/time_text.hpp"
#include "backends/webhook/wanted.hpp"
#include "base/text.hpp"
#include "chat/session.hpp"
#include "net/connect.hpp"

// Where what people say to a hook goes.

namespace dragoman::backends::webhook {

namespace {

using FieldKind = chat::Field::Kind;

std::string written(const chat::Fields& answers, const std::string& name) {
  const auto given = answers.all().find(name);
  std::string text;
  if (given == answers.all().end()) return text;
  for (const std::string& line : given->second) text += (text.empty() ? "" : "\n") + line;
  return text;
}

chat::Form answers_form(const Hook& hook) {
  const Outgoing out = hook.outgoing.value_or(Outgoing{});
  chat::Form form;
  form.title = "What people say to " + hook.name;
  form.instructions = out.url.empty() ? "Nothing is sent now. With an address here, what people say to the webhook is "
                                        "sent there, signed, and what is answered is said here."
                                      : "The address that there is stays when the field is empty.";
  const auto add = [&](FieldKind kind, const char* name, const char* label,
                       std::vector<std::string> values) -> chat::Field& {
    return form.fields.emplace_back(chat::Field{kind, name, label, {}, std::move(values), {}});
  };
  add(FieldKind::secret, "url", "Address (https://...)", {});
  chat::Field& format = add(FieldKind::choice, "format", "Format", {out.format});
  for (const OutFormat each : all_out_formats())
    format.options.emplace_back(std::string{name_of(each)}, std::string{name_of(each)});
  chat::Field& events = add(FieldKind::choices, "events", "What is sent", out.events);
  for (const Happening::Type each : all_types())
    events.options.emplace_back(std::string{name_of(each)}, std::string{name_of(each)});
  if (out.events.empty()) events.values = {"message.created", "message.updated", "message.deleted"};
  add(FieldKind::text, "prefix", "Only texts that begin with", {out.prefix});
  add(FieldKind::text, "pattern", "Only texts that fit this regular expression", {out.pattern});
  add(FieldKind::boolean, "mention", "In the room only texts that name the webhook", {out.mention_only ? "1" : "0"});
  add(FieldKind::lines, "template", "Template, of the format \"template\"", {out.text_template});
  add(FieldKind::text, "fingerprint", "Only with the certificate that has this SHA-256", {out.fingerprint});
  add(FieldKind::boolean, "replies", "Say what is answered", {out.replies ? "1" : "0"});
  if (!out.secrets.empty()) {
    add(FieldKind::boolean, "off", "Send nothing any more", {"0"});
    add(FieldKind::boolean, "rotate", "Make a new secret (the old one signs too, until the next one)", {"0"});
  }
  add(FieldKind::boolean, "ping", "Send a test", {"0"});
  return form;
}

/// Which of two forms: the hook is chosen, then where it sends.
class AnswersDialog final : public HookDialog {
 public:
  AnswersDialog(Hub& hub, const chat::Account& account, Show show) : HookDialog(hub, account, std::move(show)) {
    ask();
  }
  ~AnswersDialog() override { *alive_ = nullptr; }

  void back() override {
    name_.clear();
    ask();
  }
  void submit(const chat::Fields& answers) override {
    if (!name_.empty()) return change(answers);
    const Hook* hook = chosen(answers);
    if (hook == nullptr) return;
    name_ = hook->name;
    say(answers_form(*hook));
  }

 private:
  void ask() {
    auto field = ask_hook();
    if (!field) return;
    chat::Form form;
    form.title = "Send what people say to a webhook somewhere";
    form.more = true;
    form.fields.push_back(std::move(*field));
    say(std::move(form));
  }

  void change(const chat::Fields& answers) {
    const Hook* known = hub_.book().find(name_);
    if (known == nullptr || !may_change(*known, asker())) return fail("This webhook is not there any more.");
    const std::string url{text::trim(answers.get("url"))};
    if (answers.flag("off")) {
      Hook hook = *known;
      hook.outgoing.reset();
      hub_.change(std::move(hook));
      return finish("The webhook " + name_ + " sends nothing any more.");
    }
    Outgoing out = known->outgoing.value_or(Outgoing{});
    out.format = answers.get("format");
    out.events.clear();
    if (const auto given = answers.all().find("events"); given != answers.all().end()) out.events = given->second;
    out.prefix = answers.get("prefix");
    out.pattern = answers.get("pattern");
    out.mention_only = answers.flag("mention");
    out.text_template = written(answers, "template");
    out.replies = answers.flag("replies");
    out.fingerprint = std::string{text::trim(answers.get("fingerprint"))};
    if (!out.fingerprint.empty()) {
      auto fingerprint = net::parse_fingerprint(out.fingerprint);
      if (!fingerprint) return refuse("fingerprint", fingerprint.error().text);
      out.fingerprint = std::move(*fingerprint);
    }
    if (url.empty() && out.url.empty()) return refuse("url", "Where to?");
    if (const auto format = out_format_named(out.format); !format) return refuse("format", "There is no such format.");
    if (const auto wanted = Wanted::read(out); !wanted) {
      return refuse(out.pattern.empty() ? "events" : "pattern", wanted.error().text);
    }
    if (const auto compiled = Template::compile(out.text_template); !compiled) {
      return refuse("template", compiled.error().text);
    }
    shows_secret_ = out.secrets.empty() || answers.flag("rotate");
    if (shows_secret_) out.secrets.insert(out.secrets.begin(), make_secret(hub_.services().random));
    if (out.secrets.size() > 2) out.secrets.resize(2);
    pings_ = answers.flag("ping");
    if (url.empty()) return keep(std::move(out));
    out.url = Secret<std::string>{url};
    hub_.check_target(url, [alive = alive_, out = std::move(out)](const Result<net::Url>& checked) {
      if (*alive != nullptr) (*alive)->on_checked(checked, out);
    });
  }

  void on_checked(const Result<net::Url>& checked, const Outgoing& out) {
    if (checked) return keep(out);
    const Hook* known = hub_.book().find(name_);
    if (known == nullptr) return fail("This webhook is not there any more.");
    refuse("url", checked.error().text);
  }

  void keep(Outgoing out) {
    const Hook* known = hub_.book().find(name_);
    if (known == nullptr || !may_change(*known, asker())) return fail("This webhook is not there any more.");
    Hook hook = *known;
    out.disabled.clear();
    hook.outgoing = out;
    hub_.change(std::move(hook));
    chat::Form result;
    if (shows_secret_) {
      result.title = "Webhook " + name_;
      result.instructions = "This is shown once. By it the other side knows that a request is from here.";
      result.fields.push_back(
          {FieldKind::text, "secret", "Secret (Standard Webhooks)", {}, {out.secrets.front().reveal()}, {}});
      const auto format = out_format_named(out.format);
      if (format == OutFormat::slack || format == OutFormat::mattermost) {
        result.fields.push_back(
            {FieldKind::text, "token", "Token in its requests", {}, {slack_token(out.secrets.front())}, {}});
      }
    }
    std::string text = "What people say to the webhook " + name_ + " is sent now.";
    Feed* feed = hub_.feed(name_);
    if (pings_ && feed != nullptr) {
      const auto sent = feed->answering().ping(asker());
      text += sent ? " A test is on its way." : " The test was not sent: " + sent.error().text;
    }
    finish(std::move(text), std::move(result));
  }

  std::string name_;  // of the hook; empty: it is asked for
  bool shows_secret_ = false, pings_ = false;
  // Shared with the look-up, which may end when this is gone.
  std::shared_ptr<AnswersDialog*> alive_ = std::make_shared<AnswersDialog*>(this);
};

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
    std::vector<std::string> ids;
    for (const Queue::Dead& each : courier->queue().dead()) {
      if (which == "all" || which == each.id) ids.push_back(each.id);
    }
    for (const std::string& id : ids) {
      if (const auto replayed = courier->replay(id); !replayed) return fail(replayed.error().text);
    }
    finish(std::to_string(ids.size()) + " of them are sent again.");
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

}  // namespace

std::unique_ptr<chat::Dialog> make_answers_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<AnswersDialog>(hub, account, std::move(show));
}
std::unique_ptr<chat::Dialog> make_unsent_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<UnsentDialog>(hub, account, std::move(show));
}

}  // namespace dragoman::backends::webhook
