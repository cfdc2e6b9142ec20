#include <algorithm>
#include <utility>

#include "bridge/bridge.hpp"

// The pictures of those who are in other rooms as themselves.

namespace dragoman::bridge {

namespace {

std::string place_in(const std::string& key) { return key.substr(0, key.find('\n')); }

}  // namespace

void Bridge::note_face(const Leg& from, const chat::PersonChanged& event) {
  if (from.network() == nullptr || !from.plan().is_heard()) return;
  const std::string key = from.place().str() + '\n' + from.network()->format(event.person);
  const std::string* const before = faces_.of(key);
  if (before != nullptr && *before == event.profile.picture) return;
  faces_.learn(key, event.profile.picture);
  show_face(key);
}

void Bridge::on_puppet_came(Leg&, const Persona& who) { show_face(who.key()); }

void Bridge::show_face(const std::string& key) {
  const std::string* const picture = faces_.of(key);
  Leg* const from = leg_at(place_in(key));
  if (picture == nullptr || from == nullptr) return;
  const bool wanted = std::any_of(legs_.begin(), legs_.end(), [&](const auto& each) {
    return each->can_show(key) && !faces_.is_shown(each->place().str(), key, *picture);
  });
  if (!wanted) return;
  if (picture->empty()) return show_face(key, {}, {});
  const bool asked = std::any_of(faces_asked_.begin(), faces_asked_.end(), [&](const auto& each) {
    return each.second.key == key && each.second.picture == *picture;
  });
  if (asked) return;
  if (const auto id = from->ask_picture(*picture)) {
    faces_asked_.insert_or_assign({from->place().str(), *id}, FaceAsked{key, *picture});
  }
}

void Bridge::show_face(const std::string& key, const std::string& picture, const std::string& bytes) {
  for (const auto& each : legs_) {
    const std::string place = each->place().str();
    if (!each->can_show(key) || faces_.is_shown(place, key, picture)) continue;
    each->show(key, bytes);
    faces_.note_shown(place, key, picture);
  }
}

void Bridge::got_face(const Leg& from, const chat::Done& done) {
  const auto asked = faces_asked_.extract(std::pair{from.place().str(), done.command});
  const auto* const picture = std::get_if<chat::Picture>(&done.answer);
  if (asked.empty() || picture == nullptr || picture->bytes.empty()) return;
  show_face(asked.mapped().key, asked.mapped().picture, picture->bytes);
}

}  // namespace dragoman::bridge
