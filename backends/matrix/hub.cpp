#include "backends/matrix/hub.hpp"

#include <utility>

#include "backends/matrix/appservice.hpp"
#include "backends/matrix/connection.hpp"
#include "backends/matrix/login.hpp"
#include "base/log.hpp"
#include "media/links.hpp"
#include "net/http_client.hpp"

namespace dragoman::backends::matrix {

namespace {
constexpr auto renewal_patience = std::chrono::seconds{15};
constexpr auto renewal_step = std::chrono::milliseconds{100};
}  // namespace

Hub::Hub(std::string jid, Config config, Services& services, Names& names)
    : jid_(std::move(jid)),
      config_(std::move(config)),
      services_(services),
      tokens_(services),
      book_([&services](const std::string& key) { return services.kept ? services.kept(key) : std::string{}; },
            [&services](const std::string& key, const std::string& text) {
              if (services.keep) services.keep(key, text);
            }),
      shared_{names,
              services.random,
              book_,
              rooms_,
              features_,
              services.occupant_resource,
              [&services](std::string_view identity) { return services.occupant_id(identity); },
              [&services](const std::string& owner, const chat::Attachment& file) {
                if (services.links == nullptr) return std::string{};
                return services.links->make(media::LinkedFile{MediaStore::id_of(owner, file.url), file.name});
              },
              config_.presence_cap,
              config_.gap_limit,
              services.software},
      sso_returns_(services, jid_) {
  if (config_.service) service_ = std::make_unique<AppService>(*this, *config_.service);
}

Hub::~Hub() {
  if (!idle()) LOG_ERROR("network destroyed before its sessions had ended, this is a bug", jid_);
}

void Hub::start() {
  sso_returns_.start();
  if (service_) service_->start();
  if (services_.links == nullptr) return;
  media_ = std::make_unique<MediaStore>(
      http(),
      [this](const std::string& owner) -> std::optional<MediaStore::Access> {
        const Tokens* tokens = tokens_.find(owner);
        if (tokens == nullptr) return std::nullopt;
        return MediaStore::Access{tokens->homeserver, tokens->access};
      },
      [this](std::string owner, Secret<std::string> stale) {
        return renew_tokens(std::move(owner), std::move(stale));
      });
  services_.links->serve(*media_);
}

void Hub::stop() {
  if (service_) service_->stop();
}

bool Hub::idle() const { return graveyard_.empty() && (!service_ || service_->idle()); }

bool Hub::take_settings(const Config& newer) {
  if (newer.homeserver != config_.homeserver || !(newer.tls == config_.tls)) return false;
  if (newer.service != config_.service) return false;
  config_ = newer;
  shared_.presence_cap = config_.presence_cap;
  shared_.gap_limit = config_.gap_limit;
  return true;
}

net::Task<bool> Hub::renew_tokens(std::string owner, Secret<std::string> stale) {
  const Tokens* const before = tokens_.find(owner);
  if (before == nullptr) co_return false;
  if (before->access.reveal() != stale.reveal()) co_return true;
  bool asked = false;
  for (Connection* each : live_) asked = (each->owner() == owner && each->renew_tokens()) || asked;
  if (!asked) {
    if (before->refresh.empty()) co_return false;
    Tokens old = *before;
    const Renewal renewal = co_await renew(http(), clock(), std::move(old));
    if (renewal.tokens && tokens_.find(owner) != nullptr) tokens_.keep(owner, *renewal.tokens);
    co_return renewal.tokens.has_value();
  }
  // Its session renews them: a refresh token is good for once. The session may go meanwhile.
  const Instant deadline = clock().now() + renewal_patience;
  while (clock().now() < deadline) {
    const Tokens* const now = tokens_.find(owner);
    if (now == nullptr) co_return false;
    if (now->access.reveal() != stale.reveal()) co_return true;
    co_await loop().sleep_until(clock().now() + renewal_step);
  }
  co_return false;
}

net::HttpClient& Hub::http() {
  const bool usual = config_.tls.ca_file.empty() && services_.http != nullptr;
  if (usual && !own_http_) return *services_.http;
  if (!own_http_) {
    own_http_ = std::make_unique<net::PooledHttpClient>(services_.loop, config_.tls, services_.software);
  }
  return *own_http_;
}

std::string Hub::device_id_of(const std::string& owner) const {
  std::string id = "DRAGOMAN";
  for (const char c : services_.occupant_id("device of " + owner)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter) id += c;
  }
  return id;
}

void Hub::adopt(std::unique_ptr<Connection> connection) {
  net::TaskGroup& tasks = connection->tasks();
  graveyard_.bury(std::move(connection), tasks);
}

}  // namespace dragoman::backends::matrix
