#include "gateway/access.hpp"

#include <algorithm>

namespace dragoman::gateway {

namespace {

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

}  // namespace

bool may_use(const Policy& policy, const xmpp::Jid& person) {
  return std::any_of(policy.allow.begin(), policy.allow.end(), [&](const std::string& allowed) {
    return allowed == "*" || allowed == person.domain() || allowed == person.bare_view();
  });
}

bool is_admin(const Policy& policy, const xmpp::Jid& person) {
  return std::find(policy.admins.begin(), policy.admins.end(), person.bare_view()) != policy.admins.end();
}

std::string refusal(const Policy& policy) {
  std::string text = "This gateway serves only " + joined(policy.allow) + ".";
  if (!policy.admins.empty()) text += " Ask " + joined(policy.admins) + " if you should be among them.";
  return text;
}

}  // namespace dragoman::gateway
