#include <memory>
#include <optional>
#include <thread>

#include "tls_fixture.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;

TEST_F(TlsTest, CarriesMoreThanTheSocketsHoldInBothDirections) {
  TlsServer server{Certificate{text("irc.test"), &authority}};
  const auto stream = connect(server.port());
  ASSERT_TRUE(stream);
  std::string sent;
  for (int i = 0; sent.size() < 1'000'000; ++i) sent += std::to_string(i) + ' ';
  std::size_t written = 0;
  std::string got;
  char buffer[5000];
  // The server echoes: it stops reading when nobody reads it.
  while (got.size() < sent.size()) {
    const auto taken = (*stream)->write(std::string_view{sent}.substr(written));
    ASSERT_TRUE(taken) << taken.error().text;
    written += *taken;
    const auto ready = result_of<Result<void>>([&] { return (*stream)->readable(); });
    ASSERT_TRUE(ready) << ready.error().text;
    for (;;) {
      const auto part = (*stream)->read(buffer);
      ASSERT_TRUE(part) << part.error().text;
      if (*part == 0) break;
      got.append(buffer, *part);
    }
  }
  EXPECT_TRUE(got == sent);
}

TEST_F(TlsTest, IsReadableWhileDecryptedBytesAreLeft) {
  TlsServer server{Certificate{text("irc.test"), &authority}};
  const auto stream = connect(server.port());
  ASSERT_TRUE(stream);
  const std::string record(10'000, 'x');
  EXPECT_EQ(*(*stream)->write(record), record.size());
  EXPECT_EQ(read_all(**stream, record.size()), record);  // reads 1 KiB for each readable()
}

TEST_F(TlsTest, CallsAReaderForDecryptedBytesThatAreLeft) {
  TlsServer server{Certificate{text("irc.test"), &authority}};
  const auto stream = connect(server.port());
  ASSERT_TRUE(stream);
  const std::string record(10'000, 'x');
  std::string got;
  (*stream)->on_readable([&](const Result<void>& ready) {
    char buffer[1024];  // smaller than a record
    const Result<std::size_t> part = ready ? (*stream)->read(buffer) : Result<std::size_t>{ready.error()};
    if (!part) {
      got += " then " + part.error().text;
      return;
    }
    got.append(buffer, *part);
    if (got.size() < record.size()) (*stream)->await_readable();
  });
  (*stream)->await_readable();
  EXPECT_EQ(*(*stream)->write(record), record.size());
  turn_until([&] { return got.size() >= record.size(); });
  EXPECT_EQ(got, record);
}

TEST_F(TlsTest, ReportsAnOrderlyAndADisorderlyEnd) {
  test::Listener listener;
  for (const bool orderly : {true, false}) {
    std::thread server{[&] {
      const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
      const Certificate certificate{text("irc.test"), &authority};
      SSL_CTX_use_certificate(context.get(), certificate.get());
      SSL_CTX_use_PrivateKey(context.get(), certificate.key());
      const test::Socket socket = listener.accept();
      const std::unique_ptr<SSL, void (*)(SSL*)> ssl{SSL_new(context.get()), SSL_free};
      SSL_set_fd(ssl.get(), socket.descriptor());
      SSL_accept(ssl.get());
      if (orderly) SSL_shutdown(ssl.get());
    }};
    const auto stream = connect(listener.port());
    EXPECT_TRUE(stream);
    if (stream) {
      EXPECT_EQ(read_all(**stream, 1),
                orderly ? " then closed by the other side" : " then closed by the other side without an end of TLS");
    }
    server.join();
  }
}

TEST_F(TlsTest, RefusesAPeerThatSpeaksPlainText) {
  test::Listener listener;
  std::thread server{[&] {
    test::Socket socket = listener.accept();
    socket.write(":irc.test NOTICE * :*** Looking up your hostname...\r\n");
    char buffer[4096];
    while (::recv(socket.descriptor(), buffer, sizeof buffer, 0) > 0) {
    }
  }};
  const auto stream = connect(listener.port());
  server.join();
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().fault, Fault::unavailable);
  EXPECT_NE(stream.error().text.find("does not speak TLS on this port"), std::string::npos) << stream.error().text;
}

TEST_F(TlsTest, ReportsAPeerThatHangsUpInTheHandshake) {
  test::Listener listener;
  std::thread server{[&] {
    test::Socket socket = listener.accept();
    char buffer[4096];
    static_cast<void>(::recv(socket.descriptor(), buffer, sizeof buffer, 0));
  }};
  const auto stream = connect(listener.port());
  server.join();
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().fault, Fault::closed);
  EXPECT_NE(stream.error().text.find("closed by the other side in the TLS handshake"), std::string::npos)
      << stream.error().text;
}

TEST_F(TlsTest, GivesUpAtItsTimeoutWhenThePeerIsSilent) {
  test::Listener listener;  // its kernel takes the connection, nobody answers the handshake
  std::optional<Connected> result;
  start<Connected>([&] { return connect_tls(loop, Endpoint{"127.0.0.1", listener.port()}, trusting(), {}); }, result);
  settle();
  advance(19s);
  EXPECT_FALSE(result.has_value());
  advance(1s);
  turn_until([&] { return result.has_value(); });
  EXPECT_EQ(result->error().fault, Fault::timeout);
  EXPECT_NE(result->error().text.find("no answer in the TLS handshake"), std::string::npos);
}

TEST_F(TlsTest, EndsItsHandshakeWithItsGroup) {
  test::Listener listener;
  std::optional<Connected> result;
  start<Connected>([&] { return connect_tls(loop, Endpoint{"127.0.0.1", listener.port()}, trusting(), {}); }, result);
  settle();
  tasks.stop();
  turn_until([&] { return tasks.empty(); });
  EXPECT_TRUE(!result || result->error().fault == Fault::closed);
}

}  // namespace
}  // namespace dragoman::net
