#include "xmpp/invite.hpp"

#include <gtest/gtest.h>

#include "xmpp/muc.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/writer.hpp"
#include "xmpp/xml_parser.hpp"

namespace dragoman::xmpp {
namespace {

Element message(const std::string& content) {
  const auto parsed = parse_element("<message>" + content + "</message>", ns::component);
  EXPECT_NE(parsed, nullptr) << content;
  return *parsed;
}

// XEP-0045 examples "Occupant Sends a Mediated Invitation" and "... Sends Two Invitations With the Continue Flag".
TEST(Invite, ReadsEachInvitationOfAMessage) {
  const auto read =
      read_invitations(message("<x xmlns='http://jabber.org/protocol/muc#user'>"
                               "<invite to='wiccarocks@shakespeare.lit/laptop'><reason>a coven</reason>"
                               "<continue thread='e0ffe42b28561960c6b12b944a092794b9683a38'/></invite>"
                               "<invite to='hag66@shakespeare.lit'/><password>cauldronburn</password></x>"));
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].to, "wiccarocks@shakespeare.lit/laptop");
  EXPECT_EQ(read[0].reason, "a coven");
  EXPECT_TRUE(read[0].continues);
  EXPECT_EQ(read[0].thread, "e0ffe42b28561960c6b12b944a092794b9683a38");
  EXPECT_EQ(read[1].to, "hag66@shakespeare.lit");
  EXPECT_FALSE(read[1].continues);
  for (const auto& each : read) EXPECT_EQ(each.password, "cauldronburn");
  EXPECT_TRUE(read_invitations(message("<body>hello</body>")).empty());
}

TEST(Invite, GivesBackTheOneThatFailed) {
  const auto one = with_one_invitation(
      message("<x xmlns='http://jabber.org/protocol/muc#user'><invite to='a@test'/><invite to='b@test'/>"
              "<password>cauldronburn</password></x>"),
      1);
  const auto* x = one.child("x", ns::muc_user);
  ASSERT_EQ(x->element_count(), 1U);
  EXPECT_EQ(x->first_element()->get("to"), "b@test");
}

// XEP-0249 example 1, and the form that clients wrote before it.
TEST(Invite, ReadsDirectInvitations) {
  const auto read = read_direct_invitation(
      message("<x xmlns='jabber:x:conference' continue='true' jid='darkcave@macbeth.shakespeare.lit' "
              "password='cauldronburn' reason='Hey Hecate' thread='e0ff'/>"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->room, "darkcave@macbeth.shakespeare.lit");
  EXPECT_EQ(read->password, "cauldronburn");
  EXPECT_EQ(read->reason, "Hey Hecate");
  EXPECT_TRUE(read->continues);
  EXPECT_EQ(read->thread, "e0ff");
  const auto old = read_direct_invitation(message("<x xmlns='jabber:x:conference' jid='a@b'>come</x>"));
  ASSERT_TRUE(old);
  EXPECT_EQ(old->reason, "come");
  EXPECT_FALSE(read_direct_invitation(message("<body>hello</body>")));
}

TEST(Invite, WritesBothForms) {
  Invitation invitation;
  invitation.from = "alice@test";
  invitation.reason = "tea & biscuits";
  std::string out;
  Writer writer{out, "irc.test"};
  writer.begin("message", "#tea@irc.test", "bob@test");
  write_invitation(writer, invitation, "#tea@irc.test");
  ASSERT_TRUE(writer.end());
  const auto written = parse_element(out, ns::component);
  ASSERT_NE(written, nullptr);
  ASSERT_EQ(written->element_count(), 2U);
  const auto* x = written->child("x", ns::muc_user);
  ASSERT_NE(x, nullptr);
  EXPECT_EQ(x->element_count(), 1U);  // no password
  EXPECT_EQ(x->child("invite", ns::muc_user)->get("from"), "alice@test");
  EXPECT_EQ(read_direct_invitation(*written)->room, "#tea@irc.test");
  EXPECT_EQ(read_direct_invitation(*written)->reason, "tea & biscuits");
}

TEST(Invite, ReadsAndWritesADecline) {
  const auto read =
      read_decline(message("<x xmlns='http://jabber.org/protocol/muc#user'>"
                           "<decline to='crone1@shakespeare.lit'><reason>too busy</reason></decline></x>"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->to, "crone1@shakespeare.lit");
  EXPECT_EQ(read->reason, "too busy");
  EXPECT_FALSE(read_decline(message("<x xmlns='http://jabber.org/protocol/muc#user'><invite to='a@b'/></x>")));
}

TEST(VoiceRequest, IsASubmittedFormOfItsOwnType) {
  const auto form = [](const std::string& type, const std::string& form_type) {
    return message("<x xmlns='jabber:x:data' type='" + type + "'><field var='FORM_TYPE'><value>" + form_type +
                   "</value></field><field var='muc#role'><value>participant</value></field></x>");
  };
  EXPECT_EQ(read_voice_request(form("submit", "http://jabber.org/protocol/muc#request")), "participant");
  EXPECT_FALSE(read_voice_request(form("cancel", "http://jabber.org/protocol/muc#request")));
  EXPECT_FALSE(read_voice_request(form("submit", "http://jabber.org/protocol/muc#register")));
}

}  // namespace
}  // namespace dragoman::xmpp
