#include "xmpp/legacy_key.hpp"

#include <gtest/gtest.h>

namespace dragoman::xmpp {
namespace {

constexpr Timestamp noon{std::chrono::hours{24 * 20000 + 12}};
const LegacyKey alice{"secret", "irc.test", "jabber:iq:register", "alice@test"};

TEST(LegacyKey, LooksAsItAlwaysDid) {
  const std::string key = make_legacy_key(alice, noon);
  EXPECT_EQ(key.size(), 40U);
  EXPECT_EQ(key.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(LegacyKey, IsGoodUntilTheEndOfTheNextDay) {
  const std::string key = make_legacy_key(alice, noon);
  EXPECT_TRUE(fits_legacy_key(alice, key, noon));
  EXPECT_TRUE(fits_legacy_key(alice, "\n " + key + " ", noon + std::chrono::hours{35}));
  EXPECT_FALSE(fits_legacy_key(alice, key, noon + std::chrono::hours{36}));
  EXPECT_FALSE(fits_legacy_key(alice, key, noon - std::chrono::hours{24}));
}

TEST(LegacyKey, IsForOnePersonOnePurposeOneServiceAndOneInstallation) {
  const std::string key = make_legacy_key(alice, noon);
  EXPECT_FALSE(fits_legacy_key({"secret", "irc.test", "jabber:iq:register", "bob@test"}, key, noon));
  EXPECT_FALSE(fits_legacy_key({"secret", "irc.test", "jabber:iq:search", "alice@test"}, key, noon));
  EXPECT_FALSE(fits_legacy_key({"secret", "matrix.test", "jabber:iq:register", "alice@test"}, key, noon));
  EXPECT_FALSE(fits_legacy_key({"other", "irc.test", "jabber:iq:register", "alice@test"}, key, noon));
  EXPECT_FALSE(fits_legacy_key(alice, "", noon));
}

}  // namespace
}  // namespace dragoman::xmpp
