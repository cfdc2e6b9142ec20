#include "backends/webhook/feed.hpp"

#include <gtest/gtest.h>

#include "media/fetcher.hpp"
#include "support/fake_http.hpp"
#include "support/webhook_script.hpp"

namespace dragoman::backends::webhook {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

struct WebhookFeed : HooksScript {
  Posting posting(const std::string& text, const std::string& actor = {}) {
    Posting made;
    made.content.text = text;
    made.actor = actor;
    return made;
  }
  void says(Posting what) {
    std::vector<Posting> one;
    one.push_back(std::move(what));
    hub->feed("ci")->say(std::move(one));
    settle();
  }
};

TEST_F(WebhookFeed, IsHeardByThoseWhoMayRead) {
  make("ci", [](Hook& hook) { hook.readers = {"bob@test"}; });
  Listener &bob = comes("bob@test"), &eve = comes("eve@test");
  asks("bob@test", chat::AddContact{chat::PersonId{"ci"}, {}});
  asks("eve@test", chat::AddContact{chat::PersonId{"ci"}, {}});
  EXPECT_EQ(eve.all<chat::Failed>().front().fault, Fault::forbidden);
  says(posting("green"));
  EXPECT_EQ(bob.texts(), Texts{"green"});
  EXPECT_EQ(eve.texts(), Texts{});
  Hook hook = *hub->book().find("ci");
  hook.readers.clear();
  hub->change(hook);
  settle();
  EXPECT_EQ(bob.all<chat::PresenceChanged>().back().availability, chat::Availability::gone);
  says(posting("red"));
  EXPECT_EQ(bob.texts(), Texts{"green"});
}

TEST_F(WebhookFeed, IsReadByBridgesOfTheOperator) {
  make("ci");
  is_bridge = true;
  Listener& bridge = comes("dev");
  asks("dev", chat::JoinRoom{chat::RoomId{"#ci"}, "bridge", {}});
  says(posting("green"));
  EXPECT_EQ(bridge.texts(), Texts{"green"});
}

TEST_F(WebhookFeed, TellsBridgesThatEachOfThoseWhoSpeakIsSomebodyElse) {
  make("ci", [](Hook& hook) { hook.is_public = true; });
  Listener& alice = comes("alice@test");
  asks("alice@test", chat::JoinRoom{chat::RoomId{"#ci"}, "alice", {}});
  is_bridge = true;
  Listener& bridge = comes("dev");
  asks("dev", chat::JoinRoom{chat::RoomId{"#ci"}, "bridge", {}});
  says(posting("green"));
  says(posting("deployed", "bob"));
  const auto heard = bridge.all<chat::MessageReceived>();
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].author.person.text, "ci");
  EXPECT_EQ(heard[1].author.person.text, "ci/bob");
  EXPECT_EQ(heard[1].author.name, "bob");
  EXPECT_EQ(alice.all<chat::MessageReceived>().back().author.person.text, "ci") << "who may write back to the hook";
}

TEST_F(WebhookFeed, MakesABridgeCallItselfOtherwiseWhereItsNameIsTaken) {
  make("dev");
  is_bridge = true;
  Listener& bridge = comes("dev");
  asks("dev", chat::JoinRoom{chat::RoomId{"#dev"}, "dev", {}});
  EXPECT_TRUE(bridge.all<chat::Failed>().empty());
  ASSERT_EQ(bridge.all<chat::RoomJoined>().size(), 1U);
  EXPECT_EQ(names[bridge.all<chat::RoomJoined>().front().self].text, "dev_");
}

TEST_F(WebhookFeed, HearsABridgeWithoutHavingAnotherSide) {
  make("ci");
  Listener& alice = comes("alice@test");
  asks("alice@test", chat::JoinRoom{chat::RoomId{"#ci"}, "alice", {}});
  is_bridge = true;
  Listener& bridge = comes("dev");
  asks("dev", chat::JoinRoom{chat::RoomId{"#ci"}, "bridge", {}});
  chat::SendMessage said{{chat::RoomId{"#ci"}, {}}, chat::plain("hello")};
  said.key = 7;
  said.content.shown_author = "carol";
  asks("dev", said);
  EXPECT_TRUE(bridge.all<chat::Failed>().empty()) << "it would be held, and nobody could ever take it";
  ASSERT_EQ(alice.texts(), Texts{"hello"});
  EXPECT_EQ(alice.all<chat::MessageReceived>().front().content.shown_author, "carol");
}

TEST_F(WebhookFeed, TellsABridgeThatWhoSpeaksInItsRoomIsNoHook) {
  make("ci", [](Hook& hook) {
    hook.outgoing.emplace();
    hook.outgoing->url = Secret<std::string>{"https://192.0.2.1/in"};
    hook.outgoing->events = {"presence.changed"};  // so that nothing has to be taken
  });
  comes("alice@test");
  asks("alice@test", chat::JoinRoom{chat::RoomId{"#ci"}, "alice", {}});
  is_bridge = true;
  Listener& bridge = comes("dev");
  asks("dev", chat::JoinRoom{chat::RoomId{"#ci"}, "bridge", {}});
  asks("alice@test", chat::SendMessage{{chat::RoomId{"#ci"}, {}}, chat::plain("hello")});
  ASSERT_EQ(bridge.texts(), Texts{"hello"});
  EXPECT_EQ(bridge.all<chat::MessageReceived>().front().author.person.text, "ci/alice");
}

TEST_F(WebhookFeed, ShowsThePictureOfWhoSpeaksInItsRoom) {
  test::FakeHttp http;
  http.answers("GET https://pictures.test/d.png", "the picture");
  media::Fetcher fetcher{http, clock, {}};
  services.fetcher = &fetcher;
  make("ci", [](Hook& hook) { hook.is_public = true; });
  Listener &alice = comes("alice@test"), &bob = comes("bob@test");
  asks("alice@test", chat::JoinRoom{chat::RoomId{"#ci"}, "alice", {}});
  Posting made = posting("deployed", "deployer");
  made.actor_picture = "https://pictures.test/d.png";
  says(made);
  says(made);
  const auto told = alice.all<chat::PersonChanged>();
  ASSERT_EQ(told.size(), 1U) << "once";
  EXPECT_EQ(told[0].person.text, "ci/deployer");
  EXPECT_EQ(told[0].profile.picture, "https://pictures.test/d.png");
  asks("bob@test", chat::JoinRoom{chat::RoomId{"#ci"}, "bob", {}});
  EXPECT_EQ(bob.all<chat::PersonChanged>().size(), 1U) << "who comes later is told too";
  asks("bob@test", chat::GetProfile{chat::PersonId{"ci/deployer"}});
  asks("bob@test", chat::GetPicture{told[0].profile.picture});
  turn_until([&] {
    loop.post([] {});
    return bob.all<chat::Done>().size() >= 3;
  });
  const auto answer = bob.all<chat::Done>().back().answer;
  ASSERT_TRUE(std::holds_alternative<chat::Picture>(answer));
  EXPECT_EQ(std::get<chat::Picture>(answer).bytes, "the picture");
  EXPECT_TRUE(http.all_public) << "a sender must not make us ask where they cannot";
  services.fetcher = nullptr;
}

TEST_F(WebhookFeed, ShowsThePictureThatItsOwnerGivesIt) {
  make("ci");
  Listener& alice = comes("alice@test");
  asks("alice@test", chat::AddContact{chat::PersonId{"ci"}, {}});
  EXPECT_EQ(alice.all<chat::PersonChanged>().back().profile.picture, "");
  Hook hook = *hub->book().find("ci");
  hook.picture = "https://pictures.test/ci.png";
  hub->change(hook);
  settle();
  EXPECT_EQ(alice.all<chat::PersonChanged>().back().person.text, "ci");
  EXPECT_EQ(alice.all<chat::PersonChanged>().back().profile.picture, "https://pictures.test/ci.png");
  restart();
  Listener& later = comes("alice@test");
  asks("alice@test", chat::AddContact{chat::PersonId{"ci"}, {}});
  EXPECT_EQ(later.all<chat::PersonChanged>().back().profile.picture, "https://pictures.test/ci.png");
}

TEST_F(WebhookFeed, ShowsItsHealthAsPresence) {
  make("ci");
  Listener& alice = comes("alice@test");
  asks("alice@test", chat::AddContact{chat::PersonId{"ci"}, {}});
  const auto shown = [&] { return alice.all<chat::PresenceChanged>().back().availability; };
  EXPECT_EQ(shown(), chat::Availability::available);
  for (int hour = 0; hour < 24 * 7 + 2; ++hour) advance(1h);
  EXPECT_EQ(shown(), chat::Availability::away);
  says(posting("x"));
  EXPECT_EQ(shown(), chat::Availability::available);
  Hook hook = *hub->book().find("ci");
  hook.muted_until = clock.utc() + 30min;
  hub->change(hook);
  settle();
  EXPECT_EQ(shown(), chat::Availability::busy);
  advance(30min);
  EXPECT_EQ(shown(), chat::Availability::available);
  hook.muted_until.reset();
  hook.paused = true;
  hub->change(hook);
  settle();
  EXPECT_EQ(shown(), chat::Availability::busy) << "it is there, and refuses what comes";
}

TEST_F(WebhookFeed, NamesWhoSpeaksWhereThereAreNoOccupants) {
  make("ci");
  Listener& alice = comes("alice@test");
  says(posting("has deployed", "bob"));
  says(posting("bob has deployed", "bob"));
  EXPECT_EQ(alice.texts(), (Texts{"bob: has deployed", "bob has deployed"}));
}

TEST_F(WebhookFeed, AnswersOrReplacesWhatHadTheSameKey) {
  const std::string token = make("ci");
  Listener& alice = comes("alice@test");
  Posting firing = posting("disk is full");
  firing.key = "disk";
  says(firing);
  const std::string first = alice.all<chat::MessageReceived>().front().id.text;
  restart();
  Listener& later = comes("alice@test");
  Posting resolved = posting("disk is fine");
  resolved.key = "disk";
  resolved.after = Posting::After::reply;
  says(resolved);
  EXPECT_EQ(later.all<chat::MessageReceived>().front().content.reply_to.text, first);
  resolved.after = Posting::After::edit;
  says(resolved);
  ASSERT_EQ(later.all<chat::MessageEdited>().size(), 1U);
  EXPECT_EQ(later.all<chat::MessageEdited>().front().edited.text, first);
}

TEST_F(WebhookFeed, HasOccupantsThatComeWhenTheySpeakAndGoWhenTheyAreQuiet) {
  make("ci");
  Listener& alice = comes("alice@test");
  asks("alice@test", chat::JoinRoom{chat::RoomId{"#ci"}, "alice", {}});
  ASSERT_EQ(alice.all<chat::RoomJoined>().size(), 1U);
  EXPECT_EQ(alice.all<chat::RoomJoined>().front().occupants.size(), 1U) << "the hook itself";
  says(posting("deployed", "bob"));
  ASSERT_EQ(alice.all<chat::OccupantsJoined>().size(), 1U);
  const auto said = alice.all<chat::MessageReceived>();
  const auto in_room =
      std::find_if(said.begin(), said.end(), [](const auto& each) { return each.conversation.is_room(); });
  ASSERT_NE(in_room, said.end());
  EXPECT_EQ(in_room->author.name, "bob");
  EXPECT_EQ(in_room->content.text, "deployed");
  for (int i = 0; i < 8; ++i) advance(15min);
  EXPECT_EQ(alice.all<chat::OccupantsLeft>().size(), 1U);
}

TEST_F(WebhookFeed, GivesANameToOnePersonOnly) {
  make("ci", [](Hook& hook) { hook.is_public = true; });
  Listener &alice = comes("alice@test"), &bob = comes("bob@test");
  asks("alice@test", chat::JoinRoom{chat::RoomId{"#ci"}, "Tea", {}});
  asks("bob@test", chat::JoinRoom{chat::RoomId{"#ci"}, "tea", {}});
  EXPECT_EQ(bob.all<chat::Failed>().front().fault, Fault::conflict);
  asks("bob@test", chat::JoinRoom{chat::RoomId{"#ci"}, "ci", {}});
  EXPECT_EQ(bob.all<chat::Failed>().back().fault, Fault::conflict);
  says(posting("I am Tea", "Tea"));
  EXPECT_EQ(alice.all<chat::MessageReceived>().back().author.name, "Tea (ci)");
}

TEST_F(WebhookFeed, RemembersWhatItHasSaid) {
  const std::string token = make("ci");
  comes("alice@test");
  posts("/h/" + token, "one");
  posts("/h/" + token, "two");
  restart();
  Listener& alice = comes("alice@test");
  chat::GetHistory all;
  all.conversation.room = chat::RoomId{"#ci"};
  asks("alice@test", all);
  const auto page = std::get<chat::HistoryPage>(alice.all<chat::Done>().back().answer);
  ASSERT_EQ(page.messages.size(), 2U);
  EXPECT_EQ(page.messages[0].content.text, "one");
  all.after = page.messages[0].id;
  asks("alice@test", all);
  EXPECT_EQ(std::get<chat::HistoryPage>(alice.all<chat::Done>().back().answer).messages.size(), 1U);
}

TEST_F(WebhookFeed, SaysThatItTakesNoAnswers) {
  make("ci");
  Listener& alice = comes("alice@test");
  asks("alice@test", chat::SendMessage{{{}, chat::PersonId{"ci"}}, chat::plain("hello?")});
  EXPECT_EQ(alice.all<chat::Failed>().back().fault, Fault::not_allowed);
}

TEST_F(WebhookFeed, EndsWithItsHook) {
  make("ci");
  Listener& alice = comes("alice@test");
  asks("alice@test", chat::JoinRoom{chat::RoomId{"#ci"}, "alice", {}});
  hub->remove("ci");
  settle();
  ASSERT_EQ(alice.all<chat::RoomLeft>().size(), 1U);
  EXPECT_EQ(alice.all<chat::RoomLeft>().front().why, chat::RoomLeft::Why::destroyed);
  asks("alice@test", chat::JoinRoom{chat::RoomId{"#ci"}, "alice", {}});
  EXPECT_EQ(alice.all<chat::Failed>().back().fault, Fault::not_found);
}

TEST_F(WebhookFeed, IsForgottenWithTheAccountOfItsOwner) {
  make("ci");
  hub->remove_all_of("alice@test");
  restart();
  EXPECT_EQ(hub->feed("ci"), nullptr);
  for (const auto& [key, text] : kept) EXPECT_EQ(text.find("alice"), std::string::npos) << key;
}

}  // namespace
}  // namespace dragoman::backends::webhook
