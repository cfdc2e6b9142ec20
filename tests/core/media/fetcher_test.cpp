#include "media/fetcher.hpp"

#include "media/relay.hpp"
#include "support/http_origin.hpp"

namespace dragoman::media {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using test::Socket;
using Opened = Result<std::unique_ptr<Fetched>>;
using Piece = Result<std::string>;
using Relayed = Result<std::unique_ptr<Incoming>>;

const std::string png = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x40\0\0\0\xf0"s;

std::string response(const std::string& body, const std::string& fields = {}) {
  return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields +
         "\r\n" + body;
}

/// Strangers are on this machine, which the operator allows.
struct FetcherTest : test::HttpOriginTest {
  /// Fetches what the stranger answers with `bytes`.
  Opened open(const std::string& bytes, const std::string& path = "/a/tea%20time.png?x=y", std::uint64_t most = 1000) {
    std::optional<Opened> opened;
    start<Opened>([&] { return fetcher.open(to_string(request(path).url), most); }, opened);
    Socket server = accept();
    asked = heard(server);
    server.write(bytes);
    turn_until([&] { return opened.has_value(); });
    return std::move(*opened);
  }
  std::string read_all(Fetched& file) {
    std::string all;
    for (;;) {
      const auto piece = result_of<Piece>([&] { return file.read(); });
      if (!piece) return all + " then " + piece.error().text;
      if (piece->empty()) return all;
      all += *piece;
    }
  }

  static net::AddressRanges loopback() {
    net::AddressRanges ranges;
    EXPECT_TRUE(ranges.add("127.0.0.0/8"));
    return ranges;
  }

  net::PooledHttpClient tolerant{loop, net::TlsOptions(), "", loopback()};
  Fetcher fetcher{tolerant, clock, {}};
  std::string asked;
};

TEST_F(FetcherTest, TellsWhatAFileIsAndGivesItsBytes) {
  auto file = open(response(png + "and so on", "Content-Type: text/html\r\n"));
  ASSERT_TRUE(file) << file.error().text;
  EXPECT_EQ((*file)->media_type(), "image/png");
  EXPECT_EQ((*file)->dimensions(), (Dimensions{320, 240}));
  EXPECT_EQ((*file)->name(), "tea time.png");
  EXPECT_EQ((*file)->size(), png.size() + 9);
  EXPECT_EQ(read_all(**file), png + "and so on");
  EXPECT_EQ(asked.find("Cookie"), std::string::npos);
  EXPECT_EQ(asked.find("Referer"), std::string::npos);
}

TEST_F(FetcherTest, FileThatIsNotWhatItIsSaidToBeIsJustBytes) {
  auto file = open(response("<html>", "Content-Type: image/png\r\n"), "/");
  ASSERT_TRUE(file) << file.error().text;
  EXPECT_EQ((*file)->media_type(), "application/octet-stream");
  EXPECT_EQ((*file)->name(), "file");
  EXPECT_FALSE((*file)->dimensions());
}

TEST_F(FetcherTest, TakesNoMoreThanIsOfUse) {
  const auto announced = open(response(std::string(1001, 'x')));
  ASSERT_FALSE(announced);
  EXPECT_EQ(announced.error().fault, Fault::too_long);
  EXPECT_EQ(announced.error().text, "the file at 127.0.0.1 has more than 1000 bytes");
  auto endless = open("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(990, 'x'));
  ASSERT_TRUE(endless) << endless.error().text;
  EXPECT_FALSE((*endless)->size());
}

TEST_F(FetcherTest, SaysWhatTheStrangerAnswers) {
  EXPECT_EQ(open("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").error().fault, Fault::not_found);
  EXPECT_EQ(open("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").error().fault, Fault::forbidden);
  EXPECT_EQ(open("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n").error().fault, Fault::unavailable);
}

TEST_F(FetcherTest, GoesNowhereThatIsNotPublic) {
  Fetcher strict{client, clock, {}};
  for (const std::string& url : {to_string(request("/").url), "http://169.254.169.254/latest/meta-data/"s,
                                 "http://[::1]:8080/"s, "http://localhost/"s, "http://10.1.2.3/"s}) {
    const auto file = result_of<Opened>([&] { return strict.open(url, 1000); });
    ASSERT_FALSE(file) << url;
    EXPECT_EQ(file.error().fault, Fault::forbidden) << url << ": " << file.error().text;
  }
  EXPECT_FALSE(listener.is_asked());
  for (const char* url : {"file:///etc/passwd", "gopher://a/", "https://user:password@a/", ""}) {
    EXPECT_EQ(result_of<Opened>([&] { return strict.open(url, 1000); }).error().fault, Fault::malformed) << url;
  }
}

TEST_F(FetcherTest, IsNotLedAstrayByARedirect) {
  const auto file = open("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\n\r\n");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().fault, Fault::forbidden) << file.error().text;
}

TEST_F(FetcherTest, LosesPatience) {
  std::optional<Opened> opened;
  start<Opened>([&] { return fetcher.open(to_string(request().url), 1000); }, opened);
  Socket server = accept();
  heard(server);
  advance(20s);
  turn_until([&] { return opened.has_value(); });
  EXPECT_EQ(opened->error().fault, Fault::timeout);

  auto slow = open("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(600, 'x'));
  ASSERT_TRUE(slow);
  result_of<Piece>([&] { return (*slow)->read(); });
  clock.advance(11min);
  EXPECT_EQ(result_of<Piece>([&] { return (*slow)->read(); }).error().fault, Fault::timeout);
}

TEST_F(FetcherTest, SmallFilesComeWhole) {
  using Whole = Result<Fetcher::Whole>;
  std::optional<Whole> whole;
  start<Whole>([&] { return fetcher.fetch(to_string(request("/t.png").url), 1000); }, whole);
  Socket server = accept();
  heard(server);
  server.write(response(png));
  turn_until([&] { return whole.has_value(); });
  ASSERT_TRUE(*whole);
  EXPECT_EQ((*whole)->file.bytes, png);
  EXPECT_EQ((*whole)->file.media_type, "image/png");
  EXPECT_EQ((*whole)->file.name, "t.png");
}

struct RelayTest : test::HttpOriginTest {
  Relayed ask(const std::string& bytes, Wanted wanted = {}) {
    std::optional<Relayed> opened;
    start<Relayed>([&] { return relay(client, request("/file"), net::HttpLimits(), wanted); }, opened);
    Socket server = accept();
    asked = heard(server);
    server.write(bytes);
    turn_until([&] { return opened.has_value(); });
    return std::move(*opened);
  }
  std::string asked;
};

TEST_F(RelayTest, AsksForThePartThatIsWanted) {
  auto file =
      ask("HTTP/1.1 206 Partial Content\r\nConnection: close\r\nContent-Type: image/gif\r\n"
          "Content-Range: bytes 5-8/20\r\nContent-Length: 4\r\n\r\nabcd",
          {5, 4});
  EXPECT_NE(asked.find("\r\nRange: bytes=5-8\r\n"), std::string::npos) << asked;
  ASSERT_TRUE(file) << file.error().text;
  EXPECT_EQ((*file)->size(), 20U);
  EXPECT_EQ((*file)->offset(), 5U);
  EXPECT_EQ((*file)->media_type(), "image/gif");
  EXPECT_EQ(*result_of<Piece>([&] { return (*file)->read(); }), "abcd");
}

TEST_F(RelayTest, UnderstandsAServerThatKnowsNoParts) {
  auto file = ask("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nabcd", {2, {}});
  EXPECT_NE(asked.find("\r\nRange: bytes=2-\r\n"), std::string::npos) << asked;
  ASSERT_TRUE(file) << file.error().text;
  EXPECT_EQ((*file)->size(), 4U);
  EXPECT_EQ((*file)->offset(), 0U);
}

TEST_F(RelayTest, SaysWhatTheStatusMeans) {
  const std::pair<const char*, Fault> examples[] = {{"404 Not Found", Fault::not_found},
                                                    {"401 Unauthorized", Fault::forbidden},
                                                    {"416 Range Not Satisfiable", Fault::unacceptable},
                                                    {"429 Too Many Requests", Fault::limited},
                                                    {"502 Bad Gateway", Fault::unavailable}};
  for (const auto& [status, fault] : examples) {
    const auto file = ask("HTTP/1.1 "s + status + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    ASSERT_FALSE(file) << status;
    EXPECT_EQ(file.error().fault, fault) << status;
  }
}

}  // namespace
}  // namespace dragoman::media
