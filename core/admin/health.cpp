#include "admin/health.hpp"

#include <nlohmann/json.hpp>

#include "admin/json_answer.hpp"

namespace dragoman::admin {

namespace {

using nlohmann::json;

// Nothing more is accepted while the store is this far behind (delivery/outgoing.cpp).
constexpr std::size_t most_backlog = 64 * 1024 * 1024;

std::string store_problem(const store::Store& store) {
  if (!store.has_room()) return "the disk is nearly full: new messages are refused";
  if (store.backlog() > most_backlog) return "the disk cannot keep up: new messages are refused";
  return {};
}

}  // namespace

net::HttpResponse answer_live() { return make_json_answer(200, {{"status", "ok"}}); }

net::HttpResponse answer_ready(const Facts& facts) {
  bool ready = true;
  json components = json::array();
  for (const NetworkFacts& network : facts.networks()) {
    json component = {{"network", network.overview.jid}, {"ready", network.overview.link_up}};
    if (!network.overview.link_up) {
      component["reason"] = network.link_text;
      ready = false;
    }
    components.push_back(std::move(component));
  }
  const std::string problem = store_problem(facts.store);
  json store = {{"ready", problem.empty()}};
  if (!problem.empty()) {
    store["reason"] = problem;
    ready = false;
  }
  return make_json_answer(
      ready ? 200 : 503,
      {{"status", ready ? "ok" : "unavailable"}, {"components", std::move(components)}, {"store", std::move(store)}});
}

}  // namespace dragoman::admin
