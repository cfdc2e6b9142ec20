#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/text_hash.hpp"
#include "gateway/access_lists.hpp"
#include "gateway/announcements.hpp"
#include "gateway/bans.hpp"
#include "gateway/client_features.hpp"
#include "gateway/context.hpp"
#include "gateway/directory.hpp"
#include "gateway/invite_codes.hpp"
#include "gateway/kept_back.hpp"
#include "gateway/listening.hpp"
#include "gateway/overview.hpp"
#include "gateway/own_names.hpp"
#include "gateway/own_pictures.hpp"
#include "gateway/part_book.hpp"
#include "gateway/part_service.hpp"
#include "gateway/person_service.hpp"
#include "gateway/pictures.hpp"
#include "gateway/private_data.hpp"
#include "gateway/privileges.hpp"
#include "gateway/probes.hpp"
#include "gateway/quotas.hpp"
#include "gateway/registrations.hpp"
#include "gateway/room_message.hpp"
#include "gateway/room_service.hpp"
#include "gateway/settings_book.hpp"
#include "gateway/threads.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway {

/// One [[network]]: everybody who uses it, and the way of each stanza to whom it concerns.
///
///   stanza -> Link -> Gateway: allowed? -> the service itself, or a User -> Room / Outgoing -> Session
class Gateway final : private delivery::Incoming::Host {
 public:
  struct Parts {
    chat::Network& network;
    xmpp::Link& link;
    store::Store& store;
    Timers& timers;
    Gate& gate;
    Random& random;
    std::string software;
    /// True: so much output waits that networks are not to be read.
    std::function<void(bool)> pressure;
    /// An admin ends the program; true: it is to be started again.
    std::function<void(bool)> quit{};
    std::string key{};  ///< a secret of this installation, the same at every start
    std::function<std::vector<Sibling>()> siblings{};
    media::Uploader* uploader = nullptr;      ///< outlives the gateway
    commands::BridgeDesk* bridges = nullptr;  ///< outlives the gateway
    /// A link to the status page for an admin (bare JID); empty: there is no such page.
    std::function<std::string(const std::string& admin)> page_link{};
    LogControl* log = nullptr;
    std::function<std::string()> xmpp_state{};
  };
  Gateway(Parts parts, Policy policy);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Restores people, rooms and messages from the store.
  void start();
  /// The operator has changed the policy, or what the network says of itself. Who may not use the gateway any more is
  /// told so and leaves; who may again comes back to what they have; all see how it looks now.
  void take_policy(Policy policy);
  /// Says goodbye to everybody; afterwards only destroying is allowed.
  void stop();
  /// Calls `taken` when the XMPP server has proved that it has what was said in this turn; never, when the link is lost
  /// first.
  void when_taken(std::function<void()> taken);
  /// What the operator's words work with (commands/word.hpp).
  Context& context() { return context_; }
  const ClientFeatures& features() const { return features_; }
  /// How everything is now; one pass over all people and rooms.
  Overview overview() const;

 private:
  friend class Service;

  void receive(const xmpp::Element& stanza, const xmpp::Jid& from, const xmpp::Jid& to);
  /// What servers say to us alone. True: it was that.
  bool receive_privileges(const xmpp::Element& message, const xmpp::Jid& from);
  void receive_bounce(const xmpp::Element& stanza, const xmpp::Jid& from, const xmpp::Jid& to);
  void receive_presence(const xmpp::Element& presence, const xmpp::Jid& from, const xmpp::Jid& to);
  void receive_room_presence(const xmpp::Element& presence, const xmpp::Jid& from, const xmpp::Jid& to,
                             const chat::RoomId& room, User& person);
  void receive_message(const xmpp::Element& message, const xmpp::Jid& from, const xmpp::Jid& to);
  void receive_iq(const xmpp::Element& iq, const xmpp::Jid& from, const xmpp::Jid& to);
  void receive_room_iq(const xmpp::Element& iq, const xmpp::Jid& from, const xmpp::Jid& to, const chat::RoomId& id,
                       User& asker);
  /// The part of the network whose own address this is; empty: it is none.
  std::string part_at(const chat::Network::Address& address) const;
  void refuse(const xmpp::Element& stanza, Fault fault, const std::string& text);
  /// The localpart is none of this network: jid-malformed.
  void refuse_address(const xmpp::Element& stanza, const Error& error);

  /// What a client of the person says that it can do, as long as it is here.
  void learn_features(const xmpp::Element& presence, const xmpp::Jid& client, const User& person);

  /// A person or room by their address; Fault::malformed and not_found as Network::parse.
  Result<Contacts::Who> contact_of(const xmpp::Jid& address) const;
  void restore_contact(const store::Document& document, const xmpp::Jid& owner);

  User& user(const xmpp::Jid& person);
  User* find(std::string_view bare);
  void link_changed(bool up);
  void write_on();
  void watch_backlog();
  void forget_idle();

  // delivery::Incoming::Host
  delivery::Delivery deliver(const store::Message& row, const chat::Command& command, bool replayed) override;
  void give_back(const store::Message& row, chat::Command command) override;
  bool is_kept(const store::Message& row) const override { return may_be_kept(row); }
  void barrier(std::function<void()> proved) override { parts_.link.barrier(std::move(proved)); }

  Parts parts_;
  Policy policy_;
  delivery::Incoming incoming_;
  delivery::Marks marks_;
  Privileges privileges_;
  ClientFeatures features_;
  SettingsBook settings_;
  PartBook part_book_;
  AccessLists access_;
  Bans bans_;
  Quotas quotas_;
  InviteCodes invite_codes_;
  Announcements announcements_;
  Registrations registrations_;
  Directory directory_;
  PrivateData private_data_;
  Pictures pictures_;
  OwnPictures own_pictures_;
  OwnNames own_names_;
  Context context_;
  ByText<std::unique_ptr<User>> users_;  // by bare JID
  std::vector<User*> idle_;
  Timer disk_timer_;
  bool disk_was_full_ = false;
  Gate::Hook idle_hook_;
  bool stopped_ = false;
  Threads threads_;
  std::unique_ptr<class Service> service_;
  Listening listening_;
  RoomService room_service_;
  PersonService person_service_;
  std::unique_ptr<PartService> part_service_;
  Probes probes_;
  KeptBack kept_back_;
  Instant started_;
};

}  // namespace dragoman::gateway
