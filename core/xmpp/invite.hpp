#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// Invitations to rooms: through the room (XEP-0045 7.8.2) and directly (XEP-0249).
//   <message to='#tea@irc.example.org'><x xmlns='http://jabber.org/protocol/muc#user'>
//     <invite to='bob@irc.example.org'><reason>Biscuits!</reason><continue thread='t1'/></invite></x></message>
//   <message to='bob@irc.example.org'><x xmlns='jabber:x:conference' jid='#tea@irc.example.org' reason='Biscuits!'/>
//   </message>
namespace dragoman::xmpp {

inline constexpr std::string_view conference_ns = "jabber:x:conference";

/// Not parsed: addresses are as somebody wrote them. What is not said is empty.
struct Invitation {
  std::string room;      ///< of a direct invitation
  std::string to, from;  ///< of one through the room: who is invited, who invites
  std::string reason, password;
  bool continues = false;  ///< a conversation of two goes on in the room
  std::string thread;      ///< that of this conversation
};

/// The invitations that a message asks its room to pass on; one <x/> may hold several.
std::vector<Invitation> read_invitations(const Element& message);
/// The message with only one of its invitations, counted from 0, and without a password: what an error gives back.
Element with_one_invitation(const Element& message, std::size_t index);
/// An invitation of groupchat 1.0, the body is its reason:
///   <message to='#tea@irc.example.org'><subject>invite:bob@example.org</subject><body>Biscuits!</body></message>
std::optional<Invitation> read_subject_invitation(const Element& message);
std::optional<Invitation> read_direct_invitation(const Element& message);
/// Writes both forms into a message that comes from the room and is open. Clients that know both show one: Prosody and
/// ejabberd send them together as well.
void write_invitation(Writer& writer, const Invitation& invitation, std::string_view room);

/// Somebody does not want to come (XEP-0045 7.8.2): told to the room, passed on by it.
struct Decline {
  std::string to, from;
  std::string reason;
};
std::optional<Decline> read_decline(const Element& message);
void write_decline(Writer& writer, const Decline& decline);

}  // namespace dragoman::xmpp
