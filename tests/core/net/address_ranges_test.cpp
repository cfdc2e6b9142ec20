#include "net/address_ranges.hpp"

#include <gtest/gtest.h>

namespace dragoman::net {
namespace {

TEST(AddressRanges, HoldAddressesAndRanges) {
  AddressRanges ranges;
  for (const char* each : {"192.0.2.7", "10.0.0.0/9", "2001:db8::/33", "::1"}) EXPECT_TRUE(ranges.add(each)) << each;
  for (const char* inside : {"192.0.2.7", "::ffff:192.0.2.7", "10.127.255.255", "2001:db8:7fff::1", "::1"}) {
    EXPECT_TRUE(ranges.contains(inside)) << inside;
  }
  for (const char* outside : {"192.0.2.6", "10.128.0.0", "11.0.0.0", "2001:db8:8000::", "2001:db9::", "::2", "", "x"}) {
    EXPECT_FALSE(ranges.contains(outside)) << outside;
  }
}

TEST(AddressRanges, RefuseWhatIsNone) {
  AddressRanges ranges;
  for (const char* wrong : {"", "a.test", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", "::/129", "1/8"}) {
    EXPECT_FALSE(ranges.add(wrong)) << wrong;
  }
  EXPECT_TRUE(ranges.empty());
}

TEST(AddressRanges, EverythingIsARangeToo) {
  AddressRanges v4;
  ASSERT_TRUE(v4.add("0.0.0.0/0"));
  EXPECT_TRUE(v4.contains("203.0.113.9"));
  EXPECT_FALSE(v4.contains("2001:db8::1"));
}

TEST(PlainAddress, LosesPortBracketsAndMapping) {
  EXPECT_EQ(plain_address("192.0.2.7:80"), "192.0.2.7");
  EXPECT_EQ(plain_address("[::ffff:192.0.2.7]:80"), "192.0.2.7");
  EXPECT_EQ(plain_address("[2001:db8::1]:80"), "2001:db8::1");
  EXPECT_EQ(plain_address("2001:DB8:0::1"), "2001:db8::1");
  EXPECT_EQ(plain_address("unknown"), "");
  EXPECT_EQ(plain_address("_hidden, 192.0.2.7"), "");
}

TEST(SubscriberOf, IsAnAddressOfIpv4AndANetworkOfIpv6) {
  EXPECT_EQ(subscriber_of("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(subscriber_of("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(subscriber_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(subscriber_of("2001:DB8:1:2::"), "2001:db8:1:2::/64");
  EXPECT_EQ(subscriber_of("::1"), "::/64");
  for (const char* none : {"", "unknown", "a:b"}) EXPECT_EQ(subscriber_of(none), none);
}

}  // namespace
}  // namespace dragoman::net
