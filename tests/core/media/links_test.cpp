#include "media/links.hpp"

#include <set>

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace dragoman::media {
namespace {

using namespace std::chrono_literals;

const std::string origin = "https://gateway.test";

Links::Options options(std::optional<Duration> lifetime = 24h * 30) {
  return {origin, "matrix.test", "a secret of this installation", lifetime};
}

/// What a link leads to, as a request for it would say it.
Result<Links::Opened> follow(const Links& links, const std::string& link) {
  const std::string start = origin + links.path();
  if (!link.starts_with(start)) return failure(Fault::malformed, "it is elsewhere: " + link);
  const std::size_t question = link.find('?');
  return links.open(link.substr(start.size(), question - start.size()), link.substr(question + 1));
}

struct LinksTest : ::testing::Test {
  test::ManualClock clock;
  Links links{clock, options()};
  const LinkedFile file{"alice@example.org mxc://matrix.test/AbCdEf", "tea time.png"};
};

TEST_F(LinksTest, LeadToTheFileAgain) {
  const std::string link = links.make(file);
  EXPECT_TRUE(link.starts_with("https://gateway.test/media/matrix.test/")) << link;
  EXPECT_NE(link.find("/tea%20time.png?e="), std::string::npos) << link;
  const auto opened = follow(links, link);
  ASSERT_TRUE(opened) << opened.error().text;
  EXPECT_EQ(opened->file, file);
  EXPECT_LT(link.size(), 200U) << link;
}

TEST_F(LinksTest, HoldOverRestarts) {
  const Links later{clock, options()};
  EXPECT_TRUE(follow(later, links.make(file)));
}

TEST_F(LinksTest, SayNothingOfTheAccount) {
  const std::string link = links.make(file);
  EXPECT_EQ(link.find("alice"), std::string::npos);
  EXPECT_EQ(link.find("AbCdEf"), std::string::npos);
  // Files whose ids begin alike have links that do not.
  const std::string other = links.make({file.id + '2', file.name});
  const std::size_t start = (origin + links.path()).size();
  EXPECT_NE(link.substr(start, 8), other.substr(start, 8));
}

TEST_F(LinksTest, AreTheSameForAWhile) {
  const std::string link = links.make(file);
  clock.advance(1min);
  EXPECT_EQ(links.make(file), link);
  clock.advance(24h);
  EXPECT_NE(links.make(file), link);
  EXPECT_EQ(follow(links, link)->tag, follow(links, links.make(file))->tag) << "the bytes are the same";
  EXPECT_NE(follow(links, links.make({"another", file.name}))->tag, follow(links, link)->tag);
}

TEST_F(LinksTest, EndWhenTheirTimeIsOver) {
  const Links short_lived{clock, options(10s)};
  const std::string link = short_lived.make(file);
  clock.advance(9s);
  EXPECT_TRUE(follow(short_lived, link));
  clock.advance(2s);
  EXPECT_EQ(follow(short_lived, link).error().fault, Fault::forbidden);
}

TEST_F(LinksTest, HoldForEverWhereTheOperatorSaysSo) {
  const Links eternal{clock, options(std::nullopt)};
  const std::string link = eternal.make(file);
  clock.advance(24h * 3650);
  const auto opened = follow(eternal, link);
  ASSERT_TRUE(opened);
  EXPECT_FALSE(opened->expiry);
}

TEST_F(LinksTest, AreNotOfAnotherNetworkOrInstallation) {
  const std::string link = links.make(file);
  Links::Options elsewhere = options();
  elsewhere.key = "another secret";
  EXPECT_EQ(follow(Links{clock, elsewhere}, link).error().fault, Fault::not_found);
  Links::Options other = options();
  other.network = "other.test";
  const Links others{clock, other};
  const std::string start = origin + links.path();
  EXPECT_EQ(follow(others, origin + others.path() + link.substr(start.size())).error().fault, Fault::not_found);
}

TEST_F(LinksTest, CannotBeChangedInAnyOfTheirCharacters) {
  const std::string link = links.make(file);
  const std::size_t start = (origin + links.path()).size();
  for (std::size_t i = start; i < link.size(); ++i) {
    for (const char c : {'A', 'b', '0', '_'}) {
      std::string changed = link;
      if (changed[i] == c) continue;
      changed[i] = c;
      const auto opened = follow(links, changed);
      // Hexadecimal digits may be written in two ways.
      if (opened && opened->file == file) continue;
      EXPECT_FALSE(opened) << changed;
    }
  }
}

TEST_F(LinksTest, NeedEveryPartOnce) {
  const std::string link = links.make(file);
  const std::size_t question = link.find('?');
  const std::size_t start = (origin + links.path()).size();
  const std::string path = link.substr(start, question - start), query = link.substr(question + 1);
  const std::string expiry = query.substr(0, query.find('&')), mac = query.substr(query.find('&') + 1);
  EXPECT_TRUE(links.open(path, mac + '&' + expiry)) << "in any order";
  EXPECT_TRUE(links.open(path, query + "&utm_source=chat")) << "some clients add their own";
  for (const std::string& broken :
       {expiry, mac, expiry + '&' + expiry + '&' + mac, query + '&' + mac, "e=&" + mac, "e=-1&" + mac,
        "e=1ffffffffffffffff&" + mac, expiry + "&h=", expiry + "&h=AAAA", expiry + "&h=%00", std::string{}}) {
    EXPECT_EQ(links.open(path, broken).error().fault, Fault::not_found) << broken;
  }
  for (const std::string& broken :
       {std::string{}, std::string{"/"}, path.substr(0, path.find('/')), path.substr(0, path.find('/') + 1),
        "AA/" + path, path + "/more", path.substr(0, path.find('/')) + "=/tea%20time.png", path + "%zz"}) {
    EXPECT_EQ(links.open(broken, query).error().fault, Fault::not_found) << broken;
  }
}

TEST_F(LinksTest, HaveANameThatCanStandInAUrl) {
  const std::pair<std::string, std::string> examples[] = {{"", "file"},
                                                          {"../../etc/passwd", ".._.._etc_passwd"},
                                                          {"a\r\nb", "ab"},
                                                          {"tee \xc3\xa4.png", "tee \xc3\xa4.png"}};
  for (const auto& [given, shown] : examples) {
    const auto opened = follow(links, links.make({"id", given}));
    ASSERT_TRUE(opened) << given;
    EXPECT_EQ(opened->file.name, shown);
  }
  const auto opened = follow(links, links.make({"id", std::string(5000, 'x')}));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->file.name.size(), 180U);
}

TEST_F(LinksTest, TakeAPathBeforeOursAndASlashAtTheEnd) {
  Links::Options behind = options();
  behind.url = "https://example.org/gateway/";
  EXPECT_TRUE(Links(clock, behind).make(file).starts_with("https://example.org/gateway/media/matrix.test/"));
}

}  // namespace
}  // namespace dragoman::media
