#include <gtest/gtest.h>

#include "base/text.hpp"
#include "support/muc_script.hpp"
#include "xmpp/avatar.hpp"

// XEP-0153 and XEP-0054 in a room: what its occupants look like.

namespace dragoman::backends::muc {
namespace {

using test::MucScript;

const std::string png = std::string{"\x89PNG\r\n\x1a\n", 8} + "tea";

std::string hash_of(const std::string& bytes) { return xmpp::make_avatar(bytes)->id; }

struct MucPictures : testing::Test {
  MucPictures() { muc.is_in("alice"); }

  void alice_shows(const std::string& photo) {
    muc.room_says(MucScript::presence("alice", MucScript::user(MucScript::item("participant", "none")) +
                                                   "<x xmlns='vcard-temp:x:update'>" + photo + "</x>"));
  }
  static std::string photo(const std::string& hash) { return "<photo>" + hash + "</photo>"; }
  static std::string card(const std::string& base64) {
    return "<vCard xmlns='vcard-temp'><FN>Alice</FN><PHOTO><TYPE>image/png</TYPE><BINVAL>" + base64 +
           "</BINVAL></PHOTO></vCard>";
  }
  void is_asked_for(const std::string& hash) {
    muc.owner_asks(chat::GetPicture{hash + " tea@muc.test/alice"});
    muc.we_say(
        "<iq type='get' id='ID' from='bridge-dev@irc.example.org/room' to='tea@muc.test/alice'>"
        "<vCard xmlns='vcard-temp'/></iq>");
  }

  MucScript muc;
  const std::string hash = hash_of(png);
};

TEST_F(MucPictures, ArePersonsNewsWhenTheirHashChanges) {
  alice_shows(photo(hash));
  muc.owner_hears("PersonChanged tea@muc.test/alice");
  EXPECT_EQ(muc.last<chat::PersonChanged>().profile.picture, hash + " tea@muc.test/alice");
  alice_shows(photo(hash));
  muc.owner_hears_nothing();
  alice_shows("");
  muc.owner_hears_nothing();
  alice_shows(photo(""));
  muc.owner_hears("PersonChanged tea@muc.test/alice");
  EXPECT_EQ(muc.last<chat::PersonChanged>().profile.picture, "");
}

TEST_F(MucPictures, ThatAreNoHashAreNone) {
  alice_shows(photo("../../etc/passwd"));
  muc.owner_hears_nothing();
}

TEST_F(MucPictures, AreInTheCardOfTheirPerson) {
  is_asked_for(hash);
  const std::string folded = text::to_base64(png).insert(4, "\n  ");
  muc.room_answers(card(folded), "result", "tea@muc.test/alice");
  EXPECT_EQ(std::get<chat::Picture>(muc.last<chat::Done>().answer).bytes, png);
}

TEST_F(MucPictures, OfAnotherHashAreNotThoseThatWereAskedFor) {
  is_asked_for(hash_of(png + '!'));
  muc.room_answers(card(text::to_base64(png)), "result", "tea@muc.test/alice");
  EXPECT_EQ(muc.last<chat::Failed>().fault, Fault::not_found);
}

TEST_F(MucPictures, ThatAreTooLargeAreLeftOut) {
  const std::string large = png + std::string(300 * 1024, 'x');
  is_asked_for(xmpp::make_avatar(large, 1024 * 1024)->id);
  muc.room_answers(card(text::to_base64(large)), "result", "tea@muc.test/alice");
  EXPECT_EQ(muc.last<chat::Failed>().fault, Fault::not_found);
}

TEST_F(MucPictures, ThatNobodyHasAreNotAskedFor) {
  muc.owner_asks(chat::GetPicture{"x"});
  muc.we_say_nothing();
  EXPECT_EQ(muc.last<chat::Failed>().fault, Fault::not_found);
}

}  // namespace
}  // namespace dragoman::backends::muc
