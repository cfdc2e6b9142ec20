#include "gateway/presence.hpp"

#include "xmpp/avatar.hpp"
#include "xmpp/caps.hpp"

namespace dragoman::gateway {

void send_available(Context& context, const std::string& to, std::string_view show, std::string_view status) {
  context.link.write([&](xmpp::Writer& writer) {
    writer.begin("presence", context.link.jid().str(), to);
    if (!show.empty()) writer.leaf("show", show);
    if (!status.empty()) writer.leaf("status", status);
    xmpp::write_caps(writer, context.caps.service);
    if (context.policy.avatar) xmpp::write_photo(writer, context.policy.avatar->id);
  });
}

void send_unavailable(xmpp::Link& link, const std::string& to) {
  link.write([&](xmpp::Writer& writer) {
    writer.begin("presence", link.jid().str(), to);
    writer.attribute("type", "unavailable");
  });
}

void send_subscription(xmpp::Link& link, std::string_view from, std::string_view to, std::string_view type) {
  link.write([&](xmpp::Writer& writer) {
    writer.begin("presence", from, to);
    writer.attribute("type", type);
  });
}

void send_farewell(xmpp::Link& link, std::string_view from, std::string_view to) {
  for (const std::string_view type : {"unsubscribe", "unsubscribed", "unavailable"}) {
    send_subscription(link, from, to, type);
  }
}

}  // namespace dragoman::gateway
