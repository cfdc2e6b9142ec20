#include "net/public_address.hpp"

#include <gtest/gtest.h>

namespace dragoman::net {
namespace {

// IANA: IPv4 and IPv6 Special-Purpose Address Registries; each block with its edges.
TEST(PublicAddress, IsNoneOfASpecialBlock) {
  for (const char* text : {"0.0.0.0",
                           "0.255.255.255",
                           "10.0.0.1",
                           "10.255.255.255",
                           "100.64.0.0",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.254",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.2.7",
                           "192.88.99.1",
                           "192.168.0.1",
                           "192.168.255.255",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.255.255.250",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::7f00:1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.1.2.3",
                           "::ffff:169.254.169.254",
                           "64:ff9b::a00:1",
                           "64:ff9b::7f00:1",
                           "64:ff9b:1::1",
                           "100::1",
                           "2001::1",
                           "2001:2::1",
                           "2001:10::1",
                           "2001:1ff::1",
                           "2001:db8::1",
                           "2002:a00:1::1",
                           "2002:808:808::1",
                           "3fff::1",
                           "3fff:fff::1",
                           "4000::1",
                           "5f00::1",
                           "fc00::1",
                           "fd12:3456:789a::1",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1"}) {
    const auto address = parse_address(text, 80);
    ASSERT_TRUE(address) << text;
    EXPECT_FALSE(is_public(*address)) << text;
  }
}

TEST(PublicAddress, IsEverythingElse) {
  for (const char* text : {"1.1.1.1",          "8.8.8.8",     "9.255.255.255",        "11.0.0.0",
                           "100.63.255.255",   "100.128.0.0", "126.255.255.255",      "128.0.0.1",
                           "169.253.255.255",  "169.255.0.0", "172.15.255.255",       "172.32.0.0",
                           "192.0.1.1",        "192.0.3.1",   "192.167.255.255",      "192.169.0.0",
                           "198.17.255.255",   "198.20.0.0",  "223.255.255.255",      "::ffff:8.8.8.8",
                           "64:ff9b::808:808", "2001:200::1", "2001:4860:4860::8888", "2606:4700::1111",
                           "2a00:1450::1",     "3fff:1000::1"}) {
    const auto address = parse_address(text, 80);
    ASSERT_TRUE(address) << text;
    EXPECT_TRUE(is_public(*address)) << text;
  }
}

TEST(PublicAddress, IsOfTheInternet) { EXPECT_FALSE(is_public(Address{})); }

}  // namespace
}  // namespace dragoman::net
