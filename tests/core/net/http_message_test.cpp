#include "net/http_message.hpp"

#include <gtest/gtest.h>

namespace dragoman::net {
namespace {

HttpRequest put(std::string url, HttpFields fields, std::string body) {
  HttpRequest request;
  request.method = "PUT";
  request.url = *parse_url(url);
  request.fields = std::move(fields);
  request.body = std::move(body);
  return request;
}

TEST(HttpRequestHead, SaysHowLongTheBodyIs) {
  EXPECT_EQ(*write_request_head(put("https://up.test:5281/a?b", {{"Content-Type", "text/plain"}}, "tea"), "test 1"),
            "PUT /a?b HTTP/1.1\r\nHost: up.test:5281\r\nUser-Agent: test 1\r\n"
            "Content-Length: 3\r\nContent-Type: text/plain\r\n\r\n");
  HttpRequest get;
  get.url = *parse_url("http://[2001:db8::1]/");
  EXPECT_EQ(*write_request_head(get, ""), "GET / HTTP/1.1\r\nHost: [2001:db8::1]\r\n\r\n");
  EXPECT_NE(write_request_head(put("https://up.test/", {}, ""), "")->find("Content-Length: 0\r\n"), std::string::npos)
      << "a PUT without a body says so";
}

TEST(HttpRequestHead, DoesNotLetFieldsSayWhatIsItsOwnToSay) {
  const HttpFields fields{{"host", "evil.test"},
                          {"CONTENT-LENGTH", "0"},
                          {"Transfer-Encoding", "chunked"},
                          {"Connection", "keep-alive"},
                          {"Cookie", "a=1"}};
  EXPECT_EQ(*write_request_head(put("https://up.test/", fields, "tea"), ""),
            "PUT / HTTP/1.1\r\nHost: up.test\r\nContent-Length: 3\r\nCookie: a=1\r\n\r\n");
}

TEST(HttpRequestHead, ThatCouldBeReadAsTwoIsRefused) {
  for (const auto& [name, value] : {std::pair<std::string, std::string>{"Cookie", "a\r\nEvil: 1"},
                                    {"Cookie", "a\nb"},
                                    {"Cookie", std::string{"a\0b", 3}},
                                    {"Coo kie", "a"},
                                    {"Cookie:", "a"},
                                    {"", "a"}}) {
    const auto head = write_request_head(put("https://up.test/", {{name, value}}, ""), "");
    ASSERT_FALSE(head) << name;
    EXPECT_EQ(head.error().fault, Fault::malformed);
  }
  auto request = put("https://up.test/", {}, "");
  request.method = "GET / HTTP/1.1\r\nEvil: 1\r\n\r\nGET";
  EXPECT_FALSE(write_request_head(request, ""));
  request.method = "GET";
  request.url.target = "/ HTTP/1.1\r\nEvil: 1";
  EXPECT_FALSE(write_request_head(request, ""));
  request.url.target = "x";
  EXPECT_FALSE(write_request_head(request, ""));
}

/// Feeds it whole, then byte by byte in a second reader: both have to come to the same.
Result<HttpResponse> read(std::string_view bytes, bool closes = false, bool head_only = false, std::size_t most = 100) {
  HttpResponseReader whole{head_only, most}, slow{head_only, most};
  const auto finish = [closes](HttpResponseReader& reader, Result<bool> fed) -> Result<HttpResponse> {
    if (!fed) return fed.error();
    if (!*fed && !closes) return failure(Fault::timeout, "not complete");
    if (!*fed) {
      if (const auto ended = reader.end(); !ended) return ended.error();
    }
    return reader.take();
  };
  Result<bool> fed = false;
  for (const char& c : bytes) {
    fed = slow.feed({&c, 1});
    if (!fed || *fed) break;
  }
  auto slowly = finish(slow, fed);
  auto at_once = finish(whole, whole.feed(bytes));
  EXPECT_EQ(slowly.has_value(), at_once.has_value());
  if (!slowly) {
    // Before the end of the head nothing is judged that came in parts.
    if (slowly.error().fault != Fault::timeout) {
      EXPECT_EQ(slowly.error().fault, at_once.error().fault);
    }
  } else if (at_once) {
    EXPECT_EQ(slowly->status, at_once->status);
    EXPECT_EQ(slowly->body, at_once->body);
  }
  return at_once;
}

TEST(HttpResponseReader, TakesABodyOfKnownLength) {
  const auto response = read("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\ntea and more");
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->fields.get("content-type"), "text/plain");
  EXPECT_EQ(response->body, "tea");
}

TEST(HttpResponseReader, PutsChunksTogether) {
  const auto response = read(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntea\r\n5;x=y\r\n time\r\n0\r\nTrailer: t\r\n\r\n");
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_EQ(response->body, "tea time");
}

TEST(HttpResponseReader, KnowsAnswersWithoutABody) {
  for (const char* status : {"204 No Content", "304 Not Modified"}) {
    const auto response = read(std::string{"HTTP/1.1 "} + status + "\r\nContent-Length: 50\r\n\r\n");
    ASSERT_TRUE(response) << status << ": " << response.error().text;
    EXPECT_EQ(response->body, "");
  }
  const auto head = read("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n", false, true);
  ASSERT_TRUE(head) << head.error().text;
  EXPECT_EQ(head->fields.get("Content-Length"), "5000000");
}

TEST(HttpResponseReader, TakesABodyUpToTheEndOfTheConnection) {
  const auto response = read("HTTP/1.0 200 OK\r\n\r\ntea", true);
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_EQ(response->body, "tea");
}

TEST(HttpResponseReader, SkipsWhatIsOnlyInformation) {
  const auto response = read(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 201 Created\r\n"
      "Content-Length: 0\r\n\r\n");
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_EQ(response->status, 201);
  EXPECT_FALSE(response->fields.has("Link"));
}

TEST(HttpResponseReader, DoesNotListenToInformationForEver) {
  std::string endless;
  for (int i = 0; i < 100; ++i) endless += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(read(endless).error().fault, Fault::malformed);
  EXPECT_EQ(read("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n").error().fault, Fault::malformed);
}

TEST(HttpResponseReader, RefusesABodyOverTheLimit) {
  const auto announced = read("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n");
  EXPECT_EQ(announced.error().fault, Fault::too_long);
  EXPECT_EQ(announced.error().text, "the answer is longer than 100 bytes");
  const std::string body(101, 'x');
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\n\r\n" + body, true).error().fault, Fault::too_long);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + body).error().fault, Fault::too_long);
  EXPECT_TRUE(read("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + body));
}

TEST(HttpResponseReader, NoticesWhatIsCutOff) {
  for (const char* part :
       {"", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntea",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ntea",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntea\r\n", "HTTP/1.1 100 Continue\r\n\r\n"}) {
    EXPECT_EQ(read(part, true).error().fault, Fault::unavailable) << part;
  }
}

TEST(HttpResponseReader, RefusesWhatIsNoHttp) {
  const std::string long_field(70'000, 'x');
  for (const std::string& text :
       {std::string{"SSH-2.0-OpenSSH_9.2\r\n"}, std::string{"HTTP/2 200\r\n\r\n"},
        std::string{"HTTP/1.1 abc OK\r\n\r\n"}, std::string{"HTTP/1.1 200 OK\r\nNo colon\r\n\r\n"},
        std::string{"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"},
        std::string{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\ntea"},
        std::string{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        std::string{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\ntea\r\n0\r\n\r\n"},
        "HTTP/1.1 200 OK\r\nLong: " + long_field + "\r\n\r\n"}) {
    const auto response = read(text);
    ASSERT_FALSE(response) << text;
    EXPECT_EQ(response.error().fault, Fault::malformed) << text.substr(0, 80);
  }
}

}  // namespace
}  // namespace dragoman::net
