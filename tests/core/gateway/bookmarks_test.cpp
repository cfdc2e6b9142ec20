#include "xmpp/bookmarks.hpp"

#include "support/gateway_script.hpp"
#include "xmpp/data_form.hpp"

// Bookmarks of rooms in the name of who wants them: XEP-0402 and XEP-0048 by XEP-0356.

namespace dragoman::gateway::bookmarks_test {
namespace {

using test::GatewayScript;

constexpr const char* privilege = "urn:xmpp:privilege:2";

void grants(GatewayScript& script, const std::string& ns = "http://jabber.org/protocol/pubsub") {
  script.xmpp_sends(
      "<message from='test' to='irc.test'><privilege xmlns='urn:xmpp:privilege:2'><perm access='iq'>"
      "<namespace ns='" +
      ns + "' type='both'/></perm></privilege></message>");
}
/// alice has an account, and wants bookmarks.
void wants_bookmarks(GatewayScript& script) {
  script.store.put({"settings", "irc.test alice@test", "bookmarks", "true"});
  script.restart();
  script.xmpp_sends(
      "<iq type='set' id='r' from='alice@test/home' to='irc.test'><query xmlns='jabber:iq:register'><nick>alice</nick>"
      "</query></iq>");
  script.written();
}
/// What was asked in alice's name, and the iq that it came in.
std::pair<xmpp::Element, xmpp::Element> asked(GatewayScript& script) {
  const auto iq = script.only();
  const auto* outer = iq.child("privileged_iq", privilege);
  const auto* inner = outer == nullptr ? nullptr : outer->child("iq", "jabber:client");
  if (inner == nullptr || inner->first_element() == nullptr) {
    ADD_FAILURE() << xmpp::to_xml(iq);
    return {};
  }
  EXPECT_EQ(iq.get("to"), "alice@test");
  return {*inner->first_element(), iq};
}
void answers(GatewayScript& script, const xmpp::Element& iq, const std::string& inside,
             const std::string& type = "result") {
  script.xmpp_sends("<iq type='result' id='" + std::string{iq.get("id")} +
                    "' from='alice@test' to='irc.test'><privilege xmlns='urn:xmpp:privilege:2'><forwarded "
                    "xmlns='urn:xmpp:forward:0'><iq xmlns='jabber:client' type='" +
                    type + "'>" + inside + "</iq></forwarded></privilege></iq>");
}
const std::string not_found =
    "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

void bookmarks_tea(GatewayScript& script) {
  script.passes(std::chrono::seconds{5});
  answers(script, asked(script).second, not_found, "error");
  answers(script, asked(script).second, "");
}

TEST(Bookmarks, AreMadeOfARoomThatIsEntered) {
  GatewayScript script;
  wants_bookmarks(script);
  grants(script);
  script.joins("alice", "#tea");
  script.passes(std::chrono::seconds{4});
  EXPECT_TRUE(script.written().empty());  // a client that makes its own comes first
  script.passes(std::chrono::seconds{1});
  const auto [query, get] = asked(script);
  EXPECT_EQ(query.child("items", xmpp::ns::pubsub)->get("node"), "urn:xmpp:bookmarks:1");
  answers(script, get, not_found, "error");
  const auto [pubsub, set] = asked(script);
  const auto* publish = pubsub.child("publish", xmpp::ns::pubsub);
  ASSERT_NE(publish, nullptr);
  const auto* item = publish->child("item", xmpp::ns::pubsub);
  EXPECT_EQ(item->get("id"), "#tea@irc.test");
  const auto* conference = item->child("conference", "urn:xmpp:bookmarks:1");
  EXPECT_EQ(conference->get("autojoin"), "true");
  EXPECT_EQ(conference->get("name"), "#tea");
  EXPECT_EQ(conference->child_text("nick", "urn:xmpp:bookmarks:1"), "alice");
  EXPECT_NE(pubsub.child("publish-options", xmpp::ns::pubsub), nullptr);
  answers(script, set, "");
  EXPECT_TRUE(script.written().empty());
}

TEST(Bookmarks, AreMadeInANodeThatIsSetUpOtherwise) {
  const std::string otherwise =
      "<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><precondition-not-met "
      "xmlns='http://jabber.org/protocol/pubsub#errors'/></error>";
  GatewayScript script;
  wants_bookmarks(script);
  grants(script);
  script.joins("alice", "#tea");
  script.passes(std::chrono::seconds{5});
  answers(script, asked(script).second, not_found, "error");
  answers(script, asked(script).second, otherwise, "error");
  const auto [pubsub, set] = asked(script);
  const auto* options = pubsub.child("publish-options", xmpp::ns::pubsub);
  ASSERT_NE(options, nullptr) << "who may read it is never left open";
  const auto form = xmpp::read_data_form(*options->first_element());
  ASSERT_TRUE(form);
  EXPECT_EQ(form->value("pubsub#access_model"), "whitelist");
  EXPECT_EQ(form->find("pubsub#max_items"), nullptr);
  answers(script, set, otherwise, "error");
  EXPECT_TRUE(script.written().empty()) << "then not at all";
}

TEST(Bookmarks, OfThePersonAreLeftAsTheyAre) {
  GatewayScript script;
  wants_bookmarks(script);
  grants(script);
  script.joins("alice", "#tea");
  script.passes(std::chrono::seconds{5});
  answers(script, asked(script).second,
          "<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='urn:xmpp:bookmarks:1'><item "
          "id='#tea@irc.test'><conference xmlns='urn:xmpp:bookmarks:1' name='Tea time' autojoin='false'><extensions>"
          "<mine xmlns='urn:mine'/></extensions></conference></item></items></pubsub>");
  script.passes(std::chrono::minutes{1});
  EXPECT_TRUE(script.written().empty());
}

TEST(Bookmarks, AreMadeOnlyForWhoWantsThemWhereTheServerAllowsIt) {
  GatewayScript script;
  script.xmpp_sends(
      "<iq type='set' id='r' from='alice@test/home' to='irc.test'><query xmlns='jabber:iq:register'><nick>alice</nick>"
      "</query></iq>");
  grants(script);
  script.joins("alice", "#tea");
  script.passes(std::chrono::minutes{1});
  EXPECT_TRUE(script.written().empty());
  GatewayScript without;
  wants_bookmarks(without);
  without.joins("alice", "#tea");
  without.passes(std::chrono::minutes{1});
  EXPECT_TRUE(without.written().empty());
}

TEST(Bookmarks, ThatWereMadeGoWithTheAccount) {
  GatewayScript script;
  wants_bookmarks(script);
  grants(script);
  script.joins("alice", "#tea");
  bookmarks_tea(script);
  script.restart();
  grants(script);
  script.written();
  script.xmpp_sends(
      "<iq type='set' id='x' from='alice@test/home' to='irc.test'><query xmlns='jabber:iq:register'><remove/></query>"
      "</iq>");
  std::size_t retracted = 0;
  for (const auto& stanza : script.written()) {
    const auto* outer = stanza.child("privileged_iq", privilege);
    if (outer == nullptr) continue;
    const auto* retract = outer->child("iq", "jabber:client")->first_element()->child("retract", xmpp::ns::pubsub);
    ASSERT_NE(retract, nullptr);
    EXPECT_EQ(retract->get("notify"), "true");
    EXPECT_EQ(retract->child("item", xmpp::ns::pubsub)->get("id"), "#tea@irc.test");
    ++retracted;
  }
  EXPECT_EQ(retracted, 1U);
}

TEST(Bookmarks, InPrivateStorageKeepWhatElseIsThere) {
  GatewayScript script;
  wants_bookmarks(script);
  grants(script, "jabber:iq:private");
  script.joins("alice", "#tea");
  script.passes(std::chrono::seconds{5});
  const std::string list =
      "<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'><conference jid='book@club.example' "
      "name='Books' autojoin='1'/><url url='http://tea.example/' name='Tea'/></storage></query>";
  answers(script, asked(script).second, list);
  const auto [query, set] = asked(script);
  const auto* storage = query.child("storage", "storage:bookmarks");
  ASSERT_NE(storage, nullptr);
  ASSERT_EQ(storage->children.size(), 3U);
  EXPECT_EQ(storage->children[0].get("name"), "Books");
  EXPECT_EQ(storage->children[1].name, "url");
  EXPECT_EQ(storage->children[2].get("jid"), "#tea@irc.test");
  answers(script, set, "");
}

TEST(Bookmarks, GoWithARoomThatIsDestroyed) {
  GatewayScript script;
  wants_bookmarks(script);
  grants(script);
  script.joins("alice", "#tea");
  bookmarks_tea(script);
  chat::RoomLeft left;
  left.room = chat::RoomId{"#tea"};
  left.why = chat::RoomLeft::Why::destroyed;
  script.network_says(left);
  const auto stanzas = script.written();
  EXPECT_TRUE(std::any_of(stanzas.begin(), stanzas.end(),
                          [](const auto& stanza) { return stanza.child("privileged_iq", privilege) != nullptr; }));
}

}  // namespace
}  // namespace dragoman::gateway::bookmarks_test
