#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "bridges.hpp"

// Rooms that are tied together by those who moderate them.

namespace dragoman {

namespace {

constexpr std::size_t most_links = 10;  ///< of one person

bool may_ask(const std::vector<std::string>& allowed, const std::string& jid) {
  const std::string domain = jid.substr(jid.find('@') + 1);
  return std::any_of(allowed.begin(), allowed.end(),
                     [&](const std::string& each) { return each == "*" || each == jid || each == domain; });
}

}  // namespace

std::vector<bridge::Plan> Bridges::spoken_for_but(const std::string& name) const {
  std::vector<bridge::Plan> plans = all_but(name);
  for (bridge::Plan& each : links_.plans()) {
    if (each.name != name) plans.push_back(std::move(each));
  }
  for (bridge::Plan& each : portals_.plans()) {
    if (each.name != name) plans.push_back(std::move(each));
  }
  return plans;
}

Result<MadeBridges::Made> Bridges::check(MadeBridges::Definition definition) const {
  const auto others = spoken_for_but(definition.name);
  const auto is_file = [&](const bridge::Plan& each) { return each.name == definition.name; };
  if (std::any_of(of_file_.begin(), of_file_.end(), is_file)) {
    return failure(Fault::conflict, "There is a bridge \"" + definition.name + "\" already.");
  }
  return made_.check(std::move(definition), others, networks_());
}

bool Bridges::is_free(const std::string& name) const {
  const auto is_it = [&name](const bridge::Plan& each) { return each.name == name; };
  return made_.find(name) == nullptr && !is_waiting(name) && std::none_of(of_file_.begin(), of_file_.end(), is_it);
}

bool Bridges::is_tied(const std::string& xmpp_room, const bridge::LegPlan& other) const {
  const auto has_both = [&](const std::vector<bridge::LegPlan>& legs) {
    const auto is_room = [&](const auto& each) { return each.is_xmpp && each.room.text == xmpp_room; };
    const auto is_other = [&](const auto& each) { return place_of(each) == place_of(other); };
    return std::any_of(legs.begin(), legs.end(), is_room) && std::any_of(legs.begin(), legs.end(), is_other);
  };
  // One that cannot run at the moment is kept all the same.
  const auto is_kept = [&](const MadeBridges::Made& each) {
    const auto names = [&each](const std::string& room) {
      const auto& legs = each.definition.legs;
      return std::any_of(legs.begin(), legs.end(), [&room](const auto& leg) { return leg.room == room; });
    };
    return has_both(each.plan.legs) || (names(xmpp_room) && names(other.address));
  };
  return std::any_of(of_file_.begin(), of_file_.end(), [&](const auto& each) { return has_both(each.legs); }) ||
         std::any_of(made_.all().begin(), made_.all().end(), is_kept);
}

bridge::BridgeOverview Bridges::look(const std::string& name) const {
  const bridge::Bridge* known = find(name);
  return known == nullptr ? bridge::BridgeOverview{} : known->overview();
}

void Bridges::say(const std::string& name, std::size_t leg, const std::string& text) {
  bridge::Bridge* known = find(name);
  if (known != nullptr && leg < known->plan().legs.size()) known->say(leg, text);
}

void Bridges::agreed(MadeBridges::Made made) {
  const std::string bridge = made.plan.name, by = made.definition.by;
  made_.keep(std::move(made));
  if (bridge::Bridge* known = find(bridge)) known->agreed();
  LOG_INFO("rooms are linked", bridge, by);
}

void Bridges::tell(const std::string& network, const std::string& person, const std::string& text) {
  tell_(network, person, text);
}

bool Bridges::on_order(const bridge::Ordered& order) {
  if (links_.has(order.bridge)) return links_.ordered(order);
  if (portals_.has(order.bridge)) return false;
  // Those of the file are the operator's.
  if (order.order.kind != bridge::Order::Kind::leave || made_.find(order.bridge) == nullptr) return false;
  if (order.moderator) {
    leaving_.push_back(order);
    leave_soon_.arm();  // not while the room is being listened to
  }
  return true;
}

void Bridges::leave(const std::string& name, const std::string& place, const std::string& by) {
  const MadeBridges::Made* made = made_.find(name);
  if (made == nullptr) return;
  const auto& legs = made->plan.legs;
  const auto gone =
      std::find_if(legs.begin(), legs.end(), [&place](const auto& each) { return place_of(each) == place; });
  if (gone == legs.end()) return;
  const std::string room = gone->address;
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    const std::string what = legs[leg].address == room ? "This room" : room;
    say(name, leg, what + " is not linked any more: " + by + " has ended it.");
  }
  const auto removed = take_away(name, legs.size() > 2 ? room : std::string{}, true);
  if (!removed) LOG_WARN("a room cannot be unlinked", name, room, removed.error());
}

Result<Bridges::Report> Bridges::link(const LinkRequest& request) {
  if (!request.is_admin && !may_ask(may_link_, request.by)) {
    return failure(Fault::forbidden, "You may not link rooms here; the operator says who may.");
  }
  const auto is_theirs = [&request](const MadeBridges::Made& each) { return each.definition.by == request.by; };
  if (std::count_if(made_.all().begin(), made_.all().end(), is_theirs) >= std::ptrdiff_t{most_links} &&
      !request.is_admin) {
    return failure(Fault::limited,
                   "You have linked as many rooms as one person may: " + std::to_string(most_links) + '.');
  }
  auto asked = links_.ask(request);
  if (!asked) return asked.error();
  Report report;
  report.said = std::move(*asked);
  return report;
}

Result<Bridges::Report> Bridges::unlink(const std::string& room, const std::string& by, bool moderates) {
  for (const MadeBridges::Made& each : made_.all()) {
    for (const bridge::LegPlan& leg : each.plan.legs) {
      if (!text::ascii_iequals(leg.address, room)) continue;
      if (!moderates && each.definition.by != by) {
        return failure(Fault::forbidden, "Say \"!unlink\" in " + leg.address + ", as one of its moderators.");
      }
      Report report;
      report.said = leg.address + " is not linked any more.";
      const std::string name = each.definition.name;  // it is gone behind that
      leave(name, place_of(leg), moderates ? "a moderator of " + leg.address : "who has made the link");
      return report;
    }
  }
  return failure(Fault::not_found, room + " is in no bridge that was made in a chat.");
}

}  // namespace dragoman
