#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "xmpp/element.hpp"

// XEP-0093: contacts attached to a message, from before XEP-0144.
//   <x xmlns='jabber:x:roster'><item jid='claudius@denmark' name='King'><group>Royalty</group></item></x>
namespace dragoman::xmpp {

inline constexpr std::string_view roster_items_ns = "jabber:x:roster";

struct RosterItem {
  std::string jid, name;
  std::vector<std::string> groups;
};

/// All contacts that are attached to a message; those without an address are left out.
std::vector<RosterItem> read_roster_items(const Element& stanza);
/// One of them for people to read: "King <claudius@denmark> (Royalty)".
std::string to_line(const RosterItem& item);

}  // namespace dragoman::xmpp
