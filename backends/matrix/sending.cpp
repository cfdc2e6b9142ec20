#include "backends/matrix/sending.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "backends/matrix/handlers.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/message_write.hpp"
#include "backends/matrix/names_in_text.hpp"
#include "backends/matrix/outcome.hpp"
#include "backends/matrix/paths.hpp"
#include "backends/matrix/via.hpp"

namespace dragoman::backends::matrix {

namespace {

constexpr std::size_t most_own = 256;
constexpr std::uint64_t most_thumbnail = 1024 * 1024;  // bytes

chat::OnceKey key_or_random(State& state, chat::OnceKey key) { return key != 0 ? key : state.shared.random.number(); }

bool can_be_fetched(const std::string& url) { return url.starts_with("https://") || url.starts_with("http://"); }

/// A message that has gone out, until every event of it is answered.
struct Outcome {
  chat::CommandId command{};
  std::string room;  ///< id
  std::size_t unanswered = 0;
  chat::Sent sent;
  std::optional<Answer> refused;  ///< the first one
};

void answered(State& state, Outcome& outcome, const Answer& answer, Effects& effects) {
  if (answer.ok()) {
    const std::string id = text_at(answer.body, "event_id");
    note_own(state.sending, id);
    if (!id.empty()) outcome.sent.ids.emplace_back(id);
  } else if (!outcome.refused) {
    outcome.refused = answer;
  }
  if (--outcome.unanswered > 0) return;
  if (outcome.refused) return fail_command(state, outcome.command, *outcome.refused, effects);
  // What was said behind it is told by /sync, also when that begins before it (get_history).
  if (!outcome.sent.ids.empty())
    effects.documents.emplace_back(last_sent_key(outcome.room), outcome.sent.ids.back().text);
  effects.done(outcome.command, std::move(outcome.sent));
}

WriteOptions options_of(const Room& room) {
  WriteOptions options;
  options.user_of = [&room](std::string_view nickname) { return user_in_room(room, nickname).value_or(""); };
  return options;
}

void put_via(const chat::Content& content, nlohmann::json& event) {
  if (!content.via.empty()) event[via_key] = content.via;
}

void say(State& state, const Room& room, const Saying& saying, Effects& effects) {
  chat::Content content = saying.content;
  mark_names(room, state.me.user_id, content);
  WriteOptions options = options_of(room);
  options.calls_everybody =
      names_everybody(content) && level_of(room, state.me.user_id) >= room.levels.notify_room && !state.me.is_bridge;
  options.answered = content.answered.empty() ? std::string{} : options.user_of(content.answered);
  std::vector<nlohmann::json> events = make_messages(content, options);
  for (nlohmann::json& event : events) put_via(content, event);
  if (events.empty()) {
    return effects.refused(saying.command, Fault::unacceptable, "The message says nothing that Matrix could show.");
  }
  if (relay(state, room, saying, events, effects)) return;
  // Shared by the answers of its events, of which any may be the last.
  const auto outcome = std::make_shared<Outcome>();
  outcome->command = saying.command;
  outcome->room = room.id;
  outcome->unanswered = events.size();
  for (std::size_t i = 0; i < events.size(); ++i) {
    state.calls.add(
        message_call(room.id, transaction_id(saying.key, i), events[i]),
        [outcome](State& now, const Answer& answer, Effects& then) { answered(now, *outcome, answer, then); }, effects);
  }
}

/// A file is shown without one when it could not be had, or is no picture.
void take_thumbnail(chat::Attachment& file, const Result<Uploaded>& uploaded) {
  if (!uploaded || !uploaded->media_type.starts_with("image/")) return file.thumbnail.reset();
  chat::Thumbnail& thumbnail = *file.thumbnail;
  thumbnail.url = uploaded->mxc;
  thumbnail.media_type = uploaded->media_type;
  thumbnail.size = uploaded->size;
  if (uploaded->width != 0) thumbnail.width = uploaded->width, thumbnail.height = uploaded->height;
}

/// Says what has all its files, and nothing that stands behind something that has not.
void say_on(State& state, const std::string& room_id, Effects& effects) {
  const auto found = state.sending.waiting.find(room_id);
  if (found == state.sending.waiting.end()) return;
  std::list<Saying>& queue = found->second;
  while (!queue.empty() && queue.front().transfers.empty() && !queue.front().undecided) {
    const Saying saying = std::move(queue.front());
    queue.pop_front();
    if (const Room* room = find_room(state, room_id)) {
      say(state, *room, saying, effects);
    } else {
      effects.refused(saying.command, Fault::not_found, "You are not in this room any more.");
    }
  }
  if (queue.empty()) state.sending.waiting.erase(found);
}

/// It is known whether a message is a vote.
void decide(State& state, const std::string& room_id, chat::CommandId id, const Poll* poll, Effects& effects) {
  const auto found = state.sending.waiting.find(room_id);
  if (found == state.sending.waiting.end() || state.stage == Stage::offline) return;  // sending_lost() has it
  const auto saying =
      std::find_if(found->second.begin(), found->second.end(), [id](const Saying& each) { return each.command == id; });
  if (saying == found->second.end()) return;
  saying->undecided = false;
  const Room* room = find_room(state, std::string_view{room_id});
  if (poll != nullptr && room != nullptr && cast_vote(state, *room, *saying, *poll, effects)) {
    found->second.erase(saying);
  }
  say_on(state, room_id, effects);
}

void begin(State& state, const Room& room, chat::CommandId id, const chat::SendMessage& send, Effects& effects) {
  if (refuse_encrypted(state, room, id, effects)) return;
  Saying saying{id, key_or_random(state, send.key), send.content};
  if (may_be_vote(saying)) {
    saying.undecided = true;
    const std::string room_id = room.id, poll = saying.content.reply_to.text;
    state.sending.waiting[room_id].push_back(std::move(saying));
    return with_poll(
        state, room_id, poll,
        [room_id, id](State& now, Poll* found, Effects& then) { decide(now, room_id, id, found, then); }, effects);
  }
  for (std::size_t i = 0; i < saying.content.attachments.size(); ++i) {
    const chat::Attachment& file = saying.content.attachments[i];
    if (!can_be_fetched(file.url)) continue;  // "aesgcm:" ... stays a link
    const CallId transfer = state.calls.next_id();
    saying.transfers[transfer] = {i, false};
    effects.transfers.push_back({transfer, file.url, file.name, file.media_type});
    if (!file.thumbnail || !can_be_fetched(file.thumbnail->url)) continue;
    const CallId small = state.calls.next_id();
    saying.transfers[small] = {i, true};
    effects.transfers.push_back({small, file.thumbnail->url, {}, file.thumbnail->media_type, most_thumbnail});
  }
  state.sending.waiting[room.id].push_back(std::move(saying));
  say_on(state, room.id, effects);
}

/// The room of a conversation; a direct one is made when there is none.
template <class Then>
void with_room(State& state, chat::CommandId id, const chat::Conversation& conversation, Then then, Effects& effects) {
  const auto user = conversation.person.empty() ? std::nullopt : user_id_of(conversation.person);
  // Of one that is being made it is not known yet whether it is encrypted, and others wait before this.
  const bool is_being_made = user && state.creating.contains(*user);
  Room* const there = is_being_made ? nullptr : room_of(state, conversation);
  if (there != nullptr) return then(state, *there, effects);
  if (!user) {
    // The name may be that of the room that replaced theirs already; whether that is encrypted is not known yet.
    const bool follows = std::any_of(state.rooms.begin(), state.rooms.end(), [&conversation](const auto& each) {
      return each.second->entered && each.second->address == conversation.room;
    });
    if (follows) {
      return effects.failed(id, chat::Failed::Outcome::not_sent, Fault::unavailable, "the room is being entered");
    }
    return effects.refused(id, Fault::not_found, "You are not in this room.");
  }
  with_direct_room(
      state, *user,
      [id, then](State& now, Room* room, const Answer& why, Effects& more) {
        if (room == nullptr) return fail_command(now, id, why, more);
        then(now, *room, more);
      },
      effects);
}

}  // namespace

void note_own(Sending& sending, const std::string& event_id) {
  if (event_id.empty()) return;
  if (sending.own.size() < most_own) {
    sending.own.push_back(event_id);
    return;
  }
  sending.own[sending.next_own++ % most_own] = event_id;
}

Call event_call(const std::string& room_id, const std::string& type, const std::string& transaction,
                const nlohmann::json& content) {
  Call call{"PUT", send_path(room_id, type, transaction), dump_json(content)};
  call.lane = lane_of(room_id);
  call.says = {room_id, type, transaction};
  return call;
}

Call message_call(const std::string& room_id, const std::string& transaction, const nlohmann::json& content) {
  Call call = event_call(room_id, "m.room.message", transaction, content);
  call.patience = send_patience;
  return call;
}

std::string last_sent_key(const std::string& room_id) { return "sent " + room_id; }

std::string transaction_id(chat::OnceKey key, std::size_t number) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string id = "d";
  for (int shift = 60; shift >= 0; shift -= 4) id += digits[key >> shift & 15];
  return number == 0 ? id : id + '-' + std::to_string(number);
}

void send_message(State& state, chat::CommandId id, const chat::SendMessage& send, Effects& effects) {
  with_room(
      state, id, send.conversation,
      [id, send](State& now, Room& room, Effects& then) { begin(now, room, id, send, then); }, effects);
}

void on_uploaded(State& state, CallId id, const Result<Uploaded>& uploaded, Effects& effects) {
  for (auto& [room_id, queue] : state.sending.waiting) {
    for (Saying& saying : queue) {
      const auto found = saying.transfers.find(id);
      if (found == saying.transfers.end()) continue;
      chat::Attachment& file = saying.content.attachments[found->second.attachment];
      if (found->second.thumbnail) {
        take_thumbnail(file, uploaded);
      } else if (uploaded) {
        // The address that the message says in words as well is that of the file, which is there now.
        if (saying.content.text == file.url) saying.content.text.clear();
        file.url = uploaded->mxc;
        if (file.name.empty()) file.name = uploaded->name;
        if (!uploaded->media_type.empty()) file.media_type = uploaded->media_type;
        if (uploaded->size != 0) file.size = uploaded->size;
        if (uploaded->width != 0) file.width = uploaded->width, file.height = uploaded->height;
      } else if (const Room* room = find_room(state, room_id)) {
        const chat::Conversation where = conversation_of(state, *room);
        chat::Notice notice{{}, "A file stays a link for people on Matrix: " + uploaded.error().text, {}};
        if (where.is_room()) notice.room = where.room;
        effects.tell(std::move(notice));
      }
      saying.transfers.erase(found);
      return say_on(state, std::string{room_id}, effects);
    }
  }
}

void edit_message(State& state, chat::CommandId id, const chat::EditMessage& edit, Effects& effects) {
  const Room* room = room_of(state, edit.conversation);
  if (room == nullptr) return effects.refused(id, Fault::not_found, "You are not in this room.");
  if (refuse_encrypted(state, *room, id, effects)) return;
  chat::Content edited = edit.content;
  mark_names(*room, state.me.user_id, edited);
  const WriteOptions options = options_of(*room);
  if (!edited.shown_author.empty()) {
    if (relay_edit(state, *room, id, edit, make_messages(edited, options), effects)) return;
    if (const LineId line = read_line_id(edit.edited.text); line.line != 0) {
      // What it was said with is not known any more: it is said anew, as an answer to what it was.
      chat::SendMessage anew{edit.conversation, edit.content, edit.key};
      anew.content.reply_to = chat::MessageId{line.event_id};
      return send_message(state, id, anew, effects);
    }
  }
  // Who is named was called by the first version; a correction calls nobody again.
  auto content = make_edit(edited, edit.edited.text, options, mentioned_in(edited));
  if (!content) return effects.refused(id, content.error().fault, content.error().text);
  put_via(edited, *content);
  const auto outcome = std::make_shared<Outcome>();  // as in say()
  outcome->command = id;
  outcome->room = room->id;
  outcome->unanswered = 1;
  state.calls.add(
      message_call(room->id, transaction_id(key_or_random(state, edit.key), 0), *content),
      [outcome](State& now, const Answer& answer, Effects& then) { answered(now, *outcome, answer, then); }, effects);
}

void retract_message(State& state, chat::CommandId id, const chat::RetractMessage& retract, Effects& effects) {
  const Room* room = room_of(state, retract.conversation);
  if (room == nullptr) return effects.refused(id, Fault::not_found, "You are not in this room.");
  if (relay_retraction(state, *room, id, retract, effects)) return;
  const std::string transaction = transaction_id(key_or_random(state, retract.key), 0);
  const std::string event = read_line_id(retract.retracted.text).event_id;
  Call call{"PUT", room_path(room->id, "/redact/" + percent_encode(event) + '/' + transaction),
            dump_json(make_redaction(room->encrypted ? std::string{} : retract.reason))};  // nobody seals a reason
  call.lane = lane_of(room->id);
  call.patience = send_patience;
  state.calls.add(
      std::move(call),
      [id](State& now, const Answer& answer, Effects& then) {
        if (!answer.ok()) return fail_command(now, id, answer, then);
        note_own(now.sending, text_at(answer.body, "event_id"));
        then.done(id, chat::Sent{});
      },
      effects);
}

bool refuse_encrypted(const State& state, const Room& room, chat::CommandId id, Effects& effects) {
  const auto refusal = room.encrypted ? state.encryption->refusal(room.id) : std::nullopt;
  if (refusal) effects.refused(id, refusal->fault, refusal->text);
  return refusal.has_value();
}

bool is_own_echo(State& state, const Event& event) {
  if (event.sender != state.me.user_id) return false;
  if (state.me.ghost) return true;  // nobody else speaks as it
  // Only the device that sent an event is told the transaction id.
  if (!event.transaction.empty()) return true;
  const std::vector<std::string>& own = state.sending.own;
  return std::find(own.begin(), own.end(), event.id) != own.end();
}

void sending_lost(State& state, const Error& error, Effects& effects) {
  const auto waiting = std::exchange(state.sending.waiting, {});
  for (const auto& [room_id, queue] : waiting) {
    for (const Saying& saying : queue) {
      effects.failed(saying.command, chat::Failed::Outcome::not_sent, error.fault, error.text);
    }
  }
}

}  // namespace dragoman::backends::matrix
