#include "xmpp/query_action.hpp"

#include <gtest/gtest.h>

#include "xmpp/namespaces.hpp"
#include "xmpp/xml_parser.hpp"

// XEP-0099: what a query wants done.

namespace dragoman::xmpp {
namespace {

Element iq(const std::string& type, const std::string& attributes) {
  return *parse_element("<iq type='" + type + "'><query xmlns='jabber:iq:private'" + attributes + "/></iq>",
                        ns::component);
}

TEST(QueryAction, ThatIsNotNamedLeavesTheQueryAsItWas) {
  for (const char* type : {"get", "set"}) {
    const auto read = read_query_action(iq(type, ""), true);
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->has_value()) << type;
  }
  // Old software may have an attribute of its own that is called so.
  EXPECT_FALSE(read_query_action(iq("set", " strict='perhaps'"), true)->has_value());
}

TEST(QueryAction, IsStrictAsTheProtocolSaysUntilTheQueryDoes) {
  EXPECT_TRUE((*read_query_action(iq("set", " action='create'"), true))->strict);
  EXPECT_FALSE((*read_query_action(iq("set", " action='create'"), false))->strict);
  EXPECT_FALSE((*read_query_action(iq("set", " action='create' strict='false'"), true))->strict);
  EXPECT_TRUE((*read_query_action(iq("set", " action='create' strict='true'"), false))->strict);
}

TEST(QueryAction, OfAGetIsReading) {
  EXPECT_EQ((*read_query_action(iq("get", " strict='true'"), false))->kind, QueryAction::Kind::read);
  EXPECT_EQ((*read_query_action(iq("get", " action='read'"), false))->kind, QueryAction::Kind::read);
  EXPECT_EQ(read_query_action(iq("get", " action='delete'"), false).error().fault, Fault::unacceptable);
}

TEST(QueryAction, HasNoOtherValues) {
  for (const char* wrong : {" action='Create'", " action='remove'", " action=''", " action='read' strict='TRUE'",
                            " action='read' strict='1'", " action='read' strict=''"}) {
    const auto read = read_query_action(iq("set", wrong), false);
    ASSERT_FALSE(read) << wrong;
    EXPECT_EQ(read.error().fault, Fault::unacceptable) << wrong;
  }
}

}  // namespace
}  // namespace dragoman::xmpp
