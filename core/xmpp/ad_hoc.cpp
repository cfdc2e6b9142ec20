#include "xmpp/ad_hoc.hpp"

#include <array>

#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {

namespace {

constexpr std::array<std::string_view, 5> actions{"execute", "cancel", "prev", "next", "complete"};
constexpr std::array<std::string_view, 3> states{"executing", "completed", "canceled"};
constexpr std::array<std::string_view, 6> conditions{"malformed-action", "bad-action",    "bad-locale",
                                                     "bad-payload",      "bad-sessionid", "session-expired"};

void add_note(Element& command, std::string_view type, const std::string& text) {
  if (!text.empty()) command.add("note").set("type", type).set_text(text);
}

void add_actions(Element& command, const CommandStep& step) {
  Element& allowed = command.add("actions");
  allowed.set("execute", step.next ? "next" : "complete");
  if (step.back) allowed.add("prev");
  if (step.next) allowed.add("next");
  if (step.complete) allowed.add("complete");
}

Element without_answers(const Element& iq) {
  Element copy = iq;
  for (Element& child : copy.children) {
    if (child.is("command", commands_ns)) child.children.clear();
  }
  return copy;
}

}  // namespace

CommandRequest read_command(const Element& command) {
  CommandRequest request;
  request.node = command.get("node");
  request.session = command.get("sessionid");
  request.lang = command.get("xml:lang");
  request.form = find_data_form(command);
  const std::string_view action = command.has("action") ? command.get("action") : "execute";
  for (std::size_t i = 0; i < actions.size(); ++i) {
    if (actions[i] == action) request.action = static_cast<CommandRequest::Action>(i);
  }
  return request;
}

Element make_command(const Element& iq, const CommandStep& step) {
  Element result = make_result(iq);
  Element& command = result.add("command", commands_ns);
  command.set("node", step.node).set("sessionid", step.session);
  command.set("status", states[static_cast<std::size_t>(step.status)]).set("xml:lang", "en");
  if (step.status == CommandStep::Status::executing) add_actions(command, step);
  add_note(command, "error", step.error);
  add_note(command, "info", step.info);
  if (step.form) command.add(make_data_form(*step.form));
  if (!step.url.empty()) command.add("x", "jabber:x:oob").add_text_child("url", step.url);
  return result;
}

Element make_command_error(const Element& iq, CommandFault fault, std::string text) {
  const bool expired = fault == CommandFault::session_expired;
  const std::string_view condition = expired ? "not-allowed" : "bad-request";
  Element reply = make_error_reply(without_answers(iq), {std::string{condition}, {}, std::move(text), {}});
  reply.children.back().add(conditions[static_cast<std::size_t>(fault)], commands_ns);
  return reply;
}

Element make_command_error(const Element& iq, const StanzaError& error) {
  return make_error_reply(without_answers(iq), error);
}

}  // namespace dragoman::xmpp
