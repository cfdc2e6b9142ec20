#include "xmpp/stanza_log.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace dragoman::xmpp {

namespace {

/// The value of an attribute in a start tag of our writer, which quotes with ' and escapes inside.
std::string_view value_in(std::string_view tag, std::string_view attribute) {
  for (std::size_t at = tag.find(attribute); at != std::string_view::npos; at = tag.find(attribute, at + 1)) {
    const std::size_t begin = at + attribute.size() + 2;
    if (at == 0 || tag[at - 1] != ' ' || begin > tag.size() || tag[begin - 2] != '=') continue;
    const char quote = tag[begin - 1];
    return tag.substr(begin, std::min(tag.find(quote, begin), tag.size()) - begin);
  }
  return {};
}

}  // namespace

void log_received(std::string_view network, const Element& stanza, const Jid& from) {
  std::string holds;
  for (const Element& child : stanza.children) {
    if (!child.is_text()) holds += (holds.empty() ? "" : ",") + child.name;
  }
  const auto& owner = from.bare_view();
  const auto& kind = stanza.name;
  const auto &to = stanza.get("to"), &type = stanza.get("type"), &id = stanza.get("id");
  const auto& client = from.str();
  LOG_DEBUG_OF(owner, "xmpp in", owner, network, kind, client, to, type, id, holds);
}

void log_sent(std::string_view network, std::string_view written) {
  // '>' may stand in a value: what is cut off there is only the end of a line of log.
  const std::string_view tag = written.substr(0, std::min(written.find('>'), written.size()));
  const std::string_view client = value_in(tag, "to");
  const std::string_view owner = client.substr(0, client.find('/'));
  if (!log::enabled(log::Level::debug, owner)) return;
  const std::string_view kind = tag.substr(1, std::min(tag.find(' '), tag.size()) - 1);
  const auto &from = value_in(tag, "from"), &type = value_in(tag, "type"), &id = value_in(tag, "id");
  const std::size_t bytes = written.size();
  LOG_DEBUG_OF(owner, "xmpp out", owner, network, kind, client, from, type, id, bytes);
}

}  // namespace dragoman::xmpp
