#include <gtest/gtest.h>

#include "backends/webhook/dialogs.hpp"
#include "backends/webhook/signature.hpp"
#include "support/webhook_script.hpp"

// How a hook is made: whom it speaks to, what requests have to bring, where what people say goes.

namespace dragoman::backends::webhook {
namespace {

using Texts = std::vector<std::string>;

/// The rooms and bridges of a program: there is the bridge "dev", which takes what alice brings.
struct PlayedDesk final : RoomDesk {
  Texts log;
  bool takes = true;

  Result<Found> find(const std::string& address) const override {
    if (address.find('@') == std::string::npos) return failure(Fault::malformed, "'" + address + "' is no room");
    return Found{address, true};
  }
  Result<void> may_bridge(const std::string& bridge, const std::string& guest, const std::string& by) const override {
    if (bridge != "dev") return failure(Fault::not_found, "There is no bridge \"" + bridge + "\".");
    if (!takes || by != "alice@test") return failure(Fault::forbidden, "The bridge takes no " + guest + '.');
    return {};
  }
  void enter(const Visit& visit, const Entry& entry) override {
    log.push_back(visit.guest + " enters " + visit.room + " of " + entry.owner + (entry.welcome ? " again" : ""));
  }
  bool invited(const Visit&, const std::string&, bool) override { return true; }
  void leave(const Visit& visit) override { log.push_back(visit.guest + " leaves " + visit.room); }
  void say(const Visit& visit, const Words&) override { log.push_back(visit.guest + " speaks in " + visit.room); }
  std::string state_of(const Visit&) const override { return {}; }
};

struct WebhookNew : HooksScript {
  PlayedDesk rooms;
  std::unique_ptr<chat::Dialog> dialog;

  WebhookNew() { hub->rooms().set_desk(rooms); }
  ~WebhookNew() override { dialog.reset(); }

  /// The last step of a dialog that is given these answers.
  chat::Step plays(const std::string& name, std::initializer_list<std::pair<const char*, const char*>> answers,
                   const std::string& jid = "alice@test") {
    chat::Account account;
    account.owner = jid;
    std::optional<chat::Step> shown;
    dialog = open_hook_dialog(*hub, name, account, [&](const chat::Step& step) { shown = step; });
    settle();
    shown.reset();
    chat::Fields fields;
    for (const auto& [field, value] : answers) fields.set(field, std::string{value});
    dialog->submit(fields);
    turn_until([&] {
      loop.post([] {});
      return shown.has_value();
    });
    return *shown;
  }
  static std::string refused(const chat::Step& step) {
    const auto* found = std::get_if<chat::Refused>(&step);
    return found == nullptr ? "not refused" : found->field + ": " + found->text;
  }
  static std::string said(const chat::Step& step) {
    const auto* found = std::get_if<chat::Finished>(&step);
    return found == nullptr ? "not finished: " + refused(step) : found->text;
  }
  static std::string shown_in(const chat::Step& step, const std::string& name) {
    for (const chat::Field& each : std::get<chat::Finished>(step).result.fields) {
      if (each.name == name) return each.values.front();
    }
    return {};
  }
  static std::string path_in(const chat::Step& step) {
    return shown_in(step, "url").substr(std::string{"https://gateway.test"}.size());
  }
};

TEST_F(WebhookNew, SpeaksInTheRoomsOfABridge) {
  Listener& alice = comes("alice@test");
  const auto made = plays("new", {{"name", "ci"}, {"target", "Bridge:Dev"}});
  EXPECT_NE(said(made).find("ci speaks in all rooms of the bridge dev now"), std::string::npos) << said(made);
  EXPECT_EQ(rooms.log, Texts{"ci enters bridge:dev of alice@test"});
  rooms.log.clear();
  EXPECT_EQ(posts(path_in(made), "green").status, 200);
  EXPECT_EQ(alice.texts(), Texts{}) << "it was made for the bridge";
  EXPECT_EQ(rooms.log, Texts{}) << "the bridge hears it in the hook's own room";
}

TEST_F(WebhookNew, IsToldWhichBridgeItCannotHave) {
  EXPECT_EQ(refused(plays("new", {{"name", "ci"}, {"target", "bridge:ops"}})), "target: There is no bridge \"ops\".");
  EXPECT_EQ(refused(plays("new", {{"name", "ci"}, {"target", "bridge:dev"}}, "bob@test")),
            "target: The bridge takes no ci.");
  EXPECT_EQ(hub->book().find("ci"), nullptr) << "nothing is made by halves";
  EXPECT_EQ(rooms.log, Texts{});
}

TEST_F(WebhookNew, IsBroughtIntoABridgeLaterAndTakenOutAgain) {
  make("ci");
  EXPECT_EQ(refused(plays("bind", {{"hook", "ci"}, {"room", "bridge:ops"}})), "room: There is no bridge \"ops\".");
  EXPECT_NE(said(plays("bind", {{"hook", "ci"}, {"room", "bridge:dev"}})).find("They are told so."), std::string::npos);
  EXPECT_EQ(said(plays("bind", {{"hook", "ci"}, {"room", "bridge:dev"}})), "ci is in the bridge dev already.");
  EXPECT_EQ(rooms.log, Texts{"ci enters bridge:dev of alice@test"});
  EXPECT_EQ(hub->rooms().describe(*hub->book().find("ci")), "bridge:dev (bound)");
  rooms.takes = false;
  EXPECT_EQ(hub->rooms().describe(*hub->book().find("ci")),
            "bridge:dev (bound; it is not there now: The bridge takes no ci.)");
  EXPECT_EQ(said(plays("unbind", {{"hook", "ci"}, {"room", "BRIDGE:dev"}})), "ci is not in BRIDGE:dev any more.");
  EXPECT_EQ(rooms.log.back(), "ci leaves bridge:dev");
  EXPECT_EQ(hub->book().find("ci")->rooms.size(), 0U);
}

TEST_F(WebhookNew, IsInItsBridgeAgainAfterARestart) {
  make("ci");
  plays("bind", {{"hook", "ci"}, {"room", "bridge:dev"}});
  rooms.log.clear();
  dialog.reset();
  end();
  hub = std::make_unique<Hub>("hook.test", config, services, names);
  hub->rooms().set_desk(rooms);
  hub->start();
  ingress = std::make_unique<Ingress>(*hub, *desk);
  EXPECT_EQ(rooms.log, Texts{"ci enters bridge:dev of alice@test again"});
}

TEST_F(WebhookNew, LeavesItsBridgeWhenItIsDeleted) {
  make("ci");
  plays("bind", {{"hook", "ci"}, {"room", "bridge:dev"}});
  plays("delete", {{"hook", "ci"}, {"confirm", "1"}});
  EXPECT_EQ(rooms.log.back(), "ci leaves bridge:dev");
}

TEST_F(WebhookNew, TellsItsOwnerWhatToDoWhereItHasNoVoice) {
  make("ci", [](Hook& hook) {
    BoundRoom room;
    room.address = "#tea@irc.test";
    room.state = BoundRoom::State::asking;
    hook.rooms.push_back(room);
  });
  Listener& alice = comes("alice@test");
  hub->rooms().on_no_voice({"ci", "#tea@irc.test"}, "ci_", "irc");
  hub->rooms().on_welcome({"ci", "#tea@irc.test"}, "bob");
  hub->rooms().on_no_voice({"ci", "#tea@irc.test"}, "ci_", "irc");
  hub->rooms().on_no_voice({"ci", "elsewhere@rooms.test"}, "ci", "xmpp");
  settle();
  Texts told;
  for (const auto& each : alice.all<chat::Notice>()) told.push_back(each.text);
  EXPECT_EQ(told,
            (Texts{"ci has no voice in #tea@irc.test, so that it cannot ask there. A moderator connects it with the "
                   "words \"ci_: connect\" in the room, or gives it voice (/mode #tea +v ci_) first, for it to ask.",
                   "ci is in #tea@irc.test now: bob has connected it.",
                   "ci has no voice in #tea@irc.test: what it says there is kept, for a day at most, until a "
                   "moderator gives it voice (/mode #tea +v ci_)."}));
}

TEST_F(WebhookNew, AsksForProofsFromTheStart) {
  const auto made = plays("new", {{"name", "ci"}, {"auth", "hmac:github"}, {"secret", "It's a Secret to Everybody"}});
  EXPECT_EQ(posts(path_in(made), "Hello, World!").status, 401);
  const net::HttpFields good{
      {"X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}};
  EXPECT_EQ(posts(path_in(made), "Hello, World!", good).status, 200);
  const auto bearer = plays("new", {{"name", "two"}, {"auth", "bearer"}, {"secret", "let me in"}});
  EXPECT_EQ(posts(path_in(bearer), "x").status, 401);
  EXPECT_EQ(posts(path_in(bearer), "x", {{"Authorization", "Bearer let me in"}}).status, 200);
  EXPECT_TRUE(refused(plays("new", {{"name", "three"}, {"auth", "github"}})).starts_with("secret:"));
  EXPECT_TRUE(refused(plays("new", {{"name", "three"}, {"secret", "x"}})).starts_with("auth:"));
  EXPECT_TRUE(refused(plays("new", {{"name", "three"}, {"auth", "md5"}, {"secret", "x"}})).starts_with("auth:"));
  EXPECT_TRUE(refused(plays("new", {{"name", "three"}, {"auth", "basic"}, {"secret", "x"}})).starts_with("secret:"));
}

TEST_F(WebhookNew, MaySendFromTheStartAndTakeNothing) {
  config.allow_private = {"192.0.2.0/24"};
  ASSERT_FALSE(hub->take_settings(config)) << "other addresses need another network";
  restart();
  hub->rooms().set_desk(rooms);
  EXPECT_TRUE(refused(plays("new", {{"name", "ci"}, {"direction", "out"}})).starts_with("answers:"));
  EXPECT_TRUE(refused(plays("new", {{"name", "ci"}, {"answers", "https://127.0.0.1/in"}})).starts_with("answers:"));
  const auto made = plays("new", {{"name", "ci"}, {"direction", "out"}, {"answers", "https://192.0.2.1/in"}});
  EXPECT_TRUE(shown_in(made, "signing_secret").starts_with("whsec_")) << said(made);
  EXPECT_TRUE(hub->feed("ci")->takes_answers());
  EXPECT_EQ(posts(path_in(made), "x").status, 403);
  for (int hour = 0; hour < 24 * 8; ++hour) advance(std::chrono::hours{1});
  Listener& alice = comes("alice@test");
  asks("alice@test", chat::AddContact{chat::PersonId{"ci"}, {}});
  EXPECT_EQ(alice.all<chat::PresenceChanged>().back().availability, chat::Availability::available)
      << "that nothing comes is as it should be";
}

}  // namespace
}  // namespace dragoman::backends::webhook
