#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backends/matrix/hub.hpp"
#include "backends/matrix/login_desk.hpp"
#include "backends/paperwork.hpp"
#include "backends/portal_desk.hpp"
#include "backends/registry.hpp"
#include "chat/network.hpp"

namespace dragoman::backends::matrix {

class Probe;

/// One `[[network]]` of Matrix (`backend = "matrix"`): people use their own accounts on their homeservers, or are
/// ghosts on that of an application service. `alice%hs.tld@matrix.example.org` is a person, `#tea%hs.tld@...` a room
/// (address.hpp).
class MatrixNetwork final : public chat::Network, public Paperwork, public MakesPortals {
 public:
  MatrixNetwork(std::string jid, const std::string& name, Config config, Services& services);
  ~MatrixNetwork() override;

  const chat::Description& describe() const override { return description_; }
  void start() override;
  void stop() override;
  bool take_settings(const chat::Network& newer) override;
  bool idle() const override { return hub_.idle() && desk_.idle(); }
  void probe(std::function<void(chat::Findings)> done) override;
  Result<Address> parse(std::string_view text) const override;
  Result<Address> parse_typed(std::string_view text) const override;
  std::string format(const chat::RoomId& room) const override { return room.text; }
  std::string format(const chat::PersonId& person) const override { return person.text; }
  Result<chat::PersonId> person_in_room(const chat::RoomId& room, std::string_view nickname) const override;
  std::optional<std::uint64_t> people_in(const chat::RoomId& room) const override;
  bool lends_voices() const override;
  Result<chat::PersonId> voice_of(const chat::Account& account) override;
  bool is_voice(const chat::PersonId& person) const override;
  /// Two people may be called the same in two rooms.
  std::string realm_of(const chat::RoomId& room) const override { return room.text; }
  bool same_name(std::string_view a, std::string_view b, const std::string& part) const override;
  chat::Form account_form(const chat::Account& account) const override;
  Result<chat::Account> read_account(const chat::Fields& answers, const chat::Account& account) const override;
  chat::Form part_form(const chat::Account& account) const override;
  Result<chat::Account> read_part(const chat::Fields& answers, const chat::Account& account) const override;
  bool log_in(const chat::Account& account, const chat::Account& before,
              std::function<void(Result<chat::Account>)> done) override;
  void log_out(const chat::Account& account) override { desk_.log_out(account.owner); }
  Result<std::string> paperwork(const std::string& public_url, Random& random) override;
  std::string paperwork_state() const override;
  void set_portal_desk(PortalDesk& desk) override;
  void on_portal_gone(const Portal& portal, bool by_moderators) override;
  std::vector<chat::DialogOffer> dialogs() const override;
  std::unique_ptr<chat::Dialog> open_dialog(const std::string& name, const chat::Account& account,
                                            chat::Dialog::Show show) override;
  std::unique_ptr<chat::Session> open(const chat::Account& account, chat::Observer& observer) override;

 private:
  void describe_as(const std::string& name);

  chat::Description description_;
  Hub hub_;
  LoginDesk desk_;
  std::unique_ptr<Probe> probe_;
};

std::unique_ptr<chat::Network> make(NetworkConfig& config, Services& services);

}  // namespace dragoman::backends::matrix
