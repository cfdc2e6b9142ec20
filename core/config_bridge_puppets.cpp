#include "config_bridge_puppets.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace dragoman {

namespace {

using bridge::PuppetPlan;
using Policy = bridge::PuppetPlan::Policy;

/// Servers let in few at once from one address (16 of ergo, 3 to 5 of others that were not told of the gateway).
constexpr std::size_t most_connections = 10;
constexpr Duration idle_connection = std::chrono::hours{3};
constexpr std::size_t longest_suffix = 8;

/// "10/s".
unsigned read_pace(Settings& table, unsigned fallback) {
  const std::string text = table.text("pace", std::to_string(fallback) + "/s");
  unsigned pace = 0;
  const char* const end_of_text = text.data() + text.size();
  const auto [end, failed] = std::from_chars(text.data(), end_of_text, pace);
  const bool right = failed == std::errc{} && std::string_view{end, end_of_text} == "/s" && pace >= 1 && pace <= 100;
  if (!right) table.problem("pace", '"' + text + "\" is not how many come in a second: \"10/s\"; at most 100");
  return right ? pace : fallback;
}

Policy read_policy(Settings& table, Policy usual) {
  const char* const said = usual == Policy::all ? "all" : usual == Policy::off ? "off" : "active";
  const std::string policy = table.choice("policy", said, {"active", "all", "off"});
  if (policy == "all") return Policy::all;
  return policy == "off" ? Policy::off : Policy::active;
}

/// What stands behind a nickname of IRC (RFC 2812 2.3.1).
bool is_part_of_nickname(const std::string& text) {
  static constexpr std::string_view signs = "[]\\`_^{|}-";
  return text.size() <= longest_suffix && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return (c < 0x80 && std::isalnum(c) != 0) || signs.find(static_cast<char>(c)) != std::string_view::npos;
         });
}

PuppetPlan read_connections(Settings& table, const std::optional<PuppetPlan>& usual) {
  PuppetPlan plan;
  plan.cap = most_connections;
  plan.idle = idle_connection;
  plan.pace = 1;
  if (usual) plan = *usual;
  Settings connections = table.table("connections");
  plan.cap = static_cast<std::size_t>(connections.number("cap", static_cast<std::int64_t>(plan.cap), 1, 1000));
  plan.idle = connections.duration("idle", plan.idle);
  plan.pace = read_pace(connections, plan.pace);
  plan.suffix = connections.text("suffix", plan.suffix);
  if (!is_part_of_nickname(plan.suffix)) {
    connections.problem("suffix", '"' + plan.suffix + "\" cannot stand in a nickname: \"[x]\"; at most 8 signs");
  }
  connections.finish();
  return plan;
}

const char* text_of(IrcStyle::Way way) {
  switch (way) {
    case IrcStyle::Way::automatic:
      return "auto";
    case IrcStyle::Way::connections:
      return "connections";
    case IrcStyle::Way::relaymsg:
      return "relaymsg";
    case IrcStyle::Way::relay:
      return "relay";
    case IrcStyle::Way::ghosts:
      return "ghosts";
  }
  return "auto";
}

}  // namespace

IrcStyle read_irc_style(Settings& table, const IrcStyle& usual) {
  using Way = IrcStyle::Way;
  IrcStyle style = usual;
  const std::string way =
      table.choice("style", text_of(usual.way), {"auto", "connections", "relaymsg", "relay", "ghosts"});
  for (const Way each : {Way::automatic, Way::connections, Way::relaymsg, Way::relay, Way::ghosts}) {
    if (way == text_of(each)) style.way = each;
  }
  if (table.has("connections")) style.connections = read_connections(table, usual.connections);
  if (style.way == Way::connections && !style.connections) style.connections = read_connections(table, {});
  return style;
}

void apply_irc_style(const IrcStyle& style, bool is_irc, const std::string& format, Settings& table,
                     bridge::LegPlan& leg) {
  using Way = IrcStyle::Way;
  if (!is_irc) {
    const bool says_it = table.has("style") && table.has("room");  // of this leg, not of the bridge
    if (says_it && style.way == Way::ghosts && !leg.is_xmpp) {
      if (leg.puppets.policy == Policy::off) leg.puppets.policy = Policy::active;
      return;
    }
    if (says_it && style.way != Way::automatic && style.way != Way::relay) {
      table.problem("style", '"' + std::string{text_of(style.way)} + "\" is for rooms of " +
                                 (style.way == Way::ghosts ? "Matrix" : "IRC") + ", and this is none");
    }
    return;
  }
  if (style.way == Way::ghosts && table.has("style")) {
    table.problem("style", "\"ghosts\" is for rooms of Matrix, and this is none");
  }
  const bool may = leg.puppets.policy != Policy::off;  // mode = "relay" is for all networks
  leg.connects = may && style.connections && (style.way == Way::connections || style.way == Way::automatic);
  if (leg.connects) leg.puppets = *style.connections;
  if (style.way == Way::relay && leg.format.empty()) leg.format = format;
  if (style.way == Way::relaymsg) leg.format.clear();
}

PuppetPlan read_puppets(Settings& table, PuppetPlan usual) {
  PuppetPlan plan = usual;
  const std::string mode = table.choice("mode", plan.policy == Policy::off ? "relay" : "puppet", {"puppet", "relay"});
  if (mode == "puppet" && plan.policy == Policy::off) plan.policy = Policy::active;
  Settings puppets = table.table("puppets");
  plan.policy = read_policy(puppets, plan.policy);
  if (mode == "relay") plan.policy = Policy::off;
  plan.cap = static_cast<std::size_t>(puppets.number("cap", static_cast<std::int64_t>(plan.cap), 1, 10000));
  plan.idle = puppets.duration("idle", plan.idle);
  plan.pace = read_pace(puppets, plan.pace);
  puppets.finish();
  return plan;
}

}  // namespace dragoman
