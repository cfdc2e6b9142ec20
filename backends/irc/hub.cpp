#include "backends/irc/hub.hpp"

#include <algorithm>

#include "backends/irc/charset.hpp"
#include "backends/irc/connection.hpp"
#include "backends/irc/verify_dialog.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

std::string sts_key(const std::string& host) { return "sts " + host; }
std::string accounts_key(const std::string& host) { return "accounts " + host; }
std::string look_key(const std::string& host) { return "look " + host; }
std::string encodings_key(const std::string& host) { return "encodings " + host; }
std::string profile_key(const std::string& host) { return "profile " + host; }

constexpr std::size_t read_size = 64 * 1024;
constexpr std::size_t most_spare = 64, most_spare_events = 64;
constexpr std::size_t longest_network_name = 100, longest_address = 1000;

ConnectQueue::Limits limits_of(const Config& config) {
  ConnectQueue::Limits limits;
  // A server of one's own (no flood control) takes as many as come.
  if (config.flood.limited) limits.rate.emplace(20, std::chrono::milliseconds{250});
  return limits;
}

}  // namespace

Hub::Hub(std::string jid, Config config, Services& services, Names& names, const std::string& suffix)
    : jid_(std::move(jid)),
      config_(std::move(config)),
      services_(services),
      shared_{names,
              services.random,
              services.occupant_resource,
              [&services](std::string_view identity) { return services.occupant_id(identity); },
              services.software,
              config_.encodings,
              config_.flood,
              config_.rename_when_taken,
              config_.lines,
              config_.formatting,
              config_.services,
              suffix,
              config_.ctcp,
              RealmRef{names, std::string_view{suffix}.substr(suffix.empty() ? 0 : 1)},
              {},
              config_.typing_in_channels},
      queue_(services.loop.timers(), limits_of(config_)),
      throttle_(services.random),
      account_offer_(irc::account_offer(Link{}, config_.services)) {}

Hub::~Hub() {
  if (!idle()) LOG_ERROR("network destroyed before its sessions had ended, this is a bug", jid_);
}

void Hub::start() {
  if (!services_.kept) return;
  sts_.read(services_.kept(sts_key(config_.server.host)), services_.loop.clock().utc());
  if (const auto kept = read_account_offer(services_.kept(accounts_key(config_.server.host))); kept.possible) {
    account_offer_ = kept;
  }
  const std::string kept = services_.kept(look_key(config_.server.host));
  const auto end = kept.find('\n');
  if (end == std::string::npos) return;
  look_ = {kept.substr(0, end), kept.substr(end + 1)};
  if (looks_different) looks_different();
}

Hub::Target Hub::target() const {
  Target target{config_.server, config_.tls};
  // Who is configured to use TLS uses the port that is configured too.
  if (config_.tls) return target;
  if (const auto port = sts_.port(services_.loop.clock().utc())) target = {{config_.server.host, *port}, true};
  return target;
}

Hub::Target Hub::target(const Route& route, std::size_t attempt) const {
  if (route.ways.empty()) return target();
  const Route::Way& way = route.ways[attempt % route.ways.size()];
  if (!way.tls) {
    // A server that wants TLS gets it (STS), whatever somebody has chosen.
    if (const auto port = sts_.port(services_.loop.clock().utc())) return {{config_.server.host, *port}, true};
  }
  return {{config_.server.host, way.port}, way.tls};
}

void Hub::learn_sts(const std::string& offer, const Target& target) {
  const StsOffer read = read_sts(offer);
  if (target.tls) {
    if (sts_.learn(read, target.server.port, services_.loop.clock().utc())) keep_sts();
  } else if (const bool wants_tls = sts_.upgrade(read)) {
    const std::string& network = jid_;
    LOG_WARN("this IRC server wants TLS, which is used from now on: set tls = true", network, wants_tls);
  }
}

void Hub::link_ended(const Target& target) {
  if (target.tls && sts_.extend(services_.loop.clock().utc())) keep_sts();
}

void Hub::keep_sts() {
  if (services_.keep) services_.keep(sts_key(config_.server.host), sts_.write());
}

std::string Hub::kept_encodings(const std::string& owner) const {
  return services_.kept_of ? services_.kept_of(owner, encodings_key(config_.server.host)).reveal() : std::string{};
}

void Hub::keep_encodings(const std::string& owner, const std::string& channels) {
  if (services_.keep_of) {
    services_.keep_of(owner, encodings_key(config_.server.host), Secret<std::string>{channels});
  }
}

std::string Hub::kept_profile(const std::string& owner) const {
  return services_.kept_of ? services_.kept_of(owner, profile_key(config_.server.host)).reveal() : std::string{};
}

void Hub::keep_profile(const std::string& owner, const std::string& profile) {
  if (services_.keep_of) services_.keep_of(owner, profile_key(config_.server.host), Secret<std::string>{profile});
}

bool Hub::take_settings(const Config& newer) {
  const bool same_server =
      newer.server == config_.server && newer.tls == config_.tls && newer.tls_options == config_.tls_options;
  if (!same_server) return false;
  if (newer.flood != config_.flood) queue_.set_limits(limits_of(newer));
  config_ = newer;
  shared_.encodings = config_.encodings;
  shared_.flood = config_.flood;
  shared_.rename_when_taken = config_.rename_when_taken;
  shared_.lines = config_.lines;
  shared_.formatting = config_.formatting;
  shared_.services = config_.services;
  shared_.ctcp = config_.ctcp;
  shared_.typing_in_channels = config_.typing_in_channels;
  for (Connection* const each : std::vector{live_}) each->settings_changed();
  return true;
}

Connection* Hub::connection_of(std::string_view owner) const {
  const auto found =
      std::find_if(live_.begin(), live_.end(), [owner](const Connection* each) { return each->owner() == owner; });
  return found == live_.end() ? nullptr : *found;
}

void Hub::learn_account_offer(const AccountOffer& offer) {
  if (account_offer_ == offer) return;
  account_offer_ = offer;
  if (services_.keep) services_.keep(accounts_key(config_.server.host), write_account_offer(offer));
}

void Hub::learn_look(std::string_view name, std::string_view picture_url) {
  const bool is_link = picture_url.starts_with("https://") || picture_url.starts_with("http://");
  const bool fits = picture_url.size() <= longest_address && text::without_controls(picture_url, false) == picture_url;
  const std::string shown = text::without_controls(decode_text(name), false);
  Look seen{std::string{text::cut(shown, longest_network_name)},
            std::string{is_link && fits ? picture_url : std::string_view{}}};
  if (seen == look_) return;
  look_ = std::move(seen);
  if (services_.keep) services_.keep(look_key(config_.server.host), look_.name + '\n' + look_.picture_url);
  if (looks_different) looks_different();
}

void Hub::verifies_no_more(VerifyDialog& dialog) {
  std::erase_if(verifying_, [&dialog](const auto& entry) { return entry.second == &dialog; });
}

void Hub::verified(const std::string& owner, const Result<std::string>& answer) {
  if (const auto found = verifying_.find(owner); found != verifying_.end()) found->second->answered(answer);
}

std::vector<char>& Hub::read_buffer() {
  // Not by a hub that only waits: a gateway to any server has many.
  if (read_buffer_.empty()) read_buffer_.resize(read_size);
  return read_buffer_;
}

Heard Hub::borrow() {
  if (spare_.empty()) return {};
  Heard heard = std::move(spare_.back());
  spare_.pop_back();
  return heard;
}

void Hub::give_back(Heard heard) {
  heard.clear();
  if (spare_.size() < most_spare && heard.events.capacity() <= most_spare_events) spare_.push_back(std::move(heard));
}

Instant Hub::throttled(Instant began, const std::string& why) {
  const Instant now = services_.loop.clock().now();
  const Instant until = throttle_.refused(began, now);
  throttled_why_ = why;
  queue_.hold(until);
  const std::string &network = jid_, &reason = why;
  const Duration delay = until - now;
  LOG_WARN("irc server wants fewer connections, nobody is connected for a while", network, reason, delay);
  return until;
}

std::optional<Ending> Hub::held() const {
  if (services_.loop.clock().now() >= queue_.held_until()) return std::nullopt;
  return Ending{Fault::limited, throttled_why_, Farewell::Retry::throttled};
}

void Hub::start(Connection& connection) {
  if (!is_leaving(connection.owner())) return queue_.request(connection);
  following_.push_back(&connection);
}

void Hub::cancel(Connection& connection) {
  std::erase(following_, &connection);
  queue_.cancel(connection);
}

bool Hub::is_leaving(std::string_view owner) const {
  return std::any_of(leaving_.begin(), leaving_.end(), [owner](const auto& each) { return each->owner() == owner; });
}

void Hub::adopt(std::unique_ptr<Connection> connection) {
  Connection& leaving = *connection;
  leaving_.push_back(std::move(connection));
  if (leaving.finished()) finished(leaving);
}

void Hub::finished(Connection& connection) {
  const auto found =
      std::find_if(leaving_.begin(), leaving_.end(), [&](const auto& each) { return each.get() == &connection; });
  if (found == leaving_.end()) return;
  auto gone = std::move(*found);
  leaving_.erase(found);
  if (!is_leaving(gone->owner())) {
    const auto next = std::find_if(following_.begin(), following_.end(),
                                   [&gone](const Connection* each) { return each->owner() == gone->owner(); });
    if (next != following_.end()) {
      Connection& follower = **next;
      following_.erase(next);
      queue_.request(follower);
    }
  }
  net::TaskGroup& tasks = gone->tasks();
  graveyard_.bury(std::move(gone), tasks);
}

}  // namespace dragoman::backends::irc
