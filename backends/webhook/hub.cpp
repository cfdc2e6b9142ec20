#include "backends/webhook/hub.hpp"

#include <utility>

#include "backends/webhook/session.hpp"
#include "backends/webhook/token.hpp"
#include "media/fetcher.hpp"
#include "net/http_client.hpp"

namespace dragoman::backends::webhook {

Hub::Hub(std::string jid, Config config, Services& services, Names& names)
    : jid_(std::move(jid)),
      config_(std::move(config)),
      services_(services),
      names_(names),
      book_(services),
      tasks_(services.loop) {}

Hub::~Hub() = default;

void Hub::open_office() {
  net::AddressRanges allowed = egress().private_ranges;
  auto http = std::make_unique<net::PooledHttpClient>(services_.loop, net::TlsOptions(), services_.software, allowed);
  http->go_through(config_.proxy);
  http_ = std::move(http);
  const std::string reply_path = config_.path + "reply/";
  if (services_.route) {
    reply_desk_ = std::make_unique<ReplyDesk>(
        clock(), services_.public_url, reply_path, services_.key,
        [this](const std::string& hook, const Happening& to, const std::vector<Reply>& replies) {
          Feed* found = feed(hook);
          if (found == nullptr) return false;
          return found->answering().hear(to, replies);
        });
    if (!services_.route(reply_desk_->route())) reply_desk_.reset();
    dead_desk_ = std::make_unique<DeadDesk>(*this, services_.public_url, config_.path + "dead/", services_.key);
    if (!services_.route(dead_desk_->route())) dead_desk_.reset();
  }
  const std::string instance = sha256(services_.key + jid_).substr(0, 16);
  office_.emplace(Courier::Office{services_.loop, services_.random, *http_, services_.software, instance,
                                  std::move(allowed), reply_desk_.get(), config_.proxy, jid_});
}

Egress Hub::egress() const {
  Egress egress;
  egress.plain_http = config_.allow_http;
  egress.ports.clear();
  for (const std::int64_t port : config_.ports) egress.ports.insert(static_cast<std::uint16_t>(port));
  for (const std::string& each : config_.allow_private) static_cast<void>(egress.private_ranges.add(each));
  egress.own_url = services_.public_url;
  return egress;
}

void Hub::bury(std::unique_ptr<Courier> courier) {
  net::TaskGroup& tasks = courier->tasks();
  graveyard_.bury(std::move(courier), tasks);
}

bool Hub::take_settings(const Config& newer) {
  // Requests may be under way: the client that checks their addresses stays.
  if (newer.allow_private != config_.allow_private || newer.proxy != config_.proxy) return false;
  config_ = newer;
  for (const auto& [name, feed] : feeds_) feed->take_limits();
  return true;
}

QueueLimits Hub::queue_limits(const Outgoing& outgoing) const {
  QueueLimits limits;
  limits.longest_wait = outgoing.max_age > Duration{} ? outgoing.max_age : config_.max_age;
  limits.longest_block = outgoing.max_block > Duration{} ? outgoing.max_block : config_.max_block;
  limits.concurrency = outgoing.concurrency > 0 ? outgoing.concurrency : config_.concurrency;
  return limits;
}

void Hub::check_target(std::string url, std::function<void(Result<net::Url>)> done) {
  tasks_.spawn([this, url = std::move(url), done = std::move(done)]() -> net::Task<> {
    auto checked = co_await resolve_target(services_.loop, url, egress());
    done(std::move(checked));
  });
}

void Hub::fetch_picture(std::string url, std::function<void(Result<std::string> bytes)> done) {
  tasks_.spawn([this, url = std::move(url), done = std::move(done)]() -> net::Task<> {
    constexpr std::uint64_t most = 64 * 1024;  // chat::Picture
    auto fetched = co_await services_.fetcher->fetch(url, most);
    if (fetched) {
      done(std::move(fetched->file.bytes));
    } else {
      done(fetched.error());
    }
  });
}

void Hub::presence_changed(const Session& session) {
  for (const auto& [name, feed] : feeds_) {
    if (!feed->is_heard_by(session)) continue;
    feed->answering().happens(Happening::Type::presence_changed, session, false, std::string{session.presence()});
  }
}

void Hub::stop() {
  tasks_.stop();
  for (const auto& [name, feed] : feeds_) feed->answering().stop();
}

void Hub::start() {
  open_office();
  book_.load();
  for (const auto& [name, hook] : book_.all()) {
    auto feed = std::make_unique<Feed>(*this, name);
    feed->load();
    feeds_.emplace(name, std::move(feed));
  }
  rooms_.start();
}

Feed* Hub::feed(std::string_view name) {
  const auto found = feeds_.find(name);
  return found == feeds_.end() ? nullptr : found->second.get();
}

Result<void> Hub::add(Hook hook) {
  if (book_.count_of(hook.owner) >= config_.hooks_per_owner) {
    return failure(Fault::limited, "You have " + std::to_string(book_.count_of(hook.owner)) +
                                       " hooks, which is the limit here; delete one first.");
  }
  const std::string name = hook.name;
  if (auto added = book_.add(std::move(hook)); !added) return added;
  feeds_.emplace(name, std::make_unique<Feed>(*this, name)).first->second->changed();
  return {};
}

void Hub::change(Hook hook) {
  const std::string name = hook.name;
  book_.change(std::move(hook));
  if (Feed* changed = feed(name)) changed->changed();
}

void Hub::remove(const std::string& name) {
  const auto found = feeds_.find(name);
  if (found == feeds_.end()) return;
  rooms_.end(found->second->hook());
  found->second->end();
  feeds_.erase(found);
  book_.remove(name);
}

void Hub::remove_all_of(const std::string& owner) {
  std::vector<std::string> names;
  for (const auto& [name, hook] : book_.all()) {
    if (hook.owner == owner) names.push_back(name);
  }
  for (const std::string& name : names) remove(name);
}

std::vector<const Hook*> Hub::readable_by(const std::string& jid) const {
  std::vector<const Hook*> found;
  for (const auto& [name, hook] : book_.all()) {
    if (may_read(hook, jid)) found.push_back(&hook);
  }
  return found;
}

std::vector<const Hook*> Hub::changeable_by(const std::string& jid) const {
  std::vector<const Hook*> found;
  for (const auto& [name, hook] : book_.all()) {
    if (may_change(hook, jid)) found.push_back(&hook);
  }
  return found;
}

bool Hub::owner_takes(const std::string& owner) {
  const int most = config_.owner_per_second;
  const Duration interval = Duration{std::chrono::seconds{1}} / most;
  // As much at once as all hooks of somebody may.
  const double burst = static_cast<double>(config_.burst) * 3;
  auto& bucket = owner_buckets_.try_emplace(owner, burst, interval).first->second;
  bucket.set_limit(burst, interval);
  return bucket.take(clock().now());
}

void Hub::remove(Session& session) {
  sessions_.erase(&session);
  for (const auto& [name, feed] : feeds_) feed->gone(session);
}

std::vector<Session*> Hub::sessions_of(const std::string& jid) const {
  std::vector<Session*> found;
  for (Session* each : sessions_) {
    if (each->owner() == jid) found.push_back(each);
  }
  return found;
}

std::string Hub::url_of(const std::string& token) const { return services_.public_url + config_.path + token; }

}  // namespace dragoman::backends::webhook
