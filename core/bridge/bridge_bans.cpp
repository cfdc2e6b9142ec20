#include <utility>

#include "bridge/bridge.hpp"

// Who was banned from one room of a bridge, in the others.

namespace dragoman::bridge {

namespace {

BanMirror::Entry by_address(std::string address) { return {std::move(address), {}}; }
BanMirror::Entry by_nickname(std::string nickname) { return {{}, std::move(nickname)}; }

/// As their own room calls them.
std::optional<BanMirror::Entry> at_home(const Leg& leg, const Persona& who) {
  if (leg.plan().is_xmpp) {
    const std::size_t slash = who.user.find('/');
    if (slash == std::string::npos) return std::nullopt;
    return by_nickname(who.user.substr(slash + 1));
  }
  const auto address = leg.network()->parse(who.user);
  if (!address || !std::holds_alternative<chat::PersonId>(*address)) return std::nullopt;
  return by_nickname(leg.network()->format_in_room(std::get<chat::PersonId>(*address)));
}

/// As one of ours whom the bridge brings into a room; nothing: only the bot speaks for them there.
std::optional<BanMirror::Entry> as_ours(const Leg& leg, const Persona& who) {
  if (!leg.has_puppets()) return std::nullopt;
  if (leg.plan().is_xmpp) {
    // Who has no address of their own speaks with the bot's.
    return who.local.empty() ? std::nullopt : std::optional{by_address(who.local + '@' + who.domain)};
  }
  // Whoever else is called like them there is not meant.
  if (leg.lends_voices()) return by_address(leg.voice_address(who));
  std::string nick = leg.nick_of(who.key());
  return nick.empty() ? std::nullopt : std::optional{by_nickname(std::move(nick))};
}

}  // namespace

void Bridge::mirror_ban(const Leg& leg, const std::string& name, const chat::OccupantsLeft& event) {
  // Of one of ours on_puppet_banned tells who they are.
  if (leg.network() == nullptr || leg.was_ours(name)) return;
  if (const auto who = persona_named(leg, name))
    ban_mirror_.on_banned(leg.place().str(), *who, event.actor, event.text);
}

std::vector<std::pair<std::string, BanMirror::Entry>> Bridge::targets_of(const Persona& who,
                                                                         const std::string& but) const {
  std::vector<std::pair<std::string, BanMirror::Entry>> targets;
  for (const auto& leg : legs_) {
    const std::string place = leg->place().str();
    if (place == but || leg->network() == nullptr) continue;
    auto entry = place == who.place ? at_home(*leg, who) : as_ours(*leg, who);
    if (entry) targets.emplace_back(place, std::move(*entry));
  }
  return targets;
}

bool Bridge::is_in(const std::string& place) const {
  const Leg* const leg = leg_at(place);
  return leg != nullptr && leg->is_joined();
}

void Bridge::list_bans(const std::string& place, BanMirror::Listed listed) {
  if (Leg* const leg = leg_at(place)) leg->list_bans(std::move(listed));
}

void Bridge::ban(const std::string& place, const BanMirror::Entry& who, const std::string& reason,
                 BanMirror::Ended ended) {
  if (Leg* const leg = leg_at(place)) leg->set_ban(who, true, reason, std::move(ended));
}

void Bridge::unban(const std::string& place, const BanMirror::Entry& who, BanMirror::Ended ended) {
  if (Leg* const leg = leg_at(place)) leg->set_ban(who, false, {}, std::move(ended));
}

void Bridge::pardoned(const std::string& place, const std::string& key) {
  if (Leg* const leg = leg_at(place)) leg->pardoned(key);
}

std::string Bridge::label_of(const std::string& place) const {
  const Leg* const leg = leg_at(place);
  return leg == nullptr ? place : leg->plan().label;
}

void Bridge::tell_operator(const std::string& text) {
  parts_.tell_operator(plan_.legs.front().network, "Bridge " + plan_.name + ": " + text);
}

void Bridge::keep(const std::string& text) {
  if (text.empty()) return parts_.store.erase(document_kind, owner_of(plan_.name), bans_key);
  parts_.store.put({document_kind, owner_of(plan_.name), bans_key, text});
}

}  // namespace dragoman::bridge
