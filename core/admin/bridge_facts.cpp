#include "admin/bridge_facts.hpp"

#include <string>

#include <nlohmann/json.hpp>

#include "admin/metrics_text.hpp"

namespace dragoman::admin {

namespace {

using bridge::BridgeOverview;
using bridge::LegOverview;
using bridge::LegState;

template <class Each>
void each_leg(const std::vector<BridgeOverview>& bridges, Each each) {
  for (const BridgeOverview& of : bridges) {
    for (std::size_t i = 0; i < of.legs.size(); ++i) each(of, of.legs[i], std::to_string(i + 1));
  }
}

nlohmann::json milliseconds(Timestamp time) { return time.time_since_epoch().count(); }

}  // namespace

void write_bridges(MetricsText& out, const std::vector<BridgeOverview>& bridges, Timestamp now) {
  if (bridges.empty()) return;
  out.family("dragoman_bridge_leg_up", "gauge",
             "Whether the bot of a bridge is in this room; rooms are numbered as in the configuration.");
  each_leg(bridges, [&](const BridgeOverview& of, const LegOverview& leg, const std::string& number) {
    out.sample(std::uint64_t{leg.state == LegState::joined},
               {{"bridge", of.name}, {"leg", number}, {"network", leg.network}});
  });
  out.family("dragoman_bridge_messages_total", "counter",
             "Messages heard in a room, told there, and held because it could not be told.");
  each_leg(bridges, [&](const BridgeOverview& of, const LegOverview& leg, const std::string& number) {
    out.sample(leg.heard, {{"bridge", of.name}, {"leg", number}, {"result", "heard"}});
    out.sample(leg.told, {{"bridge", of.name}, {"leg", number}, {"result", "told"}});
    out.sample(leg.held, {{"bridge", of.name}, {"leg", number}, {"result", "held"}});
  });
  out.family("dragoman_bridge_speakers", "gauge",
             "People of other rooms who are in this one themselves, as occupants or over connections of their own.");
  each_leg(bridges, [&](const BridgeOverview& of, const LegOverview& leg, const std::string& number) {
    out.sample(std::uint64_t{leg.speakers}, {{"bridge", of.name}, {"leg", number}});
  });
  out.family("dragoman_bridge_queue_depth", "gauge", "Messages that wait for this room.");
  each_leg(bridges, [&](const BridgeOverview& of, const LegOverview& leg, const std::string& number) {
    out.sample(std::uint64_t{leg.waiting}, {{"bridge", of.name}, {"leg", number}});
  });
  out.family("dragoman_bridge_queue_oldest_seconds", "gauge", "Age of the message that waits longest; 0: none waits.");
  each_leg(bridges, [&](const BridgeOverview& of, const LegOverview& leg, const std::string& number) {
    const std::chrono::duration<double> age = now - leg.oldest.value_or(now);
    out.sample(age.count(), {{"bridge", of.name}, {"leg", number}});
  });
  out.family("dragoman_bridge_last_heard_timestamp_seconds", "gauge",
             "When somebody spoke in this room; 0: it was not entered yet.");
  each_leg(bridges, [&](const BridgeOverview& of, const LegOverview& leg, const std::string& number) {
    const std::chrono::duration<double> time = leg.last_heard.value_or(Timestamp{}).time_since_epoch();
    out.sample(time.count(), {{"bridge", of.name}, {"leg", number}});
  });
  out.family("dragoman_bridge_paused", "gauge", "1: nothing is told to the other rooms.");
  for (const BridgeOverview& of : bridges) out.sample(std::uint64_t{of.paused}, {{"bridge", of.name}});
  out.family("dragoman_loops_suppressed_total", "counter",
             "Messages of foreign bots that said again what was told, and storms that paused a bridge.");
  for (const BridgeOverview& of : bridges) {
    out.sample(of.echoes, {{"bridge", of.name}, {"layer", "foreign_bot"}});
    out.sample(of.storms, {{"bridge", of.name}, {"layer", "breaker"}});
  }
}

nlohmann::json describe_bridges(const std::vector<BridgeOverview>& bridges) {
  nlohmann::json rows = nlohmann::json::array();
  for (const BridgeOverview& of : bridges) {
    nlohmann::json legs = nlohmann::json::array();
    for (const LegOverview& leg : of.legs) {
      legs.push_back({{"address", leg.address},
                      {"network", leg.network},
                      {"label", leg.label},
                      {"nickname", leg.nickname},
                      {"direction", leg.direction},
                      {"state", to_string(leg.state)},
                      {"text", leg.text},
                      {"since", milliseconds(leg.since)},
                      {"waiting", leg.waiting},
                      {"oldest", leg.oldest ? milliseconds(*leg.oldest) : nlohmann::json{}},
                      {"heard", leg.heard},
                      {"told", leg.told},
                      {"held", leg.held},
                      {"speakers", leg.speakers}});
    }
    rows.push_back(
        {{"name", of.name}, {"paused", of.paused}, {"paused_text", of.paused_text}, {"legs", std::move(legs)}});
  }
  return rows;
}

}  // namespace dragoman::admin
