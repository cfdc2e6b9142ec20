#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::Affiliation;
using chat::PersonId;
using chat::Role;
using chat::RoomId;

chat::SetStanding standing(std::string nickname, std::optional<Role> role, std::optional<Affiliation> affiliation,
                           std::string reason = {}) {
  return {RoomId{"#tea"}, std::move(nickname), {}, role, affiliation, std::move(reason)};
}

TEST(IrcTopicCommand, IsDoneWhenNoErrorComesBeforeThePong) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks(chat::SetTopic{RoomId{"#tea"}, "two\nlines"});
  irc.we_say("TOPIC #tea :two lines", "PING d1");
  irc.server_says(":alice!a@h TOPIC #tea :two lines", ":irc.test PONG irc.test d1");
  irc.owner_hears("TopicChanged #tea by alice: two lines", "Done 2");
}

TEST(IrcTopicCommand, IsRefusedByTheServer) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks(chat::SetTopic{RoomId{"#tea"}, "x"});
  irc.server_says(":irc.test 482 alice #tea :You're not channel operator", ":irc.test PONG irc.test d1");
  irc.owner_hears("Failed 2 refused forbidden: You're not channel operator");
}

TEST(IrcTopicCommand, IsNotMistakenForAMessage) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks_at_once(
      {chat::SendMessage{{RoomId{"#tea"}, {}}, chat::plain("hi")}, chat::SetTopic{RoomId{"#tea"}, "x"}});
  irc.server_says(":irc.test 482 alice #tea :no", ":irc.test PONG irc.test d2");
  irc.owner_hears("Failed 3 refused forbidden: no", "Done 2 sent");
}

TEST(IrcTopicCommand, IsRefusedWhenItComesTooSoonAfterTheLastOne) {
  // InspIRCd with a linked server takes one topic a second, and says so with a numeric that is about joins elsewhere.
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks(chat::SetTopic{RoomId{"#tea"}, "x"});
  irc.server_says(":irc.test 437 alice #tea :Retry topic change later");
  irc.owner_hears("Failed 2 refused limited: Retry topic change later");
}

TEST(IrcTopicCommand, IsRefusedWhenItIsTooLong) {
  IrcScript irc;
  irc.is_ready("TOPICLEN=5 CHANTYPES=#");
  irc.is_in("#tea");
  irc.owner_asks(chat::SetTopic{RoomId{"#tea"}, "123456"});
  irc.we_say();
  irc.owner_hears("Failed 2 refused too_long: the topic may have 5 bytes on this network");
}

TEST(IrcStandingCommand, SpeaksInModes) {
  struct Case {
    const char* names;
    std::optional<Role> role;
    std::optional<Affiliation> affiliation;
    const char* line;
  };
  const Case cases[] = {
      {"@alice bob", Role::moderator, {}, "MODE #tea +o bob"},
      {"@alice @bob", Role::participant, {}, "MODE #tea -o bob"},
      {"@alice @+bob", Role::visitor, {}, "MODE #tea -o-v bob bob"},
      {"@alice +bob", {}, Affiliation::none, "MODE #tea -v bob"},
      {"@alice bob", {}, Affiliation::member, "MODE #tea +v bob"},
      {"@alice @bob", {}, Affiliation::member, "MODE #tea -o+v bob bob"},
      {"@alice bob", {}, Affiliation::admin, "MODE #tea +o bob"},
      {"@alice bob", {}, Affiliation::owner, "MODE #tea +o bob"},
      {"@alice bob", Role::none, {}, "KICK #tea bob"},
  };
  for (const Case& each : cases) {
    IrcScript irc;
    irc.is_ready();
    irc.is_in("#tea", each.names);
    irc.owner_asks(standing("bob", each.role, each.affiliation));
    irc.we_say(each.line, "PING d1");
    irc.server_says(":irc.test PONG irc.test d1");
    irc.owner_hears("Done 2");
  }
}

TEST(IrcStandingCommand, MakesOwnersWhereThereAreSome) {
  IrcScript irc;
  irc.is_ready("PREFIX=(qaohv)~&@%+ CHANTYPES=#");
  irc.is_in("#tea", "~alice bob");
  irc.owner_asks(standing("bob", {}, Affiliation::owner));
  irc.we_say("MODE #tea +q bob", "PING d1");
}

TEST(IrcStandingCommand, IsDoneAtOnceWhenNothingIsToDo) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice @bob");
  irc.owner_asks(standing("bob", Role::moderator, {}));
  irc.we_say();
  irc.owner_hears("Done 2");
}

TEST(IrcStandingCommand, KicksWithAReasonAndBans) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice bob");
  irc.owner_asks(standing("bob", Role::none, {}, "too\nloud"));
  irc.we_say("KICK #tea bob :too loud", "PING d1");
  irc.server_says(":irc.test PONG irc.test d1");
  irc.owner_asks(standing("bob", {}, Affiliation::outcast, "spam"));
  irc.we_say("MODE #tea +b bob!*@*", "KICK #tea bob :spam", "PING d3");
  irc.owner_asks(chat::SetStanding{RoomId{"#tea"}, {}, "*!*@bad.host", {}, Affiliation::outcast, {}});
  irc.owner_asks(chat::SetStanding{RoomId{"#tea"}, {}, "*!*@bad.host", {}, Affiliation::none, {}});
  irc.we_say("MODE #tea +b *!*@bad.host", "MODE #tea -b *!*@bad.host");
}

TEST(IrcStandingCommand, KnowsWhoIsNotThere) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice");
  irc.owner_asks(standing("bob", Role::none, {}));
  irc.we_say();
  irc.owner_hears("Failed 2 refused not_found: nobody of this name is in the channel");
}

TEST(IrcNicknameCommand, IsDoneWhenTheServerTellsTheNewOne) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SetNickname{"Älice"});
  irc.we_say("NICK Alice", "PING d1");
  irc.server_says(":alice!a@h NICK Alice");
  irc.owner_hears("SelfChanged Alice", "Done 1");
}

TEST(IrcNicknameCommand, FailsWhenTheNameIsTakenOrErroneous) {
  for (const auto& [numeric, fault] :
       {std::pair{"433", "conflict"}, std::pair{"432", "unacceptable"}, std::pair{"437", "conflict"},
        std::pair{"438", "limited"}, std::pair{"447", "forbidden"}}) {
    IrcScript irc;
    irc.is_ready();
    irc.owner_asks(chat::SetNickname{"bob"});
    irc.server_says(":irc.test " + std::string{numeric} + " alice bob :no");
    irc.owner_hears("Failed 1 refused " + std::string{fault} + ": no");
    EXPECT_EQ(irc.session().nickname(), "alice");
  }
}

TEST(IrcNicknameCommand, IsDoneAtOnceForTheNameThatWeHave) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SetNickname{"alice"});
  irc.we_say();
  irc.owner_hears("Done 1");
}

TEST(IrcPresenceCommand, IsAwayAndBack) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SetPresence{chat::Availability::available, "hello"});
  irc.we_say();
  irc.owner_hears("Done 1");
  irc.owner_asks(chat::SetPresence{chat::Availability::away, "out\r\nQUIT"});
  irc.we_say("AWAY :out QUIT", "PING d1");
  irc.owner_asks(chat::SetPresence{chat::Availability::busy, {}});
  irc.owner_asks(chat::SetPresence{chat::Availability::available, {}});
  irc.we_say("AWAY :busy", "AWAY");
}

TEST(IrcInviteCommand, Invites) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks(chat::Invite{RoomId{"#tea"}, PersonId{"bob"}, {}});
  irc.we_say("INVITE bob #tea", "PING d1");
  irc.server_says(":irc.test 443 alice bob #tea :is already on channel");
  irc.owner_hears("Failed 2 refused conflict: is already on channel");
}

TEST(IrcInviteCommand, FailsWithAnErrorThatNamesTheChannel) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks(chat::Invite{RoomId{"#tea"}, PersonId{"bob"}, {}});
  irc.server_says(":irc.test 482 alice #tea :You're not channel operator", ":irc.test PONG irc.test d1");
  irc.owner_hears("Failed 2 refused forbidden: You're not channel operator");
}

TEST(IrcStandingCommand, FailsWithAnErrorThatNamesThePerson) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice bob");
  irc.owner_asks(standing("bob", Role::none, {}));
  irc.server_says(":irc.test 401 alice bob :No such nick", ":irc.test PONG irc.test d1");
  irc.owner_hears("Failed 2 refused not_found: No such nick");
}

TEST(IrcNicknameCommand, IsWishedAgainAfterAReconnectOnlyWhenItWorked) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SetNickname{"bob"});
  irc.server_says(":irc.test 433 alice bob :in use");
  irc.owner_asks(chat::SetNickname{"carol"});
  irc.server_says(":alice!a@h NICK carol");
  irc.drops();
  irc.forget();
  irc.connects();
  irc.we_say("CAP LS 302", "NICK carol", "USER alice 0 * :alice");
}

TEST(IrcProfileCommand, AsksWhois) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::GetProfile{PersonId{"bob"}});
  irc.we_say("WHOIS bob bob");
  irc.server_says(":irc.test 311 alice Bob b host.test * :Bob B.", ":irc.test 319 alice Bob :@#tea #cake",
                  ":irc.test 312 alice Bob irc.test :server", ":irc.test 317 alice Bob 42 1700000000 :seconds idle",
                  ":irc.test 330 alice Bob bobby :is logged in as", ":irc.test 318 alice Bob :End");
  irc.owner_hears("Done 1 profile Bob b@host.test Bob B.");
  const auto& profile = std::get<chat::Profile>(std::get<chat::Done>(irc.events.back()).answer);
  EXPECT_EQ(profile.account, "bobby");
  EXPECT_EQ(profile.idle, 42s);
  EXPECT_EQ(profile.server, "irc.test");
  EXPECT_EQ(profile.rooms, (std::vector<std::string>{"#tea", "#cake"}));
}

TEST(IrcProfileCommand, FailsForNobodyAndWithoutAnAnswer) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::GetProfile{PersonId{"bob"}});
  irc.server_says(":irc.test 401 alice bob :No such nick", ":irc.test 318 alice bob :End");
  irc.owner_hears("Failed 1 refused not_found: nobody has this nickname");
  irc.owner_asks(chat::GetProfile{PersonId{"carol"}});
  irc.time_passes(15s);
  irc.owner_hears("Failed 2 unsure timeout: the IRC server did not answer in time");
}

TEST(IrcListCommand, ListsChannelsUpToALimit) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::ListRooms{"t", 2});
  irc.we_say("LIST");
  irc.server_says(":irc.test 321 alice Channel :Users Name", ":irc.test 322 alice #tea 3 :Cups",
                  ":irc.test 322 alice #cake 9 :", ":irc.test 322 alice #Toast 1 :", ":irc.test 322 alice #tart 1 :",
                  ":irc.test 323 alice :End");
  irc.owner_hears("Done 1 rooms #tea(3) #toast(1) and more");
}

TEST(IrcListCommand, LetsTheServerSearchWhereItCan) {
  IrcScript irc;
  irc.is_ready("ELIST=CMNTU CHANTYPES=#");
  irc.owner_asks(chat::ListRooms{"Tea", 0});
  irc.we_say("LIST *tea*");
}

TEST(IrcListCommand, GivesWhatCameOfALongList) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::ListRooms{});
  irc.server_says(":irc.test 322 alice #tea 3 :Cups");
  irc.time_passes(15s);
  irc.owner_hears("Done 1 rooms #tea(3) and more");
}

TEST(IrcStandingsCommand, KnowsTheMembersAndAsksForBans) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "@alice +bob carol");
  irc.owner_asks(chat::ListStandings{RoomId{"#tea"}, Role::moderator, {}});
  irc.owner_asks(chat::ListStandings{RoomId{"#tea"}, {}, Affiliation::member});
  irc.owner_hears("Done 2 standings alice", "Done 3 standings bob");
  irc.owner_asks(chat::ListStandings{RoomId{"#tea"}, {}, Affiliation::outcast});
  irc.we_say("MODE #tea b");
  irc.server_says(":irc.test 367 alice #tea *!*@spam bob 1700000000", ":irc.test 368 alice #tea :End");
  irc.owner_hears("Done 4 standings *!*@spam");
  irc.owner_asks(chat::ListStandings{RoomId{"#tea"}, {}, Affiliation::outcast});
  irc.server_says(":irc.test 482 alice #tea :You're not channel operator");
  irc.owner_hears("Failed 5 refused forbidden: You're not channel operator");
}

TEST(IrcPingCommand, ReachesTheServerAndPeople) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::Ping{});
  irc.we_say("PING d1");
  irc.server_says(":irc.test PONG irc.test d1");
  irc.owner_hears("Done 1 reply");
  irc.owner_asks(chat::Ping{PersonId{"bob"}});
  irc.we_say("PRIVMSG bob :\x01PING 2\x01");
  irc.server_says(":bob!b@h NOTICE alice :\x01PING 2\x01");
  irc.owner_hears("Done 2 reply");
}

TEST(IrcRunCommand, SendsOneLine) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::Run{"MODE alice +B"});
  irc.owner_asks(chat::Run{"PRIVMSG NickServ :HELP ME"});
  irc.we_say("MODE alice +B", "PING d1", "PRIVMSG NickServ :HELP ME");
  irc.server_says(":irc.test PONG irc.test d1");
  irc.owner_hears("Done 1 reply");
}

TEST(IrcRunCommand, FailsForACommandThatTheServerDoesNotKnow) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::Run{"NOSUCH x"});
  irc.server_says(":irc.test 421 alice NOSUCH :Unknown command", ":irc.test PONG irc.test d1");
  irc.owner_hears("Failed 1 refused unsupported: Unknown command");
}

TEST(IrcRunCommand, KeepsTheProtocolToItself) {
  IrcScript irc;
  irc.is_ready();
  for (const char* line :
       {"CAP REQ :echo-message", "AUTHENTICATE *", "pass x", "USER a 0 * :b", "", "@a=b PING x", ":src PING x"}) {
    irc.owner_asks(chat::Run{line});
    irc.we_say();
    EXPECT_TRUE(irc.heard().front().find(" refused ") != std::string::npos) << line;
  }
}

TEST(IrcCommands, ThatAServerDoesNotKnowFail) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::SetPresence{chat::Availability::away, "x"});
  irc.server_says(":irc.test 421 alice AWAY :Unknown command");
  irc.owner_hears("Failed 1 refused unsupported: Unknown command");
}

TEST(IrcCommands, ThatAreNotAnsweredFailWithinFifteenSeconds) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks(chat::SetTopic{RoomId{"#tea"}, "x"});
  irc.time_passes(13s);
  irc.owner_hears();
  irc.time_passes(1s);
  irc.owner_hears("Failed 2 unsure timeout: the IRC server did not answer in time");
}

TEST(IrcCommands, WithoutAConnectionAreNotSent) {
  const chat::Command commands[] = {chat::SetNickname{"bob"},
                                    chat::SetPresence{},
                                    chat::SetTopic{RoomId{"#tea"}, "x"},
                                    chat::GetProfile{PersonId{"bob"}},
                                    chat::ListRooms{},
                                    chat::Ping{},
                                    chat::Run{"VERSION"},
                                    chat::Invite{RoomId{"#tea"}, PersonId{"bob"}, {}}};
  for (const chat::Command& command : commands) {
    IrcScript irc;
    irc.owner_asks(command);
    irc.owner_hears("Failed 1 not_sent unavailable: not connected to the IRC server yet");
  }
}

TEST(IrcCommands, ThatIrcDoesNotHaveSaySo) {
  const chat::Command commands[] = {chat::EditMessage{}, chat::RetractMessage{}, chat::React{},
                                    chat::MarkRead{},    chat::GetHistory{},     chat::AnswerContact{}};
  IrcScript irc;
  irc.is_ready();
  for (const chat::Command& command : commands) {
    irc.owner_asks(command);
    irc.we_say();
    EXPECT_NE(irc.heard().front().find(" refused unsupported: IRC does not have "), std::string::npos);
  }
}

TEST(IrcCommands, BlockWithSilenceWhereTheServerHasIt) {
  IrcScript without;
  without.is_ready();
  without.owner_asks(chat::Block{PersonId{"bob"}, true});
  without.we_say();
  EXPECT_NE(without.heard().front().find("Done"), std::string::npos);  // the gateway does it alone
  IrcScript irc;
  irc.is_ready();
  irc.server_says(":irc.test 005 alice SILENCE=15 :are supported by this server");
  irc.owner_asks(chat::Block{PersonId{"bob"}, true});
  irc.we_say("SILENCE +bob!*@*");
  irc.owner_asks(chat::Block{PersonId{"bob"}, false});
  irc.we_say("SILENCE -bob!*@*");
}

void asks_everything(IrcScript& irc) {
  irc.is_ready();
  irc.is_in("#tea", "@alice bob");
  irc.owner_asks(chat::SetTopic{RoomId{"#tea"}, "x"});
  irc.owner_asks(standing("bob", Role::moderator, {}));
  irc.owner_asks(standing("bob", {}, Affiliation::outcast));
  irc.owner_asks(chat::SetNickname{"alison"});
  irc.owner_asks(chat::SetPresence{chat::Availability::away, "x"});
  irc.owner_asks(chat::Invite{RoomId{"#tea"}, PersonId{"carol"}, {}});
  irc.owner_asks(chat::GetProfile{PersonId{"bob"}});
  irc.owner_asks(chat::ListRooms{});
  irc.owner_asks(chat::ListStandings{RoomId{"#tea"}, {}, Affiliation::outcast});
  irc.owner_asks(chat::Ping{});
  irc.owner_asks(chat::Ping{PersonId{"bob"}});
  irc.owner_asks(chat::Run{"VERSION"});
  irc.owner_asks(chat::EditMessage{});
  irc.owner_asks(chat::GetRoomForm{RoomId{"#tea"}});
  irc.owner_asks(chat::AskClient{PersonId{"bob"}, chat::AskClient::What::time});
  irc.owner_asks(chat::RequestVoice{RoomId{"#tea"}});
  irc.owner_asks(chat::DeclineInvite{RoomId{"#cake"}, PersonId{"bob"}, {}});
}

TEST(IrcCommands, SurviveADropAtEveryStep) { survives_a_drop_at_every_step(asks_everything); }

}  // namespace
}  // namespace dragoman::test
