#include "admin/own_pages.hpp"

#include <gtest/gtest.h>

namespace dragoman::admin {
namespace {

/// Status of the refusal, 0: it is ours.
int refused(const OwnPages& pages, const std::string& host, net::HttpFields fields = {},
            const std::string& method = "GET") {
  net::HttpHead head;
  head.method = method;
  head.host = host;
  head.fields = std::move(fields);
  const auto refusal = pages.refusal_of(head);
  return refusal ? refusal->status : 0;
}

TEST(OwnPages, AreAskedForByAddressOrByTheirName) {
  const OwnPages pages = *OwnPages::at("https://Gate.example.org");
  for (const char* ours : {"127.0.0.1:8481", "[::1]:8481", "192.0.2.7", "localhost:8481", "LOCALHOST", "",
                           "gate.example.org", "GATE.example.org:443"}) {
    EXPECT_EQ(refused(pages, ours), 0) << ours;
  }
}

TEST(OwnPages, AreNotShownUnderANameThatSomebodyPointsAtUs) {
  const OwnPages named = *OwnPages::at("https://gate.example.org"), plain = *OwnPages::at("");
  for (const char* foreign : {"evil.example", "gate.example.org.evil.example", "127.0.0.1.evil.example:8481",
                              "xgate.example.org", "localhost.evil.example"}) {
    EXPECT_EQ(refused(named, foreign), 421) << foreign;
    EXPECT_EQ(refused(plain, foreign), 421) << foreign;
  }
  EXPECT_EQ(refused(plain, "gate.example.org"), 421);
}

TEST(OwnPages, AreNotForScriptsOfOtherSites) {
  const OwnPages pages = *OwnPages::at("https://gate.example.org");
  const std::string here = "127.0.0.1:8481";
  EXPECT_EQ(refused(pages, here, {{"Origin", "https://evil.example"}}, "POST"), 403);
  EXPECT_EQ(refused(pages, here, {{"Origin", "null"}}, "POST"), 403);
  EXPECT_EQ(refused(pages, here, {{"Origin", "http://127.0.0.1:8482"}}, "POST"), 403);
  EXPECT_EQ(refused(pages, here, {{"Origin", "http://127.0.0.1:8481"}}, "POST"), 0);
  EXPECT_EQ(refused(pages, here, {{"Origin", "https://gate.example.org"}}, "POST"), 0);
  EXPECT_EQ(refused(pages, here, {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "no-cors"}}), 403);
  EXPECT_EQ(refused(pages, here, {{"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Mode", "cors"}}), 403);
  EXPECT_EQ(refused(pages, here, {{"Sec-Fetch-Site", "same-origin"}}), 0);
  EXPECT_EQ(refused(pages, here, {{"Sec-Fetch-Site", "none"}}), 0);
}

TEST(OwnPages, MayBeLinkedTo) {
  const OwnPages pages = *OwnPages::at("");
  const net::HttpFields link{
      {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}};
  EXPECT_EQ(refused(pages, "127.0.0.1", link), 0);
  EXPECT_EQ(refused(pages, "127.0.0.1", link, "POST"), 403);
  const net::HttpFields frame{
      {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "iframe"}};
  EXPECT_EQ(refused(pages, "127.0.0.1", frame), 403);
}

TEST(OwnPages, TakeAUrlThatEndsBehindTheHost) {
  EXPECT_EQ(OwnPages::at("https://gate.example.org/")->origin(), "https://gate.example.org");
  EXPECT_TRUE(OwnPages::at("https://gate.example.org")->is_secure());
  EXPECT_EQ(OwnPages::at("http://gate.example.org:8481")->origin(), "http://gate.example.org:8481");
  EXPECT_FALSE(OwnPages::at("http://gate.example.org")->is_secure());
  EXPECT_FALSE(OwnPages::at("https://gate.example.org/status"));
  EXPECT_FALSE(OwnPages::at("gate.example.org"));
}

}  // namespace
}  // namespace dragoman::admin
