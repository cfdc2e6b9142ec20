#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/access.hpp"
#include "gateway/gateway.hpp"
#include "gateway/service.hpp"

// The configuration changes while the gateway runs.

namespace dragoman::gateway {

void Gateway::take_policy(Policy policy) {
  if (stopped_) return;
  std::vector<User*> outside;
  for (auto& [bare, each] : users_) {
    if (!may_use(context_, each->jid())) outside.push_back(each.get());
  }
  const Policy before = std::exchange(policy_, std::move(policy));
  if (before.registrations_per_hour != policy_.registrations_per_hour) registrations_.forget_attempts();

  const OwnCaps caps{service_->caps(), person_service_.caps()};
  const auto picture_of = [](const Policy& one) { return one.avatar ? one.avatar->id : std::string{}; };
  const bool looks_different = caps.service != context_.caps.service || picture_of(before) != picture_of(policy_);
  context_.caps = caps;

  for (auto& [bare, each] : users_) {
    each->take_policy();
    if (!may_use(context_, each->jid())) {
      each->send_away(refusal(context_, each->jid()));
    } else if (std::find(outside.begin(), outside.end(), each.get()) != outside.end()) {
      each->come_back();
    } else if (looks_different) {
      each->tell_presence();
    }
  }
}

}  // namespace dragoman::gateway
