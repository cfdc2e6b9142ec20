#include "support/irc_script.hpp"

// ircv3.net: draft/metadata-2.

namespace dragoman::test {
namespace {

constexpr const char* plain = "CHANTYPES=# CASEMAPPING=ascii NICKLEN=30";

/// Ready on a server with the capability, whose value is `terms`.
void is_ready_for_metadata(IrcScript& irc, const std::string& terms) {
  irc.connects();
  irc.server_says(":irc.test CAP * LS :batch draft/metadata-2" + terms);
  irc.server_says(":irc.test CAP * ACK :batch draft/metadata-2", ":irc.test 001 alice :Welcome",
                  ":irc.test 005 alice " + std::string{plain} + " :are supported");
  irc.forget();
  irc.server_says(":irc.test 422 alice :No MOTD");
}

chat::Profile profile_of_bob(IrcScript& irc) {
  irc.owner_asks(chat::GetProfile{chat::PersonId{"bob"}});
  irc.server_says(":irc.test 311 alice bob b h * :Robert", ":irc.test 318 alice bob :End");
  return std::get<chat::Profile>(std::get<chat::Done>(irc.events.back()).answer);
}

TEST(IrcMetadata, IsSubscribedToAsFarAsTheServerLetsUs) {
  IrcScript all;
  is_ready_for_metadata(all, "=maxsub=50,maxkey=20");
  all.we_say("METADATA * SUB display-name avatar homepage status pronouns url");
  IrcScript few;
  is_ready_for_metadata(few, "=maxsub=2");
  few.we_say("METADATA * SUB display-name avatar");
}

TEST(IrcMetadata, IsInTheProfileAndNews) {
  IrcScript irc;
  is_ready_for_metadata(irc, "");
  irc.is_in("#tea", "alice bob");
  irc.server_says(
      ":irc.test METADATA bob display-name * :Bob \x02"
      "B.\x02",
      ":irc.test METADATA bob avatar * :https://example.com/{size}/bob.png");
  irc.owner_hears("PersonChanged bob", "PersonChanged bob");
  EXPECT_EQ(std::get<chat::PersonChanged>(irc.events.back()).profile.nickname, "Bob B.");
  irc.server_says(":irc.test 761 alice bob homepage * :https://bob.example/",
                  ":irc.test 761 alice bob status * :tea time", ":irc.test 761 alice bob pronouns * :he/him",
                  ":irc.test METADATA bob unknown * :x");
  const auto profile = profile_of_bob(irc);
  EXPECT_EQ(profile.nickname, "Bob B.");
  EXPECT_EQ(profile.full_name, "Robert");
  EXPECT_EQ(profile.avatar_url, "https://example.com/192/bob.png");
  EXPECT_EQ(profile.url, "https://bob.example/");
  EXPECT_EQ(profile.description, "Status: tea time\nPronouns: he/him");
}

TEST(IrcMetadata, OfAWhoisIsInTheProfile) {
  IrcScript irc;
  is_ready_for_metadata(irc, "");
  irc.owner_asks(chat::GetProfile{chat::PersonId{"bob"}});
  irc.server_says(":irc.test 311 alice bob b h * :Robert", ":irc.test 760 alice bob display-name * :Bob B.",
                  ":irc.test 762 alice :end of metadata", ":irc.test 318 alice bob :End");
  EXPECT_EQ(std::get<chat::Profile>(std::get<chat::Done>(irc.events.back()).answer).nickname, "Bob B.");
}

TEST(IrcMetadata, ThatIsTheSameOrOfNobodyIsNoNews) {
  IrcScript irc;
  is_ready_for_metadata(irc, "");
  irc.is_in("#tea", "alice bob");
  irc.server_says(":irc.test METADATA bob status * :here");
  irc.forget();
  irc.server_says(":irc.test METADATA bob status * :here", ":irc.test METADATA #tea url * :https://tea.example/",
                  ":irc.test METADATA alice status * :me", ":irc.test FAIL METADATA TOO_MANY_SUBS url :too many");
  irc.owner_hears();
}

TEST(IrcMetadata, CanBeTakenBackAndGoesAlongWithTheNickname) {
  IrcScript irc;
  is_ready_for_metadata(irc, "");
  irc.is_in("#tea", "alice robert");
  irc.server_says(":irc.test METADATA robert url * :javascript:alert(1)", ":irc.test METADATA robert status * :here",
                  ":robert!r@h NICK bob");
  auto profile = profile_of_bob(irc);
  EXPECT_EQ(profile.url, "") << "no link";
  EXPECT_EQ(profile.description, "Status: here");
  irc.server_says(":irc.test METADATA bob status *");
  EXPECT_EQ(profile_of_bob(irc).description, "");
}

TEST(IrcMetadata, IsAskedForWhenTheServerHasMoreThanItSaysAtOnce) {
  IrcScript irc;
  is_ready_for_metadata(irc, "");
  irc.forget();
  irc.server_says(":irc.test 774 alice #tea 4");
  irc.time_passes(std::chrono::seconds{3});
  irc.we_say();
  irc.time_passes(std::chrono::seconds{1});
  irc.we_say("METADATA #tea SYNC");
  irc.time_passes(std::chrono::seconds{10});
  irc.we_say();
}

}  // namespace
}  // namespace dragoman::test
