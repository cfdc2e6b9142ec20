#include "xmpp/link.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/link_script.hpp"
#include "xmpp/stanza_error.hpp"

// Who gets what comes, and what is sent.

namespace dragoman::xmpp {
namespace {

using namespace std::chrono_literals;
using test::LinkScript;
using test::xml;

TEST(Link, HandsStanzasToTheHandler) {
  LinkScript link;
  link.server_says("<message from='alice@example.org/phone' to='#tea@irc.example.org'><body>hi</body></message>");
  ASSERT_EQ(link.handled.size(), 1u);
  EXPECT_EQ(link.handled[0].child_text("body", ns::component), "hi");
  link.we_say_nothing();
}

TEST(Link, HandsWhatIsForAClaimedAddressToWhoClaimedIt) {
  LinkScript link;
  std::vector<std::string> claimed;
  const Jid bot = *Jid::parse("bot@irc.example.org");
  link.link.claim(bot, [&](const Element&, const Jid& from, const Jid&) { claimed.push_back(from.str()); });
  link.server_says("<message from='room@muc.example.org/bob' to='bot@irc.example.org/x'/>");
  link.server_says("<message from='room@muc.example.org/bob' to='bob@irc.example.org/x'/>");
  EXPECT_EQ(claimed, std::vector<std::string>{"room@muc.example.org/bob"});
  EXPECT_EQ(link.handled.size(), 1u);
  link.link.unclaim(bot);
  link.server_says("<message from='room@muc.example.org/bob' to='bot@irc.example.org/x'/>");
  EXPECT_EQ(link.handled.size(), 2u);
}

TEST(Link, AClaimOfAFullAddressLeavesTheBareOneAlone) {
  LinkScript link;
  int claimed = 0;
  link.link.claim(*Jid::parse("al@irc.example.org/room"), [&](const Element&, const Jid&, const Jid&) { ++claimed; });
  link.server_says("<message from='room@muc.example.org/bob' to='al@irc.example.org/room'/>");
  link.server_says("<message from='bob@example.org/x' to='al@irc.example.org'/>");
  EXPECT_EQ(claimed, 1);
  EXPECT_EQ(link.handled.size(), 1u);
}

TEST(Link, WhoeverClaimsHearsOfTheStream) {
  LinkScript link;
  std::vector<std::string> heard;
  link.link.on_state([&](bool up) { heard.push_back(up ? "gateway up" : "gateway down"); });
  link.link.claim(
      *Jid::parse("bot@irc.example.org"), [](const Element&, const Jid&, const Jid&) {},
      [&](bool up) {
        heard.push_back(up ? "bot up" : "bot down");
        if (up) link.link.unclaim(*Jid::parse("bot@irc.example.org"));
      });
  link.link.detach();
  link.link.attach(link.output);
  link.link.detach();
  EXPECT_EQ(heard, (std::vector<std::string>{"gateway down", "bot down", "gateway up", "bot up", "gateway down"}));
}

TEST(Link, AClaimMayEndWhileItsHandlerRuns) {
  LinkScript link;
  const Jid bot = *Jid::parse("bot@irc.example.org");
  int times = 0;
  link.link.claim(bot, [&, padding = std::string(100, 'x')](const Element&, const Jid&, const Jid&) {
    link.link.unclaim(bot);
    times += padding.size() == 100 ? 1 : 0;
  });
  link.server_says("<presence from='room@muc.example.org/bob' to='bot@irc.example.org'/>");
  EXPECT_EQ(times, 1);
}

TEST(LinkSend, DropsWhileTheLinkIsDown) {
  LinkScript link;
  link.link.detach();
  EXPECT_EQ(link.link.send(xml("<presence from='irc.example.org' to='a@b'/>")).error().fault, Fault::closed);
  EXPECT_FALSE(link.link.write([](Writer& writer) { writer.begin("presence", "irc.example.org", "a@b"); }));
  EXPECT_EQ(link.link.backlog(), 0u);
  link.we_say_nothing();
}

TEST(LinkSend, TouchesTheOutputOnlyForWhatWasWritten) {
  LinkScript link;
  EXPECT_TRUE(link.link.send(xml("<presence from='irc.example.org' to='a@b'/>")));
  EXPECT_EQ(link.output.touched, 1);
  EXPECT_FALSE(link.link.send(xml("<presence from='other.example.org' to='a@b'/>")));
  EXPECT_FALSE(link.link.write([](Writer& writer) { writer.begin("presence", "irc.example.org", ""); }));
  EXPECT_EQ(link.output.touched, 1);
  link.we_say("<presence from='irc.example.org' to='a@b'/>");
}

TEST(LinkSend, AnErrorGoesWithoutTheQuestionWhenThatIsTooLong) {
  LinkScript link;
  Element question = xml("<iq type='get' id='1' from='a@b/c' to='irc.example.org'><x xmlns='y'/></iq>");
  question.children[0].set_text(std::string(Writer::stanza_limit - 300, '&'));
  EXPECT_TRUE(link.link.send(make_error_reply(question, {"service-unavailable", {}, {}, {}})));
  const Element reply = link.said();
  EXPECT_EQ(reply.element_count(), 1u);
  EXPECT_EQ(read_error(reply).fault, Fault::unavailable);
}

TEST(LinkState, TellsWhenItChanges) {
  LinkScript link;
  std::string states;
  link.link.on_state([&](bool up) { states += up ? 'u' : 'd'; });
  link.link.detach();
  link.link.detach();
  link.link.attach(link.output);
  EXPECT_EQ(states, "du");
  int drained = 0;
  link.link.on_drained([&] { ++drained; });
  link.link.drained();
  EXPECT_EQ(drained, 1);
  link.output.backlog_bytes = 42;
  EXPECT_EQ(link.link.backlog(), 42u);
}

}  // namespace
}  // namespace dragoman::xmpp
