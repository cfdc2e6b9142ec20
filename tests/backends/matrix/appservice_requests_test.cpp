#include "backends/matrix/appservice_requests.hpp"

#include <gtest/gtest.h>

#include "backends/matrix/appservice_third_party.hpp"

// What a homeserver asks of an application service, and who is one.

namespace dragoman::backends::matrix::appservice_requests_test {
namespace {

using Kind = ServiceRequest::Kind;

net::HttpHead head_with(const std::string& authorization, const std::string& query = {}) {
  net::HttpHead head;
  if (!authorization.empty()) head.fields.add("Authorization", authorization);
  head.query = query;
  return head;
}

int answer_to(const net::HttpHead& head) {
  const auto refused = refuse_stranger(head, Secret<std::string>{"right token"});
  return refused ? refused->status : 200;
}

TEST(AppServiceRequests, AreReadAtTodaysPlacesAndThoseOfBefore) {
  for (const char* front : {"/_matrix/app/v1", ""}) {
    const auto transaction = read_service_request(std::string{front} + "/transactions/a%2Fb", "access_token=x");
    ASSERT_TRUE(transaction) << front;
    EXPECT_EQ(transaction->kind, Kind::transaction);
    EXPECT_EQ(transaction->name, "a/b");
    EXPECT_TRUE(transaction->fields.empty());
    const auto user = read_service_request(std::string{front} + "/users/%40_xmpp_a%3D40b%3Ahs", "");
    ASSERT_TRUE(user);
    EXPECT_EQ(user->name, "@_xmpp_a=40b:hs");
    const auto alias = read_service_request(std::string{front} + "/rooms/%23_xmpp_a%3Ahs", "");
    ASSERT_TRUE(alias);
    EXPECT_EQ(alias->kind, Kind::alias);
  }
  EXPECT_EQ(read_service_request("/_matrix/app/v1/ping", "")->kind, Kind::ping);
}

TEST(AppServiceRequests, NothingElseIsThere) {
  for (const char* path : {"/", "/_matrix/app/v1/", "/_matrix/app/v1/transactions/", "/_matrix/app/v1/transactions/a/b",
                           "/_matrix/app/v1/ping/x", "/_matrix/app/v2/ping", "/_matrix/client/v3/sync"}) {
    EXPECT_FALSE(read_service_request(path, "")) << path;
  }
}

TEST(AppServiceRequests, TheTokenIsTakenFromBothPlaces) {
  EXPECT_EQ(answer_to(head_with("Bearer right token")), 200);
  EXPECT_EQ(answer_to(head_with("bearer right token")), 200);
  EXPECT_EQ(answer_to(head_with("", "access_token=right%20token")), 200);
  EXPECT_EQ(answer_to(head_with("", "user_id=x&access_token=right+token")), 200);
}

TEST(AppServiceRequests, WithoutTheTokenNobodyIsAHomeserver) {
  EXPECT_EQ(answer_to(head_with("")), 401);
  EXPECT_EQ(answer_to(head_with("Basic right token")), 401);
  EXPECT_EQ(answer_to(head_with("Bearer ")), 401);
  EXPECT_EQ(answer_to(head_with("Bearer wrong")), 403);
  EXPECT_EQ(answer_to(head_with("", "access_token=right%20toke")), 403);
  EXPECT_EQ(answer_to(head_with("Bearer wrong", "access_token=right%20token")), 403);
  const auto refused = refuse_stranger(head_with("Bearer wrong"), Secret<std::string>{"right"});
  EXPECT_NE(refused->body.find("\"errcode\":\"M_FORBIDDEN\""), std::string::npos) << refused->body;
}

TEST(AppServiceRequests, PeopleAndRoomsOfXmppAreLookedUpBothWays) {
  GhostNames names{"hs.test", "_xmpp_", [](const std::string&) { return std::string{}; },
                   [](const std::string&, const std::string&) {}};
  const auto asked = [&](const std::string& path, const std::string& query) {
    return third_party_answer(*read_service_request("/_matrix/app/v1/thirdparty/" + path, query), names, "m.test");
  };
  EXPECT_EQ(asked("user/xmpp", "jid=Alice%40example.org")[0]["userid"], "@_xmpp_alice=40example.org:hs.test");
  EXPECT_EQ(asked("user", "userid=%40_xmpp_alice%3D40example.org%3Ahs.test")[0]["fields"]["jid"], "alice@example.org");
  for (const char* nobody : {"irc.test/alice", "%3D40dev"}) {
    EXPECT_TRUE(asked("user", "userid=%40_xmpp_" + std::string{nobody} + "%3Ahs.test").empty()) << nobody;
  }
  EXPECT_EQ(asked("location/xmpp", "room=tea%40rooms.test")[0]["alias"], "#_xmpp_tea=40rooms.test:hs.test");
  EXPECT_EQ(asked("location", "alias=%23_xmpp_tea%3D40rooms.test%3Ahs.test")[0]["fields"]["room"], "tea@rooms.test");
  EXPECT_TRUE(asked("user/xmpp", "jid=nobody").empty());
  EXPECT_EQ(asked("protocol/xmpp", "")["user_fields"][0], "jid");
  EXPECT_TRUE(asked("protocol/irc", "").is_null());
}

}  // namespace
}  // namespace dragoman::backends::matrix::appservice_requests_test
