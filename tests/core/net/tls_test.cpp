#include <string>

#include "net/connect.hpp"
#include "net/tls_context.hpp"
#include "net/tls_stream.hpp"
#include "support/loop_test.hpp"
#include "tls_server.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;
using Connected = Result<std::unique_ptr<Stream>>;
using test::Certificate;
using test::CertificateText;
using test::TlsServer;

struct TlsTest : test::LoopTest {
  /// Connects to a server of this test as to "irc.test", trusting `authority`.
  Connected connect(std::uint16_t port, TlsOptions options) {
    return result_of<Connected>([&] { return connect_tls(loop, Endpoint{"127.0.0.1", port}, options, {}); });
  }
  Connected connect(std::uint16_t port) { return connect(port, trusting()); }
  TlsOptions trusting() const {
    TlsOptions options;
    options.host = "irc.test";
    options.ca_file = authority_file.path();
    return options;
  }
  void expect_refused(const Connected& connected, std::string_view why, const Certificate& certificate) {
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().fault, Fault::unauthorized);
    const std::string& text = connected.error().text;
    EXPECT_NE(text.find(why), std::string::npos) << text;
    // The operator can pin what the server presented.
    EXPECT_NE(text.find("fingerprints = [\"" + fingerprint_of(*certificate.get()) + "\"]"), std::string::npos) << text;
  }
  std::string read_all(Stream& stream, std::size_t size) {
    std::string all;
    char buffer[1024];  // smaller than a record
    while (all.size() < size) {
      const auto ready = result_of<Result<void>>([&] { return stream.readable(); });
      if (!ready) return all + " then " + ready.error().text;
      const auto got = stream.read(buffer);
      if (!got) return all + " then " + got.error().text;
      all.append(buffer, *got);
    }
    return all;
  }

  static CertificateText text(std::string name) { return {.common_name = name, .names = {"DNS:" + name}}; }
  Certificate authority{CertificateText{.common_name = "Test Authority", .names = {}, .authority = true}};
  test::TemporaryFile authority_file{authority.pem()};
};

TEST_F(TlsTest, TrustsACertificateOfItsAuthorityForItsName) {
  TlsServer server{Certificate{text("irc.test"), &authority}};
  auto stream = connect(server.port());
  ASSERT_TRUE(stream) << stream.error().text;
  EXPECT_EQ((*stream)->peer(), "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(*(*stream)->write(std::string_view{"hello"}), 5u);
  EXPECT_EQ(read_all(**stream, 5), "hello");
  (*stream)->close();
  EXPECT_EQ(server.seen().server_name, "irc.test");
  EXPECT_EQ(server.seen().version, "TLSv1.3");
  EXPECT_TRUE(server.seen().orderly_end);
}

TEST_F(TlsTest, UsesTheNameOfTheEndpointWhenNoOtherIsGiven) {
  TlsServer server{Certificate{{.common_name = "x", .names = {"IP:127.0.0.1"}}, &authority}};
  TlsOptions options = trusting();
  options.host = {};
  const auto stream = connect(server.port(), options);
  ASSERT_TRUE(stream) << stream.error().text;
  (*stream)->close();
  EXPECT_EQ(server.seen().server_name, "");  // an address is not a server name (RFC 6066)
}

TEST_F(TlsTest, AcceptsAWildcardForOneLabelAndANameWithTheDotOfTheRoot) {
  TlsServer server{Certificate{text("*.irc.test"), &authority}};
  TlsOptions options = trusting();
  options.host = "eu.irc.test.";
  const auto stream = connect(server.port(), options);
  EXPECT_TRUE(stream) << stream.error().text;
}

TEST_F(TlsTest, RefusesACertificateOfAnotherHost) {
  const Certificate certificate{text("www.test"), &authority};
  TlsServer server{certificate};
  expect_refused(connect(server.port()), "it is for www.test, not for \"irc.test\"", certificate);
  EXPECT_FALSE(server.seen().handshake);
}

TEST_F(TlsTest, RefusesACertificateOfAnotherAddress) {
  const Certificate certificate{text("irc.test"), &authority};
  TlsServer server{certificate};
  TlsOptions options = trusting();
  options.host = "127.0.0.1";
  expect_refused(connect(server.port(), options), "it is for irc.test, not for \"127.0.0.1\"", certificate);
}

TEST_F(TlsTest, DoesNotTakeTheCommonNameOfACertificateThatHasNames) {
  const Certificate certificate{{.common_name = "irc.test", .names = {"DNS:www.test"}}, &authority};
  TlsServer server{certificate};
  expect_refused(connect(server.port()), "it is for www.test", certificate);
}

TEST_F(TlsTest, RefusesAnExpiredCertificate) {
  const Certificate certificate{
      {.common_name = "irc.test", .names = {"DNS:irc.test"}, .valid_from = -20, .valid_until = -10}, &authority};
  TlsServer server{certificate};
  expect_refused(connect(server.port()), "it expired on 2", certificate);
}

TEST_F(TlsTest, RefusesACertificateThatIsNotYetValid) {
  const Certificate certificate{
      {.common_name = "irc.test", .names = {"DNS:irc.test"}, .valid_from = 10, .valid_until = 20}, &authority};
  TlsServer server{certificate};
  expect_refused(connect(server.port()), "on (is this machine's clock right?)", certificate);
}

TEST_F(TlsTest, RefusesASelfSignedCertificate) {
  const Certificate certificate{text("irc.test")};
  TlsServer server{certificate};
  expect_refused(connect(server.port()), "it is self-signed", certificate);
}

TEST_F(TlsTest, RefusesACertificateOfAnAuthorityThatItDoesNotKnow) {
  const Certificate other{CertificateText{.common_name = "Other\nAuthority", .names = {}, .authority = true}};
  const Certificate certificate{text("irc.test"), &other};
  TlsServer server{certificate};
  expect_refused(connect(server.port()), "it is signed by \"OtherAuthority\", which is not trusted here", certificate);
}

TEST_F(TlsTest, TrustsTheStoreOfTheSystemWhenNoFileIsGiven) {
  const Certificate certificate{text("irc.test"), &authority};
  TlsServer server{certificate};
  TlsOptions options = trusting();
  options.ca_file = {};
  expect_refused(connect(server.port(), options), "not trusted here", certificate);
}

TEST_F(TlsTest, TrustsExactlyThePinnedCertificateWhateverItSays) {
  const Certificate certificate{{.common_name = "x", .names = {}, .valid_from = -20, .valid_until = -10}};
  TlsServer server{certificate};
  TlsOptions options = trusting();
  options.fingerprints = {std::string(64, '0'), fingerprint_of(*certificate.get())};
  const auto stream = connect(server.port(), options);
  EXPECT_TRUE(stream) << stream.error().text;
}

TEST_F(TlsTest, RefusesEvenATrustedCertificateThatIsNotThePinnedOne) {
  const Certificate certificate{text("irc.test"), &authority};
  TlsServer server{certificate};
  TlsOptions options = trusting();
  options.fingerprints = {std::string(64, '0')};
  expect_refused(connect(server.port(), options), "its fingerprint is none of the pinned ones", certificate);
  EXPECT_FALSE(server.seen().handshake);
}

TEST_F(TlsTest, RefusesEverythingForAPinThatIsNoFingerprint) {
  const Certificate certificate{text("irc.test"), &authority};
  TlsServer server{certificate};
  TlsOptions options = trusting();
  options.fingerprints = {"typo"};
  expect_refused(connect(server.port(), options), "none of the pinned ones", certificate);
}

TEST_F(TlsTest, TakesAnythingWhenTheOperatorSwitchedVerificationOff) {
  TlsServer server{Certificate{text("other.test")}};
  TlsOptions options = trusting();
  options.verify = false;
  EXPECT_TRUE(connect(server.port(), options));
}

TEST_F(TlsTest, RefusesOldVersionsOfTls) {
  TlsServer server{Certificate{text("irc.test"), &authority}, [](SSL_CTX* context) {
                     SSL_CTX_set_security_level(context, 0);
                     SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
                     SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
                   }};
  const auto stream = connect(server.port());
  ASSERT_FALSE(stream);
  EXPECT_NE(stream.error().text.find("protocol"), std::string::npos) << stream.error().text;
}

TEST_F(TlsTest, SpeaksTls12) {
  TlsServer server{Certificate{text("irc.test"), &authority},
                   [](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION); }};
  const auto stream = connect(server.port());
  ASSERT_TRUE(stream) << stream.error().text;
  EXPECT_EQ(dynamic_cast<TlsStream&>(**stream).version(), "TLSv1.2");
}

TEST_F(TlsTest, ShowsItsClientCertificate) {
  const Certificate client{text("gateway.test")};
  const test::TemporaryFile certificate{client.pem()}, key{client.key_pem()};
  TlsServer server{Certificate{text("irc.test"), &authority}, [](SSL_CTX* context) {
                     SSL_CTX_set_verify(context, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
                   }};
  TlsOptions options = trusting();
  options.certificate_file = certificate.path();
  options.key_file = key.path();
  const auto stream = connect(server.port(), options);
  ASSERT_TRUE(stream) << stream.error().text;
  EXPECT_EQ(*(*stream)->write(std::string_view{"x"}), 1u);
  EXPECT_EQ(read_all(**stream, 1), "x");
  (*stream)->close();
  EXPECT_EQ(server.seen().client_fingerprint, fingerprint_of(*client.get()));
}

TEST_F(TlsTest, SaysWhichFileOfItsOwnCannotBeUsed) {
  TlsServer server{Certificate{text("irc.test"), &authority}};
  TlsOptions options = trusting();
  options.ca_file = "/nonexistent/ca.pem";
  const auto no_authority = connect(server.port(), options);
  EXPECT_EQ(no_authority.error().fault, Fault::unacceptable);
  EXPECT_NE(no_authority.error().text.find("ca_file /nonexistent/ca.pem cannot be used"), std::string::npos);
  options = trusting();
  options.certificate_file = "/nonexistent/client.pem";
  const auto no_certificate = connect(server.port(), options);
  EXPECT_EQ(no_certificate.error().fault, Fault::unacceptable);
  EXPECT_NE(no_certificate.error().text.find("client certificate /nonexistent/client.pem"), std::string::npos);
}

TEST_F(TlsTest, ReadsAChangedAuthorityFileAgain) {
  const Certificate other{CertificateText{.common_name = "New Authority", .names = {}, .authority = true}};
  const Certificate certificate{text("irc.test"), &other};
  {
    TlsServer server{certificate};
    expect_refused(connect(server.port()), "not trusted here", certificate);
  }
  const auto before = loop.tls_contexts().get(authority_file.path());
  EXPECT_EQ(*before, *loop.tls_contexts().get(authority_file.path()));
  authority_file.write(other.pem());
  // Both writes may lie within one tick of the file system's clock.
  std::filesystem::last_write_time(authority_file.path(), std::filesystem::file_time_type::clock::now() + 1s);
  TlsServer server{certificate};
  EXPECT_TRUE(connect(server.port()));
}

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
