#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// Rooms with more people than are shown: those who matter are, and who has spoken lately.

namespace dragoman::backends::matrix::big_rooms_test {
namespace {

using test::MatrixScript;

const std::string members = "GET /rooms/!tea:hs.test/members",
                  recall = "GET /rooms/!tea:hs.test/messages?dir=b&limit=250&filter=";
const chat::JoinRoom join_tea{chat::RoomId{"!tea%hs.test"}, "me", {}};

class MatrixBigRooms : public testing::Test, protected MatrixScript {
 protected:
  /// The account is in a room of so many people, and its owner enters it.
  void enters_room_of(int people) {
    is_ready(room_of(people));
    owner_asks(join_tea);
  }
  static std::string room_of(int people) {
    return R"({"rooms": {"join": {"!tea:hs.test": {"summary": {"m.joined_member_count": )" + std::to_string(people) +
           R"(}, "state": {"events": [)"
           R"({"type": "m.room.create", "state_key": "", "sender": "@bob:hs.test", "content": {"room_version": "11"}},)"
           R"({"type": "m.room.power_levels", "state_key": "", "sender": "@bob:hs.test", "content":)"
           R"( {"users": {"@bob:hs.test": 100}}}]}, "timeline": {"events": [)" +
           text("@bob:hs.test", "before you came", "$old") + "]}}}}}";
  }
  void members_are(const std::vector<std::string>& list) {
    homeserver_answers(members, R"({"chunk": [)" + joined_text(list) + "]}");
  }
  /// Who spoke lately, newest first.
  void speakers_are(const std::vector<std::string>& messages, const std::vector<std::string>& state = {}) {
    homeserver_answers(recall,
                       R"({"chunk": [)" + joined_text(messages) + R"(], "state": [)" + joined_text(state) + "]}");
  }
  /// A message of so long ago.
  std::string said(std::string_view user, std::string_view body, std::string_view id, Duration ago = {}) const {
    const auto then = clock.utc().time_since_epoch() - std::chrono::duration_cast<std::chrono::milliseconds>(ago);
    return text(user, body, id, then.count());
  }
  /// Whom the owner sees first.
  std::string entered() {
    std::string shown;
    for (const chat::Occupant& each : last<chat::RoomJoined>().occupants) {
      shown += (shown.empty() ? "" : " ") + std::string{names()[each.name].text};
    }
    return shown;
  }
};

TEST_F(MatrixBigRooms, SixHundredPeopleAreToldAsFarAsTheyMatter) {
  std::vector<std::string> list = {member(alice, "Alice"), member("@bob:hs.test", "Bob")};
  for (int i = 0; i < 598; ++i) list.push_back(member("@u" + std::to_string(i) + ":hs.test", "User"));
  enters_room_of(600);
  speakers_are({});
  members_are(list);
  owner_hears("RoomJoined !tea%hs.test as +Alice with ~Bob", "RoomChanged !tea%hs.test members_only topic_locked",
              "Done 1");
  room_hears("!tea:hs.test", text("@u7:hs.test", "hello", "$7"));
  owner_hears("OccupantsJoined !tea%hs.test +User (@u7:hs.test)",
              "Message in !tea%hs.test <User (@u7:hs.test)> hello id=$7");
  room_hears("!tea:hs.test", text("@u7:hs.test", "again", "$8"));
  owner_hears("Message in !tea%hs.test <User (@u7:hs.test)> again id=$8");
}

TEST_F(MatrixBigRooms, OfAHugeOneNobodyAsksForEverybody) {
  enters_room_of(50'000);
  EXPECT_FALSE(is_open(members));
  speakers_are({said("@u5:hs.test", "hello", "$5")}, {member("@u5:hs.test", "Five")});
  EXPECT_FALSE(is_open(members));
  EXPECT_EQ(entered(), "Five");
  forget();
  room_hears("!tea:hs.test", text("@bob:hs.test", "welcome", "$new"));
  owner_hears("OccupantsJoined !tea%hs.test ~bob", "Message in !tea%hs.test <bob> welcome id=$new");
}

TEST_F(MatrixBigRooms, ThoseWhoSpokeLatelyAreShown) {
  enters_room_of(600);
  speakers_are({said("@u5:hs.test", "hello", "$5"), said("@gone:hs.test", "bye", "$g"),
                said("@u6:hs.test", "long ago", "$6", std::chrono::days{31})});
  owner_hears_nothing();
  members_are({member(alice, "Alice"), member("@u5:hs.test", "Five"), member("@u6:hs.test", "Six")});
  EXPECT_EQ(entered(), "Five");
}

TEST_F(MatrixBigRooms, WhoSpokeLatelyMayBeSaidBehindTheMembers) {
  enters_room_of(600);
  members_are({member(alice, "Alice"), member("@u5:hs.test", "Five"), member("@u6:hs.test", "Six")});
  owner_hears_nothing();
  speakers_are({said("@u5:hs.test", "hello", "$5")});
  EXPECT_EQ(entered(), "Five");
}

TEST_F(MatrixBigRooms, AreEnteredWithoutKnowingWhoSpoke) {
  enters_room_of(600);
  members_are({member(alice, "Alice"), member("@u5:hs.test", "Five")});
  homeserver_refuses(recall, 403, "M_FORBIDDEN");
  EXPECT_EQ(last<chat::RoomJoined>().occupants.size(), 0u);
}

TEST_F(MatrixBigRooms, WhoIsLostBeforeItIsKnownWhoSpokeIsInNoRoom) {
  enters_room_of(600);
  members_are({member(alice, "Alice"), member("@u5:hs.test", "Five")});
  drops();
  owner_hears("Lost unavailable: connection reset", "Failed 1 not_sent unavailable: the homeserver is lost");
}

TEST_F(MatrixBigRooms, WhoSpokeWhileSomebodyWasThereIsShownToWhoEntersLater) {
  enters_room_of(600);
  speakers_are({});
  members_are({member(alice, "Alice"), member("@u5:hs.test", "Five")});
  room_hears("!tea:hs.test", said("@u5:hs.test", "hello", "$5"));
  MatrixScript carol{*this, "@carol:hs.test"};
  carol.is_ready(room_of(600));
  carol.owner_asks(join_tea);
  carol.we_ask_nothing();
  EXPECT_EQ(carol.last<chat::RoomJoined>().occupants.size(), 1u) << "five, who spoke, and not alice";
}

TEST_F(MatrixBigRooms, OfASmallOneNobodyAsksWhoSpoke) {
  enters_room_of(3);
  EXPECT_FALSE(is_open(recall));
}

TEST_F(MatrixBigRooms, AreCountedByTheHomeserver) {
  enters_room_of(600);
  EXPECT_EQ(session().people_in(join_tea.room), 600U);
  syncs(R"({"rooms": {"join": {"!tea:hs.test": {"summary": {"m.joined_member_count": 601}}}}})");
  EXPECT_EQ(session().people_in(join_tea.room), 601U);
  EXPECT_FALSE(session().people_in(chat::RoomId{"!other%hs.test"}));
}

}  // namespace
}  // namespace dragoman::backends::matrix::big_rooms_test
