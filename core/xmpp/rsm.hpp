#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "xmpp/element.hpp"

// XEP-0059: results in pages.
//   <set xmlns='http://jabber.org/protocol/rsm'><max>10</max><after>09af3-cc343-b409f</after></set>
namespace dragoman::xmpp {

/// Which page somebody wants.
struct PageRequest {
  std::optional<std::size_t> max;  ///< items at most; 0: only their number
  std::string after, before;       ///< ids of items next to the page; empty: none
  bool backwards = false;          ///< <before/>: the page that ends there; an empty one ends at the last item
};
/// The request in `query`, also when there is none (the first page). Fault::malformed: <max/> is not a number from 0
/// on; Fault::unsupported: by index.
Result<PageRequest> read_page_request(const Element& query);

/// Where a page stands in a whole result: the items from `first` on, before `last`.
struct PageRange {
  std::size_t first = 0, last = 0;
};
/// The page of a result whose items have these ids; without a <max/> all that are left. Fault::not_found: no item has
/// the id that the page is next to.
Result<PageRange> find_page(const std::vector<std::string_view>& ids, const PageRequest& request);

/// What page it was: the ids of its first and last item (empty for an empty page), and how many there are in all.
Element make_page(std::string_view first, std::string_view last, std::optional<std::uint64_t> count);
/// The same for a page of a whole result.
Element make_page(const std::vector<std::string_view>& ids, const PageRange& page);

}  // namespace dragoman::xmpp
