#include "backends/matrix/login_desk.hpp"

#include <utility>

#include "backends/matrix/appservice.hpp"
#include "backends/matrix/connection.hpp"
#include "base/log.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr auto goodbye_deadline = std::chrono::seconds{3};
/// Between attempts to end a login at a homeserver that does not answer.
constexpr Duration logout_pauses[] = {std::chrono::seconds{5}, std::chrono::minutes{1}, std::chrono::minutes{10}};

}  // namespace

LoginDesk::LoginDesk(Hub& hub) : hub_(hub), goodbye_(hub.loop().timers()), logins_(hub.loop()), logouts_(hub.loop()) {}

bool LoginDesk::log_in(const chat::Account& account, const chat::Account& before, Done done) {
  const Tokens* tokens = hub_.tokens().find(account.owner);
  const bool same = before.registered && tokens != nullptr && tokens->user_id == user_id_of(account) &&
                    account.settings.all() == before.settings.all() &&
                    account.password.reveal() == before.password.reveal();
  if (same) return false;
  logins_.spawn([this, account, done = std::move(done)] { return log_in_by_password(account, done); });
  return true;
}

net::Task<> LoginDesk::log_in_by_password(chat::Account account, Done done) {
  auto tokens = co_await get_in(account);
  if (logins_.stopping()) co_return;
  if (!tokens) {
    const std::string &owner = account.owner, &network = hub_.jid(), &reason = tokens.error().text;
    LOG_INFO("matrix login refused", owner, network, reason);
    done(tokens.error());
    co_return;
  }
  done(take(account, std::move(*tokens)));
}

net::Task<Result<HomeserverFacts>> LoginDesk::find(chat::Account account) {
  const HomeserverName name = homeserver_name(account, hub_.config());
  auto found = co_await find_homeserver(hub_.http(), hub_.clock(), name.name, name.public_only);
  if (!found) co_return explain(found.error(), name);
  co_return std::move(*found);
}

net::Task<Result<Tokens>> LoginDesk::get_in(chat::Account account) {
  const auto found = co_await find(account);
  if (!found) co_return found.error();
  Credentials credentials = credentials_of(account);
  credentials.username = account.settings.get("username");
  credentials.device_id = hub_.device_id_of(account.owner);
  credentials.device_name = hub_.config().device_name;
  co_return co_await log_in_with_password(hub_.http(), hub_.clock(), found->homeserver, std::move(credentials));
}

chat::Account LoginDesk::take(const chat::Account& account, Tokens tokens) {
  const std::string &owner = account.owner, &network = hub_.jid(), &user = tokens.user_id;
  LOG_INFO("matrix login", owner, network, user);
  const Tokens* before = hub_.tokens().find(account.owner);
  const bool another =
      before != nullptr && (before->user_id != tokens.user_id || before->device_id != tokens.device_id);
  if (another) log_out(account.owner);
  chat::Account kept = logged_in(account, tokens);
  hub_.tokens().keep(account.owner, std::move(tokens));
  return kept;
}

void LoginDesk::log_out(const std::string& owner) {
  const Tokens* tokens = hub_.tokens().find(owner);
  if (AppService* service = hub_.service()) hub_.tokens().forget_session(owner, service->names().ghost_of(owner));
  if (tokens == nullptr) return;
  for (Connection* each : hub_.live()) {
    if (each->owner() == owner) each->end_login();
  }
  // The token of an application service is nobody's own.
  if (tokens->acts_as.empty()) end(*tokens);
  hub_.tokens().forget(owner);
}

void LoginDesk::end(Tokens tokens) {
  logouts_.spawn([this, last = std::move(tokens)] { return end_login(last); });
}

net::Task<> LoginDesk::end_login(Tokens tokens) {
  const std::string network = hub_.jid(), user = tokens.user_id;
  for (const Duration pause : logout_pauses) {
    const bool answered = co_await matrix::log_out(hub_.http(), hub_.clock(), tokens);
    if (answered) {
      LOG_INFO("matrix logged out", network, user);
      co_return;
    }
    co_await hub_.loop().sleep_until(hub_.clock().now() + pause);
  }
  LOG_WARN("matrix homeserver did not answer: the device of this account is still in its list", network, user);
}

void LoginDesk::stop() {
  logins_.stop();
  if (logouts_.empty()) return logouts_.stop();
  goodbye_.set_after(goodbye_deadline, [this] { logouts_.stop(); });
}

}  // namespace dragoman::backends::matrix
