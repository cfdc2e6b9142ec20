#include <algorithm>

#include "support/gateway_script.hpp"

// Presence that comes faster than anybody reads: a netsplit and its end.

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::OccupantsJoined;
using chat::OccupantsLeft;

const chat::RoomId stormy_room{"#tea"};

std::vector<std::string> many_people(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back("p" + std::to_string(i));
  return names;
}

struct ShownToClient {
  std::size_t gone = 0, here = 0;
  std::vector<std::string> lines;
};

ShownToClient shown_to_client(GatewayScript& script) {
  ShownToClient shown;
  for (const xmpp::Element& stanza : script.written()) {
    if (stanza.name == "presence") ++(stanza.get("type") == "unavailable" ? shown.gone : shown.here);
    if (stanza.name == "message") shown.lines.push_back(stanza.child_text("body", xmpp::ns::component));
  }
  return shown;
}

class StormTest : public ::testing::Test {
 protected:
  void are_in(int count) { script.joins("alice", "#tea", many_people(count)); }
  void split(int first, int last) {
    OccupantsLeft left{stormy_room, {}, OccupantsLeft::Why::lost, {}, "hub.test leaf.test", true};
    for (int i = first; i < last; ++i) left.occupants.push_back(script.name("p" + std::to_string(i)));
    script.network_says(left);
  }
  void join(int first, int last) {
    OccupantsJoined joined{stormy_room, {}};
    for (int i = first; i < last; ++i) joined.occupants.push_back({script.name("p" + std::to_string(i)), {}});
    script.network_says(joined);
  }
  void are_back_from_a_split(int count) {
    are_in(count);
    split(0, count);
    later(20s);
    join(0, count);
    shown_to_client(script);
  }
  ShownToClient later(Duration time) {
    ShownToClient all;
    for (Duration passed{}; passed < time; passed += 100ms) {
      script.passes(100ms);
      const ShownToClient now = shown_to_client(script);
      all.gone += now.gone;
      all.here += now.here;
      all.lines.insert(all.lines.end(), now.lines.begin(), now.lines.end());
    }
    return all;
  }
  GatewayScript script;
};

TEST_F(StormTest, IsShownAtFiftyPresencesASecondAndSaidOnce) {
  are_in(213);
  split(0, 100);
  split(100, 213);
  ShownToClient all = shown_to_client(script);
  EXPECT_LE(all.gone, 10U);
  std::size_t shown = all.gone;
  std::vector<std::string> lines = all.lines;
  for (int second = 0; second < 6; ++second) {
    const ShownToClient now = later(1s);
    EXPECT_LE(now.gone, 50U);
    shown += now.gone;
    lines.insert(lines.end(), now.lines.begin(), now.lines.end());
  }
  EXPECT_EQ(shown, 213U);
  EXPECT_EQ(lines, (std::vector<std::string>{"netsplit: 213 people are gone (hub.test leaf.test)"}));
  EXPECT_EQ(later(10s).gone, 0U);
}

TEST_F(StormTest, KeepsItsPaceWhenEachBeatIsALittleLate) {
  are_in(213);
  split(0, 213);
  std::size_t shown = shown_to_client(script).gone;
  for (int step = 0; step < 100; ++step) {
    script.passes(33ms);
    shown += shown_to_client(script).gone;
  }
  EXPECT_GE(shown, 130U) << "forty a second, behind those at once";
  EXPECT_LE(shown, 150U);
}

TEST_F(StormTest, EndsWithALineToo) {
  are_in(213);
  split(0, 213);
  later(10s);
  join(0, 120);
  join(120, 210);
  std::size_t here = shown_to_client(script).here;
  const ShownToClient all = later(6s);
  here += all.here;
  EXPECT_EQ(here, 210U) << "forty a second";
  EXPECT_EQ(all.lines, (std::vector<std::string>{"netsplit over: 210 people are back"}));
}

TEST_F(StormTest, OfPeopleWhoWereNotMissingHasNoLine) {
  are_in(1);
  join(1, 101);
  EXPECT_EQ(shown_to_client(script).here, 100U) << "one by one they are shown at once";
  const ShownToClient all = later(10s);
  EXPECT_TRUE(all.lines.empty());
}

TEST_F(StormTest, IsNotSeenWhenItWasShort) {
  are_in(100);
  split(0, 100);
  shown_to_client(script);
  join(0, 100);  // before more than ten of them were shown as gone
  const ShownToClient all = later(10s);
  EXPECT_EQ(all.gone, 0U);
  EXPECT_LE(all.here, 10U) << "those ten come back";
}

TEST_F(StormTest, LetsWhoSpeaksComeInFirst) {
  are_back_from_a_split(200);
  chat::MessageReceived said;
  said.conversation = {stormy_room, {}};
  said.author.person = chat::PersonId{"p150"};
  said.author.name = "p150";
  said.content = chat::plain("here I am");
  script.network_says(said);
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U) << GatewayScript::dump(stanzas);
  EXPECT_EQ(stanzas[0].name, "presence");
  EXPECT_EQ(stanzas[0].get("from"), "#tea@irc.test/p150");
  EXPECT_EQ(stanzas[1].name, "message");
  EXPECT_EQ(stanzas[1].get("from"), "#tea@irc.test/p150");
}

TEST_F(StormTest, KnowsTheRankThatSomebodyGotMeanwhile) {
  are_back_from_a_split(200);
  chat::Standing op;
  op.role = chat::Role::moderator;
  script.network_says(chat::OccupantChanged{stormy_room, {script.name("p150"), op}, {}});
  std::size_t moderators = 0;
  for (int i = 0; i < 60; ++i) {
    for (const xmpp::Element& stanza : script.written()) {
      const bool shown = xmpp::to_xml(stanza).find("moderator") != std::string::npos;
      if (stanza.get("from") == "#tea@irc.test/p150") {
        ++moderators;
        EXPECT_TRUE(shown);
      }
    }
    script.passes(100ms);
  }
  EXPECT_EQ(moderators, 1U) << "one presence, with the rank";
}

TEST_F(StormTest, DoesNotHoldUpWhatHappensToFew) {
  are_in(5);
  split(0, 3);
  EXPECT_EQ(shown_to_client(script).gone, 3U);
  join(0, 3);
  EXPECT_EQ(shown_to_client(script).here, 3U);
  EXPECT_TRUE(later(5s).lines.empty()) << "everybody can count to three";
}

TEST_F(StormTest, IsOverWhenTheRoomIsEnteredAnew) {
  are_in(100);
  split(0, 100);
  shown_to_client(script);
  script.network_says(chat::Lost{Fault::closed, "connection reset", script.clock.now() + 1s});
  script.network_says(chat::Ready{"alice", {}});
  chat::RoomJoined again;
  again.room = stormy_room;
  again.self = script.name("alice");
  for (const std::string& each : many_people(100)) again.occupants.push_back({script.name(each), {}});
  script.network_says(again);
  const ShownToClient all = later(10s);
  EXPECT_EQ(all.gone, 0U);
}

}  // namespace
}  // namespace dragoman::test
