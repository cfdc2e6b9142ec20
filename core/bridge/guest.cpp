#include "bridge/guest.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"

namespace dragoman::bridge {

namespace {

/// Who waits at the door longer goes.
constexpr Duration door_patience = std::chrono::minutes{10};

const chat::Conversation& conversation_of(const chat::Event& event) {
  static const chat::Conversation none;
  return std::visit(
      [](const auto& each) -> const chat::Conversation& {
        if constexpr (requires { each.conversation; }) return each.conversation;
        return none;
      },
      event);
}

const chat::Author& author_in(const chat::Event& event) {
  static const chat::Author nobody;
  return std::visit(
      [](const auto& each) -> const chat::Author& {
        if constexpr (requires { each.author; }) return each.author;
        return nobody;
      },
      event);
}

/// "ci: connect", "ci, !connect" -> "connect"; alone "connect" is enough. Nothing: it is not said to the guest.
std::string word_in(std::string_view text, std::string_view nickname, bool alone) {
  text = text::trim(text);
  const bool named = text.size() > nickname.size() && text::ascii_iequals(text.substr(0, nickname.size()), nickname);
  if (named) {
    text.remove_prefix(nickname.size());
    if (text.front() != ':' && text.front() != ',' && text.front() != ' ') return {};
    text = text::trim(text.substr(1));
  } else if (!alone) {
    return {};
  }
  if (text.starts_with('!')) text.remove_prefix(1);
  return text::ascii_lower(text);
}

void put_into(chat::Command& command, const chat::Conversation& conversation) {
  std::visit(
      [&](auto& each) {
        if constexpr (requires { each.conversation; }) each.conversation = conversation;
      },
      command);
}

}  // namespace

Guest::Guest(Parts& parts, Host& host, Options options)
    : parts_(parts),
      host_(host),
      options_(std::move(options)),
      nickname_(options_.leg.nickname),
      patience_(parts.timers),
      leg_(parts, static_cast<Leg::Host&>(*this), options_.name, options_.plan, options_.leg) {
  if (!options_.welcome) {
    patience_.set_after(door_patience, [this] { shut_out("nobody who moderates the room has let it in"); });
  }
}

void Guest::invited(const Invitation& invitation) {
  if (options_.welcome) return;
  invitation_ = invitation;
  asked_ = false;
  if (leg_.is_joined()) weigh();
}

void Guest::vouched(const std::string& by) {
  if (options_.welcome) return;
  voucher_ = by;
  if (leg_.is_joined()) weigh();
}

void Guest::weigh() {
  if (!voucher_.empty()) return welcome(voucher_);
  const std::string& room = leg_.plan().room.text;
  if (invitation_ && leg_.plan().is_xmpp && ranks_.prove(*invitation_, room) == RoomRanks::Proof::given) {
    const std::string& inviter = invitation_->inviter;
    return welcome(inviter.starts_with(room + '/') ? inviter.substr(room.size() + 1) : inviter);
  }
  ask();
}

void Guest::ask() {
  // Servers of IRC drop such a line without a word, because what asks is a notice.
  if (leg_.is_visitor()) return is_silent();
  if (std::exchange(asked_, true)) return;
  const std::string who = invitation_ ? invitation_->inviter + " invites" : "Somebody wants";
  leg_.announce(who + ' ' + options_.thing + " into this room. A moderator connects it with \"" + called() +
                ": connect\"; nothing is said or heard before.");
}

void Guest::is_silent() {
  if (!std::exchange(silent_, true)) host_.on_no_voice(*this);
}

void Guest::standing_is(bool visitor) {
  if (!visitor) silent_ = false;
  if (options_.welcome || !leg_.is_joined()) return;
  // That a channel is moderated may be known only when it has been asked already: nobody has heard that.
  if (visitor) asked_ = false;
  weigh();
}

void Guest::welcome(const std::string& by) {
  if (std::exchange(options_.welcome, true)) return;
  patience_.clear();
  silent_ = false;  // that it cannot speak means something else from now on
  leg_.announce(by + " connected " + options_.thing + ". A moderator disconnects it with \"" + called() +
                ": remove\".");
  host_.on_welcome(*this, by);
}

void Guest::shut_out(const std::string& why) {
  if (std::exchange(shut_out_, true)) return;
  patience_.clear();
  options_.welcome = false;
  const std::string &guest = options_.name, &room = leg_.plan().address;
  LOG_INFO("a guest is not in a room any more", guest, room, why);
  host_.on_shut_out(*this, why);
}

void Guest::end() {
  shut_out_ = true;
  leg_.end();
}

void Guest::say(const Words& words) {
  if (!options_.welcome) return;
  if (!is_told(words.command, leg_.capabilities(), leg_.plan().policies)) return;
  chat::Command command = words.command;
  chat::Conversation conversation{leg_.plan().room, {}};
  if (!words.alone.empty() && leg_.network() != nullptr) {
    const auto person = leg_.network()->person_in_room(leg_.room_there(), words.alone);
    if (person) conversation.person = *person;
  }
  put_into(command, conversation);
  if (auto* send = std::get_if<chat::SendMessage>(&command); send != nullptr && !words.answers.empty()) {
    const bool shows = leg_.capabilities().of(chat::Feature::reply) == chat::Support::native;
    if (!shows || send->content.reply_to.empty()) {
      const std::string to = words.answers + ": ";
      send->content.text.insert(0, to);
      for (chat::Span& span : send->content.spans) span.begin += to.size(), span.end += to.size();
    }
  }
  Source source;
  source.name = {options_.place, words.id};
  source.author = options_.name;
  source.said = parts_.timers.clock().utc();
  if (!words.about.empty()) source.about = {options_.place, words.about};
  leg_.tell(command, source, {});
}

bool Guest::restore(const store::Message& row) {
  if (row.network != leg_.plan().network || row.room != leg_.plan().room.text) return false;
  leg_.restore(row);
  return true;
}

const std::string& Guest::called() const {
  const std::string& wished = leg_.plan().nickname;
  return wished.empty() || ranks_.knows(wished) ? nickname_ : wished;
}

bool Guest::obeys(const chat::MessageReceived& message) {
  if (message.replayed) return false;
  std::string word = word_in(message.content.text, nickname_, !message.conversation.is_room());
  if (word.empty()) word = word_in(message.content.text, called(), false);
  const bool connects = word == "connect", removes = word == "remove";
  if (!connects && !removes) return false;
  if (!ranks_.decides(message.author.name)) {
    if (message.conversation.is_room()) leg_.announce("Only who moderates this room may do that.");
    return true;
  }
  if (connects) {
    welcome(message.author.name);
  } else {
    leg_.announce(message.author.name + " disconnected " + options_.thing + '.');
    shut_out("removed by " + message.author.name);
  }
  return true;
}

void Guest::on_said(Leg&, const chat::Event& event) {
  const chat::Author& author = author_in(event);
  if (shut_out_ || author.self || (leg_.plan().is_xmpp && parts_.is_ours(author))) return;
  const chat::Conversation& conversation = conversation_of(event);
  const bool in_room = conversation == chat::Conversation{leg_.plan().room, {}};
  const auto* message = std::get_if<chat::MessageReceived>(&event);
  // Who speaks to it alone is known by their nickname only inside the room, and where that is one for the network.
  const bool to_it_alone =
      conversation.room == leg_.plan().room || (leg_.network() != nullptr && leg_.network()->describe().kind == "irc");
  if (message != nullptr) {
    if (in_room && !leg_.is_new(*message)) return;
    if (message->content.kind == chat::Content::Kind::notice) return;
    if ((in_room || to_it_alone) && obeys(*message)) return;
  }
  if (!in_room || !options_.welcome) return;
  bool to_guest = false;
  if (message != nullptr) to_guest = leg_.is_own(message->content.reply_to);
  if (const auto* reactions = std::get_if<chat::ReactionsChanged>(&event)) to_guest = leg_.is_own(reactions->message);
  host_.on_said(*this, event, to_guest);
}

void Guest::on_presence(Leg&, const std::string& name, bool here) {
  if (options_.welcome && !shut_out_) host_.on_presence(*this, name, here);
}

void Guest::left(const chat::RoomLeft& event) {
  using Why = chat::RoomLeft::Why;
  const std::string by = event.actor.empty() ? std::string{} : " by " + event.actor;
  const std::string why = event.text.empty() ? std::string{} : ": " + event.text;
  switch (event.why) {
    case Why::kicked:
      return shut_out("kicked" + by + why);
    case Why::banned:
      return shut_out("banned" + by + why);
    case Why::destroyed:
      return shut_out("the room was destroyed" + why);
    case Why::moved:
      return shut_out("the room has moved to " + event.moved_to.text);
    case Why::refused:
      return refused(event.fault, event.text);
    case Why::left:
    case Why::lost:
      return;
  }
}

void Guest::refused(Fault fault, const std::string& text) {
  // What may pass is tried again by the leg, as long as the room wants the guest.
  const bool for_good = fault == Fault::forbidden || fault == Fault::members_only || fault == Fault::unauthorized ||
                        fault == Fault::not_allowed || fault == Fault::not_found;
  if (for_good || !options_.welcome) shut_out(text.empty() ? std::string{to_string(fault)} : text);
}

void Guest::on_event(Leg&, const chat::Event& event) {
  if (shut_out_ || leg_.network() == nullptr) return;
  const chat::RoomId& room = leg_.plan().room;
  const Names& names = leg_.network()->names();
  ranks_.take(event, room, names);
  if (const auto* joined = std::get_if<chat::RoomJoined>(&event); joined != nullptr && joined->room == room) {
    nickname_ = names[joined->self].text;
    if (!options_.welcome) weigh();
  } else if (const auto* topic = std::get_if<chat::TopicChanged>(&event); topic != nullptr && topic->room == room) {
    if (options_.welcome) host_.on_topic(*this, *topic);
  } else if (const auto* renamed = std::get_if<chat::OccupantRenamed>(&event);
             renamed != nullptr && renamed->room == room && renamed->self) {
    nickname_ = names[renamed->to].text;
  } else if (const auto* self = std::get_if<chat::SelfChanged>(&event); self != nullptr && self->room == room) {
    standing_is(self->standing.role == chat::Role::visitor);
  } else if (const auto* gone = std::get_if<chat::RoomLeft>(&event); gone != nullptr && gone->room == room) {
    left(*gone);
  } else if (const auto* failed = std::get_if<chat::Failed>(&event)) {
    if (leg_.state() == LegState::out) refused(failed->fault, failed->text);
  }
}

}  // namespace dragoman::bridge
