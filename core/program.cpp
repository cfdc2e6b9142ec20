#include "program.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "base/log.hpp"
#include "exit_code.hpp"

namespace dragoman {

namespace {

/// Made once and kept with the accounts: what is derived from it stays the same.
std::string installation_key(store::Store& store, Random& random) {
  if (auto known = store.reader_now().document("installation", "", "key")) return *known;
  std::string key = random.hex(32);
  store.put_secret({"installation", "", "key", key});
  return key;
}

}  // namespace

Program::Program(std::string path, Config config, ServiceManager::Offer offer)
    : path_(std::move(path)),
      config_(std::move(config)),
      started_with_(config_.file),
      manager_(loop_.timers(), std::move(offer)),
      stop_deadline_(loop_.timers()),
      landing_(loop_.timers()),
      leaving_lands_(loop_.timers()),
      log_(loop_.timers(), config_.level),
      http_(config_.http),
      media_(config_.media),
      instances_(build(config_)),
      control_(make_control()),
      control_server_(loop_, control_) {}

Program::~Program() = default;

Result<void> Program::open_store() {
  auto opened = store::Store::open(
      config_.store, loop_.gate(), [this](std::function<void()> action) { loop_.post(std::move(action)); }, random_);
  if (!opened) return opened.error();
  store_ = std::move(*opened);
  return {};
}

admin::Control Program::make_control() {
  return {[this] {
            std::vector<std::string> jids;
            for (const auto& instance : instances_) jids.push_back(instance->jid());
            return jids;
          },
          [this](const std::string& jid) -> gateway::Context* {
            for (const auto& instance : instances_) {
              if (instance->jid() == jid) return &instance->context();
            }
            return nullptr;
          }};
}

bool Program::listen_for_operator() {
  if (config_.admin.socket.empty()) return true;
  const auto listening = control_server_.listen({config_.admin.socket, config_.admin.group});
  if (listening) return true;
  const Error& reason = listening.error();
  if (config_.admin.named) {
    LOG_ERROR("the operator's socket cannot be used", reason);
    return false;
  }
  LOG_WARN("there is no operator's socket: dragoman status and the like cannot be used", reason);
  return true;
}

int Program::run() {
  const std::size_t networks = instances_.size();
  LOG_INFO("starting", software(), path_, networks);
  key_ = installation_key(*store_, random_);
  config_taken_ = clock_.utc();
  bridges_ = make_bridges();
  guests_ = make_guests();
  coming_ = std::exchange(instances_, {});
  for (auto& instance : coming_) begin(std::move(instance));
  coming_.clear();
  bridges_->start(config_.bridges, config_.link);
  guests_->start();
  const bool reachable = listen_for_operator();
  loop_.on_signal([this](int signal) { on_signal(signal); });
  if (admin_) admin_->start();
  if (public_) public_->start();
  // Ready is who works, not who is connected: it goes on trying, and what needs us must not wait for the XMPP server.
  started_ = true;
  manager_.ready();
  tell_state();
  manager_.watch([this] { return healthy(); });
  if (!reachable) quit(exit_code::config);
  loop_.run();
  store_->close();
  LOG_INFO("stopped");
  return exit_code_;
}

std::vector<std::unique_ptr<Instance>> Program::build(Config& config) {
  const auto quit_by_admin = [this](bool restart) { quit(restart ? exit_code::restart : exit_code::ok); };
  std::vector<std::unique_ptr<Instance>> built;
  for (NetworkEntry& entry : config.networks) {
    built.push_back(std::make_unique<Instance>(std::move(entry), loop_, random_, quit_by_admin));
  }
  config.networks.clear();
  std::vector<BridgeableNetwork> networks;
  for (const auto& each : built) networks.push_back({each->jid(), each->usable() ? &each->network() : nullptr});
  resolve_bridges(config.bridges, networks);
  return built;
}

void Program::begin(std::unique_ptr<Instance> instance) {
  for (Leaving& each : leaving_) {
    if (each.instance->jid() != instance->jid()) continue;
    each.successor = std::move(instance);
    return;
  }
  Instance& starting = *instance;
  instances_.push_back(std::move(instance));
  starting.on_state([this] { tell_state(); });
  if (admin_) starting.offer_page([this](const std::string& admin) { return admin_->login_link(admin); });
  guests_->add(starting.jid(), starting.network());
  bridges_->offer_portals(starting.jid(), starting.network());
  const PublicHttp strangers{public_.get(), http_, media_};
  starting.start(
      config_.server, *store_, key_, log_, strangers, [this, &starting] { return siblings_of(starting); }, *bridges_);
  bridges_->network_came(starting.jid());
  guests_->network_came(starting.jid());
}

Instance* Program::find(const std::string& jid) const {
  const auto found =
      std::find_if(instances_.begin(), instances_.end(), [&jid](const auto& each) { return each->jid() == jid; });
  return found == instances_.end() ? nullptr : found->get();
}

std::unique_ptr<Bridges> Program::make_bridges() {
  Bridges::Networks networks;
  networks.find = [this](const bridge::LegPlan& leg) -> chat::Network* {
    Instance* instance = find(leg.network);
    if (instance == nullptr) return nullptr;
    return leg.is_xmpp ? &instance->rooms_elsewhere() : &instance->network();
  };
  networks.tell_admins = [this](const std::string& jid, const std::string& text) {
    if (Instance* instance = find(jid)) instance->tell_admins(text);
  };
  networks.tell = [this](const std::string& jid, const std::string& person, const std::string& text) {
    if (Instance* instance = find(jid)) instance->tell(person, text);
  };
  // What was said with addresses of one that is leaving still comes back.
  networks.serves = [this](const std::string& domain) {
    const auto is_it = [&domain](const Leaving& each) { return each.instance->jid() == domain; };
    return find(domain) != nullptr || std::any_of(leaving_.begin(), leaving_.end(), is_it);
  };
  if (public_) pastes_ = std::make_unique<Pastes>(loop_, *store_, *public_, http_, media_, key_);
  networks.uploader_of = [this](const bridge::LegPlan& leg) -> media::Uploader* {
    // Ours needs nobody's leave, and says who may read it by the link alone.
    if (pastes_) return &pastes_->uploader();
    Instance* instance = find(leg.network);
    return instance == nullptr ? nullptr : &instance->uploader();
  };
  networks.all = [this] {
    std::vector<BridgeableNetwork> all;
    for (const auto& each : instances_) all.push_back({each->jid(), &each->network()});
    for (const Leaving& each : leaving_) {
      if (each.successor) all.push_back({each.successor->jid(), &each.successor->network()});
    }
    return all;
  };
  networks.ask_room = [this](const std::string& jid, const std::string& room,
                             std::function<void(Result<xmpp::DiscoInfo>)> answered) {
    Instance* instance = find(jid);
    if (instance == nullptr) return answered(failure(Fault::unavailable, "the network does not run"));
    instance->ask_room(room, std::move(answered));
  };
  networks.is_admin = [this](const std::string& jid, const std::string& person) {
    const Instance* instance = find(jid);
    return instance != nullptr && instance->has_admin(person);
  };
  return std::make_unique<Bridges>(loop_, *store_, random_, key_, std::move(networks));
}

std::unique_ptr<Guests> Program::make_guests() {
  Guests::Networks networks;
  networks.find = [this](const bridge::LegPlan& leg) -> chat::Network* {
    Instance* instance = find(leg.network);
    if (instance == nullptr) return nullptr;
    return leg.is_xmpp ? &instance->rooms_elsewhere() : &instance->network();
  };
  networks.reading = [this](const std::string& domain) -> chat::Network* {
    if (Instance* instance = find(domain)) return &instance->network();
    // At the start guests come with their own network, which may be in front of that of their room.
    for (const auto& each : coming_) {
      if (each && each->jid() == domain) return &each->network();
    }
    return nullptr;
  };
  networks.serves = [this](const std::string& domain) { return find(domain) != nullptr; };
  networks.uploader_of = [this](const bridge::LegPlan& leg) -> media::Uploader* {
    Instance* instance = find(leg.network);
    return instance == nullptr ? nullptr : &instance->uploader();
  };
  networks.moderates = [this](const std::string& owner, const std::string& domain, const chat::RoomId& id) {
    Instance* instance = started_ ? find(domain) : nullptr;
    gateway::User* person = instance == nullptr ? nullptr : instance->context().find(owner);
    const gateway::Room* room = person == nullptr ? nullptr : person->room(id);
    return room != nullptr && room->state() == gateway::Room::State::joined && bridge::decides(room->standing());
  };
  auto made = std::make_unique<Guests>(loop_, *store_, *bridges_, std::move(networks));
  bridges_->share_rows([guests = made.get()](const store::Message& row) { return guests->restore(row); });
  return made;
}

std::vector<gateway::Sibling> Program::siblings_of(const Instance& instance) const {
  std::vector<gateway::Sibling> others;
  for (const auto& other : instances_) {
    if (other.get() != &instance) others.push_back(other->describe());
  }
  return others;
}

void Program::tell_state() {
  if (!started_ || stopping_) return;
  std::string text;
  for (const auto& instance : instances_) text += (text.empty() ? "" : "; ") + instance->state();
  manager_.status(text + config_note_);
}

bool Program::healthy() const {
  return std::all_of(instances_.begin(), instances_.end(), [](const auto& instance) { return instance->healthy(); });
}

}  // namespace dragoman
