#pragma once

#include "backends/irc/hub.hpp"
#include "backends/irc/probe.hpp"
#include "backends/registry.hpp"
#include "chat/network.hpp"

namespace dragoman::backends::irc {

/// One IRC network (`backend = "irc"`): `nick@irc.example.org`, `#tea@irc.example.org`.
class IrcNetwork final : public chat::Network {
 public:
  IrcNetwork(std::string jid, const std::string& name, Config config, Services& services);

  const chat::Description& describe() const override { return description_; }
  void start() override;
  void stop() override { hub_.stop(); }
  bool take_settings(const chat::Network& newer) override;
  bool idle() const override { return hub_.idle(); }
  void probe(std::function<void(chat::Findings)> done) override;
  Result<Address> parse(std::string_view text) const override;
  Result<Address> parse_typed(std::string_view text) const override;
  std::string format(const chat::RoomId& room) const override { return room.text; }
  std::string format(const chat::PersonId& person) const override { return person.text; }
  Result<chat::PersonId> person_in_room(std::string_view resource) const override;
  bool same_name(std::string_view a, std::string_view b) const override { return same(hub_.casemap, a, b); }
  bool keeps_nothing_of(const chat::PersonId& person) const override;
  chat::Form account_form(const chat::Account& account) const override;
  Result<chat::Account> read_account(const chat::Fields& answers, const chat::Account& account) const override;
  std::vector<chat::DialogOffer> dialogs() const override;
  std::unique_ptr<chat::Dialog> open_dialog(const std::string& name, const chat::Account& account,
                                            chat::Dialog::Show show) override;
  std::unique_ptr<chat::Session> open(const chat::Account& account, chat::Observer& observer) override;

 private:
  chat::Description description_;
  Hub hub_;
  std::unique_ptr<Probe> probe_;
};

std::unique_ptr<chat::Network> make(NetworkConfig& config, Services& services);

}  // namespace dragoman::backends::irc
