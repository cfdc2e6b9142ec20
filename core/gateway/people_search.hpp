#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/context.hpp"
#include "gateway/directory.hpp"
#include "gateway/legacy_keys.hpp"
#include "xmpp/element.hpp"
#include "xmpp/jid.hpp"
#include "xmpp/rsm.hpp"
#include "xmpp/search.hpp"

namespace dragoman::gateway {

/// Whether `value` is what was searched for, in any case: nothing wanted fits everything; with a star or question mark
/// the whole value has to fit, else a part of it.
bool fits_search(const std::string& wanted, const std::string& value);

/// Searching for people (jabber:iq:search, XEP-0055): those of the network, whom it is asked for over the asker's own
/// connection, and those of the directory. Who is not connected is told so: nobody is connected for a question.
class PeopleSearch {
 public:
  /// Results of one stanza at most; a form may ask for fewer.
  static constexpr std::size_t most_results = 100;
  /// Of a search that is read in pages (XEP-0059). Each page searches anew.
  static constexpr std::size_t most_in_pages = 1000;

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
    std::optional<xmpp::PageRequest> page;  ///< asked for
    void add(xmpp::SearchItem item);
  };

  /// A question to the network, of one in parts to one part after the other.
  struct Asked {
    xmpp::Element iq;
    xmpp::SearchFields wanted;
    std::string text;
    std::vector<std::string> parts;
  };
  void ask_network(Asked asked, User& asker, Found found);

  bool may_search(const xmpp::Element& iq, const xmpp::Jid& from);
  void search_directory(const xmpp::SearchFields& wanted, Found& found) const;
  void add_people(const chat::PeopleList& people, const xmpp::SearchFields& wanted, Found& found) const;
  void answer(const xmpp::Element& iq, const Found& found);
  void answer_page(const xmpp::Element& iq, Found found);
  void refuse(const xmpp::Element& iq, Fault fault, const std::string& text);

  Context& context_;
  const Directory& directory_;
  const LegacyKeys& keys_;
};

}  // namespace dragoman::gateway
