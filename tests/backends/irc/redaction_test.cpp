#include "support/irc_script.hpp"

// ircv3.net: message-redaction.

namespace dragoman::test::redaction_test {
namespace {

using chat::MessageId;
using chat::RetractMessage;
using chat::RoomId;

constexpr const char* caps = "batch draft/message-redaction echo-message labeled-response message-tags";
const chat::Conversation tea{RoomId{"#tea"}, {}};

void is_in_tea(IrcScript& irc) {
  irc.is_ready("CHANTYPES=#", caps);
  irc.is_in("#tea", "alice bob");
}

TEST(IrcRedaction, IsDoneWhenTheLabelledOneComesBack) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks(RetractMessage{tea, MessageId{"m1"}, "bad example", false});
  irc.we_say("@label=1 REDACT #tea m1 :bad example");
  irc.server_says("@label=1;msgid=m2 :alice!a@h REDACT #tea m1 :bad example");
  irc.owner_hears("Done 2 sent");
}

TEST(IrcRedaction, IsDoneByAnAckBesideTheUnlabelledOneInEitherOrder) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks(RetractMessage{tea, MessageId{"m1"}, {}, false});
  irc.we_say("@label=1 REDACT #tea m1");
  irc.server_says("@msgid=m2 :alice!a@h REDACT #tea m1");
  irc.owner_hears_nothing();
  irc.server_says("@label=1 :irc.test ACK");
  irc.owner_hears("Done 2 sent");
  irc.owner_asks(RetractMessage{tea, MessageId{"m3"}, {}, true});
  irc.we_say("@label=2 REDACT #tea m3");
  irc.server_says("@label=2 :irc.test ACK", ":alice!a@h REDACT #tea m3");
  irc.owner_hears("Done 3 sent");
}

TEST(IrcRedaction, TakesBackAllLinesOfAMessage) {
  IrcScript irc;
  is_in_tea(irc);
  irc.owner_asks(chat::SendMessage{tea, chat::plain("one\ntwo")});
  irc.server_says("@label=1;msgid=m1 :alice!a@h PRIVMSG #tea :one", "@label=2;msgid=m2 :alice!a@h PRIVMSG #tea :two");
  irc.forget();
  irc.owner_asks(RetractMessage{tea, MessageId{"m1"}, {}, false});
  irc.we_say("@label=3 REDACT #tea m1", "@label=4 REDACT #tea m2");
  irc.server_says("@label=3 :irc.test ACK", ":alice!a@h REDACT #tea m1", ":alice!a@h REDACT #tea m2");
  irc.owner_hears_nothing();
  irc.server_says("@label=4 :irc.test ACK");
  irc.owner_hears("Done 3 sent");
}

TEST(IrcRedaction, FailsInTheWordsOfTheServer) {
  const std::pair<const char*, const char*> failures[] = {
      {"REDACT_FORBIDDEN #tea m1", "forbidden"},
      {"REDACT_WINDOW_EXPIRED #tea m1 60", "not_allowed"},
      {"UNKNOWN_MSGID #tea m1", "not_found"},
      {"INVALID_TARGET #tea", "not_found"},
  };
  for (const auto& [code, fault] : failures) {
    IrcScript with_label, without;
    for (IrcScript* irc : {&with_label, &without}) {
      is_in_tea(*irc);
      // What is said meanwhile is not what was refused.
      irc->owner_asks(chat::SendMessage{tea, chat::plain("hello")});
      irc->owner_asks(RetractMessage{tea, MessageId{"m1"}, {}, false});
      const std::string label = irc == &with_label ? "@label=2 " : "";
      irc->server_says(label + ":irc.test FAIL REDACT " + code + " :No");
      irc->owner_hears(std::string{"Failed 3 refused "} + fault + ": No");
    }
  }
}

TEST(IrcRedaction, OfOthersIsTold) {
  IrcScript irc;
  is_in_tea(irc);
  irc.server_says(":bob!b@h REDACT #tea m1 :spam");
  irc.owner_hears("MessageRetracted #tea m1 by bob: spam");
  irc.server_says(":bob!b@h REDACT alice m2", ":alice!a@h REDACT bob m3", ":bob!b@h REDACT #coffee m4");
  irc.owner_hears("MessageRetracted bob m2 by bob", "MessageRetracted bob m3 by alice (self)");
}

TEST(IrcRedaction, IsNativeWhereTheServerHasIt) {
  using chat::Feature, chat::Support;
  for (const bool has : {true, false}) {
    IrcScript irc;
    irc.connects();
    const std::string list = has ? caps : "batch echo-message labeled-response message-tags";
    irc.server_says(":irc.test CAP * LS :" + list, ":irc.test CAP * ACK :" + list, ":irc.test 001 alice :hi",
                    ":irc.test 422 alice :No MOTD");
    const auto& told = std::get<chat::CapabilitiesChanged>(irc.events.back()).capabilities;
    EXPECT_EQ(told.of(Feature::retract), has ? Support::native : Support::no);
    EXPECT_EQ(told.of(Feature::moderate), has ? Support::native : Support::no);
  }
}

}  // namespace
}  // namespace dragoman::test::redaction_test
