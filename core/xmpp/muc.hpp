#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "xmpp/element.hpp"
#include "xmpp/writer.hpp"

// XEP-0045 as a room sees it.
namespace dragoman::xmpp {

/// How much history somebody wants who enters (XEP-0045 7.2.13). The strictest limit holds; nothing set: as much as
/// the room likes. Example: <history maxstanzas='20' since='2026-11-20T09:00:00Z'/>
struct HistoryLimits {
  std::optional<std::size_t> max_characters;  ///< of the XML, so 0 means no history at all
  std::optional<std::size_t> max_stanzas;
  std::optional<std::chrono::seconds> seconds;
  std::optional<Timestamp> since;
};

/// <presence to='#tea@irc.example.org/alice'><x
/// xmlns='http://jabber.org/protocol/muc'><password/><history/></x></presence>
struct Join {
  bool muc = false;  ///< false: no <x/>, a presence of somebody who thinks that he is in the room already
  std::string password;
  HistoryLimits history;
};
/// Never fails: limits that are not numbers or dates are as good as none.
Join read_join(const Element& presence);

/// Presence of RFC 6121 with nothing in it that came later (what servers stamp apart): all that a client of groupchat
/// 1.0 can send, the protocol before XEP-0045. Example: <presence to='act3@gc.denmark/Hamlet'/>
bool is_groupchat1(const Element& presence);

/// A copy of the presence whose <x/> has no password and no history: what an error gives back.
Element without_join_secrets(const Element& presence);

/// The role that somebody asks for in a message to the room (XEP-0045 7.13, "participant" = voice); nothing when the
/// message is no such request.
std::optional<std::string> read_voice_request(const Element& message);

/// The tables of XEP-0045 5.1 and 5.2 as they stand in attributes.
enum class MucRole { none, visitor, participant, moderator };
enum class MucAffiliation { outcast, none, member, admin, owner };
std::string_view to_string(MucRole role);
std::string_view to_string(MucAffiliation affiliation);
/// Nothing for any other text.
std::optional<MucRole> read_role(std::string_view text);
std::optional<MucAffiliation> read_affiliation(std::string_view text);

/// What <item/> says about an occupant; empty parts are left out.
struct MucItem {
  std::string_view affiliation, role;
  std::string_view jid;
  std::string_view nick;   ///< the new one in a change of nickname
  std::string_view actor;  ///< nickname of who did it
  std::string_view reason;
};
/// Writes <x xmlns='http://jabber.org/protocol/muc#user'><item/><status code='110'/>...</x>, without a tree.
void write_muc_user(Writer& writer, const MucItem& item, std::initializer_list<int> status = {});
/// Writes <status code=''/> into a muc#user <x/> that is open.
void write_status(Writer& writer, int code);
/// Whether a muc#user <x/> of this stanza holds the code (backends/muc).
bool has_status(const Element& stanza, int code);

/// An <item/> of a muc#admin query (XEP-0045 9 and 10): whose what should become what.
struct MucAdminItem {
  std::string nick, jid, role, affiliation, reason;
};
std::optional<MucAdminItem> read_admin_item(const Element& item);

}  // namespace dragoman::xmpp
