#include <algorithm>

#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::AskClient;
using chat::PersonId;
using chat::RoomId;

const chat::Profile& profile_of(const IrcScript& irc) {
  return std::get<chat::Profile>(std::get<chat::Done>(irc.events.back()).answer);
}

TEST(IrcWhois, IsReadAsInspircdWritesIt) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::GetProfile{PersonId{"bob"}});
  irc.we_say("WHOIS bob bob");
  irc.server_says(":insp.test 311 alice Bob b lab-host.test * :Bob B.", ":insp.test 301 alice Bob :at lunch",
                  ":insp.test 319 alice Bob :~#tea @#cake", ":insp.test 312 alice Bob insp.test :lab",
                  ":insp.test 313 alice Bob :is an Admin on InspLab",
                  ":insp.test 671 alice Bob :is using a secure connection",
                  ":insp.test 335 alice Bob :is a bot on InspLab", ":insp.test 330 alice Bob bobby :is logged in as",
                  ":insp.test 378 alice Bob :is connecting from b@127.0.0.1 127.0.0.1",
                  ":insp.test 317 alice Bob 42 1700000000 :seconds idle, signon time", ":insp.test 318 alice Bob :End");
  irc.owner_hears("Done 1 profile Bob b@lab-host.test Bob B.");
  EXPECT_EQ(profile_of(irc).away, "at lunch");
  EXPECT_EQ(profile_of(irc).account, "bobby");
  EXPECT_EQ(profile_of(irc).idle, 42s);
  EXPECT_EQ(profile_of(irc).server, "insp.test");
  EXPECT_EQ(profile_of(irc).description, "is an Admin on InspLab\nis using a secure connection\nis a bot on InspLab");
}

TEST(IrcWhois, OfNobodyIsNotFound) {
  // InspIRCd: 401 and 318. ngIRCd and solanum ask the server of this name first: 402. Hybrid ends at once.
  for (const char* line : {":irc.test 401 alice bob :No such nick", ":irc.test 402 alice bob :No such server",
                           ":irc.test 406 alice bob :There was no such nickname", ":irc.test 318 alice bob :End"}) {
    IrcScript irc;
    irc.is_ready();
    irc.owner_asks(chat::GetProfile{PersonId{"bob"}});
    irc.server_says(line, ":irc.test 318 alice bob :End of /WHOIS list");
    irc.owner_hears("Failed 1 refused not_found: nobody has this nickname");
  }
}

TEST(IrcAskClient, IsAnsweredByTheirClient) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(AskClient{PersonId{"bob"}, AskClient::What::software});
  irc.owner_asks(AskClient{PersonId{"bob"}, AskClient::What::time});
  irc.we_say("PRIVMSG bob :\x01VERSION\x01", "PRIVMSG bob :\x01TIME\x01");
  irc.server_says(":bob!b@h NOTICE alice :\x01TIME Fri 20 Nov\x01");
  irc.owner_hears("Done 2 reply: Fri 20 Nov");
  irc.server_says(":mallory!m@h NOTICE alice :\x01VERSION Forged\x01");
  irc.owner_hears();
  irc.server_says(":Bob!b@h NOTICE alice :\x01version \x02HexChat\x02 2.16\x01");
  irc.owner_hears("Done 1 reply: HexChat 2.16");
  irc.server_says(":bob!b@h NOTICE alice :\x01VERSION again\x01");
  irc.owner_hears();
}

TEST(IrcAskClient, EndsWithoutAnAnswerAndForNobody) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(AskClient{PersonId{"bob"}, AskClient::What::software});
  irc.time_passes(15s);
  irc.owner_hears("Failed 1 unsure timeout: the other client did not answer");
  irc.server_says(":bob!b@h NOTICE alice :\x01VERSION late\x01");
  irc.owner_hears();
  irc.owner_asks(AskClient{PersonId{"bob"}, AskClient::What::time});
  irc.server_says(":irc.test 401 alice bob :No such nick");
  irc.owner_hears("Failed 2 refused not_found: No such nick");
}

TEST(IrcPing, TakesItsOwnTokenOnce) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::Ping{PersonId{"bob"}});
  irc.we_say("PRIVMSG bob :\x01PING 1\x01");
  irc.server_says(":bob!b@h NOTICE alice :\x01PING 2\x01", ":carol!c@h NOTICE alice :\x01PING 1\x01");
  irc.owner_hears();
  irc.server_says(":bob!b@h NOTICE alice :\x01PING 1\x01", ":bob!b@h NOTICE alice :\x01PING 1\x01");
  irc.owner_hears("Done 1 reply");
}

TEST(IrcTakenNickname, IsRefusedToWhoWantsToJoinWhenTheOperatorSaysSo) {
  IrcScript irc{alice(), IrcScript::unlimited, backends::irc::Encoding::utf_8, false};
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.connects();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 433 * alice :Nickname is already in use");
  irc.link_closes();
  irc.owner_hears("Lost conflict for good: Nickname is already in use",
                  "Failed 1 not_sent conflict: Nickname is already in use");
  irc.forget();
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alison", {}});
  irc.connects();
  irc.we_say("CAP LS 302", "NICK alison", "USER alice 0 * :alice");
}

TEST(IrcTakenNickname, IsOurGhostAfterALostLink) {
  IrcScript irc{alice(), IrcScript::unlimited, backends::irc::Encoding::utf_8, false};
  irc.is_ready();
  irc.is_in("#tea");
  irc.drops();
  irc.owner_asks(chat::JoinRoom{RoomId{"#cake"}, "alice", {}});
  irc.connects();
  irc.forget();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 433 * alice :Nickname is already in use");
  irc.link_closes();
  irc.owner_hears("Failed 2 not_sent conflict: Nickname is already in use",
                  "Lost conflict: Nickname is already in use");
}

TEST(IrcTakenNickname, IsConflictForACollisionAndARecentOwnerToo) {
  for (const char* numeric : {"433", "436", "437"}) {
    IrcScript irc{alice(), IrcScript::unlimited, backends::irc::Encoding::utf_8, false};
    irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
    irc.connects();
    irc.server_says(":irc.test CAP * LS :", ":irc.test " + std::string{numeric} + " * alice :taken");
    irc.link_closes();
    irc.owner_hears("Lost conflict for good: taken", "Failed 1 not_sent conflict: taken");
  }
}

TEST(IrcForcedNickname, IsToldInEveryRoomAndNotTakenForTheOneThatWasAskedFor) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.is_in("#cake");
  irc.owner_asks(chat::SetNickname{"bob"});
  irc.server_says(":alice!a@h NICK Guest17");
  auto heard = irc.heard();
  std::sort(heard.begin(), heard.end());
  EXPECT_EQ(heard, (std::vector<std::string>{"OccupantRenamed #cake alice -> Guest17 (self)",
                                             "OccupantRenamed #tea alice -> Guest17 (self)", "SelfChanged Guest17"}));
  irc.server_says(":irc.test 433 Guest17 bob :Nickname is already in use");
  irc.owner_hears("Failed 3 refused conflict: Nickname is already in use");
  irc.drops();
  irc.forget();
  irc.connects();
  irc.we_say("CAP LS 302", "NICK alice", "USER alice 0 * :alice");
}

TEST(IrcKill, IsToldInTheWordsOfWhoDidIt) {
  IrcScript irc;
  irc.is_ready();
  irc.server_says(":oper!o@h KILL alice :Killed (oper (spam))",
                  "ERROR :Closing link: (alice@host) [Killed (oper (spam))]");
  irc.drops();
  irc.owner_hears("Lost closed: killed by oper: spam");
}

TEST(IrcJoin, ThatNeedsAnAccountSaysHowToGetOne) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.server_says(":irc.test 477 alice #tea :You need to be identified to a registered account");
  const std::string heard = irc.heard().at(0);
  EXPECT_TRUE(heard.starts_with("Failed 1 refused members_only: You need to be identified to a registered account - "));
  EXPECT_NE(heard.find("NickServ"), std::string::npos);
}

TEST(IrcJoin, RefusedByAnyNumericEndsAtOnce) {
  for (const auto& [numeric, fault] :
       {std::pair{"405", "limited"}, std::pair{"447", "forbidden"}, std::pair{"448", "forbidden"}}) {
    IrcScript irc;
    irc.is_ready();
    irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
    irc.server_says(":irc.test " + std::string{numeric} + " alice #tea :no");
    irc.owner_hears("Failed 1 refused " + std::string{fault} + ": no");
  }
}

TEST(IrcReconnect, BeginsWithTheRoomsThatWereSpokenInLast) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# TARGMAX=JOIN:2");
  for (const char* room : {"#a", "#b", "#c", "#d"}) irc.is_in(room);
  irc.owner_asks(chat::SendMessage{{RoomId{"#d"}, {}}, chat::plain("x")});
  irc.time_passes(1s);
  irc.owner_asks(chat::SendMessage{{RoomId{"#c"}, {}}, chat::plain("x")});
  irc.drops();
  irc.connects();
  irc.forget();
  irc.server_says(":irc.test CAP * LS :", ":irc.test 001 alice :hi",
                  ":irc.test 005 alice TARGMAX=JOIN:2 :are supported", ":irc.test 422 alice :No MOTD");
  irc.we_say("CAP END", "JOIN #c,#d", "JOIN #a,#b");
}

void asks_people(IrcScript& irc) {
  irc.is_ready();
  irc.owner_asks(chat::GetProfile{PersonId{"bob"}});
  irc.server_says(":irc.test 311 alice bob b host * :Bob");
  irc.owner_asks(AskClient{PersonId{"bob"}, AskClient::What::software});
  irc.owner_asks(chat::Ping{PersonId{"bob"}});
  irc.server_says(":bob!b@h NOTICE alice :\x01VERSION x\x01");
}

TEST(IrcPeople, SurviveADropAtEveryStep) { survives_a_drop_at_every_step(asks_people); }

}  // namespace
}  // namespace dragoman::test
