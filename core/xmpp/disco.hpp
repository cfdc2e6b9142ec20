#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "xmpp/data_form.hpp"
#include "xmpp/element.hpp"

// XEP-0030 with the forms of XEP-0128.
//   <query xmlns='http://jabber.org/protocol/disco#info' node='n'>
//     <identity category='gateway' type='irc' name='Libera.Chat'/><feature var='urn:xmpp:ping'/>
//   </query>
namespace dragoman::xmpp {

struct DiscoIdentity {
  std::string category, type, name, lang;
  auto operator<=>(const DiscoIdentity&) const = default;
};

struct DiscoInfo {
  std::vector<DiscoIdentity> identities;
  std::vector<std::string> features;  ///< disco#info itself is added when it is written
  std::vector<DataForm> forms;
};

struct DiscoItem {
  std::string jid, node, name;
  bool operator==(const DiscoItem&) const = default;
};

/// The result for a disco#info `iq`. The node of the question is mirrored; features are sorted, each once.
Element make_disco_info(const Element& iq, const DiscoInfo& info);
/// The same for disco#items.
Element make_disco_items(const Element& iq, const std::vector<DiscoItem>& items);

/// The payload of a result; what is not understood is left out.
DiscoInfo read_disco_info(const Element& query);
std::vector<DiscoItem> read_disco_items(const Element& query);

}  // namespace dragoman::xmpp
