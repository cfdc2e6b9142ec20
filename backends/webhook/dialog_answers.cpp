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
#include "base/settings.hpp"
#include "base/text.hpp"
#include "chat/session.hpp"
#include "net/connect.hpp"

// Where what people say to a hook goes.

namespace dragoman::backends::webhook {

namespace {

using FieldKind = chat::Field::Kind;

constexpr unsigned most_at_once = 8;

chat::Form answers_form(const Hook& hook, const QueueLimits& queue) {
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
  add(FieldKind::boolean, "own", "Only what people say here, not what a bridge tells from other rooms",
      {out.ignore_bridged ? "1" : "0"});
  add(FieldKind::lines, "template", "Template, of the format \"template\"", {out.text_template});
  add(FieldKind::text, "fingerprint", "Only with the certificate that has this SHA-256", {out.fingerprint});
  add(FieldKind::boolean, "replies", "Say what is answered", {out.replies ? "1" : "0"});
  add(FieldKind::text, "max_age", "How long a message is tried (24h)", {short_duration(queue.longest_wait)});
  add(FieldKind::text, "max_block", "How long one that is not digested holds up those behind it (30m)",
      {short_duration(queue.longest_block)});
  chat::Field& at_once = add(FieldKind::number, "concurrency", "Requests at once (more than one gives up the order)",
                             {std::to_string(queue.concurrency)});
  at_once.least = 1;
  at_once.most = most_at_once;
  if (!out.secrets.empty()) {
    add(FieldKind::boolean, "off", "Send nothing any more", {"0"});
    add(FieldKind::boolean, "rotate", "Make a new secret (the old one signs too, until the next one)", {"0"});
  }
  add(FieldKind::boolean, "ping", "Send a test", {"0"});
  return form;
}

/// Takes how the queue is to be. What is left empty, or is as the network has it, follows the network. The name of the
/// field that is wrong; empty: none.
std::string take_queue(const chat::Fields& answers, const QueueLimits& usual, Outgoing& out) {
  const auto take = [&](const char* field, Duration longest, Duration common, Duration& value) {
    const std::string given{text::trim(answers.get(field))};
    if (given.empty()) return true;
    const auto read = parse_duration(given);
    if (!read || *read <= Duration{} || *read > longest) return false;
    value = *read == common ? Duration{} : *read;
    return true;
  };
  if (!take("max_age", std::chrono::hours{24 * 7}, usual.longest_wait, out.max_age)) return "max_age";
  if (!take("max_block", std::chrono::hours{24}, usual.longest_block, out.max_block)) return "max_block";
  const std::string given{text::trim(answers.get("concurrency"))};
  if (given.empty()) return {};
  if (given.size() != 1 || given < "1" || given > std::to_string(most_at_once)) return "concurrency";
  const auto count = static_cast<unsigned>(given.front() - '0');
  out.concurrency = count == usual.concurrency ? 0 : count;
  return {};
}

class AnswersDialog final : public ChangeDialog {
 public:
  AnswersDialog(Hub& hub, const chat::Account& account, Show show)
      : ChangeDialog(hub, account, std::move(show), "Send what people say to a webhook somewhere") {}
  ~AnswersDialog() override { *alive_ = nullptr; }

 private:
  void show_settings(const Hook& hook) override {
    say(answers_form(hook, hub_.queue_limits(hook.outgoing.value_or(Outgoing{}))));
  }

  void change(const Hook& known, const chat::Fields& answers) override {
    const std::string url{text::trim(answers.get("url"))};
    if (answers.flag("off")) {
      Hook hook = known;
      hook.outgoing.reset();
      hub_.change(std::move(hook));
      return finish("The webhook " + name() + " sends nothing any more.");
    }
    Outgoing out = known.outgoing.value_or(Outgoing{});
    out.format = answers.get("format");
    out.events.clear();
    if (const auto given = answers.all().find("events"); given != answers.all().end()) out.events = given->second;
    out.prefix = answers.get("prefix");
    out.pattern = answers.get("pattern");
    out.mention_only = answers.flag("mention");
    out.ignore_bridged = answers.flag("own");
    out.text_template = text_of(answers, "template");
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
    if (const std::string wrong = take_queue(answers, hub_.queue_limits(Outgoing{}), out); !wrong.empty()) {
      return refuse(wrong, wrong == "concurrency" ? "From 1 to 8." : "Write it like 30m, 2h or 1d; a week at most.");
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
    if (still_theirs() != nullptr) refuse("url", checked.error().text);
  }

  void keep(Outgoing out) {
    const Hook* known = still_theirs();
    if (known == nullptr) return;
    Hook hook = *known;
    out.disabled.clear();
    hook.outgoing = out;
    hub_.change(std::move(hook));
    chat::Form result;
    if (shows_secret_) {
      result.title = "Webhook " + name();
      result.instructions = "This is shown once. By it the other side knows that a request is from here.";
      result.fields.push_back(
          {FieldKind::text, "secret", "Secret (Standard Webhooks)", {}, {out.secrets.front().reveal()}, {}});
      const auto format = out_format_named(out.format);
      if (format == OutFormat::slack || format == OutFormat::mattermost) {
        result.fields.push_back(
            {FieldKind::text, "token", "Token in its requests", {}, {slack_token(out.secrets.front())}, {}});
      }
    }
    std::string text = "What people say to the webhook " + name() + " is sent now.";
    Feed* feed = hub_.feed(name());
    if (pings_ && feed != nullptr) {
      const auto sent = feed->answering().ping(asker());
      text += sent ? " A test is on its way." : " The test was not sent: " + sent.error().text;
    }
    finish(std::move(text), std::move(result));
  }

  bool shows_secret_ = false, pings_ = false;
  // Shared with the look-up, which may end when this is gone.
  std::shared_ptr<AnswersDialog*> alive_ = std::make_shared<AnswersDialog*>(this);
};

}  // namespace

std::unique_ptr<chat::Dialog> make_answers_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<AnswersDialog>(hub, account, std::move(show));
}

}  // namespace dragoman::backends::webhook
