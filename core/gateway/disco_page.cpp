#include "gateway/disco_page.hpp"

#include <string_view>

namespace dragoman::gateway {

Result<xmpp::Element> make_items_page(const xmpp::Element& iq, const std::vector<xmpp::DiscoItem>& items,
                                      const xmpp::PageRequest& asked) {
  std::vector<std::string_view> ids;
  ids.reserve(items.size());
  for (const xmpp::DiscoItem& item : items) ids.push_back(item.jid);
  const auto page = xmpp::find_page(ids, asked);
  if (!page) return page.error();
  const auto at = [&items](std::size_t place) { return items.begin() + static_cast<std::ptrdiff_t>(place); };
  xmpp::Element result = xmpp::make_disco_items(iq, {at(page->first), at(page->last)});
  for (xmpp::Element& query : result.children) query.add(xmpp::make_page(ids, *page));
  return result;
}

Result<xmpp::Element> make_room_page(const Context& context, const xmpp::Element& iq, const chat::RoomList& rooms,
                                     const xmpp::PageRequest& asked) {
  std::vector<xmpp::DiscoItem> items;
  items.reserve(rooms.rooms.size());
  for (const chat::RoomSummary& room : rooms.rooms) {
    const std::string_view node = room.is_list ? rooms_node : std::string_view{};
    const std::string people = room.is_list ? "list of rooms" : std::to_string(room.occupants);
    items.push_back({context.address(room.room), std::string{node}, room.name + " (" + people + ')'});
  }
  return make_items_page(iq, items, asked);
}

}  // namespace dragoman::gateway
