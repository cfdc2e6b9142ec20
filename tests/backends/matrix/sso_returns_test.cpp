#include "backends/matrix/sso_returns.hpp"

#include <utility>

#include "backends/matrix/network.hpp"
#include "support/http_network_test.hpp"

// Single sign-on through the public listener: the browser comes back there, and the dialog goes on by itself.

namespace dragoman::backends::matrix::sso_returns_test {
namespace {

using namespace std::chrono_literals;

const std::string hs = "https://hs.test/_matrix/client/";
const std::string login = "POST " + hs + "v3/login";
const std::string front = "https://gateway.test";

struct SsoReturnsTest : test::HttpNetworkTest {
  SsoReturnsTest() {
    http.answers("GET " + hs + "versions", R"({"versions":["v1.11"]})");
    http.answers("GET " + hs + "v3/login", R"({"flows":[{"type":"m.login.sso"},{"type":"m.login.token"}]})");
    http.answers("POST " + hs + "v3/logout", "{}");
    listens(front);
  }
  ~SsoReturnsTest() override {
    if (!network) return;
    dialog.reset();
    network->stop();
    turn_until([this] { return network->idle(); });
  }

  void begin() {
    Settings settings = Settings::from_text("homeserver = \"https://hs.test\"", "test.toml");
    network = std::make_unique<MatrixNetwork>("m.test", "", read_config(settings), services);
    network->start();
    chat::Account account;
    account.owner = "alice@example.org";
    dialog = network->open_dialog("login", account, [this](const chat::Step& step) { steps.push_back(step); });
  }
  void alice_begins() {
    begin();
    shows([&] { return steps.size() == 1; });
    submits("way", "sso");
    shows([&] { return steps.size() == 2; });
  }
  template <class Condition>
  void shows(Condition condition) {
    turn_until(condition);
    settle();  // the task that has said it ends
  }
  void submits(const std::string& field, const std::string& value) {
    chat::Fields answers;
    answers.set(field, value);
    dialog->submit(answers);
  }
  const chat::Form& form() { return std::get<chat::Form>(steps.back()); }
  /// Where the link of the form has the browser end, as a path of the listener.
  std::string end_of_link() {
    const std::string& text = form().instructions;
    const std::string name = "redirectUrl=https%3A%2F%2Fgateway.test";
    const std::size_t begin = text.find(name);
    if (begin == std::string::npos) return {};
    std::string path = text.substr(begin + name.size(), text.find(' ', begin) - begin - name.size());
    for (std::size_t at; (at = path.find("%2F")) != std::string::npos;) path.replace(at, 3, "/");
    return path;
  }
  int comes_to(const std::string& path, const std::string& query = "loginToken=t%2B1",
               const std::string& method = "GET") {
    test::AskedOnce exchange;
    exchange.asked.method = method;
    exchange.asked.path = path;
    exchange.asked.query = query;
    exchange.asked.caller = caller;
    last_page = answer(exchange);
    return last_page.status;
  }
  /// As `comes_to`, and then follows the link of the page.
  int goes_on_at(const std::string& path, const std::string& query = "loginToken=t%2B1") {
    if (const int status = comes_to(path, query); status != 200) return status;
    return comes_to(path, link_of_page());
  }
  std::string link_of_page() {
    const std::string begin = "<a href=\"?";
    const std::size_t at = last_page.body.find(begin);
    if (at == std::string::npos) return {};
    const std::size_t from = at + begin.size();
    return last_page.body.substr(from, last_page.body.find('"', from) - from);
  }
  std::string key_of(const std::string& address) { return address.substr(front.size()); }

  std::unique_ptr<MatrixNetwork> network;
  std::unique_ptr<chat::Dialog> dialog;
  std::vector<chat::Step> steps;
  net::HttpResponse last_page;
  std::string caller = "192.0.2.1";
};

TEST_F(SsoReturnsTest, FinishTheDialog) {
  alice_begins();
  ASSERT_EQ(end_of_link().find("/matrix/m.test/login/"), 0U) << form().instructions;
  http.answers(login, R"({"user_id":"@alice:hs.test","device_id":"D","access_token":"a1"})");
  EXPECT_EQ(goes_on_at(end_of_link()), 200);
  shows([&] { return steps.size() == 3; });
  const auto& finished = std::get<chat::Finished>(steps.back());
  ASSERT_TRUE(finished.account) << finished.text;
  EXPECT_EQ(finished.account->settings.get("user_id"), "@alice:hs.test");
  EXPECT_NE(http.last(login).body.find(R"("token":"t+1")"), std::string::npos) << http.last(login).body;
}

TEST_F(SsoReturnsTest, ThatLeadToNothingGiveANewLink) {
  alice_begins();
  const std::string first = end_of_link();
  http.answers(login, R"({"errcode":"M_FORBIDDEN","error":"Invalid login token"})", 403);
  EXPECT_EQ(goes_on_at(first), 200);
  shows([&] { return steps.size() == 3; });
  EXPECT_NE(form().instructions.find("does not take it"), std::string::npos) << form().instructions;
  EXPECT_NE(end_of_link(), first);
  EXPECT_EQ(comes_to(first), 404);
}

TEST_F(SsoReturnsTest, AreAwaitedAsLongAsTheDialogIsThere) {
  alice_begins();
  const std::string first = end_of_link();
  dialog->back();
  shows([&] { return steps.size() == 3; });
  EXPECT_EQ(comes_to(first), 404);
  submits("way", "sso");
  shows([&] { return steps.size() == 4; });
  const std::string second = end_of_link();
  dialog.reset();
  settle();
  EXPECT_EQ(comes_to(second), 404);
  EXPECT_EQ(http.count(login), 0U);
}

TEST_F(SsoReturnsTest, CanStillBePasted) {
  alice_begins();
  submits("token", " ");
  shows([&] { return steps.size() == 3; });
  EXPECT_EQ(std::get<chat::Refused>(steps.back()).field, "token");
  steps.pop_back();
  const std::string path = end_of_link();
  http.answers(login, R"({"user_id":"@alice:hs.test","device_id":"D","access_token":"a1"})");
  submits("token", front + path + "?loginToken=t2");
  shows([&] { return steps.size() == 3; });
  EXPECT_FALSE(std::get<chat::Finished>(steps.back()).failed);
  EXPECT_EQ(comes_to(path), 404);
}

TEST_F(SsoReturnsTest, AreGoodOnceAndForTenMinutes) {
  SsoReturns returns{services, "m.test"};
  returns.start();
  ASSERT_TRUE(returns.listening());
  int came = 0;
  const auto count = [&came](const Secret<std::string>&) { ++came; };
  const std::string first = key_of(returns.await("alice@example.org", count));
  EXPECT_EQ(comes_to(first, "loginToken=a"), 200);
  EXPECT_EQ(comes_to(first, link_of_page(), "HEAD"), 200);
  EXPECT_EQ(comes_to(first, "error=no"), 400);
  EXPECT_EQ(came, 0) << "that was nobody";
  EXPECT_EQ(goes_on_at(first), 200);
  EXPECT_EQ(last_page.fields.get("Referrer-Policy"), "no-referrer");
  EXPECT_EQ(last_page.fields.get("Cache-Control"), "no-store");
  EXPECT_EQ(comes_to(first), 404);
  EXPECT_EQ(came, 1);
  const std::string second = key_of(returns.await("alice@example.org", count));
  advance(10min);
  EXPECT_EQ(comes_to(second), 404);
  EXPECT_EQ(came, 1);
}

TEST_F(SsoReturnsTest, AskFirstForWhomItIs) {
  SsoReturns returns{services, "m.test"};
  returns.start();
  std::vector<std::string> came;
  const std::string path = key_of(
      returns.await("a<b>@example.org", [&came](const Secret<std::string>& token) { came.push_back(token.reveal()); }));
  EXPECT_EQ(comes_to(path, "loginToken=of-mallory"), 200);
  EXPECT_NE(last_page.body.find("a&lt;b&gt;@example.org"), std::string::npos) << last_page.body;
  EXPECT_EQ(last_page.body.find("of-mallory"), std::string::npos) << "it is in the address long enough";
  EXPECT_EQ(last_page.fields.get("Content-Security-Policy"),
            "default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
  const std::string of_mallory = link_of_page();
  // Who was given a link that goes on by itself is asked all the same, and what mallory was shown is good no more.
  EXPECT_EQ(comes_to(path, of_mallory + "&loginToken=of-bob"), 200);
  const std::string of_bob = link_of_page();
  EXPECT_EQ(comes_to(path, of_mallory), 400);
  EXPECT_EQ(comes_to(path, "go="), 400);
  EXPECT_TRUE(came.empty());
  EXPECT_EQ(comes_to(path, of_bob), 200);
  EXPECT_EQ(came, std::vector<std::string>{"of-bob"});
}

TEST_F(SsoReturnsTest, AreNotLostWhenTheStepBeforeIsAnsweredMeanwhile) {
  begin();
  submits("way", "token");  // before anything was shown
  shows([&] { return steps.size() == 1; });
  EXPECT_EQ(form().fields.front().name, "way");
}

TEST_F(SsoReturnsTest, AreNotToBeGuessed) {
  SsoReturns returns{services, "m.test"};
  returns.start();
  for (int i = 0; i < 20; ++i) {
    caller = "2001:db8:1:2::" + std::to_string(i);  // the addresses of one subscriber
    EXPECT_EQ(comes_to("/matrix/m.test/login/" + std::to_string(i)), 404);
  }
  EXPECT_EQ(comes_to("/matrix/m.test/login/x"), 429);
  const std::string awaited = key_of(returns.await("alice@example.org", [](const Secret<std::string>&) {}));
  EXPECT_EQ(comes_to(awaited), 200) << "who knows the address is not hindered";
}

TEST_F(SsoReturnsTest, AreNowhereWithoutAListener) {
  services.route = {};
  alice_begins();
  EXPECT_NE(form().instructions.find("copy its address"), std::string::npos);
  EXPECT_TRUE(form().fields.back().required);
}

}  // namespace
}  // namespace dragoman::backends::matrix::sso_returns_test
