#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "bridge/bridge.hpp"

// What people are told about the other rooms of their bridge.

namespace dragoman::bridge {

namespace {

/// A gap that is shorter is nobody's business, unless an outage of that length is.
constexpr Duration least_gap = std::chrono::seconds{30};

std::string messages_text(std::size_t count) { return std::to_string(count) + (count == 1 ? " message" : " messages"); }

/// "45 s", "12 min", "3 h"
std::string duration_text(Timestamp since, Timestamp now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - since).count();
  if (seconds < 120) return std::to_string(seconds) + " s";
  const auto minutes = seconds / 60;
  return minutes >= 120 ? std::to_string(minutes / 60) + " h" : std::to_string(minutes) + " min";
}

}  // namespace

void Bridge::announce_except(const Leg& leg, const std::string& text) {
  for (const auto& each : legs_) {
    if (each.get() != &leg) each->announce(text);
  }
}

void Bridge::watch(Leg& leg) {
  if (leg.is_joined() || std::exchange(leg.told_others.waits, true)) return;
  leg.told_others.timer.set_after(plan_.told_after, [this, &leg] { announce_away(leg); });
}

void Bridge::announce_away(Leg& leg) {
  if (waits_) return;
  leg.told_others.away = true;
  const Timestamp now = parts_.timers.clock().utc();
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(plan_.keep).count();
  announce_except(leg, leg.plan().label + " has not been reached since " +
                           time_for_people(leg.away_since().value_or(now), now) + " UTC (" + leg.state_text() +
                           "). What is said here is kept for it for " + std::to_string(minutes) + " min.");
}

void Bridge::on_state(Leg& leg) {
  if (waits_) {
    if (parts_.waiting_changed) parts_.waiting_changed(plan_.name);
    return;
  }
  if (!leg.is_joined()) return watch(leg);
  ban_mirror_.on_joined(leg.place().str());
  leg.told_others.timer.clear();
  leg.told_others.waits = false;
  const std::size_t held = leg.take_held_count();
  const bool was_away = std::exchange(leg.told_others.away, false);
  leg.told_others.held = false;
  if (!was_away && held == 0) return;
  std::string text = leg.plan().label + " is back";
  if (was_away) text += " after " + duration_text(leg.last_away(), parts_.timers.clock().utc());
  if (held != 0)
    text += "; " + messages_text(held) + " could not be told there and " + (held == 1 ? "is" : "are") +
            " held by the operator";
  announce_except(leg, text + '.');
}

void Bridge::on_held(Leg& leg) {
  // While it is away people hear of it when it is back; only what is over the limit is of no use to go on with.
  if (std::exchange(leg.told_others.held, true)) return;
  announce_except(leg, leg.plan().label +
                           " does not get all that is said here: what it cannot take is held by the "
                           "operator.");
}

void Bridge::on_presence(Leg& leg, const std::string& name, bool here) {
  if (waits_) return;
  if (here) on_roster(leg, {name});
  if (leg.plan().is_heard()) coming_and_going_.note(leg.place().str(), leg.plan().label, name, here);
}

void Bridge::on_thrown_out(Leg& leg, const std::string& name, const chat::OccupantsLeft& event) {
  if (!plan_.tells_bans || paused_ || waits_ || !leg.plan().is_heard()) return;
  const bool banned = event.why == chat::OccupantsLeft::Why::banned;
  if (banned) mirror_ban(leg, name, event);
  std::string text = name + (banned ? " was banned from " : " was kicked from ") + leg.plan().label;
  if (!event.actor.empty()) text += " by " + event.actor;
  if (!event.text.empty()) text += ": " + event.text;
  announce_except(leg, text);
}

void Bridge::say_everywhere(const std::string& text) {
  for (const auto& leg : legs_) leg->announce_late(text);
}

void Bridge::on_gap(Leg& leg, const chat::HistoryGap& gap) {
  if (!leg.plan().is_heard() || waits_) return;
  const Timestamp now = parts_.timers.clock().utc();
  const auto since = gap.since ? gap.since : leg.heard_until();
  if (!since || gap.until.value_or(now) - *since < std::min(least_gap, plan_.told_after)) return;
  const std::string text = "What was said in " + leg.plan().label + " between " + time_for_people(*since, now) +
                           " and " + time_for_people(gap.until.value_or(now), now) + " UTC was not heard.";
  // After a restart one leg is back before the other, and who is back later wants to know it too.
  for (const auto& each : legs_) {
    if (each.get() != &leg) each->announce_late(text);
  }
}

std::optional<Speaker> Bridge::describe(const std::string& place) const {
  for (const auto& leg : legs_) {
    if (leg->place().str() != place) continue;
    return Speaker{{}, {}, leg->network_name(), leg->plan().label, leg->plan().address};
  }
  return std::nullopt;
}

store::RowId Bridge::row_named(const MessageName& name) const {
  for (const auto& leg : legs_) {
    if (leg->place().str() == name.place) return leg->row_named(name.id);
  }
  return 0;
}

}  // namespace dragoman::bridge
