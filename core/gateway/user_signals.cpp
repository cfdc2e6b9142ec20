#include "delivery/content_json.hpp"
#include "gateway/lookup.hpp"
#include "gateway/user.hpp"

// What a message says beside its text: that somebody writes, cannot be read.

namespace dragoman::gateway {

namespace {
constexpr const char* unreadable_kind = "unreadable";
}  // namespace

void User::signal(const chat::Conversation& conversation, const MessageRequest& request) {
  if (!is_open(conversation)) return;
  const chat::Capabilities& can = capabilities(conversation);
  if (request.typing && can.of(chat::Feature::typing) == chat::Support::native) {
    // Its end only where there was a beginning: every client says "active" when a window is looked at.
    const bool ended = typing_.erase(conversation) > 0;
    if (*request.typing) typing_.insert(conversation);
    if (*request.typing || ended) {
      ask(chat::SetTyping{conversation, *request.typing}, [](const chat::Done*, const chat::Failed*) {});
    }
  }
  if (!request.displayed.empty() && can.of(chat::Feature::read_marks) == chat::Support::native) {
    mark_read(conversation, request.displayed);
  }
}

void User::tell_unreadable(const chat::Conversation& conversation, const xmpp::Jid& resource) {
  if (!told_unreadable_.insert(conversation).second) return;
  const std::string key = conversation.room.text + '\n' + conversation.person.text;
  // Filled by the reader's thread, then read by ours: both closures hold it until the later one is done.
  auto told = std::make_shared<bool>(false);
  const bool in_room = conversation.is_room();
  context_.store.read(
      [told, owner = owner_key(), key](store::Reader& reader) {
        *told = reader.document(unreadable_kind, owner, key).has_value();
      },
      [told, context = &context_, owner = owner_key(), key, from = context_.address(conversation),
       to = in_room ? resource.str() : owner_.str(), in_room] {
        if (*told) return;
        context->store.put({unreadable_kind, owner, key, "{}"});
        const std::string text =
            "What you encrypt ends at this gateway: " + context->network.describe().name +
            " cannot read it, and nothing of it was passed on. Switch encryption off for this conversation; what you "
            "write then is protected only on its way to each server.";
        context->link.write([&](xmpp::Writer& writer) {
          writer.begin("message", from, to);
          writer.attribute("type", in_room ? "groupchat" : "chat");
          writer.leaf("body", text);
        });
        context->wrote();
      });
}

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
            moderator->on(
                chat::MessageRetracted{retract.conversation, author, retract.retracted, retract.reason, true});
          }
          answered(std::nullopt);
        });
      });
}

}  // namespace dragoman::gateway
