#include "backends/matrix/network.hpp"

#include <algorithm>
#include <utility>

#include "backends/matrix/account.hpp"
#include "backends/matrix/address.hpp"
#include "backends/matrix/appservice.hpp"
#include "backends/matrix/appservice_linking.hpp"
#include "backends/matrix/connection.hpp"
#include "backends/matrix/handlers.hpp"
#include "backends/matrix/knock_dialog.hpp"
#include "backends/matrix/login_dialog.hpp"
#include "backends/matrix/probe.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

namespace dragoman::backends::matrix {

namespace {

/// What the owner holds: when it goes, the tasks of its connection end in the hub's care.
class SessionHandle final : public chat::Session {
 public:
  SessionHandle(Hub& hub, std::unique_ptr<Connection> connection) : hub_(hub), connection_(std::move(connection)) {}
  ~SessionHandle() override {
    connection_->stop();
    hub_.adopt(std::move(connection_));
  }
  SessionHandle(const SessionHandle&) = delete;
  SessionHandle& operator=(const SessionHandle&) = delete;

  void start() override { connection_->start(); }
  void perform(chat::CommandId id, const chat::Command& command) override { connection_->perform(id, command); }
  void stop(const std::string&) override { connection_->stop(); }

 private:
  Hub& hub_;
  std::unique_ptr<Connection> connection_;
};

MatrixNetwork::Address to_address(const matrix::Address& address) {
  std::string localpart = to_localpart(address.id);
  if (address.kind == matrix::Address::Kind::user) return chat::PersonId{std::move(localpart)};
  return chat::RoomId{std::move(localpart)};
}

}  // namespace

MatrixNetwork::MatrixNetwork(std::string jid, const std::string& name, Config config, Services& services)
    : hub_(std::move(jid), std::move(config), services, names()), desk_(hub_) {
  description_.kind = "matrix";
  description_.prompt = "@alice:matrix.org or #room:matrix.org";
  description_.instructions = hub_.service() == nullptr
                                  ? "Register with your own Matrix account to use it from here."
                                  : "Register to have people on Matrix as contacts; they see you as one of them.";
  description_.capabilities = capabilities();
  description_.always_on = hub_.service() != nullptr;  // who is told asks for nothing
  description_.shows_people = true;
  describe_as(name);
}

MatrixNetwork::~MatrixNetwork() = default;

void MatrixNetwork::describe_as(const std::string& name) { description_.name = name.empty() ? "Matrix" : name; }

void MatrixNetwork::start() {
  hub_.start();
  const std::string &network = hub_.jid(), &homeserver = hub_.config().homeserver;
  if (!hub_.config().in_clear()) return;
  LOG_WARN("passwords and messages go to this homeserver in the clear: homeserver is an http:// address", network,
           homeserver);
}

void MatrixNetwork::stop() {
  desk_.stop();
  hub_.stop();
}

Result<std::string> MatrixNetwork::paperwork(const std::string& public_url, Random& random) {
  if (hub_.service() == nullptr) return failure(Fault::absent, "it is no application service (mode = \"appservice\")");
  return hub_.service()->registration_text(public_url, random);
}

std::string MatrixNetwork::paperwork_state() const {
  return hub_.service() == nullptr ? std::string{} : hub_.service()->state();
}

void MatrixNetwork::set_portal_desk(PortalDesk& desk) {
  if (hub_.service() != nullptr) hub_.service()->set_portal_desk(desk);
}

void MatrixNetwork::on_portal_gone(const Portal& portal, bool by_moderators) {
  if (hub_.service() != nullptr) hub_.service()->on_portal_gone(portal, by_moderators);
}

bool MatrixNetwork::take_settings(const chat::Network& newer) {
  const auto& other = dynamic_cast<const MatrixNetwork&>(newer);  // of the same kind, says the contract
  if (!hub_.take_settings(other.hub_.config())) return false;
  description_.name = other.description_.name;
  return true;
}

void MatrixNetwork::probe(std::function<void(chat::Findings)> done) {
  probe_ = std::make_unique<Probe>(hub_);
  probe_->start(std::move(done));
}

Result<MatrixNetwork::Address> MatrixNetwork::parse(std::string_view text) const {
  if (text::trim(text).empty()) return Address{Console{description_.name}};
  const auto address = parse_address(text);
  if (!address) return address.error();
  return to_address(*address);
}

Result<MatrixNetwork::Address> MatrixNetwork::parse_typed(std::string_view text) const {
  if (text::trim(text).empty()) return Address{Console{description_.name}};
  const auto address = parse_typed_address(text);
  if (!address) return address.error();
  return to_address(*address);
}

Result<chat::PersonId> MatrixNetwork::person_in_room(const chat::RoomId& room, std::string_view nickname) const {
  // In a room a name is the same person's for everybody who is in it, and those who are shown there are known by it.
  const RealmNames shown = names_in(room);
  NameId id;
  if (shown.find(nickname, id) && !shown[id].account.empty()) return person_id(shown[id].account);
  for (const Connection* each : hub_.live()) {
    if (auto person = each->session().person_in_room(room, nickname)) return *person;
  }
  // What format_in_room() says of somebody who is not there.
  const auto address = parse_address(nickname);
  if (address && address->kind == matrix::Address::Kind::user) return person_id(address->id);
  return failure(Fault::not_found, "There is nobody called " + std::string{nickname} + " in this room.");
}

std::optional<std::uint64_t> MatrixNetwork::people_in(const chat::RoomId& room) const {
  for (const Connection* each : hub_.live()) {
    if (const auto people = each->session().people_in(room)) return people;
  }
  return std::nullopt;
}

bool MatrixNetwork::same_name(std::string_view a, std::string_view b, const std::string&) const { return a == b; }

chat::Form MatrixNetwork::account_form(const chat::Account& account) const {
  if (const AppService* service = hub_.service(); service != nullptr && service->speaks_for(account)) {
    return ghost_form(account);
  }
  return matrix::account_form(account, hub_.config());
}

Result<chat::Account> MatrixNetwork::read_account(const chat::Fields& answers, const chat::Account& account) const {
  if (const AppService* service = hub_.service(); service != nullptr && service->speaks_for(account)) {
    return read_ghost(answers, account);
  }
  return matrix::read_account(answers, account, hub_.config());
}

chat::Form MatrixNetwork::part_form(const chat::Account& account) const {
  return settings_form(account, hub_.config());
}

Result<chat::Account> MatrixNetwork::read_part(const chat::Fields& answers, const chat::Account& account) const {
  return read_settings(answers, account);
}

bool MatrixNetwork::log_in(const chat::Account& account, const chat::Account& before,
                           std::function<void(Result<chat::Account>)> done) {
  if (hub_.service() != nullptr && hub_.service()->speaks_for(account)) return false;
  return desk_.log_in(account, before, std::move(done));
}

std::vector<chat::DialogOffer> MatrixNetwork::dialogs() const {
  using Audience = chat::DialogOffer::Audience;
  std::vector<chat::DialogOffer> offers{{"login", "Log in to Matrix", Audience::registering},
                                        {"knock", "Ask to be let into a room", Audience::registered}};
  if (hub_.service() != nullptr && hub_.service()->config().local_accounts) {
    offers.push_back(
        {"link-account", "Use your account on " + hub_.service()->config().server_name, Audience::registering});
  }
  return offers;
}

std::unique_ptr<chat::Dialog> MatrixNetwork::open_dialog(const std::string& name, const chat::Account& account,
                                                         chat::Dialog::Show show) {
  if (name == "knock") return open_knock_dialog(hub_, account, std::move(show));
  if (name == "link-account" && hub_.service() != nullptr) return open_linking_dialog(hub_, account, std::move(show));
  return open_login_dialog(hub_, desk_, account, std::move(show));
}

bool MatrixNetwork::lends_voices() const { return hub_.service() != nullptr; }

Result<chat::PersonId> MatrixNetwork::voice_of(const chat::Account& account) {
  AppService* const service = hub_.service();
  if (service == nullptr) return chat::Network::voice_of(account);
  return person_id(service->user_of(account));
}

bool MatrixNetwork::is_voice(const chat::PersonId& person) const {
  const auto user_id = hub_.service() == nullptr ? std::nullopt : user_id_of(person);
  return user_id && hub_.service()->is_voice(*user_id);
}

std::unique_ptr<chat::Session> MatrixNetwork::open(const chat::Account& account, chat::Observer& observer) {
  return std::make_unique<SessionHandle>(
      hub_, std::make_unique<Connection>(hub_, relay_account(account, hub_.config()), observer));
}

std::unique_ptr<chat::Network> make(NetworkConfig& config, Services& services) {
  const std::size_t before = config.settings.problems().size();
  Config read = read_config(config.settings);
  if (config.settings.problems().size() != before) return nullptr;
  return std::make_unique<MatrixNetwork>(config.jid, config.name, std::move(read), services);
}

}  // namespace dragoman::backends::matrix
