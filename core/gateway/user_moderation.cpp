#include "delivery/content_json.hpp"
#include "gateway/lookup.hpp"
#include "gateway/user.hpp"

// A moderator takes back what somebody else has said (XEP-0425).

namespace dragoman::gateway {

void User::moderate(const chat::RoomId& id, const std::string& stanza_id, const std::string& reason,
                    std::function<void(const std::optional<Error>& refused)> answered) {
  find_message(
      context_, owner_.str(), {id, {}}, {stanza_id, MessageName::By::stanza_id},
      [context = &context_, owner = owner_.str(), id, reason,
       answered = std::move(answered)](const std::optional<store::Message>& found) {
        User* person = context->find(owner);
        if (person == nullptr || person->room(id) == nullptr) {
          return answered(failure(Fault::unacceptable, "You are not in this room."));
        }
        if (!found || found->network_id.empty() || delivery::read_tombstone(found->content)) {
          return answered(failure(Fault::not_found, "There is no such message in this room, or it is too old."));
        }
        const chat::RetractMessage retract{{id, {}}, chat::MessageId{found->network_id}, reason, true};
        person->ask(retract, [context, owner, retract, answered](const chat::Done*, const chat::Failed* failed) {
          if (failed != nullptr) return answered(Error{failed->fault, failed->text});
          User* moderator = context->find(owner);
          const Room* room = moderator == nullptr ? nullptr : moderator->room(retract.conversation.room);
          if (room != nullptr) {
            chat::Author author;
            author.name = room->nick();
            author.self = true;
            moderator->received().on(
                chat::MessageRetracted{retract.conversation, author, retract.retracted, retract.reason, true});
          }
          answered(std::nullopt);
        });
      });
}

}  // namespace dragoman::gateway
