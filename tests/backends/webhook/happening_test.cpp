#include "backends/webhook/happening.hpp"

#include <gtest/gtest.h>

#include "backends/webhook/wanted.hpp"

namespace dragoman::backends::webhook {
namespace {

using Type = Happening::Type;

Happening said(std::string text) {
  Happening happening;
  happening.id = "msg_1";
  happening.room.jid = "#ci@hook.example.org";
  happening.content = chat::plain(std::move(text));
  return happening;
}

bool wants(const Outgoing& settings, const Happening& happening) {
  const auto wanted = Wanted::read(settings);
  EXPECT_TRUE(wanted.has_value());
  return wanted->wants(happening, "ci");
}

TEST(WebhookHappening, IsReadAsItWasWritten) {
  Happening happening = said("hello \"world\"\n");
  happening.type = Type::message_updated;
  happening.time = Timestamp{std::chrono::milliseconds{1'795'162'530'123}};
  happening.content.kind = chat::Content::Kind::action;
  happening.content.title = "title";
  happening.content.spans = {{chat::Span::Kind::link, 0, 5, "https://x.example/"}};
  happening.content.attachments = {{"https://f.example/a.png", "a.png", "image/png", 12, 3, 4, "", "about", {}}};
  happening.content.reply_to = chat::MessageId{"r"};
  happening.content.thread = "t";
  happening.from = {"a@b", "o", "nick", "p", "irc"};
  happening.about = "older";
  happening.via = {"one", "two"};
  happening.hops = 3;
  happening.gap = 4;
  happening.more = true;
  const auto read = read_happening(write_happening(happening));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, happening);
  EXPECT_FALSE(read_happening("").has_value());
  EXPECT_FALSE(read_happening(R"({"type":"nothing","id":"a"})").has_value());
}

TEST(WebhookHappening, OfACommandHasItsKey) {
  chat::SendMessage send;
  send.key = 0x1234;
  send.content = chat::plain("hello");
  const auto told = happenings_of(send, said(""));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].id, "msg_0000000000001234");
  EXPECT_EQ(told[0].content.text, "hello");
  EXPECT_EQ(told[0].room.jid, "#ci@hook.example.org");
  EXPECT_TRUE(happenings_of(chat::Ping{}, said("")).empty());
}

TEST(WebhookHappening, OfWhoSpeaksForOthersNamesThemAndTheWay) {
  chat::SendMessage send;
  send.key = 1;
  send.content = chat::plain("hello");
  send.content.shown_author = "bob";
  send.content.via = "one two";
  Happening frame = said("");
  frame.from.jid = "bridge@example.org";
  const auto told = happenings_of(send, frame);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].from.nickname, "bob");
  EXPECT_TRUE(told[0].from.jid.empty());
  EXPECT_EQ(told[0].via, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(told[0].hops, 3u);
}

TEST(WebhookHappening, OfEditsAndRetractionsNameTheOther) {
  chat::EditMessage edit;
  edit.edited = chat::MessageId{"older"};
  edit.content = chat::plain("new");
  const auto edited = happenings_of(edit, said(""));
  ASSERT_EQ(edited.size(), 1u);
  EXPECT_EQ(edited[0].type, Type::message_updated);
  EXPECT_EQ(edited[0].about, "older");
  chat::RetractMessage retract;
  retract.retracted = chat::MessageId{"older"};
  EXPECT_EQ(happenings_of(retract, said(""))[0].type, Type::message_deleted);
}

TEST(WebhookHappening, OfReactionsIsTheDifference) {
  chat::React react;
  react.key = 1;
  react.message = chat::MessageId{"m"};
  react.emoji = {"a", "c"};
  const auto told = happenings_of(react, said(""), {"a", "b"});
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].type, Type::reaction_removed);
  EXPECT_EQ(told[0].reaction, "b");
  EXPECT_TRUE(told[0].more);
  EXPECT_EQ(told[1].type, Type::reaction_added);
  EXPECT_EQ(told[1].reaction, "c");
  EXPECT_FALSE(told[1].more);
  EXPECT_NE(told[0].id, told[1].id);
}

TEST(WebhookWanted, AreMessagesUnlessOthersAreNamed) {
  Happening presence = said("");
  presence.type = Type::presence_changed;
  EXPECT_TRUE(wants({}, said("hello")));
  EXPECT_FALSE(wants({}, presence));
  Outgoing settings;
  settings.events = {"presence.changed"};
  EXPECT_TRUE(wants(settings, presence));
  EXPECT_FALSE(wants(settings, said("hello")));
  settings.events = {"presence.chnaged"};
  EXPECT_FALSE(Wanted::read(settings).has_value());
}

TEST(WebhookWanted, BeginWithThePrefixFitThePatternOrNameTheHook) {
  Outgoing settings;
  settings.prefix = "!";
  EXPECT_TRUE(wants(settings, said("!deploy")));
  EXPECT_FALSE(wants(settings, said("hello!")));
  settings = {};
  settings.pattern = "^deploy [0-9]+$";
  EXPECT_TRUE(wants(settings, said("deploy 42")));
  EXPECT_FALSE(wants(settings, said("deploy it")));
  settings.pattern = "(";
  EXPECT_FALSE(Wanted::read(settings).has_value());
  settings = {};
  settings.mention_only = true;
  EXPECT_TRUE(wants(settings, said("CI: once more")));
  EXPECT_FALSE(wants(settings, said("how civil")));
  Happening between_two = said("hello");
  between_two.room = {};
  EXPECT_TRUE(wants(settings, between_two));
}

TEST(WebhookWanted, MayBeOnlyWhatPeopleSayHere) {
  Happening bridged = said("hello");
  bridged.via = {"dg-us"};
  bridged.hops = 2;
  EXPECT_TRUE(wants({}, bridged));
  Outgoing settings;
  settings.ignore_bridged = true;
  EXPECT_FALSE(wants(settings, bridged));
  EXPECT_TRUE(wants(settings, said("hello")));
}

}  // namespace
}  // namespace dragoman::backends::webhook
