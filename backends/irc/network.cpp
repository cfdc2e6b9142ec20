#include "backends/irc/network.hpp"

#include "backends/irc/address.hpp"
#include "backends/irc/certificate_dialog.hpp"
#include "backends/irc/connection.hpp"
#include "backends/irc/features.hpp"
#include "backends/irc/url.hpp"
#include "backends/irc/verify_dialog.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// What the owner holds: when it goes, its connection says goodbye and is finished by the hub.
class SessionHandle final : public chat::Session {
 public:
  SessionHandle(Hub& hub, std::unique_ptr<Connection> connection) : hub_(hub), connection_(std::move(connection)) {}
  ~SessionHandle() override {
    connection_->stop({});
    hub_.adopt(std::move(connection_));
  }
  SessionHandle(const SessionHandle&) = delete;
  SessionHandle& operator=(const SessionHandle&) = delete;

  void start() override { connection_->start(); }
  void perform(chat::CommandId id, const chat::Command& command) override { connection_->perform(id, command); }
  void stop(const std::string& text) override { connection_->stop(text); }

 private:
  Hub& hub_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace

IrcNetwork::IrcNetwork(std::string jid, const std::string& name, Config config, Services& services)
    : hub_(std::move(jid), std::move(config), services, names()) {
  description_.kind = "irc";
  description_.name = name.empty() ? hub_.config().server.host : name;
  description_.prompt = "Nickname or #channel";
  description_.instructions = "Register to keep your nickname and your password for this IRC network.";
  description_.capabilities = capabilities_of(nullptr, {}, hub_.shared());
  description_.ranks = channel_ranks();
}

void IrcNetwork::start() {
  hub_.start();
  const Config& config = hub_.config();
  if (!config.tls && !is_loopback(config.server.host)) {
    LOG_WARN("passwords and messages go to this IRC server in the clear: tls = false", hub_.jid(), config.server.host);
  }
}

void IrcNetwork::probe(std::function<void(chat::Findings)> done) {
  probe_ = std::make_unique<Probe>(hub_.config(), hub_.services().loop);
  probe_->start(std::move(done));
}

bool IrcNetwork::take_settings(const chat::Network& newer) {
  const auto& other = dynamic_cast<const IrcNetwork&>(newer);  // of the same kind, says the contract
  if (!hub_.take_settings(other.hub_.config())) return false;
  description_.name = other.description_.name;
  return true;
}

Result<IrcNetwork::Address> IrcNetwork::parse(std::string_view text) const {
  const std::string_view typed = text::trim(text);
  const std::string& host = hub_.config().server.host;
  if (typed.empty() || text::ascii_iequals(typed, host)) return Address{Console{host}};
  const auto target = parse_target(typed);
  if (!target) return target.error();
  if (const auto* room = std::get_if<chat::RoomId>(&*target)) return Address{*room};
  return Address{std::get<chat::PersonId>(*target)};
}

Result<IrcNetwork::Address> IrcNetwork::parse_typed(std::string_view text) const {
  const std::string_view typed = text::trim(text);
  if (!is_url(typed)) return parse(typed);
  const auto target = parse_url(typed, hub_.config().server.host);
  if (!target) return target.error();
  if (const auto* room = std::get_if<chat::RoomId>(&*target)) return Address{*room};
  return Address{std::get<chat::PersonId>(*target)};
}

Result<chat::PersonId> IrcNetwork::person_in_room(std::string_view resource) const {
  if (const auto valid = check_nickname(resource); !valid) return failure(Fault::not_found, valid.error().text);
  return person_id(resource);
}

bool IrcNetwork::keeps_nothing_of(const chat::PersonId& person) const {
  const ServicesDialect* services = hub_.config().services;
  if (services != nullptr &&
      text::ascii_iequals(person.text, services->address.substr(0, services->address.find('@')))) {
    return true;
  }
  return is_services(person.text);
}

chat::Form IrcNetwork::account_form(const chat::Account& account) const {
  return irc::account_form(account, hub_.account_offer());
}

Result<chat::Account> IrcNetwork::read_account(const chat::Fields& answers, const chat::Account& account) const {
  return irc::read_account(answers, account, hub_.account_offer());
}

std::vector<chat::DialogOffer> IrcNetwork::dialogs() const {
  return {{"certificate", "Fingerprint of my IRC certificate", chat::DialogOffer::Audience::registered},
          {"verify", "Enter the code for my new account", chat::DialogOffer::Audience::registered}};
}

std::unique_ptr<chat::Dialog> IrcNetwork::open_dialog(const std::string& name, const chat::Account& account,
                                                      chat::Dialog::Show show) {
  if (name == "verify") return std::make_unique<VerifyDialog>(hub_, account, std::move(show));
  return std::make_unique<CertificateDialog>(hub_.services().loop.gate(), account, std::move(show));
}

std::unique_ptr<chat::Session> IrcNetwork::open(const chat::Account& account, chat::Observer& observer) {
  Login login = make_login(hub_.config(), account, hub_.services().key);
  login.encodings.read_channels(hub_.kept_encodings(account.owner));
  auto connection = std::make_unique<Connection>(hub_, std::move(login), account.owner, observer);
  return std::make_unique<SessionHandle>(hub_, std::move(connection));
}

std::unique_ptr<chat::Network> make(NetworkConfig& config, Services& services) {
  const std::size_t before = config.settings.problems().size();
  Config read = read_config(config.settings);
  if (config.settings.problems().size() != before) return nullptr;
  return std::make_unique<IrcNetwork>(config.jid, config.name, std::move(read), services);
}

}  // namespace dragoman::backends::irc
