#include <deque>
#include <utility>

#include "net/wakeup.hpp"
#include "support/http_origin.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;
using test::Socket;
using Opened = Result<std::unique_ptr<HttpIncoming>>;
using Piece = Result<std::string>;

/// Bodies that go piece by piece, either way.
struct HttpStreamingTest : test::HttpOriginTest {
  /// Opens what `server` begins with `bytes`.
  std::unique_ptr<HttpIncoming> open(Socket& server, const std::string& bytes, HttpLimits limits = {}) {
    std::optional<Opened> opened;
    start<Opened>([&] { return client.open(request(), limits); }, opened);
    server = accept();
    heard(server);
    server.write(bytes);
    turn_until([&] { return opened.has_value(); });
    fault = *opened ? std::nullopt : std::optional{opened->error().fault};
    return *opened ? std::move(**opened) : nullptr;
  }
  Piece read(HttpIncoming& incoming) {
    return result_of<Piece>([&] { return incoming.read(); });
  }
  HttpRequest upload(std::optional<std::uint64_t> size) {
    HttpRequest put = request("/", "PUT");
    put.upload.size = size;
    put.upload.read = [this]() -> Task<Piece> {
      if (pieces.empty()) co_return std::string();
      Piece piece = std::move(pieces.front());
      pieces.pop_front();
      co_return piece;
    };
    return put;
  }
  /// What the client sends until it holds this.
  std::string heard_until(Socket& server, const std::string& wanted) {
    std::string got;
    turn_until([&] {
      got += server.read();
      return got.find(wanted) != std::string::npos || server.ended();
    });
    return got;
  }

  std::optional<Fault> fault;
  std::deque<Piece> pieces;
};

TEST_F(HttpStreamingTest, HeadIsThereBeforeTheBody) {
  Socket server;
  const auto incoming = open(server, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nX-Why: tea\r\n\r\n");
  ASSERT_TRUE(incoming);
  EXPECT_EQ(incoming->head().fields.get("X-Why"), "tea");
  server.write("tea");
  EXPECT_EQ(*read(*incoming), "tea");
  server.write("pot");
  EXPECT_EQ(*read(*incoming), "pot");
  EXPECT_EQ(*read(*incoming), "");
  EXPECT_EQ(client.idle(), 1U) << "it may serve the next request";
}

TEST_F(HttpStreamingTest, WhatIsNotReadStaysWithTheServer) {
  Socket server;
  const std::size_t size = 64 * 1024 * 1024;
  HttpLimits limits;
  limits.most_body = size;
  const auto incoming = open(server, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n", limits);
  ASSERT_TRUE(incoming);
  ::fcntl(server.descriptor(), F_SETFL, O_NONBLOCK);
  const std::string block(256 * 1024, 'x');
  std::size_t written = 0, got = 0;
  const auto write_all = [&] {
    while (written < size) {
      const ssize_t taken =
          ::send(server.descriptor(), block.data(), std::min(block.size(), size - written), MSG_NOSIGNAL);
      if (taken <= 0) return;
      written += static_cast<std::size_t>(taken);
    }
  };
  for (int i = 0; i < 5; ++i) {
    write_all();
    settle();
  }
  EXPECT_LT(written, size / 2) << "somebody has read it";
  while (got < size) {
    write_all();
    const auto piece = read(*incoming);
    ASSERT_TRUE(piece) << piece.error().text;
    ASSERT_FALSE(piece->empty());
    EXPECT_LE(piece->size(), 512U * 1024);
    got += piece->size();
  }
  EXPECT_EQ(*read(*incoming), "");
}

TEST_F(HttpStreamingTest, OnlyTheServerMayNotBeSlow) {
  Socket server;
  const auto incoming = open(server, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ntea");
  EXPECT_EQ(*read(*incoming), "tea");
  advance(1h);
  std::optional<Piece> piece;
  start<Piece>([&] { return incoming->read(); }, piece);
  settle();
  advance(29s);
  EXPECT_FALSE(piece.has_value());
  advance(1s);
  turn_until([&] { return piece.has_value(); });
  EXPECT_EQ(piece->error().fault, Fault::timeout);
}

TEST_F(HttpStreamingTest, WhatIsGivenUpIsCut) {
  Socket server;
  auto incoming = open(server, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ntea");
  incoming.reset();
  turn_until([&] { return server.ended(); });
  EXPECT_EQ(client.idle(), 0U);
  EXPECT_EQ(loop.timers().next(), std::nullopt);
}

TEST_F(HttpStreamingTest, EndInTheMiddleIsNoEnd) {
  std::unique_ptr<HttpIncoming> incoming;
  {
    Socket server;
    incoming = open(server, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ntea");
  }
  EXPECT_EQ(*read(*incoming), "tea");
  EXPECT_EQ(read(*incoming).error().fault, Fault::unavailable);
}

TEST_F(HttpStreamingTest, LimitHoldsForWhatIsAnnouncedAndForWhatComes) {
  HttpLimits limits;
  limits.most_body = 5;
  {
    Socket server;
    EXPECT_FALSE(open(server, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n", limits));
    EXPECT_EQ(fault, Fault::too_long);
  }
  Socket server;
  const auto incoming = open(server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", limits);
  EXPECT_EQ(*read(*incoming), "abcde");
  server.write("1\r\nf\r\n");
  EXPECT_EQ(read(*incoming).error().fault, Fault::too_long);
}

TEST_F(HttpStreamingTest, ClientWithoutItsOwnGivesTheBodyInOnePiece) {
  struct Fake final : HttpClient {
    Task<Answer> send(HttpRequest, HttpLimits) override {
      HttpResponse response;
      response.status = 201;
      response.body = "tea";
      co_return response;
    }
  } fake;
  auto opened = result_of<Opened>([&] { return fake.open(HttpRequest(), HttpLimits()); });
  ASSERT_TRUE(opened);
  EXPECT_EQ((*opened)->head().status, 201);
  EXPECT_EQ((*opened)->head().body, "");
  EXPECT_EQ(*read(**opened), "tea");
  EXPECT_EQ(*read(**opened), "");
}

TEST_F(HttpStreamingTest, UploadOfKnownSizeIsSentAsItComes) {
  pieces = {std::string{"tea"}, std::string{"pot"}};
  begin(upload(6));
  Socket server = accept();
  const std::string sent = heard_until(server, "teapot");
  EXPECT_NE(sent.find("\r\nContent-Length: 6\r\n"), std::string::npos) << sent;
  server.write(ok);
  await_answer();
  EXPECT_TRUE(*answer) << answer->error().text;
  EXPECT_EQ(client.idle(), 1U);
}

TEST_F(HttpStreamingTest, UploadOfUnknownSizeGoesInChunks) {
  pieces = {std::string{"tea"}, std::string(16, 'x')};
  begin(upload(std::nullopt));
  Socket server = accept();
  const std::string sent = heard_until(server, "0\r\n\r\n");
  EXPECT_NE(sent.find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos) << sent;
  EXPECT_TRUE(sent.ends_with("\r\n\r\n3\r\ntea\r\n10\r\nxxxxxxxxxxxxxxxx\r\n0\r\n\r\n")) << sent;
  server.write(ok);
  await_answer();
  EXPECT_TRUE(*answer) << answer->error().text;
}

TEST_F(HttpStreamingTest, UploadOfAnotherSizeThanSaidFails) {
  for (const std::uint64_t said : {2U, 4U}) {
    pieces = {std::string{"tea"}};
    begin(upload(said));
    const Socket server = accept();
    await_answer();
    EXPECT_EQ(answer->error().fault, Fault::unacceptable) << said;
    EXPECT_EQ(client.idle(), 0U);
  }
}

TEST_F(HttpStreamingTest, UploadWhoseSourceFailsFailsLikeThat) {
  pieces = {std::string{"tea"}, Error{Fault::not_found, "the file is gone"}};
  begin(upload(6));
  const Socket server = accept();
  await_answer();
  EXPECT_EQ(answer->error().fault, Fault::not_found);
}

TEST_F(HttpStreamingTest, ConnectionOfAnUploadThatWasNotFinishedIsNotKept) {
  Wakeup go_on{loop};
  HttpRequest put = upload(9);
  put.upload.read = [&go_on, told = false]() mutable -> Task<Piece> {
    if (!std::exchange(told, true)) co_return std::string{"tea"};
    co_await go_on.wait();
    co_return std::string{"pot"};
  };
  begin(put);
  Socket server = accept();
  heard_until(server, "tea");
  server.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
  settle();
  go_on.wake();
  await_answer();
  ASSERT_TRUE(*answer) << answer->error().text;
  EXPECT_EQ((*answer)->status, 401);
  EXPECT_EQ(client.idle(), 0U);
}

TEST_F(HttpStreamingTest, UploadEndsWhenTheServerHasSaidNo) {
  for (int i = 0; i < 100; ++i) pieces.push_back(std::string(1'000'000, 'x'));
  begin(upload(100'000'000));
  Socket server = accept();
  heard(server);
  server.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
  await_answer_reading(server);
  ASSERT_TRUE(*answer) << answer->error().text;
  EXPECT_EQ((*answer)->status, 413);
  EXPECT_GT(pieces.size(), 80U) << "it went on";
  EXPECT_EQ(client.idle(), 0U) << "the server still waits for the rest";
}

}  // namespace
}  // namespace dragoman::net
