#include "media/proxy.hpp"

#include "support/fake_source.hpp"
#include "support/http_listener.hpp"

namespace dragoman::media {
namespace {

using namespace std::chrono_literals;
using test::Socket;

const std::string public_url = "https://gateway.test";

/// A gateway with files of matrix.test behind links.
struct ProxyTest : test::HttpListenerTest {
  ~ProxyTest() override { stop(); }  // before what its handlers use

  void serve(Proxy::Limits limits = {}) {
    listen();
    proxy = std::make_unique<Proxy>(clock, links, limits);
    ASSERT_TRUE(server->add(proxy->route()));
    links.serve(source);
    server->start();
    source.files["tea"] = {"0123456789abcdefghijklmnopqrstuvwxyz", "image/png"};
  }
  /// Path and query of a link.
  std::string path_of(const std::string& id, const std::string& name = "tea.png") const {
    return links.make({id, name}).substr(public_url.size());
  }
  std::string fetch(const std::string& id, const std::string& fields = {}) { return get(path_of(id), fields); }

  Links links{clock, {public_url, "matrix.test", "a secret of this installation", 24h}};
  test::FakeSource source;
  std::unique_ptr<Proxy> proxy;
};

TEST_F(ProxyTest, GivesTheFileWithItsTypeAndName) {
  serve();
  const std::string answer = fetch("tea");
  EXPECT_EQ(status(answer), "HTTP/1.1 200 OK");
  EXPECT_EQ(body(answer), source.files["tea"].bytes);
  EXPECT_EQ(field(answer, "Content-Length"), "36");
  EXPECT_EQ(field(answer, "Content-Type"), "image/png");
  EXPECT_EQ(field(answer, "Content-Disposition"), "inline; filename=\"tea.png\"");
  EXPECT_EQ(field(answer, "Accept-Ranges"), "bytes");
  EXPECT_EQ(field(answer, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(field(answer, "Content-Security-Policy"), "sandbox; default-src 'none'");
  EXPECT_EQ(field(answer, "Cache-Control"), "private, max-age=86400, immutable");
  EXPECT_EQ(proxy->counts().files, 1U);
  EXPECT_EQ(proxy->counts().bytes, 36U);
  EXPECT_EQ(source.open_now, 0);
}

TEST_F(ProxyTest, GivesWhatCouldRunAsADownloadOnly) {
  serve();
  for (const char* type : {"text/html", "image/svg+xml; x=y", "application/pdf", "", "nonsense\r\nSet-Cookie: a=b"}) {
    source.files["tea"].media_type = type;
    const std::string answer = fetch("tea");
    EXPECT_EQ(field(answer, "Content-Type"), "application/octet-stream") << type;
    EXPECT_EQ(field(answer, "Content-Disposition"), "attachment; filename=\"tea.png\"") << type;
    EXPECT_EQ(field(answer, "Set-Cookie"), "(none)");
  }
  source.files["tea"].media_type = "text/plain; charset=iso-8859-1";
  EXPECT_EQ(field(fetch("tea"), "Content-Type"), "text/plain; charset=utf-8");
}

TEST_F(ProxyTest, TellsTheHeadAlone) {
  serve();
  const std::string answer = get(path_of("tea"), {}, "HEAD");
  EXPECT_EQ(status(answer), "HTTP/1.1 200 OK");
  EXPECT_EQ(field(answer, "Content-Length"), "36");
  EXPECT_EQ(body(answer), "");
  EXPECT_EQ(source.read, 0U);
  EXPECT_EQ(source.open_now, 0);
}

TEST_F(ProxyTest, GivesAPart) {
  serve();
  const std::tuple<std::string, std::string, std::string> examples[] = {
      {"bytes=0-4", "bytes 0-4/36", "01234"}, {"bytes=10-14", "bytes 10-14/36", "abcde"},
      {"bytes=33-", "bytes 33-35/36", "xyz"}, {"bytes=30-1000", "bytes 30-35/36", "uvwxyz"},
      {"bytes=-3", "bytes 33-35/36", "xyz"},  {"bytes=-1000", "bytes 0-35/36", "0123456789abcdefghijklmnopqrstuvwxyz"},
  };
  for (const bool knows_ranges : {true, false}) {
    source.files["tea"].knows_ranges = knows_ranges;
    for (const auto& [range, place, part] : examples) {
      const std::string answer = fetch("tea", "Range: " + range + "\r\n");
      EXPECT_EQ(status(answer), "HTTP/1.1 206 Partial Content") << range;
      EXPECT_EQ(field(answer, "Content-Range"), place) << range;
      EXPECT_EQ(field(answer, "Content-Length"), std::to_string(part.size())) << range;
      EXPECT_EQ(body(answer), part) << range << (knows_ranges ? "" : " out of the whole file");
    }
  }
}

TEST_F(ProxyTest, ReadsNoMoreThanThePartNeeds) {
  serve();
  source.files["tea"].bytes.assign(1'000'000, 'x');
  source.piece = 1000;
  fetch("tea", "Range: bytes=500000-500099\r\n");
  EXPECT_LE(source.read, 1000U);
  EXPECT_EQ(source.asked.back().second, 500000U);
}

TEST_F(ProxyTest, SaysThatThereIsNoSuchPart) {
  serve();
  for (const char* range : {"bytes=36-", "bytes=100-200", "bytes=-0"}) {
    const std::string answer = fetch("tea", "Range: " + std::string{range} + "\r\n");
    EXPECT_EQ(status(answer), "HTTP/1.1 416 Range Not Satisfiable") << range;
    EXPECT_EQ(field(answer, "Content-Range"), "bytes */36") << range;
  }
}

TEST_F(ProxyTest, GivesAllWhereARangeMeansNothing) {
  serve();
  for (const char* fields : {"Range: bytes=0-1,5-6\r\n", "Range: lines=1-2\r\n", "Range: bytes=4-2\r\n",
                             "Range: bytes=0-1\r\nIf-Range: \"other bytes\"\r\n",
                             "Range: bytes=0-1\r\nIf-Range: Sat, 29 Oct 1994 19:43:31 GMT\r\n"}) {
    const std::string answer = fetch("tea", fields);
    EXPECT_EQ(status(answer), "HTTP/1.1 200 OK") << fields;
    EXPECT_EQ(body(answer).size(), 36U) << fields;
  }
  const std::string tag = field(fetch("tea"), "ETag");
  EXPECT_EQ(status(fetch("tea", "Range: bytes=0-1\r\nIf-Range: " + tag + "\r\n")), "HTTP/1.1 206 Partial Content");
  EXPECT_EQ(status(get(path_of("tea"), "Range: bytes=0-1\r\n", "HEAD")), "HTTP/1.1 200 OK");
}

TEST_F(ProxyTest, FileOfUnknownSizeIsGivenWholeInChunks) {
  serve();
  source.files["tea"].knows_size = false;
  for (const char* fields : {"", "Range: bytes=10-14\r\n", "Range: bytes=-3\r\n"}) {
    const std::string answer = fetch("tea", fields);
    EXPECT_EQ(status(answer), "HTTP/1.1 200 OK") << fields;
    EXPECT_EQ(field(answer, "Transfer-Encoding"), "chunked") << fields;
    EXPECT_TRUE(answer.ends_with("\r\n0\r\n\r\n")) << answer;
    EXPECT_NE(body(answer).find("7\r\n0123456\r\n"), std::string::npos) << answer;
  }
}

TEST_F(ProxyTest, DoesNotSendWhatTheCallerHas) {
  serve();
  const std::string tag = field(fetch("tea"), "ETag");
  EXPECT_TRUE(tag.starts_with('"') && tag.ends_with('"')) << tag;
  const std::size_t asked = source.asked.size();
  for (const std::string& tags : {tag, "W/" + tag, "\"x\", " + tag, std::string{"*"}}) {
    const std::string answer = fetch("tea", "If-None-Match: " + tags + "\r\n");
    EXPECT_EQ(status(answer), "HTTP/1.1 304 Not Modified") << tags;
    EXPECT_EQ(field(answer, "ETag"), tag);
    EXPECT_EQ(body(answer), "");
  }
  EXPECT_EQ(source.asked.size(), asked) << "the network is not bothered";
  EXPECT_EQ(status(fetch("tea", "If-None-Match: \"x\"\r\n")), "HTTP/1.1 200 OK");
}

TEST_F(ProxyTest, TakesOnlyLinksOfItsOwn) {
  serve();
  const std::string link = path_of("tea");
  const std::string expired = link;
  std::string forged = link;
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  EXPECT_EQ(status(get(forged)), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status(get("/media/matrix.test/")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status(get("/media/matrix.test/x/y?e=0&h=x")), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status(get("/media/other.test" + link.substr(18))), "HTTP/1.1 404 Not Found");
  EXPECT_EQ(status(get(link, {}, "DELETE")), "HTTP/1.1 405 Method Not Allowed");
  EXPECT_TRUE(source.asked.empty());
  clock.advance(25h);
  EXPECT_EQ(status(get(expired)), "HTTP/1.1 403 Forbidden");
}

TEST_F(ProxyTest, SaysWhyAFileCannotBeHadAndNothingElse) {
  serve();
  const std::pair<Fault, std::string> examples[] = {
      {Fault::not_found, "404"}, {Fault::forbidden, "403"},   {Fault::unauthorized, "403"}, {Fault::limited, "503"},
      {Fault::timeout, "504"},   {Fault::unavailable, "502"}, {Fault::malformed, "502"},    {Fault::internal, "500"},
  };
  for (const auto& [fault, number] : examples) {
    source.fault = fault;
    const std::string answer = fetch("tea");
    EXPECT_TRUE(status(answer).starts_with("HTTP/1.1 " + number)) << status(answer);
    EXPECT_EQ(answer.find("secret"), std::string::npos) << answer;
  }
  EXPECT_EQ(proxy->counts().failed, std::size(examples));
}

TEST_F(ProxyTest, CutsWhatCannotBeHadToItsEnd) {
  serve();
  source.files["tea"].breaks_at = 14;
  EXPECT_EQ(body(fetch("tea")), "0123456789abcd") << "shorter than it said";
  source.files["tea"].knows_size = false;
  const std::string chunks = fetch("tea");
  EXPECT_FALSE(chunks.ends_with("0\r\n\r\n")) << chunks;
  EXPECT_EQ(proxy->counts().failed, 2U);
}

TEST_F(ProxyTest, GivesNothingThatIsTooLarge) {
  Proxy::Limits limits;
  limits.largest_file = 20;
  serve(limits);
  EXPECT_EQ(status(fetch("tea")), "HTTP/1.1 403 Forbidden");
  source.files["tea"].knows_size = false;
  EXPECT_FALSE(fetch("tea").ends_with("0\r\n\r\n")) << "it is cut";
  EXPECT_LE(source.read, 28U);
}

TEST_F(ProxyTest, ReadsNoFasterThanTheCaller) {
  serve();
  source.files["tea"].bytes.assign(64'000'000, 'x');
  source.piece = 64 * 1024;
  Socket caller = test::connect_to(server->ports()[0], 4096);
  caller.write("GET " + path_of("tea") + " HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 20; ++i) settle();
  EXPECT_GT(source.read, 0U);
  EXPECT_LT(source.read, 16'000'000U);
  // A caller that reads nothing at all is given up.
  advance(31s);
  turn_until([this] { return source.open_now == 0; });
}

TEST_F(ProxyTest, GivesUpWhenTheCallerHasGone) {
  serve();
  source.files["tea"].bytes.assign(64'000'000, 'x');
  source.piece = 64 * 1024;
  {
    Socket caller = test::connect_to(server->ports()[0], 4096);
    caller.write("GET " + path_of("tea") + " HTTP/1.1\r\nHost: a\r\n\r\n");
    read_until(caller, "\r\n\r\n");
    EXPECT_EQ(source.open_now, 1);
  }
  turn_until([this] { return source.open_now == 0; });
  EXPECT_LT(source.read, 32'000'000U);
}

TEST_F(ProxyTest, EndsWithItsNetwork) {
  serve();
  source.files["tea"].bytes.assign(64'000'000, 'x');
  source.piece = 64 * 1024;
  Socket caller = test::connect_to(server->ports()[0], 4096);
  caller.write("GET " + path_of("tea") + " HTTP/1.1\r\nHost: a\r\n\r\n");
  read_until(caller, "\r\n\r\n");
  server->remove(links.path());
  turn_until([this] { return !server->busy(links.path()); });
  EXPECT_EQ(source.open_now, 0);
  EXPECT_EQ(status(fetch("tea")), "HTTP/1.1 404 Not Found");
}

TEST_F(ProxyTest, LimitsWhatOneCallerAsks) {
  Proxy::Limits limits;
  limits.at_once = 3;
  limits.interval = 10s;
  serve(limits);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status(fetch("tea")), "HTTP/1.1 200 OK");
  const std::string refused = fetch("tea");
  EXPECT_EQ(status(refused), "HTTP/1.1 429 Too Many Requests");
  EXPECT_EQ(field(refused, "Retry-After"), "60");
  EXPECT_EQ(proxy->counts().limited, 1U);
  clock.advance(10s);
  EXPECT_EQ(status(fetch("tea")), "HTTP/1.1 200 OK");
}

TEST_F(ProxyTest, LimitsTransfersOfOneCaller) {
  Proxy::Limits limits;
  limits.at_a_time = 1;
  serve(limits);
  source.files["long"] = {std::string(64'000'000, 'x'), "image/png"};
  source.piece = 64 * 1024;
  {
    Socket caller = test::connect_to(server->ports()[0], 4096);
    caller.write("GET " + path_of("long") + " HTTP/1.1\r\nHost: a\r\n\r\n");
    read_until(caller, "\r\n\r\n");
    EXPECT_EQ(status(fetch("tea")), "HTTP/1.1 429 Too Many Requests");
  }
  turn_until([this] { return source.open_now == 0; });
  EXPECT_EQ(status(fetch("tea")), "HTTP/1.1 200 OK");
}

TEST_F(ProxyTest, HasNoFileUntilTheNetworkOffersSome) {
  listen();
  proxy = std::make_unique<Proxy>(clock, links, Proxy::Limits());
  ASSERT_TRUE(server->add(proxy->route()));
  server->start();
  EXPECT_EQ(status(fetch("tea")), "HTTP/1.1 404 Not Found");
}

}  // namespace
}  // namespace dragoman::media
