#include <utility>

#include "backends/matrix/address.hpp"
#include "backends/matrix/appservice.hpp"
#include "backends/matrix/appservice_third_party.hpp"
#include "backends/matrix/hub.hpp"
#include "backends/matrix/json.hpp"
#include "backends/matrix/voices.hpp"
#include "base/log.hpp"

// What the homeserver asks (application-service API, "Application service endpoints").

namespace dragoman::backends::matrix {

namespace {

constexpr std::uint64_t most_transaction = 32 * 1024 * 1024;  // 100 events and as many of what passes: 7 MB at most

net::HttpResponse done() { return service_answer(200, nlohmann::json::object()); }

}  // namespace

std::string AppService::path() const { return "/matrix/" + hub_.jid() + '/'; }

Result<void> AppService::listen() {
  net::HttpRoute route{
      path(), {"GET", "PUT", "POST"}, [this](net::HttpExchange& exchange) { return answer(exchange); }};
  route.most_body = most_transaction;
  route.admit = [this](const net::HttpHead& head) { return refuse_stranger(head, registration_->hs_token); };
  return hub_.services().route(std::move(route));
}

net::Task<> AppService::answer(net::HttpExchange& exchange) {
  using Kind = ServiceRequest::Kind;
  const net::HttpHead& head = exchange.head();
  const std::string_view below = std::string_view{head.path}.substr(path().size() - 1);
  const auto request = read_service_request(below, head.query);
  auto body = co_await exchange.read_all();
  if (!body) co_return;
  net::HttpResponse response;
  if (!request) {
    response = service_refusal(404, "M_UNRECOGNIZED", "There is no such thing here.");
  } else if (head.method != method_of(request->kind)) {
    response = service_refusal(405, "M_UNRECOGNIZED", "It is asked for in another way.");
  } else if (request->kind == Kind::transaction) {
    response = co_await take_transaction(request->name, std::move(*body));
  } else if (request->kind == Kind::user) {
    response = co_await find_user(request->name);
  } else if (request->kind == Kind::alias) {
    response = co_await find_portal(request->name);
  } else if (request->kind == Kind::ping) {
    response = done();
  } else {
    const nlohmann::json found = third_party_answer(*request, names_, hub_.jid());
    response = found.is_null() ? service_refusal(404, "M_NOT_FOUND", "There is no such protocol here.")
                               : service_answer(200, found);
  }
  // It leaves when everything that was written down for it is durable (decision 0032).
  co_await exchange.answer(std::move(response));
}

net::Task<net::HttpResponse> AppService::take_transaction(std::string id, std::string body) {
  co_await hub_.services().pressure.released();
  auto json = parse_json(body);
  if (!json || !json->is_object()) co_return service_refusal(400, "M_NOT_JSON", "This is no JSON object.");
  if (!log_.take(id, body)) co_return done();
  std::vector<Event> events;
  for (const nlohmann::json& each : array_at(*json, "events")) {
    auto event = read_event(each);
    if (event && log_.take_event(event->id)) events.push_back(std::move(*event));
  }
  // Version 1.13, and what Synapse called it before.
  for (const char* key : {"ephemeral", "de.sorunome.msc2409.ephemeral"}) {
    for (const nlohmann::json& each : array_at(*json, key)) {
      if (auto event = read_event(each)) events.push_back(std::move(*event));
    }
  }
  const std::string& network = hub_.jid();
  const std::size_t told = events.size();
  LOG_DEBUG("transaction", network, id, told);
  tell(events);
  log_.keep();
  co_return done();
}

net::Task<net::HttpResponse> AppService::find_user(std::string user_id) {
  const auto owner = names_.owner_of(user_id);
  const bool known = owner && !is_voice_name(*owner) && hub_.services().may_use && hub_.services().may_use(*owner);
  if (!known) co_return service_refusal(404, "M_NOT_FOUND", "Nobody of XMPP has this name.");
  const auto homeserver = co_await find();
  if (!homeserver) co_return service_refusal(503, "M_UNKNOWN", homeserver.error().text);
  std::string localpart{name_in(user_id)};
  const auto made = co_await make_user(desk(), *access_, std::move(localpart));
  if (!made) co_return service_refusal(503, "M_UNKNOWN", made.error().text);
  std::string name = owner->substr(0, owner->find('@'));
  if (*made) co_await name_user(desk(), *access_, user_id, std::move(name));
  co_return done();
}

}  // namespace dragoman::backends::matrix
