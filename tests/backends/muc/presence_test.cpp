#include <gtest/gtest.h>

#include "tests/support/muc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;

std::string gone(const std::string& nick, const std::string& codes, const std::string& item_inside = {},
                 const std::string& status = {}) {
  return MucScript::presence(
      nick,
      (status.empty() ? "" : "<status>" + status + "</status>") +
          MucScript::user("<item role='none' affiliation='none'>" + item_inside + "</item>" + codes),
      "unavailable");
}
constexpr const char* by_bob = "<actor nick='bob'/><reason>enough</reason>";

TEST(MucPresence, TellsWhoComesAndGoes) {
  MucScript muc;
  muc.is_in();
  muc.comes("alice");
  muc.room_says(gone("alice", {}, {}, "bye"));
  muc.owner_hears("OccupantsJoined tea@muc.test alice", "OccupantsLeft tea@muc.test alice left: bye");
}

TEST(MucPresence, TellsWhyOthersHaveGone) {
  MucScript muc;
  muc.is_in("a", "b", "c", "d", "e");
  muc.room_says(gone("a", "<status code='307'/>", by_bob));
  muc.room_says(gone("b", "<status code='301'/>", by_bob));
  muc.room_says(gone("c", "<status code='321'/>"));
  muc.room_says(gone("d", "<status code='322'/>"));
  muc.room_says(gone("e", "<status code='333'/><status code='307'/>"));
  muc.owner_hears(
      "OccupantsLeft tea@muc.test a kicked by bob: enough", "OccupantsLeft tea@muc.test b banned by bob: enough",
      "OccupantsLeft tea@muc.test c kicked: not a member any more",
      "OccupantsLeft tea@muc.test d kicked: the room is for members only now", "OccupantsLeft tea@muc.test e lost");
}

TEST(MucPresence, TellsChangesOfStanding) {
  MucScript muc;
  muc.is_in("alice");
  muc.room_says(MucScript::presence("alice", MucScript::user(MucScript::item("moderator", "admin"))));
  muc.comes("alice");
  muc.comes("alice");
  muc.room_says(
      MucScript::presence("bridge", MucScript::user(MucScript::item("visitor", "none") + "<status code='110'/>")));
  muc.owner_hears("OccupantChanged tea@muc.test @alice", "OccupantChanged tea@muc.test alice",
                  "SelfChanged -bridge in tea@muc.test");
}

TEST(MucPresence, FollowsAChangeOfNickname) {
  MucScript muc;
  muc.is_in("alice");
  muc.room_says(MucScript::presence(
      "alice", MucScript::user("<item role='participant' affiliation='none' nick='alix'/><status code='303'/>"),
      "unavailable"));
  muc.comes("alix");
  muc.says("alix", "it is me", "s1");
  muc.owner_hears("OccupantRenamed tea@muc.test alice -> alix", "Message in tea@muc.test <alix> it is me id=s1");
}

TEST(MucPresence, KnowsTheAddressesThatARoomShows) {
  MucScript muc;
  muc.is_in();
  muc.room_says(MucScript::presence(
      "alice", MucScript::user(MucScript::item("participant", "none", "jid='alice@example.org/phone'")) +
                   "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='oid-a'/>"));
  muc.comes("bob");
  muc.says("alice", "hi", "s1");
  EXPECT_EQ(muc.last<chat::MessageReceived>().author.identity, "alice@example.org");
  EXPECT_EQ(muc.last<chat::MessageReceived>().author.person.text, "tea@muc.test/alice");
  muc.says("bob", "hi", "s2", "m2");
  EXPECT_EQ(muc.last<chat::MessageReceived>().author.identity, "tea@muc.test/bob");
  muc.room_says(MucScript::said_by(
      "bob", "<body>hi</body><occupant-id xmlns='urn:xmpp:occupant-id:0' id='oid-b'/>" + MucScript::stanza_id("s3"),
      "m3"));
  EXPECT_EQ(muc.last<chat::MessageReceived>().author.identity, "oid-b");
}

struct Exit {
  const char* codes;
  const char* heard;
  bool again_at_once, again_later;
};
class MucExit : public testing::TestWithParam<Exit> {};

TEST_P(MucExit, OfOurOwnIsToldOrUndone) {
  MucScript muc;
  muc.is_in("bob");
  muc.room_says(gone("bridge", std::string{"<status code='110'/>"} + GetParam().codes, by_bob));
  if (*GetParam().heard == '\0') {
    muc.owner_hears_nothing();
  } else {
    muc.owner_hears(GetParam().heard);
  }
  EXPECT_EQ(!muc.take().empty(), GetParam().again_at_once);
  if (GetParam().again_at_once) return;
  muc.time_passes(6s);
  EXPECT_EQ(!muc.take().empty(), GetParam().again_later);
}

INSTANTIATE_TEST_SUITE_P(
    Each, MucExit,
    testing::Values(Exit{"<status code='307'/>", "RoomLeft tea@muc.test kicked by bob: enough", false, false},
                    Exit{"<status code='301'/>", "RoomLeft tea@muc.test banned by bob: enough", false, false},
                    Exit{"<status code='321'/>", "RoomLeft tea@muc.test kicked by bob: enough", false, false},
                    Exit{"<status code='322'/>", "RoomLeft tea@muc.test kicked by bob: enough", false, false},
                    Exit{"<status code='332'/>", "RoomLeft tea@muc.test lost: enough", false, true},
                    Exit{"<status code='333'/><status code='307'/>", "", true, false}, Exit{"", "", true, false},
                    Exit{"<destroy><reason>over</reason></destroy>", "RoomLeft tea@muc.test destroyed: over", false,
                         false},
                    Exit{"<destroy jid='coffee@muc.test'><reason>over</reason></destroy>",
                         "RoomLeft tea@muc.test moved to coffee@muc.test: over", false, false}));

TEST(MucNickname, ChangesInOneRoom) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SetNickname{"relay", {}, tea});
  muc.we_say("<presence from='bridge-dev@irc.example.org/room' to='tea@muc.test/relay'/>");
  muc.room_says(MucScript::presence(
      "bridge",
      MucScript::user(
          "<item role='participant' affiliation='none' nick='relay'/><status code='303'/><status code='110'/>"),
      "unavailable"));
  muc.we_are_there("relay");
  muc.owner_hears("OccupantRenamed tea@muc.test bridge -> relay (self)", "Done 2");
  muc.says("relay", "I said this", "s1");
  muc.owner_hears_nothing();
}

TEST(MucNickname, ThatIsTakenIsRefused) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SetNickname{"alice", {}, tea});
  muc.room_says(MucScript::presence(
      "alice", "<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>", "error"));
  muc.owner_hears("Failed 2 refused conflict: conflict");
}

TEST(MucNickname, ThatNobodyAnswersFails) {
  MucScript muc;
  muc.is_in("alice");
  muc.owner_asks(chat::SetNickname{"relay", {}, tea});
  muc.time_passes(15s);
  muc.owner_hears("Failed 2 refused timeout: the room does not answer");
}

TEST(MucPresence, OfADeafVoiceTellsNothingOfOthers) {
  MucScript muc{true};
  muc.is_in("alice");
  muc.comes("bob");
  muc.says("bob", "hi", "s1");
  muc.room_says(gone("alice", {}));
  muc.owner_hears_nothing();
  muc.room_says(gone("bridge", "<status code='110'/><status code='307'/>", by_bob));
  muc.owner_hears("RoomLeft tea@muc.test kicked by bob: enough");
}

}  // namespace
}  // namespace dragoman::test
