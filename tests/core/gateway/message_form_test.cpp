#include "gateway/to_command.hpp"
#include "support/gateway_script.hpp"
#include "support/xml.hpp"

// The forms of a text: formatting, threads, hints, encryption, ids that are kept.

namespace dragoman::gateway::message_form_test {
namespace {

using chat::Feature;
using test::GatewayScript;
using test::xml;

std::string body_of(const xmpp::Element& message) { return message.child_text("body", message.ns); }

TEST(ReadMessage, FormattingIsReadOnlyWhereItIsWanted) {
  const auto message = xml("<message><body>a *big* day</body></message>");
  EXPECT_EQ(read_message(message)->content->text, "a *big* day");
  const auto content = *read_message(message, true)->content;
  EXPECT_EQ(content.text, "a big day");
  EXPECT_EQ(content.spans, (std::vector<chat::Span>{{chat::Span::Kind::bold, 2, 5, {}}}));
}

TEST(ReadMessage, UnstyledTextIsLiteral) {
  const auto request =
      read_message(xml("<message><body>a *big* day</body><unstyled xmlns='urn:xmpp:styling:0'/></message>"), true);
  EXPECT_EQ(request->content->text, "a *big* day");
  EXPECT_TRUE(request->unstyled);
}

TEST(ReadMessage, TheRichFormIsReadWhereFormattingIsWantedElseTheBody) {
  const auto message =
      xml("<message><body>a big day</body><html xmlns='http://jabber.org/protocol/xhtml-im'>"
          "<body xmlns='http://www.w3.org/1999/xhtml'>a <b>big</b> day</body></html></message>");
  EXPECT_TRUE(read_message(message)->content->spans.empty());
  EXPECT_EQ(read_message(message, true)->content->spans.size(), 1U);
}

TEST(ReadMessage, ARichFormWithoutABodyIsItsText) {
  const auto message =
      xml("<message><html xmlns='http://www.w3.org/TR/xhtml-basic'><body>a <b>big</b> day</body></html></message>");
  const auto content = *read_message(message)->content;
  EXPECT_EQ(content.text, "a big day");
  EXPECT_TRUE(content.spans.empty());
}

TEST(ReadMessage, TheBodyWithoutALanguageIsTheOneThatIsSaid) {
  EXPECT_EQ(read_message(xml("<message><body xml:lang='de'>ja</body><body>yes</body></message>"))->content->text,
            "yes");
  EXPECT_EQ(read_message(xml("<message><body xml:lang='de'>ja</body><body xml:lang='en'>yes</body></message>"))
                ->content->text,
            "ja");
}

TEST(ReadMessage, APlaceIsItsUri) {
  const std::string place = "<geoloc xmlns='http://jabber.org/protocol/geoloc'><lat>1.5</lat><lon>2</lon></geoloc>";
  const auto alone = *read_message(xml("<message>" + place + "</message>"))->content;
  EXPECT_EQ(alone.kind, chat::Content::Kind::location);
  EXPECT_EQ(alone.text, "geo:1.5,2");
  EXPECT_EQ(read_message(xml("<message><body>here</body>" + place + "</message>"))->content->text, "here\ngeo:1.5,2");
  EXPECT_EQ(read_message(xml("<message><body>geo:1.5,2</body>" + place + "</message>"))->content->text, "geo:1.5,2");
}

TEST(ReadMessage, ReactionsAndRetractionsAreNoTextWhateverTheirBodySays) {
  auto request =
      read_message(xml("<message><body>👍</body><reactions id='1' "
                       "xmlns='urn:xmpp:reactions:0'><reaction>👍</reaction></reactions></message>"));
  EXPECT_FALSE(request->content);
  EXPECT_EQ(request->reactions->id, "1");
  request =
      read_message(xml("<message><body>gone</body><retract id='1' xmlns='urn:xmpp:message-retract:1'/></message>"));
  EXPECT_FALSE(request->content);
  EXPECT_EQ(request->retracts, "1");
}

TEST(ReadMessage, AFallbackForWhatIsNotKnownHereIsText) {
  const auto request = read_message(
      xml("<message><body>look: x</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:example:new'/></message>"));
  EXPECT_EQ(request->content->text, "look: x");
}

TEST(ReadMessage, AReplyOfNothingButAQuotationKeepsIt) {
  const auto request =
      read_message(xml("<message><body>&gt; hi</body><reply id='1' xmlns='urn:xmpp:reply:0'/>"
                       "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body/></fallback></message>"));
  EXPECT_EQ(request->content->text, "> hi");
  EXPECT_EQ(request->quote, "");
}

TEST(ReadMessage, ASeveralLinesLongActionIsOneAction) {
  const auto content = *read_message(xml("<message><body>/me waves\nand goes</body></message>"))->content;
  EXPECT_EQ(content.kind, chat::Content::Kind::action);
  EXPECT_EQ(content.text, "waves\nand goes");
}

/// Alice is in #tea with bob.
class Form : public testing::Test {
 protected:
  Form() { script.joins("alice", "#tea", {"bob"}); }
  void alice_says(const std::string& inside, const std::string& to = "#tea@irc.test") {
    const std::string type = to == "#tea@irc.test" ? "groupchat" : "chat";
    script.xmpp_sends("<message from='alice@test/home' to='" + to + "' type='" + type + "' id='a1'>" + inside +
                      "</message>");
  }
  void network_takes_it() { script.network_says(chat::Done{script.command<chat::SendMessage>().first, chat::Sent{}}); }
  void bob_says(chat::Content content, const chat::Conversation& where) {
    chat::Author author;
    author.name = "bob";
    script.network_says(chat::MessageReceived{where, author, {}, std::move(content), std::nullopt, false});
  }
  const chat::Conversation tea{chat::RoomId{"#tea"}, {}}, bob{{}, chat::PersonId{"bob"}};
  GatewayScript script;
};

TEST_F(Form, FormattingComesBackAsItWasWritten) {
  script.network->can(Feature::formatting);
  alice_says("<body>a *big* day\n&gt; _so_ it is\n```\n*code*\n```</body>");
  EXPECT_EQ(script.command<chat::SendMessage>().second.content.text, "a big day\nso it is\n*code*");
  network_takes_it();
  EXPECT_EQ(body_of(script.only()), "a *big* day\n> _so_ it is\n```\n*code*\n```");
}

TEST_F(Form, FormattingOfTheNetworkIsWrittenWithSigns) {
  script.network->can(Feature::formatting);
  chat::Content content = chat::plain("a big day");
  content.spans.push_back({chat::Span::Kind::bold, 2, 5, {}});
  bob_says(content, tea);
  const auto message = script.only();
  EXPECT_EQ(body_of(message), "a *big* day");
  EXPECT_EQ(message.child("unstyled", "urn:xmpp:styling:0"), nullptr);
}

TEST_F(Form, MentionsAreReferencesToOccupants) {
  script.network->can(Feature::formatting);
  script.network->can(Feature::mentions);
  chat::Content content = chat::plain("so bob: a big day, bob");
  content.spans = {{chat::Span::Kind::mention, 3, 6, "bob"},
                   {chat::Span::Kind::bold, 10, 13, {}},
                   {chat::Span::Kind::mention, 19, 22, "bob"}};
  bob_says(content, tea);
  const auto message = script.only();
  EXPECT_EQ(body_of(message), "so bob: a *big* day, bob");
  std::vector<std::string> references;
  for (const auto& child : message.children) {
    if (!child.is("reference", "urn:xmpp:reference:0")) continue;
    references.push_back(std::string{child.get("begin")} + '-' + std::string{child.get("end")} + ' ' +
                         std::string{child.get("uri")});
  }
  EXPECT_EQ(references, (std::vector<std::string>{"3-6 xmpp:%23tea@irc.test/bob", "21-24 xmpp:%23tea@irc.test/bob"}));
}

TEST_F(Form, MentionsOfANetworkWithoutFormattingLeaveTheTextAlone) {
  script.network->can(Feature::mentions);
  chat::Content content = chat::plain("bob: *as you like*");
  content.spans = {{chat::Span::Kind::mention, 0, 3, "bob"}, {chat::Span::Kind::bold, 6, 8, {}}};
  bob_says(content, tea);
  const auto message = script.only();
  EXPECT_EQ(body_of(message), "bob: *as you like*");
  EXPECT_EQ(message.child("unstyled", "urn:xmpp:styling:0"), nullptr);
  EXPECT_NE(message.child("reference", "urn:xmpp:reference:0"), nullptr);
}

TEST_F(Form, ReferencesToOccupantsAreMentions) {
  script.network->can(Feature::formatting);
  alice_says(
      "<body>*oh* bob</body><reference xmlns='urn:xmpp:reference:0' type='mention' begin='5' end='8' "
      "uri='xmpp:%23tea@irc.test/bob'/>");
  const auto content = script.command<chat::SendMessage>().second.content;
  EXPECT_EQ(content.text, "oh bob");
  EXPECT_EQ(content.spans,
            (std::vector<chat::Span>{{chat::Span::Kind::bold, 0, 2, {}}, {chat::Span::Kind::mention, 3, 6, "bob"}}));
}

TEST_F(Form, LiteralSignsOfANetworkWithFormattingAreMarked) {
  script.network->can(Feature::formatting);
  bob_says(chat::plain("*not bold*"), tea);
  EXPECT_NE(script.only().child("unstyled", "urn:xmpp:styling:0"), nullptr);
}

TEST_F(Form, FormattingThatTheNetworkDoesNotShareIsNotShown) {
  chat::Content content = chat::plain("a big day");
  content.spans.push_back({chat::Span::Kind::bold, 2, 5, {}});
  bob_says(content, tea);
  EXPECT_EQ(body_of(script.only()), "a big day");
}

TEST_F(Form, SignsOfANetworkWithoutFormattingAreWhatPeopleWrote) {
  bob_says(chat::plain("*as you like*"), tea);
  const auto message = script.only();
  EXPECT_EQ(body_of(message), "*as you like*");
  EXPECT_EQ(message.child("unstyled", "urn:xmpp:styling:0"), nullptr);
}

TEST_F(Form, TheReflectionKeepsThreadMarksAndHints) {
  alice_says(
      "<body>hi</body><thread parent='p'>t</thread><markable xmlns='urn:xmpp:chat-markers:0'/>"
      "<unstyled xmlns='urn:xmpp:styling:0'/><no-store xmlns='urn:xmpp:hints'/>");
  network_takes_it();
  const auto reflection = script.only();
  ASSERT_NE(reflection.child("thread", reflection.ns), nullptr);
  EXPECT_EQ(reflection.child_text("thread", reflection.ns), "t");
  EXPECT_EQ(reflection.child("thread", reflection.ns)->get("parent"), "p");
  EXPECT_NE(reflection.child("markable", "urn:xmpp:chat-markers:0"), nullptr);
  EXPECT_NE(reflection.child("unstyled", "urn:xmpp:styling:0"), nullptr);
  EXPECT_NE(reflection.child("no-store", "urn:xmpp:hints"), nullptr);
}

TEST_F(Form, WhatIsNotToBeStoredIsInNoArchiveAndItsTextIsForgotten) {
  alice_says("<body>psst</body><no-store xmlns='urn:xmpp:hints'/>");
  network_takes_it();
  EXPECT_EQ(body_of(script.only()), "psst");
  script.end_turn();
  EXPECT_EQ(script.store.rows.at(1).content, "\"\"");
  script.xmpp_sends(
      "<iq type='set' from='alice@test/home' to='#tea@irc.test' id='m'><query xmlns='urn:xmpp:mam:2'/></iq>");
  EXPECT_EQ(script.only().name, "iq");
}

TEST_F(Form, AThreadComesBackFromWhomItWasUsedWith) {
  alice_says("<body>hi</body><thread parent='p'>t1</thread>", "bob@irc.test");
  bob_says(chat::plain("hello"), bob);
  auto answer = script.only();
  EXPECT_EQ(answer.child_text("thread", answer.ns), "t1");
  EXPECT_EQ(answer.child("thread", answer.ns)->get("parent"), "p");
  bob_says(chat::plain("to all"), tea);
  answer = script.only();
  EXPECT_EQ(answer.child("thread", answer.ns), nullptr);
}

TEST_F(Form, WhereTheNetworkHasThreadsNoneIsCarriedBack) {
  script.network->can(Feature::thread);
  alice_says("<body>hi</body><thread>t1</thread>", "bob@irc.test");
  bob_says(chat::plain("hello"), bob);
  EXPECT_EQ(script.only().child("thread", xmpp::ns::component), nullptr);
}

TEST_F(Form, WhatTheNetworkHasEncryptedIsMarked) {
  chat::Content content = chat::plain("This cannot be read here.");
  content.kind = chat::Content::Kind::encrypted;
  content.encryption = "m.megolm.v1.aes-sha2";
  bob_says(content, tea);
  const auto message = script.only();
  EXPECT_EQ(body_of(message), "This cannot be read here.");
  const xmpp::Element* marked = message.child("encryption", "urn:xmpp:eme:0");
  ASSERT_NE(marked, nullptr);
  EXPECT_EQ(marked->get("namespace"), "m.megolm.v1.aes-sha2");
}

TEST_F(Form, AThreadIsKnownAfterARestartAndEndsWithAMessageWithoutOne) {
  alice_says("<body>hi</body><thread>t1</thread>", "bob@irc.test");
  network_takes_it();
  script.restart();
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#tea", "alice", {"bob"});
  script.written();
  bob_says(chat::plain("hello"), bob);
  EXPECT_EQ(script.only().child_text("thread", xmpp::ns::component), "t1");
  alice_says("<body>hm</body>", "bob@irc.test");
  bob_says(chat::plain("hello?"), bob);
  EXPECT_EQ(script.only().child("thread", xmpp::ns::component), nullptr);
}

const std::string encrypted =
    "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>x</payload></encrypted>"
    "<encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl'/><body>I sent you an OMEMO "
    "encrypted message</body>";

TEST_F(Form, AFileThatIsOnlyThereEncryptedComesBack) {
  alice_says(
      "<file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>tea.png</name></file><sources>"
      "<encrypted xmlns='urn:xmpp:esfs:0' "
      "cipher='urn:xmpp:ciphers:aes-256-gcm-nopadding:0'><key>a2V5</key><iv>aXY=</iv>"
      "<sources xmlns='urn:xmpp:sfs:0'><url-data xmlns='http://jabber.org/protocol/url-data' "
      "target='https://up.test/x'/></sources></encrypted></sources></file-sharing>",
      "bob@irc.test");
  const auto told = script.written();
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told[0].get("type"), "error");
  EXPECT_EQ(script.count<chat::SendMessage>(), 0U);
}

TEST_F(Form, WhatIsEncryptedComesBackEachTimeAndIsExplainedOnce) {
  alice_says(encrypted, "bob@irc.test");
  auto told = script.written();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].get("type"), "error");
  EXPECT_EQ(told[1].get("type"), "chat");
  EXPECT_EQ(told[1].get("from"), "bob@irc.test");
  EXPECT_NE(body_of(told[1]).find("TestNet cannot read it"), std::string::npos);
  alice_says(encrypted, "bob@irc.test");
  EXPECT_EQ(script.only().get("type"), "error");
  alice_says(encrypted);
  told = script.written();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[1].get("from"), "#tea@irc.test");
  EXPECT_EQ(told[1].get("type"), "groupchat");
  EXPECT_EQ(script.count<chat::SendMessage>(), 0U);
}

TEST_F(Form, WhatWasExplainedIsNotExplainedAgainAfterARestart) {
  alice_says(encrypted, "bob@irc.test");
  script.restart();
  script.written();
  alice_says(encrypted, "bob@irc.test");
  EXPECT_EQ(script.only().get("type"), "error");
}

TEST_F(Form, AMessageOfKeysIsNotAnswered) {
  alice_says("<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted>", "bob@irc.test");
  EXPECT_TRUE(script.written().empty());
}

TEST_F(Form, AnAttachmentAloneIsABodyThatClientsShowAsWhatItIs) {
  chat::Content content;
  content.attachments.push_back({"https://example.org/cat.png", "cat.png", "image/png", 0, 0, 0, {}, "a cat"});
  bob_says(content, tea);
  const auto message = script.only();
  EXPECT_EQ(body_of(message), "https://example.org/cat.png");
  const auto* oob = message.child("x", "jabber:x:oob");
  ASSERT_NE(oob, nullptr);
  EXPECT_EQ(oob->child_text("url", "jabber:x:oob"), "https://example.org/cat.png");
  EXPECT_EQ(oob->child_text("desc", "jabber:x:oob"), "a cat");
}

TEST_F(Form, OfNormalAndUnknownTypesAndHeadlinesIsSaidToo) {
  for (const char* type : {"normal", "headline", "whatever"}) {
    script.xmpp_sends("<message from='alice@test/home' to='bob@irc.test' type='" + std::string{type} +
                      "' id='a1'><body>" + type + "</body></message>");
    EXPECT_EQ(script.command<chat::SendMessage>().second.content.text, type);
  }
}

}  // namespace
}  // namespace dragoman::gateway::message_form_test
