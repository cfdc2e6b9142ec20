#include "bridge/room_session.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/log.hpp"

namespace dragoman::bridge {

namespace {

/// A room that has moved more often in the life of one session is not where anybody could follow it.
constexpr std::size_t most_moves = 16;

/// Command ids that owners count up to never.
chat::CommandId own_id(std::size_t number) {
  return chat::CommandId{std::numeric_limits<std::uint64_t>::max() - static_cast<std::uint64_t>(number)};
}

/// Each is called as the other one: of a room that was left behind nothing is taken for the one where it goes on.
void swap_room(chat::RoomId& room, const chat::RoomId& a, const chat::RoomId& b) {
  if (room == a) {
    room = b;
  } else if (room == b) {
    room = a;
  }
}

void swap_room(std::optional<chat::RoomId>& room, const chat::RoomId& a, const chat::RoomId& b) {
  if (room) swap_room(*room, a, b);
}

/// In whatever names a room, a command or an event.
template <class About>
void swap_in(About& about, const chat::RoomId& a, const chat::RoomId& b) {
  if constexpr (requires { about.room; }) swap_room(about.room, a, b);
  if constexpr (requires { about.conversation; }) swap_room(about.conversation.room, a, b);
}

template <class Variant>
Variant with_rooms_swapped(Variant about, const chat::RoomId& a, const chat::RoomId& b) {
  std::visit([&](auto& each) { swap_in(each, a, b); }, about);
  return about;
}

void swap_in_answer(chat::Event& event, const chat::RoomId& a, const chat::RoomId& b) {
  auto* done = std::get_if<chat::Done>(&event);
  auto* page = done == nullptr ? nullptr : std::get_if<chat::HistoryPage>(&done->answer);
  if (page == nullptr) return;
  for (chat::MessageReceived& message : page->messages) swap_in(message, a, b);
}

}  // namespace

RoomSession::RoomSession(chat::Network& network, const chat::Account& account, chat::Observer& observer,
                         chat::RoomId room)
    : observer_(observer),
      room_(std::move(room)),
      here_(room_),
      session_(network.open(account, static_cast<chat::Observer&>(*this))) {}

void RoomSession::perform(chat::CommandId id, const chat::Command& command) {
  const auto* join = std::get_if<chat::JoinRoom>(&command);
  if (join != nullptr && join->room == room_) {
    joining_ = id;
    join_ = *join;
  }
  if (here_ == room_) return session_->perform(id, command);
  session_->perform(id, with_rooms_swapped(command, room_, here_));
}

bool RoomSession::follows(const chat::RoomLeft& left) {
  using Why = chat::RoomLeft::Why;
  if (left.why != Why::moved || left.room != here_ || left.moved_to.empty() || !join_) return false;
  const bool been = left.moved_to == here_ || std::find(been_.begin(), been_.end(), left.moved_to) != been_.end();
  if (been || been_.size() >= most_moves) return false;
  been_.push_back(std::exchange(here_, left.moved_to));
  const std::string &room = room_.text, &now = here_.text;
  LOG_INFO("a room of a bridge is followed", room, now);
  if (joining_) {
    asks_again_ = true;  // when the attempt itself has been answered
    return true;
  }
  following_ = own_id(been_.size());
  chat::JoinRoom join = *join_;
  join.room = here_;
  session_->perform(*following_, join);
  return true;
}

bool RoomSession::is_ours(const chat::Event& event) {
  if (const auto* failed = std::get_if<chat::Failed>(&event)) {
    if (joining_ == failed->command && std::exchange(asks_again_, false)) {
      chat::JoinRoom join = *join_;
      join.room = here_;
      session_->perform(*joining_, join);
      return true;
    }
    if (joining_ == failed->command) joining_.reset();
    return false;
  }
  const auto* done = std::get_if<chat::Done>(&event);
  if (done == nullptr) return false;
  if (joining_ == done->command) joining_.reset();
  if (following_ != done->command) return false;
  following_.reset();
  return true;
}

void RoomSession::on_event(const chat::Event& event) {
  const auto* left = std::get_if<chat::RoomLeft>(&event);
  if (left != nullptr && follows(*left)) {
    if (asks_again_) return;
    chat::RoomLeft lost;
    lost.room = room_;
    lost.why = chat::RoomLeft::Why::lost;
    lost.text = "the room goes on as " + here_.text;
    return observer_.on_event(lost);
  }
  if (is_ours(event)) return;
  const auto* failed = std::get_if<chat::Failed>(&event);
  if (failed != nullptr && following_ == failed->command) {
    following_.reset();
    chat::RoomLeft out;  // the owner goes in again by its own rules, and hears why not
    out.room = room_;
    out.text = failed->text;
    return observer_.on_event(out);
  }
  pass_on(event);
}

void RoomSession::pass_on(const chat::Event& event) {
  if (here_ == room_) return observer_.on_event(event);
  chat::Event renamed = with_rooms_swapped(event, here_, room_);
  swap_in_answer(renamed, here_, room_);
  observer_.on_event(renamed);
}

}  // namespace dragoman::bridge
