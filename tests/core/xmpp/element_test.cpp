#include "xmpp/element.hpp"

#include <gtest/gtest.h>

namespace dragoman::xmpp {
namespace {

TEST(Element, FindsChildrenByNameAndNamespace) {
  Element message{"message", "jabber:component:accept"};
  message.add("x", "jabber:x:oob");
  message.add("x", "jabber:x:data").set("type", "form");
  ASSERT_NE(message.child("x", "jabber:x:data"), nullptr);
  EXPECT_EQ(message.child("x", "jabber:x:data")->get("type"), "form");
  EXPECT_EQ(message.child("x", "jabber:x:delay"), nullptr);
  EXPECT_EQ(message.child_of("jabber:x:oob"), message.first_element());
  EXPECT_EQ(message.child_of("jabber:x:event"), nullptr);
}

TEST(Element, LooksPastTextForElements) {
  Element query{"query", "a"};
  EXPECT_EQ(query.first_element(), nullptr);
  query.set_text("\n");
  EXPECT_EQ(query.first_element(), nullptr);
  query.add("item");
  EXPECT_EQ(query.element_count(), 1u);
  EXPECT_EQ(query.first_element()->name, "item");
}

TEST(Element, JoinsItsOwnTextAndNotThatOfChildren) {
  Element body{"body", "a"};
  body.set_text("one ");
  body.add("b").set_text("two");
  body.add(Element{}).content = "three";
  EXPECT_EQ(body.text(), "one three");
}

TEST(Element, SetReplacesAnAttribute) {
  Element iq{"iq", "a"};
  iq.set("id", "1").set("type", "get").set("id", "2");
  EXPECT_EQ(iq.attributes.size(), 2u);
  EXPECT_EQ(iq.get("id"), "2");
  EXPECT_TRUE(iq.has("type"));
  iq.unset("type");
  EXPECT_FALSE(iq.has("type"));
  EXPECT_EQ(iq.get("type"), "");
}

TEST(Element, AChildInheritsTheNamespaceUnlessItHasItsOwn) {
  Element query{"query", "jabber:iq:register"};
  query.add_text_child("username", "alice");
  EXPECT_EQ(query.child_text("username", "jabber:iq:register"), "alice");
  EXPECT_EQ(query.child_text("password", "jabber:iq:register"), "");
}

TEST(Element, AChildCanBeNamedAfterItsSibling) {
  Element query{"query", "a"};
  query.add("a sibling with a name that is not kept inside the string");
  // The view points into the list that grows.
  query.add(query.children.front().name);
  EXPECT_EQ(query.children[1].name, query.children[0].name);
}

TEST(Element, EmptyTextLeavesNoNode) {
  Element body{"body", "a"};
  body.set_text("one").set_text("");
  EXPECT_TRUE(body.children.empty());
}

}  // namespace
}  // namespace dragoman::xmpp
