#include <set>

#include <gtest/gtest.h>

#include "backends/irc/casemap.hpp"
#include "backends/irc/ident.hpp"
#include "backends/irc/nickname.hpp"

namespace dragoman::backends::irc {
namespace {

TEST(IrcCasemap, FoldsAsTheServerSays) {
  EXPECT_EQ(fold(Casemap::ascii, "#A[B]\\^~"), "#a[b]\\^~");
  EXPECT_EQ(fold(Casemap::rfc1459, "#A[B]\\^~"), "#a{b}|~~");
  EXPECT_EQ(fold(Casemap::rfc1459_strict, "#A[B]\\^~"), "#a{b}|^~");
  EXPECT_EQ(fold(Casemap::unicode, "ÄRGER"), "ärger");
  EXPECT_EQ(fold(Casemap::ascii, "ÄRGER"), "Ärger");
}

TEST(IrcCasemap, ComparesWithoutFolding) {
  EXPECT_TRUE(same(Casemap::rfc1459, "A[b]", "a{B}"));
  EXPECT_FALSE(same(Casemap::ascii, "A[b]", "a{B}"));
  EXPECT_FALSE(same(Casemap::ascii, "ab", "abc"));
  EXPECT_TRUE(same(Casemap::unicode, "ÉCOLE", "école"));
}

TEST(IrcCasemap, IsReadFromIsupport) {
  EXPECT_EQ(parse_casemap("rfc1459"), Casemap::rfc1459);
  EXPECT_EQ(parse_casemap("rfc1459-strict"), Casemap::rfc1459_strict);
  EXPECT_EQ(parse_casemap("precis"), Casemap::unicode);
  EXPECT_EQ(parse_casemap("ascii"), Casemap::ascii);
  EXPECT_EQ(parse_casemap("klingon"), Casemap::ascii);
}

TEST(IrcNickname, IsWhatEveryServerTakes) {
  const auto legal = [](std::string_view wish) { return legal_nickname(wish, "x@example.org", 30); };
  EXPECT_EQ(legal("alice"), "alice");
  EXPECT_EQ(legal("A[b]\\`_^{|}-9"), "A[b]\\`_^{|}-9");
  EXPECT_EQ(legal("José"), "Jose");
  EXPECT_EQ(legal("Straße"), "Strasse");
  EXPECT_EQ(legal("Łukasz Ørsted"), "Lukasz_Orsted");
  EXPECT_EQ(legal("Вася"), "Vasa");
  EXPECT_EQ(legal("2 cool"), "_2_cool");
  EXPECT_EQ(legal("-dash"), "_-dash");
  EXPECT_EQ(legal("al ice"), "al_ice");
  EXPECT_EQ(legal("a,b!c@d*e~f"), "a_b_c_d_e_f");
  EXPECT_EQ(legal("#tea"), "_tea");
  EXPECT_EQ(legal("a\r\nQUIT"), "a__QUIT");
  EXPECT_EQ(legal("NickServ"), "NickServ_");
  EXPECT_EQ(legal("___"), "___");
}

TEST(IrcNickname, IsReproducibleWhenNothingIsLeftOfTheWish) {
  const std::string name = legal_nickname("😀", "alice@example.org", 30);
  EXPECT_EQ(name.size(), 6u);
  EXPECT_EQ(name.front(), 'u');
  EXPECT_EQ(legal_nickname("😀", "alice@example.org", 30), name);
  EXPECT_NE(legal_nickname("😀", "bob@example.org", 30), name);
  EXPECT_FALSE(legal_nickname("", "alice@example.org", 30).empty());
}

TEST(IrcNickname, IsCutToItsLength) {
  EXPECT_EQ(legal_nickname("abcdefghijklmnop", "x@y", 9), "abcdefghi");
  EXPECT_EQ(legal_nickname("nickserv", "x@y", 8), "nickser_");
}

TEST(IrcNickname, HasAlternativesThatStayTheSameAndDiffer) {
  std::set<std::string> tried{"alice"};
  for (unsigned attempt = 1; attempt <= most_nickname_attempts; ++attempt) {
    const std::string name = alternative_nickname("alice", "alice@example.org", 9, attempt);
    EXPECT_LE(name.size(), 9u);
    EXPECT_TRUE(tried.insert(name).second) << name;
    EXPECT_EQ(alternative_nickname("alice", "alice@example.org", 9, attempt), name);
  }
  EXPECT_EQ(alternative_nickname("alice", "x@y", 30, 1), "alice_");
  EXPECT_EQ(alternative_nickname("alice", "x@y", 30, 2), "alice__");
  EXPECT_EQ(alternative_nickname("abcdefghi", "x@y", 9, 1).substr(0, 7), "abcdefg");
}

TEST(IrcIdent, IsNineLettersThatNameOnePerson) {
  const std::string name = ident("key", "alice@example.org");
  EXPECT_EQ(name.size(), 9u);
  EXPECT_TRUE(name.front() >= 'a' && name.front() <= 'z');
  EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
  EXPECT_EQ(ident("key", "alice@example.org"), name);
  EXPECT_NE(ident("key", "bob@example.org"), name);
  EXPECT_NE(ident("another key", "alice@example.org"), name);
  std::set<std::string> all;
  for (int i = 0; i < 1000; ++i) all.insert(ident("key", "u" + std::to_string(i) + "@example.org"));
  EXPECT_EQ(all.size(), 1000u);
  for (const std::string& each : all) EXPECT_TRUE(each.front() >= 'a' && each.front() <= 'z') << each;
}

}  // namespace
}  // namespace dragoman::backends::irc
