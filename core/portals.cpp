#include "portals.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "bridge_names.hpp"
#include "xmpp/jid.hpp"

namespace dragoman {

namespace {

// Who asks waits for the answer in a client: reference/matrix.md, the homeserver wants one within five seconds or so.
constexpr Duration entry_patience = std::chrono::seconds{5};
constexpr Duration network_patience = std::chrono::seconds{30};
constexpr Duration refusal_rest = std::chrono::minutes{2};
constexpr std::size_t most_open_portals = 8, most_refused = 1000;

std::string portal_address(const std::string& network, const chat::RoomId& room) {
  const auto jid = xmpp::Jid::make(xmpp::escape_local(room.text), network, {});
  return jid ? jid->str() : std::string{};
}

bridge::LegPlan portal_leg(const std::string& network, const chat::RoomId& room) {
  bridge::LegPlan leg;
  leg.network = network;
  leg.room = room;
  leg.address = portal_address(network, room);
  return leg;
}

/// A room has not said what it is.
Error unanswered(const Error& error) {
  const bool passes =
      error.fault == Fault::timeout || error.fault == Fault::unavailable || error.fault == Fault::closed;
  if (passes) return {error.fault, "its server does not answer at the moment"};
  if (error.fault == Fault::not_found) return {Fault::not_found, "there is no such room"};
  return {Fault::forbidden, "the room does not say what it is"};
}

}  // namespace

Result<void> is_public_room(const xmpp::DiscoInfo& info) {
  const auto has = [&info](std::string_view feature) {
    return std::find(info.features.begin(), info.features.end(), feature) != info.features.end();
  };
  const bool is_room = std::any_of(info.identities.begin(), info.identities.end(),
                                   [](const auto& each) { return each.category == "conference"; });
  if (!is_room) return failure(Fault::not_found, "it is no room");
  if (has("muc_membersonly")) return failure(Fault::members_only, "only members may enter the room");
  if (has("muc_passwordprotected")) return failure(Fault::unauthorized, "the room wants a password");
  if (has("muc_hidden")) return failure(Fault::forbidden, "the room is not one that everybody may find");
  return {};
}

struct Portals::Open {
  enum class Phase {
    asked,     ///< the room says what it is
    entering,  ///< the bot does
    inside,    ///< the network makes its room
  };
  MadeBridges::Made made;
  std::string network;
  backends::Portal portal;
  backends::PortalDesk::Opened opened;  ///< empty: it was called
  Instant until{};
  Phase phase = Phase::asked;
  std::optional<Error> refused{};
};

/// Of one network.
class Portals::Desk final : public backends::PortalDesk {
 public:
  Desk(Portals& portals, std::string jid) : portals_(portals), jid_(std::move(jid)) {}

  void set_host(backends::MakesPortals* host) { host_ = host; }
  backends::MakesPortals* host() const { return host_; }

  bool is_tied(const backends::Portal& portal) const override {
    return portals_.host_.is_tied(portal.xmpp_room, portal_leg(jid_, portal.room));
  }
  void open(const backends::Portal& portal, Opened opened) override { portals_.open(jid_, portal, std::move(opened)); }
  Result<void> tie(const backends::Portal& portal) override { return portals_.tie(jid_, portal); }
  void give_up(const backends::Portal& portal) override { portals_.give_up(jid_, portal); }

 private:
  Portals& portals_;
  std::string jid_;
  backends::MakesPortals* host_ = nullptr;  // nullptr: its network does not run
};

Portals::Portals(Timers& timers, Gate& gate, Host& host, AskRoom ask_room)
    : timers_(timers), host_(host), ask_room_(std::move(ask_room)), soon_(gate, [this] { go_on(); }), next_(timers) {}

Portals::~Portals() = default;

void Portals::add(const std::string& jid, chat::Network& network) {
  auto* makes = dynamic_cast<backends::MakesPortals*>(&network);
  if (makes == nullptr) return;
  auto& desk = desks_[jid];
  if (!desk) desk = std::make_unique<Desk>(*this, jid);
  desk->set_host(makes);
  makes->set_portal_desk(*desk);
}

void Portals::network_goes(const std::string& jid) {
  if (const auto desk = desks_.find(jid); desk != desks_.end()) desk->second->set_host(nullptr);
  for (std::size_t i = 0; i < open_.size();) {
    if (open_[i]->network != jid) {
      ++i;
      continue;
    }
    const std::string name = open_[i]->made.plan.name;
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
    host_.drop(name);
  }
  wake_at_the_next();
}

bool Portals::has(const std::string& name) const {
  return std::any_of(open_.begin(), open_.end(), [&name](const auto& each) { return each->made.plan.name == name; });
}

std::vector<bridge::Plan> Portals::plans() const {
  std::vector<bridge::Plan> plans;
  for (const auto& each : open_) plans.push_back(each->made.plan);
  return plans;
}

Result<MadeBridges::Made> Portals::define(const std::string& network, const backends::Portal& portal) const {
  const auto room = xmpp::Jid::parse(portal.xmpp_room);
  // In another spelling it would be the same room under a second name.
  const bool is_address = room && room->is_bare() && !room->local().empty() && room->str() == portal.xmpp_room;
  const std::string other = portal_address(network, portal.room);
  if (!is_address || other.empty()) return failure(Fault::malformed, "this is not the address of a room");
  const auto is_free = [this](const std::string& name) { return host_.is_free(name); };
  MadeBridges::Definition definition{bridge_name_for(portal.xmpp_room, is_free), network, {}};
  definition.legs.push_back({portal.xmpp_room, network, {}});
  definition.legs.push_back({other, {}, {}});
  // A room of one of our own networks is refused too: it needs nobody who enters it.
  auto made = host_.check(std::move(definition));
  if (!made) return failure(Fault::conflict, made.error().text);
  return made;
}

void Portals::open(const std::string& network, const backends::Portal& portal, backends::PortalDesk::Opened opened) {
  const Instant now = timers_.clock().now();
  std::erase_if(refused_, [now](const auto& each) { return each.second.until <= now; });
  if (const auto known = refused_.find(portal.xmpp_room); known != refused_.end()) return opened(known->second.why);
  if (open_.size() >= most_open_portals) {
    return opened(failure(Fault::limited, "too many rooms are being asked for at the moment"));
  }
  auto made = define(network, portal);
  if (!made) return opened(made.error());
  const std::string name = made->plan.name;
  const std::string& bridge = name;
  LOG_INFO("a room is asked for", bridge, network, portal.xmpp_room);
  auto open = std::make_unique<Open>();
  open->made = std::move(*made);
  open->network = network;
  open->portal = portal;
  open->opened = std::move(opened);
  open->until = now + entry_patience;
  open_.push_back(std::move(open));
  wake_at_the_next();
  ask_room_(network, portal.xmpp_room,
            [this, name](const Result<xmpp::DiscoInfo>& info) { room_answered(name, info); });
}

void Portals::room_answered(const std::string& name, const Result<xmpp::DiscoInfo>& info) {
  const auto found =
      std::find_if(open_.begin(), open_.end(), [&name](const auto& each) { return each->made.plan.name == name; });
  if (found == open_.end() || (*found)->phase != Open::Phase::asked) return;
  Open& open = **found;
  const Result<void> allowed = info ? is_public_room(*info) : Result<void>{unanswered(info.error())};
  if (allowed) {
    open.phase = Open::Phase::entering;
    bridge::Plan first = open.made.plan;
    first.legs.resize(1);
    host_.enter(first);
  } else {
    open.refused = allowed.error();
  }
  soon_.arm();
}

Result<void> Portals::look_at(Open& open) {
  if (open.refused) return *open.refused;
  if (open.until <= timers_.clock().now()) return failure(Fault::timeout, "the room has not answered in time");
  if (open.phase != Open::Phase::entering) return {};
  const bridge::BridgeOverview now = host_.look(open.made.plan.name);
  for (const bridge::LegOverview& leg : now.legs) {
    const bool is_out = leg.state == bridge::LegState::out || leg.state == bridge::LegState::refused;
    if (is_out) return failure(Fault::forbidden, leg.text);
    if (leg.state != bridge::LegState::joined) continue;
    open.phase = Open::Phase::inside;
    open.until = timers_.clock().now() + network_patience;
  }
  return {};
}

void Portals::go_on() {
  // Who is told of it may ask for the next one.
  std::vector<std::pair<std::unique_ptr<Open>, Error>> over;
  std::vector<backends::PortalDesk::Opened> inside;
  for (std::size_t i = 0; i < open_.size();) {
    const Result<void> looked = look_at(*open_[i]);
    if (!looked) {
      over.emplace_back(std::move(open_[i]), looked.error());
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
      continue;
    }
    Open& open = *open_[i++];
    if (open.phase == Open::Phase::inside && open.opened) inside.push_back(std::exchange(open.opened, {}));
  }
  wake_at_the_next();
  for (const auto& opened : inside) opened({});
  for (auto& [open, why] : over) refuse(std::move(open), why);
}

void Portals::refuse(std::unique_ptr<Open> open, const Error& why) {
  const std::string &bridge = open->made.plan.name, &network = open->network, &reason = why.text;
  LOG_INFO("a room is not opened", bridge, network, open->portal.xmpp_room, reason);
  host_.drop(bridge);
  if (refused_.size() < most_refused) {
    refused_[open->portal.xmpp_room] = {why, timers_.clock().now() + refusal_rest};
  }
  if (open->opened) open->opened(why);
}

std::unique_ptr<Portals::Open> Portals::take(const std::string& network, const backends::Portal& portal) {
  const auto found = std::find_if(open_.begin(), open_.end(), [&](const auto& each) {
    return each->network == network && each->portal == portal && each->phase == Open::Phase::inside;
  });
  if (found == open_.end()) return nullptr;
  std::unique_ptr<Open> open = std::move(*found);
  open_.erase(found);
  wake_at_the_next();
  return open;
}

Result<void> Portals::tie(const std::string& network, const backends::Portal& portal) {
  const std::unique_ptr<Open> open = take(network, portal);
  if (!open) return failure(Fault::not_found, "the room is not open any more");
  host_.enter(open->made.plan);
  host_.agreed(open->made);
  host_.say(open->made.plan.name, 0,
            "This room is linked with " + open->made.plan.legs[1].address +
                ", because somebody there has asked for it: what is said in one is told in the other. A moderator ends "
                "that with \"!unlink\".");
  return {};
}

void Portals::give_up(const std::string& network, const backends::Portal& portal) {
  if (const auto open = take(network, portal)) host_.drop(open->made.plan.name);
}

void Portals::check_again() {
  for (const auto& each : open_) {
    if (const auto checked = host_.check(each->made.definition); !checked) {
      each->refused = Error{Fault::conflict, "the operator has changed the bridges meanwhile"};
    }
  }
  soon_.arm();
}

void Portals::removed(const MadeBridges::Made& before, bool by_moderators) {
  const auto& legs = before.plan.legs;
  for (const auto& [jid, desk] : desks_) {
    // By whom it was made is the network that has asked for it.
    if (before.definition.by != jid || desk->host() == nullptr) continue;
    const auto room = std::find_if(legs.begin(), legs.end(), [](const auto& each) { return each.is_xmpp; });
    const auto other =
        std::find_if(legs.begin(), legs.end(), [&](const auto& each) { return !each.is_xmpp && each.network == jid; });
    if (room == legs.end() || other == legs.end()) continue;
    const backends::Portal portal{room->room.text, other->room};
    if (!desk->is_tied(portal)) desk->host()->on_portal_gone(portal, by_moderators);
  }
}

void Portals::wake_at_the_next() {
  if (open_.empty()) return next_.clear();
  const auto first =
      std::min_element(open_.begin(), open_.end(), [](const auto& a, const auto& b) { return a->until < b->until; });
  next_.set((*first)->until, [this] { soon_.arm(); });
}

}  // namespace dragoman
