#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// Topic and settings of a room.

namespace dragoman::backends::matrix::room_settings_test {
namespace {

using test::MatrixScript;

const chat::RoomId tea{"#tea%hs.test"};
const std::string state = "PUT /rooms/!tea:hs.test/state/", listed = "/directory/list/room/!tea:hs.test";

class MatrixRoomSettings : public testing::Test, protected MatrixScript {
 protected:
  MatrixRoomSettings() {
    is_ready();
    is_in("tea", {{"@bob:hs.test", "Bob"}});
  }
  void configures(const std::map<std::string, std::string>& fields) {
    chat::ConfigureRoom configure;
    configure.room = tea;
    for (const auto& [name, value] : fields) configure.fields.set(name, value);
    owner_asks(configure);
  }
};

TEST_F(MatrixRoomSettings, ARoomIsLoggedWhoseHistoryWhoeverEntersCanRead) {
  const auto visibility = [this](const std::string& who) {
    room_hears("!tea:hs.test", R"({"type": "m.room.history_visibility", "state_key": "", "sender": "@bob:hs.test",
      "event_id": "$h)" + who + R"(", "content": {"history_visibility": ")" +
                                   who + "\"}}");
    return last<chat::RoomChanged>().settings.logged;
  };
  owner_asks(chat::JoinRoom{chat::RoomId{"#tea%hs.test"}, "alice", {}});
  EXPECT_TRUE(last<chat::RoomJoined>().logged) << "shared is what a room has that says nothing";
  EXPECT_FALSE(visibility("joined"));
  EXPECT_FALSE(visibility("invited"));
  EXPECT_TRUE(visibility("world_readable"));
  EXPECT_TRUE(visibility("shared"));
  room_hears("!tea:hs.test", R"({"type": "m.room.encryption", "state_key": "", "sender": "@bob:hs.test",
    "event_id": "$e", "content": {"algorithm": "m.megolm.v1.aes-sha2"}})");
  EXPECT_FALSE(last<chat::RoomChanged>().settings.logged) << "who comes later has no keys";
}

TEST_F(MatrixRoomSettings, TheTopicIsSet) {
  owner_asks(chat::SetTopic{tea, "tea & cake"});
  EXPECT_EQ(body_of(state + "m.room.topic/"), nlohmann::json::parse(R"({"topic": "tea & cake"})"));
  homeserver_answers(state + "m.room.topic/", R"({"event_id": "$t"})");
  owner_hears("Done 2");
}

TEST_F(MatrixRoomSettings, AFormShowsThemAsTheyAre) {
  owner_asks(chat::GetRoomForm{tea});
  homeserver_answers("GET " + listed, R"({"visibility": "public"})");
  const auto& done = last<chat::Done>();
  const auto* form = std::get_if<chat::Form>(&done.answer);
  ASSERT_NE(form, nullptr);
  std::map<std::string, std::string> values;
  for (const chat::Field& field : form->fields) values[field.name] = field.values.front();
  EXPECT_EQ(values, (std::map<std::string, std::string>{{"name", ""},
                                                        {"topic_locked", "1"},
                                                        {"moderated", "0"},
                                                        {"join_rule", "public"},
                                                        {"history_visibility", ""},
                                                        {"hidden", "0"}}));
}

TEST_F(MatrixRoomSettings, OnlyWhatIsOtherIsChanged) {
  configures({{"name", "Tea"}, {"topic_locked", "1"}, {"moderated", "0"}, {"join_rule", "public"}});
  we_ask(state + "m.room.name/");
  EXPECT_EQ(body_of(state + "m.room.name/")["name"], "Tea");
  homeserver_answers(state + "m.room.name/");
  owner_hears("Done 2");
}

TEST_F(MatrixRoomSettings, NothingThatIsOtherIsDoneAtOnce) {
  configures({{"name", ""}, {"join_rule", "public"}});
  we_ask_nothing();
  owner_hears("Done 2");
}

TEST_F(MatrixRoomSettings, ARoomIsClosedByItsJoinRule) {
  configures({{"members_only", "1"}, {"join_rule", "public"}});
  EXPECT_EQ(body_of(state + "m.room.join_rules/")["join_rule"], "invite");
}

TEST_F(MatrixRoomSettings, TheChoiceSaysMoreThanTheSwitch) {
  configures({{"members_only", "0"}, {"join_rule", "knock"}});
  EXPECT_EQ(body_of(state + "m.room.join_rules/")["join_rule"], "knock");
}

TEST_F(MatrixRoomSettings, SwitchesArePowerLevels) {
  configures({{"topic_locked", "0"}, {"moderated", "1"}});
  homeserver_answers("GET /rooms/!tea:hs.test/state/m.room.power_levels/",
                     R"({"users": {"@alice:hs.test": 100}, "events": {"m.room.message": 0}})");
  EXPECT_EQ(body_of(state + "m.room.power_levels/"),
            nlohmann::json::parse(
                R"({"users": {"@alice:hs.test": 100}, "events": {"m.room.topic": 0}, "events_default": 50})"));
}

TEST_F(MatrixRoomSettings, TheListIsOnlyWrittenWhenItChanges) {
  configures({{"hidden", "1"}});
  homeserver_answers("GET " + listed, R"({"visibility": "private"})");
  owner_hears("Done 2");
  configures({{"hidden", "0"}});
  homeserver_answers("GET " + listed, R"({"visibility": "private"})");
  EXPECT_EQ(body_of("PUT " + listed)["visibility"], "public");
}

TEST_F(MatrixRoomSettings, WhatMatrixHasNotIsRefusedAndNothingChanged) {
  configures({{"name", "Tea"}, {"password", "secret"}});
  we_ask_nothing();
  owner_hears("Failed 2 refused unsupported: Rooms of Matrix have no passwords; let in only who is invited instead.");
  configures({{"join_rule", "anything"}});
  owner_hears("Failed 3 refused unacceptable: There is no rule \"anything\" for who may enter.");
}

TEST_F(MatrixRoomSettings, TheFirstRefusalIsToldWhenAllHaveEnded) {
  configures({{"name", "Tea"}, {"join_rule", "knock"}});
  homeserver_refuses(state + "m.room.name/", 403, "M_FORBIDDEN", "not allowed");
  owner_hears_nothing();
  homeserver_answers(state + "m.room.join_rules/");
  owner_hears("Failed 2 refused forbidden: not allowed");
}

TEST_F(MatrixRoomSettings, ChangesOfOthersAreTold) {
  room_hears(
      "!tea:hs.test",
      R"({"type": "m.room.topic", "state_key": "", "sender": "@bob:hs.test", "event_id": "$1", "content": {"topic": "cake"}})");
  room_hears(
      "!tea:hs.test",
      R"({"type": "m.room.join_rules", "state_key": "", "sender": "@bob:hs.test", "event_id": "$2", "content": {"join_rule": "invite"}})");
  room_hears(
      "!tea:hs.test",
      R"({"type": "m.room.name", "state_key": "", "sender": "@bob:hs.test", "event_id": "$3", "content": {"name": "Cake"}})");
  owner_hears("TopicChanged #tea%hs.test by Bob: cake", "RoomChanged #tea%hs.test members_only topic_locked",
              "RoomChanged #tea%hs.test members_only topic_locked");
  EXPECT_EQ(last<chat::RoomChanged>().name, "Cake");
}

}  // namespace
}  // namespace dragoman::backends::matrix::room_settings_test
