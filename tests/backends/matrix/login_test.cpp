#include "backends/matrix/login.hpp"

#include "backends/matrix/json.hpp"
#include "backends/matrix/oauth.hpp"
#include "support/fake_http.hpp"
#include "support/loop_test.hpp"

// Logging in and out, and new tokens for old ones (client-server API, "Client authentication").

namespace dragoman::backends::matrix::login_test {
namespace {

using namespace std::chrono_literals;

const std::string login = "POST https://hs.test/_matrix/client/v3/login";
const std::string whoami = "GET https://hs.test/_matrix/client/v3/account/whoami";
const std::string granted =
    R"({"user_id":"@alice:hs.test","access_token":"a1","refresh_token":"r1","expires_in_ms":60000,"device_id":"D"})";

struct MatrixLogin : test::LoopTest {
  const Homeserver homeserver{*parse_base_url("https://hs.test"), true};
  test::FakeHttp http;

  Result<Tokens> with_password() {
    Credentials credentials;
    credentials.username = "alice";
    credentials.password = Secret<std::string>{"hush"};
    credentials.device_id = "D";
    credentials.device_name = "Gateway";
    return result_of<Result<Tokens>>([&] { return log_in_with_password(http, clock, homeserver, credentials); });
  }
  Tokens tokens() {
    Tokens old;
    old.user_id = "@alice:hs.test";
    old.device_id = "D";
    old.homeserver = homeserver;
    old.access = Secret<std::string>{"a1"};
    old.refresh = Secret<std::string>{"r1"};
    return old;
  }
  nlohmann::json body(const std::string& what) { return *parse_json(http.last(what).body); }
};

TEST_F(MatrixLogin, WithAPasswordIsForTheSameDeviceEachTime) {
  http.answers(login, granted);
  const auto got = with_password();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->user_id, "@alice:hs.test");
  EXPECT_EQ(got->access.reveal(), "a1");
  EXPECT_EQ(got->refresh.reveal(), "r1");
  EXPECT_EQ(got->expires, clock.utc() + 60s);
  const auto asked = body(login);
  EXPECT_EQ(text_at(asked, "device_id"), "D");
  EXPECT_TRUE(flag_at(asked, "refresh_token"));
  EXPECT_EQ(text_at(object_at(asked, "identifier"), "user"), "alice");
  EXPECT_FALSE(http.last(login).fields.has("Authorization"));
}

TEST_F(MatrixLogin, ThatIsRefusedSaysWhyAndIsAskedOnce) {
  struct Case {
    int status;
    const char* body;
    Fault fault;
    const char* text;
  };
  for (const Case& each :
       {Case{403, R"({"errcode":"M_FORBIDDEN","error":"Invalid username or password"})", Fault::unacceptable,
             "password: wrong username or password"},
        Case{403, R"({"errcode":"M_USER_DEACTIVATED","error":"x"})", Fault::forbidden, "this account was deactivated"},
        Case{429, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":6500})", Fault::limited,
             "the homeserver takes no more logins now; try again in 7 seconds"},
        Case{502, "<html>", Fault::unavailable, "the homeserver answers with HTTP status 502"}}) {
    test::FakeHttp other;
    other.answers(login, each.body, each.status);
    const auto got = result_of<Result<Tokens>>([&] { return log_in_with_password(other, clock, homeserver, {}); });
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().fault, each.fault);
    EXPECT_EQ(got.error().text, each.text);
    EXPECT_EQ(other.asked.size(), 1U);
  }
  http.fails(login, Fault::timeout, "late");
  EXPECT_EQ(with_password().error().fault, Fault::timeout);
}

TEST_F(MatrixLogin, WithAnAnswerThatIsNoneIsNone) {
  for (const char* odd : {"{}", R"({"user_id":"alice","access_token":"a"})", R"({"user_id":"@alice:hs.test"})"}) {
    test::FakeHttp other;
    other.answers(login, odd);
    EXPECT_FALSE(result_of<Result<Tokens>>([&] { return log_in_with_password(other, clock, homeserver, {}); })) << odd;
  }
}

TEST_F(MatrixLogin, WithAnAccessTokenAsksWhoseItIs) {
  http.answers(whoami, R"({"user_id":"@alice:hs.test","device_id":"ELEMENT"})");
  const auto got = result_of<Result<Tokens>>(
      [&] { return log_in_with_access_token(http, clock, homeserver, Secret<std::string>{"pasted"}); });
  ASSERT_TRUE(got);
  EXPECT_EQ(got->device_id, "ELEMENT");
  EXPECT_EQ(http.last(whoami).fields.get("authorization"), "Bearer pasted");
  test::FakeHttp other;
  other.answers(whoami, R"({"errcode":"M_UNKNOWN_TOKEN","error":"x"})", 401);
  const auto refused = result_of<Result<Tokens>>(
      [&] { return log_in_with_access_token(other, clock, homeserver, Secret<std::string>{"pasted"}); });
  EXPECT_EQ(refused.error().text, "token: the homeserver does not take it");
}

TEST_F(MatrixLogin, ReadsTheTokenOfASingleSignOnFromWhatWasPasted) {
  EXPECT_EQ(read_login_token(" abc "), "abc");
  EXPECT_EQ(read_login_token("https://localhost/x?a=1&loginToken=abc-_1&b=2#y"), "abc-_1");
  EXPECT_EQ(sso_link(homeserver, "https://localhost/x"),
            "https://hs.test/_matrix/client/v3/login/sso/redirect?redirectUrl=https%3A%2F%2Flocalhost%2Fx");
}

TEST_F(MatrixLogin, IsRenewedByItsRefreshToken) {
  http.answers("POST https://hs.test/_matrix/client/v3/refresh", R"({"access_token":"a2","refresh_token":"r2"})");
  const auto renewal = result_of<Renewal>([&] { return renew(http, clock, tokens()); });
  ASSERT_TRUE(renewal.tokens);
  EXPECT_EQ(renewal.tokens->access.reveal(), "a2");
  EXPECT_EQ(renewal.tokens->refresh.reveal(), "r2");
  EXPECT_FALSE(renewal.tokens->expires);
  EXPECT_EQ(renewal.tokens->device_id, "D");
}

TEST_F(MatrixLogin, IsRenewedAtTheOldPathWhereTheNewOneIsUnknown) {
  http.answers("POST https://hs.test/_matrix/client/v1/refresh", R"({"access_token":"a2"})");
  const auto renewal = result_of<Renewal>([&] { return renew(http, clock, tokens()); });
  ASSERT_TRUE(renewal.tokens);
  EXPECT_EQ(renewal.tokens->refresh.reveal(), "r1") << "the old one goes on where no new one comes";
}

TEST_F(MatrixLogin, TellsAHomeserverThatIsDownFromATokenThatIsOver) {
  http.answers("POST https://hs.test/_matrix/client/v3/refresh", "<html>", 503);
  EXPECT_TRUE(result_of<Renewal>([&] { return renew(http, clock, tokens()); }).again);
  test::FakeHttp other;
  other.answers("POST https://hs.test/_matrix/client/v3/refresh", R"({"errcode":"M_UNKNOWN_TOKEN"})", 401);
  EXPECT_FALSE(result_of<Renewal>([&] { return renew(other, clock, tokens()); }).again);
}

TEST_F(MatrixLogin, IsEndedAtTheHomeserver) {
  const std::string logout = "POST https://hs.test/_matrix/client/v3/logout";
  http.answers(logout, "{}");
  EXPECT_TRUE(result_of<bool>([&] { return log_out(http, clock, tokens()); }));
  EXPECT_EQ(http.last(logout).fields.get("Authorization"), "Bearer a1");
  test::FakeHttp other;
  other.fails(logout, Fault::unavailable);
  EXPECT_FALSE(result_of<bool>([&] { return log_out(other, clock, tokens()); }));
}

TEST_F(MatrixLogin, WhoseTokenHasExpiredIsRenewedToBeEnded) {
  const std::string logout = "POST https://hs.test/_matrix/client/v3/logout";
  http.answers(logout, R"({"errcode":"M_UNKNOWN_TOKEN","soft_logout":true})", 401);
  http.answers(logout, "{}");
  http.answers("POST https://hs.test/_matrix/client/v3/refresh", R"({"access_token":"a2","refresh_token":"r2"})");
  EXPECT_TRUE(result_of<bool>([&] { return log_out(http, clock, tokens()); }));
  EXPECT_EQ(http.last(logout).fields.get("Authorization"), "Bearer a2");
}

// RFC 8628, RFC 7591; client-server API 1.18, "OAuth 2.0 API".

struct MatrixOauth : MatrixLogin {
  const std::string token = "POST https://auth.test/token";
  OauthServer server{"https://auth.test/", "https://auth.test/register", "https://auth.test/device",
                     "https://auth.test/token", "https://auth.test/revoke"};

  Result<Tokens> asks() {
    return result_of<Result<Tokens>>(
        [&] { return ask_for_tokens(http, clock, homeserver, server, "client", "D", Secret<std::string>{"code"}); });
  }
};

TEST_F(MatrixOauth, IsFoundByItsMetadata) {
  http.answers("GET https://hs.test/_matrix/client/v1/auth_metadata",
               R"({"issuer":"https://auth.test/","registration_endpoint":"https://auth.test/register",
                   "device_authorization_endpoint":"https://auth.test/device",
                   "token_endpoint":"https://auth.test/token"})");
  const auto found = result_of<Result<OauthServer>>([&] { return ask_oauth_server(http, clock, homeserver); });
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->has_device_grant());
  test::FakeHttp other;
  const auto none = result_of<Result<OauthServer>>([&] { return ask_oauth_server(other, clock, homeserver); });
  EXPECT_EQ(none.error().fault, Fault::unsupported);
}

TEST_F(MatrixOauth, RegistersTheGatewayAsAClient) {
  http.answers("POST https://auth.test/register", R"({"client_id":"c-1"})", 201);
  const auto id = result_of<Result<std::string>>([&] {
    return register_client(http, clock, homeserver, server, OauthClient{"Gateway", "https://g.test"});
  });
  ASSERT_TRUE(id);
  EXPECT_EQ(*id, "c-1");
  EXPECT_EQ(text_at(body("POST https://auth.test/register"), "token_endpoint_auth_method"), "none");
}

TEST_F(MatrixOauth, GivesTheCodeThatThePersonEnters) {
  http.answers("POST https://auth.test/device",
               R"({"device_code":"secret","user_code":"ABCD","verification_uri":"https://auth.test/link","interval":2,
                   "expires_in":300})");
  const auto code =
      result_of<Result<DeviceCode>>([&] { return ask_device_code(http, clock, homeserver, server, "client", "DEV"); });
  ASSERT_TRUE(code);
  EXPECT_EQ(code->user_code, "ABCD");
  EXPECT_EQ(code->interval, Duration{2s});
  EXPECT_EQ(code->lifetime, Duration{300s});
  const auto& asked = http.last("POST https://auth.test/device");
  EXPECT_EQ(asked.fields.get("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(asked.body,
            "client_id=client&scope=urn%3Amatrix%3Aclient%3Aapi%3A%2A%20urn%3Amatrix%3Aclient%3Adevice%3ADEV");
}

TEST_F(MatrixOauth, WaitsUntilTheCodeWasEntered) {
  http.answers(token, R"({"error":"authorization_pending"})", 400);
  http.answers(token, R"({"error":"slow_down"})", 400);
  http.answers(token, R"({"access_token":"a1","refresh_token":"r1","expires_in":300})");
  http.answers(whoami, R"({"user_id":"@alice:hs.test","device_id":"D"})");
  EXPECT_EQ(asks().error().fault, Fault::absent);
  EXPECT_EQ(asks().error().fault, Fault::limited);
  const auto got = asks();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->user_id, "@alice:hs.test");
  EXPECT_TRUE(got->by_oauth());
  EXPECT_EQ(got->expires, clock.utc() + 300s);
}

TEST_F(MatrixOauth, EndsWhereItIsRefusedOrTooLate) {
  http.answers(token, R"({"error":"access_denied"})", 400);
  http.answers(token, R"({"error":"expired_token"})", 400);
  EXPECT_EQ(asks().error().fault, Fault::forbidden);
  EXPECT_EQ(asks().error().fault, Fault::timeout);
}

TEST_F(MatrixOauth, IsRenewedAndEndedWhereItWasMade) {
  Tokens old = tokens();
  old.token_endpoint = server.token_endpoint;
  old.revocation_endpoint = server.revocation_endpoint;
  old.client_id = "client";
  http.answers(token, R"({"access_token":"a2","refresh_token":"r2","expires_in":300})");
  http.answers("POST https://auth.test/revoke", "");
  const auto renewal = result_of<Renewal>([&] { return renew(http, clock, old); });
  ASSERT_TRUE(renewal.tokens);
  EXPECT_EQ(renewal.tokens->access.reveal(), "a2");
  EXPECT_TRUE(result_of<bool>([&] { return log_out(http, clock, old); }));
  EXPECT_EQ(http.last("POST https://auth.test/revoke").body, "token=r1&token_type_hint=refresh_token&client_id=client");
  EXPECT_EQ(http.count("POST https://hs.test/_matrix/client/v3/logout"), 0U);
}

TEST_F(MatrixOauth, OfAStrangersHomeserverIsOverTlsOnly) {
  server.token_endpoint = "http://auth.test/token";
  EXPECT_FALSE(asks());
  EXPECT_TRUE(http.asked.empty());
}

}  // namespace
}  // namespace dragoman::backends::matrix::login_test
