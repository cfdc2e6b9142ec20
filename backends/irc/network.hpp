#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backends/irc/hub.hpp"
#include "backends/irc/probe.hpp"
#include "backends/irc/server_settings.hpp"
#include "backends/irc/servers.hpp"
#include "backends/own_look.hpp"
#include "backends/registry.hpp"
#include "chat/network.hpp"

namespace dragoman::backends::irc {

/// One `[[network]]` of IRC (`backend = "irc"`). With `server` it is one: `nick@irc.example.org`,
/// `#tea@irc.example.org`. With `networks` each server is a part of it: `nick%irc.oftc.net@irc.example.org`,
/// `#tea%irc.oftc.net@...`.
class IrcNetwork final : public chat::Network, public OwnLook {
 public:
  IrcNetwork(std::string jid, const std::string& name, Config config, Services& services);

  const chat::Description& describe() const override { return description_; }
  void start() override;
  void stop() override { servers_.stop(); }
  bool take_settings(const chat::Network& newer) override;
  bool idle() const override { return servers_.idle(); }
  void probe(std::function<void(chat::Findings)> done) override;
  Result<Address> parse(std::string_view text) const override;
  Result<Address> parse_typed(std::string_view text) const override;
  std::string format(const chat::RoomId& room) const override { return room.text; }
  std::string format(const chat::PersonId& person) const override { return person.text; }
  std::string format_in_room(const chat::PersonId& person) const override;
  Result<chat::PersonId> person_in_room(const chat::RoomId& room, std::string_view nickname) const override;
  bool same_name(std::string_view a, std::string_view b, const std::string& part) const override;
  bool in_parts() const override { return servers_.several(); }
  std::string part_of(const chat::RoomId& room) const override { return servers_.part_of(room.text); }
  std::string part_of(const chat::PersonId& person) const override { return servers_.part_of(person.text); }
  std::string part_name(const std::string& part) const override;
  std::vector<std::string> parts() const override { return servers_.listed(); }
  Result<void> may_open(const std::string& part, const std::vector<std::string>& open) const override;
  bool keeps_nothing_of(const chat::PersonId& person) const override;
  chat::Form account_form(const chat::Account& account) const override;
  Result<chat::Account> read_account(const chat::Fields& answers, const chat::Account& account) const override;
  chat::Form part_form(const chat::Account& account) const override;
  Result<chat::Account> read_part(const chat::Fields& answers, const chat::Account& account) const override;
  std::vector<chat::DialogOffer> dialogs() const override;
  std::unique_ptr<chat::Dialog> open_dialog(const std::string& name, const chat::Account& account,
                                            chat::Dialog::Show show) override;
  std::string picture_url() const override;
  void on_own_look(std::function<void()> changed) override { look_changed_ = std::move(changed); }
  std::unique_ptr<chat::Session> open(const chat::Account& account, chat::Observer& observer) override;

 private:
  AccountOffer account_offer(const std::string& part) const;
  ServerRules rules(const std::string& part) const;
  chat::Finished tell_networks(const chat::Account& account) const;
  void probe_next();
  void describe_network();
  /// As configured; else as the server calls it, or where it is.
  void name_it();

  std::string configured_name_;  // empty: as the server says
  chat::Description description_;
  std::function<void()> look_changed_;
  Services& services_;
  Servers servers_;
  // `dragoman check`: one server after the other.
  std::vector<std::unique_ptr<Probe>> probes_;
  std::size_t probed_ = 0;
  chat::Findings findings_;
  std::function<void(chat::Findings)> told_;
};

std::unique_ptr<chat::Network> make(NetworkConfig& config, Services& services);

}  // namespace dragoman::backends::irc
