#include "backends/irc/source.hpp"

#include <set>

#include <gtest/gtest.h>

#include "backends/irc/config.hpp"
#include "backends/irc/make_login.hpp"

namespace dragoman::backends::irc {
namespace {

Sources sources(const std::vector<std::string>& texts) {
  auto parsed = Sources::parse(texts);
  EXPECT_TRUE(parsed) << parsed.error().text;
  return parsed ? *parsed : Sources{};
}

TEST(IrcSources, AreOneOfAPrefixForEachPerson) {
  const Sources pool = sources({"2001:db8:1:2::/64"});
  const auto alice = pool.of("key", "alice@example.org");
  ASSERT_EQ(alice.size(), 1U);
  EXPECT_TRUE(alice[0].address.starts_with("2001:db8:1:2:")) << alice[0].address;
  EXPECT_TRUE(alice[0].foreign) << "nobody gives 2^64 addresses to a machine one by one";
  EXPECT_EQ(pool.of("key", "alice@example.org")[0].address, alice[0].address);
  EXPECT_NE(pool.of("key", "bob@example.org")[0].address, alice[0].address);
  EXPECT_NE(pool.of("other", "alice@example.org")[0].address, alice[0].address);
}

TEST(IrcSources, StayInsideAPrefixOfAnyLength) {
  std::set<std::string> seen;
  const Sources pool = sources({"192.0.2.8/30"});
  for (int i = 0; i < 200; ++i) seen.insert(pool.of("key", std::to_string(i))[0].address);
  EXPECT_EQ(seen, (std::set<std::string>{"192.0.2.9", "192.0.2.10"})) << "the first and the last are no hosts";
}

TEST(IrcSources, AreTakenOutOfAList) {
  std::set<std::string> seen;
  const Sources pool = sources({"192.0.2.1", "192.0.2.2", "192.0.2.3"});
  for (int i = 0; i < 200; ++i) {
    const auto found = pool.of("key", std::to_string(i));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_FALSE(found[0].foreign);
    seen.insert(found[0].address);
  }
  EXPECT_EQ(seen.size(), 3U);
}

TEST(IrcSources, HaveOneForEachKindOfAddress) {
  const auto found = sources({"2001:db8::/64", "127.0.0.0/8"}).of("key", "alice@example.org");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found[0].address.starts_with("127."));
  EXPECT_TRUE(found[1].address.starts_with("2001:db8:"));
}

TEST(IrcSources, SayWhatIsWrong) {
  for (const char* text : {"eth0", "192.0.2.1/33", "192.0.2.0/0", "2001:db8::/129", "2001:db8::/x", "", "1.2.3.4/"}) {
    EXPECT_FALSE(Sources::parse({text})) << text;
  }
}

TEST(IrcRealname, IsMadeAsConfigured) {
  EXPECT_EQ(*fill_realname("{nick}", "al", "alice@example.org"), "al");
  EXPECT_EQ(*fill_realname("{user} of {domain}: {jid}", "al", "alice@example.org"),
            "alice of example.org: alice@example.org");
  EXPECT_EQ(*fill_realname("a guest", "al", "alice@example.org"), "a guest");
  EXPECT_FALSE(fill_realname("{name}", "al", "alice@example.org"));
  EXPECT_FALSE(fill_realname("{nick", "al", "alice@example.org"));
}

}  // namespace
}  // namespace dragoman::backends::irc
