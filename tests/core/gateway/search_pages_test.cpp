#include "search_script.hpp"

// jabber:iq:search in pages (XEP-0059): the address of somebody is the id of their item.

namespace dragoman::gateway::search_pages_test {
namespace {

using namespace test::search;
using test::GatewayScript;

std::string set(const std::string& inside) {
  return "<set xmlns='http://jabber.org/protocol/rsm'>" + inside + "</set>";
}
/// The localparts of the addresses on the page.
std::string names(const xmpp::Element& answer) {
  std::string text;
  for (const auto& child : query_of(answer).children) {
    if (child.name == "item") text += child.get("jid").substr(0, child.get("jid").find('@'));
  }
  return text;
}
std::string told(const xmpp::Element& answer, const std::string& what) {
  const auto* page = query_of(answer).child("set", xmpp::ns::rsm);
  return page == nullptr ? "no page" : page->child_text(what, xmpp::ns::rsm);
}

class SearchInPages : public ::testing::Test {
 protected:
  SearchInPages() {
    network_can_search(script);
    script.joins("alice", "#tea");
  }
  xmpp::Element page(const std::string& inside, bool complete = true) {
    const auto found = people({{"bd", ""}, {"bb", ""}, {"ba", ""}, {"be", ""}, {"bc", ""}}, complete);
    return searched(script, "<nick>b</nick>" + set(inside), found);
  }
  GatewayScript script;
};

TEST_F(SearchInPages, ReadsOnePageAfterTheOther) {
  const auto first = page("<max>2</max>");
  EXPECT_EQ(names(first), "babb");
  EXPECT_EQ(told(first, "first"), "ba@irc.test");
  EXPECT_EQ(told(first, "last"), "bb@irc.test");
  EXPECT_EQ(told(first, "count"), "5");
  EXPECT_EQ(names(page("<max>2</max><after>bb@irc.test</after>")), "bcbd");
  EXPECT_EQ(names(page("<max>2</max><after>bd@irc.test</after>")), "be");
  EXPECT_EQ(names(page("<max>2</max><before/>")), "bdbe");
  EXPECT_EQ(query_of(first).child("truncated", xmpp::search_ns), nullptr);
  EXPECT_NE(query_of(page("<max>2</max>", false)).child("truncated", xmpp::search_ns), nullptr);
}

TEST_F(SearchInPages, CountsWithAPageOfNone) {
  const auto answer = page("<max>0</max>");
  EXPECT_EQ(names(answer), "");
  EXPECT_EQ(told(answer, "count"), "5");
  EXPECT_EQ(query_of(answer).child("set", xmpp::ns::rsm)->element_count(), 1U);
}

TEST_F(SearchInPages, NextToSomebodyUnknownIsNotFound) {
  EXPECT_TRUE(is_error(page("<after>eve@irc.test</after>"), "item-not-found", "404"));
}

TEST_F(SearchInPages, OfANegativeSizeIsABadRequestAndAsksNobody) {
  EXPECT_TRUE(is_error(asked(script, iq("set", "<nick>b</nick>" + set("<max>-1</max>"))), "bad-request", "400"));
  EXPECT_EQ(script.count<chat::SearchPeople>(), 0U);
}

TEST_F(SearchInPages, AnswersAFormWithATableAndThePageBesideIt) {
  const auto answer = searched(
      script,
      "<x xmlns='jabber:x:data' type='submit'><field var='nick'><value>b</value></field></x>" + set("<max>1</max>"),
      people({{"bb", ""}, {"ba", ""}}));
  const auto form = xmpp::find_data_form(query_of(answer));
  ASSERT_TRUE(form);
  ASSERT_EQ(form->items.size(), 1U);
  EXPECT_EQ(form->items[0][0].values, std::vector<std::string>{"ba@irc.test"});
  EXPECT_EQ(told(answer, "count"), "2");
}

TEST_F(SearchInPages, IsAnnounced) {
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='get' id='q'>"
      "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
  EXPECT_NE(xmpp::to_xml(script.only()).find("'http://jabber.org/protocol/rsm'"), std::string::npos);
}

TEST(Search, WithoutAPageIsAnsweredWithoutOne) {
  GatewayScript script;
  network_can_search(script);
  script.joins("alice", "#tea");
  EXPECT_EQ(told(searched(script, "<nick>b</nick>", people({{"bb", ""}})), "count"), "no page");
}

}  // namespace
}  // namespace dragoman::gateway::search_pages_test
