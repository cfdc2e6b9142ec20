#include "gateway/access.hpp"

#include <algorithm>

#include "gateway/access_lists.hpp"
#include "gateway/bans.hpp"
#include "gateway/user.hpp"

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
  const bool banned = context.bans.find(person.bare_view()) != nullptr;
  if (banned || has(List::disabled)) return is_admin(policy, person);
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

std::string ask_whom(const Context& context, const std::string& what) {
  const std::string admins = joined(context.policy.admins);
  return admins.empty() ? std::string{} : " Ask " + admins + ' ' + what + '.';
}

std::string refusal(const Context& context, const xmpp::Jid& person) {
  if (const Ban* ban = context.bans.find(person.bare_view())) {
    const bool whole_domain = context.bans.target_of(person.bare_view()) != person.bare_view();
    std::string text = (whole_domain ? std::string{person.domain()} + " is" : std::string{"You are"}) +
                       " banned from this gateway " + describe(*ban);
    if (text.back() != '.') text += '.';
    return text + ask_whom(context);
  }
  if (context.access.has(AccessLists::List::disabled, person.bare_view())) {
    return "Your account here has been disabled by an administrator." + ask_whom(context);
  }
  return "This gateway serves only " + joined(context.policy.allow) + '.' +
         ask_whom(context, "if you should be among them");
}

void enforce_access(const Context& context) {
  context.each_user([&context](User& user) {
    if (!may_use(context, user.jid())) user.send_away(refusal(context, user.jid()));
  });
}

}  // namespace dragoman::gateway
