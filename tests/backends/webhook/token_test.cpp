#include "backends/webhook/token.hpp"

#include <gtest/gtest.h>

#include "backends/webhook/ingress_path.hpp"
#include "backends/webhook/request_log.hpp"
#include "support/fixed_random.hpp"

namespace dragoman::backends::webhook {
namespace {

TEST(WebhookToken, IsKnownByItsCheckLetters) {
  test::FixedRandom random;
  const std::string token = make_token(random).reveal();
  ASSERT_EQ(token.size(), 36U);
  EXPECT_TRUE(token.starts_with("dgh_"));
  const std::string bare{bare_token(token)};
  EXPECT_EQ(bare, token.substr(4));
  EXPECT_EQ(bare_token(bare), bare) << "for senders that allow letters and digits only";
  std::string mistyped = token;
  mistyped[10] = mistyped[10] == 'a' ? 'b' : 'a';
  EXPECT_EQ(bare_token(mistyped), "");
  EXPECT_EQ(bare_token(token + 'a'), "");
  EXPECT_EQ(bare_token(""), "");
}

TEST(WebhookToken, HasAPublishedHash) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-4
}

TEST(WebhookPath, OfOurOwnMayNameAFormat) {
  const auto plain = read_ingress_path("/h/token", "/h/");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->token, "token");
  EXPECT_FALSE(plain->forced);
  const auto github = read_ingress_path("/h/token/github", "/h/");
  ASSERT_TRUE(github);
  EXPECT_EQ(github->forced, Format::github);
  EXPECT_EQ(github->dialect, Dialect::plain);
  EXPECT_EQ(read_ingress_path("/h/token/slack", "/h/")->dialect, Dialect::slack);
  EXPECT_FALSE(read_ingress_path("/h/token/icq", "/h/"));
  EXPECT_FALSE(read_ingress_path("/h/token/github/more", "/h/"));
  EXPECT_FALSE(read_ingress_path("/h/", "/h/"));
}

TEST(WebhookPath, IsThatOfOtherProductsToo) {
  EXPECT_EQ(read_ingress_path("/services/T0/B0/token", "/h/")->dialect, Dialect::slack);
  EXPECT_EQ(read_ingress_path("/services/T0/B0/token", "/h/")->token, "token");
  EXPECT_EQ(read_ingress_path("/hooks/token", "/h/")->dialect, Dialect::mattermost);
  EXPECT_EQ(read_ingress_path("/api/webhooks/ci/token", "/h/")->dialect, Dialect::discord);
  EXPECT_EQ(read_ingress_path("/api/webhooks/ci/token/slack", "/h/")->dialect, Dialect::slack);
  const auto github = read_ingress_path("/api/webhooks/ci/token/github", "/h/");
  EXPECT_EQ(github->forced, Format::github);
  EXPECT_EQ(github->dialect, Dialect::plain);
  EXPECT_FALSE(read_ingress_path("/services/token", "/h/"));
}

TEST(WebhookLog, ShowsTheNetworkOfACaller) {
  EXPECT_EQ(network_of("192.0.2.77"), "192.0.2.0/24");
  EXPECT_EQ(network_of("2001:db8:1:2::77"), "2001:db8:1::/48");
  EXPECT_EQ(network_of("nobody"), "");
}

}  // namespace
}  // namespace dragoman::backends::webhook
