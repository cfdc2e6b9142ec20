#include "backends/irc/network.hpp"

#include <algorithm>
#include <utility>

#include "backends/irc/address.hpp"
#include "backends/irc/client_certificate.hpp"
#include "backends/irc/connection.hpp"
#include "backends/irc/features.hpp"
#include "backends/irc/make_login.hpp"
#include "backends/irc/own_profile.hpp"
#include "backends/irc/text_dialog.hpp"
#include "backends/irc/url.hpp"
#include "backends/irc/verify_dialog.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// What the owner holds: when it goes, its connection says goodbye and is finished by the hub.
class SessionHandle final : public chat::Session {
 public:
  SessionHandle(Hub& hub, std::unique_ptr<Connection> connection) : hub_(hub), connection_(std::move(connection)) {
    ++hub_.sessions;
  }
  ~SessionHandle() override {
    --hub_.sessions;
    connection_->stop({});
    hub_.adopt(std::move(connection_));
  }
  SessionHandle(const SessionHandle&) = delete;
  SessionHandle& operator=(const SessionHandle&) = delete;

  void start() override { connection_->start(); }
  void perform(chat::CommandId id, const chat::Command& command) override {
    if (const auto* told = std::get_if<chat::SetProfile>(&command)) {
      hub_.keep_profile(connection_->owner(), write_profile(told->profile));
    }
    connection_->perform(id, command);
  }
  void stop(const std::string& text) override { connection_->stop(text); }

 private:
  Hub& hub_;
  std::unique_ptr<Connection> connection_;
};

/// An id with the server behind it.
IrcNetwork::Address address_of(const Target& target, const std::string& server) {
  const std::string suffix = server.empty() ? std::string{} : '%' + server;
  if (const auto* room = std::get_if<chat::RoomId>(&target)) return chat::RoomId{room->text + suffix};
  return chat::PersonId{std::get<chat::PersonId>(target).text + suffix};
}

bool may_be_host(std::string_view text) {
  return !looks_like_channel(text) && text.find_first_of(".:") != std::string_view::npos;
}

}  // namespace

IrcNetwork::IrcNetwork(std::string jid, const std::string& name, Config config, Services& services)
    : configured_name_(name), services_(services), servers_(std::move(jid), std::move(config), services, names()) {
  description_.kind = "irc";
  description_.ranks = channel_ranks();
  describe_network();
  if (in_parts()) return;
  servers_.hub({}).looks_different = [this] {
    name_it();
    if (look_changed_) look_changed_();
  };
}

void IrcNetwork::name_it() {
  description_.name = configured_name_;
  if (description_.name.empty()) description_.name = in_parts() ? std::string{"IRC"} : servers_.find({})->look().name;
  if (description_.name.empty()) description_.name = servers_.config().server.host;
}

std::string IrcNetwork::picture_url() const {
  return in_parts() ? std::string{} : servers_.find({})->look().picture_url;
}

void IrcNetwork::describe_network() {
  const Config& config = servers_.config();
  name_it();
  if (in_parts()) {
    description_.prompt = "nickname%server or #channel%server";
    description_.instructions = "Register to keep your nickname and your settings for these IRC servers.";
    description_.capabilities = capabilities_of(nullptr, {}, Hub{servers_.jid(), config, services_, names()}.shared());
    return;
  }
  description_.prompt = "Nickname or #channel";
  description_.instructions = "Register to keep your nickname and your password for this IRC network.";
  description_.capabilities = capabilities_of(nullptr, {}, servers_.find({})->shared());
}

void IrcNetwork::start() {
  servers_.start();
  const Config& config = servers_.config();
  const std::string& network = servers_.jid();
  const auto warn = [&](const net::Endpoint& server, bool tls) {
    if (tls || is_loopback(server.host)) return;
    LOG_WARN("passwords and messages go to this IRC server in the clear: tls = false", network, server.host);
  };
  if (!in_parts()) return warn(config.server, config.tls);
  for (const Listed& each : config.networks) warn(each.server, each.tls);
  if (config.any_server) {
    LOG_WARN("people may connect through this gateway to any IRC server of the internet: networks = [\"*\"]", network,
             config.most_networks);
  }
}

void IrcNetwork::probe(std::function<void(chat::Findings)> done) {
  told_ = std::move(done);
  if (!in_parts()) {
    probes_.push_back(std::make_unique<Probe>(servers_.config(), services_.loop));
  }
  for (const std::string& each : servers_.listed()) {
    probes_.push_back(std::make_unique<Probe>(servers_.find(each)->config(), services_.loop));
  }
  if (servers_.config().any_server) {
    findings_.push_back({chat::Finding::Grade::warning, "networks = [\"*\"]",
                         "people may connect through this gateway to any public IRC server, whose operators see this "
                         "machine's address: list the servers unless that is what you want"});
  }
  probe_next();
}

void IrcNetwork::probe_next() {
  if (probed_ == probes_.size()) return std::exchange(told_, nullptr)(std::move(findings_));
  probes_[probed_++]->start([this](chat::Findings found) {
    std::move(found.begin(), found.end(), std::back_inserter(findings_));
    probe_next();
  });
}

bool IrcNetwork::take_settings(const chat::Network& newer) {
  const auto& other = dynamic_cast<const IrcNetwork&>(newer);  // of the same kind, says the contract
  if (!servers_.take_settings(other.servers_.config())) return false;
  configured_name_ = other.configured_name_;
  name_it();
  return true;
}

Result<IrcNetwork::Address> IrcNetwork::parse(std::string_view text) const {
  const std::string_view typed = text::trim(text);
  if (!in_parts()) {
    const std::string& host = servers_.config().server.host;
    if (typed.empty() || text::ascii_iequals(typed, host)) return Address{Console{host}};
    const auto target = parse_target(typed);
    if (!target) return target.error();
    return address_of(*target, {});
  }
  if (typed.empty()) return Address{Console{}};
  const auto sign = typed.rfind('%');
  if (sign == std::string_view::npos && !may_be_host(typed) && !servers_.is_listed(text::ascii_lower(typed))) {
    return failure(Fault::malformed,
                   "Say on which server, behind a \"%\": " + text::without_controls(typed, false) + "%irc.example.org");
  }
  const auto host = canonical_host(sign == std::string_view::npos ? typed : typed.substr(sign + 1));
  if (!host) return host.error();
  if (const auto served = servers_.serves(*host); !served) return served.error();
  if (sign == std::string_view::npos || sign == 0) return Address{Console{*host}};
  const auto target = parse_target(typed.substr(0, sign));
  if (!target) return target.error();
  return address_of(*target, *host);
}

Result<IrcNetwork::Address> IrcNetwork::parse_typed(std::string_view text) const {
  const std::string_view typed = text::trim(text);
  if (!is_url(typed)) return parse(typed);
  if (!in_parts()) {
    const auto target = parse_url(typed, servers_.config().server.host);
    if (!target) return target.error();
    return address_of(*target, {});
  }
  // A server that is listed, or one of the same network; else the one that the URL names.
  const auto host = canonical_host(host_of_url(typed));
  if (!host) return host.error();
  std::string server = *host;
  if (!servers_.is_listed(server)) {
    const auto listed = servers_.listed();
    const auto same = std::find_if(listed.begin(), listed.end(),
                                   [&](const std::string& each) { return is_same_network(*host, each); });
    if (same != listed.end()) server = *same;
  }
  if (const auto served = servers_.serves(server); !served) return served.error();
  const auto target = parse_url(typed, server);
  if (!target) return target.error();
  return address_of(*target, server);
}

std::string IrcNetwork::format_in_room(const chat::PersonId& person) const {
  const std::string part = part_of(person);
  return part.empty() ? person.text : person.text.substr(0, person.text.size() - part.size() - 1);
}

Result<chat::PersonId> IrcNetwork::person_in_room(const chat::RoomId& room, std::string_view nickname) const {
  if (const auto valid = check_nickname(nickname); !valid) return failure(Fault::not_found, valid.error().text);
  const std::string part = part_of(room);
  return person_id(nickname, part.empty() ? std::string{} : '%' + part);
}

bool IrcNetwork::same_name(std::string_view a, std::string_view b, const std::string& part) const {
  const Hub* hub = servers_.find(part);
  return same(hub == nullptr ? Casemap::rfc1459 : hub->casemap, a, b);
}

std::string IrcNetwork::part_name(const std::string& part) const {
  if (part.empty()) return description_.name;
  const Hub* hub = servers_.find(part);
  return hub == nullptr || hub->look().name.empty() ? part : hub->look().name + " (" + part + ')';
}

Result<void> IrcNetwork::may_open(const std::string& part, const std::vector<std::string>& open) const {
  if (!in_parts()) return {};
  if (part.empty()) return failure(Fault::malformed, "Say on which server.");
  if (const auto served = servers_.serves(part); !served) return served.error();
  if (servers_.is_listed(part)) return {};
  const auto count = static_cast<std::size_t>(
      std::count_if(open.begin(), open.end(), [this](const std::string& each) { return !servers_.is_listed(each); }));
  if (count < servers_.config().most_networks) return {};
  return failure(Fault::limited, "You are connected to " + std::to_string(count) +
                                     " servers of your own choice, which is the limit here; leave the rooms of one of "
                                     "them first.");
}

bool IrcNetwork::keeps_nothing_of(const chat::PersonId& person) const {
  const ServicesDialect* services = servers_.config().services;
  const std::string name = format_in_room(person);
  if (services != nullptr && text::ascii_iequals(name, services->address.substr(0, services->address.find('@')))) {
    return true;
  }
  return is_services(name);
}

AccountOffer IrcNetwork::account_offer(const std::string& part) const {
  const Hub* hub = servers_.find(part);
  return hub == nullptr ? AccountOffer{} : hub->account_offer();
}

ServerRules IrcNetwork::rules(const std::string& part) const {
  return rules_of(servers_.settings_of(part), in_parts(), account_offer(part));
}

chat::Form IrcNetwork::account_form(const chat::Account& account) const {
  return irc::account_form(account, account_offer({}));
}

Result<chat::Account> IrcNetwork::read_account(const chat::Fields& answers, const chat::Account& account) const {
  return irc::read_account(answers, account, account_offer({}));
}

chat::Form IrcNetwork::part_form(const chat::Account& account) const {
  return server_form(rules(account.part), account);
}

Result<chat::Account> IrcNetwork::read_part(const chat::Fields& answers, const chat::Account& account) const {
  return read_server(rules(account.part), answers, account);
}

std::vector<chat::DialogOffer> IrcNetwork::dialogs() const {
  using Audience = chat::DialogOffer::Audience;
  std::vector<chat::DialogOffer> offers{{"certificate", "Fingerprint of my IRC certificate", Audience::registered}};
  offers.push_back({"bouncer", "Networks of my bouncer", Audience::registered, in_parts()});
  offers.push_back({"verify", "Enter the code for my new account", Audience::registered, in_parts()});
  return offers;
}

chat::Finished IrcNetwork::tell_networks(const chat::Account& account) const {
  const Hub* hub = servers_.find(account.part);
  const Connection* connection = hub == nullptr ? nullptr : hub->connection_of(account.owner);
  if (connection == nullptr) return {"You are not connected to the network just now.", {}, true};
  std::string networks = connection->bouncer_networks();
  if (networks.empty()) return {"This server is no bouncer with several networks, or it has none.", {}, true};
  return {std::move(networks), {}};
}

std::unique_ptr<chat::Dialog> IrcNetwork::open_dialog(const std::string& name, const chat::Account& account,
                                                      chat::Dialog::Show show) {
  if (name == "verify") {
    return std::make_unique<VerifyDialog>(servers_.hub(account.part), account, std::move(show));
  }
  if (name == "bouncer") {
    return std::make_unique<TextDialog>(services_.loop.gate(), tell_networks(account), std::move(show));
  }
  return std::make_unique<TextDialog>(services_.loop.gate(), tell_certificate(account), std::move(show));
}

std::unique_ptr<chat::Session> IrcNetwork::open(const chat::Account& account, chat::Observer& observer) {
  Hub& hub = servers_.hub(account.part);
  Login login = make_login(hub.config(), account, services_.key);
  login.encodings.read_channels(hub.kept_encodings(account.owner));
  const ServerRules rules = rules_of(hub.config(), in_parts(), hub.account_offer());
  apply_server_settings(rules, account, login);
  read_profile(hub.kept_profile(account.owner), login);
  auto connection =
      std::make_unique<Connection>(hub, std::move(login), account.owner, observer, route_of(rules, account));
  return std::make_unique<SessionHandle>(hub, std::move(connection));
}

std::unique_ptr<chat::Network> make(NetworkConfig& config, Services& services) {
  const std::size_t before = config.settings.problems().size();
  Config read = read_config(config.settings);
  if (config.settings.problems().size() != before) return nullptr;
  return std::make_unique<IrcNetwork>(config.jid, config.name, std::move(read), services);
}

}  // namespace dragoman::backends::irc
