#include "gateway/dialogs/questions.hpp"
#include "support/gateway_script.hpp"
#include "xmpp/hints.hpp"

// The same commands in a chat with the gateway's own address.

namespace dragoman::gateway::chat_commands_test {
namespace {

using test::GatewayScript;

/// What a person says to the gateway, and its one answer.
class ChatScript : public GatewayScript {
 public:
  using GatewayScript::GatewayScript;
  void says(const std::string& body, const std::string& from = "alice@test/home") {
    xmpp_sends("<message from='" + from + "' to='irc.test' type='chat' id='m'><body>" + body +
               "</body><thread>t1</thread></message>");
  }
  /// The answer's text. Other stanzas stand in `others`.
  std::string hears(const std::string& to = "alice@test/home") {
    std::string text;
    others.clear();
    int answers = 0;
    for (const auto& each : written()) {
      if (each.name != "message" || each.get("from") != "irc.test") {
        others.push_back(each);
        continue;
      }
      ++answers;
      text = each.child_text("body", each.ns);
      EXPECT_EQ(each.get("to"), to);
      EXPECT_EQ(each.get("type"), "chat");
      EXPECT_EQ(each.child_text("thread", each.ns), "t1");
      EXPECT_TRUE(xmpp::has_hint(each, xmpp::Hint::no_store));
    }
    EXPECT_EQ(answers, 1) << "one answer to a message";
    return text;
  }
  std::vector<xmpp::Element> others;
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Chat, HelpShowsTheCommandsInGroups) {
  ChatScript script;
  script.says("help");
  const std::string help = script.hears();
  EXPECT_TRUE(contains(help, "#room@irc.test")) << help;
  EXPECT_TRUE(contains(help, "Account: register, status")) << help;
  EXPECT_TRUE(contains(help, "Rooms: join, leave, rooms")) << help;
  EXPECT_FALSE(contains(help, "Administration")) << help;
  script.says("HELP join");
  EXPECT_TRUE(contains(script.hears(), "join #room [password]"));
}

TEST(Chat, AnUnknownCommandIsAnsweredWithAHintAndNotRepeated) {
  ChatScript script;
  script.says("hunter2");
  const std::string answer = script.hears();
  EXPECT_TRUE(contains(answer, "help"));
  EXPECT_FALSE(contains(answer, "hunter2"));
}

TEST(Chat, RegistersLineByLine) {
  ChatScript script;
  script.says("Register");
  EXPECT_TRUE(contains(script.hears(), "Nickname"));
  script.says("-");
  EXPECT_TRUE(contains(script.hears(), "Nickname is needed")) << "nothing stands there";
  script.says("alicia");
  const std::string asks = script.hears();
  EXPECT_TRUE(contains(asks, "password"));
  EXPECT_TRUE(contains(asks, "archive")) << "the chat is archived: " << asks;
  EXPECT_TRUE(contains(asks, "form")) << asks;
  script.says("hush");
  const std::string end = script.hears();
  EXPECT_TRUE(contains(end, "You are registered as alicia"));
  EXPECT_FALSE(contains(end, "hush"));
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  EXPECT_EQ(script.network->account.nickname, "alicia");
  EXPECT_EQ(script.network->account.password.reveal(), "hush");
}

TEST(Chat, APasswordIsNotShownWhenOneGoesBackToIt) {
  dialogs::Questions questions;
  chat::Form form;
  chat::Field secret;
  secret.kind = chat::Field::Kind::secret;
  secret.name = "password";
  chat::Field name;
  name.name = "name";
  form.fields = {secret, name};
  questions = dialogs::Questions{form, {}};
  EXPECT_EQ(questions.hear("hunter2"), "");
  EXPECT_EQ(questions.hear("back"), "");
  EXPECT_EQ(questions.ask().find("hunter2"), std::string::npos);
  EXPECT_EQ(questions.hear("-"), "");
  EXPECT_EQ(questions.hear("bob"), "");
  EXPECT_EQ(questions.answers().get("password"), "hunter2");
}

TEST(Chat, WordsBehindACommandFillItsFirstFields) {
  ChatScript script;
  script.says("JOIN #tea sesame");
  EXPECT_TRUE(contains(script.hears(), "#tea@irc.test"));
  ASSERT_EQ(script.others.size(), 1U);
  EXPECT_NE(script.others[0].child("x", "jabber:x:conference"), nullptr);
  EXPECT_EQ(script.others[0].child("x", "jabber:x:conference")->get("password"), "sesame");
}

TEST(Chat, CancelEndsAQuestion) {
  ChatScript script;
  script.says("join");
  script.hears();
  script.says("CANCEL");
  EXPECT_TRUE(contains(script.hears(), "Cancelled"));
  script.says("#tea");
  EXPECT_TRUE(contains(script.hears(), "help")) << "no answer to a question any more";
  script.says("cancel");
  EXPECT_EQ(script.hears(), "There is nothing to cancel.");
}

TEST(Chat, AsksAgainWhenTheAnswerIsWrong) {
  ChatScript script;
  script.says("settings");
  EXPECT_TRUE(contains(script.hears(), "Messages of the past"));
  script.says("many");
  EXPECT_TRUE(contains(script.hears(), "a number from 0"));
  script.says("5");
  EXPECT_TRUE(contains(script.hears(), "stay connected"));
  for (int i = 0; i < 2; ++i) {
    script.says("-");
    EXPECT_TRUE(contains(script.hears(), "yes or no"));
  }
  script.says("no");
  EXPECT_EQ(script.hears(), "Your settings were kept.");
  script.says("join a#b");
  EXPECT_TRUE(contains(script.hears(), "#a#b@irc.test"));
}

TEST(Chat, UnregistersWhoIsSure) {
  ChatScript script;
  script.says("unregister");
  EXPECT_EQ(script.hears(), "You are not registered here.");
  script.says("register alicia");
  script.hears();
  script.says("unregister");
  EXPECT_TRUE(contains(script.hears(), "yes or no"));
  script.says("yes");
  EXPECT_TRUE(contains(script.hears(), "not registered any more"));
  EXPECT_TRUE(script.store.values.empty());
}

TEST(Chat, RoomsComeInPagesAndAnythingElseEndsThem) {
  ChatScript script;
  script.joins("alice", "#tea");
  chat::RoomList list;
  for (int i = 0; i < 30; ++i) {
    const std::string name = "#room" + std::to_string(i);
    list.rooms.push_back({chat::RoomId{name}, name, {}, static_cast<std::uint32_t>(100 - i)});
  }
  script.says("rooms room");
  EXPECT_TRUE(script.written().empty());
  script.says("status");
  EXPECT_TRUE(contains(script.hears(), "Still busy"));
  script.network_says(chat::Done{script.command<chat::ListRooms>().first, list});
  const std::string first = script.hears();
  EXPECT_TRUE(contains(first, "#room0@irc.test")) << first;
  EXPECT_TRUE(contains(first, "more")) << first;
  EXPECT_FALSE(contains(first, "#room20@irc.test"));
  script.says("more");
  EXPECT_TRUE(contains(script.hears(), "#room29@irc.test"));
  script.says("back");
  EXPECT_TRUE(contains(script.hears(), "#room0@irc.test"));
  script.says("status");
  EXPECT_TRUE(contains(script.hears(), "connected as alice"));
}

TEST(Chat, GivesAQuestionUpAfterTenMinutes) {
  ChatScript script;
  script.says("join");
  script.hears();
  script.passes(std::chrono::minutes{11});
  EXPECT_TRUE(contains(script.hears(), "Given up"));
}

TEST(Chat, WhatIsNoTextIsNotAnswered) {
  ChatScript script;
  for (const char* payload :
       {"<composing xmlns='http://jabber.org/protocol/chatstates'/>",
        "<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>", "<received xmlns='urn:xmpp:receipts' id='1'/>"}) {
    script.xmpp_sends(std::string{"<message from='alice@test/home' to='irc.test' type='chat'>"} + payload +
                      "</message>");
    script.xmpp_sends(std::string{"<message from='alice@test/home' to='irc.test'>"} + payload + "</message>");
  }
  script.xmpp_sends("<message from='alice@test/home' to='irc.test' type='headline'><body>news</body></message>");
  EXPECT_TRUE(script.written().empty());
}

TEST(Chat, TwoProgramsThatAnswerEachOtherComeToAnEnd) {
  ChatScript script;
  for (int i = 0; i < 30; ++i) script.says("I am away");
  const auto said = script.written();
  EXPECT_EQ(said[19].get("type"), "chat");
  EXPECT_EQ(said[20].get("type"), "error");
}

TEST(Chat, EncryptedTextIsToldThatItCannotBeRead) {
  ChatScript script;
  script.xmpp_sends(
      "<message from='alice@test/home' to='irc.test' type='chat'><body>This is encrypted</body><thread>t1</thread>"
      "<encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl'/></message>");
  EXPECT_TRUE(contains(script.hears(), "OMEMO"));
}

gateway::Policy welcoming() {
  auto policy = GatewayScript::default_policy();
  policy.welcome = true;
  return policy;
}

TEST(Greeting, ComesOnceWithTheFirstRoomInThreeLines) {
  GatewayScript script{welcoming()};
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/alice'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#tea", "alice");
  std::string greeting;
  for (const auto& each : script.written()) {
    if (each.get("from") == "irc.test" && each.name == "message") greeting = each.child_text("body", each.ns);
  }
  EXPECT_EQ(std::count(greeting.begin(), greeting.end(), '\n'), 2) << greeting;
  EXPECT_TRUE(contains(greeting, "help")) << greeting;
  script.restart();
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#milk@irc.test/alice'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  script.lets_in("#milk", "alice");
  for (const auto& each : script.written()) EXPECT_NE(each.get("from"), "irc.test");
}

TEST(Greeting, ComesWithTheRegistrationBehindItsAnswer) {
  GatewayScript script{welcoming()};
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='set' id='r'><query "
      "xmlns='jabber:iq:register'><nick>alice</nick></query></iq>");
  const auto said = script.written();
  ASSERT_EQ(said.size(), 3U) << GatewayScript::dump(said);
  EXPECT_EQ(said[0].get("type"), "result");
  EXPECT_EQ(said[2].get("type"), "chat");
  EXPECT_EQ(said[2].get("to"), "alice@test");
}

TEST(Greeting, IsNotNeededByWhoWritesFirst) {
  GatewayScript script{welcoming()};
  script.xmpp_sends("<message from='alice@test/home' to='irc.test' type='chat'><body>register alice</body></message>");
  EXPECT_EQ(script.written().size(), 2U) << "the subscription and the answer";
}

TEST(Notices, WhileConnectingAreOneMessage) {
  GatewayScript script;
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/alice'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  script.network_says(chat::Notice{"irc.test", "Looking up your host", {}});
  script.network_says(chat::Notice{"irc.test", "Found it", {}});
  script.network_says(chat::Notice{"irc.test", "Tea is served", {}});
  EXPECT_TRUE(script.written().empty());
  script.network_says(chat::Ready{"alice", {}});
  const auto said = script.only();
  EXPECT_EQ(said.get("type"), "headline");
  EXPECT_EQ(said.child_text("body", said.ns), "Looking up your host\nFound it\nTea is served");
  EXPECT_TRUE(xmpp::has_hint(said, xmpp::Hint::no_store));
}

TEST(Notices, ThatFollowOneAnotherAreTwoMessages) {
  GatewayScript script;
  script.joins("alice", "#tea");
  for (int i = 0; i < 10; ++i) script.network_says(chat::Notice{"irc.test", std::to_string(i), {}});
  EXPECT_EQ(script.only().child_text("body", xmpp::ns::component), "0");
  script.passes(std::chrono::seconds{4});
  EXPECT_EQ(script.only().child_text("body", xmpp::ns::component), "1\n2\n3\n4\n5\n6\n7\n8\n9");
}

/// A chat with somebody about whom there are commands.
struct AboutBob : ChatScript {
  AboutBob() { network->about = {{"test", "Have it say something", chat::DialogOffer::Audience::anybody}}; }
  void says_to_bob(const std::string& body) {
    xmpp_sends("<message from='alice@test/home' to='bob@irc.test' type='chat' id='m'><body>" + body +
               "</body></message>");
  }
  void shows(const chat::Step& step) {
    network->shown(step);
    end_turn();
  }
};

TEST(ChatWithAPerson, HearsACommandThatHasItsSign) {
  AboutBob script;
  script.says_to_bob("!test");
  EXPECT_EQ(script.network->opened_about, "bob test");
  script.shows(chat::Finished{"bob has said something", {}, false});
  const auto answer = script.only();
  EXPECT_EQ(answer.get("from"), "bob@irc.test");
  EXPECT_EQ(answer.child_text("body", answer.ns), "bob has said something");
  EXPECT_EQ(script.store.rows.size(), 0U) << "nothing was said to bob";
}

TEST(ChatWithAPerson, LeavesEverythingElseToThem) {
  AboutBob script;
  script.says_to_bob("test");
  script.says_to_bob("!deploy");
  EXPECT_EQ(script.network->opened_about, "");
  EXPECT_EQ(script.store.rows.size(), 2U);
}

TEST(ChatWithAPerson, AsksThereAndHearsTheAnswerThere) {
  AboutBob script;
  script.says_to_bob("!test");
  chat::Form form;
  form.fields.push_back({chat::Field::Kind::text, "what", "What", {}, {}, {}, true});
  script.shows(form);
  EXPECT_EQ(script.only().get("from"), "bob@irc.test");
  script.says("status");
  EXPECT_FALSE(script.hears().empty()) << "the chat with the gateway is another one";
  script.says_to_bob("hello");
  script.shows(chat::Finished{"said", {}, false});
  EXPECT_EQ(script.only().child_text("body", xmpp::ns::component), "said");
  EXPECT_EQ(script.store.rows.size(), 0U);
}

TEST(ChatWithAPerson, ShowsWhatThereIs) {
  AboutBob script;
  script.says_to_bob("!help");
  const std::string text = script.only().child_text("body", xmpp::ns::component);
  EXPECT_TRUE(contains(text, "TestNet: test")) << text;
  EXPECT_FALSE(contains(text, "whois")) << text;
}

}  // namespace
}  // namespace dragoman::gateway::chat_commands_test
