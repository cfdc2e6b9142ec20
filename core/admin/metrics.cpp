#include "admin/metrics.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "admin/bridge_facts.hpp"
#include "admin/metrics_text.hpp"
#include "admin/process_facts.hpp"
#include "base/log_problems.hpp"

namespace dragoman::admin {

namespace {

using Networks = std::vector<NetworkFacts>;
using State = gateway::SessionOverview::State;

constexpr std::array session_states{State::none, State::connecting, State::ready, State::lost, State::refused};

void write_components(MetricsText& out, const Networks& networks) {
  out.family("dragoman_component_up", "gauge", "Whether the XMPP server is connected and has authenticated us.");
  for (const auto& [of, text, files] : networks) out.sample(std::uint64_t{of.link_up}, {{"network", of.jid}});
  out.family("dragoman_component_reconnects_total", "counter", "Connections to the XMPP server after the first.");
  for (const auto& [of, text, files] : networks) {
    out.sample(std::uint64_t{of.link_ups > 0 ? of.link_ups - 1 : 0}, {{"network", of.jid}});
  }
  out.family("dragoman_component_output_bytes", "gauge", "Bytes that the XMPP server has not taken yet.");
  for (const auto& [of, text, files] : networks) out.sample(std::uint64_t{of.output_backlog}, {{"network", of.jid}});
  out.family("dragoman_stanzas_total", "counter", "Stanzas from (in) and to (out) the XMPP server.");
  for (const auto& [of, text, files] : networks) {
    const auto way = [&out, &of = of](const char* dir, const xmpp::StanzaCounts& counts) {
      out.sample(counts.messages, {{"network", of.jid}, {"dir", dir}, {"kind", "message"}});
      out.sample(counts.presences, {{"network", of.jid}, {"dir", dir}, {"kind", "presence"}});
      out.sample(counts.iqs, {{"network", of.jid}, {"dir", dir}, {"kind", "iq"}});
    };
    way("in", of.received);
    way("out", of.sent);
  }
  out.family("dragoman_stanza_errors_total", "counter",
             "Stanzas of type error from (in) and to (out) the XMPP server, by condition.");
  for (const auto& [of, text, files] : networks) {
    const auto way = [&out, &of = of](const char* dir, const xmpp::ErrorCounts& counts) {
      for (const auto& [condition, count] : counts) {
        out.sample(count, {{"network", of.jid}, {"dir", dir}, {"condition", condition}});
      }
    };
    way("in", of.errors_received);
    way("out", of.errors_sent);
  }
}

/// Where people name servers, nobody wants a series for each that ever was.
constexpr std::size_t most_servers = 50;

void write_sessions(MetricsText& out, const Networks& networks) {
  out.family("dragoman_sessions", "gauge", "People by the state of their connection to the network.");
  for (const auto& [of, text, files] : networks) {
    for (const State state : session_states) {
      const auto count = std::count_if(of.sessions.begin(), of.sessions.end(),
                                       [&](const auto& session) { return session.state == state; });
      out.sample(static_cast<std::uint64_t>(count),
                 {{"backend", of.kind}, {"network", of.jid}, {"state", to_string(state)}});
    }
  }
  bool named = false;  // only where there are several servers
  for (const auto& [of, text, files] : networks) {
    std::size_t left = most_servers;
    for (const auto& [server, states] : gateway::parts_by_state(of)) {
      if (left-- == 0) break;
      if (!std::exchange(named, true)) {
        out.family("dragoman_server_sessions", "gauge",
                   "Connections to each server of a network of several, by state.");
      }
      for (const State state : session_states) {
        out.sample(states[static_cast<std::size_t>(state)],
                   {{"network", of.jid}, {"server", server}, {"state", to_string(state)}});
      }
    }
  }
  out.family("dragoman_session_connects_total", "counter",
             "Connections to the network that came to work (ready), and that failed or broke (lost).");
  for (const auto& [of, text, files] : networks) {
    out.sample(of.traffic.ready, {{"backend", of.kind}, {"network", of.jid}, {"result", "ready"}});
    out.sample(of.traffic.lost, {{"backend", of.kind}, {"network", of.jid}, {"result", "lost"}});
  }
  out.family("dragoman_rooms", "gauge", "Rooms that somebody is in.");
  for (const auto& [of, text, files] : networks) {
    std::uint64_t rooms = 0;  // they come sorted by address
    for (std::size_t i = 0; i < of.rooms.size(); ++i) {
      rooms += i == 0 || of.rooms[i].address != of.rooms[i - 1].address ? 1 : 0;
    }
    out.sample(rooms, {{"backend", of.kind}, {"network", of.jid}});
  }
  out.family("dragoman_room_members", "gauge", "Rooms, counted once for each of our people who is in.");
  for (const auto& [of, text, files] : networks) {
    out.sample(std::uint64_t{of.rooms.size()}, {{"backend", of.kind}, {"network", of.jid}});
  }
}

void write_messages(MetricsText& out, const Networks& networks, const store::Reader::Counts& all) {
  out.family("dragoman_messages_total", "counter",
             "Messages since the start by where they came from and what became of them.");
  for (const auto& [of, text, files] : networks) {
    out.sample(of.traffic.accepted, {{"from", "xmpp"}, {"to", of.jid}, {"result", "accepted"}});
    out.sample(of.traffic.delivered, {{"from", "xmpp"}, {"to", of.jid}, {"result", "delivered"}});
    out.sample(of.traffic.returned, {{"from", "xmpp"}, {"to", of.jid}, {"result", "returned"}});
    out.sample(of.accepted_for_people, {{"from", of.jid}, {"to", "xmpp"}, {"result", "accepted"}});
    out.sample(of.written_to_people, {{"from", of.jid}, {"to", "xmpp"}, {"result", "delivered"}});
  }
  out.family("dragoman_message_latency_seconds", "histogram", "From acceptance to the network's own evidence.");
  for (const auto& [of, text, files] : networks) out.sample(of.traffic.latency, {{"from", "xmpp"}, {"to", of.jid}});
  out.family("dragoman_messages_accepted_total", "counter",
             "Messages ever accepted, across restarts; the sum of dragoman_messages.");
  out.sample(all.accepted);
  out.family("dragoman_messages", "gauge", "Where each message that was ever accepted is.");
  out.sample(all.queued, {{"state", "queued"}});
  out.sample(all.delivered, {{"state", "delivered"}});
  out.sample(all.returning, {{"state", "returning"}});
  out.sample(all.returned, {{"state", "returned"}});
  out.sample(all.held, {{"state", "held"}});
}

void write_queues(MetricsText& out, const Networks& networks, Timestamp now) {
  out.family("dragoman_queue_depth", "gauge", "Messages that the network has not taken yet.");
  for (const auto& [of, text, files] : networks) {
    std::uint64_t waiting = 0;
    for (const auto& session : of.sessions) waiting += session.waiting;
    out.sample(waiting, {{"network", of.jid}, {"queue", "to_network"}});
  }
  out.family("dragoman_queue_oldest_seconds", "gauge", "Age of the message that waits longest; 0: none waits.");
  for (const auto& [of, text, files] : networks) {
    Timestamp oldest = now;
    for (const auto& session : of.sessions) oldest = std::min(oldest, session.oldest.value_or(now));
    const std::chrono::duration<double> age = now - oldest;
    out.sample(age.count(), {{"network", of.jid}, {"queue", "to_network"}});
  }
}

void write_limits(MetricsText& out, const Networks& networks, const PageCounts& page) {
  out.family("dragoman_rate_limited_total", "counter",
             "What was refused because somebody does too much of it; the scope is a key of [network.limits].");
  for (const auto& [of, text, files] : networks) {
    const auto& traffic = of.traffic;
    out.sample(traffic.joins_limited, {{"network", of.jid}, {"scope", "rooms_per_minute"}});
    out.sample(traffic.messages_limited, {{"network", of.jid}, {"scope", "messages_per_minute"}});
    out.sample(traffic.registrations_limited, {{"network", of.jid}, {"scope", "registrations_per_hour"}});
  }
  out.sample(page.logins_limited, {{"scope", "status_page_logins"}});
}

/// What strangers ask for: requests to the public listener, and files behind links.
void write_strangers(MetricsText& out, const Facts& facts, const Networks& networks) {
  const auto http = facts.strangers ? facts.strangers() : std::nullopt;
  if (!http) return;
  out.family("dragoman_public_http_connections", "gauge", "Connections to the public listener ([http]).");
  out.sample(std::uint64_t{http->connections});
  out.family("dragoman_public_http_requests_total", "counter", "Requests to it.");
  out.sample(http->requests);
  out.family("dragoman_public_http_refused_total", "counter", "Connections over a limit of it.");
  out.sample(http->refused);
  out.family(
      "dragoman_media_files_total", "counter",
      "Links that were followed: to a file, to one that could not be had (to its end), or by who asks too much.");
  for (const NetworkFacts& network : networks) {
    if (!network.files) continue;
    const std::string_view jid = network.overview.jid;
    out.sample(network.files->files, {{"network", jid}, {"result", "begun"}});
    out.sample(network.files->failed, {{"network", jid}, {"result", "failed"}});
    out.sample(network.files->limited, {{"network", jid}, {"result", "limited"}});
  }
  out.family("dragoman_media_bytes_total", "counter", "Bytes of files that went through the gateway.");
  for (const NetworkFacts& network : networks) {
    if (network.files) out.sample(network.files->bytes, {{"network", network.overview.jid}});
  }
}

void write_configuration(MetricsText& out, const ConfigFacts& config) {
  out.family("dragoman_config_last_reload_successful", "gauge",
             "0: the file has mistakes, and what was there before holds on.");
  out.sample(std::uint64_t{!config.refused});
  out.family("dragoman_config_last_reload_success_timestamp_seconds", "gauge",
             "When the configuration that holds was read, since the epoch.");
  const std::chrono::duration<double> since_epoch = config.taken.time_since_epoch();
  out.sample(since_epoch.count());
}

void write_program(MetricsText& out, const Facts& facts, const PageCounts& page) {
  const auto& http = page.http;
  out.family("dragoman_db_seconds", "histogram", "How long commits of messages, and questions to the database, took.");
  out.sample(facts.store.times().commits, {{"op", "commit"}});
  out.sample(facts.store.times().reads, {{"op", "read"}});
  out.family("dragoman_store_backlog_bytes", "gauge", "Bytes that wait for the next commit.");
  out.sample(std::uint64_t{facts.store.backlog()});
  out.family("dragoman_store_writable", "gauge", "0: the disk is nearly full, and new messages are refused.");
  out.sample(std::uint64_t{facts.store.has_room()});
  out.family("dragoman_loop_lag_seconds", "histogram", "How late a timer of each second rang.");
  out.sample(page.loop_lag);
  const log::ProblemCounts problems = log::problem_counts();
  out.family("dragoman_log_lines_total", "counter", "Warnings and errors that were logged.");
  out.sample(problems.warnings, {{"level", "warn"}});
  out.sample(problems.errors, {{"level", "error"}});
  out.family("dragoman_http_connections", "gauge", "Connections to the listener of this page.");
  out.sample(std::uint64_t{http.connections});
  out.family("dragoman_http_requests_total", "counter", "Requests to it.");
  out.sample(http.requests);
  out.family("dragoman_http_refused_total", "counter", "Connections over a limit of it.");
  out.sample(http.refused);
}

/// Names and meaning are those of every Prometheus client.
void write_process(MetricsText& out) {
  const auto process = read_process_facts();
  if (!process) return;
  out.family("process_cpu_seconds_total", "counter", "User and system CPU time.");
  out.sample(process->cpu_seconds);
  out.family("process_resident_memory_bytes", "gauge", "Resident memory.");
  out.sample(process->resident_bytes);
  out.family("process_virtual_memory_bytes", "gauge", "Virtual memory.");
  out.sample(process->virtual_bytes);
  out.family("process_start_time_seconds", "gauge", "When the process was started, since the epoch.");
  out.sample(process->started);
  out.family("process_threads", "gauge", "Threads.");
  out.sample(process->threads);
  out.family("process_open_fds", "gauge", "Open file descriptors.");
  out.sample(process->open_files);
  out.family("process_max_fds", "gauge", "How many there may be.");
  out.sample(process->most_files);
}

}  // namespace

std::string write_metrics(const Facts& facts, const store::Reader::Counts& messages, const PageCounts& page) {
  const Networks networks = facts.networks();
  MetricsText out;
  out.family("dragoman_build_info", "gauge", "1, with the version of the program.");
  out.sample(std::uint64_t{1}, {{"version", std::string_view{facts.software}.substr(facts.software.find(' ') + 1)}});
  write_components(out, networks);
  write_sessions(out, networks);
  write_messages(out, networks, messages);
  write_queues(out, networks, facts.loop.clock().utc());
  write_limits(out, networks, page);
  write_strangers(out, facts, networks);
  if (facts.bridges) write_bridges(out, facts.bridges(), facts.loop.clock().utc());
  write_configuration(out, facts.config());
  write_program(out, facts, page);
  write_process(out);
  return out.text();
}

}  // namespace dragoman::admin
