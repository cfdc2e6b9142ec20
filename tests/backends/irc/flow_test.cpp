#include <algorithm>

#include "backends/irc/send_queue.hpp"
#include "backends/irc/send_window.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using backends::irc::SendWindow;
using chat::PersonId;
using chat::RoomId;
using chat::SendMessage;

constexpr IrcScript::Flood limited{.limited = true, .burst = 10, .interval = 2s};
constexpr const char* labels_and_echoes = "message-tags batch labeled-response echo-message";

SendMessage say(const std::string& room, std::string text) {
  return {{RoomId{room}, {}}, chat::plain(std::move(text))};
}
SendMessage tell(const std::string& person, std::string text) {
  return {{{}, PersonId{person}}, chat::plain(std::move(text))};
}

/// In #tea, and every line so far is answered.
void is_settled(IrcScript& irc, std::string_view caps = "") {
  irc.is_ready("CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii", caps);
  irc.is_in("#tea");
  irc.owner_asks(chat::Ping{});
  irc.we_say("PING d1");
  irc.server_says(":irc.test PONG irc.test :d1");
  irc.forget();
}

TEST(IrcFlow, LeavesFourLinesUnansweredAndGoesOnWithTheAnswer) {
  IrcScript irc{alice(), limited};
  is_settled(irc);
  irc.owner_asks(say("#tea", "1\n2\n3\n4\n5\n6"));
  irc.we_say("PRIVMSG #tea :1", "PRIVMSG #tea :2", "PRIVMSG #tea :3", "PRIVMSG #tea :4", "PING d5");
  irc.server_says(":bob!b@h PRIVMSG #tea :meanwhile");
  irc.time_passes(5s);
  irc.we_say_nothing();
  irc.server_says(":irc.test PONG irc.test :d5");
  irc.we_say("PRIVMSG #tea :5", "PRIVMSG #tea :6", "PING d7");
  irc.server_says(":irc.test PONG irc.test :d7");
  irc.owner_hears("Message in #tea <bob> meanwhile", "Done 3 sent");
}

TEST(IrcFlow, IsTheServersAffairWhereItSaysThatAnySpeedIsSafe) {
  IrcScript irc{alice(), limited};
  irc.is_ready("CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii soju.im/SAFERATE");
  irc.is_in("#tea");
  irc.server_says(":irc.test PONG irc.test :d1");
  irc.forget();
  irc.owner_asks(say("#tea", "1\n2\n3\n4\n5\n6"));
  const auto said = irc.said();
  EXPECT_EQ(std::count_if(said.begin(), said.end(), [](const auto& line) { return line.starts_with("PRIVMSG"); }), 6);
}

TEST(IrcFlow, TakesEchoesAndRefusalsAsAnswersAndAsksForNoOther) {
  IrcScript irc{alice(), limited};
  is_settled(irc, labels_and_echoes);
  irc.owner_asks(say("#tea", "1\n2\n3\n4\n5"));
  irc.owner_asks(tell("bob", "hi"));
  irc.we_say("@label=1 PRIVMSG #tea :1");
  irc.server_says("@label=1 :alice!alice@h PRIVMSG #tea :1");
  irc.we_say("@label=6 PRIVMSG bob :hi");
  irc.server_says("@label=6 :irc.test 401 alice bob :No such nick");
  irc.we_say("@label=2 PRIVMSG #tea :2");
}

TEST(IrcFlow, CountsCommandsWithoutAnAnswerOfTheirOwn) {
  IrcScript irc{alice(), limited};
  irc.is_ready();
  irc.owner_asks_at_once({chat::JoinRoom{RoomId{"#a"}, "alice", {}}, chat::JoinRoom{RoomId{"#b"}, "alice", {}},
                          chat::JoinRoom{RoomId{"#c"}, "alice", {}}, chat::JoinRoom{RoomId{"#d"}, "alice", {}},
                          chat::JoinRoom{RoomId{"#e"}, "alice", {}}});
  irc.we_say("JOIN #a", "JOIN #b", "JOIN #c", "JOIN #d", "PING d0");
  irc.server_says(":irc.test PONG irc.test :d0");
  irc.we_say("JOIN #e");
}

TEST(IrcFlow, LetsNoPasteDelayAnotherConversation) {
  IrcScript irc{alice(), limited};
  is_settled(irc);
  irc.owner_asks(say("#tea", "1\n2\n3\n4\n5\n6\n7\n8"));
  irc.said();
  irc.owner_asks(tell("bob", "hi"));
  irc.server_says(":irc.test PONG irc.test :d5");
  irc.we_say("PRIVMSG bob :hi", "PRIVMSG #tea :5", "PRIVMSG #tea :6", "PRIVMSG #tea :7", "PING d9");
}

TEST(IrcFlow, LetsNoStreamOfShortConversationsHoldAPasteUp) {
  backends::irc::SendQueue queue;
  using backends::irc::Urgency;
  const auto line = [](std::string bytes) {
    backends::irc::QueuedLine made;
    made.bytes = std::move(bytes);
    return made;
  };
  for (int i = 0; i < 10; ++i) queue.push(Urgency::message, "#tea", line("paste"));
  EXPECT_EQ(queue.pop()->bytes, "paste");
  EXPECT_EQ(queue.pop()->bytes, "paste");
  int pasted = 0;
  for (int i = 0; i < 8; ++i) {
    queue.push(Urgency::message, "person " + std::to_string(i), line("hi"));
    if (queue.pop()->bytes == "paste") ++pasted;
  }
  EXPECT_EQ(pasted, 4);
}

TEST(IrcFlow, KeepsTheOrderOfAPartBehindMessages) {
  IrcScript irc{alice(), limited};
  is_settled(irc);
  irc.owner_asks(say("#tea", "1\n2\n3\n4\n5"));
  irc.owner_asks(chat::LeaveRoom{RoomId{"#tea"}, {}});
  irc.said();
  irc.server_says(":irc.test PONG irc.test :d5");
  irc.we_say("PRIVMSG #tea :5", "PART #tea", "PING d6");
}

TEST(IrcFlow, GoesOnSlowlyWhenTheAnswersStopAndStopsAtTheCeiling) {
  IrcScript irc{alice(), {.limited = true, .burst = 6, .interval = 2s}};
  is_settled(irc);
  irc.owner_asks(say("#tea", "1\n2\n3\n4\n5\n6\n7\n8"));
  irc.said();
  irc.time_passes(9s);
  irc.we_say_nothing();
  irc.time_passes(1s);
  irc.we_say("PRIVMSG #tea :5");
  irc.time_passes(1900ms);
  irc.we_say_nothing();
  irc.time_passes(100ms);
  irc.we_say("PRIVMSG #tea :6");
  irc.time_passes(15s);
  irc.we_say_nothing();
  irc.server_says(":irc.test PONG irc.test :d5");
  irc.we_say("PRIVMSG #tea :7", "PING d8");  // so slow a server gets three at a time
  irc.server_says(":irc.test PONG irc.test :d8");
  irc.we_say("PRIVMSG #tea :8", "PING d9");
}

TEST(IrcFlow, FollowsASettingThatChangesMeanwhile) {
  IrcScript irc;
  irc.is_ready();
  irc.is_in("#tea");
  irc.flood_control_becomes({.limited = true, .burst = 1, .interval = 1h});
  irc.owner_asks_at_once(std::vector<chat::Command>(2, say("#tea", "x")));
  irc.we_say("PRIVMSG #tea :x", "PING d1");
  irc.flood_control_becomes({.limited = true, .burst = 1, .interval = 1s});
  irc.time_passes(1ms);  // the window is a new one, and open
  irc.we_say("PRIVMSG #tea :x");
  irc.owner_asks(say("#tea", "y"));
  irc.we_say_nothing();
  irc.flood_control_becomes(IrcScript::unlimited);
  irc.time_passes(1ms);
  irc.we_say("PRIVMSG #tea :y");
  irc.owner_asks_at_once(std::vector<chat::Command>(20, say("#tea", "z")));
  EXPECT_EQ(irc.said().size(), 20U);
}

TEST(IrcFlow, FailsWhatWasStillQueuedAsNotSent) {
  IrcScript irc{alice(), {.limited = true, .burst = 1, .interval = 2s}};
  irc.is_ready();
  irc.owner_asks_at_once({tell("bob", "one"), tell("bob", "two")});
  irc.drops();
  irc.owner_hears("Lost closed: connection reset", "Failed 1 unsure closed: connection reset",
                  "Failed 2 not_sent closed: connection reset");
}

TEST(IrcFlow, DropsTheRestOfARefusedMessage) {
  IrcScript irc{alice(), limited};
  is_settled(irc);
  irc.owner_asks(say("#tea", "1\n2\n3\n4\n5\n6"));
  irc.said();
  irc.server_says(":irc.test 404 alice #tea :Cannot send");
  irc.owner_hears("Failed 3 refused forbidden: Cannot send");
  irc.server_says(":irc.test PONG irc.test :d5");
  irc.time_passes(5s);
  irc.we_say_nothing();
}

/// A server that takes a line each `pace`: how long the last of `lines` in flight lay there.
void play(SendWindow& window, Duration pace, int answers) {
  Instant now{1h};
  for (int i = 0; i < answers; ++i) {
    while (window.may_send(now)) window.written(0, now);
    window.pinged();
    now += pace * static_cast<int>(window.unanswered());
    window.ponged(now);
  }
}

TEST(IrcSendWindow, IsSmallerAtASlowServerAndGrowsAgain) {
  SendWindow window{10, 2s};
  EXPECT_EQ(window.size(), 4u);
  play(window, 1s, 20);
  EXPECT_EQ(window.size(), 2u);
  SendWindow quick{10, 2s};
  play(quick, 1s, 20);
  Instant now{2h};
  for (std::uint32_t label = 100; label < 110; ++label) {
    quick.written(label, now);
    now += 50ms;
    quick.answered(label, now);
  }
  EXPECT_EQ(quick.size(), 4u);
}

TEST(IrcSendWindow, IsNotOpenedByAnAnswerToALineThatItDoesNotKnow) {
  SendWindow window{10, 2s};
  window.written(3, Instant{1h});
  window.answered(9, Instant{1h});
  window.answered(0, Instant{1h});
  EXPECT_FALSE(window.may_send(Instant{1h}));
  window.answered(3, Instant{1h});
  EXPECT_TRUE(window.may_send(Instant{1h}));
}

/// What was said of one text, put together, and what is answered to it; each line fits behind this prefix.
struct SaidOfIt {
  std::string text;
  std::vector<std::string> answers;
};
SaidOfIt said_under(IrcScript& irc, const std::string& prefix, std::string_view front, std::string_view back = {}) {
  SaidOfIt all;
  for (const std::string& line : irc.said()) {
    const std::size_t end = line.starts_with('@') ? line.find(' ') : 0;
    const std::string_view body = std::string_view{line}.substr(end == 0 ? 0 : end + 1);
    if (body.starts_with("PING ")) all.answers.push_back(":irc.test PONG irc.test :" + std::string{body.substr(5)});
    if (!body.starts_with(front)) continue;
    EXPECT_LE(prefix.size() + body.size() + 4, 512u) << line;  // ":" in front, a space, CR LF
    all.text += body.substr(front.size(), body.size() - front.size() - back.size());
    if (end != 0) all.answers.push_back(line.substr(0, end) + " :alice!alice@h " + std::string{body});
  }
  return all;
}

TEST(IrcFlow, CutsWhatHasWaitedAnewWhenOurHostHasGrown) {
  for (const bool labels : {true, false}) {
    IrcScript irc{alice(), limited};
    is_settled(irc, labels ? labels_and_echoes : "");
    std::string text;
    for (int i = 0; i < 500; ++i) text += "word" + std::to_string(i) + ' ';
    irc.owner_asks(say("#tea", text));
    SaidOfIt now = said_under(irc, "alice!alice@host.test", "PRIVMSG #tea :");
    std::string whole = now.text;
    const std::string host(63, 'h');
    irc.server_says(":irc.test 396 alice " + host + " :is now your displayed host");
    for (int i = 0; i < 100 && whole.size() < text.size(); ++i) {
      for (const std::string& answer : std::exchange(now.answers, {})) irc.server_says_line(answer);
      now = said_under(irc, "alice!alice@" + host, "PRIVMSG #tea :");
      whole += now.text;
    }
    EXPECT_EQ(whole, text);
    for (const std::string& answer : now.answers) irc.server_says_line(answer);
    EXPECT_EQ(irc.heard(), std::vector<std::string>{"Done 3 sent"});
  }
}

TEST(IrcFlow, CutsAnActionThatHasWaitedAnew) {
  IrcScript irc{alice(), limited};
  is_settled(irc);
  irc.owner_asks(say("#tea", "1\n2\n3\n4"));
  SendMessage action = say("#tea", std::string(470, 'x'));
  action.content.kind = chat::Content::Kind::action;
  irc.owner_asks(action);
  irc.said();
  const std::string host(63, 'h');
  irc.server_says(":irc.test 396 alice " + host + " :is now your displayed host");
  irc.server_says(":irc.test PONG irc.test :d5");
  const std::string front = "PRIVMSG #tea :\x01" + std::string{"ACTION "};
  EXPECT_EQ(said_under(irc, "alice!alice@" + host, front, "\x01").text, std::string(470, 'x'));
}

}  // namespace
}  // namespace dragoman::test
