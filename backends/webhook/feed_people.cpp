#include <algorithm>
#include <utility>

#include "backends/webhook/address.hpp"
#include "backends/webhook/capabilities.hpp"
#include "backends/webhook/feed.hpp"
#include "backends/webhook/hub.hpp"
#include "backends/webhook/session.hpp"
#include "backends/webhook/time_text.hpp"
#include "base/text.hpp"

// Who listens to a hook, and what they see of it.

namespace dragoman::backends::webhook {

namespace {

constexpr std::size_t most_actors = 50, longest_nickname = 64;
constexpr Duration quiet_after = std::chrono::hours{24 * 7};  // then its presence is away

/// What an occupant may be called.
std::string to_nickname(std::string_view name) {
  const std::string line = text::without_controls(text::to_valid_utf8(name), false);
  return std::string{text::trim(text::cut(text::trim(line), longest_nickname))};
}

}  // namespace

void Feed::subscribe(Session& session) {
  subscribers_.insert(&session);
  tell_presence(session);
  session.say(chat::PersonChanged{contact_of(name_), profile()});
}

NameRef Feed::make_name(const std::string& nickname, const std::string& identity) {
  Names& names = hub_.names();
  Services& services = hub_.services();
  const NameId id =
      names.acquire(realm_.id(), nickname, text::fold_case(nickname), services.occupant_resource(nickname),
                    services.occupant_id ? services.occupant_id(identity) : std::string{});
  NameRef counted{names, id};
  names.release(id);
  return counted;
}

chat::Standing Feed::actor_standing() const {
  chat::Standing standing;
  standing.role = chat::Role::participant;
  return standing;
}

chat::Standing Feed::standing_of(const Session& session) const {
  chat::Standing standing;
  const Hook& hook = this->hook();
  standing.role = takes_answers() ? chat::Role::participant : chat::Role::visitor;
  if (session.owner() == hook.owner) {
    standing.affiliation = chat::Affiliation::owner;
  } else if (may_change(hook, session.owner())) {
    standing.affiliation = chat::Affiliation::admin;
  } else {
    standing.affiliation = hook.is_public ? chat::Affiliation::none : chat::Affiliation::member;
  }
  return standing;
}

bool Feed::takes_answers() const {
  const Hook& hook = this->hook();
  return hook.outgoing && !hook.outgoing->url.empty() && hook.outgoing->disabled.empty();
}

Result<void> Feed::enter(Session& session, const std::string& wished) {
  const std::string nickname = to_nickname(wished);
  if (nickname.empty()) return failure(Fault::unacceptable, "Choose a nickname.");
  const std::string folded = text::fold_case(nickname);
  const bool is_taken = folded == own_.folded() || std::any_of(people_.begin(), people_.end(), [&](const auto& each) {
                          return each.first != &session && each.second.folded() == folded;
                        });
  if (is_taken) return failure(Fault::conflict, "Somebody else is called " + nickname + " in this room.");
  if (actors_.contains(nickname)) {  // a person goes first: who speaks through the hook has no claim to a name
    const NameRef name = actors_.extract(nickname).mapped().name;
    const chat::OccupantsLeft left{room_of(name_), {name.id()}, chat::OccupantsLeft::Why::left, {}, {}};
    for (const auto& [each, own] : people_) each->say(left, {name});
  }
  const NameRef name = make_name(nickname, session.owner());
  const bool is_new = !people_.contains(&session);
  people_[&session] = name;
  chat::RoomJoined joined;
  joined.room = room_of(name_);
  joined.name = joined.room.text;
  joined.self = name.id();
  joined.standing = standing_of(session);
  joined.topic = hook().shown();
  std::vector<NameRef> held{name, own_};
  chat::Standing own = actor_standing();
  own.bot = true;
  joined.occupants.push_back({own_.id(), own});
  for (const auto& [key, each] : actors_) {
    joined.occupants.push_back({each.name.id(), actor_standing()});
    held.push_back(each.name);
  }
  for (const auto& [each, nick] : people_) {
    if (each == &session) continue;
    joined.occupants.push_back({nick.id(), standing_of(*each)});
    held.push_back(nick);
    if (is_new) each->say(chat::OccupantsJoined{room_of(name_), {{name.id(), standing_of(session)}}}, {name});
  }
  session.say(std::move(joined), std::move(held));
  for (const auto& [key, each] : actors_) {
    if (!each.picture.empty()) session.say(chat::PersonChanged{speaker_of(name_, key), *profile_of_speaker(key)});
  }
  if (is_new) answering_.happens(Happening::Type::room_joined, session, true);
  return {};
}

chat::RoomChanged Feed::settings() const {
  chat::RoomChanged changed;
  changed.room = room_of(name_);
  changed.capabilities = capabilities();
  changed.settings.moderated = true;
  changed.settings.members_only = !hook().is_public;
  changed.settings.hidden = !hook().is_public;
  changed.settings.topic_locked = true;
  return changed;
}

void Feed::leave(Session& session, const std::string& text) {
  const auto found = people_.find(&session);
  if (found == people_.end()) return;
  answering_.happens(Happening::Type::room_parted, session, true, text);
  const NameRef name = found->second;
  people_.erase(found);
  const chat::OccupantsLeft left{room_of(name_), {name.id()}, chat::OccupantsLeft::Why::left, {}, text};
  for (const auto& [each, own] : people_) each->say(left, {name});
}

Result<void> Feed::rename(Session& session, const std::string& wished) {
  const std::string nickname = to_nickname(wished);
  if (nickname.empty()) return failure(Fault::unacceptable, "Choose a nickname.");
  const std::string folded = text::fold_case(nickname);
  const auto has_it = [&](const auto& each) { return each.first != &session && each.second.folded() == folded; };
  if (folded == own_.folded() || actors_.contains(nickname) || std::any_of(people_.begin(), people_.end(), has_it)) {
    return failure(Fault::conflict, "Somebody else is called " + nickname + " in this room.");
  }
  const NameRef before = people_.at(&session);
  const NameRef after = make_name(nickname, session.owner());
  people_[&session] = after;
  for (const auto& [each, own] : people_) {
    each->say(chat::OccupantRenamed{room_of(name_), before.id(), after.id(), each == &session}, {before, after});
  }
  return {};
}

void Feed::gone(Session& session) {
  subscribers_.erase(&session);
  answering_.gone(session);
  leave(session, {});
}

const NameRef& Feed::actor(const std::string& wished) {
  const std::string nickname = to_nickname(wished);
  const std::string folded = text::fold_case(nickname);
  if (nickname.empty() || folded == own_.folded()) return own_;
  const Instant now = hub_.clock().now();
  // Nobody speaks under the name of a person who is there.
  const bool is_person =
      std::any_of(people_.begin(), people_.end(), [&](const auto& each) { return each.second.folded() == folded; });
  const std::string key = is_person ? nickname + " (" + name_ + ')' : nickname;
  const auto known = actors_.find(key);
  if (known != actors_.end()) {
    known->second.spoke = now;
    return known->second.name;
  }
  if (actors_.size() >= most_actors) {
    const auto oldest = std::min_element(actors_.begin(), actors_.end(),
                                         [](const auto& a, const auto& b) { return a.second.spoke < b.second.spoke; });
    oldest->second.spoke = Instant{};
    part_idle_actors();
  }
  const auto added = actors_.emplace(key, Actor{make_name(key, name_ + '/' + key), now}).first;
  const NameRef& name = added->second.name;
  for (const auto& [each, own] : people_) {
    each->say(chat::OccupantsJoined{room_of(name_), {{name.id(), actor_standing()}}}, {name});
  }
  return name;
}

void Feed::show_picture(const std::string& nickname, const std::string& picture) {
  const auto known = actors_.find(nickname);
  if (known == actors_.end() || picture.empty() || known->second.picture == picture) return;
  known->second.picture = picture;
  const chat::PersonChanged changed{speaker_of(name_, nickname), *profile_of_speaker(nickname)};
  for (const auto& [each, own] : people_) each->say(changed);
}

void Feed::part_idle_actors() {
  const Instant now = hub_.clock().now();
  for (auto each = actors_.begin(); each != actors_.end();) {
    if (now - each->second.spoke < hub_.config().actor_idle) {
      ++each;
      continue;
    }
    const NameRef name = each->second.name;
    each = actors_.erase(each);
    const chat::OccupantsLeft left{room_of(name_), {name.id()}, chat::OccupantsLeft::Why::left, {}, {}};
    for (const auto& [session, own] : people_) session->say(left, {name});
  }
}

chat::PresenceChanged Feed::presence() const {
  const Hook& hook = this->hook();
  const Timestamp now = hub_.now();
  chat::PresenceChanged presence;
  presence.person = contact_of(name_);
  if (hook.paused) {
    presence.availability = chat::Availability::busy;
    presence.status = "paused by its owner";
  } else if (hook.muted_until && *hook.muted_until > now) {
    presence.availability = chat::Availability::busy;
    presence.status = "muted";
  } else if (answering_.health().state == Health::State::disabled) {
    presence.availability = chat::Availability::gone;
    presence.status = "nothing is sent any more: " + answering_.health().text;
  } else if (answering_.health().state != Health::State::well) {
    const Health& health = answering_.health();
    presence.availability = chat::Availability::extended_away;
    presence.status = health.text;
    if (health.next_try) presence.status += ", next try " + time_text(*health.next_try) + " UTC";
  } else if (!hook.sends_only && spoke_.value_or(hook.made) + quiet_after <= now) {
    presence.availability = chat::Availability::away;
    presence.status = "nothing came for more than a week";
  }
  return presence;
}

void Feed::tell_presence(Session& session) const { session.say(presence()); }

void Feed::tell_presence() {
  const chat::PresenceChanged now = presence();
  if (shown_ && shown_->availability == now.availability && shown_->status == now.status) return;
  shown_ = now;
  for (Session* each : subscribers_) each->say(now);
}

void Feed::rearm() {
  tell_presence();
  const Timestamp now = hub_.now();
  const Hook& hook = this->hook();
  Duration next = std::chrono::hours{1};
  if (hook.muted_until && *hook.muted_until > now) next = std::min<Duration>(next, *hook.muted_until - now);
  if (!actors_.empty())
    next = std::min(next, std::max<Duration>(hub_.config().actor_idle / 4, std::chrono::seconds{1}));
  watch_.set_after(next, [this] {
    part_idle_actors();
    rearm();
  });
}

chat::Profile Feed::profile() const {
  chat::Profile profile;
  profile.nickname = hook().shown();
  profile.full_name = hook().shown();
  profile.description = "A webhook: what programs send to it is said here.";
  profile.picture = hook().picture;
  return profile;
}

std::optional<chat::Profile> Feed::profile_of_speaker(std::string_view nickname) const {
  const auto known = actors_.find(std::string{nickname});
  if (known == actors_.end()) return std::nullopt;
  chat::Profile profile;
  profile.nickname = profile.full_name = known->first;
  profile.description = "Speaks through the webhook " + hook().shown() + '.';
  profile.picture = known->second.picture;
  return profile;
}

void Feed::changed() {
  answering_.follow(hook());
  std::vector<Session*> shut_out;
  for (const auto& [each, name] : people_) {
    if (!each->may_read(hook())) shut_out.push_back(each);
  }
  for (Session* each : shut_out) {
    leave(*each, {});
    each->say(chat::RoomLeft{
        room_of(name_), chat::RoomLeft::Why::kicked, Fault::forbidden, {}, "You may not read this hook any more.", {}});
  }
  std::erase_if(subscribers_, [&](Session* each) {
    if (each->may_read(hook())) return false;
    each->say(chat::PresenceChanged{contact_of(name_), chat::Availability::gone, {}});
    return true;
  });
  for (Session* each : subscribers_) each->say(chat::PersonChanged{contact_of(name_), profile()});
  for (const auto& [each, name] : people_) {
    each->say(settings());
    each->say(chat::TopicChanged{room_of(name_), {contact_of(name_), own_.text(), name_}, hook().shown(), {}});
    for (const auto& [other, nick] : people_) {
      if (other == each) {
        each->say(chat::SelfChanged{{}, room_of(name_), standing_of(*each), {}});
      } else {
        each->say(chat::OccupantChanged{room_of(name_), {nick.id(), standing_of(*other)}, {}}, {nick});
      }
    }
  }
  rearm();
}

void Feed::end() {
  for (const auto& [each, name] : std::exchange(people_, {})) {
    each->say(
        chat::RoomLeft{
            room_of(name_), chat::RoomLeft::Why::destroyed, Fault::not_found, {}, "This hook was deleted.", {}},
        {name});
  }
  for (Session* each : std::exchange(subscribers_, {})) {
    each->say(chat::PresenceChanged{contact_of(name_), chat::Availability::gone, "This hook was deleted."});
  }
  answering_.end("This hook was deleted.");
  log_.erase();
  keys_.erase();
  deliveries_.erase();
  overflow_.erase();
}

}  // namespace dragoman::backends::webhook
