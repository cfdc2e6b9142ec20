#include "media/paste.hpp"

#include "support/gateway_script.hpp"

// Texts that are too long for a network (docs/decisions/0035).

namespace dragoman::gateway::paste_test {
namespace {

using media::count_lines, media::with_link;
using test::GatewayScript;

TEST(CountLines, CountsWhatANetworkOfLinesMakesOfAText) {
  EXPECT_EQ(count_lines("", 10), 0U);
  EXPECT_EQ(count_lines("tea", 10), 1U);
  EXPECT_EQ(count_lines("tea\n", 10), 1U);
  EXPECT_EQ(count_lines("tea\n\n\ntime", 10), 2U) << "empty lines cannot be said";
  EXPECT_EQ(count_lines("0123456789", 10), 1U);
  EXPECT_EQ(count_lines("0123456789a", 10), 2U);
  EXPECT_EQ(count_lines("0123456789a\n0123456789a", 10), 4U);
  EXPECT_EQ(count_lines("0123456789a", 0), 1U) << "no limit";
}

TEST(WithLink, IsTheFirstLineAndTheAddressOfTheWhole) {
  const auto said = with_link(chat::plain("\nfirst line\nsecond\nthird"), "https://up.test/1", 400);
  EXPECT_EQ(said.text, "first line …");
  ASSERT_EQ(said.attachments.size(), 1U);
  EXPECT_EQ(said.attachments[0].url, "https://up.test/1");
  EXPECT_EQ(said.attachments[0].description, "all 3 lines");
}

TEST(WithLink, CutsALongLineBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "é";
  const auto said = with_link(chat::plain(text), "https://up.test/1", 101);
  EXPECT_EQ(said.text, text.substr(0, 96) + " …") << "101 bytes without the sign behind it, cut before half an é";
  EXPECT_EQ(said.attachments[0].description, "the whole text");
}

TEST(WithLink, KeepsWhatIsInTheFirstLineAndTheOtherAttachments) {
  chat::Content content = chat::plain("\nbob: look\nhere");
  content.kind = chat::Content::Kind::action;
  content.spans = {{chat::Span::Kind::mention, 1, 4, "bob"}, {chat::Span::Kind::bold, 11, 15, ""}};
  content.attachments.resize(1);
  content.attachments[0].url = "https://up.test/picture";
  const auto said = with_link(content, "https://up.test/1", 400);
  EXPECT_EQ(said.kind, chat::Content::Kind::action);
  const std::vector<chat::Span> spans{{chat::Span::Kind::mention, 0, 3, "bob"}};
  EXPECT_EQ(said.spans, spans);
  ASSERT_EQ(said.attachments.size(), 2U);
  EXPECT_EQ(said.attachments[1].url, "https://up.test/picture");
}

/// alice is in a room of a network that takes 3 lines, and 6 where nothing can be uploaded.
struct PasteTest : testing::Test {
  PasteTest() {
    limit();
    script.joins("alice", "#tea");
  }
  void limit() {
    script.network->capabilities().line_bytes = 80;
    script.network->capabilities().paste_lines = 3;
    script.network->capabilities().text_lines = 6;
  }
  static std::string lines(int count) {
    std::string text;
    for (int i = 1; i <= count; ++i) text += (i > 1 ? "\nline " : "line ") + std::to_string(i);
    return text;
  }
  void says(const std::string& text, const std::string& id = "m", const std::string& more = {}) {
    script.xmpp_sends("<message from='alice@test/home' to='#tea@irc.test' type='groupchat' id='" + id + "'><body>" +
                      text + "</body>" + more + "</message>");
  }
  std::string said() { return script.command<chat::SendMessage>().second.content.text; }

  GatewayScript script;
};

TEST_F(PasteTest, AFewLinesAreSaid) {
  says(lines(3));
  EXPECT_EQ(said(), lines(3));
  EXPECT_TRUE(script.uploader.files.empty());
}

TEST_F(PasteTest, MoreGoToAnUploadAndAreSaidAsALink) {
  says(lines(4));
  EXPECT_EQ(script.count<chat::SendMessage>(), 0U);
  ASSERT_EQ(script.uploader.files.size(), 1U);
  EXPECT_EQ(script.uploader.files[0].bytes, lines(4) + "\n");
  EXPECT_EQ(script.uploader.files[0].media_type, "text/plain; charset=utf-8");
  script.uploaded(0, std::string{"https://up.test/1"});
  const auto sent = script.command<chat::SendMessage>();
  EXPECT_EQ(sent.second.content.text, "line 1 …");
  ASSERT_EQ(sent.second.content.attachments.size(), 1U);
  EXPECT_EQ(sent.second.content.attachments[0].url, "https://up.test/1");
}

TEST_F(PasteTest, WhoReadsXmppHasTheWholeText) {
  says(lines(4));
  script.uploaded(0, std::string{"https://up.test/1"});
  script.network_says(chat::Done{script.command<chat::SendMessage>().first,
                                 chat::Sent{{}, std::nullopt, "line 1 ...\nall 4 lines: https://up.test/1"}});
  const auto reflection = script.only();
  EXPECT_EQ(reflection.get("id"), "m");
  EXPECT_EQ(reflection.child_text("body", reflection.ns), lines(4));
  EXPECT_EQ(reflection.child("x", "jabber:x:oob"), nullptr);
  script.xmpp_sends(
      "<iq type='set' from='alice@test/home' to='#tea@irc.test' id='a'><query xmlns='urn:xmpp:mam:2'/></iq>");
  EXPECT_NE(GatewayScript::dump(script.written()).find(lines(4)), std::string::npos);
}

TEST_F(PasteTest, WhatFollowsWaitsForTheUpload) {
  says(lines(4), "m1");
  says("short", "m2");
  EXPECT_EQ(script.count<chat::SendMessage>(), 0U);
  script.xmpp_sends(
      "<message from='alice@test/home' to='bob@irc.test' type='chat' id='m3'><body>elsewhere</body></message>");
  EXPECT_EQ(said(), "elsewhere");
  script.uploaded(0, std::string{"https://up.test/1"});
  EXPECT_EQ(said(), "short");
  EXPECT_EQ(script.count<chat::SendMessage>(), 3U);
}

TEST_F(PasteTest, WithoutAServiceItIsSaidLineByLine) {
  script.uploader.there = false;
  says(lines(6));
  EXPECT_EQ(said(), lines(6));
  EXPECT_TRUE(script.uploader.files.empty());
}

TEST_F(PasteTest, WithoutAServiceMoreThanTheMostIsRefusedWithBothNumbers) {
  script.uploader.there = false;
  says(lines(7));
  const auto error = script.only();
  EXPECT_EQ(error.get("type"), "error");
  EXPECT_EQ(error.get("id"), "m");
  const std::string text = GatewayScript::dump({error});
  EXPECT_NE(text.find("at most 6 lines"), std::string::npos) << text;
  EXPECT_NE(text.find("has 7"), std::string::npos) << text;
  EXPECT_EQ(script.count<chat::SendMessage>(), 0U);
  EXPECT_TRUE(script.store.rows.empty()) << "it was not accepted";
}

TEST_F(PasteTest, WhenTheUploadFailsItIsSaidLineByLine) {
  says(lines(6));
  script.uploaded(0, failure(Fault::unavailable, "up.test does not answer"));
  EXPECT_EQ(said(), lines(6));
}

TEST_F(PasteTest, WhenTheUploadFailsMoreThanTheMostComesBackWithTheReason) {
  says(lines(7), "m1");
  says("short", "m2");
  EXPECT_TRUE(script.written().empty());
  script.uploaded(0, failure(Fault::unavailable, "up.test does not answer"));
  const auto error = script.only();
  EXPECT_EQ(error.get("type"), "error");
  EXPECT_EQ(error.get("id"), "m1");
  EXPECT_EQ(error.child_text("body", error.ns), lines(7)) << "nothing that was written is lost";
  EXPECT_NE(GatewayScript::dump({error}).find("up.test does not answer"), std::string::npos);
  EXPECT_EQ(said(), "short") << "what follows goes on";
}

TEST_F(PasteTest, ThatIsUploadedWhenTheGatewayIsKilledIsUploadedAgain) {
  says(lines(4));
  script.restart();
  limit();
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#tea", "alice");
  ASSERT_EQ(script.uploader.files.size(), 2U);
  script.uploaded(1, std::string{"https://up.test/2"});
  EXPECT_EQ(said(), "line 1 …");
  EXPECT_EQ(script.count<chat::SendMessage>(), 1U);
}

TEST_F(PasteTest, IsCountedAsTheNetworkIsTold) {
  // A reply has its addressee in front, an edit a star: what is uploaded is what would be said.
  script.network->can(chat::Feature::edit, chat::Support::as_text);
  says(lines(4), "m2", "<replace xmlns='urn:xmpp:message-correct:0' id='m1'/>");
  ASSERT_EQ(script.uploader.files.size(), 1U);
  EXPECT_EQ(script.uploader.files[0].bytes, "* " + lines(4) + "\n");
  script.uploaded(0, std::string{"https://up.test/1"});
  EXPECT_EQ(said(), "* line 1 …");
}

TEST_F(PasteTest, LineThatIsTooLongCountsAsSeveral) {
  says(std::string(241, 'x'));
  ASSERT_EQ(script.uploader.files.size(), 1U);
}

TEST_F(PasteTest, NetworkWithoutALimitSaysEverything) {
  script.network->capabilities().paste_lines = 0;
  script.network->capabilities().text_lines = 0;
  says(lines(50));
  EXPECT_EQ(said(), lines(50));
  EXPECT_TRUE(script.uploader.files.empty());
}

TEST_F(PasteTest, UploadThatEndsAfterThePersonHasGoneIsNothing) {
  says(lines(4));
  script.xmpp_sends("<presence from='alice@test/home' to='#tea@irc.test/alice' type='unavailable'/>");
  script.written();
  script.uploaded(0, std::string{"https://up.test/1"});
  EXPECT_EQ(script.count<chat::SendMessage>(), 0U);
}

}  // namespace
}  // namespace dragoman::gateway::paste_test
