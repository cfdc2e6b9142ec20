#include "gateway/access.hpp"

#include <algorithm>

#include "gateway/access_lists.hpp"

namespace dragoman::gateway {

namespace {

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

}  // namespace

bool may_use(const Context& context, const xmpp::Jid& person) {
  using List = AccessLists::List;
  const Policy& policy = context.policy;
  const auto has = [&](List list) { return context.access.has(list, person.bare_view()); };
  if (has(List::blocked) || has(List::disabled)) return is_admin(policy, person);
  return is_allowed(policy, person) || has(List::allowed);
}

bool is_allowed(const Policy& policy, const xmpp::Jid& person) {
  const bool listed = std::any_of(policy.allow.begin(), policy.allow.end(), [&](const std::string& allowed) {
    return allowed == "*" || allowed == person.domain() || allowed == person.bare_view();
  });
  return listed || is_admin(policy, person);
}

bool is_admin(const Policy& policy, const xmpp::Jid& person) {
  return std::find(policy.admins.begin(), policy.admins.end(), person.bare_view()) != policy.admins.end();
}

std::string refusal(const Context& context, const xmpp::Jid& person) {
  using List = AccessLists::List;
  const auto has = [&](List list) { return context.access.has(list, person.bare_view()); };
  const std::string admins = joined(context.policy.admins);
  if (has(List::blocked) || has(List::disabled)) {
    std::string text = has(List::disabled) ? "Your account here has been disabled by an administrator."
                                           : "This gateway does not serve you: an administrator has blocked you.";
    return admins.empty() ? text : text + " Ask " + admins + " about it.";
  }
  std::string text = "This gateway serves only " + joined(context.policy.allow) + ".";
  if (!admins.empty()) text += " Ask " + admins + " if you should be among them.";
  return text;
}

}  // namespace dragoman::gateway
