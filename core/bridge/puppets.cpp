#include "bridge/puppets.hpp"

#include <set>
#include <utility>

#include "base/log.hpp"
#include "bridge/room_session.hpp"
#include "bridge/speaker_account.hpp"
#include "bridge/voice_book.hpp"

namespace dragoman::bridge {

namespace {

/// For so long what somebody says first waits for them to come in; then the bot says it.
constexpr Duration patience = std::chrono::seconds{5};
/// A server of IRC looks for the name and ident of who connects, before it lets them in.
constexpr Duration patience_for_connection = std::chrono::seconds{10};

}  // namespace

/// One of them: what its session tells, for Puppets.
class Puppets::Puppet final : public chat::Observer {
 public:
  Puppet(Puppets& all, Persona persona)
      : who(std::move(persona)), key(who.key()), all_(all), patience_(all.parts_.timers) {}

  Persona who;
  std::string key;
  std::string nick;  ///< in the room
  bool there = false;
  bool slow = false;  ///< what they say does not wait for them any more
  bool asked_for_membership = false;
  std::optional<chat::CommandId> joining;
  std::vector<store::RowId> waiting;
  std::set<chat::CommandId> performing;
  chat::Network* network = nullptr;
  chat::Account account;
  std::unique_ptr<chat::Session> session;

  void join(std::optional<Timestamp> said_since) {
    account = account_of(all_.bridge_, all_.leg_, who, *network, said_since);
    session = std::make_unique<RoomSession>(*network, account, static_cast<chat::Observer&>(*this), all_.leg_.room);
    session->start();
    if (all_.leg_.is_xmpp) {
      chat::SetPresence present;
      present.status = "from " + who.origin + ", through a bridge";
      session->perform(all_.host_.next_command(), present);
    }
    enter();
  }
  void enter() {
    joining = all_.host_.next_command();
    session->perform(*joining, chat::JoinRoom{all_.leg_.room, who.nick, all_.leg_.password});
  }
  void wait(store::RowId row) {
    if (waiting.empty()) {
      patience_.set_after(all_.leg_.connects ? patience_for_connection : patience, [this] {
        slow = true;
        all_.settle(*this);
      });
    }
    waiting.push_back(row);
  }
  std::vector<store::RowId> take_waiting() {
    patience_.clear();
    return std::exchange(waiting, {});
  }

  /// What is said to all and who is there is the bot's to hear; of the rest little concerns somebody who is not here.
  void on_event(const chat::Event& event) override {
    if (const auto* joined = std::get_if<chat::RoomJoined>(&event)) return all_.came(*this, name_of(joined->self));
    if (const auto* left = std::get_if<chat::RoomLeft>(&event)) return all_.went(*this, *left);
    if (const auto* renamed = std::get_if<chat::OccupantRenamed>(&event)) {
      if (renamed->self) all_.is_called(*this, name_of(renamed->to));
      return;
    }
    if (const auto* ready = std::get_if<chat::Ready>(&event)) {
      if (all_.leg_.connects) all_.is_called(*this, ready->nickname);
      return;
    }
    if (const auto* lost = std::get_if<chat::Lost>(&event)) return all_.lost(*this, *lost);
    if (const auto* message = std::get_if<chat::MessageReceived>(&event)) {
      const bool privately = !message->conversation.is_room() && !message->author.self && !message->replayed;
      if (!privately || (all_.leg_.connects && !is_for_the_person(*network, *message))) return;
      return all_.host_.told_privately(who, *message);
    }
    if (const auto* done = std::get_if<chat::Done>(&event)) {
      if (joining == done->command) return joining.reset();
      if (performing.erase(done->command) != 0) return all_.host_.on_puppet_done(*done);
    }
    const auto* failed = std::get_if<chat::Failed>(&event);
    if (failed == nullptr) return;
    if (performing.erase(failed->command) != 0) return all_.failed(*this, *failed);
    if (joining != failed->command) return;
    joining.reset();
    if (!there) all_.refused(*this, failed->fault, failed->text);
  }

 private:
  std::string name_of(NameId id) const { return network->names()[id].text; }

  Puppets& all_;
  Timer patience_;
};

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
  const chat::Network* const network = parts_.network_of(leg_);
  if (network == nullptr || !network->lends_voices() || !is_on()) return;
  for (const Persona& who : book_->people()) {
    if (find(who.key()) == nullptr) lurkers_.push_back({who, true});
  }
  let_lurkers_in();
}

void Puppets::forget() {
  for (const Persona& who : book_->people()) book_->went(who.key());
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

void Puppets::network_goes(const std::string& domain) {
  std::vector<std::string> keys;
  for (const auto& [key, puppet] : puppets_) {
    if (puppet->who.domain == domain) keys.push_back(key);
  }
  for (const std::string& key : keys) {
    policy_.left(key);
    close(key, {});
  }
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
  Puppet& puppet = *known.mapped();
  puppet.there = false;
  puppet.session->stop(text);
  nicks_.drop(puppet.nick, parts_.timers.clock().now());
  const auto rows = puppet.take_waiting();
  const auto performing = std::exchange(puppet.performing, {});
  gone_.push_back(std::move(known.mapped()));
  sweep_.arm();
  watch_idle();
  for (const chat::CommandId each : performing) {
    host_.on_puppet_failed({each, chat::Failed::Outcome::unsure, Fault::closed, "left the room", {}});
  }
  if (!rows.empty()) host_.puppet_settled(rows);
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
