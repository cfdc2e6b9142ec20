#include "backends/matrix/appservice_names.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

// What people and rooms of XMPP are called on a homeserver.

namespace dragoman::backends::matrix::appservice_names_test {
namespace {

struct GhostNamesTest : testing::Test {
  std::map<std::string, std::string> kept;
  GhostNames names{"hs.test", "_xmpp_", [this](const std::string& key) { return kept[key]; },
                   [this](const std::string& key, const std::string& text) { kept[key] = text; }};
};

TEST_F(GhostNamesTest, AJidIsReadableInTheUserId) {
  EXPECT_EQ(names.ghost_of("alice@example.org"), "@_xmpp_alice=40example.org:hs.test");
  EXPECT_EQ(names.owner_of("@_xmpp_alice=40example.org:hs.test"), "alice@example.org");
}

TEST_F(GhostNamesTest, WhatUserIdsCannotHaveIsEscaped) {
  EXPECT_EQ(names.ghost_of("d'artagnan+x@é.test"), "@_xmpp_d=27artagnan=2bx=40=c3=a9.test:hs.test");
  EXPECT_EQ(names.owner_of(names.ghost_of("d'artagnan+x@é.test")), "d'artagnan+x@é.test");
}

TEST_F(GhostNamesTest, OfAnyNameTheEscapedOneIsTheNameAgain) {
  std::mt19937 chance{7};
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (std::size_t length = 1 + chance() % 40; length > 0; --length) text += static_cast<char>(chance() % 256);
    const std::string name = escape_name(text);
    EXPECT_EQ(unescape_name(name), text);
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-/="), std::string::npos) << name;
  }
}

TEST_F(GhostNamesTest, OnePersonHasOneGhost) {
  for (const char* id :
       {"@_xmpp_alice@example.org:hs.test", "@_xmpp_Alice=40example.org:hs.test",
        "@_xmpp_=61lice=40example.org:hs.test", "@_xmpp_alice=4:hs.test", "@_xmpp_alice=4Gx:hs.test",
        "@_xmpp_alice:hs.test", "@_xmpp_:hs.test", "@_xmpp_bot:hs.test", "@alice=40example.org:hs.test",
        "@_xmpp_alice=40example.org:other.test", "@_xmpp_alice=40example.org", ""}) {
    EXPECT_EQ(names.owner_of(id), std::nullopt) << id;
  }
}

TEST_F(GhostNamesTest, ALongNameIsAHashThatIsRemembered) {
  const std::string owner = std::string(200, 'a') + "@" + std::string(100, 'b') + ".test";
  const std::string id = names.ghost_of(owner);
  EXPECT_LE(id.size(), 255u);
  EXPECT_EQ(id, names.ghost_of(owner));
  EXPECT_EQ(names.owner_of(id), owner);
  EXPECT_NE(id, names.ghost_of(owner + "x"));
  kept.clear();
  EXPECT_EQ(names.owner_of(id), std::nullopt);
}

TEST_F(GhostNamesTest, ABridgeIsNobodysGhost) {
  EXPECT_EQ(names.ghost_of("dev"), "@_xmpp_=40dev:hs.test");
  EXPECT_EQ(names.owner_of("@_xmpp_=40dev:hs.test"), "dev");
}

TEST_F(GhostNamesTest, RoomsHaveAliases) {
  EXPECT_EQ(names.alias_of("tea@rooms.example.org"), "#_xmpp_tea=40rooms.example.org:hs.test");
  EXPECT_EQ(names.room_of("#_xmpp_tea=40rooms.example.org:hs.test"), "tea@rooms.example.org");
  EXPECT_EQ(names.room_of("#_xmpp_tea:hs.test"), std::nullopt);
  EXPECT_EQ(names.room_of("#_xmpp_=40rooms.example.org:hs.test"), std::nullopt);
}

TEST_F(GhostNamesTest, TheDotsOfAServerAreNoPatterns) {
  EXPECT_EQ(names.expression('@', "_xmpp_.*"), "@_xmpp_.*:hs\\.test");
}

}  // namespace
}  // namespace dragoman::backends::matrix::appservice_names_test
