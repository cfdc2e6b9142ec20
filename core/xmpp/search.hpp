#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "xmpp/element.hpp"

// XEP-0055: searching for people, with plain fields and the form beside them.
//   <query xmlns='jabber:iq:search'><instructions>...</instructions><first/><last/><nick/><email/>
//     <key>106c0a7b</key><x xmlns='jabber:x:data' type='form'>...</x></query>
//   <query xmlns='jabber:iq:search'><item jid='bob@irc.example.org'><first>Bob</first><last/><nick>bob</nick><email/>
//     </item><truncated/></query>
namespace dragoman::xmpp {

inline constexpr std::string_view search_ns = "jabber:iq:search";

/// What is searched for, or found; an empty field says nothing.
struct SearchFields {
  std::string first, last, nick, email;
  bool empty() const { return first.empty() && last.empty() && nick.empty() && email.empty(); }
};

/// The result for a get; an empty key is left out.
Element make_search_form(const Element& iq, const std::string& title, const std::string& instructions,
                         const std::string& key, std::size_t most);

struct SearchRequest {
  SearchFields fields;
  std::string key;
  bool by_form = false;    ///< answered with a form too
  bool cancelled = false;  ///< the form came back as `cancel`
  std::size_t most = 0;    ///< results wanted; 0: not said
};
/// Reads a set. A form wins over plain fields that stand beside it.
SearchRequest read_search(const Element& query);

struct SearchItem {
  std::string jid;
  SearchFields fields;
};
/// The result for a set. All fields stand in every item, also empty ones; nobody found is an empty query; `truncated`
/// says that there are more.
Element make_search_result(const Element& iq, const std::vector<SearchItem>& items, bool by_form, bool truncated);

}  // namespace dragoman::xmpp
