#include "backends/irc/ctcp.hpp"
#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using chat::Content;
using chat::PersonId;
using chat::RoomId;
using chat::SendMessage;

SendMessage to_room(const std::string& room, std::string text) {
  return {{RoomId{room}, {}}, chat::plain(std::move(text))};
}
SendMessage to_person(const std::string& person, std::string text) {
  return {{{}, PersonId{person}}, chat::plain(std::move(text))};
}
constexpr const char* echoes = "message-tags batch labeled-response echo-message server-time";

TEST(IrcMessages, AreHeardFromRoomsAndPeople) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice Bob");
  irc.server_says(":Bob!b@h PRIVMSG #tea :hello", ":Bob!b@h PRIVMSG alice :psst", ":Bob!b@h NOTICE alice :note",
                  ":Bob!b@h PRIVMSG #tea :\x01"
                  "ACTION waves\x01");
  irc.owner_hears("Message in #tea <Bob> hello", "Message in bob <Bob> psst", "Message in bob notice <Bob> note",
                  "Message in #tea action <Bob> waves");
}

TEST(IrcMessages, ANicknameInFrontIsAMention) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice bob carol");
  const auto spans_of = [&irc](const std::string& text) {
    irc.server_says(":bob!b@h PRIVMSG #tea :" + text);
    return std::get<chat::MessageReceived>(irc.events.back()).content.spans;
  };
  using Spans = std::vector<chat::Span>;
  const Spans alice{{chat::Span::Kind::mention, 0, 5, "alice"}};
  EXPECT_EQ(spans_of("alice: hello"), alice);
  EXPECT_EQ(spans_of("alice, hello"), alice);
  EXPECT_EQ(spans_of("alice:"), alice);
  for (const char* text : {"alice hello", "dave: hello", "carol:8080 is open", ": hello", "oh alice: hello", "alice"}) {
    EXPECT_EQ(spans_of(text), Spans{}) << text;
  }
  irc.server_says(":bob!b@h PRIVMSG alice :alice: psst");
  EXPECT_TRUE(std::get<chat::MessageReceived>(irc.events.back()).content.spans.empty());
}

TEST(IrcMessages, CarryTheirAuthorIdAndTime) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", "message-tags server-time account-tag");
  irc.is_in("#tea", "alice bob");
  irc.server_says("@time=2026-11-20T09:00:00.250Z;msgid=AbC1;account=bobby :bob!b@host.test PRIVMSG #tea :hi");
  const auto& message = std::get<chat::MessageReceived>(irc.events.back());
  EXPECT_EQ(message.id.text, "AbC1");
  EXPECT_EQ(message.author.identity, "bobby");
  EXPECT_EQ(message.author.person.text, "bob");
  ASSERT_TRUE(message.time);
  EXPECT_EQ(message.time->time_since_epoch() % 1000ms, 250ms);
}

TEST(IrcMessages, AreReadInTheCharsetThatTheyAreIn) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice bob");
  irc.server_says(":bob!b@h PRIVMSG #tea :caf\xc3\xa9",
                  ":bob!b@h PRIVMSG #tea :caf\xe9 \x02"
                  "b\x02");
  irc.owner_hears("Message in #tea <bob> café", "Message in #tea <bob> café b");
}

TEST(IrcMessages, OfTheServerAreNotices) {
  IrcScript irc;
  irc.is_ready();
  irc.server_says(":irc.test NOTICE alice :Going down", ":irc.test 999 alice some thing :new");
  irc.owner_hears("Notice from irc.test: Going down", "Notice from irc.test: some thing new");
}

TEST(IrcMessages, ToTheOperatorsOfARoomBelongToIt) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# STATUSMSG=@+ PREFIX=(ov)@+");
  irc.is_in("#tea", "@alice @bob");
  irc.server_says(":bob!b@h PRIVMSG @#tea :ops only");
  irc.owner_hears("Message in #tea <bob> ops only");
}

TEST(IrcMessages, OfHistoryAreMarked) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", "batch");
  irc.is_in("#tea", "alice bob");
  irc.server_says(":irc.test BATCH +1 chathistory #tea", "@batch=1 :bob!b@h PRIVMSG #tea :yesterday",
                  ":irc.test BATCH -1", ":bob!b@h PRIVMSG #tea :today");
  irc.owner_hears("Message in #tea <bob> yesterday replayed", "Message in #tea <bob> today");
}

void says_hello(IrcScript& irc) {
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks(to_room("#tea", "hello"));
  irc.we_say("PRIVMSG #tea :hello", "PING d1");
  irc.owner_hears();
  irc.server_says(":irc.test PONG irc.test :d1");
  irc.owner_hears("Done 2 sent");
}

TEST(IrcSending, IsDoneWhenTheServerAnswersThePingBehindIt) {
  IrcScript irc;
  says_hello(irc);
}

TEST(IrcSending, SurvivesADropAtEveryStep) { survives_a_drop_at_every_step(says_hello); }

TEST(IrcSending, UsesTheNameThatTheChannelHas) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.server_says(":alice!a@h JOIN #TEA", ":irc.test 366 alice #TEA :End");
  irc.said();
  irc.owner_asks(to_room("#tea", "hello"));
  irc.we_say("PRIVMSG #TEA :hello", "PING d1");
}

TEST(IrcSending, NeedsOnePingForATurnOfMessagesAndOneAtATime) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  std::vector<chat::Command> many(1000, to_room("#tea", "x"));
  irc.owner_asks_at_once(many);
  auto lines = irc.said();
  EXPECT_EQ(lines.size(), 1001u);
  EXPECT_EQ(lines.back(), "PING d1000");
  irc.owner_asks(to_room("#tea", "y"));
  irc.we_say("PRIVMSG #tea :y");
  irc.server_says(":irc.test PONG irc.test :d1000");
  EXPECT_EQ(irc.heard().size(), 1000u);
  irc.we_say("PING d1001");
}

TEST(IrcSending, IsDoneWithTheEchoWhereThereIsOne) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", echoes);
  irc.is_in("#tea");
  irc.owner_asks(to_room("#tea", "hello"));
  irc.we_say("@label=1 PRIVMSG #tea :hello");
  irc.server_says("@label=1;msgid=m1;time=2026-11-20T09:00:00.000Z :alice!a@h PRIVMSG #tea :hello");
  irc.owner_hears("Done 2 sent m1");
  const auto& sent = std::get<chat::Sent>(std::get<chat::Done>(irc.events.back()).answer);
  EXPECT_TRUE(sent.time);
  EXPECT_EQ(sent.text, "");
}

TEST(IrcSending, TellsWhatTheServerMadeOfTheText) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", echoes);
  irc.is_in("#tea");
  irc.owner_asks(to_room("#tea", "hello"));
  irc.server_says(
      "@label=1 :alice!a@h PRIVMSG #tea :h\x02"
      "*llo");
  irc.owner_hears("Done 2 sent as: h*llo");
}

TEST(IrcSending, IsDoneWhenEveryLineHasItsEcho) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", echoes);
  irc.is_in("#tea");
  irc.owner_asks(to_room("#tea", "one\ntwo"));
  irc.we_say("@label=1 PRIVMSG #tea :one", "@label=2 PRIVMSG #tea :two");
  irc.server_says("@label=1;msgid=m1 :alice!a@h PRIVMSG #tea :one");
  irc.owner_hears();
  irc.server_says("@label=2;msgid=m2 :alice!a@h PRIVMSG #tea :two");
  irc.owner_hears("Done 2 sent m1 m2");
}

TEST(IrcSending, AsksWhenAnEchoIsLate) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", echoes);
  irc.is_in("#tea");
  irc.owner_asks(to_room("#tea", "hello"));
  irc.said();
  irc.time_passes(9s);
  irc.we_say();
  irc.time_passes(1s);
  irc.we_say("PING d1");
  irc.server_says(":irc.test PONG irc.test :d1");
  irc.owner_hears("Done 2 sent");
}

TEST(IrcSending, TellsWhatAnotherClientOfOursSaid) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", echoes);
  irc.is_in("#tea");
  irc.server_says(":alice!a@h PRIVMSG #tea :from my phone", ":alice!a@h PRIVMSG bob :to bob");
  irc.owner_hears("Message in #tea <alice (self)> from my phone", "Message in bob <alice (self)> to bob");
}

TEST(IrcSending, HearsAMessageToOurselvesOnce) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", echoes);
  irc.owner_asks(to_person("alice", "note to self"));
  irc.server_says("@label=1 :alice!a@h PRIVMSG alice :note to self", ":alice!a@h PRIVMSG alice :note to self");
  irc.owner_hears("Done 1 sent", "Message in alice <alice (self)> note to self");
}

TEST(IrcSending, FindsItsEchoAmongSeveralAnswers) {
  // Who is away: InspIRCd and Ergo say so too, in a batch that alone has the label.
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", echoes);
  irc.owner_asks(to_person("bob", "hello"));
  irc.we_say("@label=1 PRIVMSG bob :hello");
  irc.server_says("@label=1 :irc.test BATCH +7 :labeled-response", "@batch=7 :irc.test 301 alice bob :at lunch",
                  "@batch=7;msgid=m1 :alice!a@h PRIVMSG bob :hello", ":irc.test BATCH :-7");
  irc.owner_hears("PresenceChanged bob away: at lunch", "Done 1 sent m1");
}

TEST(IrcSending, FailsWithTheErrorAmongSeveralAnswers) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", echoes);
  irc.owner_asks_at_once({to_person("bob", "one"), to_person("bob", "two")});
  irc.we_say("@label=1 PRIVMSG bob :one", "@label=2 PRIVMSG bob :two");
  irc.server_says("@label=2 :irc.test BATCH +x labeled-response", "@batch=x :irc.test 716 alice bob :is in +g mode",
                  "@batch=x :irc.test 717 alice bob :has been informed", ":irc.test BATCH -x",
                  "@label=1 :alice!a@h PRIVMSG bob :one");
  irc.owner_hears("Failed 2 refused not_allowed: is in +g mode", "Done 1 sent");
}

TEST(IrcSending, FailsWithTheErrorOfItsLabel) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", echoes);
  irc.is_in("#tea");
  irc.owner_asks(to_room("#tea", "one"));
  irc.owner_asks(to_room("#tea", "two"));
  irc.server_says("@label=2 :irc.test 404 alice #tea :Cannot send to channel (+m)",
                  "@label=1 :alice!a@h PRIVMSG #tea :one");
  irc.owner_hears("Failed 3 refused forbidden: Cannot send to channel (+m)", "Done 2 sent");
}

TEST(IrcSending, FailsWithTheErrorThatNamesItsTarget) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks_at_once({to_room("#tea", "one"), to_person("Nobody", "two"), to_room("#tea", "three")});
  irc.server_says(":irc.test 401 alice nobody :No such nick", ":irc.test PONG irc.test :d3");
  irc.owner_hears("Failed 3 refused absent: No such nick", "Done 2 sent", "Done 4 sent");
}

TEST(IrcSending, FailsTheOldestOfSeveralToOneTarget) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks_at_once({to_room("#tea", "one"), to_room("#tea", "two")});
  irc.server_says(":irc.test 404 alice #tea :Cannot send", ":irc.test 404 alice #tea :Cannot send",
                  ":irc.test PONG irc.test :d2");
  irc.owner_hears("Failed 2 refused forbidden: Cannot send", "Failed 3 refused forbidden: Cannot send");
}

struct Refusal {
  const char* numeric;
  const char* fault;
};

TEST(IrcSending, FailsAsTheTableSays) {
  const Refusal refusals[] = {{"401", "absent"},      {"404", "forbidden"}, {"407", "limited"},
                              {"486", "not_allowed"}, {"531", "forbidden"}, {"716", "not_allowed"},
                              {"936", "forbidden"},   {"417", "too_long"}};
  for (const Refusal& refusal : refusals) {
    IrcScript irc;
    irc.is_ready();
    irc.owner_asks(to_person("bob", "hi"));
    irc.server_says(":irc.test " + std::string{refusal.numeric} + " alice bob :no");
    irc.owner_hears("Failed 1 refused " + std::string{refusal.fault} + ": no");
  }
}

TEST(IrcSending, IsUnsureWhenTheLinkDiesBeforeTheAnswer) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(to_person("bob", "hi"));
  irc.drops();
  irc.owner_hears("Lost closed: connection reset", "Failed 1 unsure closed: connection reset");
}

TEST(IrcSending, IsNotSentWhenTheKernelHadTakenNothingOfIt) {
  IrcScript irc;
  irc.is_ready();
  irc.owner_asks(to_person("bob", "hi"));
  irc.drops(0);
  irc.owner_hears("Lost closed: connection reset", "Failed 1 not_sent closed: connection reset");
}

TEST(IrcSending, IsNotSentWithoutAConnection) {
  IrcScript irc;
  irc.owner_asks(to_person("bob", "hi"));
  irc.owner_hears("Failed 1 not_sent unavailable: not connected to the IRC server yet");
}

TEST(IrcSending, GoesToThePersonBehindAnOccupant) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice bob");
  irc.owner_asks(SendMessage{{RoomId{"#tea"}, PersonId{"bob"}}, chat::plain("psst")});
  irc.we_say("PRIVMSG bob :psst", "PING d1");
}

TEST(IrcSending, KnowsActionsAndNotices) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  SendMessage wave = to_room("#tea", "waves");
  wave.content.kind = Content::Kind::action;
  SendMessage note = to_person("bob", "note");
  note.content.kind = Content::Kind::notice;
  irc.owner_asks_at_once({wave, note});
  irc.we_say(
      "PRIVMSG #tea :\x01"
      "ACTION waves\x01",
      "NOTICE bob :note", "PING d2");
}

TEST(IrcSending, FormatsEachLineAnew) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  SendMessage message = to_room("#tea", "one\ntwo");
  message.content.spans = {{chat::Span::Kind::bold, 0, 7, {}}};
  irc.owner_asks(message);
  irc.we_say("PRIVMSG #tea :\x02one\x02", "PRIVMSG #tea :\x02two\x02", "PING d2");
}

TEST(IrcSending, SaysWhoSpeaksAndWhatIsAttached) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  SendMessage message = to_room("#tea", "look");
  message.content.shown_author = "bob";
  chat::Attachment picture;
  picture.url = "https://e.org/a.png";
  picture.name = "my cup.png";
  message.content.attachments.push_back(picture);
  irc.owner_asks(message);
  irc.we_say("PRIVMSG #tea :<bob> look", "PRIVMSG #tea :<bob> my cup.png: https://e.org/a.png", "PING d2");
}

TEST(IrcSending, NamesAFileOnlyWhereItsLinkDoesNot) {
  for (const auto& [url, name, description, line] :
       {std::tuple{"https://e.org/x/a.png", "a.png", "", "https://e.org/x/a.png"},
        {"https://e.org/x/a.png?size=2", "a.png", "", "https://e.org/x/a.png?size=2"},
        {"https://e.org/x/a.png", "a.png", "my cup", "my cup: https://e.org/x/a.png"},
        {"https://e.org/x/3f9a", "a.png", "", "a.png: https://e.org/x/3f9a"},
        {"https://e.org/x/3f9a", "", "", "https://e.org/x/3f9a"}}) {
    IrcScript irc;
    irc.is_ready();
    irc.is_in("#tea");
    SendMessage message = to_room("#tea", "");
    chat::Attachment& file = message.content.attachments.emplace_back();
    file.url = url;
    file.name = name;
    file.description = description;
    irc.owner_asks(message);
    irc.we_say("PRIVMSG #tea :" + std::string{line}, "PING d1");
  }
}

TEST(IrcSending, RefusesNothing) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.owner_asks(to_room("#tea", "\n \n"));
  irc.we_say();
  irc.owner_hears("Failed 2 refused unacceptable: an empty message cannot be sent to IRC");
}

TEST(IrcSending, SplitsUnderTheRealPrefix) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  const std::string host(50, 'h');
  irc.server_says(":irc.test 396 alice " + host + " :is now your hidden host");
  irc.said();
  std::string text;
  for (int i = 0; i < 300; ++i) text += "日本 ";
  irc.owner_asks(to_room("#tea", text));
  std::string whole;
  for (const std::string& line : irc.said()) {
    if (!line.starts_with("PRIVMSG ")) continue;
    const std::string relayed = ":alice!alice@" + host + ' ' + line + "\r\n";
    EXPECT_LE(relayed.size(), 512u);
    EXPECT_GT(relayed.size(), 490u - 2 * (text.size() - whole.size() < 500));
    whole += line.substr(std::string_view{"PRIVMSG #tea :"}.size());
    if (text.size() - whole.size() < 500) break;
  }
  EXPECT_EQ(text.substr(0, whole.size()), whole);
}

TEST(IrcSending, UsesLongerLinesWhereTheServerHasThem) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=# LINELEN=2048");
  irc.is_in("#tea");
  irc.owner_asks(to_room("#tea", std::string(1500, 'x')));
  EXPECT_EQ(irc.said().size(), 2u);
}

TEST(IrcCtcp, IsAnsweredThreeTimesInTenSeconds) {
  IrcScript irc;
  irc.is_ready();
  for (int i = 0; i < 5; ++i) irc.server_says(":bob!b@h PRIVMSG alice :\x01VERSION\x01");
  irc.we_say("NOTICE bob :\x01VERSION dragoman test\x01", "NOTICE bob :\x01VERSION dragoman test\x01",
             "NOTICE bob :\x01VERSION dragoman test\x01");
  irc.time_passes(4s);
  irc.server_says(":bob!b@h PRIVMSG alice :\x01PING 42\x01", ":bob!b@h PRIVMSG alice :\x01TIME\x01");
  irc.we_say("NOTICE bob :\x01PING 42\x01");
  irc.owner_hears();
}

TEST(IrcCtcp, TellsTheTimeInUtc) {
  IrcScript irc;
  irc.is_ready();
  irc.server_says(":bob!b@h PRIVMSG alice :\x01TIME\x01");
  irc.we_say("NOTICE bob :\x01TIME Fri, 20 Nov 2026 09:00:00 +0000\x01");
}

TEST(IrcCtcp, NeverAcceptsADirectConnection) {
  IrcScript irc;
  irc.is_ready();
  irc.server_says(
      ":bob!b@h PRIVMSG alice :\x01"
      "DCC SEND a.exe 3232235777 5000 1\x01");
  irc.we_say();
  irc.owner_hears(
      "Notice from bob: offers the file \"a.exe\" (1 byte) by a direct connection (DCC), which is not possible here; "
      "ask for a link");
}

TEST(IrcCtcp, SaysWhatADirectConnectionIsFor) {
  using backends::irc::describe_dcc;
  const std::string end = " by a direct connection (DCC), which is not possible here";
  EXPECT_EQ(describe_dcc("SEND \"my cat.jpg\" 3232235777 5000 123456"),
            "offers the file \"my cat.jpg\" (121 KiB)" + end + "; ask for a link");
  EXPECT_EQ(describe_dcc("send cat.jpg ::1 5000"), "offers the file \"cat.jpg\"" + end + "; ask for a link");
  EXPECT_EQ(describe_dcc("SEND"), "offers the file \"\"" + end + "; ask for a link");
  EXPECT_EQ(describe_dcc("CHAT chat 3232235777 5000"), "offers to talk" + end);
  EXPECT_EQ(describe_dcc(""), "offers a direct connection (DCC), which is not possible here");
}

TEST(IrcCtcp, IsAnsweredOnlyWhereItIsWanted) {
  IrcScript irc;
  irc.answers_ctcp({false, {}});
  irc.is_ready();
  irc.server_says(":bob!b@h PRIVMSG alice :\x01VERSION\x01", ":bob!b@h PRIVMSG alice :\x01PING 1\x01");
  irc.we_say_nothing();
  irc.owner_hears_nothing();
}

TEST(IrcCtcp, SaysWhereTheSoftwareIsWhenTheOperatorDoes) {
  IrcScript irc;
  irc.is_ready();
  irc.server_says(":bob!b@h PRIVMSG alice :\x01SOURCE\x01");
  irc.we_say_nothing();
  irc.answers_ctcp({true, "https://example.org/dragoman"});
  irc.server_says(":bob!b@h PRIVMSG alice :\x01SOURCE\x01",
                  ":bob!b@h PRIVMSG alice :\x01"
                  "CLIENTINFO");
  irc.we_say("NOTICE bob :\x01SOURCE https://example.org/dragoman\x01",
             "NOTICE bob :\x01"
             "CLIENTINFO ACTION CLIENTINFO PING SOURCE TIME VERSION\x01");
}

TEST(IrcCtcp, AnswersNoAnswer) {
  IrcScript irc;
  irc.is_ready();
  irc.server_says(":bob!b@h NOTICE alice :\x01VERSION x\x01", ":bob!b@h NOTICE alice :\x01PING 1\x01");
  irc.we_say_nothing();
}

TEST(IrcEncoding, OfAnOldNetworkIsWritten) {
  IrcScript irc{alice(), IrcScript::unlimited, backends::irc::Encoding::windows_1252};
  irc.is_ready();
  irc.owner_asks(to_person("bob", "café ☕"));
  irc.we_say("PRIVMSG bob :caf\xe9 ?", "PING d1");
  irc.owner_hears(
      "Notice: What is said here is written in windows-1252, which has not all characters of your message: others "
      "see similar ones or \"?\" in their place.");
  irc.owner_asks(to_person("bob", "☕"));
  irc.owner_hears_nothing();
}

TEST(IrcEncoding, IsThatOfTheChannel) {
  IrcScript irc;
  irc.encodings().of(backends::irc::Casemap::ascii, "#Kanal") = {backends::irc::Encoding::koi8_r,
                                                                 backends::irc::Encoding::koi8_r};
  irc.is_ready();
  irc.is_in("#kanal", "alice bob");
  irc.is_in("#tea", "alice bob");
  irc.server_says(":bob!b@h PRIVMSG #kanal :\xde\xc1\xca", ":bob!b@h PRIVMSG #tea :caf\xe9");
  irc.owner_hears("Message in #kanal <bob> чай", "Message in #tea <bob> café");
  irc.owner_asks(to_room("#kanal", "чай"));
  irc.we_say("PRIVMSG #kanal :\xde\xc1\xca", "PING d1");
  irc.owner_asks(to_room("#tea", "чай"));
  irc.we_say("PRIVMSG #tea :чай");
}

TEST(IrcEncoding, OfAnEchoIsTheOneThatWasWritten) {
  IrcScript irc;
  irc.encodings().of(backends::irc::Casemap::ascii, "#tea").out = backends::irc::Encoding::koi8_r;
  irc.is_ready("CHANTYPES=# CASEMAPPING=ascii", "echo-message labeled-response batch message-tags");
  irc.is_in("#tea");
  irc.owner_asks(to_room("#tea", "чай чай"));
  irc.we_say("@label=1 PRIVMSG #tea :\xde\xc1\xca \xde\xc1\xca");
  irc.server_says("@label=1 :alice!a@h PRIVMSG #tea :\xde\xc1\xca ***");  // a filter of the server
  ASSERT_FALSE(irc.events.empty());
  const auto* done = std::get_if<chat::Done>(&irc.events.back());
  ASSERT_NE(done, nullptr);
  EXPECT_EQ(std::get<chat::Sent>(done->answer).text, "чай ***");
}

TEST(IrcEncoding, CountsTheBytesOfTheChannel) {
  IrcScript irc;
  irc.encodings().of(backends::irc::Casemap::ascii, "#tea").out = backends::irc::Encoding::koi8_r;
  irc.is_ready();
  irc.is_in("#tea");
  std::string text;
  for (int i = 0; i < 400; ++i) text += "ж";  // 800 bytes of UTF-8, 400 of KOI8-R
  irc.owner_asks(to_room("#tea", text));
  const auto said = irc.said();
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said.front(), "PRIVMSG #tea :" + std::string(400, '\xd6'));
}

TEST(IrcEncoding, IsChosenByThePersonForAChannel) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea", "alice bob");
  chat::ConfigureRoom wish{RoomId{"#tea"}, {}};
  wish.fields.set("encoding_in", std::string{"koi8-r"});
  wish.fields.set("encoding_out", std::string{"windows-1251"});
  irc.owner_asks(wish);
  irc.we_say();
  irc.owner_hears("Done 2");
  EXPECT_EQ(irc.kept_encodings, std::vector<std::string>{"in koi8-r #tea\nout windows-1251 #tea\n"});
  irc.server_says(":bob!b@h PRIVMSG #tea :\xde\xc1\xca", ":bob!b@h TOPIC #tea :\xde\xc1\xca");
  irc.owner_hears("Message in #tea <bob> чай", "TopicChanged #tea by bob: чай");
  irc.owner_asks(chat::SetTopic{RoomId{"#tea"}, "ча"});
  irc.we_say("TOPIC #tea :\xf7\xe0", "PING d1");
}

TEST(IrcEncoding, ThatIsUnknownIsRefused) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  chat::ConfigureRoom wish{RoomId{"#tea"}, {}};
  wish.fields.set("encoding_in", std::string{"klingon"});
  irc.owner_asks(wish);
  irc.owner_hears("Failed 2 refused unacceptable: no encoding is called \"klingon\"");
  EXPECT_TRUE(irc.kept_encodings.empty());
}

TEST(IrcEncoding, KeepsWhatWasChosen) {
  using backends::irc::Encoding;
  backends::irc::Encodings chosen;
  chosen.read_channels("in koi8-r #tea\nout utf-8 #tea\nin klingon #x\nnonsense\n");
  const auto* choice = chosen.find(backends::irc::Casemap::ascii, "#tea");
  ASSERT_NE(choice, nullptr);
  EXPECT_EQ(choice->in, Encoding::koi8_r);
  EXPECT_EQ(choice->out, Encoding::utf_8);
  EXPECT_EQ(chosen.write_channels(), "in koi8-r #tea\nout utf-8 #tea\n");
}

TEST(IrcEncoding, IsUtf8WhereTheServerTakesNothingElse) {
  IrcScript irc{alice(), IrcScript::unlimited, backends::irc::Encoding::windows_1252};
  irc.is_ready("UTF8ONLY CHANTYPES=#");
  irc.owner_asks(to_person("bob", "café"));
  irc.we_say("PRIVMSG bob :café", "PING d1");
}

}  // namespace
}  // namespace dragoman::test
