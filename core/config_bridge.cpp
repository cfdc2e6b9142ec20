#include "config_bridge.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "bridge/relay_format.hpp"
#include "bridge/rules.hpp"
#include "xmpp/jid.hpp"

namespace dragoman {

namespace {

using bridge::Carry;
using bridge::LegPlan;
using bridge::RulePlan;
using bridge::StatusLines;

/// Of rooms whose network shows no author by itself: the name calls nobody who is there too.
constexpr const char* default_format = "<{nick_noping}> ";

std::string read_format(Settings& table, const std::string& fallback) {
  std::string format = table.text("relay_format", fallback);
  if (!table.has("relay_format")) return format;
  if (const auto parsed = bridge::RelayFormat::parse(format); !parsed) {
    table.problem("relay_format", parsed.error().text);
  }
  return format;
}

const std::vector<std::string> carries{"native", "text", "drop"};

Carry carry_of(const std::string& text) {
  return text == "drop" ? Carry::drop : text == "text" ? Carry::as_text : Carry::native;
}

RulePlan read_rule(Settings& table) {
  RulePlan rule;
  rule.from = table.text("from");
  rule.nick = table.text("nick");
  rule.text = table.text("text");
  const std::string action = table.choice("action", "drop", {"drop", "replace", "rename"});
  rule.action = action == "replace"  ? RulePlan::Action::replace
                : action == "rename" ? RulePlan::Action::rename
                                     : RulePlan::Action::drop;
  rule.with = table.text("with");
  rule.next = table.flag("next", false);
  if (rule.action == RulePlan::Action::replace && rule.text.empty()) {
    table.problem("action", "to replace something, `text` says what");
  }
  if (rule.action == RulePlan::Action::drop && rule.nick.empty() && rule.text.empty() && rule.from.empty()) {
    table.problem("", "this rule drops everything; say what with `from`, `nick` or `text`");
  }
  for (const auto& [key, regex] : {std::pair{"nick", &rule.nick}, std::pair{"text", &rule.text}}) {
    if (regex->empty()) continue;
    if (const auto compiled = bridge::Pattern::compile(*regex); !compiled) {
      table.problem(key, '"' + *regex + "\" is " + compiled.error().text);
    }
  }
  table.finish();
  return rule;
}

LegPlan read_leg(Settings& table, const bridge::Plan& plan, const std::string& format) {
  LegPlan leg;
  leg.address = table.required("room", "the address of a room, e.g. \"#dev@irc.example.org\"");
  leg.label = table.text("label", leg.address);
  leg.nickname = table.text("nick", plan.name);
  leg.password = table.text("password");
  const std::string direction = table.choice("direction", "both", {"in", "out", "both"});
  leg.direction = direction == "in"    ? LegPlan::Direction::in
                  : direction == "out" ? LegPlan::Direction::out
                                       : LegPlan::Direction::both;
  leg.format = read_format(table, format);
  return leg;
}

bool is_bridge_name(const std::string& name) {
  static constexpr std::string_view signs = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  return !name.empty() && name.size() <= 32 && name.find_first_not_of(signs) == std::string::npos;
}

BridgeEntry read_bridge(Settings& table) {
  BridgeEntry entry;
  bridge::Plan& plan = entry.plan;
  plan.name = table.required("name", "what this bridge is called, e.g. \"dev\"");
  if (!plan.name.empty() && !is_bridge_name(plan.name)) {
    table.problem("name", "'" + plan.name + "' is no name of a bridge: a-z, 0-9, - and _, at most 32");
  }
  plan.enabled = table.flag("enabled", true);
  const std::string status = table.choice("status", "off", {"off", "summary", "smart"});
  plan.status = status == "summary" ? StatusLines::summary : status == "smart" ? StatusLines::smart : StatusLines::off;
  plan.edits = carry_of(table.choice("edits", "native", carries));
  plan.replies = carry_of(table.choice("replies", "native", carries));
  plan.reactions = carry_of(table.choice("reactions", "native", carries));
  Settings queue = table.table("queue");
  plan.keep = queue.duration("keep", plan.keep);
  plan.most = static_cast<std::size_t>(queue.number("max", static_cast<std::int64_t>(plan.most), 1, 100000));
  queue.finish();
  const std::string format = read_format(table, {});
  for (Settings& leg : table.tables("leg")) {
    plan.legs.push_back(read_leg(leg, plan, format));
    entry.legs.push_back({leg, leg.text("via")});
    leg.finish();
  }
  if (plan.legs.size() < 2) table.problem("", "a bridge has at least two rooms: add a [[bridge.leg]]");
  for (Settings& rule : table.tables("rule")) plan.rules.push_back(read_rule(rule));
  table.finish();
  return entry;
}

/// Finds out which network a leg belongs to, and which room of it is meant.
void resolve_leg(LegPlan& leg, BridgeEntry::Leg& read, const std::vector<BridgeableNetwork>& networks) {
  if (leg.address.empty() || networks.empty()) return;
  const auto jid = xmpp::Jid::parse(leg.address);
  if (!jid || !jid->is_bare() || jid->local().empty()) {
    return read.table.problem("room", "'" + leg.address + "' is not the address of a room");
  }
  const auto named = [](const std::string& domain) {
    return [&domain](const BridgeableNetwork& each) { return each.jid == domain; };
  };
  const std::string domain{jid->domain()};
  const auto own = std::find_if(networks.begin(), networks.end(), named(domain));
  if (own == networks.end()) {
    leg.is_xmpp = true;
    leg.network = read.via.empty() ? networks.front().jid : read.via;
    leg.room = chat::RoomId{std::string{jid->bare_view()}};
    if (leg.format.empty()) leg.format = default_format;
    if (std::none_of(networks.begin(), networks.end(), named(leg.network))) {
      read.table.problem("via", "there is no [[network]] with jid '" + leg.network + "'");
    }
    return;
  }
  if (!read.via.empty()) read.table.problem("via", "is only for XMPP rooms, and this one is of " + domain);
  leg.network = domain;
  if (own->network == nullptr) return;  // its own mistakes are told
  const auto address = own->network->parse(xmpp::unescape_local(jid->local()));
  if (!address) return read.table.problem("room", "'" + leg.address + "': " + address.error().text);
  if (const auto* room = std::get_if<chat::RoomId>(&*address)) {
    leg.room = *room;
  } else {
    read.table.problem("room", "'" + leg.address + "' is not the address of a room");
  }
}

}  // namespace

std::vector<BridgeEntry> read_bridges(Settings& file) {
  std::vector<BridgeEntry> bridges;
  std::set<std::string> names;
  for (Settings& table : file.tables("bridge")) {
    bridges.push_back(read_bridge(table));
    const std::string& name = bridges.back().plan.name;
    if (!name.empty() && !names.insert(name).second) {
      table.problem("name", "there is another [[bridge]] with the name '" + name + "'");
    }
  }
  return bridges;
}

void resolve_bridges(std::vector<BridgeEntry>& bridges, const std::vector<BridgeableNetwork>& networks) {
  std::map<std::string, std::string> bridge_of;  // by place
  for (BridgeEntry& entry : bridges) {
    for (std::size_t i = 0; i < entry.plan.legs.size(); ++i) {
      LegPlan& leg = entry.plan.legs[i];
      resolve_leg(leg, entry.legs[i], networks);
      if (leg.room.empty()) continue;
      const auto [known, is_new] = bridge_of.emplace(place_of(leg), entry.plan.name);
      if (is_new) continue;
      entry.legs[i].table.problem("room", known->second == entry.plan.name
                                              ? "'" + leg.address + "' is twice in this bridge"
                                              : "'" + leg.address + "' is in the bridge '" + known->second +
                                                    "' too: make one bridge of them, or messages would go round");
    }
  }
}

}  // namespace dragoman
