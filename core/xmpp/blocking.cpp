#include "xmpp/blocking.hpp"

#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::xmpp {

namespace {

void add_items(Element& list, const std::vector<std::string>& jids) {
  for (const std::string& jid : jids) list.add("item").set("jid", jid);
}

}  // namespace

std::vector<std::string> read_blocked(const Element& element) {
  std::vector<std::string> jids;
  for (const Element& child : element.children) {
    if (child.is("item", blocking_ns)) jids.emplace_back(child.get("jid"));
  }
  return jids;
}

Element make_block_list(const Element& iq, const std::vector<std::string>& jids) {
  Element result = make_result(iq);
  add_items(result.add("blocklist", blocking_ns), jids);
  return result;
}

Element make_block_push(std::string_view name, std::string_view to, const std::vector<std::string>& jids) {
  Element push{"iq", ns::component};
  push.set("type", "set").set("to", to);
  add_items(push.add(name, blocking_ns), jids);
  return push;
}

Element make_blocked_error(const Element& stanza) {
  Element reply = make_error_reply(stanza, {"not-acceptable", "cancel", "You have blocked this person.", {}});
  for (Element& child : reply.children) {
    if (child.is("error", ns::component)) child.add("blocked", blocking_errors_ns);
  }
  return reply;
}

}  // namespace dragoman::xmpp
