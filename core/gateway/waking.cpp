#include "gateway/waking.hpp"

#include "gateway/access.hpp"
#include "gateway/user.hpp"

namespace dragoman::gateway {

bool is_welcome(const Context& context, const std::string& person) {
  const auto jid = xmpp::Jid::parse(person);
  return jid && jid->is_bare() && !jid->local().empty() && may_use(context, *jid);
}

bool wake(Context& context, const std::string& person) {
  if (!is_welcome(context, person)) return false;
  context.user(*xmpp::Jid::parse(person)).reconnect({});
  return true;
}

}  // namespace dragoman::gateway
