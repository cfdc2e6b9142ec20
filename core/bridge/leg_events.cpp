#include <utility>

#include "base/log.hpp"
#include "bridge/leg.hpp"

// What the network tells a leg.

namespace dragoman::bridge {

void Leg::on_event(const chat::Event& event) {
  std::visit([this](const auto& each) { on(each); }, event);
  host_.on_event(*this, event);
}

void Leg::on(const chat::Ready& event) {
  nickname_ = event.nickname;
  if (state_ == LegState::refused) attempts_ = 0;
  is(LegState::joining, event.text);
  if (!joining_ && !comes_back_) join();
}

void Leg::on(const chat::Lost& event) {
  forget_occupants();
  if (event.retry_at) return is(LegState::lost, event.text);
  const bool known = state_ == LegState::refused;
  is_out(LegState::refused, event.text, std::nullopt);
  if (known) return;
  parts_.tell_operator(leg_.network, "Bridge " + bridge_ + " cannot connect to " + network_name() + " for " +
                                         leg_.address + ": " + event.text +
                                         " It is not tried again until you say \"bridge resume " + bridge_ + "\".");
}

void Leg::on(const chat::RoomJoined& event) {
  if (event.room != leg_.room) return;
  again_.clear();
  attempts_ = 0;
  const bool was_in_before = std::exchange(has_been_in_, true);
  comes_back_ = true;
  forget_occupants();
  puppets_.nicks().look_anew();
  std::vector<std::string> names;
  for (const chat::Occupant& each : event.occupants) {
    const std::string name = name_of(each.name);
    puppets_.nicks().seen(name);
    if (is_ours(name)) continue;
    note_standing(folded(name), each.standing);
    if (occupants_.insert(folded(name)).second) names.push_back(name);
  }
  nickname_ = name_of(event.self);
  const auto away = was_in_before ? away_since_ : std::nullopt;
  is_visitor_ = event.standing.role == chat::Role::visitor;
  has_no_voice_ = false;  // who comes in tries
  is(LegState::joined, "in the room as " + nickname_);
  puppets_.room_is_new();
  outgoing_.wake();
  catch_up(away);
  host_.on_roster(*this, names);
}

void Leg::on(const chat::RoomLeft& event) {
  if (event.room != leg_.room) return;
  const std::string by = event.actor.empty() ? std::string{} : " by " + event.actor;
  const std::string why = event.text.empty() ? std::string{"."} : ": " + event.text;
  using Why = chat::RoomLeft::Why;
  switch (event.why) {
    case Why::left:
      return is_out(LegState::out, "left the room", std::chrono::minutes{1});
    case Why::lost:
      forget_occupants();
      return is(LegState::lost, event.text.empty() ? "the room was lost" : event.text);
    case Why::kicked:
      return refused_to(Fault::closed, "kicked" + by + why);
    case Why::banned:
      return refused_to(Fault::forbidden, "banned" + by + why);
    case Why::refused:
      if (!joining_ && !is_joined()) return;  // the session's own attempt to come back
      return refused_to(event.fault, event.text.empty() ? std::string{to_string(event.fault)} : event.text);
    case Why::destroyed:
      return refused_to(Fault::not_allowed, "the room was destroyed" + why);
    case Why::moved:
      return refused_to(Fault::not_allowed,
                        "the room has moved to " + event.moved_to.text + ", which the configuration does not name.");
  }
}

void Leg::on(const chat::RoomChanged& event) {
  if (event.room != leg_.room) return;
  of_room_ = event.capabilities;
  puppets_.room_takes(event.settings.limit);
  may_speak();  // the room may not be moderated any more
}

void Leg::on(const chat::TopicChanged&) {}

void Leg::on(const chat::OccupantsJoined& event) {
  if (event.room != leg_.room) return;
  for (const chat::Occupant& each : event.occupants) {
    const std::string name = name_of(each.name);
    puppets_.nicks().seen(name);
    if (is_ours(name)) continue;
    note_standing(folded(name), each.standing);
    if (occupants_.insert(folded(name)).second) host_.on_presence(*this, name, true);
  }
}

void Leg::on(const chat::OccupantsLeft& event) {
  if (event.room != leg_.room) return;
  const bool thrown_out =
      event.why == chat::OccupantsLeft::Why::kicked || event.why == chat::OccupantsLeft::Why::banned;
  for (const NameId each : event.occupants) {
    const std::string name = name_of(each);
    if (thrown_out) host_.on_thrown_out(*this, name, event);
    puppets_.nicks().left(name);
    moderators_.erase(folded(name));
    if (occupants_.erase(folded(name)) != 0) host_.on_presence(*this, name, false);
  }
}

void Leg::on(const chat::OccupantRenamed& event) {
  if (event.room != leg_.room) return;
  if (event.self) {
    nickname_ = name_of(event.to);
    return;
  }
  const std::string from = name_of(event.from), to = name_of(event.to);
  puppets_.nicks().renamed(from, to);
  if (moderators_.erase(folded(from)) != 0) moderators_.insert(folded(to));
  if (occupants_.erase(folded(from)) == 0) return;
  occupants_.insert(folded(to));
  host_.on_renamed(*this, from, to);
}

void Leg::on(const chat::OccupantChanged& event) {
  if (event.room == leg_.room) note_standing(folded(name_of(event.occupant.name)), event.occupant.standing);
}

void Leg::note_standing(const std::string& folded_name, chat::Standing standing) {
  if (standing.role == chat::Role::moderator) {
    moderators_.insert(folded_name);
  } else {
    moderators_.erase(folded_name);
  }
}

void Leg::forget_occupants() {
  occupants_.clear();
  moderators_.clear();
}

void Leg::on(const chat::SelfChanged& event) {
  if (event.room == leg_.room) note_own(event.standing);
  if (!event.nickname.empty() && (!event.room || *event.room == leg_.room)) nickname_ = event.nickname;
}

void Leg::on(const chat::MessageReceived& event) {
  if (!event.conversation.person.empty()) return host_.on_private(*this, event);
  hear(event);
}
void Leg::on(const chat::MessageEdited& event) { hear(event); }
void Leg::on(const chat::MessageRetracted& event) { hear(event); }
void Leg::on(const chat::ReactionsChanged& event) { hear(event); }
void Leg::on(const chat::HistoryGap& event) {
  if (event.conversation.room == leg_.room && event.conversation.is_room()) host_.on_gap(*this, event);
}

void Leg::on(const chat::ReadUpTo&) {}
void Leg::on(const chat::Typing&) {}
void Leg::on(const chat::PresenceChanged&) {}
void Leg::on(const chat::PersonChanged&) {}
void Leg::on(const chat::ContactsChanged&) {}

/// Nobody is a contact of a bot; who asks is told so.
void Leg::on(const chat::ContactAsked& event) {
  session_->perform(next_command(), chat::AnswerContact{event.person, false});
}

void Leg::on(const chat::Invited&) {}
void Leg::on(const chat::CapabilitiesChanged& event) { of_network_ = event.capabilities; }

void Leg::on(const chat::Notice& event) {
  const auto &bridge = bridge_, &network = leg_.network;
  LOG_DEBUG("notice for a bridge", bridge, network, event.from);
}

void Leg::on(const chat::Done& event) {
  if (answered(event)) return;
  if (joining_ == event.command) joining_.reset();
  if (catching_up_ == event.command) return end_catch_up(std::get_if<chat::HistoryPage>(&event.answer));
  if (const auto asked = membership_of_.extract(event.command)) return puppets_.granted(asked.mapped(), true);
  if (private_.erase(event.command) != 0) return;
  settle(event);
}

void Leg::note_own(chat::Standing standing) {
  is_visitor_ = standing.role == chat::Role::visitor;
  if (!is_visitor_) may_speak();
}

void Leg::may_speak() {
  if (!std::exchange(has_no_voice_, false)) return;
  if (is_joined()) is(LegState::joined, "in the room as " + nickname_);
  outgoing_.wake();
}

bool Leg::waits_for_voice(const chat::Failed& failed) {
  const bool is_said = performing_.contains(failed.command);
  const bool refused = failed.outcome == chat::Failed::Outcome::refused && failed.fault == Fault::forbidden;
  if (!is_said || !refused || !is_visitor_ || !is_joined()) return false;
  chat::Failed kept = failed;
  kept.outcome = chat::Failed::Outcome::not_sent;
  const bool known = std::exchange(has_no_voice_, true);
  settle(kept);
  if (known) return true;
  is(LegState::joined, "in the room as " + nickname_ + ", but has no voice there");
  host_.on_no_voice(*this);
  parts_.tell_operator(leg_.network, "Bridge " + bridge_ + " has no voice in " + leg_.address +
                                         ": what is said elsewhere waits until a moderator gives it voice.");
  return true;
}

void Leg::on(const chat::Failed& event) {
  if (answered(event) || waits_for_voice(event) || settle(event)) return;
  if (catching_up_ == event.command) return end_catch_up(nullptr);
  if (const auto asked = membership_of_.extract(event.command)) return puppets_.granted(asked.mapped(), false);
  if (private_.erase(event.command) != 0) return host_.private_failed(*this, event);
  if (joining_ != event.command) return;
  joining_.reset();
  if (is_joined() || state_ == LegState::refused) return;
  switch (event.outcome) {
    case chat::Failed::Outcome::refused:
      return refused_to(event.fault, event.text);
    case chat::Failed::Outcome::not_sent:
    case chat::Failed::Outcome::unsure:
      // With the connection: the next Ready tries again.
      if (state_ == LegState::joining) again_.set_after(std::chrono::seconds{30}, [this] { join(); });
      return;
  }
}

std::string Leg::name_of(NameId id) const { return network_->names()[id].text; }

}  // namespace dragoman::bridge
