#include "xmpp/privilege.hpp"

#include <gtest/gtest.h>

#include "xmpp/namespaces.hpp"
#include "xmpp/xml_parser.hpp"

// XEP-0356, as the servers of Debian 12 speak it.

namespace dragoman::xmpp {
namespace {

std::optional<Privileges> told(const std::string& inside) {
  const auto message = parse_element("<message from='test' to='irc.test'>" + inside + "</message>", ns::component);
  return read_privileges(*message);
}

TEST(Privileges, AreReadAsTheyAreWritten) {
  const auto all = told(
      "<privilege xmlns='urn:xmpp:privilege:2'><perm access='roster' type='both'/><perm access='message' "
      "type='outgoing'/><perm access='iq'><namespace ns='http://jabber.org/protocol/pubsub' type='both'/><namespace "
      "ns='jabber:iq:private' type='get'/></perm></privilege>");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->ns(), privilege_ns);
  EXPECT_TRUE(all->roster_get && all->roster_set && all->messages);
  EXPECT_TRUE(all->may_ask("set", "http://jabber.org/protocol/pubsub"));
  EXPECT_TRUE(all->may_ask("get", "jabber:iq:private"));
  EXPECT_FALSE(all->may_ask("set", "jabber:iq:private"));
  EXPECT_FALSE(all->may_ask("get", "jabber:iq:version"));
}

TEST(Privileges, AreReadWhereProsodyNestsTheNamespaces) {
  const auto all = told(
      "<privilege xmlns='urn:xmpp:privilege:2'><perm access='iq'><namespace ns='a' type='both'><namespace ns='b' "
      "type='set'><namespace ns='c' type='none'/></namespace></namespace></perm><perm access='roster' "
      "type='get'/></privilege>");
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->may_ask("get", "a"));
  EXPECT_TRUE(all->may_ask("set", "b"));
  EXPECT_FALSE(all->may_ask("get", "b"));
  EXPECT_FALSE(all->may_ask("get", "c"));
  EXPECT_TRUE(all->roster_get);
  EXPECT_FALSE(all->roster_set);
}

TEST(Privileges, AreThoseOfTheOldNamespaceWhereThereIsNoOther) {
  const std::string old = "<privilege xmlns='urn:xmpp:privilege:1'><perm access='roster' type='both'/></privilege>";
  EXPECT_EQ(told(old)->ns(), old_privilege_ns);
  EXPECT_EQ(told(old + "<privilege xmlns='urn:xmpp:privilege:2'/>")->ns(), privilege_ns);
  EXPECT_FALSE(told("<body>hello</body>"));
  const auto nothing = told("<privilege xmlns='urn:xmpp:privilege:2'/>");
  EXPECT_FALSE(nothing->roster_get || nothing->roster_set || nothing->messages);
}

TEST(Privileges, OfAnIqAreAQuestionInsideAQuestion) {
  const Element iq = make_privileged_iq("alice@test", "set", Element{"pubsub", "http://jabber.org/protocol/pubsub"});
  EXPECT_EQ(iq.get("to"), "alice@test");
  const Element* inner = iq.child("privileged_iq", privilege_ns)->child("iq", "jabber:client");
  ASSERT_NE(inner, nullptr);
  EXPECT_EQ(inner->get("type"), "set");
  EXPECT_NE(inner->child("pubsub", "http://jabber.org/protocol/pubsub"), nullptr);
  const auto answered = [](const std::string& inner_iq) {
    const auto answer = parse_element(
        "<iq type='result'><privilege xmlns='urn:xmpp:privilege:2'><forwarded "
        "xmlns='urn:xmpp:forward:0'>" +
            inner_iq + "</forwarded></privilege></iq>",
        ns::component);
    return read_privileged_answer(*answer);
  };
  EXPECT_TRUE(answered("<iq xmlns='jabber:client' type='result'><pubsub xmlns='urn:p'/></iq>")->is("pubsub", "urn:p"));
  EXPECT_TRUE(answered("<iq xmlns='jabber:client' type='result'/>"));
  const auto refused = answered(
      "<iq xmlns='jabber:client' type='error'><error type='cancel'><item-not-found "
      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::not_found);
  EXPECT_FALSE(read_privileged_answer(*parse_element("<iq type='result'/>", ns::component)));
}

}  // namespace
}  // namespace dragoman::xmpp
