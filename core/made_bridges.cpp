#include "made_bridges.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/log.hpp"
#include "base/toml_text.hpp"

namespace dragoman {

namespace {

using Definition = MadeBridges::Definition;
using Json = nlohmann::json;

constexpr const char* plan_kind = "bridge-plan";

std::string key_text(const char* key, const std::string& value) {
  return value.empty() ? std::string{} : std::string{key} + " = " + toml_quoted(value) + '\n';
}

/// As the file would have it, so that the file's own reader checks it.
std::string to_toml(const Definition& definition) {
  std::string toml = "[[bridge]]\n" + key_text("name", definition.name);
  for (const Definition::Leg& leg : definition.legs) {
    toml += "[[bridge.leg]]\n" + key_text("room", leg.room) + key_text("via", leg.via) + key_text("nick", leg.nick);
  }
  return toml;
}

std::string to_json(const Definition& definition) {
  Json json{{"by", definition.by}, {"legs", Json::array()}};
  for (const auto& [room, via, nick] : definition.legs) {
    json["legs"].push_back({{"room", room}, {"via", via}, {"nick", nick}});
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Definition from_json(const std::string& name, const std::string& text) {
  Definition definition{name, {}, {}};
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return definition;  // without rooms it cannot run, which is said
  definition.by = json.value("by", "");
  for (const Json& leg : json.value("legs", Json::array())) {
    definition.legs.push_back({leg.value("room", ""), leg.value("via", ""), leg.value("nick", "")});
  }
  return definition;
}

/// "bridge:3:8: what is wrong": people have not seen the text that this is a place in.
std::string without_position(const std::string& problem) {
  const std::size_t end = problem.find(": ");
  return end == std::string::npos ? problem : problem.substr(end + 2);
}

/// Why a room is another one now; empty: it is none. XMPP rooms have been kept with the domain that enters them.
std::string network_gone(const Definition& definition, const bridge::Plan& plan) {
  for (std::size_t i = 0; i < plan.legs.size(); ++i) {
    if (plan.legs[i].is_xmpp && definition.legs[i].via.empty()) {
      return "the network of " + plan.legs[i].address + " is not in the configuration any more.";
    }
  }
  return {};
}

}  // namespace

void MadeBridges::load() {
  store_.reader_now().documents(plan_kind, [this](const store::Document& document) {
    all_.push_back({from_json(document.key, document.value), {}, "not looked at yet"});
  });
}

void MadeBridges::resolve(const std::vector<bridge::Plan>& of_file, const std::vector<BridgeableNetwork>& networks) {
  std::vector<bridge::Plan> before = of_file;
  for (Made& made : all_) {
    auto checked = check(made.definition, before, networks);
    std::string problem = checked ? network_gone(made.definition, checked->plan) : checked.error().text;
    if (problem.empty()) {
      made.plan = std::move(checked->plan);
      before.push_back(made.plan);
    }
    if (problem == made.problem) continue;
    made.problem = std::move(problem);
    const std::string &bridge = made.definition.name, &why = made.problem;
    if (!why.empty()) LOG_WARN("a bridge that was made at runtime cannot run", bridge, why);
  }
}

Result<MadeBridges::Made> MadeBridges::check(Definition definition, const std::vector<bridge::Plan>& others,
                                             const std::vector<BridgeableNetwork>& networks) const {
  for (const bridge::Plan& each : others) {
    if (each.name == definition.name)
      return failure(Fault::conflict, "There is a bridge \"" + each.name + "\" already.");
  }
  Settings file = Settings::from_text(to_toml(definition), "bridge");
  auto entries = read_bridges(file);
  resolve_bridges(entries, networks, others);
  std::string text;
  for (const std::string& problem : file.problems()) text += (text.empty() ? "" : "; ") + without_position(problem);
  if (!text.empty()) return failure(Fault::unacceptable, text + '.');
  Made made{std::move(definition), entries.front().plan, {}};
  for (std::size_t i = 0; i < made.plan.legs.size(); ++i) {
    // Kept, so that the room of a network that is gone from the file is not taken for an XMPP room later.
    if (made.plan.legs[i].is_xmpp) made.definition.legs[i].via = made.plan.legs[i].network;
  }
  return made;
}

void MadeBridges::keep(Made made) {
  const std::string& name = made.definition.name;
  store_.put({plan_kind, bridge::owner_of(name), name, to_json(made.definition)});
  const auto known =
      std::find_if(all_.begin(), all_.end(), [&name](const Made& each) { return each.definition.name == name; });
  if (known == all_.end()) {
    all_.push_back(std::move(made));
  } else {
    *known = std::move(made);
  }
}

void MadeBridges::forget(std::string name) {
  store_.erase(plan_kind, bridge::owner_of(name), name);
  std::erase_if(all_, [&name](const Made& each) { return each.definition.name == name; });
}

const MadeBridges::Made* MadeBridges::find(const std::string& name) const {
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&name](const Made& each) { return each.definition.name == name; });
  return found == all_.end() ? nullptr : &*found;
}

}  // namespace dragoman
