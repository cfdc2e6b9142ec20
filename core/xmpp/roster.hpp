#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xmpp/element.hpp"

// RFC 6121 2: the roster that a server keeps for somebody, as an entity with the privilege reads and writes it.
//   <iq to='alice@example.org'><query xmlns='jabber:iq:roster'>
//     <item jid='bob@irc.example.org' name='bob' subscription='both'><group>IRC</group></item></query></iq>
namespace dragoman::xmpp {

inline constexpr std::string_view roster_ns = "jabber:iq:roster";

struct RosterItem {
  std::string jid;  ///< not parsed
  std::string name;
  std::string subscription;  ///< none, to, from, both, remove; empty: not said
  std::vector<std::string> groups;
  bool operator==(const RosterItem&) const = default;

  /// From the person's side: they see the contact, the contact sees them.
  bool sees() const { return subscription == "to" || subscription == "both"; }
  bool seen() const { return subscription == "from" || subscription == "both"; }
};

Element make_roster_get(std::string_view person);
/// Servers take one item an iq (RFC 6121 2.1.5).
Element make_roster_set(std::string_view person, const RosterItem& item);
/// The items of a result or of a push; nothing when there is no roster in it.
std::optional<std::vector<RosterItem>> read_roster(const Element& iq);

}  // namespace dragoman::xmpp
