#include <filesystem>

#include "net/tls_context.hpp"
#include "net/tls_stream.hpp"
#include "tls_fixture.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;

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

}  // namespace
}  // namespace dragoman::net
