#include "backends/irc/translate.hpp"
#include "support/irc_drops.hpp"
#include "support/irc_script.hpp"

// ircv3.net: chathistory, event-playback. The server has one answer at a time, written out.

namespace dragoman::test::history_test {
namespace {

using namespace std::chrono_literals;
using chat::GetHistory;
using chat::MessageId;
using chat::RoomId;

constexpr const char* caps =
    "batch draft/chathistory draft/event-playback labeled-response message-tags server-time echo-message";
constexpr const char* isupport =
    "CHANTYPES=# CASEMAPPING=ascii PREFIX=(ov)@+ CHATHISTORY=2 MSGREFTYPES=msgid,timestamp";
const chat::Conversation tea{RoomId{"#tea"}, {}};
constexpr Timestamp nine{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + 9h};

void is_in_tea(IrcScript& irc, const std::string& with = isupport, const std::string& and_caps = caps) {
  irc.is_ready(with, and_caps);
  irc.is_in("#tea", "alice bob");
}

std::string line(int second, const std::string& id, const std::string& text) {
  return "@batch=h;time=2026-11-20T08:00:0" + std::to_string(second) + ".000Z" + (id.empty() ? "" : ";msgid=" + id) +
         " :bob!b@h PRIVMSG #tea :" + text;
}

GetHistory latest(std::size_t limit) {
  GetHistory get;
  get.conversation = tea;
  get.limit = limit;
  return get;
}

TEST(IrcHistory, TimesAreWrittenAsTheyAreRead) {
  for (const char* text : {"2026-11-20T09:00:00.250Z", "1999-01-02T23:59:59.000Z"}) {
    EXPECT_EQ(backends::irc::write_time(*backends::irc::parse_time(text)), text);
  }
}

TEST(IrcHistory, IsAskedPageByPageFromTheNewestBack) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks(latest(5));
  irc.we_say("@label=1 CHATHISTORY LATEST #tea * 2");
  irc.server_says("@label=1 :irc.test BATCH +h chathistory #tea", line(4, "m4", "four"), line(5, "m5", "five"));
  irc.owner_hears_nothing();
  irc.server_says(":irc.test BATCH -h");
  irc.we_say("@label=2 CHATHISTORY BEFORE #tea msgid=m4 2");
  irc.server_says("@label=2 :irc.test BATCH +h chathistory #tea", line(2, "m2", "two"), line(3, "m3", "three"),
                  ":irc.test BATCH -h");
  irc.we_say("@label=3 CHATHISTORY BEFORE #tea msgid=m2 1");
  irc.server_says("@label=3 :irc.test BATCH +h chathistory #tea", line(1, "m1", "one"), ":irc.test BATCH -h");
  irc.owner_hears("Done 2 history: m1 m2 m3 m4 m5");
}

TEST(IrcHistory, EndsWithAnEmptyPageOrWhereTheServerSaysSo) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks(latest(5));
  // A page that is not full proves nothing.
  irc.server_says("@label=1 :irc.test BATCH +h chathistory #tea", line(4, "m4", "four"), ":irc.test BATCH -h");
  irc.we_say("@label=1 CHATHISTORY LATEST #tea * 2", "@label=2 CHATHISTORY BEFORE #tea msgid=m4 2");
  irc.server_says("@label=2 :irc.test BATCH +h chathistory #tea", ":irc.test BATCH -h");
  irc.owner_hears("Done 2 all history: m4");
  irc.owner_asks(latest(5));
  irc.server_says("@label=3;draft/chathistory-end :irc.test BATCH +h chathistory #tea", line(4, "m4", "four"),
                  ":irc.test BATCH -h");
  irc.owner_hears("Done 3 all history: m4");
}

TEST(IrcHistory, SinceATimeBeginsTenSecondsEarlier) {
  IrcScript irc;
  is_in_tea(irc);
  GetHistory get = latest(100);
  get.after = MessageId{"m0"};
  get.since = nine;
  irc.owner_asks(get);
  irc.we_say("@label=1 CHATHISTORY LATEST #tea timestamp=2026-11-20T08:59:50.000Z 2");
  irc.server_says("@label=1 :irc.test BATCH +h chathistory #tea", line(4, "m4", "four"), line(5, "m5", "five"),
                  ":irc.test BATCH -h");
  irc.we_say("@label=2 CHATHISTORY BETWEEN #tea msgid=m4 timestamp=2026-11-20T08:59:50.000Z 2");
}

TEST(IrcHistory, NamesMessagesByTheirTimeWhereTheServerKnowsNoOther) {
  IrcScript irc;
  is_in_tea(irc, "CHANTYPES=# CASEMAPPING=ascii CHATHISTORY=2 MSGREFTYPES=timestamp");
  GetHistory get = latest(4);
  get.before = MessageId{"m9"};
  get.until = nine;
  irc.owner_asks(get);
  irc.we_say("@label=1 CHATHISTORY BEFORE #tea timestamp=2026-11-20T09:00:00.001Z 2");
  irc.server_says("@label=1 :irc.test BATCH +h chathistory #tea", line(4, "", "four"), line(5, "", "five"),
                  ":irc.test BATCH -h");
  // What was said in the same millisecond comes again, and counts once.
  irc.we_say("@label=2 CHATHISTORY BEFORE #tea timestamp=2026-11-20T08:00:04.001Z 2");
  irc.server_says("@label=2 :irc.test BATCH +h chathistory #tea", line(3, "", "three"), line(4, "", "four"),
                  ":irc.test BATCH -h");
  irc.we_say("@label=3 CHATHISTORY BEFORE #tea timestamp=2026-11-20T08:00:03.001Z 1");
  irc.server_says("@label=3 :irc.test BATCH +h chathistory #tea", line(3, "", "three"), ":irc.test BATCH -h");
  irc.owner_hears("Done 2 all history: three four five");
}

TEST(IrcHistory, GoesOnByTheTimeOfAMessageThatIsForgotten) {
  IrcScript irc;
  is_in_tea(irc);
  GetHistory get = latest(2);
  get.before = MessageId{"m9"};
  get.until = nine;
  irc.owner_asks(get);
  irc.we_say("@label=1 CHATHISTORY BEFORE #tea msgid=m9 2");
  irc.server_says("@label=1 :irc.test FAIL CHATHISTORY MESSAGE_ERROR BEFORE #tea :Messages could not be retrieved");
  irc.we_say("@label=2 CHATHISTORY BEFORE #tea timestamp=2026-11-20T09:00:00.001Z 2");
  irc.server_says("@label=2 :irc.test ACK");
  irc.owner_hears("Done 2 all history:");
}

TEST(IrcHistory, FailsInTheWordsOfTheServer) {
  for (const std::string label : {"@label=1 ", ""}) {
    IrcScript irc;
    is_in_tea(irc, isupport, label.empty() ? "batch draft/chathistory message-tags server-time" : caps);
    irc.owner_asks(latest(2));
    irc.server_says(label + ":irc.test FAIL CHATHISTORY INVALID_TARGET LATEST #tea :Messages could not be retrieved");
    irc.owner_hears("Failed 2 refused not_found: Messages could not be retrieved");
  }
}

TEST(IrcHistory, WithoutLabelsIsFoundByItsTarget) {
  IrcScript irc;
  is_in_tea(irc, isupport, "batch draft/chathistory message-tags server-time");
  irc.owner_asks(latest(1));
  irc.we_say("CHATHISTORY LATEST #tea * 1");
  irc.server_says(":irc.test BATCH +x chathistory #coffee",
                  "@batch=x;time=2026-11-20T07:00:00.000Z :b!b@h PRIVMSG alice :old", ":irc.test BATCH -x",
                  ":irc.test BATCH +h chathistory #Tea", line(1, "m1", "one"), ":irc.test BATCH -h");
  irc.owner_hears("Message in b <b> old replayed", "Done 2 history: m1");
}

TEST(IrcHistory, NeverChangesWhoIsThere) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks(latest(2));
  const std::string of = "@batch=h;time=2026-11-20T08:00:00.000Z ";
  irc.server_says("@label=1;draft/chathistory-end :irc.test BATCH +h chathistory #tea", of + ":carol!c@h JOIN #tea",
                  of + ":bob!b@h PART #tea", of + ":bob!b@h NICK robert", of + ":bob!b@h MODE #tea +m",
                  of + ":bob!b@h TOPIC #tea :Old", of + ":alice!a@h KICK #tea bob", of + ":bob!b@h QUIT :bye",
                  of + ":bob!b@h PRIVMSG #tea :\x01VERSION\x01", of + ":irc.test NOTICE #tea :server",
                  ":irc.test BATCH -h");
  irc.owner_hears("Done 2 all history:");
  irc.forget();
  irc.server_says(":bob!b@h PRIVMSG #tea :still here", ":bob!b@h PART #tea");
  irc.owner_hears("Message in #tea <bob> still here", "OccupantsLeft #tea bob left");
  irc.we_say_nothing();
}

TEST(IrcHistory, HasRedactionsAndReactions) {
  IrcScript irc;
  is_in_tea(irc);
  GetHistory get = latest(100);
  get.since = nine;
  irc.owner_asks(get);
  const std::string of = "@batch=h;time=2026-11-20T08:00:09.000Z";
  irc.server_says("@label=1;draft/chathistory-end :irc.test BATCH +h chathistory #tea", line(1, "m1", "one"),
                  line(2, "m2", "two"), of + " :bob!b@h REDACT #tea m1", of + " :bob!b@h REDACT #tea m0",
                  of + ";+reply=m2;+draft/react=x :bob!b@h TAGMSG #tea", ":irc.test BATCH -h");
  irc.owner_hears("Done 2 all history: m2", "MessageRetracted #tea m0 by bob", "ReactionsChanged #tea");
}

TEST(IrcHistory, FarBackHasTheReactionsOfItsPages) {
  IrcScript irc;
  is_in_tea(irc);
  GetHistory get = latest(3);
  get.before = MessageId{"m9"};
  get.until = nine;
  irc.owner_asks(get);
  const auto reaction = [](int second, const std::string& tag, const std::string& to) {
    return "@batch=h;time=2026-11-20T08:00:0" + std::to_string(second) + ".000Z;+reply=" + to + ";" + tag +
           " :bob!b@h TAGMSG #tea";
  };
  irc.server_says("@label=1 :irc.test BATCH +h chathistory #tea", line(4, "m4", "four"), line(5, "m5", "five"),
                  reaction(6, "+draft/react=y", "m4"), ":irc.test BATCH -h");
  irc.we_say("@label=1 CHATHISTORY BEFORE #tea msgid=m9 2", "@label=2 CHATHISTORY BEFORE #tea msgid=m4 1");
  irc.server_says("@label=2;draft/chathistory-end :irc.test BATCH +h chathistory #tea", line(1, "m1", "one"),
                  reaction(2, "+draft/react=x", "m1"), reaction(3, "+draft/unreact=x", "m1"), ":irc.test BATCH -h");
  irc.owner_hears("Done 2 all history: m1 m4 m5 bob to m1: x bob to m1: bob to m4: y");
}

TEST(IrcHistory, OfAllPeopleIsThatOfWhomTheServerNames) {
  IrcScript irc;
  is_in_tea(irc);
  GetHistory get;
  get.since = nine;
  get.limit = 2;
  irc.owner_asks(get);
  irc.we_say("@label=1 CHATHISTORY TARGETS timestamp=2026-11-20T08:59:50.000Z timestamp=2026-11-20T09:00:10.000Z 2");
  irc.server_says("@label=1 :irc.test BATCH +t draft/chathistory-targets",
                  "@batch=t :irc.test CHATHISTORY TARGETS #tea 2026-11-20T09:00:01.000Z",
                  "@batch=t :irc.test CHATHISTORY TARGETS carol 2026-11-20T09:00:01.000Z",
                  "@batch=t :irc.test CHATHISTORY TARGETS bob 2026-11-20T09:00:02.000Z", ":irc.test BATCH -t");
  irc.we_say("@label=2 CHATHISTORY LATEST bob timestamp=2026-11-20T08:59:50.000Z 2");
  irc.server_says("@label=2;draft/chathistory-end :irc.test BATCH +h chathistory bob",
                  "@batch=h;msgid=b1 :bob!b@h PRIVMSG alice :hello", "@batch=h;msgid=a1 :alice!a@h PRIVMSG bob :yes",
                  ":irc.test BATCH -h");
  irc.we_say("@label=3 CHATHISTORY LATEST carol timestamp=2026-11-20T08:59:50.000Z 2");
  irc.server_says("@label=3 :irc.test FAIL CHATHISTORY INVALID_TARGET LATEST carol :No");
  irc.owner_hears("Done 2 history: b1 a1");
}

TEST(IrcHistory, IsAskedForOneAfterTheOther) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks_at_once({latest(1), latest(2)});
  irc.we_say("@label=1 CHATHISTORY LATEST #tea * 1");
  irc.server_says("@label=1 :irc.test BATCH +h chathistory #tea", line(1, "m1", "one"), ":irc.test BATCH -h");
  irc.owner_hears("Done 2 history: m1");
  irc.we_say("@label=2 CHATHISTORY LATEST #tea * 2");
}

TEST(IrcHistory, IsNotWaitedForForEver) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks_at_once({latest(4), latest(2)});
  irc.forget();
  irc.time_passes(4s);
  irc.owner_hears_nothing();
  irc.time_passes(1s);
  irc.owner_hears("Failed 2 unsure timeout: the IRC server did not answer in time",
                  "Failed 3 unsure timeout: the IRC server did not answer in time");
  // Nor is it asked again: live messages would wait each time.
  irc.owner_asks(latest(2));
  irc.we_say_nothing();
  irc.owner_hears("Failed 4 not_sent timeout: the IRC server does not answer questions about what was said before");
  // Its late answer is nothing that is said now.
  irc.server_says("@label=1 :irc.test BATCH +h chathistory #tea", line(1, "m1", "one"), ":irc.test BATCH -h");
  irc.owner_hears_nothing();
  // It was slow, and no more.
  irc.owner_asks(latest(2));
  irc.we_say("@label=2 CHATHISTORY LATEST #tea * 2");
}

TEST(IrcHistory, ThatHasBegunToComeMayTakeLonger) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks(latest(4));
  irc.server_says("@label=1 :irc.test BATCH +h chathistory #tea", line(1, "m1", "one"));
  irc.forget();
  irc.time_passes(13s);
  irc.owner_hears_nothing();
  irc.time_passes(1s);
  irc.owner_hears("Failed 2 unsure timeout: the IRC server did not answer in time");
}

TEST(IrcHistory, OfALinkThatIsLostFails) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks(latest(4));
  irc.drops();
  irc.owner_hears("Lost closed: connection reset", "Failed 2 unsure closed: connection reset");
}

TEST(IrcReplay, IsKnownByItsBatchOrByItsTime) {
  IrcScript irc;
  is_in_tea(irc, isupport, "batch message-tags server-time");
  irc.server_says("@time=2026-11-20T08:59:00.000Z :bob!b@h PRIVMSG #tea :before we came",
                  "@time=2026-11-20T08:59:55.000Z :bob!b@h PRIVMSG #tea :a clock that is slow",
                  "@time=2026-11-20T08:59:00.000Z :bob!b@h PRIVMSG #tea :\x01VERSION\x01",
                  ":irc.test BATCH +z znc.in/playback #tea", "@batch=z :carol!c@h JOIN #tea",
                  "@batch=z :bob!b@h PRIVMSG #tea :of the bouncer", ":irc.test BATCH -z");
  irc.owner_hears("Message in #tea <bob> before we came replayed", "Message in #tea <bob> a clock that is slow",
                  "Message in #tea <bob> of the bouncer replayed");
  irc.we_say_nothing();
}

/// Messages of several lines, what is taken back, and two questions of which the second waits.
void speaks_of_the_past(IrcScript& irc) {
  irc.connects();
  irc.server_says(
      ":irc.test CAP * LS :batch draft/chathistory draft/message-redaction draft/multiline=max-bytes=4096 echo-message"
      " labeled-response message-tags server-time",
      ":irc.test CAP * ACK :batch draft/chathistory draft/message-redaction draft/multiline echo-message"
      " labeled-response message-tags server-time",
      ":irc.test 001 alice :Welcome", ":irc.test 005 alice " + std::string{isupport} + " :are supported",
      ":irc.test 422 alice :No MOTD");
  irc.owner_asks(chat::JoinRoom{RoomId{"#tea"}, "alice", {}});
  irc.server_says(":alice!a@h JOIN #tea", ":irc.test 353 alice = #tea :alice bob", ":irc.test 366 alice #tea :End");
  irc.owner_asks(chat::SendMessage{tea, chat::plain("one\ntwo")});
  irc.server_says("@label=1;msgid=x1 :alice!a@h BATCH +e draft/multiline #tea",
                  "@batch=e :alice!a@h PRIVMSG #tea :one");
  irc.server_says("@batch=e :alice!a@h PRIVMSG #tea :two", ":irc.test BATCH -e");
  irc.owner_asks(chat::RetractMessage{tea, MessageId{"x1"}, {}, false});
  irc.server_says(":alice!a@h REDACT #tea x1");
  irc.server_says("@label=2 :irc.test ACK");
  irc.owner_asks(latest(3));
  irc.owner_asks(latest(2));
  irc.server_says("@label=3 :irc.test BATCH +h chathistory #tea", line(2, "m2", "two"));
  irc.server_says(line(3, "m3", "three"), ":irc.test BATCH -h");
  irc.server_says("@label=4;draft/chathistory-end :irc.test BATCH +h chathistory #tea", ":irc.test BATCH -h");
}

TEST(IrcHistory, SurvivesADropAtEveryStep) { survives_a_drop_at_every_step(speaks_of_the_past); }

}  // namespace
}  // namespace dragoman::test::history_test
