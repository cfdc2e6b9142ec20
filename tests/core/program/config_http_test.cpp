#include "config_http.hpp"

#include <gtest/gtest.h>

namespace dragoman {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

struct ConfigHttpTest : ::testing::Test {
  HttpEntry http(const std::string& toml) {
    file = Settings::from_text(toml, "a.toml");
    return read_http(file, warnings);
  }
  MediaEntry media(const std::string& toml) {
    file = Settings::from_text(toml, "a.toml");
    return read_media(file);
  }
  Settings file;
  Lines warnings;
};

TEST_F(ConfigHttpTest, IsNoListenerByDefault) {
  EXPECT_FALSE(http("").listen);
  EXPECT_EQ(file.problems(), Lines{});
}

TEST_F(ConfigHttpTest, IsTakenAsItStands) {
  const HttpEntry entry = http(
      "[http]\nlisten = \"127.0.0.1\"\npublic_url = \"https://example.org/gateway/\"\n"
      "trusted_proxies = [\"127.0.0.1\"]\n");
  EXPECT_EQ(file.problems(), Lines{});
  EXPECT_EQ(warnings, Lines{});
  EXPECT_EQ(entry.listen, (net::Endpoint{"127.0.0.1", 8480}));
  EXPECT_EQ(entry.public_url, "https://example.org/gateway");
  EXPECT_EQ(entry.trusted_proxies, Lines{"127.0.0.1"});
  EXPECT_EQ(http("[http]\nlisten = \"*:80\"\npublic_url = \"https://a/\"\n").listen, (net::Endpoint{"::", 80}));
}

TEST_F(ConfigHttpTest, UrlThatCannotBePutBeforeAPathIsAMistake) {
  for (const char* url : {"gateway.example.org", "https://", "ftp://a/", "https://a/?x", "https://a/#x"}) {
    http("[http]\nlisten = \"[::1]:80\"\npublic_url = \"" + std::string{url} + "\"\n");
    EXPECT_EQ(file.problems().size(), 1U) << url;
  }
}

TEST_F(ConfigHttpTest, SaysWhatIsAllowedAndUnwise) {
  http("[http]\nlisten = \"127.0.0.1:80\"\npublic_url = \"http://a/\"\n");
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_TRUE(warnings[0].starts_with("a.toml:3:")) << warnings[0];
  EXPECT_TRUE(warnings[1].starts_with("a.toml:2:")) << warnings[1];
}

TEST_F(ConfigHttpTest, MediaHasLimitsThatCanBeChanged) {
  const MediaEntry usual = media("");
  EXPECT_EQ(usual.link_lifetime, Duration{24h * 30});
  EXPECT_EQ(usual.largest_file, 100U << 20);
  const MediaEntry entry =
      media("[media]\nlink_lifetime = false\nlargest_file = \"2GB\"\nprivate_ranges = [\"10.0.0.0/8\"]\n");
  EXPECT_EQ(file.problems(), Lines{});
  EXPECT_EQ(entry.link_lifetime, std::nullopt);
  EXPECT_EQ(entry.largest_file, 2ULL << 30);
  EXPECT_TRUE(entry.private_ranges.contains("10.1.2.3"));
  EXPECT_EQ(media("[media]\nlink_lifetime = \"7d\"\n").link_lifetime, Duration{24h * 7});
}

TEST_F(ConfigHttpTest, SizeThatIsNoneIsAMistake) {
  for (const char* size : {"100", "MB", "-1MB", "0MB", "1.5MB", "1 MB", "1mb", "99999999999999999999GB"}) {
    media("[media]\nlargest_file = \"" + std::string{size} + "\"\n");
    EXPECT_EQ(file.problems().size(), 1U) << size;
  }
}

}  // namespace
}  // namespace dragoman
