#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backends/registry.hpp"
#include "backends/webhook/address.hpp"
#include "backends/webhook/file_desk.hpp"
#include "backends/webhook/file_store.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/ingress.hpp"
#include "chat/network.hpp"

namespace dragoman::backends::webhook {

/// One `[[network]]` of hooks (`backend = "webhook"`): `ci@hook.example.org` is a hook as a contact,
/// `#ci@hook.example.org` its room (address.hpp).
class WebhookNetwork final : public chat::Network, public chat::Invitable, public SendsGuests {
 public:
  WebhookNetwork(std::string jid, const std::string& name, Config config, Services& services);

  const chat::Description& describe() const override { return description_; }
  void start() override;
  void stop() override;
  bool take_settings(const chat::Network& newer) override;
  bool idle() const override { return hub_.idle(); }
  Result<Address> parse(std::string_view text) const override;
  std::string format(const chat::RoomId& room) const override { return room.text; }
  std::string format(const chat::PersonId& person) const override { return person.text; }
  std::string format_in_room(const chat::PersonId& person) const override;
  Result<chat::PersonId> person_in_room(const chat::RoomId& room, std::string_view nickname) const override;
  /// Everybody may be called as they like in each room.
  std::string realm_of(const chat::RoomId& room) const override { return room.text; }
  bool same_name(std::string_view a, std::string_view b, const std::string& part) const override;
  chat::Form account_form(const chat::Account& account) const override;
  Result<chat::Account> read_account(const chat::Fields& answers, const chat::Account& account) const override;
  void log_out(const chat::Account& account) override;
  std::string lost_with(const chat::Account& account) const override;
  std::vector<chat::DialogOffer> dialogs() const override;
  std::unique_ptr<chat::Dialog> open_dialog(const std::string& name, const chat::Account& account,
                                            chat::Dialog::Show show) override;
  std::vector<chat::DialogOffer> dialogs_about(const chat::PersonId& person,
                                               const chat::Account& account) const override;
  std::unique_ptr<chat::Dialog> open_dialog_about(const chat::PersonId& person, const std::string& name,
                                                  const chat::Account& account, chat::Dialog::Show show) override;
  std::unique_ptr<chat::Session> open(const chat::Account& account, chat::Observer& observer) override;
  // chat::Invitable
  bool on_invited(const chat::InvitedElsewhere& invitation) override { return hub_.rooms().on_invited(invitation); }
  // SendsGuests
  void set_desk(RoomDesk& desk) override { hub_.rooms().set_desk(desk); }
  HasGuests& guests() override { return hub_.rooms(); }
  chat::RoomId room_of_guest(const std::string& guest) const override { return room_of(guest); }

 private:
  /// How much somebody may have: what registration gives. `owner` empty: not registered yet.
  std::string quota_text(const std::string& owner) const;

  chat::Description description_;
  Hub hub_;
  FileStore store_;
  FileDesk desk_;
  Ingress ingress_;
};

std::unique_ptr<chat::Network> make(NetworkConfig& config, Services& services);

}  // namespace dragoman::backends::webhook
