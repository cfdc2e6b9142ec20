#include "admin/status.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <nlohmann/json.hpp>

#include "admin/bridge_facts.hpp"
#include "base/log_problems.hpp"

namespace dragoman::admin {

namespace {

using gateway::RoomOverview;
using gateway::SessionOverview;
using nlohmann::json;

/// Milliseconds since the epoch, as Date takes them; null: never.
json time_of(Timestamp time) {
  if (time == Timestamp{}) return nullptr;
  return time.time_since_epoch().count();
}

json time_of(std::chrono::system_clock::time_point time) {
  return time_of(std::chrono::time_point_cast<std::chrono::milliseconds>(time));
}

json describe(const NetworkFacts& network, const Rates& rates) {
  const gateway::Overview& of = network.overview;
  std::map<std::string, std::size_t> states;
  std::size_t waiting = 0;
  json oldest = nullptr;
  std::optional<Timestamp> first;
  for (const SessionOverview& session : of.sessions) {
    ++states[std::string{to_string(session.state)}];
    waiting += session.waiting;
    if (session.oldest && (!first || *session.oldest < *first)) first = session.oldest;
  }
  if (first) oldest = time_of(*first);
  const Rates::History history = rates.history(of.jid);
  const Upstream upstream = upstream_of(of);
  const Histogram& latency = of.traffic.latency;
  const double mean = latency.count() == 0 ? 0 : latency.sum() / static_cast<double>(latency.count());
  return {{"jid", of.jid},
          {"kind", of.kind},
          {"name", of.name},
          {"xmpp", {{"up", of.link_up}, {"text", network.link_text}}},
          {"upstream", {{"state", to_string(upstream)}, {"text", upstream_text(of)}}},
          {"sessions", states},
          {"people", of.sessions.size()},
          {"waiting", waiting},
          {"oldest", oldest},
          {"returned", of.traffic.returned},
          {"latency", latency.count() == 0 ? json{} : json(mean)},
          {"to_network", history.to_network},
          {"to_people", history.to_people}};
}

/// Who needs to be looked at first: the smaller, the sooner.
int urgency(const SessionOverview& session) {
  switch (session.state) {
    case SessionOverview::State::lost:
      return 0;
    case SessionOverview::State::refused:
      return 1;
    case SessionOverview::State::connecting:
      return 2;
    case SessionOverview::State::ready:
      return 3;
    case SessionOverview::State::none:
      return 4;
  }
  return 4;
}

struct Person {
  const NetworkFacts* network;
  const SessionOverview* session;
};

json describe(const Person& person) {
  const SessionOverview& of = *person.session;
  return {{"person", of.person},     {"network", person.network->overview.jid},
          {"nickname", of.nickname}, {"registered", of.registered},
          {"present", of.present},   {"state", to_string(of.state)},
          {"text", of.text},         {"since", time_of(of.since)},
          {"clients", of.clients},   {"rooms", of.rooms},
          {"waiting", of.waiting},   {"oldest", of.oldest ? time_of(*of.oldest) : json{}},
          {"error", of.last_error},  {"error_at", time_of(of.last_error_at)}};
}

json describe_people(const std::vector<NetworkFacts>& networks) {
  std::vector<Person> people;
  for (const NetworkFacts& network : networks) {
    for (const SessionOverview& session : network.overview.sessions) people.push_back({&network, &session});
  }
  std::stable_sort(people.begin(), people.end(), [](const Person& a, const Person& b) {
    return std::make_tuple(urgency(*a.session), a.session->waiting == 0) <
           std::make_tuple(urgency(*b.session), b.session->waiting == 0);
  });
  json rows = json::array();
  for (std::size_t i = 0; i < people.size() && i < most_rows; ++i) rows.push_back(describe(people[i]));
  return {{"all", people.size()}, {"rows", std::move(rows)}};
}

/// One address with all of our people who are in it.
struct SharedRoom {
  const NetworkFacts* network;
  std::vector<const RoomOverview*> members;
  bool troubled() const {
    return std::any_of(members.begin(), members.end(),
                       [](const RoomOverview* member) { return member->state != RoomOverview::State::joined; });
  }
};

json describe(const SharedRoom& room) {
  const RoomOverview& first = *room.members.front();
  std::map<std::string, std::size_t> states;
  std::size_t occupants = 0;
  for (const RoomOverview* member : room.members) {
    ++states[std::string{to_string(member->state)}];
    if (member->state == RoomOverview::State::joined) occupants = std::max(occupants, member->occupants + 1);
  }
  return {{"address", first.address},
          {"network", room.network->overview.jid},
          {"people", room.members.size()},
          {"occupants", occupants},
          {"states", states}};
}

json describe_rooms(const std::vector<NetworkFacts>& networks) {
  std::vector<SharedRoom> rooms;
  for (const NetworkFacts& network : networks) {
    for (const RoomOverview& room : network.overview.rooms) {  // sorted by address
      const bool same =
          !rooms.empty() && rooms.back().network == &network && rooms.back().members.front()->address == room.address;
      if (!same) rooms.push_back({&network, {}});
      rooms.back().members.push_back(&room);
    }
  }
  std::stable_sort(rooms.begin(), rooms.end(), [](const SharedRoom& a, const SharedRoom& b) {
    return std::make_tuple(!a.troubled(), b.members.size()) < std::make_tuple(!b.troubled(), a.members.size());
  });
  json rows = json::array();
  for (std::size_t i = 0; i < rooms.size() && i < most_rows; ++i) rows.push_back(describe(rooms[i]));
  return {{"all", rooms.size()}, {"rows", std::move(rows)}};
}

json describe_problems() {
  json rows = json::array();
  for (const log::Problem& problem : log::problems()) {
    rows.push_back({{"level", problem.is_error ? "error" : "warning"},
                    {"message", problem.message},
                    {"network", problem.network},
                    {"details", problem.details},
                    {"count", problem.count},
                    {"first", time_of(problem.first)},
                    {"last", time_of(problem.last)}});
  }
  return rows;
}

}  // namespace

nlohmann::json make_status(const Facts& facts, const store::Reader::Counts& messages, const Rates& rates) {
  const std::vector<NetworkFacts> networks = facts.networks();
  json described = json::array();
  for (const NetworkFacts& network : networks) described.push_back(describe(network, rates));
  return {{"software", facts.software},
          {"step", std::chrono::duration<double>{Rates::step}.count()},
          {"networks", std::move(described)},
          {"messages",
           {{"accepted", messages.accepted},
            {"queued", messages.queued},
            {"delivered", messages.delivered},
            {"returning", messages.returning},
            {"returned", messages.returned},
            {"held", messages.held}}},
          {"writable", facts.store.has_room()},
          {"people", describe_people(networks)},
          {"rooms", describe_rooms(networks)},
          {"bridges", describe_bridges(facts.bridges ? facts.bridges() : std::vector<bridge::BridgeOverview>{})},
          {"problems", describe_problems()}};
}

}  // namespace dragoman::admin
