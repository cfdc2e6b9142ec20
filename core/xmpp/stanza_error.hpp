#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "xmpp/element.hpp"

namespace dragoman::xmpp {

/// A stanza error: condition of RFC 6120 8.3.3, its type, and the legacy code of XEP-0086 beside it.
struct StanzaError {
  std::string condition;  ///< "item-not-found"
  std::string type;       ///< "cancel", "auth", "modify", "wait", "continue"; empty: the usual one of the condition
  std::string text;       ///< for a person; may be empty
  std::string by;         ///< who says so; empty: nobody in particular
  std::string uri{};      ///< of <gone/> and <redirect/>: where it is now (RFC 6120 8.3.3.5)
  /// What a network calls it, for programs (RFC 6120 8.3.4): {"irc", "404"} is
  /// <irc xmlns='urn:dragoman:irc' code='404'/>. Empty: it has no name for it.
  std::string network{}, code{};
};

/// The condition that fits a fault, with the text. Table in reference/irc.md 1.3 and xmpp.md 2.4.
StanzaError to_stanza_error(Fault fault, std::string text);

/// <error type= code= by=><condition/><text/></error>, namespace jabber:component:accept.
Element make_error(const StanzaError& error);
/// A copy of `stanza` turned round with type='error', its children and the error. Never call it for a stanza whose type
/// is error or (iq) result: check with may_answer.
Element make_error_reply(const Element& stanza, const StanzaError& error);
/// False for type='error' and for iq type='result': these are never answered (RFC 6120 8.3.1).
bool may_answer(const Element& stanza);
/// An empty result for an iq; add the payload.
Element make_result(const Element& iq);
/// Reads the <error/> of a stanza; code-only errors of old software are understood. Fault as in to_stanza_error.
Error read_error(const Element& stanza);
/// The condition of a stanza of type error, one of those of RFC 6120 8.3.3 that live as long as the program: what it
/// does not say in their words is "undefined-condition".
std::string_view condition_of(const Element& stanza);
/// The legacy code beside a condition, e.g. "404" for item-not-found.
std::string_view legacy_code(std::string_view condition);

}  // namespace dragoman::xmpp
