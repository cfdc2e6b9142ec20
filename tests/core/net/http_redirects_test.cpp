#include "net/http_redirects.hpp"

#include <map>
#include <vector>

#include "support/loop_test.hpp"

namespace dragoman::net {
namespace {

HttpRequest request_to(const std::string& url, std::string method = "GET") {
  HttpRequest request;
  request.method = std::move(method);
  request.url = *parse_url(url);
  return request;
}

HttpResponse redirect(int status, const std::string& location) {
  HttpResponse response;
  response.status = status;
  response.fields.add("Location", location);
  return response;
}

std::string resolved(const std::string& base, const std::string& reference) {
  const auto url = resolve_url(*parse_url(base), reference);
  return url ? to_string(*url) : "(" + url.error().text + ")";
}

TEST(ResolveUrl, FollowsRfc3986) {
  // The examples of RFC 3986 5.4, as far as they are of http.
  const std::string base = "http://a/b/c/d;p?q";
  const std::map<std::string, std::string> examples{
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g/"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q"},
      {"g#s", "http://a/b/c/g"},
      {";x", "http://a/b/c/;x"},
      {"g;x?y#s", "http://a/b/c/g;x?y"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g?y/./x", "http://a/b/c/g?y/./x"},
      {"https://b/x?y", "https://b/x?y"},
      {"g?u=http://x", "http://a/b/c/g?u=http://x"},
  };
  for (const auto& [reference, wanted] : examples) EXPECT_EQ(resolved(base, reference), wanted) << reference;
}

TEST(ResolveUrl, TakesNothingThatIsNoUrl) {
  for (const char* reference : {"ftp://b/", "javascript:alert(1)", "https://user@b/", "/a b", "//"}) {
    EXPECT_FALSE(resolve_url(*parse_url("https://a/"), reference)) << reference;
  }
}

TEST(NextRequest, IsNoneForOtherAnswers) {
  const auto next = [](int status, const std::string& location) {
    return *next_request(request_to("https://a/"), redirect(status, location));
  };
  EXPECT_FALSE(next(200, "/b"));
  EXPECT_FALSE(next(304, "/b"));
  EXPECT_FALSE(next(302, ""));
  EXPECT_TRUE(next(302, "/b"));
}

TEST(NextRequest, CarriesCredentialsToTheSameOriginOnly) {
  HttpRequest request = request_to("https://a/x");
  request.fields = {{"Authorization", "Bearer t"}, {"Cookie", "c"}, {"X-Api-Key", "k"}, {"Range", "bytes=5-"}};
  const auto fields_at = [&](const std::string& location) {
    std::string names;
    const auto next = next_request(request, redirect(307, location));
    for (const auto& [name, value] : (**next).fields) names += name + ' ';
    return names;
  };
  EXPECT_EQ(fields_at("/y"), "Authorization Cookie X-Api-Key Range ");
  EXPECT_EQ(fields_at("https://A:443/y"), "Authorization Cookie X-Api-Key Range ");
  for (const char* elsewhere : {"https://b/y", "https://a:444/y", "https://a.b/y", "//b/y"}) {
    EXPECT_EQ(fields_at(elsewhere), "Range ") << elsewhere;
  }
}

TEST(NextRequest, DoesNotGiveUpEncryption) {
  EXPECT_EQ(next_request(request_to("https://a/"), redirect(302, "http://a/")).error().fault, Fault::forbidden);
  EXPECT_TRUE(next_request(request_to("http://a/"), redirect(302, "https://a/")));
}

TEST(NextRequest, KeepsMethodAndBodyWhereTheStatusSaysSo) {
  HttpRequest post = request_to("https://a/", "POST");
  post.body = "tea";
  post.fields.add("Content-Type", "text/plain");
  for (const int status : {301, 302, 303}) {
    const auto next = next_request(post, redirect(status, "/b"));
    EXPECT_EQ((**next).method, "GET") << status;
    EXPECT_EQ((**next).body, "") << status;
    EXPECT_FALSE((**next).fields.has("Content-Type")) << status;
  }
  for (const int status : {307, 308}) {
    const auto next = next_request(post, redirect(status, "/b"));
    EXPECT_EQ((**next).method, "POST") << status;
    EXPECT_EQ((**next).body, "tea") << status;
  }
  const auto head = next_request(request_to("https://a/", "HEAD"), redirect(303, "/b"));
  EXPECT_EQ((**head).method, "HEAD");
  HttpRequest upload = request_to("https://a/", "PUT");
  upload.upload.read = []() -> Task<Result<std::string>> { co_return std::string(); };
  EXPECT_EQ(next_request(upload, redirect(307, "/b")).error().fault, Fault::unsupported);
}

/// Answers from a table, by path.
struct Signposts final : HttpClient {
  Task<Result<HttpResponse>> send(HttpRequest request, HttpLimits limits) override {
    asked.push_back(to_string(request.url));
    only_public = only_public && limits.public_addresses_only;
    const auto found = answers.find(request.url.target);
    if (found != answers.end()) co_return found->second;
    HttpResponse response;
    response.status = 200;
    response.body = "here";
    co_return response;
  }
  std::map<std::string, HttpResponse> answers;
  std::vector<std::string> asked;
  bool only_public = true;
};

struct FollowingTest : test::LoopTest {
  using Answer = Result<HttpResponse>;
  using Opened = Result<std::unique_ptr<HttpIncoming>>;
  Answer send() {
    HttpLimits limits;
    limits.public_addresses_only = true;
    return result_of<Answer>([this, limits] { return send_following(client, request_to("https://a/1"), limits); });
  }
  Signposts client;
};

TEST_F(FollowingTest, GoesOnThreeTimes) {
  client.answers = {{"/1", redirect(302, "/2")}, {"/2", redirect(307, "https://b/3")}, {"/3", redirect(308, "4")}};
  const auto response = send();
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_EQ(response->body, "here");
  EXPECT_EQ(client.asked, (std::vector<std::string>{"https://a/1", "https://a/2", "https://b/3", "https://b/4"}));
  EXPECT_TRUE(client.only_public) << "where a redirect leads to is checked too";
  const auto opened =
      result_of<Opened>([this] { return open_following(client, request_to("https://a/1"), HttpLimits()); });
  ASSERT_TRUE(opened);
  EXPECT_EQ((*opened)->head().status, 200);
}

TEST_F(FollowingTest, DoesNotGoInCircles) {
  client.answers = {{"/1", redirect(302, "/1")}};
  EXPECT_EQ(send().error().fault, Fault::unavailable);
  EXPECT_EQ(client.asked.size(), 4U);
}

}  // namespace
}  // namespace dragoman::net
