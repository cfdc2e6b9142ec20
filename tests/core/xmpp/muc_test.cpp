#include "xmpp/muc.hpp"

#include <gtest/gtest.h>

#include "tests/support/xml.hpp"

namespace dragoman::xmpp {
namespace {

using namespace std::chrono_literals;
using test::xml;

TEST(MucJoin, ReadsPasswordAndHistory) {
  const Join join = read_join(
      xml("<presence><x xmlns='http://jabber.org/protocol/muc'><password>sesame</password>"
          "<history maxchars='0' maxstanzas='20' seconds='180' since='2026-11-20T09:00:00Z'/></x></presence>"));
  EXPECT_TRUE(join.muc);
  EXPECT_EQ(join.password, "sesame");
  EXPECT_EQ(join.history.max_characters, 0u);
  EXPECT_EQ(join.history.max_stanzas, 20u);
  EXPECT_EQ(join.history.seconds, 180s);
  EXPECT_EQ(join.history.since, Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + 9h});
}

TEST(MucJoin, IsNotAPresenceWithoutX) {
  EXPECT_FALSE(read_join(xml("<presence/>")).muc);
  EXPECT_FALSE(read_join(xml("<presence><x xmlns='http://jabber.org/protocol/muc#user'/></presence>")).muc);
  EXPECT_TRUE(read_join(xml("<presence><x xmlns='http://jabber.org/protocol/muc'/></presence>")).muc);
}

TEST(MucJoin, TakesOddLimitsForNone) {
  const Join join = read_join(xml(
      "<presence><x xmlns='http://jabber.org/protocol/muc'>"
      "<history maxchars='-1' maxstanzas='many' seconds='99999999999999999999' since='yesterday'/></x></presence>"));
  EXPECT_FALSE(join.history.max_characters);
  EXPECT_FALSE(join.history.max_stanzas);
  EXPECT_FALSE(join.history.seconds);
  EXPECT_FALSE(join.history.since);
}

TEST(MucUser, IsWrittenWithoutATree) {
  std::string text;
  Writer writer{text, "irc.example.org"};
  writer.begin_prepared("presence", "#tea@irc.example.org", "alice", "bob@example.org/phone");
  MucItem item;
  item.affiliation = to_string(MucAffiliation::outcast);
  item.role = to_string(MucRole::none);
  item.actor = "carol";
  item.reason = "spam";
  write_muc_user(writer, item, {301, 110});
  ASSERT_TRUE(writer.end());
  const Element presence = xml(text);
  EXPECT_EQ(presence.children[0],
            xml("<x xmlns='http://jabber.org/protocol/muc#user'>"
                "<item affiliation='outcast' role='none'><actor nick='carol'/><reason>spam</reason></item>"
                "<status code='301'/><status code='110'/></x>"));
  EXPECT_TRUE(has_status(presence, 110));
  EXPECT_FALSE(has_status(presence, 307));
  EXPECT_FALSE(has_status(xml("<presence/>"), 110));
}

TEST(MucTexts, ComeBack) {
  for (const auto role : {MucRole::none, MucRole::visitor, MucRole::participant, MucRole::moderator}) {
    EXPECT_EQ(read_role(to_string(role)), role);
  }
  for (const auto affiliation : {MucAffiliation::outcast, MucAffiliation::none, MucAffiliation::member,
                                 MucAffiliation::admin, MucAffiliation::owner}) {
    EXPECT_EQ(read_affiliation(to_string(affiliation)), affiliation);
  }
  EXPECT_FALSE(read_role("king"));
  EXPECT_FALSE(read_affiliation(""));
}

TEST(MucAdmin, ReadsWhoShouldBecomeWhat) {
  const auto item = read_admin_item(
      xml("<item nick='bob' role='none'><reason>out</reason></item>", "http://jabber.org/protocol/muc#admin"));
  ASSERT_TRUE(item);
  EXPECT_EQ(item->nick, "bob");
  EXPECT_EQ(item->role, "none");
  EXPECT_EQ(item->affiliation, "");
  EXPECT_EQ(item->reason, "out");
  EXPECT_FALSE(read_admin_item(xml("<item/>", "other")));
}

}  // namespace
}  // namespace dragoman::xmpp
