#include "support/gateway_script.hpp"
#include "xmpp/stanza_error.hpp"

// Roles and affiliations, XEP-0045 8 and 9.

namespace dragoman::gateway::room_admin_test {
namespace {

using chat::Affiliation, chat::Role;
using test::GatewayScript;
const chat::RoomId tea{"#tea"};

std::string admin(const std::string& type, const std::string& items, const std::string& from = "alice@test/home") {
  return "<iq from='" + from + "' to='#tea@irc.test' type='" + type +
         "' id='a1'><query xmlns='http://jabber.org/protocol/muc#admin'>" + items + "</query></iq>";
}
std::string condition(const xmpp::Element& stanza) {
  const auto* error = stanza.child("error", xmpp::ns::component);
  if (error == nullptr) return "no error";
  for (const auto& child : error->children) {
    if (child.ns == xmpp::ns::stanza_errors && child.name != "text") return child.name;
  }
  return "no condition";
}
std::vector<xmpp::Element> items_of(const xmpp::Element& iq) {
  const auto* query = iq.child("query", xmpp::ns::muc_admin);
  return query == nullptr ? std::vector<xmpp::Element>{} : query->children;
}
void done(GatewayScript& script, chat::CommandId id, chat::Answer answer = chat::Nothing{}) {
  script.network_says(chat::Done{id, std::move(answer)});
}
void refused(GatewayScript& script, chat::CommandId id, Fault fault, const std::string& text) {
  script.network_says(chat::Failed{id, chat::Failed::Outcome::refused, fault, text, {}});
}

TEST(RoomAdmin, AKickIsAnsweredWhenTheNetworkHasTakenIt) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.xmpp_sends(admin("set", "<item nick='bob' role='none'><reason>enough</reason></item>"));
  EXPECT_TRUE(script.written().empty());
  const auto [id, kick] = script.command<chat::SetStanding>();
  EXPECT_EQ(kick.room, tea);
  EXPECT_EQ(kick.nickname, "bob");
  EXPECT_EQ(kick.role, Role::none);
  EXPECT_FALSE(kick.affiliation);
  EXPECT_EQ(kick.reason, "enough");
  done(script, id);
  const auto result = script.only();
  EXPECT_EQ(result.get("type"), "result");
  EXPECT_EQ(result.get("id"), "a1");
  EXPECT_EQ(result.get("from"), "#tea@irc.test");
}

TEST(RoomAdmin, SeveralItemsAreDoneInOrderUntilTheFirstThatIsRefused) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob", "carol", "dave"});
  script.xmpp_sends(admin("set",
                          "<item nick='bob' role='participant'/><item nick='carol' affiliation='admin'/>"
                          "<item nick='dave' role='none'/>"));
  ASSERT_EQ(script.count<chat::SetStanding>(), 1U);
  EXPECT_EQ(script.command<chat::SetStanding>().second.nickname, "bob");
  done(script, script.command<chat::SetStanding>().first);
  const auto [id, second] = script.command<chat::SetStanding>();
  EXPECT_EQ(second.nickname, "carol");
  EXPECT_EQ(second.affiliation, Affiliation::admin);
  refused(script, id, Fault::forbidden, "You're not channel operator");
  const auto error = script.only();
  EXPECT_EQ(condition(error), "forbidden");
  EXPECT_EQ(error.child("error", xmpp::ns::component)->child_text("text", xmpp::ns::stanza_errors),
            "You're not channel operator");
  EXPECT_EQ(script.count<chat::SetStanding>(), 2U);  // dave stays
}

TEST(RoomAdmin, NobodyIsTouchedWhenOneItemIsWrong) {
  const std::pair<std::string, std::string> cases[] = {
      {"<item nick='nobody' role='none'/>", "item-not-found"},
      {"<item nick='bob' role='none' affiliation='outcast'/>", "bad-request"},
      {"<item nick='bob'/>", "bad-request"},
      {"<item role='none'/>", "bad-request"},
      {"<item nick='bob' role='king'/>", "bad-request"},
      {"<item nick='bob' affiliation='serf'/>", "bad-request"},
      {"<item jid='a@b@c' affiliation='outcast'/>", "bad-request"},
      {"<item jid='juliet@capulet.example' affiliation='outcast'/>", "item-not-found"},
      {"<item jid='#coffee@irc.test' affiliation='outcast'/>", "bad-request"},
      {"<item nick='alice' affiliation='outcast'/>", "conflict"},
      {"<item jid='alice@test' affiliation='outcast'/>", "conflict"},
      {"<item jid='nobody@irc.test' role='none'/>", "item-not-found"},
  };
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  for (const auto& [item, expected] : cases) {
    script.xmpp_sends(admin("set", "<item nick='bob' role='none'/>" + item));
    EXPECT_EQ(condition(script.only()), expected) << item;
  }
  script.xmpp_sends(admin("set", ""));
  EXPECT_EQ(condition(script.only()), "bad-request");
  EXPECT_EQ(script.count<chat::SetStanding>(), 0U);
}

TEST(RoomAdmin, OneMayKickOneself) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(admin("set", "<item nick='alice' role='none'/>"));
  EXPECT_EQ(script.command<chat::SetStanding>().second.nickname, "alice");
  // That was the last room: the connection ends before the network has said that it is done.
  script.network_says(chat::RoomLeft{tea, chat::RoomLeft::Why::kicked, Fault::closed, "alice", {}, {}});
  const auto stanzas = script.written();
  ASSERT_EQ(stanzas.size(), 2U);
  EXPECT_EQ(stanzas[0].get("type"), "unavailable");
  EXPECT_EQ(stanzas[1].get("type"), "result");
}

TEST(RoomAdmin, TheNicknameOfAnItemIsTheResourceOfAnOccupant) {
  GatewayScript script;
  script.joins("alice", "#tea", {"b<b"});
  const NameId hidden = script.network->names().acquire(RealmId{}, "\xF0\x9F\x98\x80", "x", "_");
  script.network_says(chat::OccupantsJoined{tea, {{hidden, {}}}});
  script.written();
  script.xmpp_sends(admin("set", "<item nick='b&lt;b' role='none'/>"));
  EXPECT_EQ(script.command<chat::SetStanding>().second.nickname, "b<b");
  script.xmpp_sends(admin("set", "<item nick='_' role='none'/>"));
  EXPECT_EQ(script.command<chat::SetStanding>().second.nickname, "\xF0\x9F\x98\x80");
}

TEST(RoomAdmin, ABanIsByNicknameByContactOrByMask) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  const auto ban = [&script](const std::string& who) {
    script.xmpp_sends(admin("set", "<item affiliation='outcast' " + who + "/>"));
    const auto made = script.command<chat::SetStanding>();
    done(script, made.first);
    EXPECT_EQ(script.only().get("type"), "result") << who;
    EXPECT_EQ(made.second.affiliation, Affiliation::outcast);
    return made.second;
  };
  EXPECT_EQ(ban("nick='bob'").nickname, "bob");
  EXPECT_EQ(ban("jid='bob@irc.test'").nickname, "bob");
  EXPECT_EQ(ban("jid='#tea@irc.test/bob'").nickname, "bob");
  EXPECT_EQ(ban("jid='dave@irc.test'").nickname, "dave");  // not here
  const auto mask = ban("jid='*!*\\40host\\20x.example@irc.test'");
  EXPECT_EQ(mask.nickname, "");
  EXPECT_EQ(mask.mask, "*!*@host x.example");
  EXPECT_EQ(ban("jid='R\\3aAccount@irc.test'").mask, "R:Account");
}

TEST(RoomAdmin, ABanIsTakenAwayByWhatTheListShows) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(admin("get", "<item affiliation='outcast'/>"));
  chat::StandingList bans;
  bans.entries.push_back({{}, "*!* @Host", {Role::none, Affiliation::outcast}, "spam"});
  done(script, script.command<chat::ListStandings>().first, bans);
  const auto items = items_of(script.only());
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].get("affiliation"), "outcast");
  EXPECT_FALSE(items[0].has("nick"));
  EXPECT_FALSE(items[0].has("role"));
  EXPECT_EQ(items[0].child_text("reason", xmpp::ns::muc_admin), "spam");
  const std::string jid{items[0].get("jid")};
  EXPECT_EQ(jid, "*!*\\20\\40Host@irc.test");
  script.xmpp_sends(admin("set", "<item affiliation='none' jid='" + jid + "'/>"));
  const auto change = script.command<chat::SetStanding>().second;
  EXPECT_EQ(change.mask, "*!* @Host");
  EXPECT_EQ(change.affiliation, Affiliation::none);
}

TEST(RoomAdmin, ABanOfSomebodyWhoIsNotHereIsTakenAwayByTheirAddress) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.xmpp_sends(admin("set", "<item affiliation='none' jid='dave@irc.test'/>"));
  EXPECT_EQ(script.command<chat::SetStanding>().second.nickname, "dave");
  EXPECT_EQ(script.command<chat::SetStanding>().second.mask, "");
  // Whoever is here loses their rank.
  done(script, script.command<chat::SetStanding>().first);
  script.xmpp_sends(admin("set", "<item affiliation='none' jid='bob@irc.test'/>"));
  EXPECT_EQ(script.command<chat::SetStanding>().second.nickname, "bob");
  EXPECT_EQ(script.command<chat::SetStanding>().second.mask, "");
}

TEST(RoomAdmin, AListHasNicknameRoleAffiliationAndAddress) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.xmpp_sends(admin("get", "<item role='moderator'/>"));
  const auto [id, list] = script.command<chat::ListStandings>();
  EXPECT_EQ(list.role, Role::moderator);
  EXPECT_FALSE(list.affiliation);
  done(script, id, chat::StandingList{{{"bob", {}, {Role::moderator, Affiliation::admin}, {}}}});
  const auto items = items_of(script.only());
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].get("nick"), "bob");
  EXPECT_EQ(items[0].get("role"), "moderator");
  EXPECT_EQ(items[0].get("affiliation"), "admin");
  EXPECT_EQ(items[0].get("jid"), "bob@irc.test");
}

TEST(RoomAdmin, AListOfTheRoomIsNeverAnErrorForAnOccupant) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.network_says(chat::OccupantChanged{tea, {script.name("bob"), {Role::moderator, Affiliation::admin}}, {}});
  script.written();
  script.xmpp_sends(admin("get", "<item affiliation='admin'/>"));
  refused(script, script.command<chat::ListStandings>().first, Fault::unsupported, "no lists");
  auto items = items_of(script.only());
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].get("nick"), "bob");
  // The bans are known to the network alone.
  script.xmpp_sends(admin("get", "<item affiliation='outcast'/>"));
  refused(script, script.command<chat::ListStandings>().first, Fault::forbidden, "You're not channel operator");
  EXPECT_EQ(condition(script.only()), "forbidden");
}

TEST(RoomAdmin, AListThatIsTooLongForAStanzaIsCutAndAnswered) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(admin("get", "<item affiliation='outcast'/>"));
  chat::StandingList bans;
  for (int i = 0; i < 1000; ++i) {
    bans.entries.push_back(
        {{}, "*!*@" + std::string(400, 'x') + std::to_string(i), {Role::none, Affiliation::outcast}, {}});
  }
  done(script, script.command<chat::ListStandings>().first, bans);
  const std::size_t shown = items_of(script.only()).size();
  EXPECT_GT(shown, 300U);
  EXPECT_LT(shown, 1000U);
}

TEST(RoomAdmin, OneListIsAskedForAtATime) {
  GatewayScript script;
  script.joins("alice", "#tea");
  for (const auto* items : {"", "<item/>", "<item role='visitor' affiliation='none'/>", "<item role='king'/>",
                            "<item role='visitor'/><item role='moderator'/>"}) {
    script.xmpp_sends(admin("get", items));
    EXPECT_EQ(condition(script.only()), "bad-request") << items;
  }
}

TEST(RoomAdmin, IsForOccupants) {
  GatewayScript script;
  for (const auto* type : {"get", "set"}) {
    script.xmpp_sends(admin(type, "<item affiliation='member'/>"));
    EXPECT_EQ(condition(script.only()), "forbidden");
  }
  // Rights belong to the person, not to the client that is inside.
  script.joins("alice", "#tea", {"bob"});
  script.xmpp_sends(admin("set", "<item nick='bob' role='none'/>", "alice@test/phone"));
  EXPECT_EQ(script.count<chat::SetStanding>(), 1U);
}

TEST(RoomAdmin, EndsWhenTheSessionEnds) {
  GatewayScript script;
  script.joins("alice", "#tea", {"bob"});
  script.xmpp_sends(admin("set", "<item nick='bob' role='none'/>"));
  script.passes(std::chrono::seconds{31});
  EXPECT_EQ(condition(script.only()), "remote-server-timeout");
}

}  // namespace
}  // namespace dragoman::gateway::room_admin_test
