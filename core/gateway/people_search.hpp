#pragma once

#include <string>
#include <vector>

#include "gateway/context.hpp"
#include "gateway/directory.hpp"
#include "gateway/legacy_keys.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/search.hpp"

namespace dragoman::gateway {

/// Searching for people (jabber:iq:search, XEP-0055): those of the network, whom it is asked for over the asker's own
/// connection, and those of the directory. Who is not connected is told so: nobody is connected for a question.
class PeopleSearch {
 public:
  /// Results of one search at most; a form may ask for fewer.
  static constexpr std::size_t most_results = 100;

  PeopleSearch(Context& context, const Directory& directory, const LegacyKeys& keys)
      : context_(context), directory_(directory), keys_(keys) {}

  void show_form(const xmpp::Element& iq, const xmpp::Jid& from);
  void search(const xmpp::Element& iq, const xmpp::Jid& from);

 private:
  /// What has been found, cut to as many as were asked for.
  struct Found {
    std::vector<xmpp::SearchItem> items;
    std::size_t most = most_results;
    bool by_form = false;
    bool truncated = false;
    void add(xmpp::SearchItem item);
  };

  bool may_search(const xmpp::Element& iq, const xmpp::Jid& from);
  void search_directory(const xmpp::SearchFields& wanted, Found& found) const;
  void add_people(const chat::PeopleList& people, const xmpp::SearchFields& wanted, Found& found) const;
  void answer(const xmpp::Element& iq, const Found& found);
  void refuse(const xmpp::Element& iq, Fault fault, const std::string& text);

  Context& context_;
  const Directory& directory_;
  const LegacyKeys& keys_;
};

}  // namespace dragoman::gateway
