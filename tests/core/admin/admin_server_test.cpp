#include "admin/admin_server.hpp"

#include <nlohmann/json.hpp>

#include "admin/web_files.hpp"
#include "facts_fixture.hpp"
#include "support/socket.hpp"

namespace dragoman::admin {
namespace {

using namespace std::chrono_literals;

class AdminServerTest : public test::AdminTest {
 protected:
  AdminServerTest() { open({}); }
  ~AdminServerTest() override { close(); }
  void open(const std::string& url, std::vector<std::string> trusted_proxies = {}) {
    auto opened = AdminServer::open(facts(), {{{"127.0.0.1", 0}}, url, std::move(trusted_proxies)});
    EXPECT_TRUE(opened) << opened.error().text;
    server = std::move(*opened);
    server->start();
  }
  void close() {
    bool stopped = false;
    server->stop([&] { stopped = true; });
    turn_until([&] { return stopped; });
    server.reset();
  }

  test::Socket call(const std::string& bytes) {
    test::Socket socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server->ports()[0]);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    socket.write(bytes);
    return socket;
  }
  std::string ask(const std::string& line, const std::string& fields = {}, const std::string& body = {}) {
    test::Socket caller = call(line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: " +
                               std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body);
    std::string got;
    turn_until([&] {
      got += caller.read();
      return caller.ended();
    });
    return got;
  }
  std::string read_until(test::Socket& caller, const std::string& wanted) {
    std::string got;
    turn_until([&] {
      got += caller.read();
      return got.find(wanted) != std::string::npos || caller.ended();
    });
    return got;
  }
  static int status(const std::string& answer) { return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3)); }
  static std::string field(const std::string& answer, const std::string& name) {
    const std::size_t at = answer.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 4;
    return answer.substr(begin, answer.find("\r\n", begin) - begin);
  }
  std::string token() {
    const std::string link = server->login_link(admin);
    return link.substr(link.find('#') + 1);
  }
  /// The Cookie field of somebody who has logged in.
  std::string cookie() {
    const std::string set = field(ask("POST /login/token", {}, token()), "Set-Cookie");
    return "Cookie: other=1; " + set.substr(0, set.find(';')) + "\r\n";
  }

  std::unique_ptr<AdminServer> server;
};

TEST_F(AdminServerTest, ShowsHealthAndMetricsWithoutALogin) {
  EXPECT_EQ(status(ask("GET /health/live")), 200);
  EXPECT_EQ(status(ask("GET /health/ready")), 200);
  network.overview.link_up = false;
  EXPECT_EQ(status(ask("GET /health/ready")), 503);
  const std::string metrics = ask("GET /metrics");
  EXPECT_EQ(status(metrics), 200);
  EXPECT_EQ(field(metrics, "Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_NE(metrics.find("dragoman_component_up{network=\"irc.test\"} 0\n"), std::string::npos);
  EXPECT_EQ(status(ask("POST /metrics")), 405);
}

TEST_F(AdminServerTest, GivesALinkThatWorksOnce) {
  const std::string link = server->login_link(admin);
  const std::string origin = "http://127.0.0.1:" + std::to_string(server->ports()[0]);
  EXPECT_TRUE(link.starts_with(origin + "/login#")) << link;
  const std::string token = link.substr(link.find('#') + 1);
  const std::string first = ask("POST /login/token", {}, token);
  EXPECT_EQ(status(first), 204);
  const std::string set = field(first, "Set-Cookie");
  EXPECT_NE(set.find("; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200"), std::string::npos) << set;
  EXPECT_EQ(set.find(token), std::string::npos);
  EXPECT_EQ(set.find("Secure"), std::string::npos) << "a browser would not send it over plain HTTP";
  EXPECT_EQ(status(ask("POST /login/token", {}, token)), 403);
  EXPECT_EQ(status(ask("POST /login/token", {}, std::string(1025, 'a'))), 413);
}

TEST_F(AdminServerTest, LetsNobodyGuessForLong) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(status(ask("POST /login/token", {}, "guess")), 403);
  const std::string refused = ask("POST /login/token", "X-Forwarded-For: 192.0.2.1\r\n", token());
  EXPECT_EQ(status(refused), 429) << "what a stranger says of himself is not believed";
  EXPECT_EQ(field(refused, "Retry-After"), "60");
  EXPECT_EQ(status(ask("GET /login")), 200);
  EXPECT_NE(ask("GET /metrics").find("dragoman_rate_limited_total{scope=\"status_page_logins\"} 1\n"),
            std::string::npos);
}

TEST_F(AdminServerTest, TellsApartWhoComesThroughATrustedProxy) {
  close();
  open("https://gate.example.org", {"127.0.0.1"});
  const auto from = [](const std::string& addresses) { return "X-Forwarded-For: " + addresses + "\r\n"; };
  for (int i = 0; i < 10; ++i) ask("POST /login/token", from("192.0.2.1"), "guess");
  EXPECT_EQ(status(ask("POST /login/token", from("192.0.2.1"), token())), 429);
  EXPECT_EQ(status(ask("POST /login/token", from("192.0.2.9, 192.0.2.1"), token())), 429)
      << "what stands before the proxy's own word is a claim";
  EXPECT_EQ(status(ask("POST /login/token", from("192.0.2.2"), token())), 204);
}

TEST_F(AdminServerTest, SendsCookiesOverTlsOnlyWhereTheUrlHasIt) {
  close();
  open("https://gate.example.org");
  const std::string link = server->login_link(admin);
  EXPECT_TRUE(link.starts_with("https://gate.example.org/login#")) << link;
  const std::string set = field(ask("POST /login/token", {}, link.substr(link.find('#') + 1)), "Set-Cookie");
  EXPECT_TRUE(set.ends_with("; Secure")) << set;
}

TEST_F(AdminServerTest, ShowsNothingOfPeopleWithoutALogin) {
  network.overview.sessions = {test::make_session("alice@test", gateway::SessionOverview::State::ready)};
  EXPECT_EQ(status(ask("GET /events")), 401);
  EXPECT_EQ(status(ask("GET /events", "Cookie: dragoman_session=\r\n")), 401);
  EXPECT_EQ(status(ask("GET /events", "Cookie: dragoman_session=" + std::string(64, '0') + "\r\n")), 401);
  for (const char* page : {"/", "/login", "/app.js", "/metrics", "/health/ready"}) {
    EXPECT_EQ(ask(std::string{"GET "} + page).find("alice"), std::string::npos) << page;
  }
}

TEST_F(AdminServerTest, SendsNewsAsTheyCome) {
  test::Socket page = call("GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n" + cookie() + "\r\n");
  const std::string first = read_until(page, "}\n\n");
  EXPECT_EQ(field(first, "Content-Type"), "text/event-stream");
  const std::size_t data = first.find("data: ");
  ASSERT_NE(data, std::string::npos) << first;
  const auto news = nlohmann::json::parse(first.substr(data + 6, first.find("\n\n", data) - data - 6));
  EXPECT_EQ(news["networks"][0]["xmpp"]["up"], true);
  settle();
  advance(2s);
  EXPECT_EQ(page.read(), "") << "nothing is new";
  network.overview.link_up = false;
  advance(1s);
  EXPECT_NE(read_until(page, "}\n\n").find("\"up\":false"), std::string::npos);
  // Until the rates of the last minutes are the same each time: from then on nothing is new.
  for (std::size_t i = 0; i <= Rates::steps; ++i) {
    advance(Rates::step);
    page.read();
  }
  advance(15s);
  EXPECT_EQ(page.read(), "3\r\n:\n\n\r\n") << "a sign of life";
}

TEST_F(AdminServerTest, EndsThePageOfWhoLogsOutOrIsNoAdminAnyMore) {
  const std::string mine = cookie();
  EXPECT_EQ(status(ask("POST /logout", mine)), 204);
  EXPECT_EQ(status(ask("GET /events", mine)), 401);
  const std::string other = cookie();
  test::Socket page = call("GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n" + other + "\r\n");
  read_until(page, "}\n\n");
  admin = "new@test";
  advance(1s);
  EXPECT_NE(read_until(page, "0\r\n\r\n").find("0\r\n\r\n"), std::string::npos);
  EXPECT_EQ(status(ask("GET /events", other)), 401);
}

TEST_F(AdminServerTest, RefusesMorePagesThanItServes) {
  const std::string mine = cookie();
  std::vector<test::Socket> pages;
  for (int i = 0; i < 8; ++i) {
    pages.push_back(call("GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n" + mine + "\r\n"));
    read_until(pages.back(), "}\n\n");
  }
  EXPECT_EQ(status(ask("GET /events", mine)), 503);
  pages.clear();
  network.overview.link_up = false;
  // Who has gone is noticed when something is written to them: the first time their side says so, the second time
  // writing fails.
  int tries = 0;
  while (status(ask("HEAD /events", mine)) != 200 && ++tries < 10) advance(16s);
  EXPECT_LT(tries, 10);
}

TEST_F(AdminServerTest, RefusesOtherSitesAndNames) {
  const std::string mine = cookie();
  EXPECT_EQ(status(ask("GET /events", mine + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n")), 403);
  EXPECT_EQ(status(ask("POST /logout", mine + "Origin: https://evil.example\r\n")), 403);
  EXPECT_EQ(status(ask("POST /login/token", "Origin: https://evil.example\r\n", token())), 403);
  test::Socket rebound = call("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(status(read_until(rebound, "\r\n\r\n")), 421);
}

TEST_F(AdminServerTest, ServesThePageWithAStrictPolicy) {
  const std::string page = ask("GET /");
  EXPECT_EQ(status(page), 200);
  EXPECT_EQ(field(page, "Content-Type"), "text/html; charset=utf-8");
  const std::string policy = field(page, "Content-Security-Policy");
  EXPECT_TRUE(policy.starts_with("default-src 'none'; script-src 'self'; ")) << policy;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
  EXPECT_NE(page.find("<!DOCTYPE html>"), std::string::npos);
  EXPECT_EQ(status(ask("GET /../config")), 404);
  EXPECT_EQ(status(ask("GET /index.html/")), 404);
}

TEST_F(AdminServerTest, SendsAFileOnlyToWhoDoesNotHaveIt) {
  const std::string script = ask("GET /app.js");
  const std::string tag = field(script, "ETag");
  ASSERT_FALSE(tag.empty());
  EXPECT_EQ(field(script, "Content-Type"), "text/javascript; charset=utf-8");
  const std::string again = ask("GET /app.js", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(status(again), 304);
  EXPECT_EQ(field(again, "Content-Length"), "");
  EXPECT_EQ(status(ask("GET /app.js", "If-None-Match: \"other\"\r\n")), 200);
}

TEST(WebFiles, AreUnderSixtyKilobytes) {
  std::size_t all = 0;
  for (const web::File& file : web::files()) {
    EXPECT_FALSE(file.bytes.empty()) << file.path;
    all += file.bytes.size();
  }
  EXPECT_GE(web::files().size(), 5U);
  EXPECT_LT(all, 60'000U);
}

}  // namespace
}  // namespace dragoman::admin
