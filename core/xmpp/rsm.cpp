#include "xmpp/rsm.hpp"

#include <algorithm>

#include "xmpp/namespaces.hpp"

namespace dragoman::xmpp {

namespace {

/// More than any page holds, and small enough for every type of number.
constexpr std::size_t most = 999'999'999;

std::optional<std::size_t> read_count(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
  std::size_t number = 0;
  for (const char digit : text) number = std::min(number * 10 + static_cast<std::size_t>(digit - '0'), most);
  return number;
}

}  // namespace

Result<PageRequest> read_page_request(const Element& query) {
  PageRequest request;
  const Element* set = query.child("set", ns::rsm);
  if (set == nullptr) return request;
  if (const Element* max = set->child("max", ns::rsm)) {
    request.max = read_count(max->text());
    if (!request.max) return failure(Fault::malformed, "<max/> must be a number from 0 on.");
  }
  if (set->child("index", ns::rsm) != nullptr) {
    return failure(Fault::unsupported, "Pages are found by <after/> and <before/>, not by <index/>.");
  }
  request.after = set->child_text("after", ns::rsm);
  request.before = set->child_text("before", ns::rsm);
  request.backwards = set->child("before", ns::rsm) != nullptr;
  return request;
}

Result<PageRange> find_page(const std::vector<std::string_view>& ids, const PageRequest& request) {
  const auto place = [&ids](std::string_view id) {
    return static_cast<std::size_t>(std::find(ids.begin(), ids.end(), id) - ids.begin());
  };
  PageRange page{0, ids.size()};
  if (!request.after.empty()) {
    page.first = place(request.after) + 1;
    if (page.first > ids.size()) return failure(Fault::not_found, "The item that the page follows is not in the list.");
  }
  if (!request.before.empty()) {
    page.last = place(request.before);
    if (page.last == ids.size())
      return failure(Fault::not_found, "The item that the page precedes is not in the list.");
    page.last = std::max(page.first, page.last);
  }
  const std::size_t size = std::min(request.max.value_or(ids.size()), page.last - page.first);
  if (request.backwards) {
    page.first = page.last - size;
  } else {
    page.last = page.first + size;
  }
  return page;
}

Element make_page(std::string_view first, std::string_view last, std::optional<std::uint64_t> count) {
  Element set{"set", ns::rsm};
  if (!first.empty()) set.add_text_child("first", first);
  if (!last.empty()) set.add_text_child("last", last);
  if (count) set.add_text_child("count", std::to_string(*count));
  return set;
}

Element make_page(const std::vector<std::string_view>& ids, const PageRange& page) {
  if (page.first == page.last) return make_page({}, {}, ids.size());
  return make_page(ids[page.first], ids[page.last - 1], ids.size());
}

}  // namespace dragoman::xmpp
