#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <unistd.h>

#include "gateway/commands/bridge_desk.hpp"
#include "gateway/commands/word_tools.hpp"
#include "gateway/commands/words.hpp"
#include "gateway/overview.hpp"

// How the gateway is, at a glance.

namespace dragoman::gateway::commands {

namespace {

/// A glance is what fits on a screen; `user list` shows all.
constexpr std::size_t most_shown = 20;

/// Bytes of memory that the process holds; nothing where /proc is not to be had.
Report::Value resident_memory() {
  std::ifstream file{"/proc/self/statm"};
  std::int64_t all = 0, resident = 0;
  if (!(file >> all >> resident)) return {};
  return resident * sysconf(_SC_PAGESIZE);
}

std::int64_t in_seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}
std::int64_t as_number(std::uint64_t count) { return static_cast<std::int64_t>(count); }

struct Spool {
  store::Reader::Counts counts;
  std::optional<Timestamp> oldest;
};

Report program_report(const Context& context, const Spool& spool) {
  const auto& [accepted, queued, delivered, returning, returned, held] = spool.counts;
  const Timestamp now = context.timers.clock().utc();
  Report report;
  auto& facts = report.facts;
  facts.emplace_back("version", context.software);
  facts.emplace_back("uptime_seconds", in_seconds(context.timers.clock().now() - context.started));
  facts.emplace_back("memory_bytes", resident_memory());
  facts.emplace_back("messages_accepted", as_number(accepted));
  facts.emplace_back("messages_delivered", as_number(delivered));
  facts.emplace_back("messages_returned", as_number(returned));
  facts.emplace_back("messages_queued", as_number(queued));
  facts.emplace_back("messages_returning", as_number(returning));
  facts.emplace_back("messages_held", as_number(held));
  // The promise: nothing that was accepted is anywhere else.
  facts.emplace_back("messages_add_up", accepted == queued + delivered + returning + returned + held);
  facts.emplace_back("oldest_queued_seconds",
                     spool.oldest ? Report::Value{in_seconds(now - *spool.oldest)} : Report::Value{});
  facts.emplace_back("disk_has_room", context.store.has_room());
  facts.emplace_back("store_backlog_bytes", as_number(context.store.backlog()));
  if (context.bridges != nullptr) {
    Report::Table bridges = context.bridges->troubled();
    if (!bridges.rows.empty()) report.tables.push_back(std::move(bridges));
  }
  return report;
}

/// Connections that do not stand though somebody needs them.
Report::Table troubled(const Overview& overview) {
  Report::Table table{"not_connected", {"person", "state", "since", "reason"}, {}};
  for (const SessionOverview& session : overview.sessions) {
    using State = SessionOverview::State;
    if (table.rows.size() == most_shown) break;
    for (const UplinkOverview& part : session.parts) {
      if (part.state != State::lost && part.state != State::refused) continue;
      table.rows.push_back(
          {session.person, std::string{to_string(part.state)}, part.since, part.part + ": " + part.text});
    }
    if (!session.parts.empty() || (session.state != State::lost && session.state != State::refused)) continue;
    table.rows.push_back({session.person, std::string{to_string(session.state)}, session.since, session.text});
  }
  return table;
}

/// Of a network in parts.
Report::Table servers(const Overview& overview) {
  Report::Table table{"servers", {"server", "ready", "connecting", "lost", "refused"}, {}};
  for (const auto& [part, states] : parts_by_state(overview)) {
    if (table.rows.size() == most_shown) break;
    const auto count = [&states = states](SessionOverview::State state) {
      return as_number(states[static_cast<std::size_t>(state)]);
    };
    using State = SessionOverview::State;
    table.rows.push_back(
        {part, count(State::ready), count(State::connecting), count(State::lost), count(State::refused)});
  }
  return table;
}

/// What went wrong last, those with the same words together, the newest first.
Report::Table errors(const Overview& overview) {
  struct Alike {
    std::int64_t people = 0;
    Timestamp last{};
  };
  std::map<std::string, Alike> groups;
  for (const SessionOverview& session : overview.sessions) {
    if (session.last_error.empty()) continue;
    Alike& group = groups[session.last_error];
    ++group.people;
    group.last = std::max(group.last, session.last_error_at);
  }
  std::vector<std::pair<std::string, Alike>> sorted{groups.begin(), groups.end()};
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second.last > b.second.last; });
  if (sorted.size() > most_shown) sorted.resize(most_shown);
  Report::Table table{"last_errors", {"people", "last", "error"}, {}};
  for (const auto& [text, group] : sorted) table.rows.push_back({group.people, group.last, text});
  return table;
}

}  // namespace

void say_program_status(Call call) {
  // Filled by the reader's thread, then read by ours: both closures hold it until the later one is done.
  auto spool = std::make_shared<Spool>();
  call.context.store.read_settled(
      [spool](store::Reader& reader) {
        spool->counts = reader.counts();
        reader.open_messages([&spool](const store::Message& row) {
          if (!spool->oldest) spool->oldest = row.accepted;  // they come in order
        });
      },
      [spool, &context = call.context, answer = std::move(call.answer)] { answer(program_report(context, *spool)); });
}

void say_network_status(Call call) {
  const Overview overview = call.context.overview();
  std::int64_t states[5] = {}, rooms[3] = {};
  std::int64_t present = 0, registered = 0, waiting = 0;
  std::optional<Timestamp> oldest;
  for (const SessionOverview& session : overview.sessions) {
    ++states[static_cast<std::size_t>(session.state)];
    if (session.present) ++present;
    if (session.registered) ++registered;
    waiting += static_cast<std::int64_t>(session.waiting);
    if (session.oldest && (!oldest || *session.oldest < *oldest)) oldest = session.oldest;
  }
  for (const RoomOverview& room : overview.rooms) ++rooms[static_cast<std::size_t>(room.state)];
  Report report;
  auto& facts = report.facts;
  facts.emplace_back("name", overview.name);
  facts.emplace_back("backend", overview.kind);
  facts.emplace_back("xmpp_connected", overview.link_up);
  if (call.context.xmpp_state) facts.emplace_back("xmpp", call.context.xmpp_state());
  facts.emplace_back("xmpp_backlog_bytes", as_number(overview.output_backlog));
  facts.emplace_back("people_present", present);
  facts.emplace_back("people_registered", registered);
  facts.emplace_back("sessions_ready", states[static_cast<std::size_t>(SessionOverview::State::ready)]);
  facts.emplace_back("sessions_connecting", states[static_cast<std::size_t>(SessionOverview::State::connecting)]);
  facts.emplace_back("sessions_lost", states[static_cast<std::size_t>(SessionOverview::State::lost)]);
  facts.emplace_back("sessions_refused", states[static_cast<std::size_t>(SessionOverview::State::refused)]);
  facts.emplace_back("rooms_joined", rooms[static_cast<std::size_t>(RoomOverview::State::joined)]);
  facts.emplace_back("rooms_joining", rooms[static_cast<std::size_t>(RoomOverview::State::joining)]);
  facts.emplace_back("rooms_lost", rooms[static_cast<std::size_t>(RoomOverview::State::lost)]);
  facts.emplace_back("messages_waiting", waiting);
  facts.emplace_back("oldest_waiting_seconds",
                     oldest ? Report::Value{in_seconds(call.context.timers.clock().utc() - *oldest)} : Report::Value{});
  // Tables only where there is trouble: a glance shows that there is none.
  for (Report::Table table : {servers(overview), troubled(overview), errors(overview)}) {
    if (!table.rows.empty()) report.tables.push_back(std::move(table));
  }
  call.answer(std::move(report));
}

}  // namespace dragoman::gateway::commands
