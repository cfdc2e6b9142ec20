#include "bridge_links.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "bridge_names.hpp"

namespace dragoman {

namespace {

constexpr Duration patience = std::chrono::minutes{30};
constexpr Duration rest = std::chrono::hours{24};  ///< of a room that has refused
constexpr std::size_t most_an_hour = 5;            ///< of one person
constexpr std::size_t most_open = 50, most_open_of_one = 3;
constexpr int most_told_off = 3;

std::string ascii_upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

}  // namespace

BridgeLinks::BridgeLinks(Timers& timers, Gate& gate, Random& random, Host& host)
    : timers_(timers), random_(random), host_(host), soon_(gate, [this] { go_on(); }), next_(timers) {}

Result<void> BridgeLinks::allow(const Request& request) {
  const Instant now = timers_.clock().now();
  std::erase_if(refused_, [now](const auto& each) { return each.second <= now; });
  for (auto& [by, times] : asked_) {
    std::erase_if(times, [now](Instant each) { return each + std::chrono::hours{1} <= now; });
  }
  std::erase_if(asked_, [](const auto& each) { return each.second.empty(); });
  const auto own = std::count_if(open_.begin(), open_.end(),
                                 [&](const auto& each) { return each->made.definition.by == request.by; });
  if (open_.size() >= most_open || static_cast<std::size_t>(own) >= most_open_of_one) {
    return failure(Fault::limited, "Too many requests wait for an answer. Try again when one of them has ended.");
  }
  std::vector<Instant>& times = asked_[request.by];
  if (times.size() >= most_an_hour) {
    return failure(Fault::limited, "You have asked for this too often. Try again in an hour.");
  }
  times.push_back(now);
  return {};
}

Result<std::string> BridgeLinks::ask(const Request& request) {
  if (const auto allowed = allow(request); !allowed) return allowed.error();
  const auto is_free = [this](const std::string& name) { return host_.is_free(name); };
  MadeBridges::Definition definition{bridge_name_for(request.room, is_free), request.by, {}};
  for (const std::string* room : {&request.room, &request.other}) {
    const bool own = room->ends_with('@' + request.network);
    definition.legs.push_back({*room, own ? std::string{} : request.network, {}});
  }
  auto made = host_.check(std::move(definition));
  if (!made) return made.error();
  for (const bridge::LegPlan& leg : made->plan.legs) {
    if (!refused_.contains(place_of(leg))) continue;
    return failure(Fault::not_allowed, "The moderators of " + leg.address +
                                           " have refused to be linked. Try again "
                                           "tomorrow.");
  }
  auto open = std::make_unique<Open>();
  open->made = std::move(*made);
  open->network = request.network;
  open->code = ascii_upper(random_.hex(3));
  open->until = timers_.clock().now() + patience;
  if (request.agrees) open->asked = open->agreed = 1;
  const std::string &bridge = open->made.plan.name, &by = request.by;
  LOG_INFO("rooms are to be linked", bridge, by, request.room, request.other);
  bridge::Plan first = open->made.plan;
  first.legs.resize(1);
  open_.push_back(std::move(open));
  host_.enter(first);
  wake_at_the_next();
  soon_.arm();
  const std::string say = "\"!link " + open_.back()->code + '"';
  if (request.agrees) {
    return "As you moderate " + request.room + ", only " + request.other + " has to agree: a moderator says " + say +
           " there within 30 minutes, once the bot is in the room.";
  }
  return "A moderator of " + request.room + " says " + say + " there, then one of " + request.other +
         " does the same, within 30 minutes. The bot enters the rooms and asks.";
}

bool BridgeLinks::has(const std::string& name) const {
  return std::any_of(open_.begin(), open_.end(), [&name](const auto& each) { return each->made.plan.name == name; });
}

std::vector<bridge::Plan> BridgeLinks::plans() const {
  std::vector<bridge::Plan> plans;
  for (const auto& each : open_) plans.push_back(each->made.plan);
  return plans;
}

bool BridgeLinks::ordered(const bridge::Ordered& order) {
  using Kind = bridge::Order::Kind;
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [&order](const auto& each) { return each->made.plan.name == order.bridge; });
  if (found == open_.end() || (*found)->end != End::none) return false;
  Open& open = **found;
  const auto& legs = open.made.plan.legs;
  const std::size_t leg = order.place == place_of(legs[0]) ? 0 : 1;
  if (order.order.kind == Kind::agree && order.order.code != open.code) return false;
  if (!order.moderator) {
    if (open.told_off++ < most_told_off)
      host_.say(order.bridge, leg, order.by + ": that is for moderators of this room.");
    return true;
  }
  if (order.order.kind != Kind::agree) {
    open.end = End::refused;
    open.refused_by = order.by;
    if (leg >= open.agreed) refused_[place_of(legs[leg])] = timers_.clock().now() + rest;
  } else if (leg == open.agreed) {
    if (leg == 0) open.agreed_by = order.by;
    open.asked = std::max(open.asked, leg + 1);
    ++open.agreed;
  }
  soon_.arm();
  return true;
}

void BridgeLinks::check_again() {
  for (const auto& each : open_) {
    if (!host_.check(each->made.definition)) each->end = End::taken;
  }
  go_on();
}

void BridgeLinks::wake_at_the_next() {
  if (open_.empty()) return next_.clear();
  const auto first =
      std::min_element(open_.begin(), open_.end(), [](const auto& a, const auto& b) { return a->until < b->until; });
  next_.set((*first)->until, [this] {
    for (const auto& each : open_) {
      if (each->until <= timers_.clock().now() && each->end == End::none) each->end = End::late;
    }
    soon_.arm();
  });
}

void BridgeLinks::go_on() {
  for (std::size_t i = 0; i < open_.size();) {
    const std::string why = look_at(*open_[i]);
    const bool agreed = why.empty() && open_[i]->agreed == 2;
    if (why.empty() && !agreed) {
      ++i;
      continue;
    }
    const std::unique_ptr<Open> over = std::move(open_[i]);
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
    if (agreed) {
      succeed(*over);
    } else {
      end(*over, why);
    }
  }
  wake_at_the_next();
}

std::string BridgeLinks::look_at(Open& open) {
  const auto& legs = open.made.plan.legs;
  switch (open.end) {
    case End::none:
      break;
    case End::refused:
      return open.refused_by + " has refused it.";
    case End::late:
      return "nobody has agreed in time.";
    case End::taken:
      return "the operator has changed the bridges meanwhile.";
  }
  if (open.agreed >= 1 && !std::exchange(open.entered_both, true)) {
    host_.enter(open.made.plan);
    if (!open.agreed_by.empty()) {
      host_.say(open.made.plan.name, 0, open.agreed_by + " has agreed. " + legs[1].address + " is asked now.");
    }
  }
  const bridge::BridgeOverview now = host_.look(open.made.plan.name);
  for (const bridge::LegOverview& leg : now.legs) {
    const bool is_out = leg.state == bridge::LegState::out || leg.state == bridge::LegState::refused;
    if (is_out) return leg.address + " cannot be entered: " + leg.text;
  }
  if (open.asked == open.agreed && open.asked < now.legs.size() &&
      now.legs[open.asked].state == bridge::LegState::joined) {
    ask_room(open);
  }
  return {};
}

void BridgeLinks::ask_room(Open& open) {
  const auto& legs = open.made.plan.legs;
  const std::size_t leg = open.asked++;
  const std::string& other = legs[1 - leg].address;
  const std::string who = leg == 0                 ? "Somebody asks"
                          : open.agreed_by.empty() ? "A moderator of " + other + " asks"
                                                   : open.agreed_by + ", a moderator of " + other + ", asks";
  host_.say(open.made.plan.name, leg,
            who + " to link this room with " + other +
                ": what is said in one is told in the other. A moderator of "
                "this room agrees with \"!link " +
                open.code + "\", or refuses with \"!link no\".");
}

void BridgeLinks::end(const Open& open, const std::string& why) {
  const auto& legs = open.made.plan.legs;
  const std::string &bridge = open.made.plan.name, &by = open.made.definition.by;
  LOG_INFO("rooms are not linked", bridge, by, why);
  for (std::size_t leg = 0; leg < open.asked; ++leg) {
    host_.say(bridge, leg, "This room is not linked with " + legs[1 - leg].address + ": " + why);
  }
  host_.drop(bridge);
  host_.tell(open.network, by, legs[0].address + " and " + legs[1].address + " are not linked: " + why);
}

void BridgeLinks::succeed(const Open& open) {
  const auto& legs = open.made.plan.legs;
  const std::string& bridge = open.made.plan.name;
  host_.agreed(open.made);
  for (std::size_t leg = 0; leg < 2; ++leg) {
    host_.say(bridge, leg,
              "This room is linked with " + legs[1 - leg].address +
                  ": what is said in one is told in the other. A moderator ends that with \"!unlink\".");
  }
  host_.tell(open.network, open.made.definition.by, legs[0].address + " and " + legs[1].address + " are linked.");
}

}  // namespace dragoman
