#include "backends/matrix/homeserver.hpp"

#include "support/fake_http.hpp"
#include "support/loop_test.hpp"

// Finding a homeserver by what people call it (client-server API, "Server discovery").

namespace dragoman::backends::matrix::homeserver_test {
namespace {

const std::string versions = R"({"versions":["r0.6.1","v1.11"]})";

struct MatrixDiscovery : test::LoopTest {
  Result<HomeserverFacts> find(const std::string& name, bool public_only = true) {
    return result_of<Result<HomeserverFacts>>([&] { return find_homeserver(http, clock, name, public_only); });
  }
  std::string found(const std::string& name, bool public_only = true) {
    const auto facts = find(name, public_only);
    return facts ? to_text(facts->homeserver) : facts.error().text;
  }
  Fault fault(const std::string& name) {
    const auto facts = find(name);
    return facts ? Fault::internal : facts.error().fault;
  }
  test::FakeHttp http;
};

TEST_F(MatrixDiscovery, FollowsTheWellKnownFile) {
  http.answers("GET https://hs.test/.well-known/matrix/client",
               R"({"m.homeserver":{"base_url":"https://matrix.hs.test/"}})");
  http.answers("GET https://matrix.hs.test/_matrix/client/versions", versions);
  EXPECT_EQ(found("hs.test"), "https://matrix.hs.test");
  EXPECT_EQ(found("@alice:hs.test"), "https://matrix.hs.test");
  EXPECT_EQ(found(" hs.test:8448 "), "https://matrix.hs.test");
  EXPECT_TRUE(http.all_public);
}

TEST_F(MatrixDiscovery, FollowsRedirectsOfIt) {
  http.answers("GET https://hs.test/.well-known/matrix/client", "", 302, {{"Location", "https://www.hs.test/mx"}});
  http.answers("GET https://www.hs.test/mx", R"({"m.homeserver":{"base_url":"https://m.hs.test"}})");
  http.answers("GET https://m.hs.test/_matrix/client/versions", versions);
  EXPECT_EQ(found("hs.test"), "https://m.hs.test");
}

TEST_F(MatrixDiscovery, TriesTheNameItselfWithoutSuchAFile) {
  http.answers("GET https://hs.test/_matrix/client/versions", versions);
  EXPECT_EQ(found("hs.test"), "https://hs.test");
  http.answers("GET https://hs.test:8448/_matrix/client/versions", versions);
  EXPECT_EQ(found("hs.test:8448"), "https://hs.test:8448");
}

TEST_F(MatrixDiscovery, TakesAUrlAsItIs) {
  http.answers("GET http://127.0.0.1:8008/hs/_matrix/client/versions", versions);
  EXPECT_EQ(found("http://127.0.0.1:8008/hs/", false), "http://127.0.0.1:8008/hs");
  EXPECT_EQ(http.asked.size(), 1U);
}

TEST_F(MatrixDiscovery, OfAStrangerIsOverTlsOnly) {
  EXPECT_EQ(fault("http://hs.test"), Fault::malformed);
  http.answers("GET https://hs.test/.well-known/matrix/client", R"({"m.homeserver":{"base_url":"http://10.0.0.1"}})");
  EXPECT_EQ(fault("hs.test"), Fault::malformed);
}

TEST_F(MatrixDiscovery, SaysWhatIsWrongWithAFile) {
  for (const char* file :
       {"{}", "[]", "<html>", R"({"m.homeserver":{"base_url":5}})", R"({"m.homeserver":{"base_url":"ftp://x"}})"}) {
    test::FakeHttp other;
    other.answers("GET https://hs.test/.well-known/matrix/client", file);
    const auto facts =
        result_of<Result<HomeserverFacts>>([&] { return find_homeserver(other, clock, "hs.test", true); });
    ASSERT_FALSE(facts) << file;
    EXPECT_EQ(facts.error().text, "its /.well-known/matrix/client names no homeserver") << file;
  }
}

TEST_F(MatrixDiscovery, NeedsAHomeserverThatAnswers) {
  http.answers("GET https://web.test/_matrix/client/versions", "<html>Hello</html>");
  EXPECT_EQ(fault("web.test"), Fault::not_found);
  http.answers("GET https://odd.test/_matrix/client/versions", R"({"versions":"v1.1"})");
  EXPECT_EQ(fault("odd.test"), Fault::not_found);
  http.answers("GET https://down.test/_matrix/client/versions", "<html>502</html>", 502);
  EXPECT_EQ(fault("down.test"), Fault::unavailable);
  http.fails("GET https://gone.test/.well-known/matrix/client", Fault::not_found);
  EXPECT_EQ(fault("gone.test"), Fault::not_found);
  http.fails("GET https://private.test/.well-known/matrix/client", Fault::forbidden);
  EXPECT_EQ(fault("private.test"), Fault::forbidden);
}

TEST_F(MatrixDiscovery, RefusesWhatIsNoName) {
  for (const char* name : {"", "a b", "hs test", "@alice", "/etc/passwd", "hs.test/x"}) {
    EXPECT_EQ(fault(name), Fault::malformed) << name;
  }
  EXPECT_TRUE(http.asked.empty());
}

TEST_F(MatrixDiscovery, AsksHowPeopleLogIn) {
  http.answers("GET https://hs.test/_matrix/client/versions", versions);
  http.answers("GET https://hs.test/_matrix/client/v3/login",
               R"({"flows":[{"type":"m.login.sso"},{"type":"m.login.token"},5,{"type":7}]})");
  auto facts = find("hs.test");
  ASSERT_TRUE(facts);
  std::optional<bool> done;
  start<bool>(
      [&]() -> net::Task<bool> {
        co_await ask_ways(http, clock, *facts);
        co_return true;
      },
      done);
  turn_until([&] { return done.has_value(); });
  EXPECT_TRUE(facts->sso);
  EXPECT_FALSE(facts->password);
}

}  // namespace
}  // namespace dragoman::backends::matrix::homeserver_test
