#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "xmpp/element.hpp"

// XEP-0144, and the older XEP-0093 that it took the place of: contacts that somebody suggests.
//   <x xmlns='http://jabber.org/protocol/rosterx'>
//     <item action='add' jid='bob@irc.example.org' name='bob'><group>IRC</group></item></x>
//   <x xmlns='jabber:x:roster'><item jid='bob@irc.example.org' name='bob'><group>IRC</group></item></x>
namespace dragoman::xmpp {

inline constexpr std::string_view rosterx_ns = "http://jabber.org/protocol/rosterx";
inline constexpr std::string_view legacy_rosterx_ns = "jabber:x:roster";

struct SuggestedContact {
  enum class Action { add, remove, modify };
  Action action = Action::add;
  std::string jid;  ///< not parsed
  std::string name;
  std::vector<std::string> groups;
  bool operator==(const SuggestedContact&) const = default;
};

/// Of a message or an iq; what has no address or an action that nobody defined is left out.
std::vector<SuggestedContact> read_suggested_contacts(const Element& stanza);
/// The payload of a message to one client. XEP-0144 3: additions, deletions and changes are never mixed; and not over
/// 100 of them in one stanza.
Element make_suggested_contacts(const std::vector<SuggestedContact>& contacts);
inline constexpr std::size_t most_suggested_contacts = 100;

}  // namespace dragoman::xmpp
