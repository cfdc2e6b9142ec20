#include "backends/irc/client_tags.hpp"
#include "backends/irc/line_writer.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;
using backends::irc::ClientTag;
using chat::Feature;
using chat::MessageId;
using chat::PersonId;
using chat::RoomId;
using chat::Support;

constexpr const char* tags = "message-tags batch labeled-response echo-message";

TEST(IrcTags, AreWrittenSoThatTheyAreReadAgain) {
  std::string every;
  for (int c = 1; c < 256; ++c) every += static_cast<char>(c);
  const std::string tag = write_tag(ClientTag::react, every);
  EXPECT_EQ(tag.find_first_of("; \r\n"), std::string::npos);
  EXPECT_EQ(backends::irc::unescape_tag(std::string_view{tag}.substr(tag.find('=') + 1)), every);
  EXPECT_EQ(write_tag(ClientTag::reply, "a;b"), "+reply=a\\:b;+draft/reply=a\\:b");
}

TEST(IrcTags, NeverBecomeAnotherCommand) {
  for (const std::string_view bad : {"+a=b c"sv, "+a=\r\nQUIT"sv, "+a=\nQUIT"sv, "+a=\0"sv}) {
    std::string out;
    EXPECT_FALSE(backends::irc::write_line(out, "TAGMSG", {"bob"}, std::nullopt, {.tags = bad}));
    EXPECT_EQ(out, "");
  }
  std::string out;
  EXPECT_FALSE(backends::irc::write_line(out, "TAGMSG", {"bob"}, std::nullopt, {.tags = std::string(4001, 'x')}));
  ASSERT_TRUE(backends::irc::write_line(out, "TAGMSG", {"bob"}, std::nullopt, {.label = "7", .tags = "+typing=done"}));
  EXPECT_EQ(out, "@label=7;+typing=done TAGMSG bob\r\n");
}

TEST(IrcTags, AreForTheServerToDeny) {
  backends::irc::Isupport isupport;
  EXPECT_TRUE(passes(isupport, ClientTag::typing));
  isupport.denied_tags = "*,-reply";
  EXPECT_FALSE(passes(isupport, ClientTag::typing));
  EXPECT_TRUE(passes(isupport, ClientTag::reply));
  isupport.denied_tags = "typing,draft/react";
  EXPECT_FALSE(passes(isupport, ClientTag::typing));
  EXPECT_FALSE(passes(isupport, ClientTag::react));
  EXPECT_TRUE(passes(isupport, ClientTag::reply));
}

const chat::Capabilities& capabilities(const IrcScript& irc) {
  for (auto event = irc.events.rbegin(); event != irc.events.rend(); ++event) {
    if (const auto* changed = std::get_if<chat::CapabilitiesChanged>(&*event)) return changed->capabilities;
  }
  static const chat::Capabilities none;
  return none;
}

void connects_with(IrcScript& irc, const std::string& caps, const std::string& isupport) {
  irc.connects();
  irc.server_says(":irc.test CAP * LS :" + caps, ":irc.test CAP * ACK :" + caps, ":irc.test 001 alice :hi",
                  ":irc.test 005 alice " + isupport + " :are supported", ":irc.test 422 alice :No MOTD");
}

TEST(IrcTags, MakeRepliesReactionsAndTypingPossible) {
  IrcScript with, without, denied;
  connects_with(with, tags, "CHANTYPES=#");
  EXPECT_EQ(capabilities(with).of(Feature::reply), Support::native);
  EXPECT_EQ(capabilities(with).of(Feature::react), Support::native);
  EXPECT_EQ(capabilities(with).of(Feature::typing), Support::native);
  connects_with(without, "batch", "CHANTYPES=#");
  EXPECT_EQ(capabilities(without).of(Feature::reply), Support::as_text);
  EXPECT_EQ(capabilities(without).of(Feature::react), Support::no);
  EXPECT_EQ(capabilities(without).of(Feature::typing), Support::no);
  connects_with(denied, tags, "CHANTYPES=# CLIENTTAGDENY=*");
  EXPECT_EQ(capabilities(denied).of(Feature::reply), Support::as_text);
}

TEST(IrcReplies, NameTheMessageThatTheyAnswer) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", tags);
  irc.is_in("#tea", "alice bob");
  chat::SendMessage reply{{RoomId{"#tea"}, {}}, chat::plain("yes")};
  reply.content.reply_to = MessageId{"AbC;1"};
  irc.owner_asks(reply);
  irc.we_say("@label=1;+reply=AbC\\:1;+draft/reply=AbC\\:1 PRIVMSG #tea :yes");
  for (const char* name : {"+reply", "+draft/reply"}) {
    irc.server_says("@msgid=x;" + std::string{name} + "=AbC\\:1 :bob!b@h PRIVMSG #tea :no");
    EXPECT_EQ(std::get<chat::MessageReceived>(irc.events.back()).content.reply_to.text, "AbC;1") << name;
  }
}

TEST(IrcTags, SayThroughWhichGatewaysAMessageCame) {
  IrcScript irc, denied;
  chat::SendMessage message{{RoomId{"#tea"}, {}}, chat::plain("hello")};
  message.content.via = "dg-a dg-b";
  irc.is_ready("CHANTYPES=#", tags);
  irc.is_in("#tea", "alice bob");
  irc.owner_asks(message);
  irc.we_say("@label=1;+dragoman/via=dg-a\\sdg-b PRIVMSG #tea :hello");
  const auto heard = [&irc](const std::string& via) {
    irc.server_says("@+dragoman/via=" + via + " :bob!b@h PRIVMSG #tea :no");
    return std::get<chat::MessageReceived>(irc.events.back()).content.via;
  };
  EXPECT_EQ(heard("dg-c\\sdg-d"), "dg-c dg-d");
  EXPECT_EQ(heard(std::string(1001, 'x')), "") << "nobody whom we know";
  denied.is_ready("CHANTYPES=# CLIENTTAGDENY=dragoman/via", tags);
  denied.is_in("#tea", "alice bob");
  denied.owner_asks(message);
  denied.we_say("@label=1 PRIVMSG #tea :hello");
}

TEST(IrcReactions, SayWhatIsNewAndWhatIsGone) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", tags);
  irc.is_in("#tea", "alice bob");
  const chat::Conversation tea{RoomId{"#tea"}, {}};
  irc.owner_asks(chat::React{tea, MessageId{"m1"}, {"👍", "🍵"}});
  const std::string about = ";+reply=m1;+draft/reply=m1;";
  irc.we_say("@label=1" + about + "+draft/react=👍 TAGMSG #tea", "@label=2" + about + "+draft/react=🍵 TAGMSG #tea");
  irc.server_says("@label=1;msgid=r1 :alice!a@h TAGMSG #tea");
  irc.owner_hears();
  irc.server_says("@label=2;msgid=r2 :alice!a@h TAGMSG #tea");
  irc.owner_hears("Done 2 sent r1 r2");
  irc.owner_asks(chat::React{tea, MessageId{"m1"}, {"🍵", "🎉"}});
  irc.we_say("@label=3" + about + "+draft/unreact=👍 TAGMSG #tea", "@label=4" + about + "+draft/react=🎉 TAGMSG #tea");
  irc.server_says("@label=3 :irc.test 404 alice #tea :Cannot send to channel");
  irc.owner_hears("Failed 3 refused forbidden: Cannot send to channel");
  irc.owner_asks(chat::React{tea, MessageId{"m1"}, {"🍵", "🎉"}});
  irc.we_say_nothing();
  irc.owner_hears("Done 4 sent");
}

TEST(IrcReactions, OfOthersBecomeTheirWholeSet) {
  IrcScript irc;
  irc.is_ready("CHANTYPES=#", tags);
  irc.is_in("#tea", "alice bob");
  const auto after = [&irc](const std::string& tag) {
    irc.server_says("@+reply=m1;" + tag + " :bob!b@h TAGMSG #tea");
    const auto& changed = std::get<chat::ReactionsChanged>(irc.events.back());
    EXPECT_EQ(changed.message.text, "m1");
    EXPECT_EQ(changed.conversation.room.text, "#tea");
    EXPECT_EQ(changed.author.name, "bob");
    return changed.emoji;
  };
  using Set = std::vector<std::string>;
  EXPECT_EQ(after("+draft/react=👍"), Set{"👍"});
  EXPECT_EQ(after("+draft/react=🍵"), (Set{"👍", "🍵"}));
  EXPECT_EQ(after("+draft/react=🍵"), (Set{"👍", "🍵"}));
  EXPECT_EQ(after("+draft/unreact=👍"), Set{"🍵"});
}

}  // namespace
}  // namespace dragoman::test
