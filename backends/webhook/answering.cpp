#include "backends/webhook/answering.hpp"

#include <utility>

#include "backends/webhook/address.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/message_id.hpp"
#include "backends/webhook/session.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t most_replied = 200;

chat::OnceKey key_of(const chat::Command& command) {
  return std::visit(
      [](const auto& each) -> chat::OnceKey {
        if constexpr (requires { each.key; }) return each.key;
        return 0;
      },
      command);
}

chat::Failed failed(chat::CommandId id, const QueueEffects::Returned& returned) {
  chat::Failed failed{id, chat::Failed::Outcome::refused, returned.fault, returned.text, {}};
  failed.code = returned.code;
  return failed;
}

}  // namespace

Answering::Answering(Hub& hub, Feed& feed) : hub_(hub), feed_(feed) {}
Answering::~Answering() { stop(); }

void Answering::follow(const Hook& hook) {
  if (!hook.outgoing || hook.outgoing->url.empty()) return end("This hook takes no answers any more.");
  if (courier_) return static_cast<void>(courier_->set(*hook.outgoing));
  Courier::Office* office = hub_.office();
  if (office == nullptr) return;
  courier_ = std::make_unique<Courier>(*office, hook.name, *hook.outgoing, QueueLimits(), *this);
  courier_->start();
}

void Answering::end(const std::string& text) {
  for (const auto& [id, each] : std::exchange(pending_, {})) {
    if (each.session != nullptr) each.session->refuse(each.command, Fault::closed, text);
  }
  stop();
}

void Answering::stop() {
  pending_.clear();  // their senders perform them again after the next start
  if (!courier_) return;
  courier_->stop();
  hub_.bury(std::move(courier_));
}

void Answering::gone(const Session& session) {
  for (auto& [id, each] : pending_) {
    if (each.session == &session) each.session = nullptr;
  }
}

void Answering::tell(Session& session, chat::CommandId id, const chat::Conversation& conversation,
                     const chat::Command& command) {
  if (!courier_) {
    return session.refuse(id, Fault::not_allowed,
                          "This hook takes no answers: it has no address that they could be sent to.");
  }
  Happening frame;
  frame.time = hub_.now();
  frame.endpoint = feed_.name() + '@' + hub_.jid();
  frame.from.jid = session.owner();
  frame.from.nickname = session.nickname();
  if (conversation.is_room()) {
    frame.room.jid = conversation.room.text + '@' + hub_.jid();
    frame.room.name = feed_.hook().shown();
    frame.from.nickname = feed_.name_of(session).text();
    frame.from.occupant_id = hub_.services().occupant_id(session.owner());
  }
  const chat::OnceKey key = key_of(command);
  std::vector<Happening> happenings = happenings_of(command, frame);
  bool follows = false;
  std::string last;
  for (Happening& each : happenings) {
    // Without a key of the sender nothing performs it again: the queue keeps it.
    if (key == 0) each.id = "msg_" + make_message_id(hub_.now(), hub_.services().random);
    last = each.id;
    const auto taken = courier_->tell(std::move(each), key == 0 ? Queue::Durable::here : Queue::Durable::elsewhere);
    if (!taken) return session.refuse(id, taken.error().fault, taken.error().text);
    follows = *taken;
  }
  if (!follows) return session.done(id, chat::Sent{{chat::MessageId{last}}, hub_.now(), {}});
  pending_[last] = {&session, id};
}

void Answering::on_delivered(const std::string& id) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  const Pending pending = found->second;
  pending_.erase(found);
  if (pending.session == nullptr) return;
  pending.session->done(pending.command, chat::Sent{{chat::MessageId{id}}, hub_.now(), {}});
}

void Answering::on_returned(const QueueEffects::Returned& returned) {
  const auto found = pending_.find(returned.id);
  if (found == pending_.end()) return;
  const Pending pending = found->second;
  pending_.erase(found);
  if (pending.session != nullptr) pending.session->say(failed(pending.command, returned));
}

std::vector<Session*> Answering::listeners(const Happening& to) const { return hub_.sessions_of(to.from.jid); }

void Answering::on_replies(const Happening& to, const std::vector<Reply>& replies) {
  const bool in_room = !to.room.jid.empty();
  for (const Reply& each : replies) {
    const bool to_room = in_room && each.to == Reply::To::conversation;
    if (!each.reaction.empty()) {
      chat::ReactionsChanged reaction;
      reaction.conversation =
          in_room ? chat::Conversation{room_of(feed_.name()), {}} : chat::Conversation{{}, contact_of(feed_.name())};
      reaction.author = {contact_of(feed_.name()), in_room ? feed_.name() : feed_.hook().shown(), feed_.name()};
      reaction.message = chat::MessageId{to.id};
      reaction.emoji = {each.reaction};
      if (in_room) {
        feed_.tell_all(reaction);
      } else {
        for (Session* session : listeners(to)) session->say(reaction);
      }
    }
    if (!each.says) continue;
    Posting posting = each.posting;
    posting.after = Posting::After::fresh;
    posting.content.reply_to = chat::MessageId{to.id};
    if (posting.content.thread.empty()) posting.content.thread = to.content.thread;
    const auto before = replied_.find(to.id);
    const std::string edited = each.replaces && before != replied_.end() ? before->second : std::string{};
    const std::string id = to_room ? feed_.say_in_room(std::move(posting), edited)
                                   : feed_.say_to(listeners(to), std::move(posting), edited);
    if (replied_.size() >= most_replied) replied_.clear();
    if (edited.empty()) replied_[to.id] = id;
  }
}

void Answering::on_health(const Health& health) {
  health_ = health;
  feed_.rearm();
}

void Answering::on_notice(const std::string& text) {
  for (Session* each : hub_.sessions_of(feed_.hook().owner)) each->say(chat::Notice{feed_.name(), text, {}});
}

void Answering::on_waiting(const Happening& about, bool waiting) {
  chat::Typing typing;
  typing.author = {contact_of(feed_.name()), feed_.name(), feed_.name()};
  typing.typing = waiting;
  if (!about.room.jid.empty()) {
    typing.conversation.room = room_of(feed_.name());
    return feed_.tell_all(typing);
  }
  typing.conversation.person = contact_of(feed_.name());
  for (Session* each : listeners(about)) each->say(typing);
}

void Answering::keep(const std::string& key, const std::string& text) {
  auto& keep_of = hub_.services().keep_of;
  if (keep_of) keep_of(feed_.hook().owner, "out " + feed_.name() + ' ' + key, Secret<std::string>{text});
}

std::string Answering::kept(const std::string& key) const {
  const auto& kept_of = hub_.services().kept_of;
  return kept_of ? kept_of(feed_.hook().owner, "out " + feed_.name() + ' ' + key).reveal() : std::string{};
}

}  // namespace dragoman::backends::webhook
