#include "roster_script.hpp"

// What stands in rosters, and by which means: XEP-0100, XEP-0356.

namespace dragoman::gateway::roster_test {
namespace {

TEST(Roster, HoldsTheGatewayOfWhoRegistersWithoutASubscriptionThatIsAskedFor) {
  GatewayScript script;
  RosterServer server{script};
  server.grants();
  script.xmpp_sends(registration);
  server.serve();
  const auto& item = server.items.at("irc.test");
  EXPECT_EQ(item.subscription, "both");
  EXPECT_EQ(item.name, "TestNet");
  EXPECT_EQ(item.groups, Lines{"TestNet"});
  EXPECT_EQ(count(server.presences(), "irc.test subscribe"), 0U);
  EXPECT_EQ(script.probes, Lines{"alice@test"});  // nobody subscribed, so no server says who is there
}

TEST(Roster, HoldsWhomAPersonSubscribesToInTheGroupOfTheNetwork) {
  GatewayScript script;
  RosterServer server{script};
  server.grants();
  registers(script, server);
  server.items["bob@irc.test"] = {"bob@irc.test", "Bobby", "to", {}};
  script.xmpp_sends(presence("subscribe", "bob@irc.test"));
  server.serve();
  EXPECT_EQ(server.items["bob@irc.test"], (xmpp::RosterItem{"bob@irc.test", "Bobby", "both", {"TestNet"}}));
  EXPECT_EQ(server.presences(), (Lines{"bob@irc.test subscribed", "bob@irc.test unavailable"}));
  // It is granted: nobody is asked now or later.
  script.xmpp_sends(presence("subscribe", "bob@irc.test"));
  server.serve();
  EXPECT_EQ(count(server.presences(), "bob@irc.test subscribe"), 0U);
  EXPECT_EQ(server.sets, 1U);
}

TEST(Roster, TakesContactsOfTheNetworkOneByOne) {
  GatewayScript script;
  RosterServer server{script};
  server.grants();
  registers(script, server);
  script.network_says(added({"bob", "carol", "dave"}));
  EXPECT_EQ(server.serve(), 1U);
  EXPECT_EQ(server.sets, 3U);
  EXPECT_EQ(server.gets, 2U);  // before, and after, to see what became of it
  EXPECT_EQ(server.items.at("carol@irc.test"), (xmpp::RosterItem{"carol@irc.test", "carol", "both", {"TestNet"}}));
  EXPECT_EQ(count(server.presences(), "carol@irc.test subscribe"), 0U);
  EXPECT_EQ(script.count<chat::AddContact>(), 3U);  // they are watched as those that the person has added
  script.network_says(chat::PresenceChanged{chat::PersonId{"carol"}, chat::Availability::available, {}});
  EXPECT_EQ(script.only().get("from"), "carol@irc.test");
}

TEST(Roster, KeepsTheNamesAndGroupsThatThePersonHasGiven) {
  GatewayScript script;
  RosterServer server{script};
  server.grants();
  registers(script, server);
  script.network_says(added({"bob"}, "Robert"));
  server.serve();
  EXPECT_EQ(server.items.at("bob@irc.test").name, "Robert");
  script.network_says(added({"bob"}, "Robert B."));  // what is ours follows the network
  server.serve();
  EXPECT_EQ(server.items.at("bob@irc.test").name, "Robert B.");
  server.items["bob@irc.test"].name = "my uncle";
  server.items["bob@irc.test"].groups = {"Family"};
  script.network_says(added({"bob"}, "R. B."));
  server.serve();
  EXPECT_EQ(server.items.at("bob@irc.test"), (xmpp::RosterItem{"bob@irc.test", "my uncle", "both", {"Family"}}));
}

TEST(Roster, IsNotGivenBackWhoWasTakenOut) {
  GatewayScript script;
  RosterServer server{script};
  server.grants();
  registers(script, server);
  script.network_says(added({"bob", "carol"}));
  server.serve();
  server.items.erase("bob@irc.test");  // while nobody looked
  script.network_says(added({"bob"}));
  server.serve();
  EXPECT_FALSE(server.items.contains("bob@irc.test"));
  server.items.erase("carol@irc.test");  // and as a server tells it
  script.xmpp_sends(presence("unsubscribed", "carol@irc.test"));
  script.xmpp_sends(presence("unsubscribe", "carol@irc.test"));
  server.serve();
  server.others.clear();
  script.restart();
  server.grants();
  script.xmpp_sends(presence("", "irc.test", "alice@test/home"));
  script.network_says(chat::Ready{"alice", {}});
  script.network_says(added({"bob", "carol"}));
  server.serve();
  EXPECT_EQ(server.items.size(), 1U);  // the gateway
  for (const auto& line : server.presences()) EXPECT_EQ(line.find("subscribe"), std::string::npos) << line;
  // Whom the person adds again is there again.
  script.xmpp_sends(presence("subscribe", "bob@irc.test"));
  server.serve();
  EXPECT_EQ(server.items.at("bob@irc.test").subscription, "both");
}

TEST(Roster, IsNotWrittenWhereTheServerFailsAndThePersonIsAskedOnce) {
  GatewayScript script;
  RosterServer server{script};
  server.grants("urn:xmpp:privilege:1");  // ejabberd 23.01
  server.set_error = "internal-server-error";
  script.xmpp_sends(registration);
  server.serve();
  EXPECT_EQ(server.presences().back(), "irc.test subscribe");
  EXPECT_EQ(server.sets, 1U);
  script.xmpp_sends(presence("", "irc.test", "alice@test/home"));
  script.network_says(chat::Ready{"alice", {}});
  script.xmpp_sends(presence("subscribe", "bob@irc.test"));
  server.serve();
  EXPECT_EQ(count(server.presences(), "bob@irc.test subscribe"), 1U);
  EXPECT_EQ(server.sets, 1U) << "a server that cannot is not asked again";
}

TEST(Roster, IsNotWaitedForLongerThanTenSeconds) {
  GatewayScript script;
  RosterServer server{script};
  server.grants();
  script.xmpp_sends(registration);
  script.written();
  script.passes(std::chrono::seconds{9});
  EXPECT_TRUE(script.written().empty());
  script.passes(std::chrono::seconds{1});
  EXPECT_EQ(script.only().get("type"), "subscribe");
}

TEST(Roster, IsLookedAtWhetherTheServerTakesSubscriptions) {
  GatewayScript script;
  RosterServer server{script};
  server.grants();
  server.takes_subscriptions = false;
  script.xmpp_sends(registration);
  server.serve();
  EXPECT_EQ(count(server.presences(), "irc.test subscribe"), 1U);
}

TEST(Roster, GoesOnWithTheNextStream) {
  GatewayScript script;
  RosterServer server{script};
  server.grants();
  registers(script, server);
  script.network_says(added({"bob"}));
  script.written();
  script.link_goes_down();
  script.link_comes_up();
  server.grants();
  server.serve();
  script.passes(std::chrono::seconds{5});
  server.serve();
  EXPECT_EQ(server.items.at("bob@irc.test").subscription, "both");
}

TEST(Roster, IsEmptiedByWhoUnregisters) {
  GatewayScript script;
  RosterServer server{script};
  server.grants();
  registers(script, server);
  script.network_says(added({"bob", "carol"}));
  server.serve();
  server.others.clear();
  script.xmpp_sends(removal);
  server.serve();
  EXPECT_TRUE(server.items.empty());
  EXPECT_EQ(server.presences(), (Lines{"irc.test unsubscribe", "irc.test unsubscribed", "irc.test unavailable"}));
  for (const auto& [key, value] : script.store.values) EXPECT_EQ(std::get<1>(key), "irc.test") << std::get<0>(key);
}

TEST(Roster, IsLeftByPresenceWhereTheServerTakesNothingOut) {
  GatewayScript script;
  RosterServer server{script};
  server.grants();
  registers(script, server);
  script.network_says(added({"bob"}));
  server.serve();
  server.others.clear();
  server.set_error = "forbidden";
  script.xmpp_sends(removal);
  server.serve();
  const auto lines = server.presences();
  EXPECT_EQ(count(lines, "bob@irc.test unsubscribe"), 1U);
  EXPECT_EQ(count(lines, "bob@irc.test unsubscribed"), 1U);
  EXPECT_EQ(count(lines, "bob@irc.test unavailable"), 1U);
}

TEST(Roster, IsAskedForOnceByTheFewContactsOfTheNetworkWithoutAPrivilege) {
  GatewayScript script;
  RosterServer server{script};
  registers(script, server);
  script.network_says(added({"bob", "carol"}));
  script.passes(std::chrono::seconds{2});
  server.serve();
  EXPECT_EQ(server.presences(), (Lines{"bob@irc.test subscribe", "carol@irc.test subscribe"}));
  script.network_says(added({"bob", "carol"}));
  script.passes(std::chrono::minutes{1});
  server.serve();
  EXPECT_EQ(server.presences(), Lines{});
  // A privilege that comes later is used for what was wanted before.
  server.grants();
  server.serve();
  EXPECT_EQ(server.items.at("carol@irc.test").subscription, "both");
}

TEST(Roster, IsNotAskedForByALongListOfContacts) {
  GatewayScript script;
  RosterServer server{script};
  registers(script, server);
  Lines people;
  for (int i = 0; i < 40; ++i) people.push_back("p" + std::to_string(i));
  script.network_says(added(people));
  script.passes(std::chrono::minutes{1});
  EXPECT_TRUE(script.written().empty());
}

TEST(Roster, IsAskedForAllContactsOfTheNetworkWhenThePersonWantsIt) {
  GatewayScript script;
  RosterServer server{script};
  registers(script, server);
  const std::string command =
      "<message from='alice@test/home' to='irc.test' type='chat'><body>contacts</body></message>";
  script.network_says(added({"bob", "carol"}));
  script.xmpp_sends(command);
  server.serve();
  ASSERT_EQ(server.others.size(), 3U) << GatewayScript::dump(server.others);
  EXPECT_EQ(server.others.back().child_text("body", server.others.back().ns),
            "Contacts of TestNet that ask to be in your list: 2. Allow each in your client.");
  EXPECT_EQ(server.presences(), (Lines{"bob@irc.test subscribe", "carol@irc.test subscribe"}));
  script.xmpp_sends(command);  // again: who was asked is not asked
  server.serve();
  EXPECT_EQ(server.presences(), Lines{});
}

TEST(Roster, LosesWhomTheNetworkHasRemoved) {
  GatewayScript script;
  RosterServer server{script};
  server.grants();
  registers(script, server);
  script.network_says(added({"bob"}));
  server.serve();
  chat::ContactsChanged removed;
  removed.removed.push_back(chat::PersonId{"bob"});
  script.network_says(removed);
  server.serve();
  EXPECT_FALSE(server.items.contains("bob@irc.test"));
}

TEST(Roster, IsPushedOnlyByAServerThatHasGivenThePrivilege) {
  GatewayScript script;
  RosterServer server{script};
  const auto push = [&](const std::string& from) {
    script.xmpp_sends("<iq type='set' id='p' from='" + from +
                      "' to='irc.test'><query xmlns='jabber:iq:roster'><item jid='bob@irc.test' subscription='remove'/>"
                      "</query></iq>");
  };
  registers(script, server);
  push("alice@test");
  const auto refused = script.only();
  EXPECT_EQ(refused.get("type"), "error");
  EXPECT_NE(refused.child("error", refused.ns)->child("forbidden", xmpp::ns::stanza_errors), nullptr);
  server.grants();
  script.network_says(added({"bob"}));
  server.serve();
  push("alice@test/home");
  EXPECT_EQ(script.only().get("type"), "error");
  push("alice@test");
  server.serve();
  ASSERT_FALSE(server.others.empty());
  server.items.erase("bob@irc.test");
  script.network_says(added({"bob"}));
  server.serve();
  EXPECT_FALSE(server.items.contains("bob@irc.test"));
}

TEST(Roster, OfPeopleWithoutAnAccountIsNotTouched) {
  GatewayScript script;
  RosterServer server{script};
  server.grants();
  script.xmpp_sends(presence("subscribe", "bob@irc.test"));
  server.serve();
  EXPECT_EQ(server.gets + server.sets, 0U);
  EXPECT_EQ(server.presences().back(), "bob@irc.test subscribe");
}

}  // namespace
}  // namespace dragoman::gateway::roster_test
