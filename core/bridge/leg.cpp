#include "bridge/leg.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "bridge/unwrapped.hpp"

// The life of a leg: its session, the room, how it is.

namespace dragoman::bridge {

namespace {

constexpr Duration first_wait = std::chrono::minutes{1};
constexpr Duration longest_wait = std::chrono::hours{1};
/// With `queue.max` beyond the usual so many bytes wait as that many messages of this size have.
constexpr std::size_t bytes_of_a_message = 1024;

delivery::Policy policy_of(const Plan& plan) {
  delivery::Policy policy;
  policy.room_patience = policy.person_patience = plan.keep;
  policy.rows_per_owner = plan.most;
  policy.bytes_per_owner = std::max(policy.bytes_per_owner, plan.most * bytes_of_a_message);
  return policy;
}

const char* direction_text(LegPlan::Direction direction) {
  switch (direction) {
    case LegPlan::Direction::in:
      return "in";
    case LegPlan::Direction::out:
      return "out";
    case LegPlan::Direction::both:
      return "both";
  }
  return "both";
}

/// Reasons are what somebody has typed.
bool ends_sentence(std::string_view text) {
  return !text.empty() && std::string_view{".!?"}.find(text.back()) != std::string_view::npos;
}

std::optional<RelayFormat> format_of(const LegPlan& leg) {
  if (leg.format.empty()) return std::nullopt;
  auto format = RelayFormat::parse(leg.format);  // the configuration was checked
  return format ? std::optional{std::move(*format)} : std::nullopt;
}

}  // namespace

std::string_view to_string(LegState state) {
  switch (state) {
    case LegState::connecting:
      return "connecting";
    case LegState::joining:
      return "joining";
    case LegState::joined:
      return "joined";
    case LegState::lost:
      return "lost";
    case LegState::out:
      return "out";
    case LegState::refused:
      return "refused";
  }
  return "lost";
}

Leg::Leg(Parts& parts, Host& host, const std::string& bridge, const Plan& plan, LegPlan leg)
    : told_others(parts.timers),
      parts_(parts),
      host_(host),
      bridge_(bridge),
      owner_(owner_of(bridge)),
      plan_(plan),
      leg_(std::move(leg)),
      format_(format_of(leg_)),
      outgoing_(leg_.network, owner_, *this, parts.store, parts.marks, parts.timers, policy_of(plan)),
      reaction_lines_(parts.timers, [this](const chat::React& react, const Source& source,
                                           const std::string& speaker) { accept(react, source, speaker); }),
      since_(parts.timers.clock().utc()),
      again_(parts.timers),
      keep_hook_(parts.gate, [this] { keep_heard(); }),
      puppets_(parts, static_cast<Puppets::Host&>(*this), bridge, leg_),
      refuse_hook_(parts.gate, [this] { end_refused(); }),
      say_again_(parts.timers) {
  restore_heard();
}

Leg::~Leg() = default;

void Leg::take(const Plan& plan, const LegPlan& leg) {
  plan_ = plan;
  outgoing_.set_policy(policy_of(plan));
  const bool other_nickname = leg.nickname != leg_.nickname;
  leg_ = leg;
  puppets_.take(leg);
  format_ = format_of(leg_);
  if (other_nickname && session_ && is_joined()) {
    const std::string& wished = leg_.nickname.empty() ? plan_.name : leg_.nickname;
    session_->perform(next_command(), chat::SetNickname{wished, network_->part_of(leg_.room), leg_.room});
  }
}

bool Leg::has_sibling_before() const {
  for (const LegPlan& each : plan_.legs) {
    if (place_of(each) == place_of(leg_)) return false;
    if (each.network == leg_.network && !each.is_xmpp && !leg_.is_xmpp) return true;
  }
  return false;
}

std::string Leg::network_name() const { return network_name_.empty() ? leg_.network : network_name_; }

void Leg::set_network(chat::Network* network) {
  if (session_) stop({});
  grounded_ = false;
  network_ = network;
  if (network_ == nullptr) return is(LegState::lost, "this network is not there");
  network_name_ = network_->describe().name;
  chat::Account account;
  account.owner = bridge_;
  account.nickname = leg_.nickname;
  account.registered = true;
  account.is_bridge = true;
  if (!leg_.voice.empty()) account.settings.set("voice", leg_.voice);
  account.part = network_->part_of(leg_.room);
  of_network_.reset();
  of_room_.reset();
  joining_.reset();
  comes_back_ = false;
  is(LegState::connecting, "connecting to " + network_name_);
  // Sessions of one bridge on one network keep what they know apart.
  if (has_sibling_before()) account.settings.set("leg", leg_.room.text);
  session_ = std::make_unique<RoomSession>(*network_, account, static_cast<chat::Observer&>(*this), leg_.room);
  session_->start();
  join();
}

void Leg::join() {
  if (!session_) return;
  joining_ = next_command();
  session_->perform(*joining_, chat::JoinRoom{leg_.room, leg_.nickname, leg_.password});
}

void Leg::stop(const std::string& text) {
  again_.clear();
  reaction_lines_.say_all();
  if (!session_) return;
  if (is_joined()) {
    listened_until_ = parts_.timers.clock().utc();
    keep_heard();
  }
  end_catch_up(nullptr);
  session_->stop(text);
  session_.reset();
  asked_.clear();
  puppets_.leave(text);  // behind it: what waits for somebody stays in the store, and is not said by the bot on its way
  puppets_.cut();
  // A session that is gone tells nothing of what it was told.
  doubtful_.clear();
  for (const chat::CommandId each : std::exchange(performing_, {})) {
    outgoing_.on_failed({each, chat::Failed::Outcome::unsure, Fault::closed, "the connection was ended", {}});
  }
  forget_occupants();
}

void Leg::end() {
  reaction_lines_.say_all();  // to be given back with the rest
  outgoing_.give_back_all(Fault::closed, "the room does not belong to the bridge any more");
  stop("The bridge was taken away");
  parts_.store.erase(document_kind, owner_, place().str());
  if (parts_.room_goes) parts_.room_goes(bridge_, leg_, puppets_.stay());
}

void Leg::give_way_to(const Leg& other) {
  stop({});  // what is said there is heard by the other one
  refused_to(Fault::not_allowed, "this is the room of " + other.plan().address + " under another name");
}

void Leg::try_again() {
  if (state_ != LegState::out && state_ != LegState::refused) return;
  attempts_ = 0;
  again_.clear();
  // A session that has given up does not connect any more.
  if (state_ == LegState::refused || !session_) return set_network(network_);
  join();
}

void Leg::is(LegState state, const std::string& text) {
  const bool other = state != state_;
  text_ = text;
  const Timestamp now = parts_.timers.clock().utc();
  if (state == LegState::joined) {
    last_away_ = away_since_.value_or(now);
    away_since_.reset();
  } else if (!away_since_) {
    away_since_ = now;
  }
  if (!other) return;
  if (state_ == LegState::joined) doubtful_ = performing_;
  state_ = state;
  since_ = now;
  const auto &bridge = bridge_, &room = leg_.address;
  const std::string_view leg = to_string(state);
  if (state == LegState::joined || state == LegState::connecting || state == LegState::joining) {
    LOG_INFO("leg of a bridge", bridge, room, leg);
  } else {
    LOG_WARN("leg of a bridge", bridge, room, leg, text);
  }
  host_.on_state(*this);
}

void Leg::is_out(LegState state, const std::string& text, std::optional<Duration> again) {
  forget_occupants();
  joining_.reset();
  comes_back_ = false;
  is(state, text);
  if (!again) return again_.clear();
  again_.set_after(*again, [this] { join(); });
}

void Leg::refused_to(Fault fault, const std::string& text) {
  // Who was banned or may not come in stays out until somebody has changed that and says so; all else may pass.
  const bool for_good = fault == Fault::forbidden || fault == Fault::unauthorized || fault == Fault::members_only ||
                        fault == Fault::not_allowed || fault == Fault::unsupported || fault == Fault::malformed;
  const bool first = state_ != LegState::out && state_ != LegState::refused;
  const Duration wait = std::min<Duration>(first_wait * (1 << std::min(attempts_, 6)), longest_wait);
  ++attempts_;
  is_out(LegState::out, text, for_good ? std::nullopt : std::optional{wait});
  puppets_.leave("The bridge is not in this room any more");
  if (!first && !for_good) return;
  parts_.tell_operator(leg_.network,
                       "Bridge " + bridge_ + " is not in " + leg_.address + ": " + text +
                           (ends_sentence(text) ? "" : ".") +
                           (for_good ? " It is not tried again until you say \"bridge resume " + bridge_ + "\"."
                                     : " It is tried again."));
}

const chat::Capabilities& Leg::capabilities() const {
  static const chat::Capabilities none;
  if (of_room_) return *of_room_;
  if (of_network_) return *of_network_;
  return network_ == nullptr ? none : network_->describe().capabilities;
}

std::string Leg::folded(std::string_view name) const { return comparable(name); }

bool Leg::has_occupant(std::string_view name) const { return occupants_.contains(folded(name)); }

LegOverview Leg::overview() const {
  LegOverview now;
  now.address = leg_.address;
  now.network = leg_.network;
  now.label = leg_.label;
  now.nickname = nickname_.empty() ? leg_.nickname : nickname_;
  now.direction = direction_text(leg_.direction);
  now.state = state_;
  now.text = text_;
  now.since = since_;
  now.waiting = outgoing_.size();
  now.oldest = outgoing_.oldest();
  now.last_heard = heard_until_;
  now.heard = heard_;
  now.told = told_;
  now.held = held_;
  now.speakers = puppets_.size();
  return now;
}

}  // namespace dragoman::bridge
