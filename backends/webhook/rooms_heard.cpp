#include <algorithm>
#include <utility>

#include "backends/webhook/feed.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/message_id.hpp"
#include "backends/webhook/rooms.hpp"
#include "backends/webhook/token.hpp"
#include "backends/webhook/wanted.hpp"
#include "base/text.hpp"

// What is said in rooms of other networks, on its way to the other sides of the hooks that are there.

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t most_told = 1000;

/// The name of a message of a room, the same whenever it is heard; empty: its network gives it none.
std::string event_id(const std::string& room, const chat::MessageId& message) {
  return message.empty() ? std::string{} : "msg_" + sha256(room + '\n' + message.text).substr(0, 26);
}

/// The same as a command of somebody, which is what events are made of.
struct AsCommand {
  chat::Command operator()(const chat::MessageReceived& event) const { return chat::SendMessage{{}, event.content}; }
  chat::Command operator()(const chat::MessageEdited& event) const {
    return chat::EditMessage{{}, event.edited, event.content};
  }
  chat::Command operator()(const chat::MessageRetracted& event) const {
    return chat::RetractMessage{{}, event.retracted, event.reason};
  }
  chat::Command operator()(const chat::ReactionsChanged& event) const {
    return chat::React{{}, event.message, event.emoji};
  }
  template <class Other>
  chat::Command operator()(const Other&) const {
    return chat::Ping{};
  }
};

chat::Author author_of(const chat::Event& event) {
  return std::visit(
      [](const auto& each) -> chat::Author {
        if constexpr (requires { each.author; }) return each.author;
        return {};
      },
      event);
}

chat::MessageId id_of(const chat::Event& event) {
  if (const auto* message = std::get_if<chat::MessageReceived>(&event)) return message->id;
  if (const auto* edit = std::get_if<chat::MessageEdited>(&event)) return edit->id;
  return {};
}

}  // namespace

Happening Rooms::frame_of(const Visit& visit) const {
  Happening frame;
  frame.time = hub_.now();
  frame.endpoint = visit.guest + '@' + hub_.jid();
  frame.room = {visit.room, visit.room.substr(0, visit.room.find('@'))};
  return frame;
}

bool Rooms::is_of(const std::string& hook, const Happening& happening) const {
  return desk_ != nullptr && find({hook, happening.room.jid}) != nullptr;
}

bool Rooms::is_told(const Hook& hook, const HeardInRoom& heard, const Happening& happening) const {
  if (heard.to_guest || happening.addressed) return true;
  if (std::find(told_.begin(), told_.end(), happening.about) != told_.end()) return true;
  // Not all that people in a room say among themselves is for the other side, unless its owner has chosen what is.
  const bool said =
      happening.type == Happening::Type::message_created || happening.type == Happening::Type::message_updated;
  return said && (!hook.outgoing->prefix.empty() || !hook.outgoing->pattern.empty());
}

void Rooms::on_heard(const Visit& visit, const HeardInRoom& heard) {
  const Hook* hook = hub_.book().find(visit.guest);
  if (hook == nullptr || !hook->outgoing || find(visit) == nullptr) return;
  const chat::Author author = author_of(heard.event);
  Happening frame = frame_of(visit);
  frame.backend = heard.network;
  frame.from = {heard.address, heard.occupant_id, author.name, {}, {}};
  frame.stanza_id = id_of(heard.event).text;
  const auto* message = std::get_if<chat::MessageReceived>(&heard.event);
  if (message != nullptr && message->time) frame.time = *message->time;
  std::vector<std::string> before;
  if (const auto* react = std::get_if<chat::ReactionsChanged>(&heard.event)) {
    before = std::exchange(reactions_[{author.name, visit.room + ' ' + react->message.text}], react->emoji);
    if (reactions_.size() > most_told) reactions_.erase(reactions_.begin());
    frame.stanza_id = react->message.text;
  }
  for (Happening& each : happenings_of(std::visit(AsCommand{}, heard.event), frame, before)) {
    each.id = event_id(visit.room, id_of(heard.event));
    if (!each.about.empty()) each.about = event_id(visit.room, chat::MessageId{each.about});
    each.more = false;
    each.addressed = heard.to_guest || calls(each.content, visit.guest) || calls(each.content, heard.nickname);
    if (!is_told(*hook, heard, each)) continue;
    // Somebody whom a bridge speaks for is on the network that the bridge has it from.
    if (!each.content.shown_author.empty()) each.from.bridged_from = heard.network;
    told_.push_back(each.id);
    if (told_.size() > most_told) told_.pop_front();
    happens(visit, std::move(each));
  }
}

void Rooms::on_came_or_went(const Visit& visit, const std::string& nickname, bool here) {
  if (find(visit) == nullptr) return;
  Happening happening = frame_of(visit);
  happening.type = here ? Happening::Type::room_joined : Happening::Type::room_parted;
  happening.from.nickname = nickname;
  happens(visit, std::move(happening));
}

void Rooms::on_topic(const Visit& visit, const std::string& nickname, const std::string& topic) {
  if (find(visit) == nullptr) return;
  Happening happening = frame_of(visit);
  happening.type = Happening::Type::room_subject;
  happening.from.nickname = nickname;
  happening.content = chat::plain(topic);
  happens(visit, std::move(happening));
}

void Rooms::happens(const Visit& visit, Happening happening) {
  Feed* feed = hub_.feed(visit.guest);
  if (feed == nullptr) return;
  if (happening.id.empty()) happening.id = "msg_" + make_message_id(hub_.now(), hub_.services().random);
  feed->answering().happens(std::move(happening));
}

}  // namespace dragoman::backends::webhook
