#include "gateway/clients.hpp"

#include <gtest/gtest.h>

#include "xmpp/namespaces.hpp"
#include "xmpp/xml_parser.hpp"

// Which clients of a person are there, and what that makes of the person (RFC 6121 4.7.2, 8.5).

namespace dragoman::gateway::clients_test {
namespace {

using chat::Availability;

xmpp::Element shows(const std::string& inside) {
  return *xmpp::parse_element("<presence>" + inside + "</presence>", xmpp::ns::component);
}

TEST(Clients, ReadAnUnknownShowAsExtendedAway) {
  EXPECT_EQ(read_showing(shows("")).availability, Availability::available);
  EXPECT_EQ(read_showing(shows("<show>chat</show>")).availability, Availability::available);
  EXPECT_EQ(read_showing(shows("<show>dnd</show>")).availability, Availability::busy);
  EXPECT_EQ(read_showing(shows("<show>na</show>")).availability, Availability::extended_away);
  EXPECT_EQ(read_showing(shows("<status>one\ntwo</status>")).status, "onetwo");
}

TEST(Clients, RecogniseTheCopiesOfOnePresence) {
  Clients clients;
  const auto first = clients.available("a@test/1", "", shows("<show>away</show>"));
  EXPECT_TRUE(first.came && first.at_service && first.changed);
  const auto copy = clients.available("a@test/1", "bob", shows("<show>away</show>"));
  EXPECT_FALSE(copy.came || copy.at_service || copy.changed);
  EXPECT_TRUE(clients.available("a@test/1", "bob", shows("")).changed);
}

TEST(Clients, ShowWhatTheHighestPriorityShows) {
  Clients clients;
  clients.available("a@test/desk", "", shows("<show>away</show><status>lunch</status><priority>5</priority>"));
  clients.available("a@test/phone", "", shows("<priority>1</priority>"));
  EXPECT_EQ(clients.showing(), (Showing{Availability::away, "lunch"}));
  clients.unavailable("a@test/desk", "");
  EXPECT_EQ(clients.showing(), Showing{});
  clients.available("a@test/phone", "", shows("<priority>-1</priority>"));
  EXPECT_EQ(clients.showing().availability, Availability::away);
  clients.available("a@test/tv", "", shows("<show>dnd</show><priority>999</priority>"));  // no priority: 0
  EXPECT_EQ(clients.showing().availability, Availability::busy);
}

TEST(Clients, AreNotGoneWhenOneContactOfSeveralIsDeleted) {
  Clients clients;
  clients.available("a@test/1", "bob", shows(""));
  clients.available("a@test/1", "carol", shows(""));
  EXPECT_FALSE(clients.unavailable("a@test/1", "bob"));
  EXPECT_TRUE(clients.unavailable("a@test/1", "carol"));
  EXPECT_TRUE(clients.empty());
  // What the gateway's own address sees counts more than any contact.
  clients.available("a@test/1", "bob", shows(""));
  clients.available("a@test/1", "", shows(""));
  EXPECT_FALSE(clients.unavailable("a@test/1", "bob"));
  EXPECT_TRUE(clients.unavailable("a@test/1", ""));
}

TEST(Clients, InRoomsOnlyAreHeardButNotOnline) {
  Clients clients;
  EXPECT_TRUE(clients.in_room("a@test/1", shows("<show>away</show>")));
  EXPECT_FALSE(clients.in_room("a@test/1", shows("<show>away</show>")));
  EXPECT_FALSE(clients.is_online());
  EXPECT_EQ(clients.showing().availability, Availability::away);
  clients.tidy([](const std::string&) { return false; });
  EXPECT_TRUE(clients.empty());
  EXPECT_FALSE(clients.in_room("a@test/2", shows("")));
  EXPECT_TRUE(clients.empty());  // nothing worth keeping
}

TEST(Clients, AreForgottenWhenTheyDoNotAnswerAfterTheLinkWasAway) {
  Clients clients;
  clients.available("a@test/1", "", shows(""));
  clients.available("a@test/2", "", shows(""));
  clients.doubt();
  clients.available("a@test/2", "", shows(""));
  EXPECT_TRUE(clients.forget_doubtful());
  EXPECT_EQ(clients.online(), 1U);
  EXPECT_FALSE(clients.forget_doubtful());
}

}  // namespace
}  // namespace dragoman::gateway::clients_test
