#include "net/gzip.hpp"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

using namespace std::string_view_literals;

// gzip -n of "hello, hello, hello, hello\n"
constexpr std::string_view hellos =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\xc0\xa4\xb8\x00\x4b\x21\xa1\x29\x1b\x00\x00\x00"sv;

TEST(Gzip, IsUnpacked) { EXPECT_EQ(net::gunzip(hellos).value(), "hello, hello, hello, hello\n"); }

TEST(Gzip, ThatLiesAboutItselfIsRefused) {
  std::string changed{hellos};
  changed[changed.size() - 6] ^= 1;  // of the CRC
  EXPECT_EQ(net::gunzip(changed).error().fault, Fault::malformed);
  EXPECT_EQ(net::gunzip(hellos.substr(0, hellos.size() - 1)).error().fault, Fault::malformed);
  EXPECT_EQ(net::gunzip(std::string{hellos} + "x").error().fault, Fault::malformed);
  EXPECT_EQ(net::gunzip("hello").error().fault, Fault::malformed);
  EXPECT_EQ(net::gunzip("").error().fault, Fault::malformed);
}

TEST(Gzip, OverItsLimitsIsRefused) {
  net::InflateLimits limits;
  limits.most = 26;
  EXPECT_EQ(net::gunzip(hellos, limits).error().fault, Fault::too_long);
  limits.most = 27;
  EXPECT_TRUE(net::gunzip(hellos, limits).has_value());
}

}  // namespace
}  // namespace dragoman
