#include "net/http_response_head.hpp"
#include "net/wakeup.hpp"
#include "support/http_listener.hpp"

namespace dragoman::net {
namespace {

using test::Socket;

/// Routes that come and go, and answers whose length is known before they are there.
struct HttpServerRoutesTest : test::HttpListenerTest {
  HttpServerRoutesTest() {
    listen();
    server->start();
  }
  ~HttpServerRoutesTest() override { stop(); }  // before what its handlers use
  /// Begins an answer of five bytes, then waits for the test.
  Task<> slow(HttpExchange& exchange) {
    HttpResponse response;
    response.status = 200;
    const auto begun = co_await exchange.begin(std::move(response), 5);
    if (!begun) co_return;
    const bool woken = co_await go_on.wait();
    if (!woken) throw_stopped();
    if (breaks_off) {
      exchange.break_off();
      co_return;
    }
    const auto written = co_await exchange.write(rest);
    if (!written) fault = written.error().fault;
  }
  void add_slow() {
    const auto added = server->add({"/slow", {"GET"}, [this](HttpExchange& exchange) { return slow(exchange); }});
    EXPECT_TRUE(added);
  }
  /// A caller that has the head of the slow answer.
  Socket caller_of_slow() {
    Socket caller = call();
    caller.write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    read_until(caller, "\r\n\r\n");
    settle();
    return caller;
  }

  Wakeup go_on{loop};
  std::string rest = "a tea";
  bool breaks_off = false;
  std::optional<Fault> fault;
};

TEST_F(HttpServerRoutesTest, RouteIsTakenAwayAndComesBack) {
  const auto hello = answer_with([](const HttpHead&) { return make_text_response(200, "hello"); });
  EXPECT_TRUE(server->add({"/hello", {"GET"}, hello}));
  EXPECT_EQ(server->add({"/hello", {"POST"}, hello}).error().fault, Fault::conflict);
  EXPECT_EQ(status(get("/hello")), "HTTP/1.1 200 OK");
  server->remove("/hello");
  EXPECT_FALSE(server->busy("/hello"));
  EXPECT_EQ(status(get("/hello")), "HTTP/1.1 404 Not Found");
  EXPECT_TRUE(server->add({"/hello", {"GET"}, hello}));
  EXPECT_EQ(status(get("/hello")), "HTTP/1.1 200 OK");
}

TEST_F(HttpServerRoutesTest, RequestInAHandlerThatIsTakenAwayIsCut) {
  add_slow();
  Socket caller = caller_of_slow();
  Socket other = call();
  other.write("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
  read_until(other, "404");
  server->remove("/slow");
  EXPECT_TRUE(server->busy("/slow")) << "its task has not ended yet";
  turn_until([&] { return !server->busy("/slow"); });
  EXPECT_EQ(read_all(caller), "");
  other.write("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
  read_until(other, "404");
}

TEST_F(HttpServerRoutesTest, AnswerOfKnownLengthIsFollowedByTheNext) {
  add_slow();
  Socket caller = call();
  caller.write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(field(read_until(caller, "\r\n\r\n"), "Content-Length"), "5");
  settle();
  go_on.wake();
  read_until(caller, "a tea");
  caller.write("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
  read_until(caller, "404");
}

TEST_F(HttpServerRoutesTest, AnswerThatBreaksOffEndsTheConnection) {
  add_slow();
  for (const std::string what : {"broken off", "too short"}) {
    breaks_off = what == "broken off";
    rest = "tea";
    Socket caller = caller_of_slow();
    go_on.wake();
    EXPECT_EQ(read_all(caller), breaks_off ? "" : "tea") << what;
  }
}

TEST_F(HttpServerRoutesTest, NothingLeavesBehindTheLengthThatWasSaid) {
  add_slow();
  rest = "a tea and a second answer";
  Socket caller = caller_of_slow();
  go_on.wake();
  EXPECT_EQ(read_all(caller), "");
  EXPECT_EQ(fault, Fault::internal);
}

}  // namespace
}  // namespace dragoman::net
