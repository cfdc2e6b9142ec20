#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "bridge/puppet.hpp"
#include "bridge/unwrapped.hpp"
#include "bridge/voice_book.hpp"

// Those who are not let in, are thrown out, lose their voice or have said nothing for long.

namespace dragoman::bridge {

void Puppets::refused(Puppet& puppet, Fault fault, const std::string& text) {
  book_->went(puppet.key);
  const auto &bridge = bridge_, &room = leg_.address, &nick = puppet.who.nick;
  LOG_INFO("somebody of another leg was not let in", bridge, room, nick, fault, text);
  if (fault == Fault::members_only && !std::exchange(puppet.asked_for_membership, true)) {
    if (leg_.connects) return host_.make_member(puppet.key, puppet.nick);
    const auto person = puppet.network->voice_of(puppet.account);
    return host_.make_member(puppet.key,
                             person ? person->text : puppet.account.settings.get("voice") + '@' + puppet.who.domain);
  }
  const Instant now = parts_.timers.clock().now();
  const std::string key = puppet.key;
  if (leg_.connects && fault == Fault::forbidden) {
    // A mask of the channel fits them, and perhaps all who come from here: it is not known to be meant for this person.
    policy_.kicked(key, now);
    host_.on_puppet_barred(puppet.who, text);
    return close(key, {});
  }
  if (fault == Fault::members_only) policy_.closed(now);
  policy_.refused(key, fault, now);
  if (fault == Fault::forbidden) host_.on_puppet_banned(puppet.who, text);
  close(key, {});
}

void Puppets::granted(const std::string& key, bool is_member) {
  Puppet* const puppet = find(key);
  if (puppet == nullptr || puppet->there) return;
  is_member ? puppet->enter() : refused(*puppet, Fault::members_only, "nobody made them a member");
}

void Puppets::went(Puppet& puppet, const chat::RoomLeft& left) {
  puppet.there = false;
  const std::string key = puppet.key;
  using Why = chat::RoomLeft::Why;
  if (left.why != Why::lost) book_->went(key);
  switch (left.why) {
    case Why::kicked:
      policy_.kicked(key, parts_.timers.clock().now());
      if (kicked_.size() >= most_kicked) kicked_.clear();
      for (const std::string* nick : {&puppet.nick, &puppet.who.nick}) kicked_.insert_or_assign(comparable(*nick), key);
      return close(key, {});
    case Why::banned:
      policy_.banned(key);
      host_.on_puppet_banned(puppet.who, left.text);
      return close(key, {});
    case Why::lost:
      return;  // its session goes in again
    case Why::refused:
      policy_.refused(key, left.fault, parts_.timers.clock().now());
      return close(key, {});
    case Why::left:
    case Why::moved:
    case Why::destroyed:
      break;
  }
  policy_.left(key);
  close(key, {});
}

bool Puppets::let_in(std::string_view nick) {
  const auto known = kicked_.find(comparable(nick));
  if (known == kicked_.end()) return false;
  const std::string key = known->second;
  policy_.let_in(key);
  std::erase_if(kicked_, [&key](const auto& each) { return each.second == key; });
  return true;
}

void Puppets::failed(Puppet& puppet, chat::Failed failed) {
  const bool refused = failed.outcome == chat::Failed::Outcome::refused;
  if (refused && (failed.fault == Fault::forbidden || failed.fault == Fault::not_allowed)) {
    // In a moderated room only the bot may speak: it says it.
    const std::string key = puppet.key;
    policy_.muted(key, parts_.timers.clock().now());
    close(key, {});
    failed.outcome = chat::Failed::Outcome::not_sent;
  }
  host_.on_puppet_failed(failed);
}

void Puppets::close(const std::string& key, const std::string& text) {
  auto known = puppets_.extract(key);
  if (known.empty()) return;
  std::unique_ptr<Puppet> puppet = std::move(known.mapped());
  puppet->there = false;
  puppet->farewell = text;
  const auto rows = puppet->take_waiting();
  if (puppet->performing.empty()) {
    end(std::move(puppet));
  } else {
    puppet->wait_for_answers();
    ending_.push_back(std::move(puppet));
    host_.puppet_in_doubt(ending_.back()->performing);
  }
  watch_idle();
  if (!rows.empty()) host_.puppet_settled(rows);
}

void Puppets::end(std::unique_ptr<Puppet> puppet) {
  puppet->take_waiting();
  puppet->session->stop(puppet->farewell);
  nicks_.drop(puppet->nick, parts_.timers.clock().now());
  gone_.push_back(std::move(puppet));
  sweep_.arm();
}

void Puppets::answered(const Puppet& puppet) {
  const auto known =
      std::find_if(ending_.begin(), ending_.end(), [&](const auto& each) { return each.get() == &puppet; });
  if (known == ending_.end()) return;
  std::unique_ptr<Puppet> ended = std::move(*known);
  ending_.erase(known);
  end(std::move(ended));
}

void Puppets::cut(Puppet& puppet) {
  const auto given = std::exchange(puppet.performing, {});
  answered(puppet);
  for (const chat::CommandId each : given) {
    host_.on_puppet_failed({each, chat::Failed::Outcome::unsure, Fault::closed, "left the room", {}});
  }
}

void Puppets::cut() {
  while (!ending_.empty()) cut(*ending_.back());
}

void Puppets::send_away(const std::string& text) {
  lurkers_.clear();
  std::vector<std::string> keys;
  for (const auto& [key, puppet] : puppets_) keys.push_back(key);
  for (const std::string& key : keys) send_away(key, text);
}

void Puppets::send_away(const std::string& key, const std::string& text) {
  policy_.left(key);
  Puppet* const puppet = find(key);
  const bool stays = puppet != nullptr && puppet->there && puppet->network->lends_voices();
  stays ? take_out(*puppet, text) : close(key, text);
}

void Puppets::leave(const std::string& text) {
  lurkers_.clear();
  leaving_ = true;
  while (!puppets_.empty()) {
    const std::string key = puppets_.begin()->first;
    policy_.left(key);
    close(key, text);
  }
  leaving_ = false;
}

bool Puppets::is_named(std::string_view nick) const {
  for (const auto& [key, puppet] : puppets_) {
    if ((puppet->there && puppet->nick == nick) || puppet->who.nick == nick) return true;
    // On its way in, with the name that somebody else has (backends/muc).
    if (!puppet->there && nick.starts_with(puppet->who.nick + '[')) return true;
  }
  return false;
}

void Puppets::let_idle_go() {
  for (const std::string& key : policy_.idle(parts_.timers.clock().now())) {
    send_away(key, "has said nothing for a while");
  }
  watch_idle();
}

void Puppets::take_out(Puppet& puppet, const std::string& why) {
  chat::SetStanding out;
  out.room = leg_.room;
  out.nickname = puppet.nick;
  out.affiliation = chat::Affiliation::none;
  out.reason = why;
  puppet.session->perform(host_.next_command(), out);  // went() follows
}

void Puppets::watch_idle() {
  const auto next = policy_.next_idle();
  next ? idle_.set(*next, [this] { let_idle_go(); }) : idle_.clear();
}

}  // namespace dragoman::bridge
