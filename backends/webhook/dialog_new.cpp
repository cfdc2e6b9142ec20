#include <memory>
#include <optional>
#include <utility>

#include "backends/webhook/format.hpp"
#include "backends/webhook/hook_dialog.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/signature.hpp"
#include "backends/webhook/token.hpp"
#include "base/text.hpp"

namespace dragoman::backends::webhook {

namespace {

/// The address of a room elsewhere that a target names, "room:dev@conference.example.org", or a bridge, "bridge:dev";
/// empty: it names none.
std::string room_in(std::string_view target) {
  target = text::trim(target);
  const bool named = target.starts_with("room:");
  if (named) target = text::trim(target.substr(5));
  if (text::ascii_lower(target).starts_with("bridge:")) return std::string{target};
  return named || target.find('@') != std::string_view::npos ? std::string{target} : std::string{};
}

/// What a request has to bring beside the address: "bearer", "basic" or a signature, "github" or "hmac:github"; with
/// its secret. The field that is wrong, and why; nothing: all is well.
std::optional<std::pair<const char*, std::string>> take_auth(const chat::Fields& answers, Proof& proof) {
  std::string_view auth = text::trim(answers.get("auth"));
  const std::string& secret = answers.get("secret");
  if (auth.empty() || auth == "url-token") {
    if (secret.empty()) return std::nullopt;
    return std::pair{"auth", std::string{"What is the secret for? Write bearer, basic, or a signature like github."}};
  }
  if (secret.empty()) return std::pair{"secret", std::string{"This needs a secret."}};
  if (auth == "bearer") {
    proof.bearer = Secret<std::string>{secret};
  } else if (auth == "basic") {
    if (secret.find(':') == std::string::npos) return std::pair{"secret", std::string{"Write it as name:password."}};
    proof.basic = Secret<std::string>{secret};
  } else {
    if (auth.starts_with("hmac:")) auth.remove_prefix(5);
    const auto scheme = read_scheme(auth);
    if (!scheme) return std::pair{"auth", scheme.error().text};
    const Secret<std::string> key{secret};
    if (const auto good = check_secret(*scheme, key); !good) return std::pair{"secret", good.error().text};
    proof.signature = to_string(*scheme);
    proof.secrets = {key};
  }
  return std::nullopt;
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
         "address of a room elsewhere, like room:dev@conference.example.org; the rooms of a bridge: bridge:dev",
         {"me"},
         {}});
    form.fields.push_back({chat::Field::Kind::boolean, "public", "Everybody may find and read it", {}, {"0"}, {}});
    form.fields.push_back({chat::Field::Kind::choice,
                           "direction",
                           "Which way",
                           {},
                           {"in"},
                           {{"in", "Programs send to it"},
                            {"both", "And what people say to it is sent on"},
                            {"out", "Only what people say is sent"}}});
    form.fields.push_back(
        {chat::Field::Kind::secret, "answers", "Where what people say is sent (https://...)", {}, {}, {}});
    form.fields.push_back({chat::Field::Kind::text,
                           "auth",
                           "What requests have to bring beside the address",
                           "url-token (nothing), bearer, basic, or a signature: github, standard, slack ...",
                           {"url-token"},
                           {}});
    form.fields.push_back({chat::Field::Kind::secret, "secret", "The secret of that", {}, {}, {}});
    say(std::move(form));
  }

  ~NewDialog() override { *alive_ = nullptr; }

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
      if (const auto may = hub_.rooms().may_want(hook.name, room, asker()); !may)
        return refuse("target", may.error().text);
    } else if (!is_target(answers.get("target"))) {
      return refuse("target", "Write me, room, the address of a room, or bridge: and the name of a bridge.");
    }
    hook.tells_owner = answers.get("target") != "room" && room.empty();
    hook.sends_only = answers.get("direction") == "out";
    if (const auto wrong = take_auth(answers, hook.proof)) return refuse(wrong->first, wrong->second);
    const std::string url{text::trim(answers.get("answers"))};
    if (!url.empty()) {
      hook.outgoing.emplace();
      hook.outgoing->url = Secret<std::string>{url};
      hook.outgoing->secrets = {make_secret(hub_.services().random)};
      return hub_.check_target(url, [alive = alive_, hook = std::move(hook), room](const Result<net::Url>& checked) {
        if (*alive == nullptr) return;
        checked ? (*alive)->add(hook, room) : (*alive)->refuse("answers", checked.error().text);
      });
    }
    const std::string& direction = answers.get("direction");
    if (direction == "out" || direction == "both") return refuse("answers", "Where to?");
    add(std::move(hook), room);
  }

 private:
  void add(Hook hook, const std::string& room) {
    hook.made = hub_.now();
    const Secret<std::string> token = make_token(hub_.services().random);
    hook.tokens.push_back({hash_of_token(bare_token(token.reveal())), std::nullopt});
    const std::string name = hook.name;
    const auto outgoing = hook.outgoing;
    const bool sends_only = hook.sends_only;
    if (const auto added = hub_.add(std::move(hook)); !added) {
      if (added.error().fault == Fault::conflict) return refuse("name", added.error().text);
      return fail(added.error().text);
    }
    std::string text = "Your webhook " + name + " is ready.";
    if (sends_only) text += " It takes no requests, until \"edit\" lets it.";
    if (!room.empty()) {
      const auto wanted = hub_.rooms().want(name, room, asker());
      text += ' ' + (wanted ? *wanted : wanted.error().text);
    }
    chat::Form result = show_address(hub_, name, token.reveal());
    if (outgoing) {
      result.fields.push_back({chat::Field::Kind::text,
                               "signing_secret",
                               "What it sends is signed with (Standard Webhooks)",
                               {},
                               {outgoing->secrets.front().reveal()},
                               {}});
    }
    finish(std::move(text), std::move(result));
  }

  // Shared with the look-up, which may end when this is gone.
  std::shared_ptr<NewDialog*> alive_ = std::make_shared<NewDialog*>(this);
};

}  // namespace

std::unique_ptr<chat::Dialog> make_new_dialog(Hub& hub, const chat::Account& account, chat::Dialog::Show show) {
  return std::make_unique<NewDialog>(hub, account, std::move(show));
}
}  // namespace dragoman::backends::webhook
