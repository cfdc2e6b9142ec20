#include <algorithm>

#include "gateway/room.hpp"

// Room: what those see of it who speak groupchat 1.0, the protocol before XEP-0045. Presence is plain then, and a line
// from the room says in words who comes and goes.

namespace dragoman::gateway {

bool Room::has_groupchat1() const {
  return std::any_of(resources_.begin(), resources_.end(), [](const Resource& each) { return each.groupchat1; });
}

void Room::write_line(const Resource& to, std::string_view text) {
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin_prepared("message", prepared_, {}, to.jid);
    writer.attribute("type", "groupchat");
    writer.leaf("body", text);
  });
}

void Room::tell_groupchat1(std::string_view text) {
  to_each([&](const Resource& to) {
    if (to.groupchat1) write_line(to, text);
  });
}

}  // namespace dragoman::gateway
