#include "bridge/ban_mirror.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace dragoman::bridge {

namespace {

using Json = nlohmann::json;

/// A domain or a wide mask throws many out; they have come by then.
constexpr Duration until_carried_out = std::chrono::seconds{3};
constexpr std::size_t most_at_once = 3;
constexpr Duration between_looks = std::chrono::minutes{1};
/// A ban that is seen in the list before its person is seen to go.
constexpr Duration is_new = std::chrono::minutes{1};

Json to_json(const BanMirror::Entries& entries) {
  Json all = Json::array();
  for (const auto& each : entries) all.push_back({{"mask", each.mask}, {"nickname", each.nickname}});
  return all;
}

BanMirror::Entries entries_of(const Json& json) {
  BanMirror::Entries all;
  if (!json.is_array()) return all;
  for (const Json& each : json) all.insert({each.value("mask", ""), each.value("nickname", "")});
  return all;
}

std::string sentence(const std::string& text, const std::string& why) {
  if (why.empty()) return text + '.';
  return text + ": " + why + (std::string_view{".!?"}.find(why.back()) == std::string_view::npos ? "." : "");
}

}  // namespace

void BanMirror::restore(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return;
  for (const auto& [key, each] : json.items()) {
    if (!each.is_object()) continue;
    Carried& carried = carried_[key];
    carried.nick = each.value("nick", "");
    carried.place = each.value("place", "");
    carried.lifted = each.value("lifted", false);
    carried.entries = entries_of(each.value("entries", Json::array()));
    const Json set = each.value("set", Json::object());  // items() refers to it
    for (const auto& [place, entries] : set.items()) {
      carried.set[place] = entries_of(entries);
    }
  }
}

void BanMirror::keep() {
  Json all = Json::object();
  for (const auto& [key, carried] : carried_) {
    Json set = Json::object();
    for (const auto& [place, entries] : carried.set) set[place] = to_json(entries);
    all[key] = {{"nick", carried.nick},
                {"place", carried.place},
                {"lifted", carried.lifted},
                {"entries", to_json(carried.entries)},
                {"set", std::move(set)}};
  }
  host_.keep(carried_.empty() ? std::string{} : all.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void BanMirror::set(bool on) {
  on_ = on;
  if (on_ || !carried_.empty()) return look_.set_after(between_looks, [this] { look(); });
  look_.clear();
}

void BanMirror::on_joined(const std::string& place) {
  if (!on_ && carried_.empty()) return;
  blind_.erase(place);
  lists_.erase(place);
  look_at(place);
}

void BanMirror::on_banned(const std::string& place, const Persona& who, const std::string& by, const std::string& why) {
  // Of whom a ban was carried out already, this is one of ours, or adds nothing.
  if (!on_ || carried_.contains(who.key())) return;
  auto& here = fresh_[place];
  if (std::any_of(here.begin(), here.end(), [&who](const Fresh& each) { return each.who.key() == who.key(); })) return;
  here.push_back({who, by, why});
  soon_.set_after(until_carried_out, [this] { carry_out(); });
}

void BanMirror::carry_out() {
  for (const auto& [place, bans] : std::exchange(fresh_, {})) {
    // A room that has banned the bot too has banned the bridge.
    if (!host_.is_in(place)) continue;
    if (bans.size() <= most_at_once) {
      for (const Fresh& each : bans) carry_out(place, each);
      continue;
    }
    host_.tell_operator(std::to_string(bans.size()) + " people were banned from " + host_.label_of(place) +
                        " at once. That is not carried out in the other rooms.");
  }
}

void BanMirror::carry_out(const std::string& place, const Fresh& ban) {
  const std::string key = ban.who.key();
  // Two rooms at the same moment.
  if (carried_.contains(key)) return;
  const auto targets = host_.targets_of(ban.who, place);
  if (targets.empty()) return;
  Carried& carried = carried_[key];
  carried.nick = ban.who.nick;
  carried.place = place;
  keep();
  look_at(place);
  const std::string from = ban.who.nick + " was banned from " + host_.label_of(place);
  const std::string reason = ban.why.empty() ? "banned from " + host_.label_of(place) : ban.why;
  host_.tell_operator(sentence(from + (ban.by.empty() ? "" : " by " + ban.by), ban.why) +
                      " This is carried out in the other rooms.");
  for (const auto& [target, who] : targets) {
    carried_[key].set[target];  // from now on what happens to them there is ours
    host_.ban(target, who, reason, [this, key, from, target = target, who = who](const Result<void>& result) {
      if (result) return is_set(key, target, who);
      const auto known = carried_.find(key);
      if (known != carried_.end()) known->second.set.erase(target);
      keep();
      host_.tell_operator(
          sentence(from + ", but could not be banned from " + host_.label_of(target), result.error().text));
    });
  }
}

void BanMirror::is_set(const std::string& key, const std::string& place, const Entry& asked) {
  const auto known = carried_.find(key);
  if (known == carried_.end()) return;
  // An address is in the list as it was said; what a nickname became there the list tells.
  if (!asked.mask.empty()) {
    known->second.set[place] = {asked};
    return keep();
  }
  host_.list_bans(place, [this, key, place, asked](const Result<Entries>& now) {
    const auto carried = carried_.find(key);
    if (carried == carried_.end()) return;
    if (now) note_list(place, *now);
    Entries ours = now ? unexplained(place) : Entries{};
    if (ours.empty()) ours.insert(asked);
    carried->second.set[place] = std::move(ours);
    keep();
  });
}

BanMirror::Entries BanMirror::unexplained(const std::string& place) const {
  Entries fresh;
  const auto list = lists_.find(place);
  if (list == lists_.end()) return fresh;
  const Instant since = clock_.now() - is_new;
  for (const auto& [entry, first_seen] : list->second) {
    if (first_seen > since) fresh.insert(entry);
  }
  for (const auto& [key, carried] : carried_) {
    if (carried.place == place) std::erase_if(fresh, [&](const Entry& each) { return carried.entries.contains(each); });
    if (const auto set = carried.set.find(place); set != carried.set.end()) {
      std::erase_if(fresh, [&](const Entry& each) { return set->second.contains(each); });
    }
  }
  return fresh;
}

void BanMirror::note_list(const std::string& place, const Entries& now) {
  const bool is_first = !lists_.contains(place);
  auto& list = lists_[place];
  std::erase_if(list, [&now](const auto& each) { return !now.contains(each.first); });
  const Instant seen = is_first ? Instant{} : clock_.now();
  for (const Entry& each : now) list.emplace(each, seen);
}

void BanMirror::look() {
  std::set<std::string> places;
  std::vector<std::string> lifted;
  for (const auto& [place, list] : lists_) places.insert(place);
  for (const auto& [key, carried] : carried_) {
    places.insert(carried.place);
    if (carried.lifted) lifted.push_back(key);
  }
  for (const std::string& key : lifted) take_back(key);
  for (const std::string& place : places) look_at(place);
  set(on_);
}

void BanMirror::look_at(const std::string& place) {
  if (blind_.contains(place) || !host_.is_in(place)) return;
  host_.list_bans(place, [this, place](const Result<Entries>& now) {
    if (now) return compare(place, *now);
    if (now.error().fault != Fault::closed) blind_.insert(place);
  });
}

void BanMirror::compare(const std::string& place, const Entries& now) {
  note_list(place, now);
  std::vector<std::string> lifted;
  for (auto& [key, carried] : carried_) {
    if (carried.place != place || carried.lifted) continue;
    if (carried.entries.empty()) {
      carried.entries = unexplained(place);
      if (!carried.entries.empty()) keep();
      continue;
    }
    const bool stands = std::any_of(carried.entries.begin(), carried.entries.end(),
                                    [&now](const Entry& each) { return now.contains(each); });
    if (!stands) lifted.push_back(key);
  }
  for (const std::string& key : lifted) {
    Carried& carried = carried_[key];
    carried.lifted = true;
    host_.pardoned(place, key);
    host_.tell_operator(carried.nick + " is not banned from " + host_.label_of(place) +
                        " any more. This is carried out in the other rooms.");
    take_back(key);
  }
}

void BanMirror::take_back(const std::string& key) {
  const auto known = carried_.find(key);
  if (known == carried_.end()) return;
  std::erase_if(known->second.set, [](const auto& each) { return each.second.empty(); });
  const auto set = known->second.set;
  if (set.empty()) {
    carried_.erase(known);
    return keep();
  }
  keep();
  for (const auto& [place, entries] : set) {
    if (!host_.is_in(place)) continue;  // when the bot is back: look()
    for (const Entry& each : entries) {
      host_.unban(place, each, [this, key, place = place, each](const Result<void>& result) {
        const auto carried = carried_.find(key);
        if (carried == carried_.end() || (!result && result.error().fault == Fault::closed)) return;
        if (!result) {
          host_.tell_operator(
              sentence(carried->second.nick + " could not be let into " + host_.label_of(place) + " again",
                       result.error().text));
        }
        host_.pardoned(place, key);
        auto& left = carried->second.set[place];
        left.erase(each);
        if (left.empty()) carried->second.set.erase(place);
        if (carried->second.set.empty()) carried_.erase(carried);
        keep();
      });
    }
  }
}

}  // namespace dragoman::bridge
