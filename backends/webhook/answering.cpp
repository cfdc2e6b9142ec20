#include "backends/webhook/answering.hpp"

#include <utility>

#include "backends/webhook/address.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/message_id.hpp"
#include "backends/webhook/session.hpp"
#include "base/log.hpp"
#include "chat/once_key.hpp"

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t most_remembered = 500;

/// When a message was accepted: the same over restarts, so that its bytes are. Its key begins with that time
/// (delivery/outgoing.cpp); of one that has another form it is now.
Timestamp time_of(chat::OnceKey key, Timestamp now) {
  const Timestamp time{std::chrono::milliseconds{static_cast<std::int64_t>(key >> 20)}};
  const bool plausible = time > now - std::chrono::days{30} && time <= now + std::chrono::minutes{1};
  return plausible ? time : now;
}

chat::Failed failed(chat::CommandId id, const QueueEffects::Returned& returned) {
  chat::Failed failed{id, chat::Failed::Outcome::refused, returned.fault, returned.text, {}};
  failed.code = returned.code;
  return failed;
}

/// What the bot of a bridge says on its own.
bool is_notice(const chat::Command& command) {
  const auto* send = std::get_if<chat::SendMessage>(&command);
  return send != nullptr && send->content.kind == chat::Content::Kind::notice;
}

template <class Map>
void forget_some(Map& map) {
  if (map.size() > most_remembered) map.erase(map.begin());
}

}  // namespace

Answering::Answering(Hub& hub, Feed& feed) : hub_(hub), feed_(feed) {}
Answering::~Answering() { stop(); }

void Answering::follow(const Hook& hook) {
  if (!hook.outgoing || hook.outgoing->url.empty()) return end("This hook takes no answers any more.");
  if (courier_) {
    if (const auto set = courier_->set(*hook.outgoing); !set) {
      const std::string& name = hook.name;
      LOG_WARN("the settings of a hook were not taken over", name, set.error());
    }
    courier_->set_limits(hub_.queue_limits(*hook.outgoing));
    if (hook.outgoing->disabled.empty() && courier_->queue().disabled()) courier_->enable();
    return;
  }
  Courier::Office* office = hub_.office();
  if (office == nullptr) return;
  courier_ = std::make_unique<Courier>(*office, hook.name, *hook.outgoing, hub_.queue_limits(*hook.outgoing), *this);
  courier_->start();
}

void Answering::end(const std::string& text) {
  for (const auto& [id, each] : std::exchange(pending_, {})) {
    if (each.session != nullptr) each.session->refuse(each.id, Fault::closed, text);
  }
  if (courier_) courier_->abandon();
  health_ = {};
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

Happening Answering::frame_of(const Session& session, bool in_room) const {
  Happening frame;
  frame.time = hub_.now();
  frame.endpoint = feed_.name() + '@' + hub_.jid();
  // In rooms a bridge speaks for many, and is nobody whom one could write to.
  if (!session.is_bridge() || !in_room) frame.from.jid = session.owner();
  frame.from.nickname = in_room ? feed_.nickname_of(session) : session.nickname();
  if (!in_room) return frame;
  frame.room = {room_of(feed_.name()).text + '@' + hub_.jid(), feed_.hook().shown()};
  const auto& occupant_id = hub_.services().occupant_id;
  if (occupant_id) frame.from.occupant_id = occupant_id(session.owner());
  return frame;
}

std::vector<std::string> Answering::reactions_before(const Session& session, const chat::Command& command) {
  const auto* react = std::get_if<chat::React>(&command);
  if (react == nullptr) return {};
  std::vector<std::string> before = std::exchange(reactions_[{session.owner(), react->message.text}], react->emoji);
  forget_some(reactions_);
  return before;
}

void Answering::tell(Session& session, chat::CommandId id, const chat::Conversation& conversation,
                     const chat::Command& command) {
  if (session.is_bridge() && (!feed_.takes_answers() || is_notice(command))) {
    // Who is in the room hears it; there is no other side, or it is nothing for that.
    const chat::OnceKey once = key_of(command);
    return finish({&session, id, command, time_of(once, hub_.now())}, happening_id(once));
  }
  if (!courier_) {
    return session.refuse(id, Fault::not_allowed,
                          "This hook takes no answers: it has no address that they could be sent to.");
  }
  const chat::OnceKey key = chat::key_of(command);
  Happening frame = frame_of(session, conversation.is_room());
  frame.time = time_of(key, hub_.now());
  bool follows = false;
  std::string last = happening_id(key);
  for (Happening& each : happenings_of(command, frame, reactions_before(session, command))) {
    // Without a key of the sender nothing performs it again: the queue keeps it.
    if (key == 0) each.id = "msg_" + make_message_id(hub_.now(), hub_.services().random);
    last = each.id;
    const auto taken = courier_->tell(std::move(each), key == 0 ? Queue::Durable::here : Queue::Durable::elsewhere);
    if (!taken) return session.refuse(id, taken.error().fault, taken.error().text);
    follows = *taken;
  }
  const Pending pending{&session, id, command, frame.time};
  // What the other side does not want to hear ends here.
  if (!follows) return finish(pending, last);
  pending_[last] = pending;
}

void Answering::finish(const Pending& pending, const std::string& id) {
  if (pending.session == nullptr) return;
  const chat::MessageId name{id};
  pending.session->done(pending.id, chat::Sent{{name}, pending.time, {}});
  feed_.show(*pending.session, name, pending.command);
}

void Answering::happens(Happening::Type type, const Session& session, bool in_room, const std::string& text) {
  if (!courier_) return;
  Happening happening = frame_of(session, in_room);
  happening.type = type;
  happening.id = "msg_" + make_message_id(hub_.now(), hub_.services().random);
  if (type == Happening::Type::presence_changed) {
    happening.availability = text;
  } else {
    happening.content = chat::plain(text);
  }
  happens(std::move(happening));
}

void Answering::happens(Happening happening) {
  if (!courier_) return;
  if (const auto told = courier_->tell(std::move(happening), Queue::Durable::here); !told) {
    const std::string& hook = feed_.name();
    LOG_WARN("an event of a hook is not told", hook, told.error());
  }
}

Result<void> Answering::ping(const std::string& asker) {
  if (!courier_) return failure(Fault::not_allowed, "this hook has no address to send to");
  Happening frame;
  frame.time = hub_.now();
  frame.endpoint = feed_.name() + '@' + hub_.jid();
  frame.from.jid = asker;
  const auto id = courier_->ping(std::move(frame));
  if (!id) return id.error();
  pings_.insert(*id);
  return {};
}

void Answering::on_delivered(const std::string& id) {
  if (pings_.erase(id) > 0) on_notice("The other side has taken the test.");
  auto found = pending_.extract(id);
  if (found) finish(found.mapped(), id);
}

void Answering::on_returned(const QueueEffects::Returned& returned) {
  if (pings_.erase(returned.id) > 0) on_notice("The test did not arrive: " + returned.text + '.');
  const auto found = pending_.extract(returned.id);
  if (!found || found.mapped().session == nullptr) return;
  found.mapped().session->say(failed(found.mapped().id, returned));
}

std::vector<Session*> Answering::listeners(const Happening& to) const { return hub_.sessions_of(to.from.jid); }

bool Answering::react(const Happening& to, const std::string& emoji) {
  const bool in_room = !to.room.jid.empty();
  if (hub_.rooms().is_of(feed_.name(), to)) {
    hub_.rooms().react(feed_.name(), to, emoji);
    return true;
  }
  chat::ReactionsChanged reaction;
  reaction.conversation =
      in_room ? chat::Conversation{room_of(feed_.name()), {}} : chat::Conversation{{}, contact_of(feed_.name())};
  reaction.author = {contact_of(feed_.name()), in_room ? feed_.name() : feed_.hook().shown(), feed_.name()};
  reaction.message = chat::MessageId{to.id};
  reaction.emoji = {emoji};
  if (in_room) {
    feed_.tell_all(reaction);
    return true;
  }
  const auto sessions = listeners(to);
  for (Session* session : sessions) session->say(reaction);
  return !sessions.empty();
}

void Answering::say_elsewhere(const Happening& to, Posting posting, const Reply& reply) {
  const auto before = replied_.find(to.id);
  const std::string edited = reply.replaces && before != replied_.end() ? before->second : std::string{};
  const std::string id = make_message_id(hub_.now(), hub_.services().random);
  hub_.rooms().answer(feed_.name(), to, id, edited, std::move(posting.content), reply.to == Reply::To::sender);
  if (edited.empty()) replied_[to.id] = id;
  forget_some(replied_);
}

bool Answering::hear(const Happening& to, const std::vector<Reply>& replies) {
  const bool in_room = !to.room.jid.empty();
  const bool elsewhere = hub_.rooms().is_of(feed_.name(), to);
  bool heard = false;
  for (const Reply& each : replies) {
    if (elsewhere && each.says) {
      say_elsewhere(to, each.posting, each);
      heard = true;
    }
    const bool to_room = in_room && each.to == Reply::To::conversation;
    if (!each.reaction.empty()) heard |= react(to, each.reaction);
    if (!each.says || elsewhere) continue;
    if (!to_room && listeners(to).empty()) continue;
    heard = true;
    Posting posting = each.posting;
    posting.after = Posting::After::fresh;
    // Outside the room the message in it has no name.
    if (to_room == in_room) posting.content.reply_to = chat::MessageId{to.id};
    if (posting.content.thread.empty()) posting.content.thread = to.content.thread;
    const auto before = replied_.find(to.id);
    const std::string edited = each.replaces && before != replied_.end() ? before->second : std::string{};
    const std::string id = to_room ? feed_.say_in_room(std::move(posting), edited)
                                   : feed_.say_to(listeners(to), std::move(posting), edited);
    if (edited.empty()) replied_[to.id] = id;
    forget_some(replied_);
  }
  return heard;
}

void Answering::on_health(const Health& health) {
  health_ = health;
  if (health.state == Health::State::disabled && feed_.hook().outgoing) {
    // What its owner sees in its settings, and ends there.
    Hook hook = feed_.hook();
    const std::string before = std::exchange(hook.outgoing->disabled, health.text);
    if (before != health.text) return hub_.change(std::move(hook));
  }
  feed_.rearm();
}

void Answering::on_notice(const std::string& text) {
  for (Session* each : hub_.sessions_of(feed_.hook().owner)) each->say(chat::Notice{feed_.name(), text, {}});
}

void Answering::on_waiting(const Happening& about, bool waiting) {
  chat::Typing typing;
  typing.author = {contact_of(feed_.name()), feed_.name(), feed_.name()};
  typing.typing = waiting;
  if (hub_.rooms().is_of(feed_.name(), about)) return;  // rooms elsewhere show who is there, not what they do
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
