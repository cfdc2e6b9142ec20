#include "xmpp/rsm.hpp"

#include <gtest/gtest.h>

#include "tests/support/xml.hpp"

// XEP-0059: which part of a whole result a page is.

namespace dragoman::xmpp::rsm_test {
namespace {

const std::vector<std::string_view> ids{"a", "b", "c", "d", "e"};

/// The ids of the page, or what is wrong.
std::string page(const std::string& inside, const std::vector<std::string_view>& all = ids) {
  const auto request = read_page_request(
      test::xml("<query xmlns='q'><set xmlns='http://jabber.org/protocol/rsm'>" + inside + "</set></query>"));
  if (!request) return request.error().fault == Fault::malformed ? "malformed" : "unsupported";
  const auto found = find_page(all, *request);
  if (!found) return found.error().fault == Fault::not_found ? "not found" : "?";
  std::string text;
  for (std::size_t i = found->first; i < found->last; ++i) text += all[i];
  return text;
}

TEST(Pages, AreReadForwards) {
  EXPECT_EQ(page("<max>2</max>"), "ab");
  EXPECT_EQ(page("<max>2</max><after>b</after>"), "cd");
  EXPECT_EQ(page("<max>2</max><after>d</after>"), "e");
  EXPECT_EQ(page("<max>2</max><after>e</after>"), "");
  EXPECT_EQ(page("<after>b</after>"), "cde");
}

TEST(Pages, AreReadBackwards) {
  EXPECT_EQ(page("<max>2</max><before/>"), "de");
  EXPECT_EQ(page("<max>2</max><before>d</before>"), "bc");
  EXPECT_EQ(page("<max>2</max><before>b</before>"), "a");
  EXPECT_EQ(page("<max>2</max><before>a</before>"), "");
}

TEST(Pages, OfNothingAreEmpty) {
  EXPECT_EQ(page("<max>0</max>"), "");
  EXPECT_EQ(page("<max>0</max><before/>"), "");
  EXPECT_EQ(page("<max>2</max>", {}), "");
  EXPECT_EQ(page("<max>2</max><before/>", {}), "");
}

TEST(Pages, NextToAnUnknownItemAreNotFound) {
  EXPECT_EQ(page("<max>2</max><after>x</after>"), "not found");
  EXPECT_EQ(page("<max>2</max><before>x</before>"), "not found");
  EXPECT_EQ(page("<max>0</max><after>x</after>"), "not found");
}

TEST(Pages, OfANegativeSizeAreMalformed) { EXPECT_EQ(page("<max>-1</max>"), "malformed"); }

TEST(Pages, AreToldByTheirFirstAndLastItemAndTheNumberOfAll) {
  EXPECT_EQ(to_xml(make_page(ids, {1, 3})),
            "<set xmlns='http://jabber.org/protocol/rsm'><first>b</first><last>c</last><count>5</count></set>");
  EXPECT_EQ(to_xml(make_page(ids, {2, 2})), "<set xmlns='http://jabber.org/protocol/rsm'><count>5</count></set>");
}

}  // namespace
}  // namespace dragoman::xmpp::rsm_test
