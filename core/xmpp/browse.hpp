#pragma once

#include <string>
#include <vector>

#include "xmpp/element.hpp"

// XEP-0011, which clients asked between jabber:iq:agents and disco (Exodus, Psi 0.8). Category and type are attributes,
// and on the outside the old way too, where the category is the name of the element.
//   <service xmlns='jabber:iq:browse' category='service' type='irc' jid='irc.example.org' name='Libera.Chat'>
//     <ns>jabber:iq:register</ns>
//     <conference category='conference' type='irc' jid='#tea@irc.example.org' name='#tea'/>
//   </service>
namespace dragoman::xmpp {

inline constexpr std::string_view browse_ns = "jabber:iq:browse";

struct BrowseItem {
  std::string category, type, jid, name;
};

/// The result for a get: what was asked, the namespaces that it answers, and what belongs to it.
Element make_browse(const Element& iq, const BrowseItem& asked, const std::vector<std::string>& namespaces,
                    const std::vector<BrowseItem>& items);

}  // namespace dragoman::xmpp
