#include "support/gateway_script.hpp"
#include "xmpp/caps.hpp"

// XEP-0115: what our addresses say that they can do, and what is learned of the clients of people.

namespace dragoman::gateway::capabilities_test {
namespace {

using test::GatewayScript;

const std::string disco_info = "http://jabber.org/protocol/disco#info";

std::string ask(const std::string& to, const std::string& node = {}) {
  return "<iq from='alice@test/home' to='" + to + "' type='get' id='q'><query xmlns='" + disco_info + "' node='" +
         node + "'/></iq>";
}
std::string node_of(const xmpp::Element& presence) {
  const auto* c = presence.child("c", xmpp::ns::caps);
  return c == nullptr ? std::string{} : std::string{c->get("node")} + '#' + std::string{c->get("ver")};
}

/// A client whose answer really has its hash.
const xmpp::DiscoInfo gajim{
    {{"client", "pc", "Gajim", ""}}, {disco_info, "http://jabber.org/protocol/xhtml-im", "jabber:x:oob"}, {}};
std::string caps(const std::string& ver = xmpp::caps_ver(gajim)) {
  return "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://gajim.org' ver='" + ver + "'/>";
}
std::string presence_of(const std::string& client, const std::string& payload = caps()) {
  return "<presence from='" + client + "' to='irc.test'>" + payload + "</presence>";
}
/// The client's answer to what it was asked.
std::string says(const xmpp::Element& question, const xmpp::DiscoInfo& info) {
  return xmpp::to_xml(xmpp::make_disco_info(question, info));
}
/// The question to a client among what was written, or nothing of it.
xmpp::Element question_in(const std::vector<xmpp::Element>& stanzas) {
  for (const auto& each : stanzas) {
    if (each.name == "iq" && each.child("query", disco_info) != nullptr) return each;
  }
  return {};
}

class Capabilities : public ::testing::Test {
 protected:
  GatewayScript script;
  bool has(const std::string& client, const std::string& feature) const {
    return script.features().has(client, feature);
  }
};

TEST_F(Capabilities, OfTheGatewayAreAnsweredForTheirNode) {
  script.xmpp_sends(presence_of("alice@test/home", {}));
  const auto presence = script.only();
  const std::string node = node_of(presence);
  script.xmpp_sends(ask("irc.test/anything", node));  // so a server asks
  const auto answer = script.only();
  ASSERT_EQ(answer.get("type"), "result");
  const auto* query = answer.child("query", disco_info);
  EXPECT_EQ(query->get("node"), node);
  EXPECT_EQ("urn:x-dragoman#" + xmpp::caps_ver(xmpp::read_disco_info(*query)), node);
}

TEST_F(Capabilities, OfAContactAreAnsweredForTheirNode) {
  script.xmpp_sends("<presence from='alice@test' to='bob@irc.test' type='subscribe'/>");
  script.xmpp_sends("<presence from='alice@test/home' to='bob@irc.test'/>");
  script.network_says(chat::Ready{"alice", {}});
  script.written();
  script.network_says(chat::PresenceChanged{chat::PersonId{"bob"}, chat::Availability::available, {}});
  const std::string node = node_of(script.only());
  for (const std::string address : {"bob@irc.test", "carol@irc.test"}) {  // one hash for everybody
    script.xmpp_sends(ask(address, node));
    const auto answer = script.only();
    ASSERT_EQ(answer.get("type"), "result");
    EXPECT_EQ("urn:x-dragoman#" + xmpp::caps_ver(xmpp::read_disco_info(*answer.child("query", disco_info))), node);
  }
}

TEST_F(Capabilities, OfAnEarlierVersionAreNotFound) {
  for (const std::string address : {"irc.test", "bob@irc.test"}) {
    script.xmpp_sends(ask(address, "urn:x-dragoman#q07IKJEyjvHSyhy//CH0CxmKi8w="));
    EXPECT_EQ(script.only().get("type"), "error") << address;
  }
}

TEST_F(Capabilities, OfAClientAreAskedForOnce) {
  script.xmpp_sends(presence_of("alice@test/home"));
  const auto question = question_in(script.written());
  EXPECT_EQ(question.get("to"), "alice@test/home");
  EXPECT_EQ(question.child("query", disco_info)->get("node"), "https://gajim.org#" + xmpp::caps_ver(gajim));
  EXPECT_FALSE(has("alice@test/home", "jabber:x:oob"));
  script.xmpp_sends(presence_of("bob@test/work"));  // meanwhile another with the same hash
  EXPECT_TRUE(question_in(script.written()).name.empty());
  script.xmpp_sends(says(question, gajim));
  EXPECT_TRUE(has("alice@test/home", "jabber:x:oob"));
  EXPECT_TRUE(has("bob@test/work", "jabber:x:oob"));
  EXPECT_FALSE(has("bob@test/work", "urn:xmpp:receipts"));
  script.xmpp_sends(presence_of("carol@test/home"));
  EXPECT_TRUE(question_in(script.written()).name.empty());
  EXPECT_TRUE(has("carol@test/home", "jabber:x:oob"));
}

TEST_F(Capabilities, OfAClientThatDoesNotHaveTheirHashAreNotBelieved) {
  script.xmpp_sends(presence_of("mallory@test/home"));
  xmpp::DiscoInfo other = gajim;
  other.features.emplace_back("urn:xmpp:receipts");
  script.xmpp_sends(says(question_in(script.written()), other));
  EXPECT_FALSE(has("mallory@test/home", "jabber:x:oob"));
  script.xmpp_sends(presence_of("mallory@test/home", caps() + "<show>away</show>"));
  EXPECT_TRUE(question_in(script.written()).name.empty()) << "it was asked once";
  script.xmpp_sends(presence_of("alice@test/home"));
  script.xmpp_sends(says(question_in(script.written()), gajim));  // but others are
  EXPECT_TRUE(has("alice@test/home", "jabber:x:oob"));
}

TEST_F(Capabilities, OfAClientThatDoesNotAnswerAreAskedOfAnother) {
  script.xmpp_sends(presence_of("alice@test/home"));
  script.written();
  script.passes(std::chrono::seconds{31});
  script.xmpp_sends(presence_of("bob@test/work"));
  EXPECT_EQ(question_in(script.written()).get("to"), "bob@test/work");
}

TEST_F(Capabilities, StayWhenAPresenceLeavesThemOut) {
  script.xmpp_sends(presence_of("alice@test/home"));
  script.xmpp_sends(says(question_in(script.written()), gajim));
  script.xmpp_sends(presence_of("alice@test/home", "<show>away</show>"));
  EXPECT_TRUE(has("alice@test/home", "jabber:x:oob"));
}

TEST_F(Capabilities, AreForgottenWhenTheClientGoes) {
  script.xmpp_sends(presence_of("alice@test/home"));
  script.xmpp_sends(says(question_in(script.written()), gajim));
  script.joins("alice", "#tea");
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test' type='unavailable'/>");
  EXPECT_TRUE(has("alice@test/home", "jabber:x:oob")) << "it is still in the room";
  script.xmpp_sends("<presence from='alice@test/home' to='#tea@irc.test/alice' type='unavailable'/>");
  EXPECT_FALSE(has("alice@test/home", "jabber:x:oob"));
}

TEST_F(Capabilities, OfAllClientsOfAPersonAreFound) {
  script.xmpp_sends(presence_of("alice@test/home"));
  script.xmpp_sends(says(question_in(script.written()), gajim));
  script.xmpp_sends(presence_of("alice@test/phone"));
  script.xmpp_sends(presence_of("alice@test/old", {}));
  script.xmpp_sends(presence_of("alice2@test/home"));
  const std::vector<std::string> both{"alice@test/home", "alice@test/phone"};
  EXPECT_EQ(script.features().clients_with("alice@test", "jabber:x:oob"), both);
}

TEST_F(Capabilities, OfSomebodyWhoIsNotHereAreNotAskedFor) {
  script.xmpp_sends("<presence from='alice@test/home' to='#tea@irc.test/alice'>" + caps() + "</presence>");
  EXPECT_TRUE(question_in(script.written()).name.empty());
}

TEST_F(Capabilities, OfEndlesslyManyKindsAreNotKept) {
  for (std::size_t i = 0; i < 2 * ClientFeatures::most_hashes; ++i) {
    xmpp::DiscoInfo info = gajim;
    info.features.emplace_back("urn:x:" + std::to_string(i));
    script.xmpp_sends(presence_of("alice@test/home", caps(xmpp::caps_ver(info))));
    script.xmpp_sends(says(question_in(script.written()), info));
    EXPECT_TRUE(has("alice@test/home", "urn:x:" + std::to_string(i)));
  }
  EXPECT_LE(script.features().kinds(), ClientFeatures::most_hashes);
}

}  // namespace
}  // namespace dragoman::gateway::capabilities_test
