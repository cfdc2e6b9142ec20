#include "bridge/bridge.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

// The life of a bridge.

namespace dragoman::bridge {

namespace {

constexpr const char* pause_key = "paused";

Rules compiled(const Plan& plan) {
  auto rules = Rules::compile(plan.rules);  // the configuration was checked
  return rules ? std::move(*rules) : Rules{};
}

}  // namespace

Bridge::Bridge(Parts& parts, Plan plan)
    : parts_(parts),
      plan_(std::move(plan)),
      rules_(compiled(plan_)),
      coming_and_going_(parts.timers,
                        [this](const std::string& place, const std::string& text) {
                          for (const auto& leg : legs_) {
                            if (leg->place().str() != place) leg->announce(text);
                          }
                        }),
      faces_(parts.store, owner_of(plan_.name)),
      ban_mirror_(parts.timers, static_cast<BanMirror::Host&>(*this)) {
  coming_and_going_.set(plan_.status);
  const auto bans = parts_.store.reader_now().document(document_kind, owner_of(plan_.name), bans_key);
  if (bans) ban_mirror_.restore(*bans);
  ban_mirror_.set(plan_.mirrors_bans);
  if (parts_.store.reader_now().document(document_kind, owner_of(plan_.name), pause_key)) {
    paused_ = true;
    paused_text_ = "paused before the last start";
  }
  for (const LegPlan& leg : plan_.legs) legs_.push_back(make_leg(leg));
}

std::unique_ptr<Leg> Bridge::make_leg(const LegPlan& leg) {
  return std::make_unique<Leg>(parts_, static_cast<Leg::Host&>(*this), plan_.name, plan_, leg);
}

void Bridge::start() {
  started_ = true;
  for (const auto& leg : legs_) {
    leg->set_network(parts_.network_of(leg->plan()));
    watch(*leg);
  }
}

void Bridge::take(Plan plan) {
  plan_ = std::move(plan);
  rules_ = compiled(plan_);
  coming_and_going_.set(plan_.status);
  ban_mirror_.set(plan_.mirrors_bans);
  std::vector<std::unique_ptr<Leg>> before = std::exchange(legs_, {});
  for (const LegPlan& wanted : plan_.legs) {
    const auto known = std::find_if(before.begin(), before.end(), [&](const auto& each) {
      return each && place_of(each->plan()) == place_of(wanted) && each->plan().is_xmpp == wanted.is_xmpp;
    });
    if (known != before.end()) {
      (*known)->take(plan_, wanted);
      legs_.push_back(std::move(*known));
      continue;
    }
    legs_.push_back(make_leg(wanted));
    if (!started_) continue;
    Leg& fresh = *legs_.back();
    fresh.set_network(parts_.network_of(fresh.plan()));
    watch(fresh);
  }
  for (const auto& gone : before) {
    if (gone) gone->end();
  }
}

void Bridge::network_came(const std::string& domain) {
  for (const auto& leg : legs_) {
    if (leg->plan().network == domain) leg->set_network(parts_.network_of(leg->plan()));
  }
}

void Bridge::network_goes(const std::string& domain) {
  for (const auto& leg : legs_) {
    if (leg->plan().network == domain) leg->set_network(nullptr);
    leg->puppets_network_goes(domain);
  }
}

void Bridge::ground(const std::string& domain) {
  for (const auto& leg : legs_) {
    if (leg->has_people_of(domain)) leg->ground();
  }
}

bool Bridge::is_answered(const std::string& domain) const {
  return std::all_of(legs_.begin(), legs_.end(),
                     [&domain](const auto& leg) { return !leg->has_people_of(domain) || leg->is_answered(); });
}

bool Bridge::take_over(const std::string& place, const std::vector<Persona>& people) {
  Leg* const leg = leg_at(place);
  return leg != nullptr && leg->take_over(people);
}

bool Bridge::restore(const store::Message& row) {
  for (const auto& leg : legs_) {
    if (leg->plan().network != row.network || leg->plan().room.text != row.room) continue;
    leg->restore(row);
    return true;
  }
  return false;
}

void Bridge::stop(const std::string& text) {
  for (const auto& leg : legs_) leg->stop(text);
}

void Bridge::end() {
  for (const auto& leg : legs_) leg->end();
  parts_.store.erase(document_kind, owner_of(plan_.name), pause_key);
  parts_.store.erase(document_kind, owner_of(plan_.name), bans_key);
}

void Bridge::pause(const std::string& why) {
  paused_ = true;
  paused_text_ = why;
  parts_.store.put({document_kind, owner_of(plan_.name), pause_key, "true"});
  const std::string& bridge = plan_.name;
  LOG_WARN("bridge paused", bridge, why);
}

void Bridge::resume() {
  if (std::exchange(paused_, false)) {
    paused_text_.clear();
    breaker_.reset();
    parts_.store.erase(document_kind, owner_of(plan_.name), pause_key);
    const std::string& bridge = plan_.name;
    LOG_INFO("bridge goes on", bridge);
  }
  for (const auto& leg : legs_) leg->try_again();
}

BridgeOverview Bridge::overview() const {
  BridgeOverview now{plan_.name, paused_, paused_text_, echoes_, storms_, {}};
  for (const auto& leg : legs_) now.legs.push_back(leg->overview());
  return now;
}

}  // namespace dragoman::bridge
