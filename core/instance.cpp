#include "instance.hpp"

#include <algorithm>

#include "backends/muc/network.hpp"
#include "backends/own_look.hpp"
#include "backends/paperwork.hpp"
#include "gateway/access.hpp"
#include "gateway/to_stanza.hpp"
#include "gateway/waking.hpp"
#include "version.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/occupant_id.hpp"

namespace dragoman {

namespace {
/// What a network keeps for itself; the owner of the documents is its domain.
constexpr const char* network_kind = "network";
/// What it keeps for a person: the owner is "<domain> <bare JID>", as of all that is erased with an account.
constexpr const char* login_kind = "login";

constexpr auto room_patience = std::chrono::seconds{10};

/// Where files are uploaded to is settled at the start; what is in a CA file is read anew for each connection.
bool other_upload(const NetworkEntry& before, const NetworkEntry& after) {
  return before.upload != after.upload || before.upload_ca_file != after.upload_ca_file;
}

}  // namespace

std::string software() { return std::string{"dragoman "} + DRAGOMAN_VERSION; }

Instance::Instance(NetworkEntry entry, net::Loop& loop, Random& random, std::function<void(bool)> quit)
    : entry_(std::move(entry)),
      loop_(loop),
      random_(random),
      pressure_(loop),
      goodbye_(loop.timers()),
      look_(loop.timers()),
      quit_(std::move(quit)),
      services_{loop,      random,
                pressure_, [](std::string_view nickname) { return gateway::escaped(xmpp::safe_resource(nickname)); },
                {},        software()} {
  const backends::Make make = backends::find(entry_.backend);
  if (make == nullptr) return;
  backends::NetworkConfig config{entry_.jid, entry_.name, entry_.settings};
  network_ = make(config, services_);
}

Instance::~Instance() = default;

gateway::Sibling Instance::describe() const {
  return {gateway::describe_agent(entry_.jid, network_->describe(), entry_.policy), entry_.policy};
}

admin::NetworkFacts Instance::facts() const {
  admin::NetworkFacts facts{gateway_->overview(), link_text()};
  if (proxy_) facts.files = proxy_->counts();
  return facts;
}

std::string Instance::link_text() const {
  std::string text = connection_->state_text();
  const auto* paperwork = dynamic_cast<const backends::Paperwork*>(network_.get());
  if (paperwork == nullptr) return text;
  const std::string more = paperwork->paperwork_state();
  return more.empty() ? text : text + "; " + more;
}

void Instance::ask_room(const std::string& room, std::function<void(Result<xmpp::DiscoInfo>)> answered) {
  xmpp::Element iq{"iq", xmpp::ns::component};
  iq.set("type", "get").set("to", room);
  iq.add("query", xmpp::ns::disco_info);
  link_->ask(std::move(iq), room_patience, [answered = std::move(answered)](const Result<xmpp::Element>& answer) {
    if (!answer) return answered(answer.error());
    const xmpp::Element* query = answer->child("query", xmpp::ns::disco_info);
    answered(query == nullptr ? xmpp::DiscoInfo{} : xmpp::read_disco_info(*query));
  });
}

bool Instance::has_admin(const std::string& jid) const {
  const auto parsed = xmpp::Jid::parse(jid);
  return parsed && gateway::is_admin(entry_.policy, *parsed);
}

void Instance::tell_admins(const std::string& text) {
  for (const std::string& admin : entry_.policy.admins) tell(admin, text);
}

void Instance::tell(const std::string& person, const std::string& text) {
  if (!link_) return;
  link_->write([&](xmpp::Writer& writer) {
    writer.begin("message", entry_.jid, person);
    writer.attribute("type", "chat");
    writer.leaf("body", text);
  });
}

Result<void> Instance::add_route(net::HttpRoute route) {
  std::string path = route.path;
  auto added = public_->add(std::move(route));
  if (added) paths_.push_back(std::move(path));
  return added;
}

void Instance::offer_http(const PublicHttp& strangers, const std::string& key) {
  const MediaEntry& media = strangers.media;
  http_ = std::make_unique<net::PooledHttpClient>(loop_, net::TlsOptions(), software(), media.private_ranges);
  media::Fetcher::Limits fetcher_limits;
  fetcher_limits.largest_file = media.largest_file;
  fetcher_ = std::make_unique<media::Fetcher>(*http_, loop_.clock(), fetcher_limits);
  services_.http = http_.get();
  services_.fetcher = fetcher_.get();
  public_ = strangers.server;
  if (public_ == nullptr) return;
  media::Links::Options options{strangers.http.public_url, entry_.jid, key, media.link_lifetime};
  links_ = std::make_unique<media::Links>(loop_.clock(), std::move(options));
  media::Proxy::Limits proxy_limits;
  proxy_limits.largest_file = media.largest_file;
  proxy_ = std::make_unique<media::Proxy>(loop_.clock(), *links_, proxy_limits);
  static_cast<void>(add_route(proxy_->route()));  // nobody else has a path with this domain
  services_.links = links_.get();
  services_.public_url = strangers.http.public_url;
  services_.route = [this](net::HttpRoute route) { return add_route(std::move(route)); };
}

void Instance::start(const net::Endpoint& server, store::Store& store, const std::string& key, LogControl& log,
                     const PublicHttp& strangers, std::function<std::vector<gateway::Sibling>()> siblings,
                     gateway::commands::BridgeDesk& bridges) {
  server_ = server;
  services_.key = key;
  services_.occupant_id = [key, domain = entry_.jid](std::string_view identity) {
    return xmpp::make_occupant_id(key, domain, identity);
  };
  services_.kept = [&store, jid = entry_.jid](const std::string& name) {
    return store.reader_now().document(network_kind, jid, name).value_or("");
  };
  services_.keep = [&store, jid = entry_.jid](const std::string& name, const std::string& text) {
    text.empty() ? store.erase(network_kind, jid, name) : store.put({network_kind, jid, name, text});
  };
  services_.kept_of = [&store, jid = entry_.jid](const std::string& owner, const std::string& name) {
    return Secret<std::string>{store.reader_now().document(login_kind, jid + ' ' + owner, name).value_or("")};
  };
  services_.keep_of = [&store, jid = entry_.jid](const std::string& owner, const std::string& name,
                                                 const Secret<std::string>& text) {
    if (text.empty()) return store.erase(login_kind, jid + ' ' + owner, name);
    store.put_secret({login_kind, jid + ' ' + owner, name, text.reveal()});
  };
  // Asked by a network that is started, which the gateway does.
  services_.may_use = [this](const std::string& owner) { return gateway::is_welcome(gateway_->context(), owner); };
  services_.wake = [this](const std::string& owner) { return gateway::wake(gateway_->context(), owner); };
  services_.when_taken = [this](std::function<void()> taken) { gateway_->when_taken(std::move(taken)); };
  offer_http(strangers, key);
  link_ = std::make_unique<xmpp::Link>(*xmpp::Jid::parse(entry_.jid), loop_.timers(), random_);
  elsewhere_ = std::make_unique<backends::muc::Network>(*link_, services_);
  net::TlsOptions tls;
  tls.ca_file = entry_.upload_ca_file;
  upload_http_ = std::make_unique<net::PooledHttpClient>(loop_, std::move(tls), software());
  uploads_ = std::make_unique<media::UploadService>(loop_, *link_, *upload_http_, entry_.upload);
  services_.uploader = uploads_.get();
  gateway::Gateway::Parts parts{*network_,    *link_,  store,      loop_.timers(),
                                loop_.gate(), random_, software(), [this](bool high) { pressure_.set(high); },
                                quit_};
  parts.key = key;
  parts.siblings = std::move(siblings);
  parts.uploader = uploads_.get();
  parts.bridges = &bridges;
  parts.page_link = page_link_;
  parts.log = &log;
  parts.xmpp_state = [this] { return link_text(); };
  gateway_ = std::make_unique<gateway::Gateway>(std::move(parts), entry_.policy);
  follow_look();
  connection_ =
      std::make_unique<xmpp::Connection>(loop_, random_, *link_, xmpp::Connection::Options{server, entry_.secret});
  connection_->on_state(state_changed_);
  gateway_->start();
  connection_->start();
}

gateway::Policy Instance::policy() const {
  gateway::Policy policy = entry_.policy;
  if (!policy.avatar && picture_) policy.avatar = picture_->get();
  return policy;
}

void Instance::follow_look() {
  auto* look = dynamic_cast<backends::OwnLook*>(network_.get());
  if (look == nullptr) return;
  picture_ = std::make_unique<NetworkPicture>(loop_, *fetcher_, [this] { gateway_->take_policy(policy()); });
  look->on_own_look([this, look] {
    look_.set_after(Duration::zero(), [this, look] {
      picture_->look_at(look->picture_url());
      gateway_->take_policy(policy());  // what it is called is part of what the gateway says of itself
    });
  });
}

bool Instance::take_configuration(Instance& newer, const net::Endpoint& server) {
  NetworkEntry& later = newer.entry_;
  const bool other_table = later.name != entry_.name || !later.settings.differences(entry_.settings).empty();
  if (later.backend != entry_.backend || other_upload(entry_, later)) return false;
  if (other_table && !network_->take_settings(*newer.network_)) return false;
  const bool other_stream = server != server_ || later.secret.reveal() != entry_.secret.reveal();
  entry_ = std::move(later);
  server_ = server;
  gateway_->take_policy(policy());
  if (other_stream) connection_->change({server_, entry_.secret});
  return true;
}

void Instance::stop(std::function<void()> stopped) {
  stopped_ = std::move(stopped);
  for (const std::string& path : paths_) public_->remove(path);
  gateway_->stop();
  uploads_->stop();
  look_.clear();
  if (picture_) picture_->stop();
  connection_->stop([this] { await_connections(); });
}

bool Instance::idle() const {
  const auto busy = [this](const std::string& path) { return public_->busy(path); };
  const bool fetches = picture_ && !picture_->idle();
  return network_->idle() && uploads_->idle() && !fetches && std::none_of(paths_.begin(), paths_.end(), busy);
}

void Instance::await_connections() {
  if (idle()) return stopped_();
  // Goodbyes to foreign servers take a moment; there is nothing to do but to look again.
  goodbye_.set_after(std::chrono::milliseconds{5}, [this] { await_connections(); });
}

}  // namespace dragoman
