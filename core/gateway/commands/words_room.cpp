#include <algorithm>
#include <set>

#include "gateway/commands/word_tools.hpp"
#include "gateway/commands/words.hpp"
#include "gateway/overview.hpp"

// Rooms as the people of the gateway have them.

namespace dragoman::gateway::commands {

void list_rooms(Call call) {
  const Overview overview = call.context.overview();
  const std::string& part = call.arguments.get("part");
  Report report;
  Report::Table& table = report.tables.emplace_back();
  table.name = "rooms";
  table.columns = {"room", "people", "occupants", "joined", "joining", "lost"};
  // One row an address; they come in order of it.
  for (std::size_t i = 0; i < overview.rooms.size();) {
    const std::string& address = overview.rooms[i].address;
    std::int64_t people = 0, occupants = 0;
    std::int64_t states[3] = {};
    for (; i < overview.rooms.size() && overview.rooms[i].address == address; ++i) {
      const RoomOverview& room = overview.rooms[i];
      ++people;
      ++states[static_cast<std::size_t>(room.state)];
      // Who is in it counts themselves too. Somebody who just lost the room knows less than the others.
      if (room.state == RoomOverview::State::joined) {
        occupants = std::max(occupants, static_cast<std::int64_t>(room.occupants) + 1);
      }
    }
    if (!part.empty() && address.find(part) == std::string::npos) continue;
    table.rows.push_back({address, people, occupants, states[1], states[0], states[2]});
  }
  call.answer(std::move(report));
}

void show_room(Call call) {
  const Overview overview = call.context.overview();
  const std::string& wanted = call.arguments.get("room");
  Report report;
  Report::Table& table = report.tables.emplace_back();
  table.name = "people";
  table.columns = {"person", "nickname", "state", "clients", "occupants"};
  for (const RoomOverview& room : overview.rooms) {
    // Both as an address and as people there call it.
    if (room.address != wanted && room.address != wanted + '@' + overview.jid) continue;
    if (report.facts.empty()) {
      report.facts.emplace_back("room", room.address);
      report.facts.emplace_back("name", room.name);
    }
    table.rows.push_back({room.person, room.nickname, std::string{to_string(room.state)},
                          static_cast<std::int64_t>(room.clients), static_cast<std::int64_t>(room.occupants)});
  }
  if (table.rows.empty()) return call.answer(failure(Fault::not_found, "Nobody here is in " + wanted + '.'));
  call.answer(std::move(report));
}

}  // namespace dragoman::gateway::commands
