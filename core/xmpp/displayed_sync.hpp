#pragma once

#include <string_view>

#include "xmpp/element.hpp"

// XEP-0490: up to where somebody has read, kept in a node of their own (urn:xmpp:mds:displayed:0) for all their
// clients; an item a chat, named by its address.
//   <item id='tea@conference.example'><displayed xmlns='urn:xmpp:mds:displayed:0'>
//     <stanza-id xmlns='urn:xmpp:sid:0' by='tea@conference.example' id='28482'/></displayed></item>
namespace dragoman::xmpp {

inline constexpr std::string_view displayed_sync_ns = "urn:xmpp:mds:displayed:0";

/// What publishes that `room` is read up to the message that it calls `stanza_id`; only the person sees the node.
Element make_displayed_publish(std::string_view room, std::string_view stanza_id);

}  // namespace dragoman::xmpp
