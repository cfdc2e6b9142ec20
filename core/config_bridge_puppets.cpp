#include "config_bridge_puppets.hpp"

#include <charconv>

namespace dragoman {

namespace {

using bridge::PuppetPlan;
using Policy = bridge::PuppetPlan::Policy;

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

}  // namespace

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
