#include <gtest/gtest.h>

#include "net/address.hpp"
#include "net/connect.hpp"

namespace dragoman::net {
namespace {

struct Case {
  std::string_view text, host;
  std::uint16_t port;
};

TEST(Endpoint, IsAHostAndAPort) {
  for (const Case& good :
       {Case{"irc.example.org:6697", "irc.example.org", 6697}, Case{"irc.example.org", "irc.example.org", 6667},
        Case{"192.0.2.7:1", "192.0.2.7", 1}, Case{"[::1]:65535", "::1", 65535},
        Case{"[2001:db8::1]", "2001:db8::1", 6667}, Case{"2001:db8::1", "2001:db8::1", 6667},
        Case{"my_host:99", "my_host", 99}, Case{"xn--mnchen-3ya.example", "xn--mnchen-3ya.example", 6667}}) {
    const auto endpoint = parse_endpoint(good.text, 6667);
    ASSERT_TRUE(endpoint) << endpoint.error().text;
    EXPECT_EQ(endpoint->host, good.host);
    EXPECT_EQ(endpoint->port, good.port);
  }
}

TEST(Endpoint, SaysWhatIsWrongWithIt) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"", "the host is missing"},
      {":6667", "the host is missing"},
      {"[]:1", "the host is missing"},
      {"a:", "a port is a number from 1 to 65535"},
      {"a:0", "a port is a number from 1 to 65535"},
      {"a:65536", "a port is a number from 1 to 65535"},
      {"a:-1", "a port is a number from 1 to 65535"},
      {"a:66x", "a port is a number from 1 to 65535"},
      {"a b:1", "a host consists of letters, digits, '.' and '-'"},
      {"irc://a", "a port is a number from 1 to 65535"},
      {"a/b", "a host consists of letters, digits, '.' and '-'"},
      {"a\r\nb:1", "a host consists of letters, digits, '.' and '-'"},
      {std::string("a\0b:1", 5), "a host consists of letters, digits, '.' and '-'"},
      {std::string(254, 'a'), "a host consists of letters, digits, '.' and '-'"},
      {"[::1", "a closing ] is missing"},
      {"[::1]6667", "only :port may follow the ]"},
      {"[a]:1", "this is no IPv6 address; with a port: [address]:port"},
      {"[127.0.0.1]:1", "this is no IPv6 address; with a port: [address]:port"},
      {"a:b:c", "this is no IPv6 address; with a port: [address]:port"}};
  for (const auto& [text, why] : table) {
    const auto endpoint = parse_endpoint(text, 6667);
    ASSERT_FALSE(endpoint) << text;
    EXPECT_EQ(endpoint.error().fault, Fault::malformed);
    EXPECT_EQ(endpoint.error().text, '"' + text + "\" is not host:port: " + why);
  }
  EXPECT_EQ(parse_endpoint("a", 0).error().text, "\"a\" is not host:port: the port is missing");
}

TEST(Endpoint, ReadsBackWhatItWrites) {
  for (const std::string_view text : {"irc.example.org:6697", "[2001:db8::1]:6697"}) {
    EXPECT_EQ(to_string(*parse_endpoint(text, 0)), text);
  }
}

TEST(Address, IsANumericOneAndNothingElse) {
  EXPECT_EQ(to_string(*parse_address("192.0.2.7", 6697)), "192.0.2.7:6697");
  EXPECT_EQ(to_string(*parse_address("2001:DB8::7", 6697)), "[2001:db8::7]:6697");
  using namespace std::string_view_literals;
  for (const std::string_view text : {""sv, "localhost"sv, "1"sv, "127.1"sv, "256.0.0.1"sv, "1.2.3.4.5"sv, ":::"sv,
                                      "0x7f000001"sv, "127.0.0.1\0x"sv}) {
    EXPECT_FALSE(parse_address(text, 1)) << text;
  }
}

TEST(Fingerprint, IsTakenInTheFormsThatToolsPrint) {
  const std::string plain(64, 'a');
  EXPECT_EQ(*parse_fingerprint(plain), plain);
  EXPECT_EQ(*parse_fingerprint(" " + std::string(64, 'A') + "\n"), plain);
  std::string colons = "AA";
  for (int i = 1; i < 32; ++i) colons += ":aa";
  EXPECT_EQ(*parse_fingerprint(colons), plain);
  for (const std::string& bad : {std::string{}, std::string(40, 'a'), std::string(64, 'g'), plain + "aa"}) {
    EXPECT_FALSE(parse_fingerprint(bad));
  }
}

}  // namespace
}  // namespace dragoman::net
