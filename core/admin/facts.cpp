#include "admin/facts.hpp"

namespace dragoman::admin {

Upstream upstream_of(const gateway::Overview& network) {
  using State = gateway::SessionOverview::State;
  std::size_t ready = 0, lost = 0, connecting = 0;
  for (const auto& session : network.sessions) {
    ready += session.state == State::ready ? 1 : 0;
    lost += session.state == State::lost ? 1 : 0;
    connecting += session.state == State::connecting ? 1 : 0;
  }
  if (ready > 0) return lost > 0 ? Upstream::partial : Upstream::up;
  if (lost > 0) return Upstream::down;
  return connecting > 0 ? Upstream::connecting : Upstream::idle;
}

std::string_view to_string(Upstream upstream) {
  switch (upstream) {
    case Upstream::idle:
      return "idle";
    case Upstream::connecting:
      return "connecting";
    case Upstream::up:
      return "up";
    case Upstream::partial:
      return "partial";
    case Upstream::down:
      return "down";
  }
  return "idle";
}

std::string upstream_text(const gateway::Overview& network) {
  const gateway::SessionOverview* newest = nullptr;
  for (const auto& session : network.sessions) {
    if (session.state != gateway::SessionOverview::State::lost) continue;
    if (newest == nullptr || session.since > newest->since) newest = &session;
  }
  return newest == nullptr ? std::string{} : newest->text;
}

}  // namespace dragoman::admin
