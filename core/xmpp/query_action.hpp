#pragma once

#include <optional>

#include "base/result.hpp"
#include "xmpp/element.hpp"

// XEP-0099: what a query wants done, said in its own element, the same for every protocol that knows it.
//   <iq type='set'><query xmlns='jabber:iq:private' action='create' strict='true'>...</query></iq>
//
//   action    strict, there       strict, not there   not strict, there   not strict, not there
//   create    409 conflict        made                as update           made
//   read      shown               404                 shown               an empty result
//   update    changed             404                 changed             made
//   delete    deleted             404                 deleted             a result
//
// What is there, and whether an action is strict that does not say so, each protocol defines: docs/query-actions.md.
namespace dragoman::xmpp {

struct QueryAction {
  enum class Kind { create, read, update, remove };
  Kind kind = Kind::read;
  bool strict = false;
};

/// The action of an iq's query. Nothing: it names none, and means what it always meant. A get with `strict` is a read.
/// Fault::unacceptable: a value that XEP-0099 does not know (they are case-sensitive), or a get that is no read.
Result<std::optional<QueryAction>> read_query_action(const Element& iq, bool strict_by_default);

/// Why the action cannot be done: Fault::conflict or Fault::not_found; nothing when it can.
std::optional<Fault> obstacle(const QueryAction& action, bool exists);

/// Repeats the attributes of the question on the query of its result, as the examples of XEP-0099 do.
void repeat_query_action(const Element& iq, Element& result);

}  // namespace dragoman::xmpp
