#include "backends/matrix/login_dialog.hpp"

#include <algorithm>
#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/flow.hpp"
#include "backends/matrix/oauth.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

using Kind = chat::Field::Kind;

/// Where a browser ends a single sign-on: nothing needs to answer there, the token stands in its address.
constexpr const char* sso_end = "https://localhost/copy-this-address";
constexpr const char* project_page = "https://matrix.org/ecosystem/bridges/xmpp/";
constexpr auto slow_down = std::chrono::seconds{5};  // RFC 8628 3.5

chat::Field dialog_field(Kind kind, std::string name, std::string label, bool required) {
  chat::Field field;
  field.kind = kind;
  field.name = std::move(name);
  field.label = std::move(label);
  field.required = required;
  return field;
}

/// "password: wrong" is about that field.
chat::Refused to_refusal(const Error& error, const char* usual_field) {
  chat::Refused refused{error.fault, usual_field, error.text};
  for (const char* name : {"username", "password", "token", "homeserver"}) {
    const std::string at = std::string{name} + ": ";
    if (!error.text.starts_with(at)) continue;
    refused.field = name;
    refused.text = error.text.substr(at.size());
  }
  if (!refused.text.empty() && refused.text[0] >= 'a' && refused.text[0] <= 'z') {
    refused.text[0] = static_cast<char>(refused.text[0] - 'a' + 'A');
  }
  if (!refused.text.empty() && refused.text.back() != '.') refused.text += '.';
  return refused;
}

class LoginFlow final : public Flow {
 public:
  LoginFlow(Hub& hub, LoginDesk& desk, chat::Account account, chat::Dialog::Show show)
      : Flow(hub, std::move(show)), desk_(desk), account_(std::move(account)) {
    say(ways_form());
  }
  ~LoginFlow() override { stop_awaiting_browser(); }

  void submit(const chat::Fields& answers) override;
  void back() override {
    stop_awaiting_browser();
    page_ = Page::ways;
    say(ways_form());
  }

 private:
  enum class Page { ways, password, access_token, single_sign_on, code };

  chat::Form ways_form() const;
  chat::Form secret_form(std::string title, std::string text, std::string label) const;
  void choose(const chat::Fields& answers);
  net::Task<> by_password();
  net::Task<> by_access_token(Secret<std::string> token);
  net::Task<> begin_single_sign_on();
  void await_browser(const std::string& before);
  void stop_awaiting_browser();
  net::Task<> by_login_token(Secret<std::string> token, bool pasted);
  net::Task<> by_code();
  net::Task<Result<Tokens>> await_code(OauthServer server, std::string client, DeviceCode code);

  void end(Result<Tokens> tokens, const char* field);
  void refuse(const Error& error, const char* field) { say(to_refusal(error, field)); }
  void fail(const Error& error) { say(chat::Finished{to_refusal(error, "").text, {}, true}); }

  LoginDesk& desk_;
  chat::Account account_;
  Page page_ = Page::ways;
  std::optional<Homeserver> homeserver_;
  std::string browser_returns_to_;  // empty: it is not awaited
};

chat::Form LoginFlow::ways_form() const {
  chat::Form form;
  form.title = "Log in to Matrix";
  form.instructions = "How do you log in to your homeserver?";
  form.more = true;
  auto way = dialog_field(Kind::choice, "way", "Way", true);
  way.options = {{"password", "With user name and password"},
                 {"code", "With a code, in the browser"},
                 {"sso", "With single sign-on, in the browser"},
                 {"token", "With an access token that I have"}};
  way.values = {"password"};
  form.fields.push_back(std::move(way));
  if (hub_.config().any_homeserver) form.fields.push_back(homeserver_field(account_, hub_.config()));
  return form;
}

chat::Form LoginFlow::secret_form(std::string title, std::string text, std::string label) const {
  chat::Form form;
  form.title = std::move(title);
  form.instructions = std::move(text);
  form.back = true;
  form.fields.push_back(dialog_field(Kind::secret, "token", std::move(label), true));
  return form;
}

void LoginFlow::choose(const chat::Fields& answers) {
  const std::string& way = answers.get("way");
  if (const auto read = read_homeserver(answers, way != "password", hub_.config(), account_); !read) {
    return refuse(read.error(), "homeserver");
  }
  if (way == "token") {
    page_ = Page::access_token;
    return say(secret_form("Access token", "Other clients show it among their settings, as \"Access token\".",
                           "Access token"));
  }
  if (way == "sso") return tasks_.spawn([this] { return begin_single_sign_on(); });
  if (way == "code") {
    page_ = Page::code;
    return tasks_.spawn([this] { return by_code(); });
  }
  page_ = Page::password;
  chat::Form form;
  form.title = "User name and password";
  form.back = true;
  form.fields.push_back(dialog_field(Kind::text, "username", "User name", true));
  form.fields.back().values = {account_.settings.get("username")};
  form.fields.push_back(dialog_field(Kind::secret, "password", "Password", true));
  say(std::move(form));
}

void LoginFlow::submit(const chat::Fields& answers) {
  if (!tasks_.empty()) return;  // the step before is still being worked on
  switch (page_) {
    case Page::ways:
      return choose(answers);
    case Page::password: {
      auto read = read_account(answers, account_, hub_.config());
      if (!read) return refuse(read.error(), "username");
      account_ = std::move(*read);
      return tasks_.spawn([this] { return by_password(); });
    }
    case Page::access_token:
      return tasks_.spawn([this, token = Secret<std::string>{std::string{text::trim(answers.get("token"))}}] {
        return by_access_token(token);
      });
    case Page::single_sign_on: {
      Secret<std::string> token{read_login_token(answers.get("token"))};
      if (token.empty()) return refuse({Fault::unacceptable, "you have not logged in in the browser yet"}, "token");
      return tasks_.spawn([this, token] { return by_login_token(token, true); });
    }
    case Page::code:
      return;
  }
}

void LoginFlow::end(Result<Tokens> tokens, const char* field) {
  if (!is_watched()) {  // given up meanwhile
    if (tokens) desk_.end(std::move(*tokens));
    return;
  }
  if (!tokens) return refuse(tokens.error(), field);
  // What logged in by another way has no password that we could know.
  if (page_ != Page::password) {
    account_.password = Secret<std::string>{};
    account_.settings.set("username", tokens->user_id);
  }
  chat::Finished finished;
  finished.text = "You are logged in as " + tokens->user_id + '.';
  finished.account = desk_.take(account_, std::move(*tokens));
  say(std::move(finished));
}

net::Task<> LoginFlow::by_password() {
  auto tokens = co_await desk_.get_in(account_);
  end(std::move(tokens), "password");
}

net::Task<> LoginFlow::by_access_token(Secret<std::string> token) {
  const auto found = co_await desk_.find(account_);
  if (tasks_.stopping()) co_return;
  if (!found) {
    refuse(found.error(), "token");
    co_return;
  }
  auto tokens = co_await log_in_with_access_token(hub_.http(), hub_.clock(), found->homeserver, token);
  end(std::move(tokens), "token");
}

net::Task<> LoginFlow::begin_single_sign_on() {
  auto found = co_await desk_.find(account_);
  if (tasks_.stopping()) co_return;
  if (!found) {
    refuse(found.error(), "homeserver");
    co_return;
  }
  co_await ask_ways(hub_.http(), hub_.clock(), *found);
  if (tasks_.stopping()) co_return;
  if (!found->sso) {
    refuse({Fault::unsupported, "this homeserver has no single sign-on"}, "way");
    co_return;
  }
  homeserver_ = found->homeserver;
  page_ = Page::single_sign_on;
  await_browser({});
}

void LoginFlow::await_browser(const std::string& before) {
  stop_awaiting_browser();
  if (hub_.sso_returns().listening()) {
    browser_returns_to_ = hub_.sso_returns().await(account_.owner, [this](const Secret<std::string>& token) {
      browser_returns_to_.clear();
      if (tasks_.empty()) tasks_.spawn([this, token] { return by_login_token(token, false); });
    });
    chat::Form form =
        secret_form("Single sign-on",
                    before + "Open " + sso_link(*homeserver_, browser_returns_to_) + " and log in, then go on here.",
                    "Only if the browser ends at a page that cannot be shown: its address");
    form.fields.back().required = false;
    return say(std::move(form));
  }
  say(secret_form("Single sign-on",
                  before + "Open " + sso_link(*homeserver_, sso_end) +
                      " and log in. The browser ends at a page that cannot be shown: copy its address.",
                  "That address, or the token in it"));
}

void LoginFlow::stop_awaiting_browser() {
  if (!browser_returns_to_.empty()) hub_.sso_returns().forget(std::exchange(browser_returns_to_, {}));
}

net::Task<> LoginFlow::by_login_token(Secret<std::string> token, bool pasted) {
  Credentials credentials;
  credentials.token = token;
  credentials.device_id = hub_.device_id_of(account_.owner);
  credentials.device_name = hub_.config().device_name;
  auto tokens = co_await log_in_with_login_token(hub_.http(), hub_.clock(), *homeserver_, std::move(credentials));
  if (!tokens && !pasted && is_watched()) {
    // The link was good for once.
    await_browser(to_refusal(tokens.error(), "token").text + ' ');
    co_return;
  }
  if (tokens) stop_awaiting_browser();
  end(std::move(tokens), "token");
}

net::Task<> LoginFlow::by_code() {
  const auto found = co_await desk_.find(account_);
  if (tasks_.stopping()) co_return;
  if (!found) {
    page_ = Page::ways;
    refuse(found.error(), "homeserver");
    co_return;
  }
  homeserver_ = found->homeserver;
  const auto server = co_await ask_oauth_server(hub_.http(), hub_.clock(), *homeserver_);
  const bool possible = server && server->has_device_grant();
  if (!possible) {
    page_ = Page::ways;
    refuse({Fault::unsupported, "this homeserver has no login with a code"}, "way");
    co_return;
  }
  OauthClient about{hub_.config().device_name, project_page};
  const auto client = co_await register_client(hub_.http(), hub_.clock(), *homeserver_, *server, std::move(about));
  if (!client) {
    fail(client.error());
    co_return;
  }
  const auto code = co_await ask_device_code(hub_.http(), hub_.clock(), *homeserver_, *server, *client,
                                             hub_.device_id_of(account_.owner));
  if (!code) {
    fail(code.error());
    co_return;
  }
  const std::string& link = code->complete_uri.empty() ? code->uri : code->complete_uri;
  say(chat::Wait{"Open this page and allow the login.", link, code->user_code});
  auto tokens = co_await await_code(*server, *client, *code);
  if (tokens) {
    end(std::move(tokens), "");
  } else {
    fail(tokens.error());
  }
}

net::Task<Result<Tokens>> LoginFlow::await_code(OauthServer server, std::string client, DeviceCode code) {
  const Instant deadline = hub_.clock().now() + code.lifetime;
  Duration interval = code.interval;
  while (hub_.clock().now() < deadline) {
    co_await hub_.loop().sleep_until(hub_.clock().now() + interval);
    auto tokens = co_await ask_for_tokens(hub_.http(), hub_.clock(), *homeserver_, server, client,
                                          hub_.device_id_of(account_.owner), code.device_code);
    if (tokens) co_return std::move(*tokens);
    const Fault fault = tokens.error().fault;
    if (fault == Fault::limited) interval += slow_down;
    if (fault != Fault::limited && fault != Fault::absent) co_return tokens.error();
  }
  co_return failure(Fault::timeout, "the code was not entered in time");
}

}  // namespace

std::unique_ptr<chat::Dialog> open_login_dialog(Hub& hub, LoginDesk& desk, const chat::Account& account,
                                                chat::Dialog::Show show) {
  return std::make_unique<FlowDialog>(hub, std::make_unique<LoginFlow>(hub, desk, account, std::move(show)));
}

}  // namespace dragoman::backends::matrix
