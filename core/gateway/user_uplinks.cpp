#include <algorithm>

#include "base/log.hpp"
#include "gateway/part_book.hpp"
#include "gateway/part_of.hpp"
#include "gateway/user.hpp"

// A person's sessions: when there is one, how it is called, what needs it.

namespace dragoman::gateway {

namespace {
// Somebody who talks to a person without being in any room keeps their connection for this long after the last line.
constexpr Duration private_linger = std::chrono::minutes{10};
}  // namespace

void Uplink::on_event(const chat::Event& event) { owner.on_event(*this, event); }

void Uplink::is(State now, std::string words, Timestamp when) {
  if (now != state) since = when;
  if (state == State::ready && now != State::ready && !heard_until) heard_until = when;
  state = now;
  text = std::move(words);
}

Uplink* User::uplink(const std::string& part) const {
  for (const auto& each : uplinks_) {
    if (each->part == part) return each.get();
  }
  return nullptr;
}

Uplink* User::uplink(const chat::Conversation& conversation) const {
  if (!context_.network.in_parts()) return uplinks_.front().get();
  return uplink(chat::part_of(context_.network, conversation));
}

Uplink& User::need_uplink(const std::string& part) {
  if (Uplink* known = uplink(part)) return *known;
  auto fresh = std::make_unique<Uplink>(*this, part, context_.timers);
  const auto behind =
      std::find_if(uplinks_.begin(), uplinks_.end(), [&](const auto& each) { return each->part > part; });
  return **uplinks_.insert(behind, std::move(fresh));
}

bool User::has_session() const {
  return std::any_of(uplinks_.begin(), uplinks_.end(), [](const auto& each) { return each->session != nullptr; });
}

bool User::has_session(const std::string& part) const {
  const Uplink* known = uplink(part);
  return known != nullptr && known->session;
}

bool User::is_ready(const std::string& part) const {
  const Uplink* known = uplink(part);
  return known != nullptr && known->state == Uplink::State::ready;
}

bool User::connected() const {
  return std::any_of(uplinks_.begin(), uplinks_.end(),
                     [](const auto& each) { return each->state == Uplink::State::ready; });
}

const std::string& User::nickname(const std::string& part) const {
  const Uplink* known = uplink(part);
  if (known != nullptr && !known->nickname.empty()) return known->nickname;
  if (known != nullptr && !known->wished.empty()) return known->wished;
  return account_.nickname;
}

Result<void> User::may_connect(const std::string& part) const {
  if (!context_.network.in_parts() || has_session(part)) return {};
  std::vector<std::string> open;
  for (const auto& each : uplinks_) {
    if (each->session) open.push_back(each->part);
  }
  return context_.network.may_open(part, open);
}

std::set<std::string> User::parts_in_use() const {
  std::set<std::string> parts;
  for (const auto& each : uplinks_) parts.insert(each->part);
  for (const auto& [id, room] : rooms_) parts.insert(room->part());
  for (const chat::Conversation& conversation : sent_.queue().conversations()) {
    parts.insert(chat::part_of(context_.network, conversation));
  }
  if (const Contacts* contacts = subscriptions_.contacts()) {
    for (const chat::PersonId& person : contacts->people()) parts.insert(context_.network.part_of(person));
  }
  return parts;
}

std::size_t User::rooms_in(const Uplink& uplink) const {
  if (!context_.network.in_parts()) return rooms_.size();
  return static_cast<std::size_t>(std::count_if(rooms_.begin(), rooms_.end(),
                                                [&](const auto& each) { return each.second->part() == uplink.part; }));
}

bool User::has_messages_for(const Uplink& uplink) const {
  if (sent_.queue().empty() || !context_.network.in_parts()) return !sent_.queue().empty();
  const auto all = sent_.queue().conversations();
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& each) { return chat::part_of(context_.network, each) == uplink.part; });
}

void User::resume() {
  connect_if_needed();
  for (const auto& each : uplinks_) each->heard_until = context_.deaf_since;
}

void User::connect_if_needed() {
  if (!context_.network.in_parts()) return connect_if_needed(*uplinks_.front(), {});
  for (const std::string& part : parts_in_use()) {
    const Uplink* known = uplink(part);
    if (known != nullptr ? !known->refused : may_connect(part).has_value()) connect_if_needed(need_uplink(part), {});
  }
  tidy_.arm();  // those that were not needed go
}

void User::connect_if_needed(const std::string& part, const std::string& nickname) {
  connect_if_needed(need_uplink(part), nickname);
}

void User::connect_if_needed(Uplink& uplink, const std::string& nickname) {
  if (uplink.session) return take_room_nickname(uplink, nickname);
  if (!needs_session(uplink)) return;
  if (!account_.registered) {
    std::string& wished = context_.network.in_parts() ? uplink.wished : account_.nickname;
    if (!nickname.empty()) wished = nickname;
    const auto first = std::find_if(rooms_.begin(), rooms_.end(),
                                    [&](const auto& each) { return each.second->part() == uplink.part; });
    if (wished.empty() && first != rooms_.end()) wished = first->second->wished_nick();
    if (const auto* set = context_.part_book.find(owner_.bare_view(), uplink.part); wished.empty() && set != nullptr) {
      wished = set->fields.get("nick");
    }
    if (wished.empty()) wished = account_.nickname;
    if (wished.empty()) wished = xmpp::unescape_local(owner_.local());
  }
  open_session(uplink);
}

void User::open_session(Uplink& uplink) {
  uplink.refused.reset();
  uplink.is(Uplink::State::connecting, "connecting to " + context_.network.part_name(uplink.part),
            context_.timers.clock().utc());
  tell_presence();
  if (uplink.told) uplink.told->showing = {};
  chat::Account account = account_;
  account.part = uplink.part;
  if (!uplink.wished.empty()) account.nickname = uplink.wished;
  if (const auto* set = context_.part_book.find(owner_.bare_view(), uplink.part)) {
    account.part_settings = set->fields;
    account.part_password = set->password;
    const std::string& nick = set->fields.get("nick");
    if (uplink.wished.empty() && !nick.empty()) account.nickname = nick;
  }
  uplink.session = context_.network.open(account, uplink);
  uplink.session->start();
}

void User::take_room_nickname(Uplink& uplink, const std::string& nickname) {
  // Who has contacts is connected before they enter their first room, whose nickname it is then (without an account).
  const bool first = !nickname.empty() && !account_.registered && rooms_in(uplink) == 1;
  std::string& wished = context_.network.in_parts() ? uplink.wished : account_.nickname;
  if (!first || context_.network.same_name(nickname, uplink.nickname.empty() ? wished : uplink.nickname, uplink.part)) {
    return;
  }
  wished = nickname;
  if (uplink.state == Uplink::State::connecting) {
    end_session(uplink, {});
    open_session(uplink);
  } else if (uplink.state == Uplink::State::ready) {
    // Else the room says 210.
    ask(&uplink, chat::SetNickname{nickname, uplink.part}, [](const chat::Done*, const chat::Failed*) {});
  }
}

void User::ask(const chat::Command& command, Asking::Answered answered) {
  ask(context_.network.in_parts() ? uplink(part_of(context_.network, command)) : uplinks_.front().get(), command,
      std::move(answered));
}

void User::ask_in(const std::string& part, const chat::Command& command, Asking::Answered answered) {
  ask(uplink(part), command, std::move(answered));
}

void User::ask(Uplink* uplink, const chat::Command& command, Asking::Answered answered) {
  const chat::CommandId id = context_.next_command();
  if (uplink != nullptr && uplink->session)
    return uplink->asking.ask(*uplink->session, id, command, std::move(answered));
  const std::string part = part_of(context_.network, command);
  const chat::Failed failed{id,
                            chat::Failed::Outcome::not_sent,
                            Fault::unavailable,
                            "You are not connected to " + context_.network.part_name(part) + '.',
                            {}};
  answered(nullptr, &failed);
}

void User::end_session(Uplink& uplink, const std::string& text) {
  catching_up_.keep_heard_until(uplink);
  uplink.session->stop(text);
  uplink.session.reset();
  uplink.nickname.clear();
  uplink.capabilities.reset();
  sent_.forget_typing(uplink);
  if (Contacts* contacts = subscriptions_.contacts()) contacts->lose_people(uplink.part);
  uplink.asking.fail_all(Fault::closed, "The connection to " + context_.network.part_name(uplink.part) + " was ended.");
}

void User::end_sessions(const std::string& text) {
  for (const auto& each : uplinks_) {
    if (each->session) end_session(*each, text);
  }
}

bool User::needs_session(const Uplink& uplink) const {
  if (rooms_in(uplink) > 0 || has_messages_for(uplink) || !uplink.unasked.empty()) return true;
  const Contacts* contacts = subscriptions_.contacts();
  const bool has_people = contacts != nullptr && contacts->has_people(uplink.part) && may_have_contacts();
  // Of several servers those are connected in which one has something.
  const bool wants_to_be_there = account_.registered && !context_.network.in_parts();
  const bool is_there = is_online() || context_.network.describe().always_on;
  if ((wants_to_be_there || has_people) && is_there) return true;
  if (lingers() && (!context_.network.in_parts() || uplink.session)) return true;
  return uplink.last_private != Instant{} && context_.timers.clock().now() - uplink.last_private < private_linger;
}

void User::tidy(Uplink& uplink) {
  if (uplink.session && uplink.given_up) {
    end_session(uplink, {});  // the next join or message tries anew
    uplink.given_up = false;
  } else if (uplink.session && !needs_session(uplink)) {
    uplink.is(Uplink::State::none, {}, context_.timers.clock().utc());
    uplink.lost_since = {};
    end_session(uplink, "left");
    tell_presence();
  } else if (uplink.session && rooms_in(uplink) == 0 && !(is_online() && !context_.network.in_parts())) {
    Instant until = uplink.last_private == Instant{} ? Instant{} : uplink.last_private + private_linger;
    if (lingers()) until = std::max(until, lingers_until().value_or(Instant{}));
    const Instant now = context_.timers.clock().now();
    if (until > now) uplink.linger.set(until, [this] { tidy_.arm(); });
  }
}

void User::tidy() {
  Contacts* contacts = subscriptions_.contacts();
  if (std::exchange(rooms_changed_, false) && contacts != nullptr) {
    contacts->update_rooms([this](const chat::RoomId& id) { return rooms_.showing_of(id); });
  }
  tell_availability();
  for (std::size_t i = 0; i < uplinks_.size(); ++i) tidy(*uplinks_[i]);
  if (context_.network.in_parts()) {
    std::erase_if(uplinks_, [](const auto& each) { return !each->session && !each->refused && each->unasked.empty(); });
  }
  const bool known =
      !subscriptions_.empty() || rooms_.bookmarks() != nullptr || !blocked_.empty() || !invitations_.empty();
  if (!has_session() && clients_.empty() && !known && !account_.registered && received_.idle()) context_.forget(*this);
}

}  // namespace dragoman::gateway
