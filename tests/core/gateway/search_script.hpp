#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/gateway_script.hpp"
#include "xmpp/search.hpp"

/// Searching for people, as clients ask for it.
namespace dragoman::test::search {

inline std::string iq(const std::string& type, const std::string& inside, const std::string& from = "alice@test/home") {
  return "<iq from='" + from + "' to='irc.test' type='" + type + "' id='q'><query xmlns='jabber:iq:search'>" + inside +
         "</query></iq>";
}
inline xmpp::Element asked(GatewayScript& script, const std::string& stanza) {
  script.xmpp_sends(stanza);
  const auto written = script.written();
  EXPECT_FALSE(written.empty());
  return written.empty() ? xmpp::Element{} : written.front();
}
inline const xmpp::Element& query_of(const xmpp::Element& answer) {
  static const xmpp::Element none;
  const auto* query = answer.child("query", xmpp::search_ns);
  EXPECT_NE(query, nullptr);
  return query == nullptr ? none : *query;
}
inline bool is_error(const xmpp::Element& stanza, std::string_view condition, std::string_view code) {
  const auto* error = stanza.child("error", stanza.ns);
  return error != nullptr && error->child(condition, xmpp::ns::stanza_errors) != nullptr && error->get("code") == code;
}
inline void network_can_search(GatewayScript& script) {
  script.network->description().capabilities.set(chat::Feature::search_people, chat::Support::native);
}
inline chat::PeopleList people(const std::vector<std::pair<std::string, std::string>>& found, bool complete = true) {
  chat::PeopleList list;
  for (const auto& [nick, name] : found) list.people.push_back({chat::PersonId{nick}, nick, name});
  list.complete = complete;
  return list;
}
/// alice is connected and searches; the network has found these.
inline xmpp::Element searched(GatewayScript& script, const std::string& inside, const chat::PeopleList& found) {
  script.xmpp_sends(iq("set", inside));
  script.network_says(chat::Done{script.command<chat::SearchPeople>().first, found});
  return script.only();
}

}  // namespace dragoman::test::search
