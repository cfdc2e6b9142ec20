#include "xmpp/stream_failure.hpp"

#include <array>

#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {

namespace {

using Failed = ComponentStream::Failed;

struct Advice {
  std::string_view condition;
  Fault fault;
  bool may_retry;
  std::string_view text;  // $ stands for the domain
};

constexpr std::array<Advice, 18> advices{{
    {"not-authorized", Fault::unauthorized, false,
     "the server refused the secret of $. The same secret must stand here and there: component_secret below "
     "Component \"$\" in Prosody; password below hosts: \"$\" of the ejabberd_service listener in ejabberd, which says "
     "the same when it does not know $ at all"},
    {"host-unknown", Fault::not_found, false,
     "the server has no component $. Add Component \"$\" with its component_secret to the Prosody configuration, or $ "
     "below hosts: of the ejabberd_service listener, and reload the server"},
    {"host-gone", Fault::not_found, false,
     "the server no longer has the component $: put it back into its configuration"},
    {"invalid-from", Fault::malformed, true,
     "the server refused a stanza whose sender is not of $. This is a mistake of dragoman: please report it"},
    {"improper-addressing", Fault::malformed, true,
     "the server refused a stanza with a missing or wrong address. This is a mistake of dragoman: please report it"},
    {"policy-violation", Fault::limited, true,
     "the server closed the stream for breaking a limit of its own, most likely that of the stanza size: "
     "component_stanza_size_limit in Prosody, max_stanza_size in ejabberd; 524288 or more is enough"},
    {"resource-constraint", Fault::limited, true, "the server has too little resources for the stream"},
    {"connection-timeout", Fault::timeout, true, "the server heard nothing for too long and gave the connection up"},
    {"system-shutdown", Fault::unavailable, true, "the server is shutting down"},
    {"reset", Fault::unavailable, true, "the server wants the stream to be opened again"},
    {"internal-server-error", Fault::unavailable, true, "the server had an internal error: look into its log"},
    {"invalid-namespace", Fault::unsupported, false,
     "this is not a component port. Clients use 5222 and servers 5269; components usually 5347 (component_ports in "
     "Prosody, an ejabberd_service listener in ejabberd)"},
    {"unsupported-version", Fault::unsupported, false,
     "the server does not take components of the kind of XEP-0114 there"},
    {"not-well-formed", Fault::malformed, true,
     "the server could not read what it got. This is a mistake of dragoman: please report it"},
    {"xml-not-well-formed", Fault::malformed, true,
     "the server could not read what it got. This is a mistake of dragoman: please report it"},
    {"bad-format", Fault::malformed, true,
     "the server could not read what it got. This is a mistake of dragoman: please report it"},
    {"invalid-xml", Fault::malformed, true,
     "the server could not read what it got. This is a mistake of dragoman: please report it"},
    {"restricted-xml", Fault::malformed, true,
     "the server could not read what it got. This is a mistake of dragoman: please report it"},
}};

// Two instances that kick each other would do so for ever: whoever was replaced waits long.
constexpr Advice refused_for_conflict{
    "conflict", Fault::conflict, true,
    "the server has a connection of $ already: a second dragoman runs with the same domain, or the server still "
    "believes in an old connection that broke. Stop the other one; in Prosody set component_conflict_resolve = "
    "\"kick_old\" below Component \"$\", so that a restarted gateway is let in at once"};
constexpr Advice replaced{
    "conflict", Fault::conflict, false,
    "another connection has taken over $: a second dragoman (or another gateway) runs with the same domain and "
    "secret. Stop one of them"};
constexpr Advice other{"", Fault::closed, true, "the server closed the stream"};

const Advice& advice_for(std::string_view condition, bool was_ready) {
  if (condition == "conflict") return was_ready ? replaced : refused_for_conflict;
  for (const Advice& advice : advices) {
    if (advice.condition == condition) return advice;
  }
  return other;
}

std::string fill_in(std::string_view pattern, std::string_view domain) {
  std::string text;
  for (const char c : pattern) {
    if (c == '$') {
      text += domain;
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

Failed stream_error(const Element& error, const std::string& domain, bool was_ready) {
  std::string condition, said;
  for (const Element& child : error.children) {
    if (child.is_text() || child.ns != ns::stream_errors) continue;
    if (child.name == "text") {
      said = child.text();
    } else if (condition.empty()) {
      condition = child.name;
    }
  }
  // Before RFC 3920 there was only text.
  if (said.empty() && condition.empty()) said = error.text();
  const Advice& advice = advice_for(condition, was_ready);
  std::string text = fill_in(advice.text, domain);
  if (&advice == &other && !condition.empty()) text += " (" + condition + ")";
  if (!said.empty()) text += "; it says: " + said;
  return {advice.fault, std::move(condition), std::move(text), advice.may_retry};
}

Failed ended_by_server(ComponentStream::State state) {
  switch (state) {
    case ComponentStream::State::connecting:
    case ComponentStream::State::waiting_for_stream:
      return {
          Fault::closed,
          {},
          "the server closed the connection before it answered: is this its component port, and does it speak plain "
          "TCP there?",
          true};
    case ComponentStream::State::waiting_for_handshake:
      return {Fault::closed, {}, "the server closed the connection during the handshake: its log says why", true};
    case ComponentStream::State::ready:
    case ComponentStream::State::failed:
      break;
  }
  return {Fault::closed, {}, "the server closed the connection", true};
}

Failed ended_by_us() { return {Fault::closed, {}, "closed by the gateway", true}; }

Failed server_broke_rule(std::string_view condition, std::string_view problem) {
  std::string text = "the server sent what cannot be taken: ";
  text += problem;
  return {Fault::malformed, std::string{condition}, std::move(text), true};
}

}  // namespace dragoman::xmpp
