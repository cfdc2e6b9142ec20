#include <algorithm>
#include <utility>

#include "backends/matrix/api.hpp"
#include "backends/matrix/connection.hpp"
#include "backends/matrix/errors.hpp"
#include "base/log.hpp"

// What a session asks of the homeserver: when it may leave, and what comes back.

namespace dragoman::backends::matrix {

net::Task<> Connection::send(Request request) {
  const Tokens* tokens = hub_.tokens().find(owner_);
  if (tokens == nullptr) co_return;
  net::HttpRequest http = make_request(tokens->homeserver, request.method, tokens->path_of(request.path),
                                       std::move(request.body), tokens->access);
  if (!http.body.empty() && !request.media_type.empty()) http.fields.set("Content-Type", request.media_type);
  net::HttpLimits limits;
  limits.timeout = request.timeout;
  limits.most_body = request.most_body;
  limits.public_addresses_only = tokens->homeserver.public_only;
  auto response = co_await hub_.http().send(std::move(http), limits);
  if (!under_way_.contains(request.id)) co_return;
  co_await hub_.services().pressure.released();
  if (under_way_.erase(request.id) == 0) co_return;
  log_answer(request, response);
  Returned returned;
  if (response) {
    if (response->status == 401) soft_logout_ = read_refusal(*response, hub_.clock().utc()).soft_logout;
    returned.response = std::move(*response);
  } else {
    returned.error = response.error();
  }
  Effects effects = begin();
  session_.on_response(request.id, returned, effects);
  end(effects);
}

net::Task<> Connection::transfer(Transfer wanted) {
  const CallId id = wanted.id;
  const auto uploaded = co_await upload(std::move(wanted));
  if (under_way_.erase(id) == 0) co_return;
  Effects effects = begin();
  session_.on_upload(id, uploaded, effects);
  end(effects);
}

void Connection::log_answer(const Request& request, const Result<net::HttpResponse>& response) const {
  if (!log::enabled(log::Level::debug, owner_)) return;
  const std::string &owner = owner_, &network = hub_.jid();
  // Neither what was searched for nor where we are in the sync: the path alone.
  const std::string asked = request.method + ' ' + request.path.substr(0, request.path.find('?'));
  const int status = response ? response->status : 0;
  const std::size_t bytes = response ? response->body.size() : 0;
  LOG_DEBUG_OF(owner_, "matrix request", owner, network, asked, status, bytes);
}
void Connection::note_unwritten(const Effects& effects) {
  std::vector<std::string> keys;
  for (const auto& [key, text] : effects.documents) {
    keys.push_back(key);
    ++unwritten_[key];
  }
  hub_.loop().gate().when_durable([alive = alive_, keys = std::move(keys)] {
    if (*alive == nullptr) return;
    std::map<std::string, std::size_t>& unwritten = (*alive)->unwritten_;
    for (const std::string& key : keys) {
      const auto found = unwritten.find(key);
      if (--found->second == 0) unwritten.erase(found);
    }
  });
}

void Connection::send_what_is_kept(Effects& effects) {
  const auto is_kept = [this](const Request& each) {
    return !each.kept_in.empty() && !unwritten_.contains(each.kept_in);
  };
  const auto kept = std::stable_partition(effects.requests.begin(), effects.requests.end(),
                                          [&is_kept](const Request& each) { return !is_kept(each); });
  for (auto each = kept; each != effects.requests.end(); ++each) {
    under_way_.insert(each->id);
    tasks_.spawn([this, request = std::move(*each)] { return send(request); });
  }
  effects.requests.erase(kept, effects.requests.end());
}

void Connection::send_when_durable(Effects& effects) {
  send_what_is_kept(effects);
  if (effects.requests.empty() && effects.transfers.empty()) return;
  for (const Request& each : effects.requests) under_way_.insert(each.id);
  for (const Transfer& each : effects.transfers) under_way_.insert(each.id);
  batches_.push_back({std::move(effects.requests), std::move(effects.transfers)});
  hub_.loop().gate().when_durable([alive = alive_] {
    if (*alive != nullptr) (*alive)->send_next();
  });
}

void Connection::send_next() {
  Batch batch = std::move(batches_.front());
  batches_.pop_front();
  for (Request& each : batch.requests) {
    if (!under_way_.contains(each.id)) continue;  // given up meanwhile
    tasks_.spawn([this, request = std::move(each)] { return send(request); });
  }
  for (Transfer& each : batch.transfers) {
    if (!under_way_.contains(each.id)) continue;
    tasks_.spawn([this, wanted = std::move(each)] { return transfer(wanted); });
  }
}
}  // namespace dragoman::backends::matrix
