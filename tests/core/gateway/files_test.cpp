#include <algorithm>

#include "support/gateway_script.hpp"
#include "xmpp/caps.hpp"
#include "xmpp/disco.hpp"

// Files with what is known of them (XEP-0447, 0385), both ways.

namespace dragoman::gateway::files_test {
namespace {

using test::GatewayScript;

const std::string url = "https://up.test/x/tea.png";
const std::string link_element = "<x xmlns='jabber:x:oob'><url>" + url + "</url></x>";
/// As Dino and Gajim send it, with something in it that we know nothing of.
const std::string sharing =
    "<file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline' id='f1'><file xmlns='urn:xmpp:file:metadata:0'>"
    "<media-type>image/png</media-type><name>tea.png</name><size>32411</size><width>640</width><height>480</height>"
    "<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>2XarmwTlNxDAMkvymloX3S5+VbylNrJt/l5QyPa+YoU=</hash>"
    "<thumbnail xmlns='urn:xmpp:thumbs:1' uri='data:image/thumbhash,w7EFLILlvJd3AAlwF3SR9xg=' width='32' height='24'/>"
    "</file><sources><url-data xmlns='http://jabber.org/protocol/url-data' target='" +
    url + "'/></sources></file-sharing>";
const std::string whole_body_is_fallback =
    "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body/></fallback>";

void alice_says(GatewayScript& script, const std::string& inside) {
  script.xmpp_sends("<message from='alice@test/home' to='#tea@irc.test' type='groupchat' id='m'>" + inside +
                    "</message>");
}
chat::Content network_hears(GatewayScript& script, const std::string& inside) {
  alice_says(script, inside);
  return script.command<chat::SendMessage>().second.content;
}
/// The children of a message that are not about itself: ids and the like.
std::vector<xmpp::Element> said_in(const xmpp::Element& message) {
  std::vector<xmpp::Element> said;
  for (const xmpp::Element& each : message.children) {
    if (each.ns != xmpp::ns::stanza_id && each.ns != xmpp::ns::occupant_id) said.push_back(each);
  }
  return said;
}
std::vector<xmpp::Element> elements(const std::string& inside, const std::string& ns = "jabber:component:accept") {
  return xmpp::parse_element("<r>" + inside + "</r>", ns)->children;
}

TEST(Files, AreAttachmentsWithAllThatIsSaidOfThem) {
  GatewayScript script;
  script.joins("alice", "#tea");
  const auto content =
      network_hears(script, "<body>" + url + "</body>" + sharing + whole_body_is_fallback + link_element);
  EXPECT_EQ(content.text, "") << "the body is only for clients that do not know the element";
  ASSERT_EQ(content.attachments.size(), 1U) << "the link is the same file";
  const chat::Attachment& file = content.attachments[0];
  EXPECT_EQ(file.url, url);
  EXPECT_EQ(file.name, "tea.png");
  EXPECT_EQ(file.media_type, "image/png");
  EXPECT_EQ(file.size, 32411U);
  EXPECT_EQ(file.width, 640U);
  EXPECT_EQ(file.height, 480U);
  EXPECT_EQ(file.sha256, "d976ab9b04e53710c0324bf29a5a17dd2e7e55bca536b26dfe5e50c8f6be6285");
}

TEST(Files, LeaveTheTextThatIsSaidBesideThem) {
  GatewayScript script;
  script.joins("alice", "#tea");
  const auto content = network_hears(
      script, "<body>My cup ☕\n" + url + "</body>" + sharing +
                  "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body start='8' end='34'/></fallback>");
  EXPECT_EQ(content.text, "My cup ☕");
  EXPECT_EQ(content.attachments.size(), 1U);
}

TEST(Files, WithoutAMarkLeaveTheBodyAlone) {
  GatewayScript script;
  script.joins("alice", "#tea");
  EXPECT_EQ(network_hears(script, "<body>look: " + url + "</body>" + sharing).text, "look: " + url);
}

TEST(Files, MarkWithoutAFileTakesNothingOut) {
  GatewayScript script;
  script.joins("alice", "#tea");
  EXPECT_EQ(network_hears(script, "<body>tea</body>" + whole_body_is_fallback).text, "tea");
}

TEST(Files, InAReplyBothAreTakenOut) {
  GatewayScript script;
  script.joins("alice", "#tea");
  const auto content = network_hears(
      script, "<body>&gt; cup?\n" + url + "</body>" + sharing +
                  "<reply xmlns='urn:xmpp:reply:0' id='1' to='#tea@irc.test/bob'/>"
                  "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='7'/></fallback>"
                  "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body start='7' end='32'/></fallback>");
  EXPECT_EQ(content.text.find(url), std::string::npos) << content.text;
  EXPECT_EQ(content.attachments.size(), 1U);
}

TEST(Files, OfTheOlderFormAreTheSame) {
  GatewayScript script;
  script.joins("alice", "#tea");
  const auto content = network_hears(
      script, "<body>" + url + "</body>" + link_element +
                  "<reference xmlns='urn:xmpp:reference:0' type='data'><media-sharing xmlns='urn:xmpp:sims:1'><file "
                  "xmlns='urn:xmpp:jingle:apps:file-transfer:5'><media-type>image/png</media-type><name>tea.png</name>"
                  "</file><sources><reference xmlns='urn:xmpp:reference:0' type='data' uri='" +
                  url + "'/></sources></media-sharing></reference>");
  ASSERT_EQ(content.attachments.size(), 1U);
  EXPECT_EQ(content.attachments[0].name, "tea.png");
}

TEST(Files, ComeBackInTheReflectionAsTheyWere) {
  for (const std::string& body : {"<body>" + url + "</body>", "<body>My cup\n" + url + "</body>",
                                  std::string{"<body>A file; get a better client.</body>"}}) {
    GatewayScript script;
    script.joins("alice", "#tea");
    const std::string inside = body + sharing + whole_body_is_fallback + link_element;
    alice_says(script, inside);
    script.network_says(chat::Done{script.command<chat::SendMessage>().first, chat::Sent{}});
    EXPECT_EQ(said_in(script.only()), elements(inside));
    // The archive after a restart.
    script.restart();
    script.network_says(chat::Ready{"alice", {}});
    script.lets_in("#tea", "alice");
    script.written();
    script.xmpp_sends(
        "<iq type='set' from='alice@test/home' to='#tea@irc.test' id='a'><query xmlns='urn:xmpp:mam:2'/></iq>");
    const auto archived = script.written();
    ASSERT_FALSE(archived.empty());
    const auto* result = archived[0].child("result", "urn:xmpp:mam:2");
    ASSERT_NE(result, nullptr) << GatewayScript::dump(archived);
    const auto* message = result->child("forwarded", "urn:xmpp:forward:0")->child("message", "jabber:client");
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(said_in(*message), elements(inside, "jabber:client"));
  }
}

TEST(Files, ThatComeBackWithAnErrorAreAsTheyWere) {
  GatewayScript script;
  script.joins("alice", "#tea");
  alice_says(script, "<body>A file.</body>" + sharing + whole_body_is_fallback);
  script.network_says(chat::Failed{
      script.command<chat::SendMessage>().first, chat::Failed::Outcome::refused, Fault::forbidden, "no", {}});
  const auto error = script.only();
  EXPECT_EQ(error.child_text("body", error.ns), "A file.");
  EXPECT_NE(error.child("file-sharing", "urn:xmpp:sfs:0"), nullptr);
}

TEST(Files, OfWhatNobodyMayKeepAreNotKept) {
  GatewayScript script;
  script.joins("alice", "#tea");
  alice_says(script, "<body>" + url + "</body>" + sharing + "<no-store xmlns='urn:xmpp:hints'/>");
  script.network_says(chat::Done{script.command<chat::SendMessage>().first, chat::Sent{}});
  EXPECT_EQ(script.only().child_text("body", "jabber:component:accept"), url);
  for (const auto& [id, row] : script.store.rows) {
    EXPECT_EQ((row.content + row.stanza_id).find("up.test"), std::string::npos) << row.content << row.stanza_id;
  }
}

TEST(Files, OfWhatIsTakenBackAreNotKept) {
  GatewayScript script;
  script.network->can(chat::Feature::retract);
  script.joins("alice", "#tea");
  alice_says(script, "<body>" + url + "</body>" + sharing);
  script.network_says(
      chat::Done{script.command<chat::SendMessage>().first, chat::Sent{{chat::MessageId{"net1"}}, std::nullopt, {}}});
  script.xmpp_sends(
      "<message from='alice@test/home' to='#tea@irc.test' type='groupchat' id='r'><retract id='1' "
      "xmlns='urn:xmpp:message-retract:1'/></message>");
  script.network_says(chat::Done{script.command<chat::RetractMessage>().first, chat::Sent{}});
  for (const auto& [id, row] : script.store.rows) {
    EXPECT_EQ((row.content + row.stanza_id).find("up.test"), std::string::npos) << row.content << row.stanza_id;
  }
}

chat::MessageReceived picture(const std::string& text) {
  chat::MessageReceived said;
  said.conversation.room = chat::RoomId{"#tea"};
  said.author.name = "bob";
  said.content.text = text;
  chat::Attachment& file = said.content.attachments.emplace_back();
  file.url = url;
  file.name = "tea.png";
  file.media_type = "image/png";
  file.size = 32411;
  file.width = 640;
  file.height = 480;
  file.sha256 = "d976ab9b04e53710c0324bf29a5a17dd2e7e55bca536b26dfe5e50c8f6be6285";
  file.mirrors = {"https://mirror.test/tea.png"};
  return said;
}

const std::string written_sharing =
    "<file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline'><file xmlns='urn:xmpp:file:metadata:0'>"
    "<media-type>image/png</media-type><name>tea.png</name><size>32411</size><width>640</width><height>480</height>"
    "<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>2XarmwTlNxDAMkvymloX3S5+VbylNrJt/l5QyPa+YoU=</hash>"
    "</file><sources><url-data xmlns='http://jabber.org/protocol/url-data' target='" +
    url +
    "'/><url-data xmlns='http://jabber.org/protocol/url-data' target='https://mirror.test/tea.png'/></sources>"
    "</file-sharing>";

TEST(Files, OfANetworkAreSaidInAllWaysThatClientsKnow) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.network_says(picture(""));
  EXPECT_EQ(
      said_in(script.only()),
      elements("<body>" + url + "</body>" + written_sharing +
               "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body start='0' end='25'/></fallback>" +
               link_element));
}

TEST(Files, OfANetworkStandBehindTheirText) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.network_says(picture("My cup ☕"));
  EXPECT_EQ(
      said_in(script.only()),
      elements("<body>My cup ☕\n" + url + "</body>" + written_sharing +
               "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body start='8' end='34'/></fallback>" +
               link_element));
}

TEST(Files, ThatTheTextNamesItselfAreNotMarkedInIt) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.network_says(picture("look: " + url + " !"));
  EXPECT_EQ(said_in(script.only()), elements("<body>look: " + url + " !</body>" + written_sharing + link_element));
}

TEST(Files, OfWhichOnlyTheAddressIsKnownAreLinks) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  auto said = picture("");
  said.content.attachments[0] = {};
  said.content.attachments[0].url = url;
  script.network_says(said);
  EXPECT_EQ(said_in(script.only()), elements("<body>" + url + "</body>" + link_element));
}

}  // namespace
}  // namespace dragoman::gateway::files_test
