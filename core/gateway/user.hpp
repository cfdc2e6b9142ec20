#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/token_bucket.hpp"
#include "chat/session.hpp"
#include "gateway/asking.hpp"
#include "gateway/block_list.hpp"
#include "gateway/catching_up.hpp"
#include "gateway/clients.hpp"
#include "gateway/context.hpp"
#include "gateway/invitations.hpp"
#include "gateway/overview.hpp"
#include "gateway/quotas.hpp"
#include "gateway/read_marks.hpp"
#include "gateway/received_messages.hpp"
#include "gateway/rooms.hpp"
#include "gateway/sent_messages.hpp"
#include "gateway/subscriptions.hpp"
#include "gateway/uplink.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/pubsub.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

/// A person on one network: their account, their sessions (one; in a network of several servers one for each that they
/// need) and their clients. What else belongs to them are classes of their own, each with its state: Rooms,
/// SentMessages, ReceivedMessages, CatchingUp, ReadMarks, Subscriptions, BlockList, Invitations. Split by subject:
/// user.cpp (life), user_uplinks.cpp (sessions), user_presence.cpp (their clients), user_events.cpp (what the network
/// says), user_notices.cpp, user_commands.cpp, user_moderation.cpp, user_pictures.cpp.
class User final {
 public:
  User(Context& context, xmpp::Jid jid, chat::Account account);
  ~User();
  User(const User&) = delete;
  User& operator=(const User&) = delete;

  const xmpp::Jid& jid() const { return owner_; }
  const xmpp::Jid& owner() const { return owner_; }
  const chat::Account& account() const { return account_; }
  bool registered() const { return account_.registered; }

  // What belongs to the person, each a subject of its own.
  Subscriptions& subscriptions() { return subscriptions_; }
  const Subscriptions& subscriptions() const { return subscriptions_; }
  BlockList& blocked() { return blocked_; }
  Invitations& invitations() { return invitations_; }
  /// What the network says to them, and what they say.
  ReceivedMessages& received() { return received_; }
  SentMessages& sent() { return sent_; }
  const SentMessages& sent() const { return sent_; }
  CatchingUp& catching_up() { return catching_up_; }
  ReadMarks& read_marks() { return read_marks_; }
  Rooms& rooms() { return rooms_; }
  const Clients& clients() const { return clients_; }
  bool blocks(const chat::PersonId& person) const { return blocked_.has(person); }

  // What these ask of it.
  /// Of what is stored of the person in this network.
  std::string owner_key() const;
  /// What the server lets us do in the name of this person, who has registered; else nullptr.
  const xmpp::Privileges* rights() const;
  /// Answers with an error, where one may be given.
  void refuse(const xmpp::Element& stanza, Fault fault, const std::string& text) const;
  void refuse(const xmpp::Element& stanza, const chat::Failed& failed) const;
  /// At the end of the turn: tells the network whether they are away, ends what nothing needs any more.
  void look_again() { tidy_.arm(); }
  bool has_session() const;
  bool has_session(const std::string& part) const;
  /// The connection to this part, if there was one.
  Uplink* uplink(const std::string& part) const;
  Uplink* uplink(const chat::Conversation& conversation) const;
  /// The same, made when there is none: it has no session yet.
  Uplink& need_uplink(const std::string& part);
  /// A network that is one has refused the account: then the gateway is not there for this person.
  const Uplink* refusing() const;
  /// What the network lets this person connect to.
  Result<void> may_connect(const std::string& part) const;
  /// All that is needed; or this part, for somebody who wants to be called so there.
  void connect_if_needed();
  void connect_if_needed(const std::string& part, const std::string& nickname);
  void connect_if_needed(Uplink& uplink, const std::string& nickname);
  /// Something went wrong that the operator may want to see.
  void note_error(const std::string& text);
  /// Takes one of so many a minute. False: there is none left.
  bool takes(TokenBucket& bucket, Quota quota);
  /// Nothing of this conversation is kept, confidential.cpp.
  bool is_confidential(const chat::Conversation& conversation) const;
  /// The presence of the gateway itself, for a client of theirs or another address that asks.
  void send_presence(const std::string& to) const;
  /// The same, to somebody who has just begun to see it.
  void tell_subscriber() const;
  /// Says something to them that no archive keeps: the gateway itself (empty part), or this part of the network.
  void say_notice(const std::string& from, const std::string& text, const std::string& part = {});
  /// Somebody may have subscribed to a room: looks at the end of the turn how it is now.
  void room_changed() {
    if (subscriptions_.contacts() == nullptr) return;
    rooms_changed_ = true;
    tidy_.arm();
  }
  /// The gateway is not in the roster any more: they are not there for it.
  void leave_service();

  // Stanzas of this person; `resource` is the full JID that sent it.
  /// Availability of a client, as the gateway's own address (empty localpart) or a contact sees it.
  void on_presence(const xmpp::Element& presence, const xmpp::Jid& resource, std::string_view localpart);
  /// What a client shows to a room is what it shows (XEP-0045 7.7).
  void on_show_in_room(const xmpp::Element& presence, const xmpp::Jid& resource);

  Room* room(const chat::RoomId& id) const { return rooms_.find(id); }
  template <class Each>
  void each_room(Each each) const {
    for (const auto& [id, room] : rooms_) each(*room);
  }
  std::size_t most(Quota quota) const { return context_.quotas.most(owner_.bare_view(), quota); }
  /// On the network, else that of the account; empty: none yet.
  const std::string& nickname(const std::string& part = {}) const;
  /// Keeps the nickname that the person has there now as that of their account.
  void keep_nickname(const std::string& part = {});
  bool is_online() const { return clients_.is_online(); }
  /// A client of theirs (full JID) is online or in a room.
  bool has_client(std::string_view client) const;
  /// Another client of theirs in the room, for questions to their occupant (XEP-0045 17); empty: none.
  std::string other_client(const chat::RoomId& room, std::string_view asking);
  /// After a stanza that may have left nothing behind: looks at the end of the turn whether we are needed.
  void settle() {
    if (!has_session()) tidy_.arm();
  }

  /// Performs a command that is no message and calls `answered` with its end, exactly once; at once when there is no
  /// session (Fault::unavailable). The part of the network is that of the room or person that the command names.
  void ask(const chat::Command& command, Asking::Answered answered);
  /// The same of one that names neither, in this part.
  void ask_in(const std::string& part, const chat::Command& command, Asking::Answered answered);
  /// To any part of the network.
  bool connected() const;
  bool is_ready(const std::string& part) const;
  // For who shows or counts it, overview.cpp.
  SessionOverview overview() const;
  /// Each connection that they have, or want.
  std::vector<UplinkOverview> uplinks() const;
  SessionOverview::State session_state() const;
  /// What the network can do in this conversation, as far as it has told.
  const chat::Capabilities& capabilities(const chat::Conversation& conversation);
  /// A moderator takes a message back that somebody else said (XEP-0425); calls `answered` with the error, if any.
  void moderate(const chat::RoomId& room, const std::string& stanza_id, const std::string& reason,
                std::function<void(const std::optional<Error>& refused)> answered);

  /// With an account, or where none is needed.
  bool may_have_contacts() const;
  // Commands, user_commands.cpp.
  /// As ask, for somebody who wishes it enough to be connected: waits for the connection for up to 15 s.
  void ask_connected(const chat::Command& command, Asking::Answered answered);
  /// Ends the connection (of a network in parts, this one) and makes a new one; rooms stay.
  void reconnect(const std::string& part = {});
  /// Leaves all rooms of a part and ends the connection to it, with `text`. False: there is none.
  bool leave_part(const std::string& part, const std::string& text);
  /// Whether what is said there is kept when it has been delivered.
  bool records(const chat::Conversation& conversation) const;
  /// How the connection is, in words.
  std::string status() const;
  /// Online, or in a room.
  bool is_present() const;
  Showing showing() const { return clients_.showing(); }
  std::vector<std::string> present_clients() const;
  /// The operator has changed the policy: what is kept of it here is renewed.
  void take_policy();
  /// Shows the gateway's presence to each of their clients that sees it.
  void tell_presence() const;
  /// Ends what they do here, not what they have: rooms, connection, presence.
  void log_off(const std::string& text);
  /// As log_off, of somebody who has something going on here: the gateway tells them why, too.
  void send_away(const std::string& text);

  // Account.
  void registered_as(chat::Account account);
  /// Leaves everything; messages that wait are given back, contacts and rooms end.
  void unregister();

  // At start, from the store.
  void restore_nickname(const std::string& nickname);
  /// The person may use the gateway again: connects and enters the rooms that were kept.
  void come_back() { connect_anew({}); }
  /// Connects when anything that they have needs it.
  void resume();

  /// The picture of a person or room is another one, or none.
  void on_picture(const chat::Conversation& subject);

  // The XMPP link.
  void link_up();
  /// Where a probe for this person's presence is sent from; empty: nothing is asked.
  std::string prober() const;
  /// Clients that have not answered the probe are gone, if their server would have answered.
  void forget_silent_clients();
  /// Goes on with unfinished snapshots; true when none is left.
  bool write_on();
  /// The gateway stops: rooms say goodbye (332) but stay stored, the session ends.
  void shut_down(const std::string& text);

  void on_event(Uplink& from, const chat::Event& event);

  // One overload for each event: user_events.cpp, and where their subject is. `from`: where the room or person does not
  // say which part of the network speaks.
  void on(const chat::Ready& event, Uplink& from);
  void on(const chat::Lost& event, Uplink& from);
  /// The network will not be tried again by itself.
  void give_up(const chat::Lost& event, Uplink& from);
  void on(const chat::RoomJoined& event) { rooms_.on(event); }
  void on(const chat::RoomLeft& event) { rooms_.on(event); }
  void on(const chat::RoomChanged& event) { rooms_.on(event); }
  void on(const chat::TopicChanged& event) { rooms_.on(event); }
  void on(const chat::OccupantsJoined& event) { rooms_.on(event); }
  void on(const chat::OccupantsLeft& event) { rooms_.on(event); }
  void on(const chat::OccupantRenamed& event) { rooms_.on(event); }
  void on(const chat::OccupantChanged& event) { rooms_.on(event); }
  void on(const chat::SelfChanged& event, Uplink& from);
  void on(const chat::MessageReceived& event) { received_.on(event); }
  void on(const chat::MessageEdited& event) { received_.on(event); }
  void on(const chat::MessageRetracted& event) { received_.on(event); }
  void on(const chat::ReactionsChanged& event) { received_.on(event); }
  void on(const chat::ReadUpTo& event) { read_marks_.on(event); }
  void on(const chat::Typing& event) { received_.on(event); }
  void on(const chat::HistoryGap& event) { rooms_.on(event); }
  void on(const chat::PresenceChanged& event) {
    if (Contacts* contacts = subscriptions_.contacts()) contacts->on_presence(event);
  }
  void on(const chat::PersonChanged& event);
  void on(const chat::ContactAsked& event) { subscriptions_.on(event); }
  void on(const chat::ContactsChanged& event) { subscriptions_.on(event); }
  void on(const chat::Invited& event) { invitations_.on(event); }
  void on(const chat::CapabilitiesChanged& event, Uplink& from);
  void on(const chat::Notice& event, Uplink& from);
  void on(const chat::Done& event, Uplink& from);
  void on(const chat::Failed& event, Uplink& from);

 private:
  static constexpr std::int64_t linger_for_ever = 365 * 24 * 60;  ///< minutes; what somebody has chosen

  // Sessions, user_uplinks.cpp.
  /// The parts of the network in which this person has something.
  std::set<std::string> parts_in_use() const;
  std::size_t rooms_in(const Uplink& uplink) const;
  bool has_messages_for(const Uplink& uplink) const;
  void ask(Uplink* uplink, const chat::Command& command, Asking::Answered answered);
  /// What there is of a connection is ended, and what needs one gets a new one.
  void connect_anew(const std::string& text);
  void connect_anew(Uplink& uplink, const std::string& text);
  void open_session(Uplink& uplink);
  void end_session(Uplink& uplink, const std::string& text);
  void end_sessions(const std::string& text);
  /// At the end of a turn: tells the network whether the person is away, ends a session that nothing needs any more.
  void tidy();
  void tidy(Uplink& uplink);
  bool needs_session(const Uplink& uplink) const;
  /// Nobody is there, but the connection stays for a while; until when, nothing: for ever.
  bool lingers() const;
  std::optional<Instant> lingers_until() const;
  /// The network will not have this account: says so to every client, and does not try again by itself.
  void refuse_login(Uplink& uplink, Fault fault, const std::string& text);
  void send_refusal(const std::string& to, const Uplink& refusing) const;
  std::string status_text() const;
  void tell_availability();
  void tell_availability(Uplink& uplink);
  bool has_quiet_client() const;
  void logged_in();
  void logged_out();
  void take_room_nickname(Uplink& uplink, const std::string& nickname);

  /// A node of a person has another item: clients that ask for it are told (XEP-0163 4.3).
  void tell_node(const chat::PersonId& person, std::string_view node, const xmpp::PubsubItem& item);
  std::string unreachable_text(const Uplink& uplink) const;
  /// The network is ready for what was asked before, or will not be.
  void ask_unasked(Uplink& uplink);
  void fail_unasked(Uplink& uplink, Fault fault, const std::string& text);

  // What the network itself says, user_notices.cpp.
  /// What has been gathered is one message.
  void say_notices(Uplink& uplink);
  const xmpp::Jid& network() const { return context_.link.jid(); }

  Context& context_;
  xmpp::Jid owner_;
  chat::Account account_;
  Clients clients_;
  Subscriptions subscriptions_;
  BlockList blocked_;
  Invitations invitations_;
  ReceivedMessages received_;
  CatchingUp catching_up_;
  ReadMarks read_marks_;
  SentMessages sent_;
  Rooms rooms_;
  std::string last_error_;
  Timestamp last_error_at_{};
  bool rooms_changed_ = false;
  Instant logged_out_at_{};  // the last client of somebody with an account has gone; else nothing
  Gate::Hook tidy_;
  // By part; exactly one for a network that is one. Last: no session may call anything back while it is destroyed.
  std::vector<std::unique_ptr<Uplink>> uplinks_;
};

}  // namespace dragoman::gateway
