#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xmpp/element.hpp"
#include "xmpp/stanza_error.hpp"

// XEP-0060 as far as a personal node (XEP-0163) is read: what somebody publishes about themselves.
//   <iq type='get'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items
//   node='urn:xmpp:avatar:metadata'/></pubsub></iq>
namespace dragoman::xmpp {

inline constexpr std::string_view pubsub_errors_ns = "http://jabber.org/protocol/pubsub#errors";

/// A question for the items of a node.
struct ItemsQuestion {
  std::string node;
  std::vector<std::string> ids;     ///< only these; empty: all
  std::optional<std::size_t> most;  ///< only so many, the newest (max_items)
};
/// Nothing when the <pubsub/> asks something else, or asks wrongly: make_pubsub_refusal says which.
std::optional<ItemsQuestion> read_items_question(const Element& iq);

/// <pubsub><items node=...><item id=.../></items></pubsub>
Element make_items_question(std::string_view node, std::string_view id);

struct PubsubItem {
  std::string id;
  Element payload;
};
/// The items that were asked for.
Element make_items(const Element& iq, const ItemsQuestion& question, const std::vector<PubsubItem>& items);

/// The end of the feature by which a client asks to be told of a node's changes (XEP-0163 4).
inline constexpr std::string_view notify_suffix = "+notify";
/// <event/> for a headline: the node has this item now.
Element make_node_event(std::string_view node, const PubsubItem& item);

/// <publish-options/> for a node that is nobody else's business (XEP-0223, XEP-0402 3.2), which keeps all items and
/// sends none by itself; `least`: only that it is private and kept, which every server knows.
Element make_private_options(bool least = false);

/// The refusal of everything but reading: who publishes here are we alone (forbidden), and nobody is told of changes
/// (feature-not-implemented, with the <unsupported/> of XEP-0060). `text` is for the first. A question for items that
/// could not be read is a bad-request.
Element make_pubsub_refusal(const Element& iq, const std::string& text);

}  // namespace dragoman::xmpp
