#include "net/http.hpp"

#include <gtest/gtest.h>

namespace dragoman::net {
namespace {

struct Example {
  std::string text;
  Url url;
  std::string normal;  // as to_string writes it
};

TEST(Url, HasItsPartsAndIsWrittenAgain) {
  const Example examples[] = {
      {"https://up.example.org/a?b", {true, "up.example.org", 443, "/a?b"}, "https://up.example.org/a?b"},
      {"HTTP://Up.Example.ORG", {false, "up.example.org", 80, "/"}, "http://up.example.org/"},
      {"https://up.example.org:5281/upload/x%20y",
       {true, "up.example.org", 5281, "/upload/x%20y"},
       "https://up.example.org:5281/upload/x%20y"},
      {"https://up.example.org:443/", {true, "up.example.org", 443, "/"}, "https://up.example.org/"},
      {"http://up.example.org:/x", {false, "up.example.org", 80, "/x"}, "http://up.example.org/x"},
      {"https://192.0.2.7/", {true, "192.0.2.7", 443, "/"}, "https://192.0.2.7/"},
      {"https://[2001:DB8::7]:8443/x", {true, "2001:db8::7", 8443, "/x"}, "https://[2001:db8::7]:8443/x"},
      {"https://up.example.org?q=1", {true, "up.example.org", 443, "/?q=1"}, "https://up.example.org/?q=1"},
      {"https://up.example.org/a#part", {true, "up.example.org", 443, "/a"}, "https://up.example.org/a"},
      {"https://up.example.org#part", {true, "up.example.org", 443, "/"}, "https://up.example.org/"},
      {"https://up.example.org/a@b", {true, "up.example.org", 443, "/a@b"}, "https://up.example.org/a@b"},
      {"https://xn--bcher-kva.example/", {true, "xn--bcher-kva.example", 443, "/"}, "https://xn--bcher-kva.example/"},
  };
  for (const auto& [text, url, normal] : examples) {
    const auto read = parse_url(text);
    ASSERT_TRUE(read) << text << ": " << read.error().text;
    EXPECT_EQ(*read, url) << text << " -> " << read->host << ' ' << read->port << ' ' << read->target;
    EXPECT_EQ(to_string(*read), normal);
    EXPECT_EQ(*parse_url(normal), url) << "what is written reads the same";
  }
}

TEST(Url, ThatCouldMeanAnotherHostOrNothingIsRefused) {
  const std::pair<std::string, std::string> examples[] = {
      {"", "https://"},
      {"up.example.org/a", "https://"},
      {"ftp://up.example.org/", "https://"},
      {"javascript:alert(1)//://x", "https://"},
      {"https://", ""},
      {"https:///etc/passwd", ""},
      {"https://good.example@evil.example/", "user name"},
      {"https://user:pass@up.example.org/", "user name"},
      {"https://good.example\\@evil.example/", "user name"},
      {"https://good.example\\.evil.example/", "backslash"},
      {"https://up.example.org:0x50/", ""},
      {"https://up.example.org:65536/", ""},
      {"https://up.example.org:-1/", ""},
      {"https://[::1/", ""},
      {"https://up.example.org/a b", "space"},
      {"https://up.example.org/a\r\nHost: evil", "control"},
      {std::string{"https://up.example.org/\0x", 25}, "control"},
      {"https://up.example.org/\x7f", "control"},
  };
  for (const auto& [text, why] : examples) {
    const auto read = parse_url(text);
    ASSERT_FALSE(read) << text << " -> " << to_string(*read);
    EXPECT_EQ(read.error().fault, Fault::malformed);
    EXPECT_NE(read.error().text.find(why), std::string::npos) << text << ": " << read.error().text;
  }
}

TEST(HttpFields, CompareNamesWithoutCase) {
  HttpFields fields{{"Content-Type", "text/plain"}, {"Set-Cookie", "a=1"}, {"set-cookie", "b=2"}};
  EXPECT_EQ(fields.get("content-type"), "text/plain");
  EXPECT_TRUE(fields.has("CONTENT-TYPE"));
  EXPECT_FALSE(fields.has("Content-Typ"));
  EXPECT_EQ(fields.get("SET-COOKIE"), "a=1") << "the first one";
  EXPECT_EQ(fields.get("Location"), "");
  fields.set("Set-cookie", "c=3");
  EXPECT_EQ(std::distance(fields.begin(), fields.end()), 2) << "both are replaced";
  EXPECT_EQ(fields.get("Set-Cookie"), "c=3");
}

}  // namespace
}  // namespace dragoman::net
