#include "support/xml.hpp"
#include "xmpp/chat_states.hpp"
#include "xmpp/correction.hpp"
#include "xmpp/encryption.hpp"
#include "xmpp/fallback.hpp"
#include "xmpp/hints.hpp"
#include "xmpp/markers.hpp"
#include "xmpp/reactions.hpp"
#include "xmpp/reply.hpp"
#include "xmpp/retraction.hpp"

// What messages say beside their text, read and written.

namespace dragoman::xmpp {
namespace {

using test::xml;

TEST(Correction, NamesTheMessageThatItReplaces) {
  EXPECT_EQ(read_correction(xml("<message><replace id='bad1' xmlns='urn:xmpp:message-correct:0'/></message>")), "bad1");
  EXPECT_EQ(read_correction(xml("<message><replace id='bad1' xmlns='other'/></message>")), "");
  EXPECT_EQ(to_xml(make_correction("bad1")), "<replace xmlns='urn:xmpp:message-correct:0' id='bad1'/>");
}

TEST(Retraction, IsReadInBothForms) {
  EXPECT_EQ(read_retraction(xml("<message><retract id='7' xmlns='urn:xmpp:message-retract:1'/></message>")), "7");
  EXPECT_EQ(read_retraction(xml("<message><apply-to id='o' xmlns='urn:xmpp:fasten:0'><retract "
                                "xmlns='urn:xmpp:message-retract:0'/></apply-to></message>")),
            "o");
  EXPECT_EQ(read_retraction(xml("<message><apply-to id='o' xmlns='urn:xmpp:fasten:0'/></message>")), "");
}

TEST(Retraction, ByAModeratorIsReadInBothForms) {
  const auto now = read_moderation(
      xml("<moderate id='7' xmlns='urn:xmpp:message-moderate:1'><retract xmlns='urn:xmpp:message-retract:1'/>"
          "<reason>spam</reason></moderate>"));
  ASSERT_TRUE(now);
  EXPECT_EQ(now->id, "7");
  EXPECT_EQ(now->reason, "spam");
  const auto old =
      read_moderation(xml("<apply-to id='7' xmlns='urn:xmpp:fasten:0'><moderate xmlns='urn:xmpp:message-moderate:0'>"
                          "<retract xmlns='urn:xmpp:message-retract:0'/><reason>spam</reason></moderate></apply-to>"));
  ASSERT_TRUE(old);
  EXPECT_EQ(old->id, "7");
  EXPECT_EQ(old->reason, "spam");
}

TEST(Retraction, ByAModeratorWithoutAnIdOrARetractionIsNone) {
  EXPECT_FALSE(read_moderation(
      xml("<moderate xmlns='urn:xmpp:message-moderate:1'><retract xmlns='urn:xmpp:message-retract:1'/></moderate>")));
  EXPECT_FALSE(read_moderation(xml("<moderate id='7' xmlns='urn:xmpp:message-moderate:1'/>")));
}

TEST(Retraction, OfAModeratorSaysWho) {
  EXPECT_EQ(to_xml(make_moderated_retraction("7", {"#tea@irc.test/bob", "occ"}, "spam")),
            "<retract xmlns='urn:xmpp:message-retract:1' id='7'><moderated xmlns='urn:xmpp:message-moderate:1' "
            "by='#tea@irc.test/bob'><occupant-id xmlns='urn:xmpp:occupant-id:0' id='occ'/></moderated>"
            "<reason>spam</reason></retract>");
}

TEST(Retraction, LeavesATombstone) {
  EXPECT_EQ(to_xml(make_tombstone(Timestamp{std::chrono::seconds{0}}, "r1", std::nullopt, "")),
            "<retracted xmlns='urn:xmpp:message-retract:1' stamp='1970-01-01T00:00:00Z' id='r1'/>");
}

TEST(Reactions, AreReadEachOnce) {
  const auto read =
      read_reactions(xml("<message><reactions id='7' xmlns='urn:xmpp:reactions:0'><reaction>👋</reaction><reaction> 🐢 "
                         "</reaction><reaction>👋</reaction><reaction/></reactions></message>"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->id, "7");
  EXPECT_EQ(read->emoji, (std::vector<std::string>{"👋", "🐢"}));
}

TEST(Reactions, NoneAreThoseThatTakeAllAway) {
  const auto read = read_reactions(xml("<message><reactions id='7' xmlns='urn:xmpp:reactions:0'/></message>"));
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->emoji.empty());
  EXPECT_FALSE(read_reactions(xml("<message><reactions xmlns='urn:xmpp:reactions:0'/></message>")));
}

TEST(Reply, SaysToWhatAndToWhom) {
  const auto message = xml("<message><reply to='#tea@irc.test/bob' id='7' xmlns='urn:xmpp:reply:0'/></message>");
  EXPECT_EQ(read_reply(message).id, "7");
  EXPECT_EQ(read_reply(message).to, "#tea@irc.test/bob");
  EXPECT_EQ(to_xml(make_reply("7", "")), "<reply xmlns='urn:xmpp:reply:0' id='7'/>");
}

TEST(Fallback, IsCountedInCodePoints) {
  const std::string body = "> süß 🍵\nja";
  const auto message =
      xml("<message><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='8'/></fallback>"
          "</message>");
  const auto ranges = read_fallback(message, reply_ns, body);
  ASSERT_EQ(ranges.size(), 1U);
  EXPECT_EQ(body.substr(ranges[0].end), "ja");
  EXPECT_EQ(to_xml(make_fallback(reply_ns, body, body.size() - 2)),
            "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='8'/></fallback>");
}

TEST(Fallback, OfAnotherExtensionAndNonsenseAreLeftOut) {
  const auto message =
      xml("<message><fallback xmlns='urn:xmpp:fallback:0' for='other'><body start='0' end='1'/></fallback>"
          "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='2' end='1'/><body start='x'/>"
          "<body start='-1' end='2'/><body start='90' end='99'/><subject/></fallback></message>");
  EXPECT_TRUE(read_fallback(message, reply_ns, "hello").empty());
}

TEST(Fallback, WithoutNumbersIsTheWholeBody) {
  const auto whole = std::vector<Range>{{0, 5}};
  EXPECT_EQ(read_fallback(xml("<message><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'/></message>"),
                          reply_ns, "hello"),
            whole);
  EXPECT_EQ(
      read_fallback(
          xml("<message><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body/></fallback></message>"),
          reply_ns, "hello"),
      whole);
}

TEST(Fallback, PartsThatLieOverOneAnotherCountOnce) {
  const auto message =
      xml("<message><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='1' end='4'/>"
          "<body start='0' end='2'/></fallback></message>");
  EXPECT_EQ(read_fallback(message, reply_ns, "hello"), (std::vector<Range>{{0, 2}}));
}

TEST(Markers, SayUpToWhereAllIsRead) {
  EXPECT_EQ(read_displayed(xml("<message><displayed id='7' xmlns='urn:xmpp:chat-markers:0'/></message>")), "7");
  EXPECT_EQ(read_displayed(xml("<message><received id='7' xmlns='urn:xmpp:chat-markers:0'/></message>")), "");
}

TEST(ChatStates, OnlyComposingIsWriting) {
  const auto state = [](const std::string& name) {
    return read_typing(xml("<message><" + name + " xmlns='http://jabber.org/protocol/chatstates'/></message>"));
  };
  EXPECT_EQ(state("composing"), true);
  for (const char* other : {"active", "paused", "inactive", "gone"}) EXPECT_EQ(state(other), false) << other;
  EXPECT_EQ(read_typing(xml("<message><body>hi</body></message>")), std::nullopt);
}

TEST(Encryption, IsSeenInWhateverForm) {
  for (const char* form : {"<encryption xmlns='urn:xmpp:eme:0' namespace='x'/><body>no</body>",
                           "<encrypted xmlns='eu.siacs.conversations.axolotl'><payload>x</payload></encrypted>",
                           "<encrypted xmlns='urn:xmpp:omemo:2'><payload>x</payload></encrypted>",
                           "<x xmlns='jabber:x:encrypted'>x</x>", "<openpgp xmlns='urn:xmpp:openpgp:0'>x</openpgp>"}) {
    EXPECT_TRUE(is_encrypted(xml("<message>" + std::string{form} + "</message>"))) << form;
  }
}

TEST(Encryption, MessagesOfKeysSayNothing) {
  EXPECT_FALSE(is_encrypted(
      xml("<message><encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted></message>")));
  EXPECT_FALSE(is_encrypted(xml("<message><body>hi</body></message>")));
}

TEST(Hints, TwoOfThemKeepAMessageOutOfArchives) {
  EXPECT_TRUE(is_not_to_be_stored(xml("<message><no-store xmlns='urn:xmpp:hints'/></message>")));
  EXPECT_TRUE(is_not_to_be_stored(xml("<message><no-permanent-store xmlns='urn:xmpp:hints'/></message>")));
  EXPECT_FALSE(is_not_to_be_stored(xml("<message><no-copy xmlns='urn:xmpp:hints'/></message>")));
}

}  // namespace
}  // namespace dragoman::xmpp
