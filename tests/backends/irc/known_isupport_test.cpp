#include "backends/irc/known_isupport.hpp"

#include <gtest/gtest.h>

#include "backends/irc/message.hpp"

namespace dragoman::test {
namespace {

using backends::irc::IsupportBook;
using backends::irc::KnownIsupport;
using backends::irc::Message;

bool is_told(KnownIsupport& link, IsupportBook& book, std::string_view tokens) {
  Message message;
  const std::string line = ":irc 005 x " + std::string{tokens} + " :are supported by this server";
  backends::irc::parse(line, message);
  return link.apply(message, book);
}

TEST(IrcKnownIsupport, LinksThatWereToldTheSameHaveOne) {
  IsupportBook book;
  KnownIsupport alice, bob;
  for (const char* tokens : {"NETWORK=Test NICKLEN=20", "WHOX"}) {
    is_told(alice, book, tokens);
    is_told(bob, book, tokens);
  }
  EXPECT_EQ(&*alice, &*bob);
  EXPECT_EQ(bob->network, "Test");
  EXPECT_TRUE(bob->whox);
}

TEST(IrcKnownIsupport, WhatOneIsToldLaterIsNotToldToTheOthers) {
  IsupportBook book;
  KnownIsupport alice, bob;
  is_told(alice, book, "NICKLEN=20");
  is_told(bob, book, "NICKLEN=20");
  EXPECT_TRUE(is_told(bob, book, "CASEMAPPING=ascii NICKLEN=9"));
  EXPECT_EQ(alice->nick_length, 20u);
  EXPECT_EQ(bob->nick_length, 9u);
}

}  // namespace
}  // namespace dragoman::test
