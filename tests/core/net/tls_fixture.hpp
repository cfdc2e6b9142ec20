#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/connect.hpp"
#include "support/loop_test.hpp"
#include "tls_server.hpp"

namespace dragoman::net {

using Connected = Result<std::unique_ptr<Stream>>;
using test::Certificate;
using test::CertificateText;
using test::TlsServer;

/// An authority that is trusted, and connections to servers of the test.
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

}  // namespace dragoman::net
