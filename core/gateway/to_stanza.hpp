#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "chat/content.hpp"
#include "chat/standing.hpp"
#include "xmpp/link.hpp"
#include "xmpp/writer.hpp"

namespace dragoman::gateway {

struct Annotation;

/// "moderator", "member" ... as XEP-0045 spells them.
std::string_view to_text(chat::Role role);
std::string_view to_text(chat::Affiliation affiliation);
/// The reverse; nothing for any other text.
std::optional<chat::Role> to_role(std::string_view text);
std::optional<chat::Affiliation> to_affiliation(std::string_view text);

/// The presence of one occupant for one resource of the person (XEP-0045 7.2.3). With `groupchat1` it is that of RFC
/// 6121 alone.
struct OccupantPresence {
  std::string_view room;      ///< bare address, escaped for XML
  std::string_view resource;  ///< of the occupant, prepared and escaped
  std::string_view to;        ///< full JID
  std::string_view occupant_id;
  std::string jid{};  ///< of the person, where the room shows it
  chat::Standing standing;
  const chat::Rank* rank = nullptr;  ///< by its own name (XEP-0317)
  std::string_view nick;             ///< where the resource could not be it (XEP-0172); empty: it is
  bool groupchat1 = false;
  bool unavailable = false;
  std::vector<int> status;    ///< 110, 210, 303, 307, 333 ...
  std::string_view new_nick;  ///< with 303
  std::string_view actor;     ///< who kicked or banned
  std::string_view reason;    ///< in <item/>, for kicks and bans
  std::string_view text;      ///< <status/>, for parts and quits
  bool destroyed = false;     ///< the room is no more (XEP-0045 10.9)
  std::string_view venue;     ///< where it is now, with destroyed
  std::string picture;        ///< hash (XEP-0153); empty: none, or it is not known
};
void write(xmpp::Writer& writer, const OccupantPresence& presence);

/// A message for one resource (groupchat) or for the bare JID (chat).
struct OutgoingMessage {
  std::string_view from_bare;      ///< escaped for XML
  std::string_view from_resource;  ///< prepared and escaped; empty: from the bare address
  std::string_view to;
  std::string_view type;  ///< "groupchat", "chat"
  std::string_view id;
  std::string_view origin_id;  ///< of the sender's own message, in its reflection
  std::string_view stanza_id;  ///< given by the room, XEP-0359; empty: none
  std::string_view stanza_id_by;
  std::string_view occupant_id;    ///< of the author, in a room
  std::optional<Timestamp> delay;  ///< when it was really said, XEP-0203
  std::string_view delay_from;
  bool private_in_room = false;  ///< <x muc#user/>, so that servers do not carbon it
  std::string_view thread_parent;
  bool plain_links = false;  ///< for a client without jabber:x:oob: only a body that is nothing but a URL has one
  bool rich = false;         ///< for a client with XEP-0071: formatting stands beside the body too
  std::string_view nick;     ///< of somebody whom the person may not know (XEP-0172); empty: not said
  const Annotation* about = nullptr;  ///< nothing beside the text
};
void write(xmpp::Writer& writer, const OutgoingMessage& message, const chat::Content& content);
/// The same as <message xmlns='jabber:client'/> inside another stanza (XEP-0297); `to` is left out.
void write_forwarded(xmpp::Writer& writer, const OutgoingMessage& message, const chat::Content& content);

/// The text of a content in a body: spans as signs (XEP-0393), "/me " before an action, attachments' URLs behind the
/// text.
std::string to_body(const chat::Content& content);

/// XML-escaped, for the *_bare and *_resource members above.
std::string escaped(std::string_view text);
/// The reverse.
std::string unescaped(std::string_view text);

}  // namespace dragoman::gateway
