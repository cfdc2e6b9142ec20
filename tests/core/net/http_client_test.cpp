#include "net/http_client.hpp"

#include <fstream>

#include "support/http_server_script.hpp"
#include "tls_fixture.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;
using test::HttpServerScript;
using test::Socket;
using Answer = Result<HttpResponse>;

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.url = *parse_url(url);
  return request;
}

struct HttpClientTest : TlsTest {
  Answer send(HttpRequest request, HttpLimits limits = {}) {
    return result_of<Answer>([&] { return client.send(request, limits); });
  }
  /// Sends and does not wait; the answer comes into `answer`.
  void begin(HttpRequest request) {
    start<Answer>([this, request = std::move(request)] { return client.send(request, HttpLimits()); }, answer);
  }
  PooledHttpClient client{loop, TlsOptions(), "test 1"};
  std::optional<Answer> answer;
};

TEST_F(HttpClientTest, SendsARequestAndGivesTheAnswerWhateverItsStatus) {
  HttpServerScript server{
      std::string{"HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 2\r\nX-Why: tea\r\n\r\nno"}};
  HttpRequest request = get(server.url("/a?b"));
  request.method = "PUT";
  request.fields.add("Content-Type", "text/plain");
  request.body = "kettle";
  const auto response = send(request);
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_EQ(response->status, 403);
  EXPECT_EQ(response->fields.get("x-why"), "tea");
  EXPECT_EQ(response->body, "no");
  const std::string& sent = server.request();
  EXPECT_TRUE(sent.starts_with("PUT /a?b HTTP/1.1\r\nHost: 127.0.0.1:")) << sent;
  EXPECT_NE(sent.find("\r\nUser-Agent: test 1\r\n"), std::string::npos) << sent;
  EXPECT_NE(sent.find("\r\nContent-Length: 6\r\n"), std::string::npos) << sent;
  EXPECT_TRUE(sent.ends_with("\r\n\r\nkettle")) << sent;
  EXPECT_EQ(loop.timers().next(), std::nullopt);
}

TEST_F(HttpClientTest, TakesAnAnswerThatComesInPieces) {
  HttpServerScript server{[](Socket& socket, const std::string&) {
    for (const char* piece : {"HTTP/1.1 2", "00 OK\r\nConnection: close\r\nTransfer-", "Encoding: chunked\r\n\r\n",
                              "3\r\nte", "a\r\n0\r", "\n\r\n"}) {
      socket.write(piece);
      std::this_thread::yield();
    }
    HttpServerScript::receive(socket);  // until the client closes, which it does by itself
  }};
  const auto response = send(get(server.url()));
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_EQ(response->body, "tea");
}

TEST_F(HttpClientTest, DoesNotFollowRedirects) {
  HttpServerScript server{
      std::string{"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"}};
  const auto response = send(get(server.url()));
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_EQ(response->status, 302);
}

TEST_F(HttpClientTest, SendsMoreThanTheSocketsHold) {
  HttpServerScript server{std::string{"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"}};
  HttpRequest request = get(server.url());
  request.method = "PUT";
  request.body.assign(12'000'000, 'x');
  const auto response = send(request);
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_EQ(response->status, 201);
  const std::string& sent = server.request();
  EXPECT_EQ(sent.size() - sent.find("\r\n\r\n") - 4, request.body.size());
}

TEST_F(HttpClientTest, HearsAnAnswerThatComesBeforeTheBodyWasRead) {
  // The server reads nothing of the body: it says why and reads on only to let the answer through.
  test::Listener listener;
  std::thread server{[&listener] {
    Socket socket = listener.accept();
    HttpServerScript::receive(socket);
    socket.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
    ::shutdown(socket.descriptor(), SHUT_WR);
    while (!HttpServerScript::receive(socket).empty()) {
    }
  }};
  HttpRequest request = get("http://127.0.0.1:" + std::to_string(listener.port()) + "/");
  request.method = "PUT";
  request.body.assign(12'000'000, 'x');
  const auto response = send(request);
  server.join();
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_EQ(response->status, 413);
}

TEST_F(HttpClientTest, GivesUpAtItsTimeoutWhateverHasCome) {
  // Every moment a byte: only the time for everything ends that.
  HttpServerScript server{[](Socket& socket, const std::string&) {
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nt");
    HttpServerScript::receive(socket);
  }};
  begin(get(server.url("/secret-path")));
  settle();
  advance(29s);
  EXPECT_FALSE(answer.has_value());
  advance(1s);
  turn_until([&] { return answer.has_value(); });
  EXPECT_EQ(answer->error().fault, Fault::timeout);
  EXPECT_EQ(answer->error().text.find("secret-path"), std::string::npos) << answer->error().text;
}

TEST_F(HttpClientTest, SaysWhatWasWrongWithTheAnswer) {
  const std::tuple<std::string, Fault, std::string> examples[] = {
      {"", Fault::unavailable, "127.0.0.1: the connection was closed without an answer"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntea", Fault::unavailable,
       "127.0.0.1: the connection was closed in the middle of the answer"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n", Fault::too_long,
       "127.0.0.1: the answer is longer than 100 bytes"},
      {"220 mail.test ESMTP\r\n", Fault::malformed, "127.0.0.1: the answer is not HTTP (bad version)"},
  };
  for (const auto& [bytes, fault, text] : examples) {
    HttpServerScript server{bytes};
    HttpLimits limits;
    limits.most_body = 100;
    const auto response = send(get(server.url()), limits);
    ASSERT_FALSE(response) << bytes;
    EXPECT_EQ(response.error().fault, fault) << bytes;
    EXPECT_EQ(response.error().text, text);
  }
}

TEST_F(HttpClientTest, SaysThatNobodyListens) {
  std::uint16_t port = 0;
  { port = test::Listener{}.port(); }
  EXPECT_EQ(send(get("http://127.0.0.1:" + std::to_string(port))).error().fault, Fault::unavailable);
  EXPECT_EQ(send(get("http://a..b/")).error().fault, Fault::not_found);
}

TEST_F(HttpClientTest, StaysAwayFromAddressesThatAreNotPublic) {
  test::Listener listener;
  HttpLimits limits;
  limits.public_addresses_only = true;
  const std::string port = ':' + std::to_string(listener.port()) + '/';
  for (const char* host : {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254"}) {
    const auto response = send(get("http://" + (host + port)), limits);
    ASSERT_FALSE(response) << host;
    EXPECT_EQ(response.error().fault, Fault::forbidden) << host << ": " << response.error().text;
  }
  EXPECT_FALSE(listener.is_asked()) << "it was connected to";
}

TEST_F(HttpClientTest, RefusesARequestThatIsNone) {
  test::Listener listener;
  HttpRequest request = get("http://127.0.0.1:" + std::to_string(listener.port()) + "/");
  request.fields.add("Cookie", "a\r\nEvil: 1");
  EXPECT_EQ(send(request).error().fault, Fault::malformed);
  EXPECT_FALSE(listener.is_asked());
}

TEST_F(HttpClientTest, EndsWithItsGroup) {
  test::Listener listener;
  begin(get("http://127.0.0.1:" + std::to_string(listener.port()) + "/"));
  settle();
  const Socket server = listener.accept();
  settle();
  tasks.stop();
  turn_until([&] { return tasks.empty(); });
  EXPECT_TRUE(!answer || answer->error().fault == Fault::closed);
  EXPECT_EQ(loop.timers().next(), std::nullopt);
}

struct HttpsClientTest : HttpClientTest {
  static constexpr const char* created = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
  Answer ask(const Certificate& certificate, const TlsOptions& tls) {
    TlsServer server{certificate, {}, created};
    PooledHttpClient trusting_client{loop, tls, ""};
    const HttpRequest request = get("https://127.0.0.1:" + std::to_string(server.port()) + "/x");
    return result_of<Answer>([&] { return trusting_client.send(request, HttpLimits()); });
  }
  TlsOptions trusting_authority() const {
    TlsOptions tls;
    tls.ca_file = authority_file.path();
    tls.host = "another.test";  // each URL has its own
    return tls;
  }
};

TEST_F(HttpsClientTest, TrustsTheCertificateOfTheHost) {
  const Certificate certificate{{.common_name = "up.test", .names = {"IP:127.0.0.1"}}, &authority};
  const auto response = ask(certificate, trusting_authority());
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_EQ(response->status, 201);
}

TEST_F(HttpsClientTest, DoesNotTrustTheCertificateOfAnotherHost) {
  const Certificate certificate{text("another.test"), &authority};
  const auto response = ask(certificate, trusting_authority());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault, Fault::unauthorized) << response.error().text;
}

TEST_F(HttpsClientTest, DoesNotTrustAStrangeAuthority) {
  const Certificate certificate{{.common_name = "up.test", .names = {"IP:127.0.0.1"}}, &authority};
  EXPECT_EQ(ask(certificate, TlsOptions()).error().fault, Fault::unauthorized);
}

/// Connections to a server that closes each, one after the other.
struct TlsSessionsTest : HttpsClientTest {
  static constexpr const char* closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  const Certificate certificate{{.common_name = "up.test", .names = {"IP:127.0.0.1"}}, &authority};
  std::unique_ptr<TlsServer> server;
  std::unique_ptr<PooledHttpClient> trusting_client;

  void serve(std::function<void(SSL_CTX*)> configure = {}) {
    server = std::make_unique<TlsServer>(certificate, std::move(configure), closing, 3);
    trusting_client = std::make_unique<PooledHttpClient>(loop, trusting_authority(), "");
  }
  Answer ask() {
    HttpRequest request = get("https://127.0.0.1:" + std::to_string(server->port()) + "/x");
    return result_of<Answer>([&] { return trusting_client->send(request, HttpLimits()); });
  }
};

TEST_F(TlsSessionsTest, AreResumed) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    serve([version](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, version); });
    for (int i = 0; i < 3; ++i) {
      const auto response = ask();
      ASSERT_TRUE(response) << response.error().text;
    }
    EXPECT_EQ(server->seen().resumed, 2) << version;
  }
}

TEST_F(TlsSessionsTest, AreForgottenAfterAnHour) {
  serve();
  EXPECT_TRUE(ask());
  clock.advance(59min);
  EXPECT_TRUE(ask());
  clock.advance(61min);
  EXPECT_TRUE(ask());
  EXPECT_EQ(server->seen().resumed, 1);
}

TEST_F(TlsSessionsTest, AreNoWayPastAnAuthorityThatIsNotTrustedAnyMore) {
  serve();
  EXPECT_TRUE(ask());
  const Certificate other{CertificateText{.common_name = "Other Authority", .names = {}, .authority = true}};
  std::ofstream{authority_file.path()} << other.pem();
  const auto response = ask();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault, Fault::unauthorized) << response.error().text;
  std::ofstream{authority_file.path()} << authority.pem();
  EXPECT_TRUE(ask());
  EXPECT_EQ(server->seen().resumed, 0);
}

}  // namespace
}  // namespace dragoman::net
