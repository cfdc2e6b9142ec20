#include <algorithm>

#include "bridge/bridge.hpp"

// What rooms tell besides messages, for those who are there as themselves: who types, and what they look like
// (bridge_faces.cpp). And two legs that turn out to be in one room.

namespace dragoman::bridge {

void Bridge::on_event(Leg& leg, const chat::Event& event) {
  if (const auto* typing = std::get_if<chat::Typing>(&event)) return tell_typing(leg, *typing);
  if (const auto* changed = std::get_if<chat::PersonChanged>(&event)) return note_face(leg, *changed);
  if (const auto* done = std::get_if<chat::Done>(&event)) return got_face(leg, *done);
  if (const auto* failed = std::get_if<chat::Failed>(&event)) {
    faces_asked_.erase(std::pair{leg.place().str(), failed->command});
    return;
  }
  if (!std::holds_alternative<chat::RoomJoined>(event) || !leg.is_joined()) return;
  // Only when it is in both of them the network says that two names are one room's.
  const auto same = std::find_if(legs_.begin(), legs_.end(), [&leg](const auto& each) {
    return each.get() != &leg && each->is_joined() && each->plan().network == leg.plan().network &&
           each->plan().is_xmpp == leg.plan().is_xmpp && each->room_there() == leg.room_there();
  });
  if (same != legs_.end()) leg.give_way_to(**same);
}

void Bridge::tell_typing(Leg& from, const chat::Typing& event) {
  if (is_silent() || !is_for_others(from, event.conversation, event.author)) return;
  const Source source = source_of(from, event.author, {}, {});
  const Rules::Verdict verdict = judge(from, event.author.name, {});
  if (verdict.dropped) return;
  for (const auto& each : legs_) {
    if (each.get() == &from || !each->plan().is_told() || !each->has_puppets()) continue;
    const auto who = persona_of(source, verdict.name, each->plan().network);
    if (who) each->types(*who, event.typing);
  }
}

}  // namespace dragoman::bridge
