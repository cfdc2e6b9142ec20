#include "config_bridge.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "backends/room_desk.hpp"
#include "base/text.hpp"
#include "bridge/relay_format.hpp"
#include "bridge/rules.hpp"
#include "config_bridge_policies.hpp"
#include "config_secret.hpp"
#include "xmpp/jid.hpp"

namespace dragoman {

namespace {

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

/// What all legs of a bridge share, unless one says otherwise.
struct Usual {
  std::string format;
  bridge::Policies policies;
  bridge::PuppetPlan puppets;
  IrcStyle style{};
};

/// Channels of IRC call theirs a key.
std::string read_room_password(Settings& table) {
  std::string password = table.text("password");
  for (const char* kind : {"password_file", "key_file"}) {
    if (!table.has(kind)) continue;
    if (!password.empty()) table.problem(kind, "give one password of the room, not two");
    password = read_secret_file(table, kind, "the room's password");
  }
  return password;
}

LegPlan read_leg(Settings& table, const Usual& usual) {
  LegPlan leg;
  leg.address = table.required("room", "the address of a room, e.g. \"#dev@irc.example.org\"");
  leg.label = table.text("label", leg.address);
  leg.nickname = table.text("nick");
  leg.password = read_room_password(table);
  const std::string direction = table.choice("direction", "both", {"in", "out", "both"});
  leg.direction = direction == "in"    ? LegPlan::Direction::in
                  : direction == "out" ? LegPlan::Direction::out
                                       : LegPlan::Direction::both;
  leg.format = read_format(table, usual.format);
  leg.policies = read_policies(table, usual.policies);
  leg.puppets = read_puppets(table, usual.puppets);
  return leg;
}

bool is_bridge_name(const std::string& name) {
  static constexpr std::string_view signs = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  return !name.empty() && name.size() <= 32 && name.find_first_not_of(signs) == std::string::npos;
}

void check_name(Settings& table, const std::string& key, const std::string& name) {
  if (name.empty() || is_bridge_name(name)) return;
  table.problem(key, "'" + name + "' is no name of a bridge: a-z, 0-9, - and _, at most 32");
}

/// Bare JIDs, domains and "*".
std::vector<std::string> read_people(Settings& table, std::string_view key, std::vector<std::string> usual) {
  std::vector<std::string> people;
  for (const std::string& each : table.texts(key, std::move(usual))) {
    const auto jid = xmpp::Jid::parse(each);
    if (each != "*" && !(jid && jid->is_bare())) {
      table.problem(key, "'" + each + "' is neither a domain nor a bare JID");
    }
    people.push_back(jid ? std::string{jid->bare_view()} : each);
  }
  return people;
}

/// The keys of a [[bridge]] that a [[bridge_pattern]] has too.
Usual read_common(Settings& table, bridge::Plan& plan) {
  plan.enabled = table.flag("enabled", true);
  const std::string status = table.choice("status", "off", {"off", "summary", "smart", "all"});
  plan.status = status == "summary" ? StatusLines::summary
                : status == "smart" ? StatusLines::smart
                : status == "all"   ? StatusLines::all
                                    : StatusLines::off;
  Settings queue = table.table("queue");
  plan.keep = queue.duration("keep", plan.keep);
  plan.most = static_cast<std::size_t>(queue.number("max", static_cast<std::int64_t>(plan.most), 1, 100000));
  queue.finish();
  plan.told_after = table.duration("announce_after", plan.told_after);
  Settings moderation = table.table("moderation");
  const std::string bans = moderation.choice("sync_bans", "off", {"off", "notify", "mirror"});
  plan.tells_bans = bans != "off";
  plan.mirrors_bans = bans == "mirror";
  moderation.finish();
  plan.hooks = read_people(table, "hooks", {});
  Usual usual{read_format(table, {}), read_policies(table, {}), read_puppets(table, {}), read_irc_style(table, {})};
  for (Settings& rule : table.tables("rule")) plan.rules.push_back(read_rule(rule));
  return usual;
}

BridgeEntry read_bridge(Settings& table) {
  BridgeEntry entry;
  bridge::Plan& plan = entry.plan;
  plan.name = table.required("name", "what this bridge is called, e.g. \"dev\"");
  check_name(table, "name", plan.name);
  const Usual usual = read_common(table, plan);
  for (Settings& leg : table.tables("leg")) {
    plan.legs.push_back(read_leg(leg, usual));
    entry.legs.push_back({leg, leg.text("via"), false, read_irc_style(leg, usual.style)});
    leg.finish();
  }
  if (plan.legs.size() < 2) table.problem("", "a bridge has at least two rooms: add a [[bridge.leg]]");
  table.finish();
  return entry;
}

constexpr std::string_view place_of_name = "{name}";

/// The address of a pattern with a name in it.
std::string with_name(std::string address, const std::string& name) {
  for (std::size_t place = address.find(place_of_name); place != std::string::npos;
       place = address.find(place_of_name, place + name.size())) {
    address.replace(place, place_of_name.size(), name);
  }
  return address;
}

std::string read_address(Settings& table, std::string_view key, std::string_view example) {
  const std::string address =
      table.required(key, "the address of a room with {name} in it, e.g. \"" + std::string{example} + '"');
  if (!address.empty() && address.find(place_of_name) == std::string::npos) {
    table.problem(key, "there is no {name} in '" + address + "': all bridges would be of the same room");
    return {};
  }
  return address;
}

/// A bridge for each of `names`, between the rooms that two addresses give with it.
std::vector<BridgeEntry> read_pattern(Settings& table) {
  const std::string match = read_address(table, "match", "#{name}@irc.example.org");
  const std::string to = read_address(table, "to", "{name}@conference.example.org");
  const std::vector<std::string> names = table.texts("names");
  if (names.empty()) table.problem("names", "say which rooms: names = [\"ops\", \"help\"]");
  const std::string via = table.text("via"), nickname = table.text("nick");
  bridge::Plan common;
  const Usual usual = read_common(table, common);
  table.finish();
  std::vector<BridgeEntry> bridges;
  if (match.empty() || to.empty()) return bridges;
  for (const std::string& name : names) {
    check_name(table, "names", name);
    BridgeEntry& entry = bridges.emplace_back();
    entry.plan = common;
    entry.plan.name = name;
    for (const std::string* pattern : {&match, &to}) {
      LegPlan leg;
      leg.address = leg.label = with_name(*pattern, name);
      leg.nickname = nickname;
      leg.format = usual.format;
      leg.policies = usual.policies;
      leg.puppets = usual.puppets;
      entry.plan.legs.push_back(std::move(leg));
      entry.legs.push_back({table, via, true, usual.style});
    }
  }
  return bridges;
}

/// Finds out which network a leg belongs to, and which room of it is meant.
void resolve_leg(LegPlan& leg, BridgeEntry::Leg& read, const std::vector<BridgeableNetwork>& networks) {
  if (leg.address.empty() || networks.empty()) return;
  const auto not_a_room = [&] { read.table.problem("room", "'" + leg.address + "' is not the address of a room"); };
  const auto jid = xmpp::Jid::parse(leg.address);
  // "#dev:hs.tld@matrix.example.org" is none, because of the ":", but everybody writes it.
  const std::size_t at = leg.address.rfind('@');
  if (at == std::string::npos || at == 0 || (jid && !jid->is_bare())) return not_a_room();
  const std::string domain = jid ? std::string{jid->domain()} : text::ascii_lower(leg.address.substr(at + 1));
  const auto named = [](const std::string& wanted) {
    return [&wanted](const BridgeableNetwork& each) { return each.jid == wanted; };
  };
  const auto own = std::find_if(networks.begin(), networks.end(), named(domain));
  if (own == networks.end()) {
    if (!jid || jid->local().empty()) return not_a_room();
    leg.is_xmpp = true;
    leg.network = read.via.empty() ? networks.front().jid : read.via;
    leg.room = chat::RoomId{std::string{jid->bare_view()}};
    if (leg.format.empty()) leg.format = default_format;
    apply_irc_style(read.style, false, default_format, read.table, leg);
    if (std::none_of(networks.begin(), networks.end(), named(leg.network))) {
      read.table.problem("via", "there is no [[network]] with jid '" + leg.network + "'");
    }
    return;
  }
  if (!read.via.empty() && !read.of_pattern)
    read.table.problem("via", "is only for XMPP rooms, and this one is of " + domain);
  leg.network = domain;
  if (own->network == nullptr) return;  // its own mistakes are told
  apply_irc_style(read.style, own->network->describe().kind == "irc", default_format, read.table, leg);
  const std::string local = xmpp::unescape_local(jid ? jid->local() : std::string_view{leg.address}.substr(0, at));
  auto address = own->network->parse(local);
  if (!address) address = own->network->parse_typed(local);
  if (!address) return read.table.problem("room", "'" + leg.address + "': " + address.error().text);
  const auto* person = std::get_if<chat::PersonId>(&*address);
  const auto* hooks = dynamic_cast<const backends::SendsGuests*>(own->network);
  if (const auto* room = std::get_if<chat::RoomId>(&*address)) {
    leg.room = *room;
  } else if (person != nullptr && hooks != nullptr) {
    leg.room = hooks->room_of_guest(person->text);  // who is told of a hook knows it by its contact
  } else {
    not_a_room();
  }
}

}  // namespace

LinkEntry read_link(Settings table) {
  LinkEntry entry;
  entry.allow = read_people(table, "allow", {"*"});
  table.finish();
  return entry;
}

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
  for (Settings& table : file.tables("bridge_pattern")) {
    for (BridgeEntry& entry : read_pattern(table)) {
      const std::string& name = entry.plan.name;
      if (!names.insert(name).second) table.problem("names", "there is another bridge with the name '" + name + "'");
      bridges.push_back(std::move(entry));
    }
  }
  return bridges;
}

void resolve_bridges(std::vector<BridgeEntry>& bridges, const std::vector<BridgeableNetwork>& networks,
                     const std::vector<bridge::Plan>& before) {
  std::map<std::string, const bridge::Plan*> bridge_of;  // by place; names may be given twice
  for (const bridge::Plan& each : before) {
    for (const LegPlan& leg : each.legs) bridge_of.emplace(place_of(leg), &each);
  }
  for (BridgeEntry& entry : bridges) {
    for (std::size_t i = 0; i < entry.plan.legs.size(); ++i) {
      LegPlan& leg = entry.plan.legs[i];
      resolve_leg(leg, entry.legs[i], networks);
      if (leg.room.empty()) continue;
      const auto [known, is_new] = bridge_of.emplace(place_of(leg), &entry.plan);
      if (is_new) continue;
      entry.legs[i].table.problem("room", known->second == &entry.plan
                                              ? "'" + leg.address + "' is twice in this bridge"
                                              : "'" + leg.address + "' is in the bridge '" + known->second->name +
                                                    "' too: make one bridge of them, or messages would go round");
    }
  }
}

}  // namespace dragoman
