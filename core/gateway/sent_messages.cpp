#include "gateway/sent_messages.hpp"

#include "gateway/degrade.hpp"
#include "gateway/link_offers.hpp"
#include "gateway/returned.hpp"
#include "gateway/room_message.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/threads.hpp"
#include "gateway/to_command.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway {

namespace {
/// How long a message to a person waits before they are told that it does.
constexpr auto tell_after = std::chrono::seconds{60};
}  // namespace

SentMessages::SentMessages(Context& context, const xmpp::Jid& owner, User& user)
    : context_(context),
      owner_(owner),
      user_(user),
      a_minute_(context.policy.messages_per_minute, Duration{}),
      outgoing_(context.link.jid().str(), owner.str(), *this, context.store, context.marks, context.timers,
                context.policy.delivery),
      patience_(context.timers) {}

SentMessages::~SentMessages() = default;

Result<MessageRequest> SentMessages::read(const xmpp::Element& message, const chat::Conversation& conversation) {
  return read_message(message, user_.capabilities(conversation).of(chat::Feature::formatting) == chat::Support::native);
}

void SentMessages::on_room_message(const xmpp::Element& message, const xmpp::Jid& resource, const chat::RoomId& id,
                                   const xmpp::Jid& to) {
  if (to.is_bare() && user_.invitations().on_room_request(message, resource, id)) return;
  Room* known = user_.room(id);
  const bool inside = known != nullptr && known->find(resource.str()) != nullptr;
  auto request = read(message, {id, {}});
  if (!request) {
    user_.refuse(message, request.error().fault, request.error().text);
    if (inside && to.is_bare()) tell_unreadable({id, {}}, resource);
    return;
  }
  const bool says = request->says_something() || request->subject;
  if (!says && !inside) return;  // chat states and markers are never answered
  if (!inside) {
    user_.refuse(message, Fault::unacceptable, "You are not in this room; join it before you speak there.");
    // Gajim, Psi and Pidgin show neither that error nor the message; 332 (we were away) makes Gajim join again.
    const std::string& nick = user_.nickname(context_.network.part_of(id));
    return user_.rooms().tell_outside(id, resource.str(), nick.empty() ? std::string{resource.local()} : nick, {332});
  }
  accept_in_room(message, resource, *known, to, std::move(*request));
}

void SentMessages::accept_in_room(const xmpp::Element& message, const xmpp::Jid& resource, Room& in,
                                  const xmpp::Jid& to, MessageRequest&& request) {
  const bool groupchat = message.get("type") == "groupchat";
  const bool says = request.says_something() || request.subject;
  if (!to.is_bare()) {
    if (groupchat && says) {
      return user_.refuse(message, Fault::malformed,
                          "A groupchat message goes to the room, not to one occupant of it.");
    }
    const auto person = person_in(in, to);
    if (!person && says) return user_.refuse(message, person.error().fault, person.error().text);
    if (!person || groupchat || (!says && user_.blocks(*person))) return;
    if (user_.blocked().refuses(message, *person)) return;
    return accept(message, resource, {in.id(), *person}, std::move(request));
  }
  if (!groupchat) {
    if (says) user_.refuse(message, Fault::malformed, "A message to a room has the type 'groupchat'.");
    return;
  }
  if (request.subject) {
    user_.ask(chat::SetTopic{in.id(), *request.subject},
              [this, message](const chat::Done*, const chat::Failed* failed) {
                if (failed != nullptr) user_.refuse(message, *failed);
              });
    return;
  }
  accept(message, resource, {in.id(), {}}, std::move(request));
}

Result<chat::PersonId> SentMessages::person_in(const Room& in, const xmpp::Jid& occupant) const {
  // Before the network has let us in nobody is known to be there.
  const auto nickname = in.state() == Room::State::joining
                            ? nickname_of(context_.network.names_in(in.id()), occupant.resource())
                            : in.occupant(occupant.resource());
  if (!nickname) return failure(Fault::not_found, "Nobody of that name is in this room.");
  return context_.network.person_in_room(in.id(), *nickname);
}

void SentMessages::on_person_message(const xmpp::Element& message, const xmpp::Jid& resource,
                                     const chat::PersonId& person) {
  const chat::Conversation conversation{{}, person};
  auto request = read(message, conversation);
  const bool says = !request || request->says_something();
  const bool invites = message.child_of(xmpp::conference_ns) != nullptr;
  if (message.get("type") == "groupchat") {
    if (says) user_.refuse(message, Fault::malformed, "This address is a person, not a room.");
    return;
  }
  if (!user_.registered() && context_.policy.needs_account()) {
    if (!says && !invites) return;
    return user_.refuse(message, Fault::members_only,
                        "Register with " + context_.link.jid().str() + " before you write here.");
  }
  if (!says && !invites && user_.blocks(person)) return;
  if (user_.blocked().refuses(message, person)) return;
  if (user_.invitations().on_direct(message, person)) return;
  if (!request) {
    user_.refuse(message, request.error().fault, request.error().text);
    return tell_unreadable(conversation, resource);
  }
  accept(message, resource, conversation, std::move(*request));
}

void SentMessages::accept(const xmpp::Element& message, const xmpp::Jid& resource,
                          const chat::Conversation& conversation, MessageRequest&& request) {
  if (!request.says_something()) return signal(conversation, request);
  if (request.content && user_.is_confidential(conversation)) {
    return say_in_confidence(message, conversation, std::move(request));
  }
  const std::string part = chat::part_of(context_.network, conversation);
  if (const auto may = user_.may_connect(part); !may) return user_.refuse(message, may.error().fault, may.error().text);
  Reference said{request.id, request.origin_id, request.wants_receipt};
  const Room* in = conversation.is_room() ? user_.room(conversation.room) : nullptr;
  const Shown shown = in == nullptr ? Shown{} : shown_as(context_.network.names_in(in->id()), in->nick());
  said.resource = shown.resource;
  said.occupant_id = shown.occupant_id;
  said.markable = request.markable;
  said.no_store = request.no_store || !user_.records(conversation);
  said.unstyled = request.unstyled;
  said.thread_parent = request.thread_parent;
  said.reply_id = request.reply_id;
  said.reply_to = request.reply_to;
  said.quote = request.quote;
  said.files = request.files;
  said.body = request.body;
  said.target = !request.retracts.empty() ? request.retracts : request.replaces;
  if (request.reactions) said.target = request.reactions->id;
  std::string reference = write_reference(said);
  const bool about_another = !said.target.empty() || !said.reply_id.empty();
  const bool has_text = request.content.has_value();
  std::string thread = has_text ? request.content->thread : std::string{};
  chat::Command command = to_command(conversation, request);
  if (about_another) {
    const auto refused = refusal_of(command, user_.capabilities(conversation), context_.network.part_name(part));
    if (refused) return user_.refuse(message, refused->fault, refused->text);
  }
  if (const auto refused = refusal_of_length(said_in(command), conversation)) {
    return user_.refuse(message, refused->fault, refused->text);
  }
  if (!user_.takes(a_minute_, Quota::messages_per_minute)) {
    ++context_.traffic.messages_limited;
    return user_.refuse(message, Fault::limited,
                        "You may send " + std::to_string(user_.most(Quota::messages_per_minute)) +
                            " messages a minute here; send this one again in a moment.");
  }
  outgoing_.set_most_rows(user_.most(Quota::waiting_messages));
  const auto accepted = outgoing_.accept(std::move(command), resource.str(), std::move(reference), about_another);
  if (!accepted) return user_.refuse(message, accepted.error().fault, accepted.error().text);
  ++context_.traffic.accepted;
  if (!typing_.empty()) typing_.erase(conversation);  // who has spoken does not write any more, everywhere
  if (has_text && !conversation.is_room()) {
    context_.threads->note(owner_.str(), conversation, {std::move(thread), std::move(request.thread_parent)});
  }
  Uplink& through = user_.need_uplink(part);
  if (!conversation.is_room()) through.last_private = context_.timers.clock().now();
  user_.connect_if_needed(through, {});
  if (!conversation.is_room() && !is_open(conversation)) {
    patience_.set_after(tell_after, [this] { tell_waiting(); });
  }
}

void SentMessages::tell_waiting() {
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(context_.policy.delivery.person_patience).count();
  for (const chat::Conversation& conversation : outgoing_.waiting()) {
    const Uplink* away = user_.uplink(conversation);
    if (conversation.is_room() || away == nullptr || away->state == Uplink::State::ready) continue;
    if (!told_waiting_.insert(conversation).second) continue;
    const std::string text =
        "Your message is waiting: " + context_.network.part_name(away->part) + " cannot be reached (" + away->text +
        "). It is being retried; what cannot be delivered within " + std::to_string(hours) + " h comes back to you.";
    const std::string from = context_.address(conversation);
    context_.link.write([&](xmpp::Writer& writer) {
      writer.begin("message", from, owner_.str());
      writer.attribute("type", "chat");
      writer.leaf("body", text);
    });
  }
}

bool SentMessages::is_open(const chat::Conversation& conversation) const {
  const Uplink* through = user_.uplink(conversation);
  if (through == nullptr || through->state != Uplink::State::ready || !through->session) return false;
  if (!conversation.is_room()) return true;
  const Room* in = user_.room(conversation.room);
  return in != nullptr && in->state() == Room::State::joined;
}

void SentMessages::release(store::Message row) {
  const auto& policy = context_.policy.delivery;
  const Duration patience = row.room.empty() ? policy.person_patience : policy.room_patience;
  row.expires = context_.timers.clock().utc() + std::chrono::duration_cast<std::chrono::milliseconds>(patience);
  outgoing_.restore(row);
  user_.connect_if_needed();
}

void SentMessages::on_ready(const Uplink& uplink) {
  std::erase_if(told_waiting_, [&](const auto& each) { return chat::part_of(context_.network, each) == uplink.part; });
  if (!context_.network.in_parts()) patience_.clear();
}

}  // namespace dragoman::gateway
