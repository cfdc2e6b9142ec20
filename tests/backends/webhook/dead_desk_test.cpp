#include "backends/webhook/dead_desk.hpp"

#include "backends/webhook/dead_page.hpp"
#include "backends/webhook/dialogs.hpp"
#include "support/webhook_script.hpp"

// What a hook has given up, in its owner's browser.

namespace dragoman::backends::webhook {
namespace {

using namespace std::chrono_literals;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A hook whose other side is where nobody may send to: what is said to it is given up at once.
struct WebhookDeadLetters : HooksScript {
  WebhookDeadLetters() {
    make("ci", [](Hook& hook) {
      hook.outgoing.emplace();
      hook.outgoing->url = Secret<std::string>{"https://10.0.0.1/in"};
    });
    comes("alice@test");
  }
  void says(const std::string& text) {
    chat::SendMessage command{{{}, chat::PersonId{"ci"}}, chat::plain(text)};
    command.key = ++last_key;
    asks("alice@test", command);
    turn_until([&] {
      loop.post([] {});
      return !queue().dead().empty() && queue().size() == 0;
    });
    clock.advance(1s);
  }
  const Queue& queue() { return hub->feed("ci")->answering().courier()->queue(); }

  static net::HttpHead head(const std::string& method, const std::string& url) {
    net::HttpHead head;
    head.method = method;
    head.path = url.substr(std::string{"https://gateway.test"}.size());
    if (const auto question = head.path.find('?'); question != std::string::npos) {
      head.query = head.path.substr(question + 1);
      head.path.resize(question);
    }
    return head;
  }
  /// As the listener asks: by the head alone, then with the body.
  net::HttpResponse asks_page(const net::HttpHead& head, const std::string& form = {}) {
    if (auto refused = desk_.route().admit(head)) return *refused;
    return head.method == "POST" ? desk_.take(head, form) : desk_.look(head);
  }
  net::HttpResponse looks(const std::string& url) { return asks_page(head("GET", url)); }
  static std::string consent_in(const std::string& page) {
    const std::string before = "name=\"consent\" value=\"";
    const auto begin = page.find(before);
    return begin == std::string::npos ? "none" : page.substr(begin + before.size(), 64);
  }
  std::string url() { return hub->dead_letters_url("ci", "alice@test"); }

  DeadDesk desk_{*hub, "https://gateway.test", "/h/dead/", "a secret"};
  std::uint64_t last_key = 0;
};

TEST_F(WebhookDeadLetters, AreShownWithTimeKindAttemptsAndTheirFirstLines) {
  says("first\nsecond\nthird\nfourth");
  const auto page = looks(url());
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has(page.body, "1 given up, 0 waiting")) << page.body;
  EXPECT_TRUE(has(page.body, "may not send to where its address leads (0 attempts)")) << page.body;
  EXPECT_TRUE(has(page.body, "message.created of alice")) << page.body;
  EXPECT_TRUE(has(page.body, ">first\nsecond\nthird ...<")) << page.body;
  EXPECT_FALSE(has(page.body, "10.0.0.1")) << "no more than the kind of a failure";
}

TEST_F(WebhookDeadLetters, CannotBecomeScripts) {
  says("<script>alert('1')</script>&\"");
  const auto page = looks(url());
  EXPECT_TRUE(has(page.body, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;")) << page.body;
  EXPECT_FALSE(has(page.body, "<script"));
  const std::string policy{page.fields.get("Content-Security-Policy")};
  EXPECT_TRUE(has(policy, "default-src 'none'")) << policy;
  EXPECT_TRUE(has(policy, "form-action 'self'")) << policy;
  EXPECT_TRUE(has(policy, "frame-ancestors 'none'")) << policy;
  EXPECT_FALSE(has(policy, "unsafe-inline")) << policy;
  EXPECT_EQ(page.fields.get("Cache-Control"), "no-store");
  EXPECT_EQ(page.fields.get("X-Content-Type-Options"), "nosniff");
}

TEST_F(WebhookDeadLetters, AreSentAgainByAFormOfThePageAlone) {
  says("one");
  says("two");
  ASSERT_EQ(queue().dead().size(), 2u);
  const std::string link = url(), id = queue().dead().front().id, consent = consent_in(looks(link).body);
  EXPECT_EQ(asks_page(head("POST", link), "letter=all").status, 403);
  EXPECT_EQ(asks_page(head("POST", link), "consent=" + std::string(64, '0') + "&letter=all").status, 403);
  const std::string others = consent_in(looks(hub->dead_letters_url("ci", "alice@test") + "?page=1").body);
  EXPECT_EQ(others, consent) << "the same second, the same link";
  auto from_elsewhere = head("POST", link);
  from_elsewhere.fields.set("Sec-Fetch-Site", "cross-site");
  EXPECT_EQ(asks_page(from_elsewhere, "consent=" + consent + "&letter=all").status, 403);
  EXPECT_EQ(queue().dead().size(), 2u) << "looking and forgeries cause nothing";
  const auto sent = asks_page(head("POST", link), "consent=" + consent + "&letter=" + id);
  EXPECT_EQ(sent.status, 303);
  EXPECT_EQ(sent.fields.get("Location"), "?sent=1") << "of the page itself";
  EXPECT_TRUE(has(looks(link + "?sent=1").body, "1 sent again."));
  const auto all = asks_page(head("POST", link), "consent=" + consent + "&letter=all");
  EXPECT_EQ(all.status, 303);
  const auto gone = asks_page(head("POST", link), "consent=" + consent + "&letter=msg_of_nobody");
  EXPECT_EQ(gone.fields.get("Location"), "?gone=1");
}

TEST_F(WebhookDeadLetters, AreForThoseWhoMayChangeTheHookAndForAWhile) {
  says("one");
  const std::string link = url();
  std::string changed = link;
  changed.back() = changed.back() == 'A' ? 'B' : 'A';
  changed[changed.size() - 9] = changed[changed.size() - 9] == 'A' ? 'B' : 'A';
  EXPECT_EQ(looks(changed).status, 404);
  EXPECT_EQ(looks("https://gateway.test/h/dead/").status, 404);
  EXPECT_EQ(looks(hub->dead_letters_url("ci", "mallory@test")).status, 404);
  EXPECT_EQ(looks(hub->dead_letters_url("none", "alice@test")).status, 404);
  clock.advance(29min);
  EXPECT_EQ(looks(link).status, 200);
  clock.advance(1min);
  EXPECT_EQ(looks(link).status, 410);
  EXPECT_EQ(asks_page(head("POST", link), "consent=x").status, 410);
}

TEST_F(WebhookDeadLetters, OfAHookThatIsDeletedAreGone) {
  says("one");
  const std::string link = url();
  hub->remove("ci");
  EXPECT_EQ(looks(link).status, 404);
}

TEST_F(WebhookDeadLetters, HaveALinkInTheCommand) {
  says("one");
  chat::Account account;
  account.owner = "alice@test";
  std::optional<chat::Step> shown;
  const auto dialog = open_hook_dialog(*hub, "dead", account, [&](const chat::Step& step) { shown = step; });
  settle();
  chat::Fields answers;
  answers.set("hook", std::string{"ci"});
  dialog->submit(answers);
  settle();
  const auto& finished = std::get<chat::Finished>(*shown);
  const auto begin = finished.text.find("https://");
  ASSERT_NE(begin, std::string::npos) << finished.text;
  EXPECT_EQ(looks(finished.text.substr(begin)).status, 200);
}

TEST_F(WebhookDeadLetters, ComeInPages) {
  for (std::size_t i = 0; i < DeadDesk::page_size + 1; ++i) says("text " + std::to_string(i));
  const std::string link = url();
  const std::string first = looks(link).body, second = looks(link + "?page=2").body;
  EXPECT_TRUE(has(first, "Page 1 of 2")) << first;
  EXPECT_FALSE(has(first, ">text 0<"));
  EXPECT_TRUE(has(second, ">text 0<")) << second;
  EXPECT_EQ(looks(link + "?page=99").status, 200);
}

TEST(WebhookDeadPage, ShowsTheFirstLines) {
  EXPECT_EQ(first_lines("one"), "one");
  EXPECT_EQ(first_lines("one\n"), "one");
  EXPECT_EQ(first_lines("1\n2\n3"), "1\n2\n3");
  EXPECT_EQ(first_lines("1\n2\n3\n4"), "1\n2\n3 ...");
  EXPECT_EQ(first_lines(std::string(400, 'x')), std::string(300, 'x') + " ...");
  EXPECT_EQ(first_lines(""), "");
}

}  // namespace
}  // namespace dragoman::backends::webhook
