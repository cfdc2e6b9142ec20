#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "chat/command.hpp"
#include "chat/event.hpp"
#include "gateway/context.hpp"
#include "xmpp/element.hpp"
#include "xmpp/invite.hpp"
#include "xmpp/jid.hpp"

namespace dragoman::gateway {

/// Invitations of a person to rooms and by them, both ways (XEP-0045 7.8, XEP-0249), and the wish for voice in a room,
/// which comes in the same messages.
class Invitations {
 public:
  /// `owner` is the person's bare address; all outlive this, which is a part of `user`.
  Invitations(Context& context, const xmpp::Jid& owner, User& user) : context_(context), owner_(owner), user_(user) {}
  Invitations(const Invitations&) = delete;
  Invitations& operator=(const Invitations&) = delete;

  /// A message to a room that says nothing in it: an invitation, its decline, a wish for voice. False: none of these.
  bool on_room_request(const xmpp::Element& message, const xmpp::Jid& resource, const chat::RoomId& id);
  /// A message that invites somebody of the network to a room. False: it does not.
  bool on_direct(const xmpp::Element& message, const chat::PersonId& person);
  /// The network invites the person.
  void on(const chat::Invited& event);
  /// Invites one of the person's clients to a room (XEP-0249); the password is used when they come.
  void offer(const chat::RoomId& id, const std::string& password, const std::string& client);

  /// Passwords of rooms are waiting for their person to join.
  bool empty() const { return passwords_.empty(); }
  /// The password that came with an invitation to this room, once; empty: none did.
  std::string take_password(const chat::RoomId& id);

 private:
  static constexpr std::size_t most_passwords = 16;

  void invite_through_room(const xmpp::Element& message, const std::vector<xmpp::Invitation>& invitations,
                           const chat::RoomId& id);
  void perform(const xmpp::Element& message, chat::Invite invite);
  void decline(const xmpp::Element& message, const xmpp::Decline& declined, const chat::RoomId& id);
  void send(const xmpp::Invitation& invitation, const std::string& room, const std::string& to);
  void remember_password(const chat::RoomId& id, const std::string& password);
  const xmpp::Jid& network() const { return context_.link.jid(); }

  Context& context_;
  const xmpp::Jid& owner_;
  User& user_;
  std::map<chat::RoomId, std::string> passwords_;
};

}  // namespace dragoman::gateway
