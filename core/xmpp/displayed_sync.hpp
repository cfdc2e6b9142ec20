#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "xmpp/element.hpp"

// XEP-0490: up to where somebody has read, kept in a node of their own (urn:xmpp:mds:displayed:0) for all their
// clients; an item a chat, named by its address.
//   <item id='tea@conference.example'><displayed xmlns='urn:xmpp:mds:displayed:0'>
//     <stanza-id xmlns='urn:xmpp:sid:0' by='tea@conference.example' id='28482'/></displayed></item>
namespace dragoman::xmpp {

inline constexpr std::string_view displayed_sync_ns = "urn:xmpp:mds:displayed:0";

/// What publishes that `room` is read up to the message that it calls `stanza_id`; only the person sees the node.
Element make_displayed_publish(std::string_view room, std::string_view stanza_id);

/// One chat of somebody's node: up to which message they have read.
struct Displayed {
  std::string chat;       ///< address of the room or person
  std::string by;         ///< whose id it is: of a room the room's own
  std::string stanza_id;  ///< what `by` calls the message
};
/// What an event of the node says; empty: it is none, or about what was taken out.
std::vector<Displayed> read_displayed_news(const Element& message);

}  // namespace dragoman::xmpp
