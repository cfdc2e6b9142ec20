#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "bridge/leg.hpp"
#include "chat/once_key.hpp"
#include "delivery/content_json.hpp"

// What a bridge tells a room.

namespace dragoman::bridge {

namespace {

constexpr std::size_t most_own_ids = 4096;
constexpr std::size_t most_told_lately = 256;

store::Evidence settled(store::RowId row, store::State state) {
  store::Evidence evidence;
  evidence.first = evidence.last = row;
  evidence.state = state;
  return evidence;
}

/// Something that has no use without the message that it is about.
bool is_about_only(const chat::Command& command) {
  return std::holds_alternative<chat::RetractMessage>(command) || std::holds_alternative<chat::React>(command);
}

}  // namespace

// What was under way when the room was lost is said again before what came later.
bool Leg::is_open(const chat::Conversation&) const {
  return session_ && is_joined() && doubtful_.empty() && !has_no_voice_ && !grounded_;
}

void Leg::tell(const chat::Command& command, const Source& source, const std::string& speaker) {
  const auto* react = std::get_if<chat::React>(&command);
  if (react != nullptr && reacts_in_lines(capabilities(), leg_.policies)) {
    return reaction_lines_.note(*react, source, speaker);
  }
  accept(command, source, speaker);
}

void Leg::accept(const chat::Command& command, const Source& source, const std::string& speaker) {
  const auto accepted = outgoing_.accept(command, speaker, write_source(source), !source.about.empty());
  if (accepted) return;
  const auto &bridge = bridge_, &room = leg_.address;
  LOG_WARN("a message for a leg of a bridge is held", bridge, room, accepted.error());
  hold(command, source, speaker);
}

void Leg::hold(const chat::Command& command, const Source& source, const std::string& speaker) {
  const Timestamp now = parts_.timers.clock().utc();
  store::Message row;
  row.network = leg_.network;
  row.owner = owner_;
  row.state = store::State::held;
  row.room = leg_.room.text;
  row.author = speaker;
  row.stanza_id = write_source(source);
  row.accepted = now;
  row.content = delivery::write_command(command);
  parts_.store.add(row);
  ++held_;
  ++held_lately_;
  host_.on_held(*this);
}

void Leg::announce(const std::string& text) {
  if (is_open({leg_.room, {}})) announce_late(text);
}

void Leg::announce_late(const std::string& text) {
  if (!leg_.is_told()) return;
  chat::SendMessage say{{leg_.room, {}}, chat::plain(text)};
  say.content.kind = chat::Content::Kind::notice;
  Source source;
  source.status = true;
  static_cast<void>(outgoing_.accept(std::move(say), {}, write_source(source)));
}

bool Leg::look_up(const delivery::Entry& entry) {
  const Source source = read_source(entry.stanza_id);
  if (!needs_counterpart(entry.command, source, capabilities(), leg_.policies)) return false;
  ask_map(entry.command, entry.row, source, false);
  return true;
}

void Leg::ask_map(const chat::Command& command, store::RowId row, const Source& source, bool again) {
  MapQuestion question;
  question.owner = owner_;
  question.about = source.about;
  const std::size_t space = source.about.place.find(' ');
  question.heard = {source.about.place.substr(0, space), source.about.place.substr(space + 1)};
  question.told = place();
  question.row = host_.row_named(source.about);
  question.reactions = std::holds_alternative<chat::React>(command);
  question.reactor = source.author;
  // Filled by the reader's thread, then read by ours: both closures hold it until the later one is done.
  auto answer = std::make_shared<Counterpart>();
  parts_.store.read_settled(
      [answer, question = std::move(question)](store::Reader& reader) { *answer = find_counterpart(reader, question); },
      [this, answer, command, row, source, again, alive = std::weak_ptr<bool>{alive_}] {
        if (!alive.expired()) found(command, row, source, std::move(*answer), again);
      });
}

void Leg::found(const chat::Command& command, store::RowId row, const Source& source, Counterpart counterpart,
                bool again) {
  const chat::Conversation conversation{leg_.room, {}};
  const auto told = std::find_if(told_lately_.rbegin(), told_lately_.rend(),
                                 [&](const auto& each) { return each.first == counterpart.row; });
  const chat::MessageId id = told == told_lately_.rend() ? counterpart.id : told->second;
  const store::RowId other = counterpart.row;
  const bool named = !id.empty();
  // What came a moment before it is in the same turn, or is being written down.
  if (!named && other == 0 && !again) return ask_map(command, row, source, true);
  const bool is_edit = std::holds_alternative<chat::EditMessage>(command);
  auto how = how_to_edit(leg_.policies, capabilities(), counterpart, source.said);
  if (!named && other == 0) how = leg_.policies.edits.fallback;
  counterparts_[row] = std::move(counterpart);
  if (is_edit && how == EditPolicy::How::drop) {
    unwanted_ = row;
    return outgoing_.unnamed(conversation, row, Fault::not_allowed, "edits like this are not told here");
  }
  if (named) return outgoing_.named(conversation, row, id);
  if (other != 0 && other != row && outgoing_.named_with(conversation, row, other)) return;
  if (other != 0 && !again) return ask_map(command, row, source, true);
  const bool react_as_text =
      std::holds_alternative<chat::React>(command) && reacts_in_lines(capabilities(), leg_.policies);
  // Without its counterpart an edit is told as a new text, and a reaction as one about what it quotes.
  if (is_edit || react_as_text) return outgoing_.named(conversation, row, {});
  outgoing_.unnamed(conversation, row, Fault::not_found, "what this is about is not known here");
}

void Leg::perform(chat::CommandId id, const delivery::Entry& entry) {
  const auto persona = persona_of(entry);
  const std::string who = persona ? persona->key() : std::string{};
  performing_.insert(id);
  if (persona && puppets_.is_silent(who)) return refuse_later(id, Fault::forbidden, "banned from this room");
  const bool as_puppet = persona && puppets_.is_there(who);
  const bool of_absent = !as_puppet && needs_absent(entry);
  chat::Command said = entry.command;
  if (auto* retract = std::get_if<chat::RetractMessage>(&said); retract != nullptr && of_absent) {
    if (capabilities().of(chat::Feature::moderate) != chat::Support::native) {
      return refuse_later(id, Fault::absent, "only who has said it can take it back, and is not there");
    }
    retract->as_moderator = true;
  }
  if (auto* edit = std::get_if<chat::EditMessage>(&said); edit != nullptr && of_absent) edit->edited = {};
  const auto known = counterparts_.find(entry.row);
  static const Counterpart nothing;
  chat::Command command = as_told(said, read_source(entry.stanza_id), entry.sender,
                                  known == counterparts_.end() ? nothing : known->second, as_puppet, entry.link);
  chat::set_key(command, chat::key_of(entry.command));
  if (!as_puppet) {
    spoken_by_.erase(entry.row);
    return session_->perform(id, command);
  }
  note_spoken(entry.row, *persona);
  puppets_.perform(who, id, command);
}

chat::Command Leg::as_told(const chat::Command& command, const Source& source, const std::string& name,
                           const Counterpart& counterpart, bool as_puppet, std::string_view link) const {
  Speaker speaker;
  // A room that left the bridge meanwhile has no other words for it.
  const std::size_t space = source.name.place.find(' ');
  if (space != std::string::npos) {
    speaker.network = source.name.place.substr(0, space);
    speaker.room = speaker.label = source.name.place.substr(space + 1);
  }
  if (auto from = host_.describe(source.name.place)) speaker = std::move(*from);
  if (!as_puppet) speaker.name = name;
  speaker.id = source.user;
  const Voice voice{format_ ? &*format_ : nullptr,
                    capabilities(),
                    leg_.policies,
                    [this](std::string_view occupant) { return has_occupant(occupant); },
                    link,
                    as_puppet};
  return rendered(command, source, speaker, voice, counterpart, parts_.timers.clock().utc());
}

store::RowId Leg::row_named(const std::string& id) const {
  if (id.empty()) return 0;
  const auto told = std::find_if(told_lately_.rbegin(), told_lately_.rend(),
                                 [&](const auto& each) { return each.second.text == id; });
  return told == told_lately_.rend() ? 0 : told->first;
}

void Leg::delivered(const delivery::Entry& entry, const chat::Sent& sent) {
  ++told_;
  counterparts_.erase(entry.row);
  if (!sent.ids.empty()) told_lately_.emplace_back(entry.row, sent.ids.front());
  if (told_lately_.size() > most_told_lately) told_lately_.pop_front();
  restored_.erase(entry.row);
  for (const chat::MessageId& id : sent.ids) {
    if (!own_ids_.insert(id.text).second) continue;
    own_order_.push_back(id.text);
    if (own_order_.size() <= most_own_ids) continue;
    own_ids_.erase(own_order_.front());
    own_order_.pop_front();
  }
}

void Leg::returned(const delivery::Entry& entry, Fault fault, const std::string& text, const std::string&) {
  counterparts_.erase(entry.row);
  restored_.erase(entry.row);
  // Nobody can be given it back: what somebody has said is kept for the operator. What the bridge itself says, and what
  // is nothing without the message that it is about, is over.
  const auto persona = persona_of(entry);
  const bool is_over = entry.row == unwanted_ || read_source(entry.stanza_id).status || is_about_only(entry.command) ||
                       (persona && puppets_.is_silent(persona->key()));
  parts_.store.mark(settled(entry.row, is_over ? store::State::returned : store::State::held));
  const auto &bridge = bridge_, &room = leg_.address;
  if (is_over) {
    LOG_DEBUG("not told in a leg of a bridge", bridge, room, fault, text);
    return;
  }
  ++held_;
  ++held_lately_;
  LOG_WARN("a message for a leg of a bridge is held", bridge, room, fault, text);
  host_.on_held(*this);
}

}  // namespace dragoman::bridge
