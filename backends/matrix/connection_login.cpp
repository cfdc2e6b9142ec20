#include <utility>

#include "backends/matrix/account.hpp"
#include "backends/matrix/api.hpp"
#include "backends/matrix/appservice.hpp"
#include "backends/matrix/connection.hpp"
#include "backends/matrix/login.hpp"

// How a connection comes to the tokens of its account: those that are kept, renewed ones, or those of a new login.

namespace dragoman::backends::matrix {

namespace {

constexpr auto early = std::chrono::seconds{30};  // before the access token expires it is renewed

constexpr const char* log_in_anew =
    "the homeserver has ended this login; log in again: write \"login\" to the gateway, or register anew";

constexpr const char* no_relay_account =
    "this bridge has no Matrix account: give it one as [network.matrix.relay] in the configuration";

constexpr const char* relay_refused =
    "the homeserver does not take user and password of [network.matrix.relay] in the configuration";

constexpr const char* register_first =
    "you need your Matrix account for this: register with it, or write \"login\" to the gateway";

}  // namespace

void Connection::begin_now() {
  in_place_ = true;
  life_ = Life::connecting;
  tasks_.spawn([this] { return connect(); });
}

void Connection::give_back_place() {
  if (std::exchange(in_place_, false)) hub_.queue().finished(*this);
}

void Connection::wait_for_place() {
  const Tokens* tokens = hub_.tokens().find(owner_);
  hub_.queue().request(*this, tokens != nullptr ? to_text(tokens->homeserver) : homeserver_of(account_));
}

net::Task<> Connection::connect() {
  const auto refused = co_await get_tokens(false);
  if (life_ == Life::stopped) co_return;
  if (refused) {
    lose(*refused);
    co_return;
  }
  life_ = Life::connected;
  was_ready_ = false;
  up_since_ = hub_.clock().now();
  const Tokens* tokens = hub_.tokens().find(owner_);
  Effects effects = begin();
  session_.on_connected(tokens == nullptr ? std::string{} : to_text(tokens->homeserver), effects);
  end(effects);
}

net::Task<> Connection::refresh() {
  const auto refused = co_await get_tokens(true);
  refreshing_ = false;
  if (life_ != Life::connected) co_return;
  Effects effects = begin();
  session_.on_tokens(refused, effects);
  end(effects);
}

bool Connection::renew_tokens() {
  if (life_ != Life::connected) return false;
  if (!std::exchange(refreshing_, true)) tasks_.spawn([this] { return refresh(); });
  return true;
}

std::optional<Ending> Connection::told_logged_out() { return Ending{Fault::unauthorized, log_in_anew, false}; }

net::Task<std::optional<Ending>> Connection::find_own_homeserver() {
  const HomeserverName name = homeserver_name(account_, hub_.config());
  const auto found = co_await find_homeserver(hub_.http(), hub_.clock(), name.name, name.public_only);
  if (!found) {
    const Error why = explain(found.error(), name);
    Ending ending{why.fault, why.text, true};
    co_return ending;
  }
  account_.settings.set("base_url", to_text(found->homeserver));
  account_.settings.set("public_only", found->homeserver.public_only ? "1" : "0");
  co_return std::nullopt;
}

net::Task<std::optional<Ending>> Connection::get_tokens(bool renews) {
  const Tokens* kept = hub_.tokens().find(owner_);
  const bool ours = kept != nullptr && kept->user_id == session_.me().user_id;
  // What is refused from now on is refused for that, and nobody wants to come in again.
  if (logged_out_) co_return told_logged_out();
  if (session_.me().pushed) {
    // A bridge whose configuration gives it no nickname is called as it is.
    const bool unnamed = account_.nickname.empty() && account_.is_bridge;
    std::string name = unnamed ? account_.owner : account_.nickname;
    co_return co_await hub_.service()->enter(session_.me(), std::move(name));
  }
  if (ours && !renews && (!kept->expires || hub_.clock().utc() + early < *kept->expires)) co_return std::nullopt;
  if (ours && !kept->refresh.empty()) {
    Tokens old = *kept;
    const Renewal renewal = co_await renew(hub_.http(), hub_.clock(), std::move(old));
    if (life_ == Life::stopped) co_return std::nullopt;
    if (logged_out_) co_return told_logged_out();
    if (renewal.tokens) {
      hub_.tokens().keep(owner_, *renewal.tokens);
      co_return std::nullopt;
    }
    if (renewal.again) {
      Ending ending{renewal.error.fault, renewal.error.text, true};
      co_return ending;
    }
  }
  // A device that was signed out elsewhere stays so; one whose token has merely expired may come back.
  const bool may = !account_.password.empty() && (!ours || soft_logout_ || !renews);
  if (session_.me().user_id.empty()) {
    Ending ending{Fault::members_only, account_.is_bridge ? no_relay_account : register_first, false};
    co_return ending;
  }
  if (may && homeserver_of(account_).empty()) {
    const auto refused = co_await find_own_homeserver();
    if (life_ == Life::stopped) co_return std::nullopt;
    if (refused) co_return refused;
  }
  const auto base = parse_base_url(homeserver_of(account_));
  if (!may && account_.is_bridge) {  // the configuration still says that it is to be logged in
    hub_.tokens().forget(owner_);
    Ending ending{Fault::unauthorized, "the homeserver has ended the login of this bridge", true};
    co_return ending;
  }
  if (!may || !base) {
    Ending ending{Fault::unauthorized, log_in_anew, false};
    co_return ending;
  }
  Credentials credentials = credentials_of(account_);
  credentials.device_id = session_.me().device_id;
  credentials.device_name = hub_.config().device_name;
  Homeserver homeserver{*base, is_public_only(account_)};
  const auto tokens = co_await log_in_with_password(hub_.http(), hub_.clock(), std::move(homeserver), credentials);
  if (life_ == Life::stopped) co_return std::nullopt;
  if (!tokens) {
    // A homeserver that did not answer may do so later; the one that said no is not asked again.
    const Fault fault = tokens.error().fault;
    const bool again = fault == Fault::unavailable || fault == Fault::timeout || fault == Fault::limited;
    const char* const how = account_.is_bridge ? relay_refused : log_in_anew;
    Ending ending{again ? fault : Fault::unauthorized, again ? tokens.error().text : how, again};
    co_return ending;
  }
  if (logged_out_) {
    co_await log_out(hub_.http(), hub_.clock(), *tokens);
    co_return told_logged_out();
  }
  hub_.tokens().keep(owner_, *tokens);
  co_return std::nullopt;
}
}  // namespace dragoman::backends::matrix
