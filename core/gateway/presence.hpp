#pragma once

#include <string>
#include <string_view>

#include "gateway/context.hpp"

namespace dragoman::gateway {

/// The gateway's own presence for one resource; `show` may be empty.
void send_available(Context& context, const std::string& to, std::string_view show, std::string_view status);
void send_unavailable(xmpp::Link& link, const std::string& to);
/// A presence of `type` ("subscribe", "unsubscribed" ...) from an address of ours to a bare JID.
void send_subscription(xmpp::Link& link, std::string_view from, std::string_view to, std::string_view type);

/// An address of ours is none any more for this person: unsubscribe, unsubscribed, unavailable (XEP-0100 4.3).
void send_farewell(xmpp::Link& link, std::string_view from, std::string_view to);

}  // namespace dragoman::gateway
