#include "backends/irc/probe.hpp"

#include <gtest/gtest.h>

namespace dragoman::backends::irc {

namespace {

using Grade = chat::Finding::Grade;

TEST(IrcProbe, AServerThatAnswersSpeaksIrc) {
  for (const char* line : {":irc.test CAP * LS :sasl", ":irc.test 451 * :You have not registered", "CAP * LS :"}) {
    const auto verdict = judge_greeting(line, "irc.test:6697");
    ASSERT_TRUE(verdict) << line;
    EXPECT_EQ(verdict->grade, Grade::ok) << line;
    EXPECT_EQ(verdict->subject, "IRC at irc.test:6697");
  }
}

TEST(IrcProbe, NoticesWhileWeAreLookedUpAreWaitedOut) {
  EXPECT_FALSE(judge_greeting(":irc.test NOTICE * :*** Looking up your hostname...", "irc.test:6697"));
  EXPECT_FALSE(judge_greeting("PING :123", "irc.test:6697"));
}

TEST(IrcProbe, ARefusalIsToldInTheServersWords) {
  const auto verdict = judge_greeting(
      "ERROR :Closing Link: 192.0.2.7 (K-lined: \x03"
      "04open proxy)",
      "irc.test:6697");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->grade, Grade::failed);
  EXPECT_NE(verdict->text.find("K-lined"), std::string::npos);
  EXPECT_EQ(verdict->text.find('\x03'), std::string::npos) << "control codes of a stranger reach the terminal";
}

TEST(IrcProbe, WhatIsNoIrcIsShown) {
  for (const char* line : {"SSH-2.0-OpenSSH_9.2p1", "HTTP/1.1 400 Bad Request", "", "220 mail.example.org ESMTP"}) {
    const auto verdict = judge_greeting(line, "irc.test:22");
    ASSERT_TRUE(verdict) << line;
    EXPECT_EQ(verdict->grade, Grade::failed) << line;
    EXPECT_NE(verdict->text.find(line), std::string::npos) << verdict->text;
  }
}

}  // namespace

}  // namespace dragoman::backends::irc
