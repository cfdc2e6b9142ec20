#include "bridge/puppets.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "bridge/puppet.hpp"
#include "bridge/voice_book.hpp"

namespace dragoman::bridge {

Puppets::Puppets(Parts& parts, Host& host, std::string bridge, const LegPlan& leg)
    : parts_(parts),
      host_(host),
      bridge_(std::move(bridge)),
      leg_(leg),
      policy_(leg.puppets),
      book_(std::make_unique<VoiceBook>(parts.store, owner_of(bridge_), place_of(leg))),
      sweep_(parts.gate, [this] { gone_.clear(); }),
      idle_(parts.timers),
      lurking_(parts.timers) {}

Puppets::~Puppets() = default;

void Puppets::take(const LegPlan& leg) {
  const bool otherwise = leg.connects != leg_.connects;
  leg_ = leg;
  policy_.set(leg.puppets);
  if (!is_on() || otherwise) return send_away("The bot speaks for everybody from now on");
  watch_idle();
}

void Puppets::room_is_new() {
  policy_.room_is_new();
  come_back();
}

void Puppets::come_back() {
  const chat::Network* const network = parts_.network_of(leg_);
  if (network == nullptr || !network->lends_voices() || !is_on()) return;
  for (const Persona& who : book_->people()) {
    if (find(who.key()) == nullptr) lurkers_.push_back({who, true});
  }
  let_lurkers_in();
}

std::vector<Persona> Puppets::stay() const { return book_->people(); }

bool Puppets::take_over(const std::vector<Persona>& people) {
  if (!is_on()) return false;
  for (const Persona& who : people) {
    if (!book_->has(who.key())) book_->came(who);
  }
  return true;
}

Puppets::Puppet* Puppets::find(const std::string& key) const {
  const auto found = puppets_.find(key);
  return found == puppets_.end() ? nullptr : found->second.get();
}

bool Puppets::is_there(const std::string& key) const {
  const Puppet* puppet = find(key);
  return puppet != nullptr && puppet->there;
}

std::string Puppets::nick_of(const std::string& key) const {
  const Puppet* puppet = find(key);
  return puppet == nullptr || !puppet->there ? std::string{} : puppet->nick;
}

bool Puppets::open(const Persona& who, std::optional<Timestamp> said_since) {
  LegPlan voice = leg_;
  if (leg_.is_xmpp) voice.network = who.domain;
  chat::Network* const network = parts_.network_of(voice);
  if (network == nullptr) return false;
  close(who.key(), {});  // of somebody who was about to leave
  const auto still =
      std::find_if(ending_.begin(), ending_.end(), [&](const auto& each) { return each->key == who.key(); });
  if (still != ending_.end()) cut(**still);  // nobody is there twice
  Puppet& puppet = *puppets_.insert_or_assign(who.key(), std::make_unique<Puppet>(*this, who)).first->second;
  puppet.network = network;
  puppet.join(said_since);
  watch_idle();
  const auto &bridge = bridge_, &room = leg_.address, &nick = who.nick, &domain = who.domain;
  LOG_DEBUG("somebody of another leg comes in", bridge, room, nick, domain);
  return true;
}

Puppets::Speaks Puppets::prepare(const Persona& who, store::RowId row, std::optional<Timestamp> said_since) {
  const std::string key = who.key();
  if (leaving_) return Speaks::relay;
  switch (policy_.speaks(key, parts_.timers.clock().now())) {
    case PuppetPolicy::Voice::silent:
      return Speaks::silent;
    case PuppetPolicy::Voice::relay:
      return Speaks::relay;
    case PuppetPolicy::Voice::comes:
      if (!open(who, said_since)) {
        policy_.left(key);
        return Speaks::relay;
      }
      break;
    case PuppetPolicy::Voice::own:
      break;
  }
  Puppet* const puppet = find(key);
  if (puppet == nullptr || (puppet->slow && !puppet->there)) return Speaks::relay;
  if (puppet->there) {
    renamed(who.place, who.user, who.user, who.nick);
    return Speaks::own;
  }
  puppet->wait(row);
  return Speaks::waits;
}

void Puppets::appears(const Persona& who) {
  if (leg_.puppets.policy != PuppetPlan::Policy::all) return;
  lurkers_.push_back({who, false});
  if (lurkers_.size() == 1) let_lurkers_in();
}

void Puppets::let_lurkers_in() {
  while (!lurkers_.empty()) {
    const Lurker& next = lurkers_.front();
    const std::string key = next.who.key();
    const Instant now = parts_.timers.clock().now();
    const auto voice = next.was_there ? policy_.comes_back(key, now) : policy_.appears(key, now);
    if (voice == PuppetPolicy::Voice::comes && !open(next.who, std::nullopt)) policy_.left(key);
    // Those for whom it is too early come when they may, as long as there is room.
    if (voice == PuppetPolicy::Voice::relay && policy_.size() < policy_.most() && find(key) == nullptr) break;
    lurkers_.pop_front();
  }
  if (!lurkers_.empty()) lurking_.set_after(std::chrono::milliseconds{200}, [this] { let_lurkers_in(); });
}

bool Puppets::has_of(const std::string& domain) const {
  return std::any_of(puppets_.begin(), puppets_.end(),
                     [&domain](const auto& each) { return each.second->who.domain == domain; });
}

void Puppets::network_goes(const std::string& domain) {
  std::vector<std::string> keys;
  for (const auto& [key, puppet] : puppets_) {
    if (puppet->who.domain == domain) keys.push_back(key);
  }
  for (const std::string& key : keys) {
    policy_.left(key);
    close(key, {});
  }
  std::vector<Puppet*> asked;
  for (const auto& puppet : ending_) {
    if (puppet->who.domain == domain) asked.push_back(puppet.get());
  }
  for (Puppet* const puppet : asked) cut(*puppet);
  gone_.clear();
}

void Puppets::perform(const std::string& key, chat::CommandId id, const chat::Command& command) {
  Puppet* const puppet = find(key);
  if (puppet != nullptr) {
    puppet->performing.insert(id);
    return puppet->session->perform(id, command);
  }
  host_.on_puppet_failed({id, chat::Failed::Outcome::not_sent, Fault::absent, "not in the room any more", {}});
}

void Puppets::perform_unheard(const std::string& key, const chat::Command& command) {
  if (Puppet* const puppet = find(key)) puppet->session->perform(host_.next_command(), command);
}

void Puppets::renamed(const std::string& place, const std::string& user, const std::string& new_user,
                      const std::string& new_nick) {
  Persona before;
  before.place = place;
  before.user = user;
  Puppet* const puppet = find(before.key());
  if (puppet == nullptr || puppet->who.nick == new_nick) return;
  puppet->who.nick = new_nick;
  chat::SetNickname changed{new_nick};
  if (!puppet->network->lends_voices()) changed.room = leg_.room;
  puppet->session->perform(host_.next_command(), changed);
  if (new_user == user) return;
  // Their address stays that of who came in until they come in anew; nobody else is given it meanwhile.
  Persona after = puppet->who;
  after.user = new_user;
  if (find(after.key()) != nullptr) return;
  auto moved = puppets_.extract(before.key());
  moved.key() = puppet->key = after.key();
  puppet->who.user = new_user;
  puppets_.insert(std::move(moved));
  policy_.is_now(before.key(), after.key());
  if (!book_->has(before.key())) return;
  book_->went(before.key());
  book_->came(after);
}

void Puppets::came(Puppet& puppet, const std::string& nick) {
  puppet.there = true;
  puppet.slow = false;
  if (puppet.network->lends_voices()) book_->came(puppet.who);
  host_.on_puppet_came(puppet.who);
  is_called(puppet, nick);
  settle(puppet);
}

void Puppets::is_called(Puppet& puppet, const std::string& nick) {
  if (puppet.nick == nick) return;
  nicks_.drop(std::exchange(puppet.nick, nick), parts_.timers.clock().now());
  nicks_.add(nick);
}

void Puppets::lost(Puppet& puppet, const chat::Lost& lost) {
  puppet.there = false;
  if (!leg_.connects || (lost.retry_at && lost.fault != Fault::limited)) return;  // it comes back by itself
  // Who comes too fast or too often may come later. A ban of the network is perhaps meant for all of ours.
  barred(puppet, lost.text, lost.fault != Fault::limited);
}

void Puppets::barred(Puppet& puppet, const std::string& why, bool for_a_day) {
  const auto &bridge = bridge_, &room = leg_.address, &nick = puppet.who.nick;
  LOG_WARN("somebody of another leg may not connect", bridge, room, nick, why);
  const Instant now = parts_.timers.clock().now();
  const bool is_known = policy_.is_closed(now);
  const std::string key = puppet.key;
  policy_.closed(now);
  for_a_day ? policy_.kicked(key, now) : policy_.left(key);
  if (!is_known) host_.on_puppet_barred(puppet.who, why);
  close(key, {});
}

void Puppets::settle(Puppet& puppet) {
  const auto rows = puppet.take_waiting();
  if (!rows.empty()) host_.puppet_settled(rows);
}

}  // namespace dragoman::bridge
