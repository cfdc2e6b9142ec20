#include "net/connect.hpp"

#include <netinet/tcp.h>
#include <optional>
#include <string>
#include <vector>

#include "net/address.hpp"
#include "net/resolver.hpp"
#include "net/tcp_stream.hpp"
#include "support/loop_test.hpp"
#include "support/socket.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;
using Connected = Result<std::unique_ptr<Stream>>;

struct ConnectTest : test::LoopTest {
  Connected connect(std::string host, std::uint16_t port, ConnectOptions options = {}) {
    return result_of<Connected>([&] { return connect_tcp(loop, Endpoint{host, port}, options); });
  }
};

/// A listener whose queue is full: the kernel answers no further connection.
struct BusyListener {
  BusyListener() {
    for (auto& one : waiting) {
      one = test::Socket{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
      const auto address = *parse_address("127.0.0.1", listener.port());
      static_cast<void>(::connect(one.descriptor(), address.get(), address.size));
    }
  }
  std::uint16_t port() const { return listener.port(); }
  test::Listener listener{0};
  test::Socket waiting[4];
};

int option_of(const Stream& stream, int level, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  ::getsockopt(dynamic_cast<const TcpStream&>(stream).descriptor(), level, option, &value, &size);
  return value;
}

/// Somebody connects through a proxy that the test plays.
struct ProxyTest : ConnectTest {
  test::Listener proxy;
  test::Socket peer{-1};
  std::optional<Connected> connected;

  /// What the proxy is asked.
  std::string asks_for(const std::string& host) {
    ConnectOptions options;
    options.proxy = Endpoint{"127.0.0.1", proxy.port()};
    options.public_only = true;
    static_cast<void>(options.private_ranges.add("192.0.2.0/24"));
    start<Connected>([this, host, options] { return connect_tcp(loop, Endpoint{host, 443}, options); }, connected);
    turn_until([&] {
      loop.post([] {});
      return proxy.is_asked() || connected;
    });
    if (connected) return {};
    peer = proxy.accept();
    std::string question;
    turn_until([&] {
      loop.post([] {});
      question += peer.read();
      return question.ends_with("\r\n\r\n");
    });
    return question;
  }
  void answers(const std::string& text) {
    peer.write(text);
    turn_until([&] {
      loop.post([] {});
      return connected.has_value();
    });
  }
};

TEST_F(ProxyTest, ConnectsToTheAddressThatWasJudgedHere) {
  EXPECT_EQ(asks_for("192.0.2.7"), "CONNECT 192.0.2.7:443 HTTP/1.1\r\nHost: 192.0.2.7:443\r\n\r\n");
  answers("HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\nbehind it");
  ASSERT_TRUE(*connected) << connected->error().text;
  char buffer[16];
  const auto got = (**connected)->read(buffer);
  ASSERT_TRUE(got);
  EXPECT_EQ(std::string(buffer, *got), "behind it") << "it is the other side's";
}

TEST_F(ProxyTest, IsToldWhenItRefuses) {
  asks_for("192.0.2.7");
  answers("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
  ASSERT_FALSE(*connected);
  EXPECT_EQ(connected->error().fault, Fault::unavailable);
  EXPECT_NE(connected->error().text.find("403"), std::string::npos) << connected->error().text;
}

TEST_F(ProxyTest, IsToldWhenItIsNone) {
  asks_for("192.0.2.7");
  answers("220 mail.test ESMTP\r\n\r\n");
  ASSERT_FALSE(*connected);
  EXPECT_EQ(connected->error().fault, Fault::unavailable);
}

TEST_F(ProxyTest, IsNotAskedForWhatMayNotBeReached) {
  EXPECT_EQ(asks_for("127.0.0.1"), "");
  ASSERT_TRUE(connected && !*connected);
  EXPECT_EQ(connected->error().fault, Fault::forbidden);
  EXPECT_FALSE(proxy.is_asked());
}

TEST_F(ConnectTest, CallsAReaderOnceForEachWait) {
  test::Listener listener;
  auto stream = connect("127.0.0.1", listener.port());
  ASSERT_TRUE(stream) << stream.error().text;
  test::Socket peer = listener.accept();
  std::vector<bool> calls;
  (*stream)->on_readable([&calls](const Result<void>& ready) { calls.push_back(ready.has_value()); });
  (*stream)->await_readable();
  settle();
  EXPECT_TRUE(calls.empty());
  peer.write("welcome");
  turn_until([&] { return !calls.empty(); });
  settle();
  EXPECT_EQ(calls, std::vector<bool>{true});
  (*stream)->await_readable();  // what was not read is still there
  turn_until([&] { return calls.size() == 2; });
  char buffer[16];
  EXPECT_EQ(*(*stream)->read(buffer), 7u);
  (*stream)->await_readable();
  (*stream)->close();
  turn_until([&] { return calls.size() == 3; });
  EXPECT_EQ(calls, (std::vector<bool>{true, true, false}));
}

TEST_F(ConnectTest, AReaderMayDestroyItsStreamAndHearsNothingOfOneThatIsGone) {
  test::Listener listener;
  auto read = connect("127.0.0.1", listener.port());
  ASSERT_TRUE(read) << read.error().text;
  test::Socket peer = listener.accept();
  auto unread = connect("127.0.0.1", listener.port());
  ASSERT_TRUE(unread) << unread.error().text;
  test::Socket other_peer = listener.accept();
  int calls = 0;
  const auto destroy = [&calls, text = std::string(100, 'x')](std::unique_ptr<Stream>& stream) {
    stream.reset();
    calls += text.size() == 100 ? 1 : 0;  // the reader itself is still there
  };
  (*read)->on_readable([&](const Result<void>&) { destroy(*read); });
  (*read)->await_readable();
  (*unread)->on_readable([&calls](const Result<void>&) { calls += 10; });
  (*unread)->await_readable();
  other_peer.write("too late");
  unread->reset();
  peer.write("welcome");
  turn_until([&] { return calls != 0; });
  settle();
  EXPECT_EQ(calls, 1);
}

TEST_F(ConnectTest, GivesAStreamThatReadsAndWrites) {
  test::Listener listener;
  auto stream = connect("127.0.0.1", listener.port());
  ASSERT_TRUE(stream) << stream.error().text;
  test::Socket peer = listener.accept();
  EXPECT_EQ((*stream)->peer(), "127.0.0.1:" + std::to_string(listener.port()));

  const std::string hello = "hello";
  EXPECT_EQ(*(*stream)->write(hello), 5u);
  EXPECT_EQ(peer.read(), "hello");

  char buffer[16];
  EXPECT_EQ(*(*stream)->read(buffer), 0u);  // nothing there now
  peer.write("welcome");
  EXPECT_TRUE(result_of<Result<void>>([&] { return (*stream)->readable(); }));
  EXPECT_EQ(*(*stream)->read(buffer), 7u);

  peer = {};
  EXPECT_TRUE(result_of<Result<void>>([&] { return (*stream)->readable(); }));
  EXPECT_EQ((*stream)->read(buffer).error().fault, Fault::closed);
}

TEST_F(ConnectTest, SetsWhatKeepsDelaysShortAndNoticesADeadPeer) {
  test::Listener listener;
  const auto stream = connect("127.0.0.1", listener.port());
  ASSERT_TRUE(stream);
  EXPECT_EQ(option_of(**stream, IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option_of(**stream, SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option_of(**stream, IPPROTO_TCP, TCP_USER_TIMEOUT), 60'000);
}

TEST_F(ConnectTest, KnowsItsLocalPort) {
  test::Listener listener;
  const auto stream = connect("127.0.0.1", listener.port());
  ASSERT_TRUE(stream);
  const test::Socket peer = listener.accept();
  Address remote;
  remote.size = sizeof remote.storage;
  ::getpeername(peer.descriptor(), remote.get(), &remote.size);
  EXPECT_EQ((*stream)->local_port(), remote.port());
}

TEST_F(ConnectTest, ResolvesNames) {
  test::Listener listener;
  const auto stream = connect("localhost", listener.port());
  ASSERT_TRUE(stream) << stream.error().text;
}

TEST_F(ConnectTest, SaysThatThereIsNoSuchHost) {
  const auto stream = connect("a..b", 1);  // no name server is asked for that
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().fault, Fault::not_found);
  EXPECT_EQ(stream.error().text, "there is no host \"a..b\": check its spelling");
}

TEST_F(ConnectTest, SaysWhatRefused) {
  std::uint16_t port = 0;
  { port = test::Listener{}.port(); }
  const auto stream = connect("127.0.0.1", port);
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().fault, Fault::unavailable);
  const std::string where = "127.0.0.1:" + std::to_string(port);
  EXPECT_EQ(stream.error().text,
            "cannot connect to " + where + " (" + where + ": connection refused: nothing listens there)");
}

TEST_F(ConnectTest, GivesUpAtItsTimeout) {
  BusyListener listener;
  std::optional<Connected> result;
  start<Connected>([&] { return connect_tcp(loop, Endpoint{"127.0.0.1", listener.port()}, {}); }, result);
  settle();
  advance(19s);
  EXPECT_FALSE(result.has_value());
  advance(1s);
  turn_until([&] { return result.has_value(); });
  EXPECT_EQ(result->error().fault, Fault::timeout);
  EXPECT_EQ(loop.timers().next(), std::nullopt);
}

TEST_F(ConnectTest, EndsWithItsGroup) {
  BusyListener listener;
  std::optional<Connected> result;
  start<Connected>([&] { return connect_tcp(loop, Endpoint{"127.0.0.1", listener.port()}, {}); }, result);
  settle();
  tasks.stop();
  turn_until([&] { return tasks.empty(); });
  EXPECT_TRUE(!result || result->error().fault == Fault::closed);
  EXPECT_EQ(loop.timers().next(), std::nullopt);
}

TEST_F(ConnectTest, EndsWithItsGroupWhileTheNameIsLookedUp) {
  std::optional<Connected> result;
  bool begun = false;
  tasks.spawn([&]() -> Task<> {
    begun = true;
    Endpoint endpoint{"localhost", 1};
    auto connected = co_await connect_tcp(loop, std::move(endpoint), ConnectOptions());
    result.emplace(std::move(connected));
  });
  while (!begun) loop.turn();
  tasks.stop();
  turn_until([&] { return tasks.empty(); });
  EXPECT_TRUE(!result || result->error().fault == Fault::closed || result->error().fault == Fault::unavailable);
  // The answer that nobody waits for any more comes before this one.
  TaskGroup others{loop};
  others.spawn([this]() -> Task<> { co_await loop.resolver().resolve("localhost", 1, clock.now() + 1h); });
  turn_until([&] { return others.empty(); });
}

TEST_F(ConnectTest, BindsToTheSourceAddress) {
  test::Listener listener;
  ConnectOptions options;
  options.sources = {{"127.0.0.2"}};
  const auto stream = connect("127.0.0.1", listener.port(), options);
  ASSERT_TRUE(stream) << stream.error().text;
  const test::Socket peer = listener.accept();
  Address remote;
  remote.size = sizeof remote.storage;
  ::getpeername(peer.descriptor(), remote.get(), &remote.size);
  EXPECT_TRUE(to_string(remote).starts_with("127.0.0.2:")) << to_string(remote);
}

TEST_F(ConnectTest, SaysWhySourceAddressesCannotBeUsed) {
  test::Listener listener;
  ConnectOptions options;
  options.sources = {{"eth0"}};
  EXPECT_EQ(connect("127.0.0.1", listener.port(), options).error().text, "the source address eth0 is no IP address");
  options.sources = {{"2001:db8::1"}};
  EXPECT_EQ(connect("127.0.0.1", listener.port(), options).error().text,
            "127.0.0.1 has no address of the kind of the source address 2001:db8::1");
  options.sources = {{"192.0.2.1"}};
  const auto foreign = connect("127.0.0.1", listener.port(), options);
  EXPECT_EQ(foreign.error().fault, Fault::unacceptable);
  EXPECT_NE(foreign.error().text.find("the source address cannot be used: "), std::string::npos)
      << foreign.error().text;
}

struct StreamTest : ConnectTest {
  StreamTest() {
    auto connected = connect("127.0.0.1", listener.port());
    stream = std::move(*connected);
    peer = listener.accept();
  }
  test::Listener listener;
  std::unique_ptr<Stream> stream;
  test::Socket peer;
};

TEST_F(StreamTest, EndsAPendingReadWithItsGroup) {
  std::optional<Result<void>> result;
  start<Result<void>>([&] { return stream->readable(); }, result);
  settle();
  tasks.stop();
  turn_until([&] { return tasks.empty(); });
  EXPECT_TRUE(!result || result->error().fault == Fault::closed);
}

TEST_F(StreamTest, EndsAPendingReadWhenItIsClosed) {
  std::optional<Result<void>> result;
  start<Result<void>>([&] { return stream->readable(); }, result);
  settle();
  stream->close();
  stream->close();
  turn_until([&] { return result.has_value(); });
  EXPECT_EQ(result->error().fault, Fault::closed);
  EXPECT_TRUE(peer.ended());
  char buffer[1];
  EXPECT_EQ(stream->read(buffer).error().fault, Fault::closed);
  EXPECT_EQ(stream->write(std::string_view{"x"}).error().fault, Fault::closed);
  EXPECT_EQ(result_of<Result<void>>([&] { return stream->readable(); }).error().fault, Fault::closed);
}

TEST_F(StreamTest, MayBeDestroyedWhileSomebodyWaits) {
  std::optional<Result<void>> result;
  start<Result<void>>([&] { return stream->readable(); }, result);
  settle();
  stream.reset();
  turn_until([&] { return result.has_value(); });
  EXPECT_EQ(result->error().fault, Fault::closed);
}

TEST_F(StreamTest, IsReadableAgainWhenLessWasReadThanCame) {
  peer.write("abcdef");
  char buffer[2];
  for (const std::string_view expected : {"ab", "cd", "ef"}) {
    ASSERT_TRUE(result_of<Result<void>>([&] { return stream->readable(); }));
    ASSERT_EQ(*stream->read(buffer), 2u);
    EXPECT_EQ((std::string_view{buffer, 2}), expected);
  }
  EXPECT_EQ(*stream->read(buffer), 0u);
}

TEST_F(StreamTest, ReportsAnAbruptEnd) {
  const linger at_once{1, 0};
  ::setsockopt(peer.descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  peer = {};
  char buffer[1];
  ASSERT_TRUE(result_of<Result<void>>([&] { return stream->readable(); }));
  const auto got = stream->read(buffer);
  EXPECT_EQ(got.error().fault, Fault::closed);
  EXPECT_EQ(got.error().text, "the other side ended the connection abruptly");
}

}  // namespace
}  // namespace dragoman::net
