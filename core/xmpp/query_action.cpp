#include "xmpp/query_action.hpp"

namespace dragoman::xmpp {

namespace {

std::optional<QueryAction::Kind> kind_of(std::string_view text) {
  if (text == "create") return QueryAction::Kind::create;
  if (text == "read") return QueryAction::Kind::read;
  if (text == "update") return QueryAction::Kind::update;
  if (text == "delete") return QueryAction::Kind::remove;
  return std::nullopt;
}

}  // namespace

Result<std::optional<QueryAction>> read_query_action(const Element& iq, bool strict_by_default) {
  const Element& query = *iq.first_element();
  const bool get = iq.get("type") == "get";
  const bool names_strict = query.has("strict");
  if (!query.has("action") && !(get && names_strict)) return std::optional<QueryAction>{};
  QueryAction action;
  action.strict = strict_by_default;
  if (query.has("action")) {
    const auto kind = kind_of(query.get("action"));
    if (!kind) return failure(Fault::unacceptable, "The action of a query is create, read, update or delete.");
    action.kind = *kind;
  }
  if (get && action.kind != QueryAction::Kind::read) {
    return failure(Fault::unacceptable, "An iq of type 'get' reads; anything else is a 'set'.");
  }
  if (names_strict) {
    const std::string_view strict = query.get("strict");
    if (strict != "true" && strict != "false") {
      return failure(Fault::unacceptable, "The attribute 'strict' of a query is 'true' or 'false'.");
    }
    action.strict = strict == "true";
  }
  return std::optional{action};
}

std::optional<Fault> obstacle(const QueryAction& action, bool exists) {
  if (!action.strict) return std::nullopt;
  switch (action.kind) {
    case QueryAction::Kind::create:
      return exists ? std::optional{Fault::conflict} : std::nullopt;
    case QueryAction::Kind::read:
    case QueryAction::Kind::update:
    case QueryAction::Kind::remove:
      return exists ? std::nullopt : std::optional{Fault::not_found};
  }
  return std::nullopt;
}

void repeat_query_action(const Element& iq, Element& result) {
  const Element& asked = *iq.first_element();
  for (Element& query : result.children) {
    if (query.is_text()) continue;
    for (const char* each : {"action", "strict"}) {
      if (asked.has(each)) query.set(each, asked.get(each));
    }
  }
}

}  // namespace dragoman::xmpp
