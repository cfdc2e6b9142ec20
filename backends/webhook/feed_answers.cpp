#include "backends/webhook/address.hpp"
#include "backends/webhook/feed.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/session.hpp"

// What people say to a hook.

namespace dragoman::backends::webhook {

void Feed::answer(Session& session, chat::CommandId id, const chat::Conversation&, const chat::Command&) {
  session.refuse(id, Fault::not_allowed, "This hook takes no answers: it has no address that they could be sent to.");
}

}  // namespace dragoman::backends::webhook
