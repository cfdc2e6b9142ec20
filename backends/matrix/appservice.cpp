#include "backends/matrix/appservice.hpp"

#include <utility>

#include "backends/matrix/account.hpp"
#include "backends/matrix/address.hpp"
#include "backends/matrix/homeserver.hpp"
#include "backends/matrix/hub.hpp"
#include "backends/matrix/voices.hpp"
#include "base/log.hpp"

namespace dragoman::backends::matrix {

namespace {

GhostNames::Kept kept_by(Services& services) {
  return [&services](const std::string& key) { return services.kept ? services.kept(key) : std::string{}; };
}

GhostNames::Keep keep_by(Services& services) {
  return [&services](const std::string& key, const std::string& text) {
    if (services.keep) services.keep(key, text);
  };
}

constexpr const char *chats_key = "chats of the bot", *portals_key = "portals";

}  // namespace

AppService::AppService(Hub& hub, const ServiceConfig& config)
    : hub_(hub),
      config_(config),
      names_(config.server_name, config.prefix, kept_by(hub.services()), keep_by(hub.services())),
      log_(kept_by(hub.services()), keep_by(hub.services())),
      bot_(
          names_, [kept = kept_by(hub.services())] { return kept(chats_key); },
          [keep = keep_by(hub.services())](const std::string& rooms) { keep(chats_key, rooms); }),
      portals_([kept = kept_by(hub.services())] { return kept(portals_key); },
               [keep = keep_by(hub.services())](const std::string& text) { keep(portals_key, text); }),
      backoff_(hub.config().reconnect_min, hub.config().reconnect_max, hub.services().random),
      tasks_(hub.loop()) {}

ServiceDesk AppService::desk() const { return {hub_.http(), hub_.clock()}; }

std::string AppService::url_at(const std::string& public_url) const {
  std::string url = (config_.push_url.empty() ? public_url : config_.push_url) + path();
  url.pop_back();  // the homeserver puts a slash behind it
  return url;
}

Result<std::string> AppService::registration_text(const std::string& public_url, Random& random) {
  if (public_url.empty() && config_.push_url.empty()) {
    return failure(Fault::not_found,
                   "the homeserver has to reach the gateway: give it [http] with listen and public_url");
  }
  const RegistrationFacts facts{url_at(public_url), config_.local_accounts};
  const auto registration = need_registration(config_.registration, "dragoman-" + hub_.jid(), names_, facts, random);
  if (!registration) return registration.error();
  return write_registration(*registration, names_, facts);
}

void AppService::start() {
  const std::string& network = hub_.jid();
  Services& services = hub_.services();
  if (!services.route) {
    is("no [http] is configured: the homeserver cannot reach the gateway");
    LOG_ERROR("an application service needs the public listener: configure [http]", network);
    return;
  }
  const RegistrationFacts facts{url_at(services.public_url), config_.local_accounts};
  auto registration = need_registration(config_.registration, "dragoman-" + network, names_, facts, services.random);
  if (!registration) {
    const std::string& reason = registration.error().text;
    is(reason);
    LOG_ERROR("the registration of the application service cannot be read", network, reason);
    return;
  }
  registration_ = std::move(*registration);
  log_.load();
  load_awaited();
  portals_.load();
  bot_.begin(names_.user_of(registration_->sender));
  if (const auto listening = listen(); !listening) {
    const std::string& reason = listening.error().text;
    is(reason);
    LOG_ERROR("the application service has no path of the public listener", network, reason);
    return;
  }
  is("the homeserver has not been asked yet");
  introducing_ = true;
  tasks_.spawn([this] { return introduce(); });
}

void AppService::stop() { tasks_.stop(); }

void AppService::is(std::string words) {
  if (words == state_) return;
  state_ = std::move(words);
  const std::string &network = hub_.jid(), &state = state_;
  LOG_INFO("application service", network, state);
}

net::Task<Result<Homeserver>> AppService::find() {
  if (access_) co_return access_->homeserver;
  if (!registration_) co_return failure(Fault::unavailable, state_);
  auto found = co_await find_homeserver(hub_.http(), hub_.clock(), hub_.config().homeserver, false);
  if (!found) co_return found.error();
  access_ = ServiceAccess{found->homeserver, registration_->as_token};
  co_return found->homeserver;
}

net::Task<> AppService::introduce() {
  for (;;) {
    const bool done = co_await try_to_introduce();
    if (tasks_.stopping()) co_return;
    if (done) break;
    co_await hub_.loop().sleep_until(hub_.clock().now() + backoff_.next());
  }
  introducing_ = false;
  introduced_ = true;
  backoff_.reset();
  // People who were told something that they have not heard, before the gateway ended.
  const std::set<std::string> owners = awaited_;
  for (const std::string& owner : owners) wake(owner);
  tidy_portals();
}

net::Task<bool> AppService::try_to_introduce() {
  const auto homeserver = co_await find();
  if (!homeserver) {
    is("the homeserver is not reached: " + homeserver.error().text);
    co_return false;
  }
  const auto made = co_await make_user(desk(), *access_, registration_->sender);
  if (!made) {
    is(made.error().text);
    co_return false;
  }
  if (*made) co_await name_user(desk(), *access_, bot_.user_id(), "XMPP gateway");
  std::string transaction = hub_.services().random.hex(8);
  // What waits at the homeserver comes at once, however long it was about to wait.
  const Pinged pinged = co_await ping_back(desk(), *access_, registration_->id, std::move(transaction));
  if (pinged.unknown) {
    is("the homeserver knows us; it is too old to say whether it reaches us");
    co_return true;
  }
  if (!pinged.reached) {
    is("the homeserver does not reach us: " + pinged.error.text);
    co_return false;
  }
  is("the homeserver knows and reaches us");
  co_return true;
}

bool AppService::is_voice(const std::string& user_id) const {
  const auto owner = names_.owner_of(user_id);
  return owner && is_voice_name(*owner);
}

bool AppService::speaks_for(const chat::Account& account) const {
  return is_voice_account(account) || user_id_of(account).empty() || account.settings.get("linked") == "1";
}

std::string AppService::user_of(const chat::Account& account) {
  if (is_voice_account(account)) {
    return names_.ghost_of(
        voice_name(account, [this](std::string_view text) { return hub_.services().occupant_id(text); }));
  }
  const std::string& own = user_id_of(account);
  return own.empty() ? names_.ghost_of(account.owner) : own;
}

net::Task<std::optional<Ending>> AppService::enter(Identity me, std::string name) {
  const auto homeserver = co_await find();
  if (!homeserver) {
    Ending ending{homeserver.error().fault, homeserver.error().text, true};
    co_return ending;
  }
  if (me.ghost) {
    std::string localpart{name_in(me.user_id)};
    const auto made = co_await make_user(desk(), *access_, std::move(localpart));
    if (!made) {
      Ending ending{made.error().fault, made.error().text, true};
      // It was there, and is not any more: when it is back it has to be told that we are here.
      if (!introducing_ && introduced_) {
        introducing_ = true;
        tasks_.spawn([this] { return introduce(); });
      }
      co_return ending;
    }
    if (*made) co_await name_user(desk(), *access_, me.user_id, name);
  }
  const bool has_device = co_await make_device(desk(), *access_, me.user_id, me.device_id, hub_.config().device_name);
  Tokens tokens;
  tokens.user_id = me.user_id;
  tokens.device_id = me.device_id;
  tokens.homeserver = *homeserver;
  tokens.access = access_->as_token;
  tokens.acts_as = me.user_id;
  tokens.acts_from_device = has_device;
  hub_.tokens().lend(me.owner, std::move(tokens));
  co_return std::nullopt;
}

}  // namespace dragoman::backends::matrix
