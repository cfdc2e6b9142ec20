#include "support/irc_script.hpp"

// Who is behind a nickname: WHOX, account-notify, account-tag, extended-join, userhost-in-names, chghost, bot mode, and
// the oper tag, as https://ircv3.net/irc/ has them.

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::RoomId;

const Names::Name& named(IrcScript& irc, std::string_view nick) {
  NameId id;
  EXPECT_TRUE(irc.names().find(RealmId{}, nick, id)) << nick;
  return irc.names()[id];
}

constexpr const char* with_whox = "CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii NICKLEN=30 WHOX BOT=b";

void joins(IrcScript& irc, const std::string& names) {
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :" + names, ":irc.test 366 alice #tea :End");
}

TEST(IrcWhox, SaysWhoSomebodyIsBeforeTheyAreShown) {
  IrcScript irc;
  irc.is_ready(with_whox);
  joins(irc, "alice @bob carol");
  irc.we_say("JOIN #tea", "WHO #tea %tuhnfa,152");
  irc.owner_hears();
  irc.server_says(":irc.test 354 alice 152 ~a h alice H alice", ":irc.test 354 alice 152 b host.bob bob G*@ bobby",
                  ":irc.test 354 alice 152 c host.carol carol Hb 0", ":irc.test 354 alice 77 x y carol G mallory",
                  ":irc.test 315 alice #tea :End of WHO list");
  irc.owner_hears("RoomJoined #tea as alice with @bob(away)(staff) carol(bot)", "Done 1");
  irc.we_say("MODE #tea");
  EXPECT_EQ(named(irc, "bob").account, "bobby");
  EXPECT_EQ(named(irc, "bob").occupant_id, "id of account bobby");
  EXPECT_EQ(named(irc, "carol").occupant_id, "id of carol") << "0 is no account";
}

TEST(IrcWhox, IsNotWaitedForLong) {
  IrcScript irc;
  irc.is_ready(with_whox);
  joins(irc, "alice bob carol");
  irc.time_passes(1s);
  irc.owner_hears();
  irc.time_passes(1s);
  irc.owner_hears("RoomJoined #tea as alice with bob carol", "Done 1");
  irc.server_says(":irc.test 354 alice 152 b host.bob bob H bobby", ":irc.test 354 alice 152 c host.carol carol G 0",
                  ":irc.test 315 alice #tea :End of WHO list");
  irc.owner_hears("OccupantChanged #tea carol(away)");
  EXPECT_EQ(named(irc, "bob").account, "bobby");
  EXPECT_EQ(named(irc, "bob").occupant_id, "id of bob") << "an id that was shown stays";
}

TEST(IrcWhox, IsNotAskedAboutLargeChannels) {
  IrcScript irc;
  irc.is_ready(with_whox, "away-notify");
  std::string names = "alice";
  for (int i = 0; i < 200; ++i) names += " n" + std::to_string(i);
  joins(irc, names);
  irc.we_say("JOIN #tea", "MODE #tea");
}

TEST(IrcWhox, DoesNotHoldUpARejoin) {
  IrcScript irc;
  irc.is_ready(with_whox);
  joins(irc, "alice bob");
  irc.server_says(":irc.test 315 alice #tea :End");
  irc.drops();
  irc.is_ready(with_whox);
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :alice bob", ":irc.test 366 alice #tea :End");
  irc.owner_hears("RoomJoined #tea as alice with bob");
  irc.we_say("MODE #tea", "WHO #tea %tuhnfa,152");
}

TEST(IrcAccount, ComesWithTheJoin) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii", "extended-join");
  irc.is_in("#tea", "alice");
  irc.server_says(":bob!b@h JOIN #tea Bobby :Bob B.", ":carol!c@h JOIN #tea * :Carol C.");
  EXPECT_EQ(named(irc, "bob").account, "Bobby");
  EXPECT_EQ(named(irc, "bob").occupant_id, "id of account bobby");
  EXPECT_EQ(named(irc, "carol").account, "");
  EXPECT_EQ(named(irc, "carol").occupant_id, "id of carol");
}

TEST(IrcAccount, IsTheSamePersonUnderAnotherNameAndLater) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii", "extended-join account-notify");
  irc.is_in("#tea", "alice");
  irc.server_says(":bob!b@h JOIN #tea bobby :Bob", ":bob!b@h NICK bob2", ":bob2!b@h QUIT :bye");
  irc.server_says(":robert!b@h JOIN #tea bobby :Bob", ":bob!m@h JOIN #tea * :Mallory");
  EXPECT_EQ(named(irc, "robert").occupant_id, "id of account bobby");
  EXPECT_EQ(named(irc, "bob").occupant_id, "id of bob") << "the account is not had with the nickname";
}

TEST(IrcAccount, MayBeHadByTwoAtOnce) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii", "extended-join account-notify");
  irc.is_in("#tea", "alice");
  irc.server_says(":bob!b@h JOIN #tea bobby :Bob", ":bob!b@h NICK bob2", ":bob_!b@h JOIN #tea bobby :Bob");
  EXPECT_EQ(named(irc, "bob2").occupant_id, "id of account bobby");
  EXPECT_EQ(named(irc, "bob_").occupant_id, "id of account bobby");
}

TEST(IrcAccount, ChangesTheIdOfNobodyWhoIsThere) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii", "account-notify extended-join");
  irc.is_in("#tea", "alice bob");
  irc.server_says(":bob!b@h ACCOUNT bobby", ":carol!c@h JOIN #tea carol :Carol", ":carol!c@h ACCOUNT *");
  irc.owner_hears("OccupantsJoined #tea carol");
  EXPECT_EQ(named(irc, "bob").account, "bobby");
  EXPECT_EQ(named(irc, "bob").occupant_id, "id of bob");
  EXPECT_EQ(named(irc, "carol").account, "");
  EXPECT_EQ(named(irc, "carol").occupant_id, "id of account carol");
  irc.server_says(":bob!b@h PART #tea");
  irc.server_says(":bob!b@h JOIN #tea bobby :Bob");
  EXPECT_EQ(named(irc, "bob").occupant_id, "id of account bobby") << "whoever comes again is known by the account";
}

TEST(IrcAccount, IsNotHadByWhoTakesTheNickname) {
  // Another session still has the name, because it has not heard of the QUIT yet.
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii", "extended-join");
  irc.is_in("#tea", "alice");
  irc.server_says(":bob!b@h JOIN #tea bobby :Bob");
  NameId id;
  ASSERT_TRUE(irc.names().find(RealmId{}, "bob", id));
  const NameRef elsewhere{irc.names(), id};
  irc.server_says(":bob!b@h QUIT :bye");
  irc.server_says(":bob!m@h JOIN #tea * :Mallory");
  EXPECT_EQ(named(irc, "bob").occupant_id, "id of bob");
}

TEST(IrcAccount, IsTakenFromTheTagsOfMessages) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii", "account-tag message-tags batch");
  irc.is_in("#tea", "alice bob");
  irc.server_says("@account=bobby :bob!b@h PRIVMSG #tea :hello");
  EXPECT_EQ(named(irc, "bob").account, "bobby");
  irc.server_says(":irc.test BATCH +1 chathistory #tea", "@batch=1 :bob!b@h PRIVMSG #tea :older", ":irc.test BATCH -1");
  EXPECT_EQ(named(irc, "bob").account, "bobby") << "history tells nothing of now";
  irc.server_says(":bob!b@h PRIVMSG #tea :logged out");
  EXPECT_EQ(named(irc, "bob").account, "");
}

TEST(IrcAccount, IsInTheProfileWhereWhoisDoesNotTellIt) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii", "account-notify");
  irc.is_in("#tea", "alice bob");
  irc.server_says(":bob!b@h ACCOUNT bobby");
  irc.owner_asks(chat::GetProfile{chat::PersonId{"bob"}});
  irc.server_says(":irc.test 311 alice bob b h * :Bob B.", ":irc.test 318 alice bob :End");
  const auto& done = std::get<chat::Done>(irc.events.back());
  EXPECT_EQ(std::get<chat::Profile>(done.answer).account, "bobby");
}

TEST(IrcAccount, StaysWithARenamedNameThatHasNone) {
  // The id went along with the rename; that WHOX knows no account must not take it away.
  IrcScript irc;
  irc.is_ready(with_whox);
  irc.is_in("#tea", "alice bob");
  irc.server_says(":bob!b@h NICK bob2", ":irc.test 354 alice 152 b host.bob bob2 H 0");
  EXPECT_EQ(named(irc, "bob2").occupant_id, "id of bob");
}

TEST(IrcHosts, AreKnownFromTheNamesAndFollowTheirChanges) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii", "userhost-in-names chghost");
  irc.is_in("#tea", "@alice!a@host.alice bob!~b@host.bob +carol!c@host.carol");
  irc.owner_asks(chat::SetStanding{RoomId{"#tea"}, "bob", {}, {}, chat::Affiliation::outcast, {}});
  irc.we_say("MODE #tea +b *!*@host.bob", "KICK #tea bob", "PING d2");
  irc.server_says(":carol!c@host.carol CHGHOST c2 cloak.carol");
  irc.owner_asks(chat::SetStanding{RoomId{"#tea"}, "carol", {}, {}, chat::Affiliation::outcast, {}});
  irc.we_say("MODE #tea +b *!*@cloak.carol", "KICK #tea carol");
}

TEST(IrcAccountBan, IsForWhoeverCannotBeToldByTheHost) {
  // ircv3.net: account-extban, with its own examples.
  IrcScript irc;
  irc.is_ready("CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii EXTBAN=$,ARar ACCOUNTEXTBAN=R", "account-tag message-tags");
  irc.is_in("#chat", "@alice bob_ carol");
  irc.server_says("@account=bob :bob_!~bob1@host.test PRIVMSG #chat :I am bad");  // host.test is ours too
  irc.owner_asks(chat::SetStanding{RoomId{"#chat"}, "bob_", {}, {}, chat::Affiliation::outcast, {}});
  irc.we_say("MODE #chat +b $R:bob", "KICK #chat bob_", "PING d2");
  irc.forget();
  irc.server_says(":alice!alice@host.test MODE #chat +b $R:bob", ":alice!alice@host.test KICK #chat bob_ :bad");
  irc.owner_hears("OccupantsLeft #chat bob_ banned by alice: bad");
}

TEST(IrcAccountBan, StandsInTheListWithTheAccount) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii EXTBAN=~,a ACCOUNTEXTBAN=a,account", "account-notify");
  irc.is_in("#chat", "@alice bob_");
  irc.server_says(":bob_!b@h ACCOUNT bob");
  irc.owner_asks(chat::ListStandings{RoomId{"#chat"}, {}, chat::Affiliation::outcast});
  irc.server_says(":irc.test 367 alice #chat ~account:bob carol!c@h 1700000000", ":irc.test 368 alice #chat :End");
  const auto& list = std::get<chat::StandingList>(std::get<chat::Done>(irc.events.back()).answer);
  EXPECT_EQ(list.entries.at(0).mask, "~account:bob");
  EXPECT_EQ(list.entries.at(0).reason, "the account bob; set by carol on 2023-11-14 22:13 UTC");
}

TEST(IrcBots, AreKnownByTheirMessages) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii BOT=b", "message-tags");
  irc.is_in("#tea", "alice robodan");
  irc.server_says("@bot :robodan!~u@203.0.113.22 PRIVMSG #tea :Hello! Try typing .help to see my commands!");
  irc.owner_hears("OccupantChanged #tea robodan(bot)",
                  "Message in #tea <robodan> Hello! Try typing .help to see my commands!");
  irc.server_says("@draft/bot=someFutureValueHere=2343 :robodan!~u@203.0.113.22 PRIVMSG #tea :again");
  irc.owner_hears("Message in #tea <robodan> again");
}

TEST(IrcBots, GetNoAnswerToTheirQuestions) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii BOT=b", "message-tags");
  irc.server_says("@bot :robodan!~u@h PRIVMSG alice :\x01VERSION\x01");
  irc.we_say();
  irc.server_says(":bob!~u@h PRIVMSG alice :\x01VERSION\x01");
  irc.we_say("NOTICE bob :\x01VERSION dragoman test\x01");
}

TEST(IrcBots, SayThatTheyAreOnes) {
  backends::irc::Login login = alice();
  login.owner = "bridge";
  login.bot = true;
  IrcScript irc{login};
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :Welcome",
                  ":irc.test 005 alice BOT=b CHANTYPES=# :are supported", ":irc.test 422 alice :No MOTD");
  irc.we_say("CAP LS 302", "NICK alice", "USER alice 0 * :alice", "CAP END", "MODE alice +b");
}

TEST(IrcChannelContext, IsAPrivateMessageInTheRoom) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii", "message-tags");
  irc.is_in("#tea", "alice robodan");
  irc.server_says("@+channel-context=#tea :robodan!r@h NOTICE alice :only for you",
                  "@+draft/channel-context=#tea :robodan!r@h PRIVMSG alice :and this");
  irc.owner_hears("Message in #tea/robodan notice <robodan> only for you",
                  "Message in #tea/robodan <robodan> and this");
  // Not in rooms where it could not be true.
  irc.server_says("@+channel-context=#cake :robodan!r@h PRIVMSG alice :a",
                  "@+channel-context=#tea :bob!r@h PRIVMSG alice :b",
                  "@+channel-context=#cake :robodan!r@h PRIVMSG #tea :c");
  irc.owner_hears("Message in robodan <robodan> a", "Message in bob <bob> b", "Message in #tea <robodan> c");
}

TEST(IrcStaff, IsKnownByItsMessages) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii", "message-tags draft/oper");
  irc.is_in("#tea", "alice lunchd");
  irc.server_says("@draft/oper=launchd :lunchd!l@h PRIVMSG #tea :it's me!", ":lunchd!l@h PRIVMSG #tea :still me");
  irc.owner_hears("OccupantChanged #tea lunchd(staff)", "Message in #tea <lunchd> it's me!",
                  "Message in #tea <lunchd> still me");
}

TEST(IrcRealName, IsNewsOfAPerson) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", "setname");
  irc.is_in("#tea", "alice bob");
  irc.server_says(":bob!b@h SETNAME :\x02Robert\x02 B.");
  irc.owner_hears("PersonChanged bob");
  EXPECT_EQ(std::get<chat::PersonChanged>(irc.events.back()).profile.full_name, "Robert B.");
}

}  // namespace
}  // namespace dragoman::test
