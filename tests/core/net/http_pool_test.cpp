#include "net/http_pool.hpp"

#include <vector>

#include "support/http_origin.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;
using test::Socket;

struct HttpPoolTest : test::HttpOriginTest {
  /// Whether the client has closed it.
  bool is_closed(Socket& server) {
    settle();
    return server.ended();
  }
};

TEST_F(HttpPoolTest, TheNextRequestGoesOverTheSameConnection) {
  Socket server = kept();
  for (const char* path : {"/second", "/third"}) {
    begin(request(path));
    EXPECT_TRUE(heard(server).starts_with(std::string{"GET "} + path));
    server.write(ok);
    await_answer();
    ASSERT_TRUE(*answer) << answer->error().text;
    EXPECT_EQ((*answer)->body, "tea");
  }
  EXPECT_FALSE(listener.is_asked());
  EXPECT_EQ(client.idle(), 1U);
}

TEST_F(HttpPoolTest, IsClosedWhenItWasIdleForTooLong) {
  Socket server = kept();
  advance(54s);
  EXPECT_FALSE(is_closed(server));
  advance(1s);
  EXPECT_TRUE(is_closed(server));
  EXPECT_EQ(client.idle(), 0U);
  EXPECT_EQ(loop.timers().next(), std::nullopt);
}

TEST_F(HttpPoolTest, IsClosedBeforeTheServerDoes) {
  begin(request());
  Socket server = accept();
  answers(server, "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=10, max=100\r\nContent-Length: 0\r\n\r\n");
  advance(8s);
  EXPECT_FALSE(is_closed(server));
  advance(1s);
  EXPECT_TRUE(is_closed(server));
}

TEST_F(HttpPoolTest, ConnectionThatTheServerHasClosedIsNotUsed) {
  { const Socket server = kept(); }
  for (const char* method : {"GET", "POST"}) {
    begin(request("/", method));
    Socket server = accept();
    answers(server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(*answer) << method << ": " << answer->error().text;
  }
}

TEST_F(HttpPoolTest, ConnectionOnWhichTheServerSaidSomethingUnaskedIsNotUsed) {
  Socket old = kept();
  old.write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
  begin(request());
  Socket server = accept();
  answers(server, ok);
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->status, 200);
}

TEST_F(HttpPoolTest, RequestThatMeetsTheEndOfAConnectionIsRepeatedOnce) {
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE"}) {
    {
      Socket old = kept();
      begin(request("/again", method));
      EXPECT_TRUE(heard(old).starts_with(method));
    }
    Socket server = accept();
    EXPECT_TRUE(heard(server).starts_with(std::string{method} + " /again"));
    server.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    await_answer();
    EXPECT_TRUE(*answer) << method << ": " << answer->error().text;
  }
}

TEST_F(HttpPoolTest, RequestIsNotRepeatedASecondTime) {
  {
    Socket old = kept();
    begin(request());
    heard(old);
  }
  {
    Socket server = accept();
    heard(server);
  }
  await_answer();
  EXPECT_EQ(answer->error().fault, Fault::unavailable);
  EXPECT_FALSE(listener.is_asked());
}

TEST_F(HttpPoolTest, WhatMayNotHappenTwiceIsNotRepeated) {
  {
    Socket old = kept();
    begin(request("/", "POST"));
    EXPECT_TRUE(heard(old).starts_with("POST"));
  }
  await_answer();
  EXPECT_EQ(answer->error().fault, Fault::unavailable);
  EXPECT_FALSE(listener.is_asked());
}

TEST_F(HttpPoolTest, WhatMayNotHappenTwiceGoesOnlyWhereAMomentAgoSomebodyAnswered) {
  Socket old = kept();
  advance(5s);
  begin(request("/", "POST"));
  Socket server = accept();
  answers(server, ok);
  EXPECT_TRUE(*answer);
  EXPECT_EQ(old.read(), "");
}

TEST_F(HttpPoolTest, RequestIsNotRepeatedWhenTheAnswerHasBegun) {
  {
    Socket old = kept();
    begin(request());
    heard(old);
    old.write("HTTP/1.1 2");
    settle();
  }
  await_answer();
  EXPECT_EQ(answer->error().fault, Fault::unavailable);
  EXPECT_FALSE(listener.is_asked());
}

TEST_F(HttpPoolTest, ConnectionsThatCannotServeAnotherRequestAreNotKept) {
  for (const char* bytes : {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                            "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=0\r\nContent-Length: 0\r\n\r\n",
                            "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n\r\nsecond answer"}) {
    begin(request());
    Socket server = accept();
    answers(server, bytes);
    EXPECT_TRUE(*answer) << bytes;
    EXPECT_EQ(client.idle(), 0U) << bytes;
    turn_until([&] { return server.ended(); });
  }
}

TEST_F(HttpPoolTest, ConnectionIsNotKeptWhenTheRequestWasNotReadToItsEnd) {
  net::HttpRequest large = request("/", "PUT");
  large.body.assign(12'000'000, 'x');
  begin(large);
  Socket server = accept();
  heard(server);
  server.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
  await_answer_reading(server);
  ASSERT_TRUE(*answer) << answer->error().text;
  EXPECT_EQ((*answer)->status, 413);
  EXPECT_EQ(client.idle(), 0U);
}

TEST_F(HttpPoolTest, EightOfAnOriginAreKept) {
  std::vector<std::optional<Answer>> answers(10);
  std::vector<Socket> servers;
  for (auto& each : answers) {
    start<Answer>([this] { return client.send(request(), HttpLimits()); }, each);
    servers.push_back(accept());
  }
  for (Socket& server : servers) {
    heard(server);
    server.write(ok);
  }
  for (const auto& each : answers) turn_until([&] { return each.has_value(); });
  EXPECT_EQ(client.idle(), 8U);
  int closed = 0;
  for (Socket& server : servers) closed += is_closed(server);
  EXPECT_EQ(closed, 2);
}

TEST_F(HttpPoolTest, RequestForPublicAddressesDoesNotGoOverAConnectionToAnother) {
  const Socket server = kept();
  HttpLimits limits;
  limits.public_addresses_only = true;
  begin(request(), limits);
  await_answer();
  EXPECT_EQ(answer->error().fault, Fault::forbidden);
}

TEST_F(HttpPoolTest, ExceptedRangesMayBeAskedAllTheSame) {
  AddressRanges ranges;
  ASSERT_TRUE(ranges.add("127.0.0.0/8"));
  PooledHttpClient tolerant{loop, TlsOptions(), "", ranges};
  HttpLimits limits;
  limits.public_addresses_only = true;
  start<Answer>([&] { return tolerant.send(request(), limits); }, answer);
  Socket server = accept();
  answers(server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(*answer);
  answer.reset();
  start<Answer>([&] { return tolerant.send(request_for("http://10.0.0.1/"), limits); }, answer);
  await_answer();
  EXPECT_EQ(answer->error().fault, Fault::forbidden);
}

}  // namespace
}  // namespace dragoman::net
