#include "gateway/room_service.hpp"
#include "xmpp/retraction.hpp"
#include "xmpp/stanza_error.hpp"

// XEP-0425: a moderator takes a message back. The network decides, and everybody is told by the room.

namespace dragoman::gateway {

void RoomService::moderate(const RoomQuestion& question) {
  const auto request = xmpp::read_moderation(*question.iq.first_element());
  if (!request)
    return refuse(question, Fault::malformed, "Say which message is to be taken back: only that can be done.");
  if (question.person.capabilities({question.id, {}}).of(chat::Feature::moderate) != chat::Support::native) {
    return refuse(question, Fault::unsupported,
                  context_.network.describe().name + " cannot take messages back: everybody who was there has them.");
  }
  if (question.room->standing().role != chat::Role::moderator) {
    return refuse(question, Fault::forbidden, "Only moderators may take back what others said.");
  }
  question.person.moderate(question.id, request->id, request->reason,
                           [this, iq = question.iq](const std::optional<Error>& refused) {
                             if (refused) return refuse(iq, refused->fault, refused->text);
                             answer(xmpp::make_result(iq));
                           });
}

}  // namespace dragoman::gateway
