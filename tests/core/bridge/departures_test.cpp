#include <algorithm>

#include <gtest/gtest.h>

#include "support/bridge_script.hpp"

// People of an IRC channel ("one") who are in a room ("two") that is taken from the bridge, on a network where a user
// stays in a room without a session.
namespace dragoman::bridge::departures_test {
namespace {

using test::BridgeScript;
using test::FakeNetwork;
using Texts = std::vector<std::string>;
using namespace std::chrono_literals;

struct DeparturesTest : testing::Test {
  DeparturesTest() {
    there().lends = true;
    script.leg(1).puppets = PuppetPlan{};
    script.is_up();
    comes("alice");
  }

  FakeNetwork& there() { return script.network("two"); }
  /// The last command of this kind.
  template <class Command>
  std::optional<std::pair<chat::CommandId, Command>> asked() {
    const auto& all = there().commands;
    const auto found = std::find_if(all.rbegin(), all.rend(),
                                    [](const auto& each) { return std::holds_alternative<Command>(each.second); });
    if (found == all.rend()) return std::nullopt;
    return std::pair{found->first, std::get<Command>(found->second)};
  }
  template <class Command>
  std::size_t count() const {
    const auto& all = const_cast<BridgeScript&>(script).network("two").commands;
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [](const auto& each) { return std::holds_alternative<Command>(each.second); }));
  }
  /// The newest session is let in.
  void is_let_in(const std::string& nick) {
    const auto join = asked<chat::JoinRoom>();
    ASSERT_TRUE(join);
    chat::RoomJoined joined;
    joined.room = chat::RoomId{"#two"};
    joined.self = script.name("two", nick);
    script.says("two", joined);
    if (there().session != nullptr) script.says("two", chat::Done{join->first, {}});
  }
  void comes(const std::string& nick) {
    script.hears("one", nick, "hello from " + nick);
    is_let_in(nick);
    for (const auto& [id, command] : std::exchange(there().commands, {})) {
      if (std::holds_alternative<chat::SendMessage>(command)) script.says("two", chat::Done{id, chat::Sent{}});
    }
  }
  void is_out() {
    script.says("two", chat::RoomLeft{chat::RoomId{"#two"}, chat::RoomLeft::Why::left, Fault::closed, {}, {}, {}});
  }
  void room_is_taken_away() {
    there().commands.clear();
    script.plan.legs.pop_back();
    script.bridge->take(script.plan);
    script.end_turn();
  }
  bool somebody_stays() {
    bool found = false;
    script.store.reader_now().documents(document_kind, [&found](const store::Document& document) {
      found = found || document.key.starts_with("voices in ");
    });
    return found;
  }

  BridgeScript script;
};

TEST_F(DeparturesTest, TheyGoOutOfARoomThatIsTakenAway) {
  room_is_taken_away();
  script.passes(300ms);
  EXPECT_EQ(there().account.settings.get("voice"), "one.test/alice");
  is_let_in("alice");
  const auto out = asked<chat::SetStanding>();
  ASSERT_TRUE(out);
  EXPECT_EQ(out->second.affiliation, chat::Affiliation::none);
  EXPECT_EQ(out->second.nickname, "alice");
  EXPECT_TRUE(somebody_stays()) << "until the room says that she is out";
  is_out();
  EXPECT_EQ(there().session, nullptr);
  EXPECT_FALSE(somebody_stays());
}

TEST_F(DeparturesTest, OneAfterTheOther) {
  comes("bob");
  comes("carol");
  room_is_taken_away();
  script.passes(200ms);
  EXPECT_EQ(count<chat::JoinRoom>(), 1u);
  script.passes(200ms);
  EXPECT_EQ(count<chat::JoinRoom>(), 2u);
  script.passes(200ms);
  EXPECT_EQ(count<chat::JoinRoom>(), 3u);
  script.passes(10s);
  EXPECT_EQ(count<chat::JoinRoom>(), 3u);
}

TEST_F(DeparturesTest, TheyGoAfterTheStartWhenTheRoomWasTakenAwayBefore) {
  script.ends();
  script.plan.legs.pop_back();
  script.starts();
  script.passes(300ms);
  EXPECT_EQ(there().account.settings.get("voice"), "one.test/alice");
  is_let_in("alice");
  is_out();
  script.ends();
  script.starts();
  there().commands.clear();
  script.passes(300ms);
  EXPECT_EQ(count<chat::JoinRoom>(), 0u) << "once";
}

TEST_F(DeparturesTest, WhoIsNotLetInIsNotThere) {
  room_is_taken_away();
  script.passes(300ms);
  script.says(
      "two",
      chat::Failed{
          asked<chat::JoinRoom>()->first, chat::Failed::Outcome::refused, Fault::members_only, "by invitation", {}});
  EXPECT_FALSE(somebody_stays());
}

TEST_F(DeparturesTest, AHomeserverThatDoesNotAnswerIsAskedAgain) {
  room_is_taken_away();
  script.passes(300ms);
  script.says(
      "two",
      chat::Failed{asked<chat::JoinRoom>()->first, chat::Failed::Outcome::unsure, Fault::timeout, "no answer", {}});
  there().commands.clear();
  script.passes(50s);
  EXPECT_EQ(count<chat::JoinRoom>(), 0u);
  script.passes(11s);
  EXPECT_EQ(count<chat::JoinRoom>(), 1u);
}

TEST_F(DeparturesTest, ARoomThatComesBackKeepsThem) {
  const LegPlan two = script.plan.legs.back();
  comes("bob");
  room_is_taken_away();
  script.passes(300ms);
  script.departures().comes_back("dev", two);
  script.plan.legs.push_back(two);
  script.bridge->take(script.plan);
  there().commands.clear();
  script.lets_in("two");
  script.passes(1s);
  EXPECT_EQ(count<chat::SetStanding>(), 0u);
  EXPECT_GE(count<chat::JoinRoom>(), 2u) << "both have a session again";
}

TEST_F(DeparturesTest, AnotherBridgeThatHasTheRoomTakesThemOver) {
  script.departures().leave("old", script.plan.legs.back(),
                            {Persona{"three.test #three", "dora", "three.test", "dora", "dora", "Three"}});
  script.passes(300ms);
  EXPECT_EQ(there().account.settings.get("voice"), "three.test/dora");
  EXPECT_EQ(there().account.owner, "dev") << "a session of the other bridge";
  is_let_in("dora");
  EXPECT_EQ(count<chat::SetStanding>(), 0u);
}

}  // namespace
}  // namespace dragoman::bridge::departures_test
