#include <gtest/gtest.h>

#include "backends/irc/caps.hpp"
#include "backends/irc/error_table.hpp"
#include "backends/irc/isupport.hpp"
#include "backends/irc/line_buffer.hpp"
#include "backends/irc/modes.hpp"
#include "backends/irc/sasl.hpp"
#include "backends/irc/send_queue.hpp"
#include "backends/irc/translate.hpp"

namespace dragoman::backends::irc {
namespace {

Isupport after(std::initializer_list<std::string_view> lines) {
  Isupport isupport;
  for (const std::string_view line : lines) {
    Message message;
    parse(line, message);
    isupport.apply(message);
  }
  return isupport;
}

TEST(IrcIsupport, ReadsWhatServersSay) {
  const Isupport isupport =
      after({":s 005 me PREFIX=(qaohv)~&@%+ CHANTYPES=#& CHANMODES=be,k,l,imnpst NICKLEN=31 TOPICLEN=390 "
             "CASEMAPPING=ascii NETWORK=Test\\x20Net WHOX UTF8ONLY STATUSMSG=~&@%+ LINELEN=1024 "
             "TARGMAX=NAMES:1,JOIN:4,WHOIS: ELIST=CMNTU :are supported by this server"});
  EXPECT_EQ(isupport.prefix_modes, "qaohv");
  EXPECT_EQ(isupport.prefix_symbols, "~&@%+");
  EXPECT_EQ(isupport.list_modes, "be");
  EXPECT_EQ(isupport.nick_length, 31u);
  EXPECT_EQ(isupport.casemap, Casemap::ascii);
  EXPECT_EQ(isupport.network, "Test Net");
  EXPECT_EQ(isupport.line_length, 1024u);
  EXPECT_EQ(isupport.join_targets, 4u);
  EXPECT_TRUE(isupport.whox && isupport.utf8_only && isupport.list_by_mask);
}

TEST(IrcIsupport, TakesProseByItsPlace) {
  EXPECT_EQ(after({":s 005 me NETWORK=NgLab :NICKLEN=5 is my network name"}).nick_length, 0u);
}

TEST(IrcIsupport, ForgetsWhatIsRemoved) {
  const Isupport isupport =
      after({":s 005 me NICKLEN=31 CASEMAPPING=ascii WHOX :x", ":s 005 me -NICKLEN -CASEMAPPING -WHOX :x"});
  EXPECT_EQ(isupport.nick_length, 0u);
  EXPECT_EQ(isupport.casemap, Casemap::rfc1459);
  EXPECT_FALSE(isupport.whox);
}

TEST(IrcIsupport, SurvivesNonsense) {
  const Isupport isupport = after(
      {":s 005 me PREFIX=( PREFIX=(ov)@ CHANMODES=a NICKLEN=x TARGMAX=JOIN:x LINELEN=99999999999999999999999 :x"});
  EXPECT_EQ(isupport.prefix_modes, "ov");
  EXPECT_EQ(isupport.nick_length, 0u);
}

TEST(IrcModes, AreReadByChanmodes) {
  const Isupport isupport = after({":s 005 me PREFIX=(ov)@+ CHANMODES=b,k,l,imnt :x"});
  const std::string_view parameters[] = {"al", "key", "10", "bo"};
  const auto changes = read_modes(isupport, "+okl-lo+i", parameters);
  ASSERT_EQ(changes.size(), 6u);
  EXPECT_EQ(changes[0].parameter, "al");
  EXPECT_EQ(changes[1].parameter, "key");
  EXPECT_EQ(changes[2].parameter, "10");
  EXPECT_EQ(changes[3].parameter, "");  // -l has none
  EXPECT_EQ(changes[4].parameter, "bo");
  EXPECT_FALSE(changes[4].set);
  EXPECT_TRUE(changes[5].set);
}

TEST(IrcModes, FitBesideANameInEightBytes) { EXPECT_LE(sizeof(Rank), 4u); }

TEST(IrcCaps, AreReadWithValuesAndRemovals) {
  const auto tokens = read_caps("sasl=PLAIN,EXTERNAL -away-notify  draft/x=a=b");
  ASSERT_EQ(tokens.size(), 3u);
  EXPECT_EQ(tokens[0].value, "PLAIN,EXTERNAL");
  EXPECT_TRUE(tokens[1].removed);
  EXPECT_EQ(tokens[2].value, "a=b");
}

TEST(IrcCaps, HaveAliases) {
  Cap cap{};
  EXPECT_TRUE(find_cap("znc.in/server-time-iso", cap));
  EXPECT_EQ(cap, Cap::server_time);
  EXPECT_FALSE(find_cap("sts", cap));
  OfferedCaps offered;
  for (const auto& token : read_caps("server-time znc.in/server-time-iso")) offered.add(token);
  EXPECT_EQ(offered.names, std::vector<std::string_view>{"server-time"});
}

TEST(IrcCaps, ArePackedIntoShortLines) {
  const std::vector<std::string> names(60, "some-capability-name");
  for (const std::string& line : pack_caps(names)) EXPECT_LE(line.size(), 400u);
}

TEST(IrcSasl, CutsAnswersInPieces) {
  EXPECT_EQ(sasl_pieces(""), std::vector<std::string>{"+"});
  EXPECT_EQ(sasl_pieces("x").size(), 1u);
  const auto exact = sasl_pieces(std::string(300, 'x'));  // 400 bytes of base64
  ASSERT_EQ(exact.size(), 2u);
  EXPECT_EQ(exact[0].size(), 400u);
  EXPECT_EQ(exact[1], "+");
  EXPECT_EQ(sasl_pieces(std::string(301, 'x')).size(), 2u);
}

TEST(IrcSasl, PutsChallengesTogether) {
  SaslChallenge challenge;
  EXPECT_EQ(challenge.add("+"), SaslChallenge::State::complete);
  EXPECT_EQ(challenge.take(), "");
  const std::string encoded = "YWJj";
  std::string long_one;
  for (int i = 0; i < 100; ++i) long_one += encoded;
  EXPECT_EQ(challenge.add(long_one), SaslChallenge::State::more);
  EXPECT_EQ(challenge.add(encoded), SaslChallenge::State::complete);
  EXPECT_EQ(challenge.take().size(), 303u);
  EXPECT_EQ(challenge.add("!!"), SaslChallenge::State::broken);
}

TEST(IrcSasl, ChoosesWhatBothKnow) {
  SaslLogin login;
  login.account = "alice";
  login.password = Secret<std::string>{"x"};
  EXPECT_EQ(choose_mechanisms(login, "EXTERNAL,PLAIN"), std::vector<std::string>{"PLAIN"});
  EXPECT_EQ(choose_mechanisms(login, ""), std::vector<std::string>{"PLAIN"});
  EXPECT_TRUE(choose_mechanisms(login, "EXTERNAL").empty());
  login.mechanisms = {"EXTERNAL"};
  EXPECT_TRUE(choose_mechanisms(login, "PLAIN").empty());
}

TEST(IrcErrors, AreFoundByNumber) {
  ASSERT_NE(find_error("263"), nullptr);
  ASSERT_NE(find_error("974"), nullptr);
  EXPECT_EQ(find_error("475")->fault, Fault::unauthorized);
  EXPECT_EQ(find_error("001"), nullptr);
  EXPECT_EQ(find_error("999"), nullptr);
  for (int numeric = 400; numeric < 600; ++numeric) {
    if (const ErrorRow* row = find_error(std::to_string(numeric))) {
      EXPECT_EQ(row->numeric, std::to_string(numeric));
    }
  }
}

TEST(IrcTime, IsReadFromItsTag) {
  EXPECT_EQ(parse_time("1970-01-01T00:00:01.500Z")->time_since_epoch(), std::chrono::milliseconds{1500});
  EXPECT_EQ(parse_time("1970-01-01T00:00:01Z")->time_since_epoch(), std::chrono::seconds{1});
  for (const char* bad : {"", "Z", "1970-01-01", "1970-13-01T00:00:01.500Z", "1970-01-01 00:00:01.500Z",
                          "1970-01-01T25:00:01.500Z", "xxxx-01-01T00:00:01.500Z"}) {
    EXPECT_FALSE(parse_time(bad)) << bad;
  }
}

TEST(IrcLines, AreCutWhereverTheBytesAre) {
  const std::string bytes = "one\r\ntwo\nthree\r\n\r\nfour";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    LineBuffer buffer;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      ASSERT_TRUE(buffer.feed(std::string_view{bytes}.substr(at, step), [&](std::string_view line) {
        lines.emplace_back(line);
        return true;
      }));
    }
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "three", ""}));
  }
}

TEST(IrcLines, AreNotEndless) {
  LineBuffer buffer;
  bool fits = true;
  for (int i = 0; i < 70 && fits; ++i)
    fits = buffer.feed(std::string(1024, 'x'), [](std::string_view) { return true; });
  EXPECT_FALSE(fits);
}

TEST(IrcSendQueue, GivesEachTargetItsTurnAndCommandsTheFirst) {
  SendQueue queue;
  const auto line = [](std::string text) {
    QueuedLine made;
    made.bytes = std::move(text);
    return made;
  };
  for (const char* text : {"a1", "a2", "a3"}) queue.push(Urgency::message, "a", line(text));
  for (const char* text : {"b1", "b2"}) queue.push(Urgency::message, "b", line(text));
  queue.push(Urgency::background, {}, line("who"));
  queue.push(Urgency::command, {}, line("mode"));
  std::vector<std::string> order;
  while (auto next = queue.pop()) order.push_back(next->bytes);
  // Every other line is the first of a new conversation, as long as there are such; the others take turns.
  EXPECT_EQ(order, (std::vector<std::string>{"mode", "a1", "a2", "b1", "b2", "a3", "who"}));
}

}  // namespace
}  // namespace dragoman::backends::irc
