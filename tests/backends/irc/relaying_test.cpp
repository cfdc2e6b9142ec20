#include "support/irc_script.hpp"

// ircv3.net: relaymsg: what a bot says for somebody under their name.

namespace dragoman::test::relaying_test {
namespace {

using chat::RoomId;

constexpr const char* echoes = "batch draft/relaymsg echo-message labeled-response message-tags";
const chat::Conversation tea{RoomId{"#tea"}, {}};

chat::SendMessage said_by(const std::string& author, const std::string& text) {
  chat::SendMessage message{tea, chat::plain(text)};
  message.content.shown_author = author;
  return message;
}

/// Ready on a server with these capabilities, whose separators are `separators`, in #tea.
void is_in_tea(IrcScript& irc, const std::string& caps = echoes, const std::string& separators = "=/") {
  std::string offered = caps;
  offered.replace(offered.find("relaymsg"), 8, "relaymsg" + separators);
  irc.connects();
  irc.server_says(":irc.test CAP * LS :" + offered);
  irc.server_says(":irc.test CAP * ACK :" + caps, ":irc.test 001 alice :Welcome",
                  ":irc.test 005 alice CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii NICKLEN=20 :are supported",
                  ":irc.test 422 alice :No MOTD");
  irc.is_in("#tea", "@alice bob");
}

TEST(IrcRelaying, SaysItUnderTheNameOfWhoSaidIt) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks(said_by("Smith", "hello"));
  irc.we_say("@label=1 RELAYMSG #tea Smith/alice :hello");
  irc.server_says("@label=1;msgid=m1;draft/relaymsg=alice :Smith/alice!relay@irc.test PRIVMSG #tea :hello");
  irc.owner_hears("Done 2 sent m1");
}

TEST(IrcRelaying, NamesAreMadeLegalAndKeepTheNetworkTheyHave) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks(said_by("Jos\xC3\xA9 Smith", "a"));
  irc.owner_asks(said_by("smith/xmpp", "b"));
  irc.owner_asks(said_by("\xF0\x9F\x98\x80", "c"));
  const auto lines = irc.said();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "@label=1 RELAYMSG #tea Jose_Smith/alice :a");
  EXPECT_EQ(lines[1], "@label=2 RELAYMSG #tea smith/xmpp :b");
  EXPECT_TRUE(lines[2].starts_with("@label=3 RELAYMSG #tea u")) << lines[2];
}

TEST(IrcRelaying, WithoutSeparatorsTheNameStandsAlone) {
  IrcScript irc;
  is_in_tea(irc, echoes, "");
  irc.owner_asks(said_by("Smith", "hello"));
  irc.we_say("@label=1 RELAYMSG #tea Smith :hello");
}

TEST(IrcRelaying, ActionsGoToo) {
  IrcScript irc;
  is_in_tea(irc);
  chat::SendMessage message = said_by("Smith", "waves");
  message.content.kind = chat::Content::Kind::action;
  irc.owner_asks(message);
  irc.we_say(
      "@label=1 RELAYMSG #tea Smith/alice :\x01"
      "ACTION waves\x01");
}

TEST(IrcRelaying, WhereItIsRefusedTheNameStandsInTheTextFromThenOn) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks(said_by("Smith", "one\ntwo"));
  irc.we_say("@label=1 RELAYMSG #tea Smith/alice :one", "@label=2 RELAYMSG #tea Smith/alice :two");
  irc.server_says("@label=1 :irc.test FAIL RELAYMSG PRIVS_NEEDED #tea :You need to be an operator");
  irc.we_say("@label=3 PRIVMSG #tea :<Smith> one", "@label=4 PRIVMSG #tea :<Smith> two");
  // That of the second line is about a message that is on its way already.
  irc.server_says("@label=2 :irc.test FAIL RELAYMSG PRIVS_NEEDED #tea :You need to be an operator");
  irc.owner_hears_nothing();
  irc.server_says("@label=3;msgid=m1 :alice!a@h PRIVMSG #tea :<Smith> one",
                  "@label=4;msgid=m2 :alice!a@h PRIVMSG #tea :<Smith> two");
  irc.owner_hears("Done 2 sent m1 m2");
  irc.owner_asks(said_by("Smith", "three"));
  irc.we_say("@label=5 PRIVMSG #tea :<Smith> three");
}

TEST(IrcRelaying, IsTriedAgainWhenOurRankHasChanged) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks(said_by("Smith", "one"));
  irc.server_says("@label=1 :irc.test FAIL RELAYMSG PRIVS_NEEDED #tea :You need to be an operator",
                  ":bob!b@h MODE #tea +v alice");
  irc.said();
  irc.owner_asks(said_by("Smith", "two"));
  irc.we_say("@label=3 RELAYMSG #tea Smith/alice :two");
}

TEST(IrcRelaying, ANameThatIsRefusedIsOne) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks(said_by("Smith", "one"));
  irc.server_says("@label=1 :irc.test FAIL RELAYMSG INVALID_NICK :Invalid nickname");
  irc.we_say("@label=1 RELAYMSG #tea Smith/alice :one", "@label=2 PRIVMSG #tea :<Smith> one");
  irc.owner_asks(said_by("Jones", "two"));
  irc.we_say("@label=3 RELAYMSG #tea Jones/alice :two");
}

TEST(IrcRelaying, WithoutItTheNameStandsInTheText) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice");
  irc.owner_asks(said_by("Smith", "hello"));
  EXPECT_EQ(irc.said().front(), "PRIVMSG #tea :<Smith> hello");
}

TEST(IrcRelaying, WhatOthersRelayTellsWho) {
  IrcScript irc;
  is_in_tea(irc);
  irc.server_says("@draft/relaymsg=bridge :smith/xmpp!relay@irc.test PRIVMSG #tea :hello");
  const auto& received = std::get<chat::MessageReceived>(irc.events.back());
  EXPECT_EQ(received.author.name, "smith/xmpp");
  EXPECT_EQ(received.author.relayed_by, "bridge");
  EXPECT_FALSE(received.author.self);
}

TEST(IrcRelaying, WhatWeRelayedOurselvesDoesNotComeBackAsSomebodyElses) {
  IrcScript irc;
  is_in_tea(irc, "draft/relaymsg message-tags server-time");
  irc.owner_asks(said_by("Smith", "hello"));
  irc.server_says("@draft/relaymsg=alice :Smith/alice!relay@irc.test PRIVMSG #tea :hello");
  irc.owner_hears_nothing();
  // In history it is known by its author.
  irc.server_says("@draft/relaymsg=alice;time=2001-01-01T00:00:00.000Z :Smith/alice!relay@irc.test PRIVMSG #tea :old");
  EXPECT_TRUE(std::get<chat::MessageReceived>(irc.events.back()).author.self);
}

TEST(IrcRelaying, QuestionsInSomebodysNameAreNotAnswered) {
  IrcScript irc;
  is_in_tea(irc);
  irc.server_says("@draft/relaymsg=bridge :smith/xmpp!relay@irc.test PRIVMSG #tea :\x01VERSION\x01");
  irc.we_say_nothing();
}

}  // namespace
}  // namespace dragoman::test::relaying_test
