#include <gtest/gtest.h>

#include "backends/webhook/dialogs.hpp"
#include "support/webhook_script.hpp"

namespace dragoman::backends::webhook {
namespace {

using namespace std::chrono_literals;

/// Somebody goes through a dialog about hooks.
struct WebhookDialog : HooksScript {
  /// The last step of a dialog that is given these answers, form by form.
  chat::Step plays(const std::string& name, const std::vector<chat::Fields>& answers = {},
                   const std::string& jid = "alice@test") {
    chat::Account account;
    account.owner = jid;
    std::optional<chat::Step> shown;
    const auto dialog = open_hook_dialog(*hub, name, account, [&](const chat::Step& step) { shown = step; });
    settle();
    for (const chat::Fields& each : answers) {
      dialog->submit(each);
      settle();
    }
    return *shown;
  }
  static chat::Fields fields(std::initializer_list<std::pair<const char*, const char*>> all) {
    chat::Fields made;
    for (const auto& [name, value] : all) made.set(name, std::string{value});
    return made;
  }
  static std::string shown_in(const chat::Step& step, const std::string& name) {
    for (const chat::Field& each : std::get<chat::Finished>(step).result.fields) {
      if (each.name == name) return each.values.front();
    }
    return {};
  }
  /// The path of the address that was shown.
  static std::string path_in(const chat::Step& step) {
    return shown_in(step, "url").substr(std::string{"https://gateway.test"}.size());
  }
  static bool failed(const chat::Step& step) { return std::get<chat::Finished>(step).failed; }
};

TEST_F(WebhookDialog, MakesAHookWhoseAddressWorks) {
  Listener& alice = comes("alice@test");
  const auto made = plays("new", {fields({{"name", "CI"}, {"format", "auto"}})});
  ASSERT_TRUE(std::holds_alternative<chat::Finished>(made));
  EXPECT_TRUE(shown_in(made, "curl").starts_with("curl -d "));
  EXPECT_EQ(shown_in(made, "contact"), "ci@hook.test");
  EXPECT_EQ(posts(path_in(made), "hello").status, 200);
  EXPECT_EQ(alice.texts(), std::vector<std::string>{"hello"});
  for (const auto& [key, text] : kept) {
    EXPECT_EQ(text.find(path_in(made).substr(7)), std::string::npos) << "the token itself is kept nowhere: " << key;
  }
}

/// The same at the hook itself.
struct WebhookDialogAtHook : WebhookDialog {
  chat::Step plays_at(const std::string& hook, const std::string& name, const std::vector<chat::Fields>& answers = {}) {
    chat::Account account;
    account.owner = "alice@test";
    std::optional<chat::Step> shown;
    const auto dialog =
        open_dialog_about_hook(*hub, hook, name, account, [&](const chat::Step& step) { shown = step; });
    settle();
    for (const chat::Fields& each : answers) {
      dialog->submit(each);
      settle();
    }
    return *shown;
  }
};

TEST_F(WebhookDialogAtHook, DoesNotAskWhichOneIsMeant) {
  make("ab");
  make("ci");
  Listener& alice = comes("alice@test");
  EXPECT_FALSE(failed(plays_at("ci", "test")));
  EXPECT_EQ(alice.all<chat::MessageReceived>().front().conversation.person.text, "ci");
  const auto asks = plays_at("ci", "mute");
  ASSERT_TRUE(std::holds_alternative<chat::Form>(asks));
  EXPECT_EQ(std::get<chat::Form>(asks).fields.size(), 1U);
  EXPECT_FALSE(failed(plays_at("ci", "mute", {fields({{"for", "2h"}})})));
  EXPECT_TRUE(hub->book().find("ci")->muted_until);
  EXPECT_FALSE(hub->book().find("ab")->muted_until);
  const auto settings = plays_at("ci", "edit");
  ASSERT_TRUE(std::holds_alternative<chat::Form>(settings));
  EXPECT_EQ(std::get<chat::Form>(settings).title, "Webhook ci");
  EXPECT_FALSE(std::get<chat::Form>(settings).back);
}

TEST_F(WebhookDialogAtHook, EveryDialogMayBeAskedForThere) {
  make("ci");
  comes("alice@test");
  for (const chat::DialogOffer& each : hook_dialogs()) {
    const auto step = plays_at("ci", each.name);
    const auto* form = std::get_if<chat::Form>(&step);
    if (form == nullptr) continue;
    for (const chat::Field& field : form->fields) EXPECT_NE(field.name, "hook") << each.name;
  }
}

TEST_F(WebhookDialog, KeepsHowTheQueueIsToBe) {
  make("ci", [](Hook& hook) {
    hook.outgoing.emplace();
    hook.outgoing->url = Secret<std::string>{"https://192.0.2.1/in"};
  });
  const auto set = [&](const char* age, const char* at_once) {
    return plays("answers",
                 {fields({{"hook", "ci"}}),
                  fields({{"format", "standard"}, {"max_age", age}, {"max_block", "30m"}, {"concurrency", at_once}})});
  };
  EXPECT_EQ(std::get<chat::Refused>(set("8d", "1")).field, "max_age");
  EXPECT_EQ(std::get<chat::Refused>(set("2h", "9")).field, "concurrency");
  EXPECT_FALSE(failed(set("2h", "3")));
  const auto queue = hub->queue_limits(*hub->book().find("ci")->outgoing);
  EXPECT_EQ(queue.longest_wait, 2h);
  EXPECT_EQ(queue.longest_block, config.max_block);
  EXPECT_EQ(queue.concurrency, 3U);
  config.max_block = 5min;
  ASSERT_TRUE(hub->take_settings(config));
  EXPECT_EQ(hub->queue_limits(*hub->book().find("ci")->outgoing).longest_block, 5min) << "it follows the operator";
  const std::string toml = std::get<chat::Finished>(plays("export", {fields({{"hook", "ci"}})})).text;
  EXPECT_NE(toml.find("max_age = \"2h\""), std::string::npos) << toml;
  EXPECT_EQ(toml.find("192.0.2.1"), std::string::npos) << "an address may hold what lets somebody in";
}

TEST_F(WebhookDialog, RefusesNamesThatAreNoneOrTaken) {
  EXPECT_EQ(std::get<chat::Refused>(plays("new", {fields({{"name", "a b"}})})).field, "name");
  plays("new", {fields({{"name", "ci"}})});
  EXPECT_EQ(std::get<chat::Refused>(plays("new", {fields({{"name", "ci"}})})).field, "name");
}

TEST_F(WebhookDialog, MakesAsManyAsOneMayHave) {
  config.hooks_per_owner = 1;
  restart();
  EXPECT_FALSE(failed(plays("new", {fields({{"name", "one"}})})));
  EXPECT_TRUE(failed(plays("new", {fields({{"name", "two"}})})));
  config.create = {"elsewhere.example"};
  restart();
  EXPECT_TRUE(failed(plays("new", {}, "bob@test"))) << "who may not make hooks is not even asked";
}

TEST_F(WebhookDialog, GivesAnotherAddress) {
  const std::string before = path_in(plays("new", {fields({{"name", "ci"}})}));
  const std::string after = path_in(plays("rotate", {fields({{"hook", "ci"}})}));
  EXPECT_NE(before, after);
  EXPECT_EQ(posts(after, "x").status, 200);
  EXPECT_EQ(posts(before, "x").status, 200);
  advance(24h);
  EXPECT_EQ(posts(before, "x").status, 404);
}

TEST_F(WebhookDialog, IsAboutOnesOwnHooksOnly) {
  make("ci", [](Hook& hook) { hook.is_public = true; });
  EXPECT_TRUE(failed(plays("log", {}, "bob@test")));
  plays("new", {fields({{"name", "bobs"}})}, "bob@test");
  EXPECT_TRUE(std::holds_alternative<chat::Refused>(plays("log", {fields({{"hook", "ci"}})}, "bob@test")));
  EXPECT_EQ(std::get<chat::Finished>(plays("list", {}, "bob@test")).result.rows.size(), 2U);
}

TEST_F(WebhookDialog, DeletesByItsOwnerAndWhenSheIsSure) {
  const std::string path = path_in(plays("new", {fields({{"name", "ci"}})}));
  Hook hook = *hub->book().find("ci");
  hook.co_owners = {"bob@test"};
  hub->change(hook);
  EXPECT_TRUE(
      std::holds_alternative<chat::Refused>(plays("delete", {fields({{"hook", "ci"}, {"confirm", "1"}})}, "bob@test")));
  EXPECT_TRUE(std::holds_alternative<chat::Refused>(plays("delete", {fields({{"hook", "ci"}})})));
  EXPECT_FALSE(failed(plays("delete", {fields({{"hook", "ci"}, {"confirm", "1"}})})));
  EXPECT_EQ(posts(path, "x").status, 410);
}

TEST_F(WebhookDialog, SaysAgainWhatWasMuted) {
  const std::string path = path_in(plays("new", {fields({{"name", "ci"}})}));
  Listener& alice = comes("alice@test");
  EXPECT_TRUE(std::holds_alternative<chat::Refused>(plays("mute", {fields({{"hook", "ci"}, {"for", "soon"}})})));
  plays("mute", {fields({{"hook", "ci"}, {"for", "2h"}})});
  posts(path, "quiet");
  EXPECT_TRUE(alice.texts().empty());
  const auto log = std::get<chat::Finished>(plays("log", {fields({{"hook", "ci"}})})).result;
  ASSERT_EQ(log.rows.size(), 1U);
  const std::string id = log.rows.front().back();
  EXPECT_FALSE(failed(plays("replay", {fields({{"hook", "ci"}, {"id", id.c_str()}})})));
  EXPECT_EQ(alice.texts(), std::vector<std::string>{"quiet"});
}

TEST_F(WebhookDialog, ChangesNothingWhenSomethingIsWrong) {
  make("ci");
  const auto edits = [&](std::initializer_list<std::pair<const char*, const char*>> all) {
    return plays("edit", {fields({{"hook", "ci"}}), fields(all)});
  };
  EXPECT_EQ(std::get<chat::Refused>(edits({{"template", "{{#a}}"}})).field, "template");
  EXPECT_EQ(std::get<chat::Refused>(edits({{"filter", "{"}})).field, "filter");
  EXPECT_EQ(std::get<chat::Refused>(edits({{"signature", "rot13"}, {"secret", "x"}})).field, "signature");
  EXPECT_EQ(std::get<chat::Refused>(edits({{"signature", "github"}})).field, "secret");
  EXPECT_EQ(std::get<chat::Refused>(edits({{"addresses", "everywhere"}})).field, "addresses");
  for (const char* wrong : {"tea.png", "mailto:alice@test", "https://"}) {
    EXPECT_EQ(std::get<chat::Refused>(edits({{"picture", wrong}})).field, "picture") << wrong;
  }
  EXPECT_TRUE(hub->book().find("ci")->text_template.empty());
  EXPECT_FALSE(failed(edits({{"title", "Builds"},
                             {"signature", "github"},
                             {"secret", "hush"},
                             {"public", "1"},
                             {"picture", "https://example.org/ci.png"}})));
  EXPECT_EQ(hub->book().find("ci")->picture, "https://example.org/ci.png");
  EXPECT_EQ(hub->book().find("ci")->title, "Builds");
  const auto exported = std::get<chat::Finished>(plays("export", {fields({{"hook", "ci"}})})).text;
  EXPECT_NE(exported.find("title = \"Builds\""), std::string::npos);
  EXPECT_EQ(exported.find("hush"), std::string::npos);
}

TEST_F(WebhookDialog, SaysAnExample) {
  make("ci", [](Hook& hook) { hook.format = "github"; });
  Listener& alice = comes("alice@test");
  EXPECT_FALSE(failed(plays("test", {fields({{"hook", "ci"}})})));
  EXPECT_FALSE(alice.texts().empty());
}

}  // namespace
}  // namespace dragoman::backends::webhook
