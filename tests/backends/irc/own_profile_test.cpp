#include <algorithm>

#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

// What a person tells of themselves: ircv3.net: setname, draft/metadata-2.

namespace dragoman::test::own_profile_test {
namespace {

constexpr const char* isupport = "CHANTYPES=# CASEMAPPING=ascii NICKLEN=30";

chat::SetProfile named(const std::string& name) {
  chat::Profile profile;
  profile.nickname = name;
  return {profile};
}

TEST(IrcOwnProfile, ChangesTheRealName) {
  IrcScript irc;
  irc.is_ready(isupport, "setname");
  irc.owner_asks(named("Alice Liddell"));
  irc.we_say("SETNAME :Alice Liddell", "PING d1");
  irc.server_says(":alice!a@h SETNAME :Alice Liddell", ":irc.test PONG irc.test :d1");
  irc.owner_hears("Done 1");
  irc.owner_asks(named("Alice Liddell"));
  irc.we_say();
  irc.owner_hears("Done 2");
}

TEST(IrcOwnProfile, IsKeptForTheNextLink) {
  IrcScript irc;
  irc.is_ready(isupport, "");
  irc.owner_asks(named("Alice Liddell"));
  irc.we_say();
  irc.owner_hears("Done 1");
  irc.drops();
  irc.owner_asks(named("Alice L."));
  irc.forget();
  irc.connects();
  irc.we_say("CAP LS 302", "NICK alice", "USER alice 0 * :Alice L.");
}

TEST(IrcOwnProfile, DoesNotReplaceARealNameThatWasChosen) {
  backends::irc::Login login = alice();
  login.realname = "A chosen one";
  login.realname_chosen = true;
  IrcScript irc{login};
  irc.is_ready(isupport, "setname");
  irc.owner_asks(named("Alice Liddell"));
  irc.we_say();
  irc.owner_hears("Done 1");
}

TEST(IrcOwnProfile, ThatIsRefusedSaysWhy) {
  IrcScript irc;
  irc.is_ready(isupport, "setname");
  irc.owner_asks(named("Alice Liddell"));
  irc.server_says(":irc.test FAIL SETNAME CANNOT_CHANGE_REALNAME :Cannot change realname");
  irc.owner_hears("Failed 1 refused forbidden: Cannot change realname");
}

TEST(IrcOwnProfile, HasNoLineBreakAndNoEnd) {
  IrcScript irc;
  irc.is_ready(isupport + std::string{" NAMELEN=20"}, "setname");
  irc.owner_asks(named("Alice\r\nQUIT :" + std::string(200, 'x')));
  const auto said = irc.said();
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0], "SETNAME :Alice QUIT :xxxxxxxx");
}

TEST(IrcOwnProfile, IsMetadataThatCanBeTakenBack) {
  IrcScript irc;
  irc.is_ready(isupport, "draft/metadata-2=maxsub=0");
  chat::SetProfile wish = named("Alice L.");
  wish.profile.avatar_url = "https://example.org/alice.png";
  wish.profile.url = "javascript:alert(1)";
  irc.owner_asks(wish);
  irc.we_say("METADATA * SET avatar :https://example.org/alice.png", "METADATA * SET display-name :Alice L.");
  wish.profile.avatar_url.clear();
  wish.profile.url = "https://alice.example/";
  irc.owner_asks(wish);
  irc.we_say("METADATA * SET homepage :https://alice.example/", "METADATA * SET avatar");
  irc.drops();
  irc.connects();
  irc.server_says(":irc.test CAP * LS :draft/metadata-2=maxsub=0", ":irc.test CAP * ACK :draft/metadata-2",
                  ":irc.test 001 alice :Welcome");
  irc.said();
  irc.server_says(":irc.test 422 alice :No MOTD");
  irc.we_say("METADATA * SET display-name :Alice L.", "METADATA * SET homepage :https://alice.example/");
}

TEST(IrcOwnProfile, ThatIsTheNicknameIsNoMetadata) {
  IrcScript irc;
  irc.is_ready(isupport, "draft/metadata-2=maxsub=0");
  irc.owner_asks(named("alice"));
  irc.we_say();
  irc.owner_hears("Done 1");
}

TEST(IrcOwnProfile, SurvivesADropAtEveryStep) {
  survives_a_drop_at_every_step([](IrcScript& irc) {
    irc.is_ready(isupport, "setname draft/metadata-2");
    irc.owner_asks(named("Alice Liddell"));
    irc.server_says(":irc.test PONG irc.test :d1");
  });
}

}  // namespace
}  // namespace dragoman::test::own_profile_test
