#include "backends/irc/multiline.hpp"

#include "support/irc_script.hpp"

// ircv3.net: multiline, client-batch.

namespace dragoman::test::multiline_test {
namespace {

using backends::irc::BatchLine;
using backends::irc::make_batches;
using backends::irc::MultilineLimits;
using backends::irc::read_multiline;
using backends::irc::write_lines;
using chat::RoomId;
using Batch = std::vector<BatchLine>;

constexpr auto utf8 = backends::irc::Encoding::utf_8;
const chat::Conversation tea{RoomId{"#tea"}, {}};
const std::string names = "batch draft/multiline echo-message labeled-response message-tags";

/// The capabilities as a server lists them, and as it acknowledges them.
void connects(IrcScript& irc, const std::string& value) {
  irc.connects();
  irc.server_says(":irc.test CAP * LS :batch draft/multiline=" + value + " echo-message labeled-response message-tags",
                  ":irc.test CAP * ACK :" + names, ":irc.test 001 alice :Welcome",
                  ":irc.test 005 alice CHANTYPES=# CASEMAPPING=ascii :are supported", ":irc.test 422 alice :No MOTD");
  irc.is_in("#tea", "alice bob");
}

const chat::Capabilities& capabilities(const IrcScript& irc) {
  for (auto event = irc.events.rbegin(); event != irc.events.rend(); ++event) {
    if (const auto* changed = std::get_if<chat::CapabilitiesChanged>(&*event)) return changed->capabilities;
  }
  static const chat::Capabilities none;
  return none;
}

TEST(IrcMultiline, LimitsAreReadWithoutWhatIsNotKnown) {
  const MultilineLimits limits = read_multiline("max-lines=100,future=x,max-bytes=4096,flag");
  EXPECT_EQ(limits.bytes, 4096u);
  EXPECT_EQ(limits.lines, 100u);
  EXPECT_EQ(read_multiline("max-bytes=40000").lines, 0u);
  EXPECT_EQ(read_multiline("max-bytes=x").bytes, 0u);
}

TEST(IrcMultiline, LinesKeepWhatStandsBetweenThem) {
  EXPECT_EQ(write_lines(chat::plain("one\n\ntwo"), 400, utf8), (Batch{{"one"}, {""}, {"two"}}));
  EXPECT_EQ(write_lines(chat::plain("how is everyone today\nfine"), 16, utf8),
            (Batch{{"how is everyone "}, {"today", true}, {"fine"}}));
}

TEST(IrcMultiline, BatchesAreFewAndNeitherEmptyNorBlankAtTheirEnds) {
  const Batch lines{{""}, {"a"}, {""}, {"b"}, {""}, {"c"}};
  EXPECT_EQ(make_batches(lines, {100, 0}), (std::vector<Batch>{{{"a"}, {""}, {"b"}, {""}, {"c"}}}));
  EXPECT_EQ(make_batches(lines, {100, 2}), (std::vector<Batch>{{{"a"}}, {{"b"}}, {{"c"}}}));
  // Line feeds count, and what is joined has none.
  EXPECT_EQ(make_batches({{"aaaa"}, {"bbbb"}}, {8, 0}), (std::vector<Batch>{{{"aaaa"}}, {{"bbbb"}}}));
  EXPECT_EQ(make_batches({{"aaaa"}, {"bbbb", true}}, {8, 0}), (std::vector<Batch>{{{"aaaa"}, {"bbbb", true}}}));
  EXPECT_EQ(make_batches({{"aaaa"}, {"bbbb", true}}, {7, 0}), (std::vector<Batch>{{{"aaaa"}}, {{"bbbb"}}}));
  EXPECT_TRUE(make_batches({{""}, {""}}, {100, 0}).empty());
}

TEST(IrcMultiline, IsOneBatchWithOneAnswer) {
  IrcScript irc;
  connects(irc, "max-bytes=4096,max-lines=100");
  chat::SendMessage message{tea, chat::plain("one\n\ntwo")};
  message.content.reply_to.text = "m0";
  irc.owner_asks(message);
  irc.we_say("@label=1;+reply=m0;+draft/reply=m0 BATCH +m1 draft/multiline #tea", "@batch=m1 PRIVMSG #tea :one",
             "@batch=m1 PRIVMSG #tea :", "@batch=m1 PRIVMSG #tea :two", "BATCH -m1");
  irc.server_says("@label=1;msgid=x1 :alice!a@h BATCH +m1 draft/multiline #tea",
                  "@batch=m1 :alice!a@h PRIVMSG #tea :one",
                  "@batch=m1 :alice!a@h PRIVMSG #tea :", "@batch=m1 :alice!a@h PRIVMSG #tea :two");
  irc.owner_hears_nothing();
  irc.server_says(":irc.test BATCH -m1");
  irc.owner_hears("Done 2 sent x1");
}

TEST(IrcMultiline, ToSomebodyWhoIsAwayHasItsAnswerInABatch) {
  IrcScript irc;
  connects(irc, "max-bytes=4096");
  irc.owner_asks(chat::SendMessage{{{}, chat::PersonId{"bob"}}, chat::plain("one\ntwo")});
  irc.forget();
  irc.server_says("@label=1 :irc.test BATCH +9 labeled-response",
                  "@batch=9;msgid=x1 :alice!a@h BATCH +m1 draft/multiline bob", "@batch=m1 :alice!a@h PRIVMSG bob :one",
                  "@batch=m1 :alice!a@h PRIVMSG bob :two", ":irc.test BATCH -m1",
                  "@batch=9 :irc.test 301 alice bob :at lunch", ":irc.test BATCH -9");
  irc.owner_hears("Done 2 sent x1", "PresenceChanged bob away: at lunch");
}

TEST(IrcMultiline, OverTheLimitsIsSeveralBatches) {
  IrcScript irc;
  connects(irc, "max-bytes=4096,max-lines=2");
  irc.owner_asks(chat::SendMessage{tea, chat::plain("one\ntwo\nthree")});
  irc.we_say("@label=1 BATCH +m1 draft/multiline #tea", "@batch=m1 PRIVMSG #tea :one", "@batch=m1 PRIVMSG #tea :two",
             "BATCH -m1", "@label=2 PRIVMSG #tea :three");
  irc.server_says("@label=1;msgid=x1 :alice!a@h BATCH +m1 draft/multiline #tea",
                  "@batch=m1 :alice!a@h PRIVMSG #tea :one", "@batch=m1 :alice!a@h PRIVMSG #tea :two",
                  ":irc.test BATCH -m1");
  irc.owner_hears_nothing();
  irc.server_says("@label=2;msgid=x2 :alice!a@h PRIVMSG #tea :three");
  irc.owner_hears("Done 2 sent x1 x2");
}

TEST(IrcMultiline, JoinsWhatIsCutOnlyBecauseLinesAreShort) {
  IrcScript irc;
  connects(irc, "max-bytes=4096");
  const std::string text = std::string(300, 'a') + ' ' + std::string(300, 'b');
  irc.owner_asks(chat::SendMessage{tea, chat::plain(text)});
  irc.we_say("@label=1 BATCH +m1 draft/multiline #tea", "@batch=m1 PRIVMSG #tea :" + std::string(300, 'a') + ' ',
             "@batch=m1;draft/multiline-concat PRIVMSG #tea :" + std::string(300, 'b'), "BATCH -m1");
}

TEST(IrcMultiline, IsNoBatchForOneLineANoticeOrAnAction) {
  IrcScript irc;
  connects(irc, "max-bytes=4096");
  irc.owner_asks(chat::SendMessage{tea, chat::plain("one")});
  irc.we_say("@label=1 PRIVMSG #tea :one");
  irc.server_says("@label=1 :alice!a@h PRIVMSG #tea :one");
  chat::SendMessage notice{tea, chat::plain("a\nb")};
  notice.content.kind = chat::Content::Kind::notice;
  irc.owner_asks(notice);
  irc.we_say("@label=2 NOTICE #tea :a", "@label=3 NOTICE #tea :b");
}

TEST(IrcMultiline, FailsInTheWordsOfTheServer) {
  const std::pair<const char*, const char*> failures[] = {
      {"MULTILINE_MAX_BYTES 4096", "too_long"},
      {"MULTILINE_MAX_LINES 100", "too_long"},
      {"MULTILINE_INVALID_TARGET #tea #foo", "unacceptable"},
      {"MULTILINE_INVALID", "unacceptable"},
      {"TIMEOUT m1", "timeout"},
  };
  for (const auto& [code, fault] : failures) {
    for (const std::string label : {"@label=1 ", ""}) {
      IrcScript irc;
      connects(irc, "max-bytes=4096,max-lines=100");
      irc.owner_asks(chat::SendMessage{tea, chat::plain("one\ntwo")});
      irc.server_says(label + ":irc.test FAIL BATCH " + code + " :No");
      irc.owner_hears(std::string{"Failed 2 refused "} + fault + ": No");
      irc.server_says("@label=1 :irc.test ACK");
      irc.owner_hears_nothing();
    }
  }
}

TEST(IrcMultiline, OfOthersIsOneMessageWithTheTagsOfItsBatch) {
  IrcScript irc;
  connects(irc, "max-bytes=4096");
  irc.server_says("@msgid=x1;+reply=m0 :bob!b@h BATCH +7 draft/multiline #tea", "@batch=7 :bob!b@h PRIVMSG #tea :hello",
                  ":carol!c@h PRIVMSG #tea :between", "@batch=7 :bob!b@h PRIVMSG #tea :how is ",
                  "@batch=7;draft/multiline-concat :bob!b@h PRIVMSG #tea :\x02"
                  "everyone?\x02",
                  ":irc.test BATCH -7");
  irc.owner_hears("Message in #tea <carol> between", "Message in #tea <bob> hello\nhow is everyone? id=x1");
  const auto& content = std::get<chat::MessageReceived>(irc.events.back()).content;
  EXPECT_EQ(content.reply_to.text, "m0");
  ASSERT_EQ(content.spans.size(), 1u);
  EXPECT_EQ(content.text.substr(content.spans[0].begin, content.spans[0].end - content.spans[0].begin), "everyone?");
}

TEST(IrcMultiline, MayBeANotice) {
  IrcScript irc;
  connects(irc, "max-bytes=4096");
  irc.server_says("@msgid=x1 :bob!b@h BATCH +7 draft/multiline #tea", "@batch=7 :bob!b@h NOTICE #tea :one",
                  "@batch=7 :bob!b@h NOTICE #tea :two", ":irc.test BATCH -7");
  irc.owner_hears("Message in #tea notice <bob> one\ntwo id=x1");
}

TEST(IrcMultiline, MayStandInHistory) {
  IrcScript irc;
  connects(irc, "max-bytes=4096");
  irc.server_says(":irc.test BATCH +1 chathistory #tea", "@batch=1;msgid=x1 :bob!b@h BATCH +2 draft/multiline #tea",
                  "@batch=2 :bob!b@h PRIVMSG #tea :one", "@batch=2 :bob!b@h PRIVMSG #tea :two", "@batch=1 BATCH -2",
                  ":irc.test BATCH -1");
  irc.owner_hears("Message in #tea <bob> one\ntwo id=x1 replayed");
}

TEST(IrcMultiline, ChangesWithTheValueOfTheCapability) {
  IrcScript irc;
  connects(irc, "max-bytes=4096,max-lines=100");
  irc.server_says(":irc.test CAP alice NEW :draft/multiline=max-bytes=1000,max-lines=10");
  EXPECT_EQ(capabilities(irc).whole_bytes, 1000u);
  EXPECT_EQ(capabilities(irc).whole_lines, 10u);
  EXPECT_EQ(capabilities(irc).of(chat::Feature::multiline), chat::Support::native);
  irc.server_says(":irc.test CAP alice DEL :draft/multiline");
  EXPECT_EQ(capabilities(irc).whole_bytes, 0u);
  irc.owner_asks(chat::SendMessage{tea, chat::plain("one\ntwo")});
  irc.we_say("@label=1 PRIVMSG #tea :one", "@label=2 PRIVMSG #tea :two");
}

TEST(IrcMultiline, WaitsForItsTurnAsOne) {
  IrcScript irc{alice(), {.limited = true, .burst = 10, .interval = std::chrono::seconds{2}}};
  connects(irc, "max-bytes=4096");
  const auto said = [&irc] {
    auto lines = irc.said();
    std::erase_if(lines, [](const std::string& line) { return line.starts_with("PING"); });
    return lines;
  };
  said();
  irc.owner_asks(chat::SendMessage{tea, chat::plain("first")});
  irc.owner_asks(chat::SendMessage{tea, chat::plain("one\ntwo")});
  EXPECT_EQ(said(), std::vector<std::string>{"@label=1 PRIVMSG #tea :first"});
  irc.server_says("@label=1 :alice!a@h PRIVMSG #tea :first");
  EXPECT_EQ(said(), (std::vector<std::string>{"@label=2 BATCH +m1 draft/multiline #tea", "@batch=m1 PRIVMSG #tea :one",
                                              "@batch=m1 PRIVMSG #tea :two", "BATCH -m1"}));
}

}  // namespace
}  // namespace dragoman::test::multiline_test
