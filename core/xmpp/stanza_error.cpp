#include "xmpp/stanza_error.hpp"

#include <array>

#include "base/result.hpp"
#include "base/text.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {

namespace {

/// One row a condition: what it is, what old software calls it, and what a caller of ours does about it.
struct Row {
  std::string_view condition;
  std::string_view type;  // RFC 6120 8.3.3; XEP-0086 has others for a few
  std::string_view code;  // XEP-0086
  Fault fault;
};
// Where several conditions share a code, the first is what the code alone is read as.
constexpr std::array<Row, 23> rows{{
    {"gone", "cancel", "302", Fault::not_found},
    {"redirect", "modify", "302", Fault::not_found},
    {"bad-request", "modify", "400", Fault::malformed},
    {"jid-malformed", "modify", "400", Fault::malformed},
    {"unexpected-request", "wait", "400", Fault::unacceptable},
    {"not-authorized", "auth", "401", Fault::unauthorized},
    {"payment-required", "auth", "402", Fault::forbidden},
    {"forbidden", "auth", "403", Fault::forbidden},
    {"item-not-found", "cancel", "404", Fault::not_found},
    {"recipient-unavailable", "wait", "404", Fault::absent},
    {"remote-server-not-found", "cancel", "404", Fault::unavailable},
    {"not-allowed", "cancel", "405", Fault::not_allowed},
    {"policy-violation", "modify", "405", Fault::unacceptable},
    {"not-acceptable", "modify", "406", Fault::unacceptable},
    {"registration-required", "auth", "407", Fault::members_only},
    {"subscription-required", "auth", "407", Fault::members_only},
    {"conflict", "cancel", "409", Fault::conflict},
    {"internal-server-error", "cancel", "500", Fault::unavailable},
    {"resource-constraint", "wait", "500", Fault::limited},
    {"undefined-condition", "cancel", "500", Fault::unavailable},
    {"feature-not-implemented", "cancel", "501", Fault::unsupported},
    {"service-unavailable", "cancel", "503", Fault::unavailable},
    {"remote-server-timeout", "wait", "504", Fault::unavailable},
}};
// Codes that we read but never write.
constexpr std::array<Row, 2> read_only{{
    {"remote-server-timeout", "wait", "408", Fault::unavailable},
    {"service-unavailable", "wait", "502", Fault::unavailable},
}};

const Row* row_of(std::string_view condition) {
  for (const Row& row : rows) {
    if (row.condition == condition) return &row;
  }
  return nullptr;
}

const Row* row_of_code(std::string_view code) {
  for (const Row& row : rows) {
    if (row.code == code) return &row;
  }
  for (const Row& row : read_only) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

const Element* error_in(const Element& stanza) {
  const Element* error = nullptr;
  for (const Element& child : stanza.children) {
    if (child.name == "error" && child.ns == stanza.ns) error = &child;
  }
  return error;
}

std::string text_in(const Element& error) {
  std::string text;
  for (const Element& child : error.children) {
    if (child.is("text", ns::stanza_errors)) text = child.text();
  }
  return text;
}

/// COMPAT Prosody, also 13: while it stops it has no way to other servers any more, and says so of every stanza in the
/// name of whom it was for (core/stanza_router.lua), by a condition with which rooms refuse people for good.
bool is_without_way(const Element& error, const Row& row) {
  return row.fault == Fault::not_allowed && text_in(error) == "Communication with remote domains is not enabled";
}

const Row* row_in(const Element& error) {
  for (const Element& child : error.children) {
    if (child.ns != ns::stanza_errors || child.name == "text") continue;
    const Row* row = row_of(child.name);
    if (row != nullptr) return is_without_way(error, *row) ? row_of("remote-server-not-found") : row;
  }
  return row_of_code(error.get("code"));
}

/// The part of RFC 6120 8.3.3 that fits a fault; `type` only where it is not the usual one.
struct Choice {
  std::string_view condition, type;
};
Choice choose(Fault fault) {
  switch (fault) {
    case Fault::malformed:
      return {"bad-request", {}};
    case Fault::too_long:
      return {"policy-violation", {}};
    case Fault::not_found:
      return {"item-not-found", {}};
    case Fault::absent:
      return {"recipient-unavailable", {}};
    case Fault::conflict:
      return {"conflict", {}};
    case Fault::forbidden:
      return {"forbidden", {}};
    case Fault::unauthorized:
      return {"not-authorized", {}};
    case Fault::members_only:
      return {"registration-required", {}};
    case Fault::not_allowed:
      return {"not-allowed", {}};
    case Fault::unsupported:
      return {"feature-not-implemented", {}};
    case Fault::unacceptable:
      return {"not-acceptable", {}};
    case Fault::limited:
      return {"resource-constraint", {}};
    case Fault::full:
      return {"service-unavailable", "wait"};  // XEP-0045 7.2.9
    case Fault::timeout:
      return {"remote-server-timeout", {}};
    case Fault::unavailable:
      return {"remote-server-timeout", {}};
    case Fault::closed:
      return {"service-unavailable", "wait"};
    case Fault::storage:
      return {"resource-constraint", {}};
    case Fault::internal:
      return {"internal-server-error", {}};
  }
  return {"internal-server-error", {}};
}

/// A stanza of the same kind and id going back.
Element turned_round(const Element& stanza, std::string_view type) {
  Element back{stanza.name, ns::component};
  // Empty addresses stay away: the writer then says that they are missing.
  if (stanza.has("to")) back.set("from", stanza.get("to"));
  if (stanza.has("from")) back.set("to", stanza.get("from"));
  back.set("type", type);
  if (stanza.has("id")) back.set("id", stanza.get("id"));
  return back;
}

}  // namespace

StanzaError to_stanza_error(Fault fault, std::string text) {
  const Choice choice = choose(fault);
  return {std::string{choice.condition}, std::string{choice.type}, std::move(text), {}};
}

std::string_view legacy_code(std::string_view condition) {
  const Row* row = row_of(condition);
  return row == nullptr ? std::string_view{"500"} : row->code;
}

Element make_error(const StanzaError& error) {
  const Row* row = row_of(error.condition);
  Element made{"error", ns::component};
  if (!error.type.empty()) {
    made.set("type", error.type);
  } else {
    made.set("type", row == nullptr ? "cancel" : row->type);
  }
  made.set("code", legacy_code(error.condition));
  if (!error.by.empty()) made.set("by", error.by);
  // A condition of nobody's list is a bug, but an invalid error stanza would hide it from the client too.
  made.add(row == nullptr ? "undefined-condition" : row->condition, ns::stanza_errors).set_text(error.uri);
  if (!error.text.empty()) {
    Element& text = made.add("text", ns::stanza_errors);
    text.set("xml:lang", "en");
    text.set_text(error.text);
  }
  if (!error.code.empty()) made.add(error.network, "urn:dragoman:" + error.network).set("code", error.code);
  return made;
}

Element make_error_reply(const Element& stanza, const StanzaError& error) {
  Element reply = turned_round(stanza, "error");
  reply.children = stanza.children;
  reply.add(make_error(error));
  return reply;
}

bool may_answer(const Element& stanza) {
  const std::string_view type = stanza.get("type");
  return type != "error" && !(stanza.name == "iq" && type == "result");
}

Element make_result(const Element& iq) { return turned_round(iq, "result"); }

std::string_view condition_of(const Element& stanza) {
  const Element* error = error_in(stanza);
  const Row* row = error == nullptr ? nullptr : row_in(*error);
  return row == nullptr ? "undefined-condition" : row->condition;
}

Error read_error(const Element& stanza) {
  const Element* error = error_in(stanza);
  if (error == nullptr) return failure(Fault::unavailable, "an error without a reason");
  const Row* row = row_in(*error);
  std::string text = text_in(*error);
  // Before RFC 3920 the text stood bare in <error/>.
  if (text.empty()) text = text::trim(error->text());
  if (row == nullptr) return failure(Fault::unavailable, text.empty() ? "an error without a reason" : std::move(text));
  return failure(row->fault, text.empty() ? std::string{row->condition} : std::move(text));
}

}  // namespace dragoman::xmpp
