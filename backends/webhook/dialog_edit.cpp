#include <algorithm>
#include <utility>

#include "backends/webhook/event_list.hpp"
#include "backends/webhook/filter.hpp"
#include "backends/webhook/format.hpp"
#include "backends/webhook/formats/prose.hpp"
#include "backends/webhook/hook_dialog.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/signature.hpp"
#include "backends/webhook/template.hpp"
#include "base/settings.hpp"
#include "base/text.hpp"
#include "net/address_ranges.hpp"
#include "net/http.hpp"

// Dialogs that change a webhook.

namespace dragoman::backends::webhook {

namespace {

using FieldKind = chat::Field::Kind;
using Choices = std::vector<std::pair<std::string, std::string>>;

/// Takes away a stored secret, where an empty field keeps it.
constexpr const char* no_secret = "-";

const Choices over_options{
    {"digest", "are told together, a minute later"}, {"reject", "are refused"}, {"drop", "are not told"}};
const Choices resolved_options{
    {"reply", "as an answer to it"}, {"edit", "in its place"}, {"new", "as a message of its own"}};

std::size_t place_in(const Choices& options, const std::string& value) {
  const auto found =
      std::find_if(options.begin(), options.end(), [&](const auto& each) { return each.first == value; });
  return found == options.end() ? 0 : static_cast<std::size_t>(found - options.begin());
}

std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& each : lines) all += (all.empty() ? "" : "\n") + each;
  return all;
}

/// What is wrong: the field and a sentence.
struct Mistake {
  std::string field, text;
};
using Checked = std::optional<Mistake>;

chat::Form edit_form(const Hook& hook) {
  chat::Form form;
  form.title = "Webhook " + hook.name;
  form.instructions = "Secrets are not shown: leave them empty to keep them, write - to take them away.";
  form.back = true;
  const auto add = [&](FieldKind kind, const char* name, const char* label, std::vector<std::string> values,
                       Choices options = {}) {
    form.fields.push_back({kind, name, label, {}, std::move(values), std::move(options)});
  };
  Choices formats{{"auto", "Find out"}};
  for (const Format each : all_formats()) formats.emplace_back(std::string{name_of(each)}, std::string{name_of(each)});
  add(FieldKind::text, "title", "Title", {hook.title});
  add(FieldKind::text, "picture", "Picture (where it is, https://...; at most 64 KiB)", {hook.picture});
  add(FieldKind::choice, "format", "What programs send", {hook.format.empty() ? "auto" : hook.format},
      std::move(formats));
  add(FieldKind::choice, "target", "Who reads it", {hook.tells_owner ? "me" : "room"},
      {{"me", "Its owner, as messages of a contact"}, {"room", "Who is in its room or has it as a contact"}});
  add(FieldKind::boolean, "public", "Everybody may find and read it", {hook.is_public ? "1" : "0"});
  add(FieldKind::addresses, "readers", "Who else may read it (addresses)", hook.readers);
  add(FieldKind::addresses, "co_owners", "Who else may change it (addresses)", hook.co_owners);
  add(FieldKind::choice, "over", "Requests over the rate", {over_options[static_cast<std::size_t>(hook.over)].first},
      over_options);
  add(FieldKind::choice, "resolved", "The end of an alert is told",
      {resolved_options[static_cast<std::size_t>(hook.resolved)].first}, resolved_options);
  add(FieldKind::text, "events", "Events to tell (\"push, release.*\" or \"*, !star.*\")", {hook.events});
  add(FieldKind::lines, "filter", "Filter (a rule in JSON)", {hook.filter});
  add(FieldKind::lines, "template", "Template (Mustache)", {hook.text_template});
  add(FieldKind::text, "signature", "Signature (github, standard, slack, forgejo, gitlab-token, sentry, grafana, ...)",
      {hook.proof.signature});
  add(FieldKind::secret, "secret", "Secret of the signature", {});
  add(FieldKind::secret, "bearer", "Bearer token that requests must bring", {});
  add(FieldKind::secret, "basic", "name:password that requests must bring", {});
  add(FieldKind::lines, "addresses", "Addresses that requests may come from (10.0.0.0/8, a line each)",
      {joined(hook.proof.addresses)});
  add(FieldKind::boolean, "paused", "Refuse all requests", {hook.paused ? "1" : "0"});
  add(FieldKind::boolean, "sends_only", "Take none at all: it only sends what people say",
      {hook.sends_only ? "1" : "0"});
  return form;
}

void take_secret(const chat::Fields& answers, const std::string& name, Secret<std::string>& secret) {
  const std::string& given = answers.get(name);
  if (given.empty()) return;
  secret = given == no_secret ? Secret<std::string>{} : Secret<std::string>{given};
}

Checked take_reading(const chat::Fields& answers, Hook& hook) {
  const std::string& format = answers.get("format");
  hook.format = format == "auto" ? std::string{} : format;
  if (!hook.format.empty() && !format_named(hook.format)) return Mistake{"format", "There is no format of this name."};
  hook.events = std::string{text::trim(answers.get("events"))};
  if (const auto parsed = EventList::parse(hook.events); !parsed) return Mistake{"events", parsed.error().text};
  hook.filter = joined(lines_of(answers, "filter"));
  if (const auto parsed = Filter::parse(hook.filter); !hook.filter.empty() && !parsed) {
    return Mistake{"filter", parsed.error().text};
  }
  hook.text_template = text_of(answers, "template");
  if (const auto compiled = Template::compile(hook.text_template); !compiled) {
    return Mistake{"template", compiled.error().text};
  }
  return std::nullopt;
}

Checked take_proof(const chat::Fields& answers, Proof& proof) {
  proof.signature = std::string{text::trim(answers.get("signature"))};
  const std::string& secret = answers.get("secret");
  if (secret == no_secret || proof.signature.empty()) proof.secrets.clear();
  if (!proof.signature.empty()) {
    const auto scheme = read_scheme(proof.signature);
    if (!scheme) return Mistake{"signature", scheme.error().text};
    if (!secret.empty() && secret != no_secret) {
      const Secret<std::string> given{secret};
      if (const auto good = check_secret(*scheme, given); !good) return Mistake{"secret", good.error().text};
      // The one before is good for as long as senders need to change: until there is another one.
      proof.secrets.insert(proof.secrets.begin(), given);
      if (proof.secrets.size() > 2) proof.secrets.resize(2);
    }
    if (proof.secrets.empty()) return Mistake{"secret", "A signature needs a secret."};
  }
  take_secret(answers, "bearer", proof.bearer);
  take_secret(answers, "basic", proof.basic);
  if (!proof.basic.empty() && proof.basic.reveal().find(':') == std::string::npos) {
    return Mistake{"basic", "Write it as name:password."};
  }
  proof.addresses = lines_of(answers, "addresses");
  net::AddressRanges ranges;
  for (const std::string& each : proof.addresses) {
    if (const auto added = ranges.add(each); !added) return Mistake{"addresses", added.error().text};
  }
  return std::nullopt;
}

class EditDialog final : public ChangeDialog {
 public:
  EditDialog(Hub& hub, const chat::Account& account, Show show)
      : ChangeDialog(hub, account, std::move(show), "Change a webhook") {}

 private:
  void show_settings(const Hook& hook) override { say(edit_form(hook)); }
  void change(const Hook& known, const chat::Fields& answers) override {
    Hook hook = known;
    hook.title = std::string{text::trim(text::without_controls(answers.get("title"), false))};
    const std::string picture{text::trim(answers.get("picture"))};
    hook.picture = formats::web_address(picture);
    if (!picture.empty() && (hook.picture != picture || !net::parse_url(picture))) {
      return refuse("picture", "Write where it is, https://example.org/picture.png.");
    }
    hook.tells_owner = answers.get("target") != "room";
    hook.is_public = answers.flag("public");
    hook.readers = lines_of(answers, "readers");
    hook.co_owners = lines_of(answers, "co_owners");
    hook.over = static_cast<Hook::Over>(place_in(over_options, answers.get("over")));
    hook.resolved = static_cast<Hook::Resolved>(place_in(resolved_options, answers.get("resolved")));
    hook.paused = answers.flag("paused");
    hook.sends_only = answers.flag("sends_only");
    Checked wrong = take_reading(answers, hook);
    if (!wrong) wrong = take_proof(answers, hook.proof);
    if (wrong) return refuse(wrong->field, wrong->text);
    hub_.change(std::move(hook));
    finish("The webhook " + name() + " is changed.");
  }
};

class MuteDialog final : public HookDialog {
 public:
  MuteDialog(Hub& hub, const chat::Account& account, Show show) : HookDialog(hub, account, std::move(show)) {
    auto field = ask_hook();
    if (!field) return;
    chat::Form form;
    form.title = "Mute a webhook";
    form.instructions = "What comes meanwhile is in its log, and can be said with the command \"replay\".";
    form.fields.push_back(std::move(*field));
    form.fields.push_back({FieldKind::text, "for", "For how long", "30m, 2h, 7d; 0 ends it", {"2h"}, {}, true});
    say(std::move(form));
  }

  void submit(const chat::Fields& answers) override {
    const Hook* known = chosen(answers);
    if (known == nullptr) return;
    Hook hook = *known;
    const std::string name = hook.name;
    if (answers.get("for") == "0") {
      hook.muted_until.reset();
      hub_.change(std::move(hook));
      return finish("The webhook " + name + " speaks again.");
    }
    const auto duration = parse_duration(answers.get("for"));
    if (!duration || *duration <= Duration{}) return refuse("for", "Write it like 30m, 2h or 7d.");
    hook.muted_until = hub_.now() + std::chrono::duration_cast<std::chrono::milliseconds>(*duration);
    const std::string until = time_text(*hook.muted_until);
    hub_.change(std::move(hook));
    finish("The webhook " + name + " says nothing until " + until + " UTC.");
  }
};

}  // namespace

std::unique_ptr<chat::Dialog> make_edit_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<EditDialog>(hub, account, std::move(show));
}
std::unique_ptr<chat::Dialog> make_mute_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<MuteDialog>(hub, account, std::move(show));
}

}  // namespace dragoman::backends::webhook
