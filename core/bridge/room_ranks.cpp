#include "bridge/room_ranks.hpp"

#include <algorithm>

namespace dragoman::bridge {

bool decides(chat::Standing standing) {
  return standing.role == chat::Role::moderator || standing.affiliation == chat::Affiliation::admin ||
         standing.affiliation == chat::Affiliation::owner;
}

void RoomRanks::add(const chat::Occupant& occupant, const Names& names) {
  const Names::Name& name = names[occupant.name];
  others_[name.text] = {occupant.standing, name.account};
}

void RoomRanks::take(const chat::Event& event, const chat::RoomId& ours, const Names& names) {
  if (const auto* joined = std::get_if<chat::RoomJoined>(&event); joined != nullptr && joined->room == ours) {
    others_.clear();
    for (const chat::Occupant& each : joined->occupants) add(each, names);
  } else if (const auto* came = std::get_if<chat::OccupantsJoined>(&event); came != nullptr && came->room == ours) {
    for (const chat::Occupant& each : came->occupants) add(each, names);
  } else if (const auto* left = std::get_if<chat::OccupantsLeft>(&event); left != nullptr && left->room == ours) {
    for (const NameId each : left->occupants) others_.erase(names[each].text);
  } else if (const auto* changed = std::get_if<chat::OccupantChanged>(&event);
             changed != nullptr && changed->room == ours) {
    add(changed->occupant, names);
  } else if (const auto* renamed = std::get_if<chat::OccupantRenamed>(&event);
             renamed != nullptr && renamed->room == ours && !renamed->self) {
    auto somebody = others_.extract(names[renamed->from].text);
    if (somebody.empty()) return;
    others_[names[renamed->to].text] = std::move(somebody.mapped());
  } else if (const auto* gone = std::get_if<chat::RoomLeft>(&event); gone != nullptr && gone->room == ours) {
    others_.clear();
  }
}

bool RoomRanks::decides(std::string_view nickname) const {
  const auto found = others_.find(nickname);
  return found != others_.end() && bridge::decides(found->second.standing);
}

RoomRanks::Proof RoomRanks::prove(const Invitation& invitation, std::string_view room) const {
  const std::string_view inviter = invitation.inviter;
  const std::size_t slash = inviter.find('/');
  if (slash != std::string_view::npos && inviter.substr(0, slash) == room) {
    // Only the room itself can say so of its people.
    if (!invitation.through_room) return Proof::open;
    return decides(inviter.substr(slash + 1)) ? Proof::given : Proof::lacking;
  }
  const std::string_view account = inviter.substr(0, slash);
  bool hides = false, all_decide = true, seen = false;
  for (const auto& [nickname, each] : others_) {
    if (each.account == account) {
      if (bridge::decides(each.standing)) return Proof::given;
      seen = true;
    } else if (each.account.empty()) {
      hides = true;
      all_decide = all_decide && bridge::decides(each.standing);
    }
  }
  if (seen) return Proof::lacking;
  if (!hides) return invitation.through_room ? Proof::lacking : Proof::open;
  return invitation.through_room && all_decide ? Proof::given : Proof::open;
}

}  // namespace dragoman::bridge
