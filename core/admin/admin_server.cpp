#include "admin/admin_server.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "admin/health.hpp"
#include "admin/json_answer.hpp"
#include "admin/metrics.hpp"
#include "admin/page_files.hpp"
#include "admin/status.hpp"
#include "admin/store_counts.hpp"
#include "admin/web_files.hpp"
#include "base/log.hpp"
#include "net/http_response_head.hpp"

namespace dragoman::admin {

namespace {

constexpr std::size_t most_watchers = 8;
constexpr std::chrono::seconds news_interval{1}, sign_of_life_interval{15};
// The secret of a link cannot be guessed; this keeps who tries all the same out of the log, which operators want to
// read.
constexpr int attempts_at_once = 10;
constexpr std::chrono::seconds attempt_interval{6};
constexpr std::string_view cookie_name = "dragoman_session";

/// RFC 6265 5.4: "a=b; c=d".
std::string_view cookie_of(const net::HttpHead& head) {
  std::string_view rest = head.fields.get("Cookie");
  while (!rest.empty()) {
    std::string_view pair = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
    if (pair.starts_with(cookie_name) && pair.substr(cookie_name.size()).starts_with('=')) {
      return pair.substr(cookie_name.size() + 1);
    }
  }
  return {};
}

/// While a page watches.
struct Watching {
  explicit Watching(std::size_t& its_watchers) : watchers(its_watchers) { ++watchers; }
  ~Watching() { --watchers; }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;
  std::size_t& watchers;
};

}  // namespace

Result<std::unique_ptr<AdminServer>> AdminServer::open(Facts facts, Options options) {
  auto pages = OwnPages::at(options.url);
  if (!pages) return pages.error();
  net::HttpServer::Options http;
  http.listen = options.listen;
  http.trusted_proxies = options.trusted_proxies;
  auto server = net::HttpServer::open(facts.loop, std::move(http));
  if (!server) return server.error();
  std::string origin = pages->origin();
  if (origin.empty()) {
    net::Endpoint first = options.listen.front();
    first.port = (*server)->ports().front();
    if (first.host == "0.0.0.0" || first.host == "::") first.host = "localhost";
    origin = "http://" + net::to_string(first);
  }
  return std::unique_ptr<AdminServer>{
      new AdminServer{std::move(facts), std::move(*pages), std::move(origin), std::move(*server)}};
}

AdminServer::AdminServer(Facts facts, OwnPages pages, std::string origin, std::unique_ptr<net::HttpServer> http)
    : facts_(std::move(facts)),
      pages_(std::move(pages)),
      origin_(std::move(origin)),
      logins_(facts_.random, facts_.loop.clock()),
      attempts_(facts_.loop.clock(), attempts_at_once, attempt_interval),
      lag_(facts_.loop.timers()),
      rates_(facts_.loop.timers()),
      http_(std::move(http)) {
  add_routes();
}

AdminServer::~AdminServer() = default;

void AdminServer::start() {
  lag_.start();
  rates_.start(facts_);
  http_->start();
}

void AdminServer::stop(std::function<void()> stopped) {
  lag_.stop();
  rates_.stop();
  http_->stop(std::move(stopped));
}

std::string AdminServer::login_link(const std::string& admin) {
  // Behind the '#': browsers do not send it, so that it stands in no log of a proxy, and what makes previews of links
  // does not use it up.
  return origin_ + "/login#" + logins_.make_token(admin);
}

std::optional<std::string> AdminServer::admin_of(const net::HttpHead& head) {
  auto admin = logins_.find(cookie_of(head));
  if (admin && !facts_.is_admin(*admin)) return std::nullopt;  // not any more
  return admin;
}

void AdminServer::add_open(std::string path, std::function<net::Task<>(net::HttpExchange&)> handle) {
  net::HttpRoute route{std::move(path), {"GET"}, std::move(handle)};
  route.admit = [this](const net::HttpHead& head) { return pages_.refusal_of(head); };
  http_->add(std::move(route));
}

void AdminServer::add_routes() {
  add_open("/health/live", net::answer_with([](const net::HttpHead&) { return answer_live(); }));
  add_open("/health/ready", net::answer_with([this](const net::HttpHead&) { return answer_ready(facts_); }));
  add_open("/metrics", [this](net::HttpExchange& exchange) { return answer_metrics(exchange); });
  // The files have no secrets: what is shown in them comes by /events.
  for (const char* page : {"/", "/login"}) add_open(page, net::answer_with(answer_file));
  for (const web::File& file : web::files()) add_open(std::string{file.path}, net::answer_with(answer_file));

  net::HttpRoute login{"/login/token", {"POST"}, [this](net::HttpExchange& exchange) { return take_login(exchange); }};
  login.most_body = 1024;
  login.admit = [this](const net::HttpHead& head) -> std::optional<net::HttpResponse> {
    if (auto refusal = pages_.refusal_of(head)) return refusal;
    if (attempts_.take(head.caller)) return std::nullopt;
    net::HttpResponse later = net::make_text_response(429, "Too many attempts. Try again in a minute.");
    later.fields.add("Retry-After", "60");
    return later;
  };
  http_->add(std::move(login));
  const auto logged_in = [this](const net::HttpHead& head) -> std::optional<net::HttpResponse> {
    if (auto refusal = pages_.refusal_of(head)) return refusal;
    if (admin_of(head)) return std::nullopt;
    return net::make_text_response(401, "Log in first: write \"web\" to the gateway.");
  };
  net::HttpRoute logout{"/logout", {"POST"}, [this](net::HttpExchange& exchange) { return end_login(exchange); }};
  logout.admit = logged_in;
  http_->add(std::move(logout));
  net::HttpRoute events{"/events", {"GET"}, [this](net::HttpExchange& exchange) { return send_events(exchange); }};
  events.admit = logged_in;
  http_->add(std::move(events));
}

net::Task<> AdminServer::answer_metrics(net::HttpExchange& exchange) {
  const store::Reader::Counts messages = co_await read_counts(facts_.loop, facts_.store);
  net::HttpResponse response;
  response.status = 200;
  response.fields.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.body = write_metrics(facts_, messages, {lag_.times(), http_->counts(), attempts_.refused()});
  co_await exchange.answer(std::move(response));
}

std::string AdminServer::cookie(const std::string& session, std::chrono::seconds lives) const {
  return std::string{cookie_name} + '=' + session +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(lives.count()) +
         (pages_.is_secure() ? "; Secure" : "");
}

net::Task<> AdminServer::take_login(net::HttpExchange& exchange) {
  const auto token = co_await exchange.read_all();
  if (!token) co_return;
  const auto session = logins_.redeem(*token);
  net::HttpResponse response;
  if (session) {
    const auto admin = logins_.find(*session);
    LOG_INFO("an admin has opened the status page", *admin, exchange.head().caller);
    response.status = 204;
    response.fields.add("Set-Cookie", cookie(*session, Logins::session_lives));
  } else {
    LOG_WARN("a login link of the status page is refused", exchange.head().caller);
    response = net::make_text_response(403, "This link was used already, or is older than five minutes.");
  }
  co_await exchange.answer(std::move(response));
}

net::Task<> AdminServer::end_login(net::HttpExchange& exchange) {
  logins_.end(cookie_of(exchange.head()));
  net::HttpResponse response;
  response.status = 204;
  response.fields.add("Set-Cookie", cookie({}, std::chrono::seconds{0}));
  co_await exchange.answer(std::move(response));
}

net::Task<> AdminServer::send_events(net::HttpExchange& exchange) {
  if (watchers_ >= most_watchers) {
    net::HttpResponse full = net::make_text_response(503, "Too many pages are open.");
    co_await exchange.answer(std::move(full));
    co_return;
  }
  const Watching watching{watchers_};
  net::HttpResponse begin;
  begin.status = 200;
  begin.fields.add("Content-Type", "text/event-stream");
  begin.fields.add("X-Accel-Buffering", "no");  // nginx would hold it back
  begin.body = "retry: 2000\n\n";
  auto written = co_await exchange.begin(std::move(begin));
  std::string last;
  Instant said{};
  while (written && admin_of(exchange.head())) {
    const store::Reader::Counts messages = co_await read_counts(facts_.loop, facts_.store);
    std::string news = to_text(make_status(facts_, messages, rates_));
    const Instant now = facts_.loop.clock().now();
    if (news != last) {
      last = std::move(news);
      said = now;
      written = co_await exchange.write("data: " + last + "\n\n");
    } else if (now - said >= sign_of_life_interval) {
      said = now;
      written = co_await exchange.write(":\n\n");
    }
    co_await facts_.loop.sleep_until(now + news_interval);
  }
}

}  // namespace dragoman::admin
