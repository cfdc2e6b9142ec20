#include "backends/webhook/egress.hpp"

#include <gtest/gtest.h>

#include "support/loop_test.hpp"

namespace dragoman::backends::webhook {
namespace {

Fault refused(const std::string& url, const Egress& egress = {}) {
  const auto checked = check_target(url, egress);
  EXPECT_FALSE(checked.has_value()) << url;
  return checked ? Fault::internal : checked.error().fault;
}

TEST(WebhookEgress, TakesPublicAddressesOverTls) {
  EXPECT_TRUE(check_target("https://target.example.net/in", {}).has_value());
  EXPECT_TRUE(check_target("https://target.example.net:8443/in", {}).has_value());
  EXPECT_TRUE(check_target("https://93.184.216.34/", {}).has_value());
  EXPECT_TRUE(check_target("https://[2606:2800:220:1:248:1893:25c8:1946]/", {}).has_value());
}

TEST(WebhookEgress, RefusesWhatLeadsIntoNetworksOfOurs) {
  for (const char* host : {"0.0.0.0",
                           "10.0.0.1",
                           "100.64.0.1",
                           "127.0.0.1",
                           "127.1.2.3",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.2.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "240.0.0.1",
                           "255.255.255.255",
                           "[::]",
                           "[::1]",
                           "[fe80::1]",
                           "[fc00::1]",
                           "[fd12::1]",
                           "[ff02::1]",
                           "[2001:db8::1]",
                           "[::ffff:127.0.0.1]",
                           "[::ffff:169.254.169.254]",
                           "[64:ff9b::7f00:1]",
                           "[64:ff9b::a00:1]",
                           "[2002:7f00:1::]",
                           "[2001::1]",
                           "[::7f00:1]"}) {
    EXPECT_EQ(refused("https://" + std::string{host} + '/'), Fault::forbidden) << host;
  }
}

TEST(WebhookEgress, RefusesNumbersThatSomeTakeForAddresses) {
  for (const char* host : {"2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "1.2.3.4.5", "127.0.0.1."}) {
    EXPECT_FALSE(check_target("https://" + std::string{host} + '/', {}).has_value()) << host;
  }
}

TEST(WebhookEgress, RefusesUserInformationOtherPortsAndPlainHttp) {
  EXPECT_EQ(refused("https://target.example.net@10.0.0.1/"), Fault::malformed);
  EXPECT_EQ(refused("https://user:password@target.example.net/"), Fault::malformed);
  EXPECT_EQ(refused("https://target.example.net:22/"), Fault::forbidden);
  EXPECT_EQ(refused("http://target.example.net/"), Fault::forbidden);
  EXPECT_EQ(refused("gopher://target.example.net/"), Fault::malformed);
  EXPECT_EQ(refused("https:///in"), Fault::malformed);
}

TEST(WebhookEgress, RefusesOurOwnListener) {
  Egress egress;
  egress.own_url = "https://gateway.example.org";
  EXPECT_EQ(refused("https://GATEWAY.example.org/h/dgh_x", egress), Fault::forbidden);
  EXPECT_TRUE(check_target("https://gateway.example.org:8443/other", egress).has_value());
}

TEST(WebhookEgress, TheOperatorMayAllowMore) {
  Egress egress;
  egress.plain_http = true;
  egress.ports = {8080};
  ASSERT_TRUE(egress.private_ranges.add("10.1.0.0/16").has_value());
  EXPECT_TRUE(check_target("http://10.1.2.3:8080/", egress).has_value());
  EXPECT_EQ(refused("http://10.2.2.3:8080/", egress), Fault::forbidden);
}

struct WebhookEgressResolving : test::LoopTest {
  Result<net::Url> resolves(const std::string& url, Egress egress = {}) {
    return result_of<Result<net::Url>>([this, url, egress] { return resolve_target(loop, url, egress); });
  }
};

TEST_F(WebhookEgressResolving, ANameThatLeadsToThisMachineIsRefusedWhenAHookIsMade) {
  const auto refused = resolves("https://localhost/");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().fault, Fault::forbidden);
  Egress egress;
  ASSERT_TRUE(egress.private_ranges.add("127.0.0.0/8").has_value());
  ASSERT_TRUE(egress.private_ranges.add("::1").has_value());
  EXPECT_TRUE(resolves("https://localhost/", egress).has_value());
}

}  // namespace
}  // namespace dragoman::backends::webhook
