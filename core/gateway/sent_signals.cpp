#include "gateway/sent_messages.hpp"
#include "gateway/user.hpp"

// What a message says beside its text: that somebody writes, cannot be read.

namespace dragoman::gateway {

namespace {
constexpr const char* unreadable_kind = "unreadable";
}  // namespace

void SentMessages::signal(const chat::Conversation& conversation, const MessageRequest& request) {
  if (!is_open(conversation)) return;
  const chat::Capabilities& can = user_.capabilities(conversation);
  if (request.typing && can.of(chat::Feature::typing) == chat::Support::native) {
    // Its end only where there was a beginning: every client says "active" when a window is looked at.
    const bool ended = typing_.erase(conversation) > 0;
    if (*request.typing) typing_.insert(conversation);
    if (*request.typing || ended) {
      user_.ask(chat::SetTyping{conversation, *request.typing}, [](const chat::Done*, const chat::Failed*) {});
    }
  }
  if (!request.displayed.empty() && can.of(chat::Feature::read_marks) == chat::Support::native) {
    user_.read_marks().tell(conversation, request.displayed);
  }
}

void SentMessages::tell_unreadable(const chat::Conversation& conversation, const xmpp::Jid& resource) {
  if (!told_unreadable_.insert(conversation).second) return;
  const std::string key = conversation.room.text + '\n' + conversation.person.text;
  // Filled by the reader's thread, then read by ours: both closures hold it until the later one is done.
  auto told = std::make_shared<bool>(false);
  const bool in_room = conversation.is_room();
  context_.store.read(
      [told, owner = user_.owner_key(), key](store::Reader& reader) {
        *told = reader.document(unreadable_kind, owner, key).has_value();
      },
      [told, context = &context_, owner = user_.owner_key(), key, from = context_.address(conversation),
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

void SentMessages::forget_typing(const Uplink& uplink) {
  std::erase_if(typing_, [&](const auto& each) { return chat::part_of(context_.network, each) == uplink.part; });
}

}  // namespace dragoman::gateway
