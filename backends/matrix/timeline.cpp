#include <algorithm>
#include <functional>
#include <utility>

#include "backends/matrix/clean_text.hpp"
#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/members.hpp"
#include "backends/matrix/message_read.hpp"
#include "backends/matrix/names_in_text.hpp"
#include "backends/matrix/paths.hpp"
#include "backends/matrix/received.hpp"
#include "backends/matrix/via.hpp"

// What was said in a room, edited, taken back.

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t remembered = 256;

std::string via_of(const Event& event) {
  const std::string* text = find_text(event.content, via_key);
  return text != nullptr && text->size() <= longest_via ? clean_line(*text) : std::string{};
}

void note_author(Room& room, const Event& event) {
  if (!room.authors.emplace(event.id, event.sender).second) return;
  room.authors_in_order.push_back(event.id);
  if (room.authors_in_order.size() <= remembered) return;
  room.authors.erase(room.authors_in_order.front());
  room.authors_in_order.pop_front();
}

void tell_edited(State& state, Room& room, const Event& event, Edited edited, Effects& effects) {
  if (edited.poll) forget_poll(state, edited.edited);
  edited.content.via = via_of(event);
  effects.tell(chat::MessageEdited{conversation_of(state, room), author_of(state, room, event.sender),
                                   chat::MessageId{event.id}, chat::MessageId{edited.edited},
                                   for_owner(state, room, std::move(edited.content))});
}

/// Homeservers pass on whatever somebody calls a correction, of whosever message (client-server API, "Validity of
/// replacement events"). A person's clients see by its author that it is none (XEP-0308 5); a bridge would say it
/// elsewhere in the name of whoever the message is of.
void tell_edited_by_author(State& state, Room& room, const Event& event, const Edited& edited, Effects& effects) {
  const auto known = room.authors.find(edited.edited);
  if (known != room.authors.end()) {
    if (known->second == event.sender) tell_edited(state, room, event, edited, effects);
    return;
  }
  state.calls.add(
      {"GET", room_path(room.id, "/event/" + percent_encode(edited.edited))},
      [room_id = room.id, event, edited](State& now, const Answer& answer, Effects& then) {
        Room* const here = find_room(now, std::string_view{room_id});
        const bool is_theirs = answer.ok() && text_at(answer.body, "sender") == event.sender;
        if (here != nullptr && is_theirs) tell_edited(now, *here, event, edited, then);
      },
      effects);
}

struct Timeline {
  State& state;
  Room& room;
  const Event& event;
  bool replayed;
  Effects& effects;

  void operator()(Said& said) {
    said.content.via = via_of(event);
    mark_mentioned(room, said.mentions.users, said.content);
    receive(std::move(said.content));
  }
  void operator()(Edited& edited) {
    state.me.is_bridge ? tell_edited_by_author(state, room, event, edited, effects)
                       : tell_edited(state, room, event, std::move(edited), effects);
  }
  void operator()(Reacted&) { on_reaction(state, room, event, replayed, effects); }
  void operator()(Redacted& redacted) {
    if (on_reaction_redacted(state, room, redacted.redacted, effects)) return;
    if (on_vote_redacted(state, room, redacted.redacted, effects)) return;
    forget_poll(state, redacted.redacted);
    // Whose message it was is known where it is kept: by_moderator is found out there.
    effects.tell(chat::MessageRetracted{conversation_of(state, room), author_of(state, room, event.sender),
                                        chat::MessageId{redacted.redacted}, redacted.reason, false});
  }
  void operator()(PollStarted& poll) {
    note_poll(state, room, event, poll);
    receive(std::move(poll.content));
  }
  void operator()(PollVoted& voted) { on_vote(state, room, event, voted, effects); }
  void operator()(PollEnded& ended) { on_poll_end(state, room, event, ended, effects); }
  void operator()(Encrypted& encrypted) {
    if (!encrypted.edited.empty()) return;
    const auto told = room.told_encrypted.find(event.sender);
    if (told != room.told_encrypted.end() && effects.now < told->second + silence_about_encrypted) return;
    room.told_encrypted[event.sender] = effects.now;
    receive(std::move(encrypted.content));
  }
  void operator()(NoMessage&) {}

 private:
  void receive(chat::Content content) {
    if (state.me.is_bridge) note_author(room, event);
    effects.tell(make_received(state, room, event, std::move(content), replayed, effects.utc));
  }
};

}  // namespace

bool is_for_owner(const Event& event) {
  return !event.is_state() && !event.redacted && !std::holds_alternative<NoMessage>(read_message(event));
}

bool was_told(Room& room, const std::string& event_id) {
  if (event_id.empty()) return false;
  const std::size_t hash = std::hash<std::string>{}(event_id);
  if (std::find(room.told.begin(), room.told.end(), hash) != room.told.end()) return true;
  if (room.told.size() < remembered) {
    room.told.push_back(hash);
  } else {
    room.told[room.next_told++ % remembered] = hash;
  }
  return false;
}

bool on_timeline_event(State& state, Room& room, const Event& event, bool replayed, Effects& effects) {
  if (event.is_state() || event.redacted || state.ignored.contains(event.sender)) return false;
  if (const auto opened = opened_event(state, room, event)) {
    return on_timeline_event(state, room, *opened, replayed, effects);
  }
  Message message = read_message(event);
  if (std::holds_alternative<NoMessage>(message)) return false;
  // Homeservers bring some events twice: in one answer, or in the next one again.
  if (!replayed && was_told(room, event.id)) return true;
  // Reactions of ours are noted even so.
  if (!std::holds_alternative<Reacted>(message) && is_own_echo(state, event)) return true;
  show_member(state, room, event.sender, effects);
  note_speaker(room, event, effects.utc);
  if (!is_direct(state, room)) effects.heard.names.push_back(name_of_member(state, room, event.sender));
  std::visit(Timeline{state, room, event, replayed, effects}, message);
  return true;
}

}  // namespace dragoman::backends::matrix
