#include "xmpp/displayed_sync.hpp"

#include "xmpp/namespaces.hpp"
#include "xmpp/pubsub.hpp"

namespace dragoman::xmpp {

Element make_displayed_publish(std::string_view room, std::string_view stanza_id) {
  Element pubsub{"pubsub", ns::pubsub};
  Element& item = pubsub.add("publish").set("node", displayed_sync_ns).add("item");
  item.set("id", room);
  item.add("displayed", displayed_sync_ns).add("stanza-id", ns::stanza_id).set("by", room).set("id", stanza_id);
  pubsub.add(make_private_options());
  return pubsub;
}

}  // namespace dragoman::xmpp
