#include "net/http_server.hpp"

#include <vector>

#include "net/wakeup.hpp"
#include "support/http_listener.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;
using test::connect_to;
using test::Socket;

/// A server with a route of each kind, and callers that write bytes as they please.
class HttpServerTest : public test::HttpListenerTest {
 protected:
  ~HttpServerTest() override { stop(); }  // before what its handlers use

  void open(HttpServerLimits limits = {}, std::vector<std::string> trusted = {}) {
    listen(limits, std::move(trusted));
    server->add({"/hello", {"GET"}, answer_with([](const HttpHead& head) {
                   HttpResponse response;
                   response.status = 200;
                   response.body = "hello " + head.caller + '\n';
                   return response;
                 })});
    HttpRoute echo{"/echo/", {"POST"}, [this](HttpExchange& exchange) { return echoes(exchange); }};
    echo.most_body = 1000;
    echo.admit = [this](const HttpHead& head) -> std::optional<HttpResponse> {
      ++admissions;
      if (head.fields.get("Authorization") == "good") return std::nullopt;
      HttpResponse response;
      response.status = 401;
      return response;
    };
    server->add(std::move(echo));
    server->add({"/stream", {"GET"}, [this](HttpExchange& exchange) { return streams(exchange); }});
    server->add({"/broken", {"GET"}, [](HttpExchange&) -> Task<> {
                   throw std::runtime_error{"a secret of the handler"};
                   co_return;
                 }});
    server->add({"/silent", {"GET"}, [](HttpExchange&) -> Task<> { co_return; }});
    server->start();
  }

  Task<> echoes(HttpExchange& exchange) {
    ++handled;
    auto body = co_await exchange.read_all();
    if (!body) {
      read_fault = body.error().fault;
      co_return;
    }
    HttpResponse response;
    response.status = 200;
    response.body = *body;
    co_await exchange.answer(std::move(response));
  }
  Task<> streams(HttpExchange& exchange) {
    HttpResponse response;
    response.status = 200;
    const auto begun = co_await exchange.begin(std::move(response));
    if (!begun) co_return;
    for (;;) {
      while (pieces.empty() && !end_stream) {
        const bool woken = co_await more.wait();
        if (!woken) throw_stopped();
      }
      if (pieces.empty()) co_return;
      std::string piece = std::exchange(pieces, {});
      const auto written = co_await exchange.write(std::move(piece));
      if (written) continue;
      stream_fault = written.error().fault;
      co_return;
    }
  }

  int admissions = 0, handled = 0;
  std::optional<Fault> read_fault, stream_fault;
  std::string pieces;
  bool end_stream = false;
  Wakeup more{loop};
};

TEST_F(HttpServerTest, AnswersOneRequestAfterTheOtherOnOneConnection) {
  open();
  Socket caller = call();
  for (int i = 0; i < 3; ++i) {
    caller.write("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string answer = read_until(caller, "hello 127.0.0.1\n");
    EXPECT_EQ(status(answer), "HTTP/1.1 200 OK");
    EXPECT_NE(answer.find("Content-Length: 16\r\n"), std::string::npos) << answer;
    EXPECT_NE(answer.find("Date: Fri, 20 Nov 2026 09:00:00 GMT\r\n"), std::string::npos) << answer;
    EXPECT_NE(answer.find("Cache-Control: no-store\r\n"), std::string::npos) << answer;
    EXPECT_EQ(answer.find("Connection: close"), std::string::npos) << answer;
  }
}

TEST_F(HttpServerTest, AnswersWhatWasSentAheadInOrder) {
  open();
  Socket caller = call();
  std::string all;
  for (int i = 0; i < 20; ++i) {
    const std::string text = "number " + std::to_string(i);
    all += "POST /echo/ HTTP/1.1\r\nHost: a\r\nAuthorization: good\r\nContent-Length: " + std::to_string(text.size()) +
           "\r\n" + (i == 19 ? "Connection: close\r\n" : "") + "\r\n" + text;
  }
  caller.write(all);
  const std::string got = read_all(caller);
  std::size_t at = 0;
  for (int i = 0; i < 20; ++i) {
    at = got.find("\r\n\r\nnumber " + std::to_string(i), at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_F(HttpServerTest, SaysWhatIsNotThereAndWhatMayNotBeDone) {
  open();
  EXPECT_EQ(status(get("/nothing")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status(get("/hello/more")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status(get("/hello%2f")), "HTTP/1.1 404 Not Found");
  const std::string refused = ask("DELETE /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status(refused), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_NE(refused.find("Allow: GET, HEAD\r\n"), std::string::npos) << refused;
  EXPECT_EQ(status(get("/silent")), "HTTP/1.1 500 Internal Server Error");
}

TEST_F(HttpServerTest, TellsNothingOfABug) {
  open();
  const std::string answer = get("/broken");
  EXPECT_EQ(status(answer), "HTTP/1.1 500 Internal Server Error");
  EXPECT_EQ(answer.find("secret"), std::string::npos) << answer;
}

TEST_F(HttpServerTest, AnswersHeadWithoutTheBody) {
  open();
  const std::string answer = ask("HEAD /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status(answer), "HTTP/1.1 200 OK");
  EXPECT_NE(answer.find("Content-Length: 16\r\n"), std::string::npos) << answer;
  EXPECT_EQ(body(answer), "");
  const std::string stream = ask("HEAD /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(body(stream), "");
}

TEST_F(HttpServerTest, DecidesBeforeTheBodyIsRead) {
  open();
  const std::string huge = "Content-Length: 1000000000\r\n\r\n";
  // Nobody sends a byte of the body, and the answer comes all the same.
  EXPECT_EQ(status(ask("POST /echo/ HTTP/1.1\r\nHost: a\r\n" + huge)), "HTTP/1.1 401 Unauthorized");
  EXPECT_EQ(status(ask("POST /echo/ HTTP/1.1\r\nHost: a\r\nAuthorization: good\r\n" + huge)),
            "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(status(ask("POST /nothing HTTP/1.1\r\nHost: a\r\n" + huge)), "HTTP/1.1 404 Not Found");
  const std::string refused = ask("POST /hello HTTP/1.1\r\nHost: a\r\n" + huge);
  EXPECT_EQ(status(refused), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_NE(refused.find("Connection: close\r\n"), std::string::npos) << refused;
  EXPECT_EQ(handled, 0);
}

TEST_F(HttpServerTest, TheAnswerIsReadAlthoughTheCallerGoesOnSending) {
  open();
  Socket caller = call();
  caller.write("POST /echo/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x'));
  // A close with unread input would be a reset, which takes the answer with it.
  const std::string answer = read_all(caller);
  EXPECT_EQ(status(answer), "HTTP/1.1 401 Unauthorized");
}

TEST_F(HttpServerTest, AsksForTheBodyOfWhoWaitsOnlyWhenItIsWanted) {
  open();
  Socket caller = call();
  caller.write(
      "POST /echo/ HTTP/1.1\r\nHost: a\r\nAuthorization: good\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(read_until(caller, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  caller.write("hello");
  EXPECT_EQ(body(read_until(caller, "hello")), "hello");

  const std::string refused =
      ask("POST /echo/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(status(refused), "HTTP/1.1 401 Unauthorized");
}

TEST_F(HttpServerTest, RefusesAChunkedBodyThatGrowsTooLong) {
  open();
  const std::string answer =
      ask("POST /echo/ HTTP/1.1\r\nHost: a\r\nAuthorization: good\r\nTransfer-Encoding: chunked\r\n\r\n"
          "258\r\n" +
          std::string(600, 'a') + "\r\n258\r\n");
  EXPECT_EQ(status(answer), "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(read_fault, Fault::too_long);
}

TEST_F(HttpServerTest, RefusesSmugglingAndCloses) {
  open();
  const std::string answer =
      ask("POST /echo/ HTTP/1.1\r\nHost: a\r\nAuthorization: good\r\nContent-Length: 4\r\n"
          "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status(answer), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(answer.find("HTTP/1.1", 8), std::string::npos) << "a second answer:\n" << answer;
  EXPECT_EQ(admissions, 0);
}

TEST_F(HttpServerTest, IsNotPatientWithASlowHead) {
  open();
  Socket caller = call();
  caller.write("GET /hello HT");
  settle();
  for (int i = 0; i < 9; ++i) {
    advance(1s);
    caller.write("T");
    settle();
    EXPECT_FALSE(caller.ended());
  }
  advance(1s);
  EXPECT_EQ(status(read_all(caller)), "HTTP/1.1 408 Request Timeout");
}

TEST_F(HttpServerTest, IsPatientWithABodyThatComesAtALowRate) {
  open();
  Socket slow = call(), stuck = call();
  const std::string head = "POST /echo/ HTTP/1.1\r\nHost: a\r\nAuthorization: good\r\nContent-Length: 1000\r\n\r\n";
  slow.write(head + std::string(990, 'a'));
  stuck.write(head);
  settle();
  advance(9900ms);
  EXPECT_EQ(stuck.read(), "");
  advance(200ms);  // 10 s for any body; 990 bytes are worth 1.98 s more
  EXPECT_EQ(status(read_all(stuck)), "HTTP/1.1 408 Request Timeout");
  EXPECT_EQ(read_fault, Fault::timeout);
  slow.write(std::string(10, 'b'));
  EXPECT_EQ(status(read_until(slow, "bbbbbbbbbb")), "HTTP/1.1 200 OK");
}

TEST_F(HttpServerTest, ClosesWhatIsIdle) {
  open();
  Socket caller = call();
  caller.write("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  read_until(caller, "hello 127");
  settle();
  advance(29s);
  EXPECT_FALSE(caller.ended());
  advance(1s);
  EXPECT_EQ(read_all(caller), "");
}

TEST_F(HttpServerTest, StreamsInChunks) {
  open();
  Socket caller = call();
  caller.write("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string head = read_until(caller, "\r\n\r\n");
  EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos) << head;
  pieces = "one and twenty bytes.";
  more.wake();
  EXPECT_EQ(read_until(caller, "bytes.\r\n"), "15\r\none and twenty bytes.\r\n");
  end_stream = true;
  more.wake();
  EXPECT_EQ(read_until(caller, "0\r\n"), "0\r\n\r\n");
  caller.write("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  read_until(caller, "hello 127");
}

TEST_F(HttpServerTest, StreamsToOldCallersUntilTheEndOfTheConnection) {
  open();
  Socket caller = call();
  caller.write("GET /stream HTTP/1.0\r\n\r\n");
  read_until(caller, "\r\n\r\n");
  pieces = "text";
  end_stream = true;
  more.wake();
  EXPECT_EQ(read_all(caller), "text");
}

TEST_F(HttpServerTest, GivesUpWhoDoesNotReadAStream) {
  open();
  Socket caller = connect_to(server->ports()[0], 4096);
  caller.write("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  settle();
  pieces = std::string(16 << 20, 'x');  // more than the kernel takes
  more.wake();
  settle();
  EXPECT_FALSE(stream_fault);
  advance(29s);
  EXPECT_FALSE(stream_fault);
  advance(2s);
  turn_until([&] { return stream_fault.has_value(); });
  EXPECT_EQ(stream_fault, Fault::closed);
  turn_until([&] { return server->counts().connections == 0; });
}

TEST_F(HttpServerTest, NoticesThatTheReaderOfAStreamHasGone) {
  open();
  {
    Socket caller = call();
    caller.write("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    read_until(caller, "\r\n\r\n");
  }
  int tries = 0;
  while (!stream_fault && ++tries < 1'000) {
    pieces = "more";
    more.wake();
    settle();
  }
  EXPECT_EQ(stream_fault, Fault::closed);
  turn_until([&] { return server->counts().connections == 0; });
}

TEST_F(HttpServerTest, TurnsAwayWhoComesTooOftenFromOneAddress) {
  HttpServerLimits limits;
  limits.connections_per_address = 2;
  open(limits);
  Socket first = call(), second = call();
  turn_until([&] { return server->counts().connections == 2; });
  Socket third = call();
  EXPECT_EQ(status(read_all(third)), "HTTP/1.1 503 Service Unavailable");
  EXPECT_EQ(server->counts().refused, 1U);
  first = Socket{};
  turn_until([&] { return server->counts().connections == 1; });
  EXPECT_EQ(status(get("/hello")), "HTTP/1.1 200 OK");
}

TEST_F(HttpServerTest, TurnsAwayWhoComesWhenAllPlacesAreTaken) {
  HttpServerLimits limits;
  limits.connections = 1;
  open(limits, {"127.0.0.1"});
  Socket first = call();
  turn_until([&] { return server->counts().connections == 1; });
  Socket second = call();
  EXPECT_EQ(status(read_all(second)), "HTTP/1.1 503 Service Unavailable");
}

TEST_F(HttpServerTest, BelievesWhatATrustedProxySaysOfTheCaller) {
  open({}, {"127.0.0.0/8", "2001:db8::/32"});
  EXPECT_EQ(body(get("/hello")), "hello 127.0.0.1\n");
  EXPECT_EQ(body(get("/hello", "X-Forwarded-For: 203.0.113.9\r\n")), "hello 203.0.113.9\n");
  // What the caller claims stands in front of what the proxies have seen.
  EXPECT_EQ(body(get("/hello", "X-Forwarded-For: 192.0.2.1, 203.0.113.9, 2001:db8::7\r\n")), "hello 203.0.113.9\n");
  EXPECT_EQ(body(get("/hello", "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 203.0.113.9:5\r\n")),
            "hello 203.0.113.9\n");
  EXPECT_EQ(body(get("/hello", "X-Forwarded-For: 192.0.2.1, nonsense\r\n")), "hello 127.0.0.1\n");
}

TEST_F(HttpServerTest, BelievesNobodyElse) {
  open({}, {"192.0.2.1"});
  EXPECT_EQ(body(get("/hello", "X-Forwarded-For: 203.0.113.9\r\n")), "hello 127.0.0.1\n");
}

TEST_F(HttpServerTest, AnswersWhenWhatWasWrittenBeforeIsDurable) {
  open();
  Gate::Ticket last = 0;
  bool wrote = false;
  loop.gate().commit = [&]() -> Gate::Ticket { return std::exchange(wrote, false) ? ++last : 0; };
  // A handler that writes to the store, does something else for a while, and answers turns later.
  Wakeup later{loop};
  HttpRoute route{"/accept", {"POST"}, [&](HttpExchange& exchange) -> Task<> {
                    wrote = true;
                    const bool woken = co_await later.wait();
                    if (!woken) throw_stopped();
                    HttpResponse response;
                    response.status = 202;
                    co_await exchange.answer(std::move(response));
                  }};
  server->add(std::move(route));
  Socket caller = call();
  caller.write("POST /accept HTTP/1.1\r\nHost: a\r\n\r\n");
  turn_until([&] { return last == 1; });
  later.wake();
  settle();
  EXPECT_EQ(caller.read(), "");
  loop.gate().durable(1);
  EXPECT_EQ(status(read_until(caller, "\r\n\r\n")), "HTTP/1.1 202 Accepted");
  stop();
  loop.gate().commit = nullptr;  // it looks at what ends here
}

TEST_F(HttpServerTest, StopsInTheMiddleOfEverything) {
  open();
  Socket idle = call(), half = call(), body = call(), stream = call();
  half.write("GET /hel");
  body.write("POST /echo/ HTTP/1.1\r\nHost: a\r\nAuthorization: good\r\nContent-Length: 5\r\n\r\nhe");
  stream.write("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  turn_until([&] { return server->counts().connections == 4 && handled == 1; });
  settle();
  stop();
  EXPECT_TRUE(idle.ended());
}

TEST_F(HttpServerTest, SaysWhyItCannotListen) {
  open();
  HttpServer::Options taken;
  taken.listen = {{"127.0.0.1", server->ports()[0]}};
  const auto second = HttpServer::open(loop, taken);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().fault, Fault::conflict);
  HttpServer::Options named;
  named.listen = {{"gateway.example.org", 0}};
  EXPECT_EQ(HttpServer::open(loop, named).error().fault, Fault::unacceptable);
  HttpServer::Options proxy;
  proxy.trusted_proxies = {"proxy.example.org"};
  EXPECT_EQ(HttpServer::open(loop, proxy).error().fault, Fault::malformed);
}

}  // namespace
}  // namespace dragoman::net
