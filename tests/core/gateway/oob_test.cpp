#include <algorithm>

#include "support/gateway_script.hpp"
#include "xmpp/caps.hpp"
#include "xmpp/disco.hpp"

// Links that are offered (jabber:iq:oob), and what is attached to messages (jabber:x:oob, jabber:x:roster).

namespace dragoman::gateway::oob_test {
namespace {

using test::GatewayScript;

std::string offer(const std::string& url, const std::string& description = "", const std::string& to = "bob@irc.test") {
  return "<iq from='alice@test/home' to='" + to + "' type='set' id='q'><query xmlns='jabber:iq:oob'><url>" + url +
         "</url><desc>" + description + "</desc></query></iq>";
}
bool is_error(const xmpp::Element& stanza, std::string_view condition, std::string_view code) {
  const auto* error = stanza.child("error", stanza.ns);
  return error != nullptr && error->child(condition, xmpp::ns::stanza_errors) != nullptr && error->get("code") == code;
}
chat::Failed refused(chat::CommandId command, Fault fault) {
  return {command, chat::Failed::Outcome::refused, fault, "nobody has this nickname", {}};
}

TEST(LinkOffer, IsAMessageAndAnsweredWhenTheNetworkHasTakenIt) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(offer("http://denmark/act4/letter-1.html", "There's a letter for you sir"));
  const auto sent = script.command<chat::SendMessage>();
  EXPECT_EQ(sent.second.conversation, (chat::Conversation{{}, chat::PersonId{"bob"}}));
  ASSERT_EQ(sent.second.content.attachments.size(), 1U);
  EXPECT_EQ(sent.second.content.attachments[0].url, "http://denmark/act4/letter-1.html");
  EXPECT_EQ(sent.second.content.attachments[0].description, "There's a letter for you sir");
  EXPECT_TRUE(script.written().empty());
  script.network_says(chat::Done{sent.first, chat::Sent{}});
  const auto answer = script.only();
  EXPECT_EQ(answer.name, "iq");
  EXPECT_EQ(answer.get("type"), "result");
  EXPECT_EQ(answer.get("id"), "q");
  EXPECT_EQ(answer.get("from"), "bob@irc.test");
}

TEST(LinkOffer, ToNobodyIsNotFound) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(offer("http://denmark/x"));
  script.network_says(refused(script.command<chat::SendMessage>().first, Fault::not_found));
  const auto answer = script.only();
  EXPECT_EQ(answer.name, "iq");
  EXPECT_TRUE(is_error(answer, "item-not-found", "404"));
  EXPECT_NE(answer.child("query", "jabber:iq:oob"), nullptr);
}

TEST(LinkOffer, OfWhatCannotBeFetchedIsNotAcceptable) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(offer("file:///etc/passwd"));
  EXPECT_TRUE(is_error(script.only(), "not-acceptable", "406"));
  script.xmpp_sends(offer(""));
  EXPECT_TRUE(is_error(script.only(), "bad-request", "400"));
  EXPECT_EQ(script.count<chat::SendMessage>(), 0U);
}

TEST(LinkOffer, ThatTheNetworkDoesNotConfirmEndsWithWhatIsKnown) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(offer("http://denmark/x", "a letter"));
  const auto sent = script.command<chat::SendMessage>();
  script.passes(std::chrono::seconds{31});
  EXPECT_TRUE(is_error(script.only(), "remote-server-timeout", "504"));
  // The message goes on as any other: what becomes of it later is told as that of a message is.
  script.network_says(refused(sent.first, Fault::not_found));
  const auto returned = script.only();
  EXPECT_EQ(returned.name, "message");
  EXPECT_EQ(returned.child_text("body", returned.ns), "a letter: http://denmark/x");
}

TEST(LinkOffer, NeedsARegistrationWhereEverythingDoes) {
  auto policy = GatewayScript::default_policy();
  policy.registration = Policy::Registration::required;
  GatewayScript script{policy};
  script.xmpp_sends(offer("http://denmark/x"));
  EXPECT_TRUE(is_error(script.only(), "registration-required", "407"));
}

TEST(Attachments, OfAMessageArePassedOnAlsoWithoutABody) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(
      "<message from='alice@test/home' to='bob@irc.test' type='chat'><x "
      "xmlns='jabber:x:oob'><url>http://denmark/1</url>"
      "<desc>a letter</desc></x><x xmlns='jabber:x:oob'><url>http://denmark/2</url></x></message>");
  const auto content = script.command<chat::SendMessage>().second.content;
  ASSERT_EQ(content.attachments.size(), 2U);
  EXPECT_EQ(content.attachments[0].description, "a letter");
  EXPECT_EQ(content.attachments[1].url, "http://denmark/2");
}

TEST(Attachments, StandBesideAMessageOfTheNetwork) {
  GatewayScript script;
  script.joins("alice", "#tea");
  chat::MessageReceived received;
  received.conversation.person = received.author.person = chat::PersonId{"bob"};
  received.author.name = "bob";
  received.content.attachments.resize(1);
  received.content.attachments[0].url = "http://denmark/1";
  received.content.attachments[0].description = "a letter";
  script.network_says(received);
  const auto message = script.only();
  EXPECT_EQ(message.child_text("body", message.ns), "a letter: http://denmark/1");
  const auto* attached = message.child("x", "jabber:x:oob");
  ASSERT_NE(attached, nullptr);
  EXPECT_EQ(attached->child_text("url", "jabber:x:oob"), "http://denmark/1");
  EXPECT_EQ(attached->child_text("desc", "jabber:x:oob"), "a letter");
}

std::string body_of(const std::string& media_type, const std::string& text) {
  GatewayScript script;
  script.joins("alice", "#tea");
  chat::MessageReceived received;
  received.conversation.person = received.author.person = chat::PersonId{"bob"};
  received.author.name = "bob";
  received.content.text = text;
  received.content.attachments.resize(1);
  received.content.attachments[0].url = "http://denmark/1.png";
  received.content.attachments[0].description = "a skull";
  received.content.attachments[0].media_type = media_type;
  script.network_says(received);
  return script.only().child_text("body", xmpp::ns::component);
}

TEST(Attachments, AreDescribedInTheTextUnlessAPictureStandsAlone) {
  EXPECT_EQ(body_of("image/png", ""), "http://denmark/1.png") << "clients show it in its place";
  EXPECT_EQ(body_of("image/png", "Alas"), "Alas\na skull: http://denmark/1.png");
  EXPECT_EQ(body_of("application/pdf", ""), "a skull: http://denmark/1.png");
  EXPECT_EQ(body_of("", "see http://denmark/1.png"), "see http://denmark/1.png") << "the text is its author's";
}

/// alice@test/phone is in the room too, and has said all that it can do (XEP-0115).
void phone_comes(GatewayScript& script, const std::vector<std::string>& features) {
  const xmpp::DiscoInfo can{{{"client", "phone", "Client", ""}}, features, {}};
  const std::string caps = "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://client.test' ver='" +
                           xmpp::caps_ver(can) + "'/>";
  script.xmpp_sends("<presence from='alice@test/phone' to='#tea@irc.test/alice'>" + caps +
                    "<x xmlns='http://jabber.org/protocol/muc'/></presence>");
  for (const auto& each : script.written()) {
    if (each.name == "iq") script.xmpp_sends(xmpp::to_xml(xmpp::make_disco_info(each, can)));
  }
  script.written();
}
void bob_says(GatewayScript& script, const std::string& text, const std::string& url) {
  chat::MessageReceived said;
  said.conversation.room = chat::RoomId{"#tea"};
  said.author.name = "bob";
  said.content.text = text;
  said.content.attachments.resize(1);
  said.content.attachments[0].url = url;
  script.network_says(said);
}
/// How many attachments the one message for this client has.
std::ptrdiff_t attachments_for(const std::string& client, const std::vector<xmpp::Element>& messages) {
  for (const auto& each : messages) {
    if (each.get("to") != client) continue;
    return std::count_if(each.children.begin(), each.children.end(),
                         [](const xmpp::Element& child) { return child.is("x", "jabber:x:oob"); });
  }
  return -1;
}

TEST(Attachments, BesideATextAreForClientsThatDoNotSayThatTheyLackThem) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  phone_comes(script, {"http://jabber.org/protocol/disco#info"});
  bob_says(script, "look: http://denmark/1.png", "http://denmark/1.png");
  const auto messages = script.written();
  EXPECT_EQ(attachments_for("alice@test/home", messages), 1) << "it has said nothing";
  EXPECT_EQ(attachments_for("alice@test/phone", messages), 0) << GatewayScript::dump(messages);
  for (const auto& each : messages) EXPECT_EQ(each.child_text("body", each.ns), "look: http://denmark/1.png");
}

TEST(Attachments, BesideATextAreForClientsThatKnowThem) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  phone_comes(script, {"http://jabber.org/protocol/disco#info", "jabber:x:oob"});
  bob_says(script, "look", "http://denmark/1.png");
  EXPECT_EQ(attachments_for("alice@test/phone", script.written()), 1);
}

TEST(Attachments, ThatAreTheWholeBodyAreForEveryClient) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  phone_comes(script, {"http://jabber.org/protocol/disco#info"});
  bob_says(script, "", "http://denmark/1.png");
  const auto messages = script.written();
  EXPECT_EQ(attachments_for("alice@test/home", messages), 1);
  EXPECT_EQ(attachments_for("alice@test/phone", messages), 1);
}

TEST(Attachments, InTheArchiveAreAsTheyWereLive) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  phone_comes(script, {"http://jabber.org/protocol/disco#info"});
  bob_says(script, "look", "http://denmark/1.png");
  script.written();
  for (const auto& [client, attached] : {std::pair{"alice@test/home", true}, std::pair{"alice@test/phone", false}}) {
    script.xmpp_sends("<iq type='set' from='" + std::string{client} +
                      "' to='#tea@irc.test' id='a'><query xmlns='urn:xmpp:mam:2'/></iq>");
    const std::string archive = GatewayScript::dump(script.written());
    EXPECT_NE(archive.find("http://denmark/1.png</body>"), std::string::npos) << archive;
    EXPECT_EQ(archive.find("jabber:x:oob") != std::string::npos, attached) << archive;
  }
}

TEST(Attachments, ThatAreContactsAreLines) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(
      "<message from='alice@test/home' to='bob@irc.test'><body>Visitors</body><x xmlns='jabber:x:roster'>"
      "<item jid='claudius@denmark' name='King'><group>Royalty</group></item><item "
      "jid='horatio@denmark'/></x></message>");
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.text,
            "Visitors\nKing <claudius@denmark> (Royalty)\nhoratio@denmark");
}

}  // namespace
}  // namespace dragoman::gateway::oob_test
