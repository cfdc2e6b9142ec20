#include "backends/matrix/voices.hpp"

#include <gtest/gtest.h>

#include "backends/matrix/appservice_names.hpp"
#include "chat/account.hpp"
#include "support/matrix_script.hpp"

// People for whom a bridge speaks: what they are called, and what their sessions hear.
namespace dragoman::backends::matrix::voices_test {
namespace {

using test::MatrixScript;

const std::string tea = "!tea:hs.test";

chat::Account speaker(const std::string& voice, bool hidden = false) {
  chat::Account account;
  account.owner = "dev";
  account.is_bridge = true;
  account.settings.set("voice", voice);
  if (hidden) account.settings.set("hidden", std::string{"true"});
  return account;
}

std::string with_care(std::string_view text) { return "Ab+/" + std::to_string(text.size()) + "0123456789abcdefGH"; }

TEST(VoicesTest, AnAddressIsReadable) { EXPECT_EQ(voice_name(speaker("irc.test/alice"), with_care), "irc.test/alice"); }

TEST(VoicesTest, OfWhoIsHiddenNothingIsSaid) {
  const std::string name = voice_name(speaker("dev@muc.test/alice@home.test", true), with_care);
  EXPECT_EQ(name.substr(0, 13), "dev@muc.test/");
  EXPECT_EQ(name.size(), 13u + 16u);
  EXPECT_EQ(name.find("alice"), std::string::npos);
  EXPECT_EQ(name, voice_name(speaker("dev@muc.test/alice@home.test", true), with_care)) << "always the same";
}

TEST(VoicesTest, NobodyWithABareJidIsOne) {
  GhostNames names{"hs.test", "_xmpp_", [](const std::string&) { return std::string{}; },
                   [](const std::string&, const std::string&) {}};
  const std::string alice = names.ghost_of("irc.test/alice"), bob = names.ghost_of("bob@example.org");
  EXPECT_EQ(alice, "@_xmpp_irc.test/alice:hs.test");
  EXPECT_TRUE(is_voice_name(*names.owner_of(alice)));
  EXPECT_FALSE(is_voice_name(*names.owner_of(bob)));
}

TEST(VoicesTest, EachSessionKeepsWhatItKnowsApart) {
  chat::Account bot;
  bot.owner = "dev";
  bot.is_bridge = true;
  EXPECT_EQ(session_key(bot), "dev") << "as it was kept before there was anybody else";
  bot.settings.set("leg", "#other%hs.test");
  EXPECT_EQ(session_key(bot), "dev #other%hs.test");
  EXPECT_EQ(session_key(speaker("irc.test/alice")), "dev irc.test/alice");
  chat::Account person;
  person.owner = "alice@example.org";
  person.settings.set("voice", "irc.test/alice");
  EXPECT_EQ(session_key(person), "alice@example.org") << "the settings of people are theirs";
  EXPECT_FALSE(is_voice_account(person));
}

class VoiceSession : public testing::Test, protected MatrixScript {
 protected:
  void is_in_tea() {
    is_a_voice("Alice");
    is_ready();
    homeserver_pushes(tea, {member(alice, "Alice")});
    is_in("tea");
  }
};

TEST_F(VoiceSession, WhatOthersSayInTheRoomAnotherSessionHears) {
  is_in_tea();
  homeserver_pushes(tea, {text("@bob:hs.test", "hello", "$1")});
  owner_hears_nothing();
}

TEST_F(VoiceSession, TheNameOfWhoItSpeaksForIsItsOwn) {
  is_a_voice("Alicia");
  connects();
  answer_introduction();
  EXPECT_EQ(request_of("PUT /profile/@alice:hs.test/displayname").body, R"({"displayname":"Alicia"})");
}

TEST_F(VoiceSession, ANameThatIsRightIsLeftAlone) {
  is_a_voice("Alice");
  connects();
  answer_introduction();
  EXPECT_FALSE(is_open("PUT /profile/"));
}

}  // namespace
}  // namespace dragoman::backends::matrix::voices_test
