#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xmpp/data_form.hpp"
#include "xmpp/element.hpp"
#include "xmpp/stanza_error.hpp"

// XEP-0050: commands with a form for every step.
//   <iq type='set' to='irc.example.org'><command xmlns='http://jabber.org/protocol/commands' node='join'
//     action='execute'/></iq>
//   <iq type='result' ...><command node='join' sessionid='9f3c' status='executing'><actions execute='complete'>
//     <complete/></actions><x xmlns='jabber:x:data' type='form'>...</x></command></iq>
namespace dragoman::xmpp {

inline constexpr std::string_view commands_ns = "http://jabber.org/protocol/commands";

struct CommandRequest {
  enum class Action { execute, cancel, back, next, complete };
  std::string node, session;
  std::optional<Action> action;  ///< nothing: an action that nobody knows
  std::string lang;              ///< of the command itself; that of the <iq/> is put there by servers
  std::optional<DataForm> form;
};
CommandRequest read_command(const Element& command);

struct CommandStep {
  enum class Status { executing, completed, canceled };
  std::string node, session;
  Status status = Status::completed;
  bool back = false, next = false, complete = false;  ///< what may be done, while it is executing
  std::string info, error;                            ///< notes; empty: none
  std::string url;                                    ///< to be opened, XEP-0066
  std::optional<DataForm> form;
};
Element make_command(const Element& iq, const CommandStep& step);

/// Of XEP-0050 4.5.
enum class CommandFault { malformed_action, bad_action, bad_locale, bad_payload, bad_sessionid, session_expired };
/// The error for `iq`. What was filled in is not given back: there may be a password in it.
Element make_command_error(const Element& iq, CommandFault fault, std::string text);
Element make_command_error(const Element& iq, const StanzaError& error);

}  // namespace dragoman::xmpp
