#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "chat/event.hpp"
#include "gateway/context.hpp"
#include "xmpp/disco.hpp"
#include "xmpp/rsm.hpp"

namespace dragoman::gateway {

/// Without <max/> too: a stanza has its limit.
inline constexpr std::size_t most_rooms_at_a_time = 250;

/// The answer to disco#items with one page of these (XEP-0059): the address of an item is its id.
Result<xmpp::Element> make_items_page(const xmpp::Element& iq, const std::vector<xmpp::DiscoItem>& items,
                                      const xmpp::PageRequest& asked);
/// The node of a room that is a list: its items are the rooms in it.
inline constexpr std::string_view rooms_node = "rooms";
/// Of rooms, with how many people are in each.
Result<xmpp::Element> make_room_page(const Context& context, const xmpp::Element& iq, const chat::RoomList& rooms,
                                     const xmpp::PageRequest& asked);

}  // namespace dragoman::gateway
