#include "backends/matrix/power_levels.hpp"

#include <gtest/gtest.h>

#include "backends/matrix/json.hpp"

namespace dragoman::backends::matrix::power_levels_test {
namespace {

PowerLevels read_levels(const char* json) { return read_power_levels(nlohmann::json::parse(json)); }

TEST(MatrixPowerLevels, AreThoseOfTheSpecificationWhereTheEventSaysNothing) {
  const PowerLevels levels = read_levels("{}");
  EXPECT_EQ(levels.ban, 50);
  EXPECT_EQ(levels.invite, 0);
  EXPECT_EQ(levels.needed("m.room.message", false), 0);
  EXPECT_EQ(levels.needed("m.room.topic", true), 50);
  EXPECT_EQ(levels.notify_room, 50);
}

TEST(MatrixPowerLevels, WithoutTheEventEverybodyMayChangeTheState) {
  EXPECT_EQ(PowerLevels{}.needed("m.room.topic", true), 0);
}

TEST(MatrixPowerLevels, AnEventOfItsOwnCountsMoreThanTheDefault) {
  const PowerLevels levels =
      read_levels(R"({"events": {"m.room.topic": 0, "m.room.message": 25}, "state_default": 60})");
  EXPECT_EQ(levels.needed("m.room.topic", true), 0);
  EXPECT_EQ(levels.needed("m.room.message", false), 25);
  EXPECT_EQ(levels.needed("m.room.name", true), 60);
}

TEST(MatrixPowerLevels, OldRoomsHaveNumbersAsTexts) {
  const PowerLevels levels = read_levels(R"({"ban": "70", "users": {"@a:hs": "100", "@b:hs": 5.0}})");
  EXPECT_EQ(levels.ban, 70);
  EXPECT_EQ(levels.users.at("@a:hs"), 100);
  EXPECT_EQ(levels.users.at("@b:hs"), 5);
}

TEST(MatrixPowerLevels, WhatIsNoNumberIsAsIfItWereMissing) {
  const PowerLevels levels = read_levels(
      R"({"ban": {}, "kick": "many", "users": [1], "events": {"m.room.name": null}, "users_default": 1e300})");
  EXPECT_EQ(levels.ban, 50);
  EXPECT_EQ(levels.kick, 50);
  EXPECT_TRUE(levels.users.empty());
  EXPECT_EQ(levels.needed("m.room.name", true), 50);
  EXPECT_EQ(levels.users_default, 0);
}

}  // namespace
}  // namespace dragoman::backends::matrix::power_levels_test
