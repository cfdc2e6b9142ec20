#include "ad_hoc_script.hpp"

// Rooms of the network, in pages: by the command and by service discovery.

namespace dragoman::gateway::ad_hoc_test {
namespace {

chat::RoomList rooms(int number) {
  chat::RoomList list;
  for (int i = 0; i < number; ++i) {
    const std::string name = "#room" + std::to_string(i);
    list.rooms.push_back({chat::RoomId{name}, name, "topic " + std::to_string(i), static_cast<std::uint32_t>(i)});
  }
  return list;
}

TEST(AdHoc, ListsRoomsInPagesForthAndBack) {
  GatewayScript script;
  const std::string session = begins(script, "rooms");
  const std::string at = "node='rooms' sessionid='" + session + "' action='";
  script.xmpp_sends(command(at + "complete'", form({})));
  EXPECT_TRUE(script.written().empty()) << "the network is asked when there is a connection";
  script.network_says(chat::Ready{"alice", {}});
  script.network_says(chat::Done{script.command<chat::ListRooms>().first, rooms(45)});
  const auto first = script.only();
  const auto& page = step(first);
  EXPECT_EQ(page.get("status"), "executing");
  EXPECT_EQ(page.child("x", xmpp::ns::data_form)->get("type"), "result");
  EXPECT_NE(xmpp::to_xml(page).find("<value>#room44@irc.test</value>"), std::string::npos) << "the largest first";
  const auto* actions = page.child("actions", xmpp::commands_ns);
  EXPECT_EQ(actions->get("execute"), "next");
  EXPECT_EQ(actions->child("prev", xmpp::commands_ns), nullptr);
  script.xmpp_sends(command(at + "prev'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-action");
  script.xmpp_sends(command(at + "next'"));
  EXPECT_NE(xmpp::to_xml(script.only()).find("21 to 40 of 45"), std::string::npos);
  script.xmpp_sends(command(at + "next'"));
  EXPECT_NE(xmpp::to_xml(script.only()).find("41 to 45 of 45"), std::string::npos);
  script.xmpp_sends(command(at + "prev'"));
  EXPECT_NE(xmpp::to_xml(script.only()).find("21 to 40 of 45"), std::string::npos);
  script.xmpp_sends(command(at + "complete'"));
  EXPECT_EQ(step(script.only()).get("status"), "completed");
}

TEST(AdHoc, SaysWhyTheNetworkCannotBeAsked) {
  GatewayScript script;
  std::string session = begins(script, "rooms");
  script.xmpp_sends(command("node='rooms' sessionid='" + session + "'", form({})));
  script.network_says(
      chat::Lost{Fault::unavailable, "connection refused", script.clock.now() + std::chrono::minutes{1}});
  EXPECT_NE(note(script.only(), "error").find("connection refused"), std::string::npos);
  session = begins(script, "rooms");
  script.xmpp_sends(command("node='rooms' sessionid='" + session + "'", form({})));
  EXPECT_NE(note(script.only(), "error").find("cannot be reached"), std::string::npos);
}

TEST(AdHoc, DoesNotWaitForeverForAConnection) {
  GatewayScript script;
  const std::string session = begins(script, "rooms");
  script.xmpp_sends(command("node='rooms' sessionid='" + session + "'", form({})));
  script.passes(std::chrono::seconds{16});
  EXPECT_FALSE(note(script.only(), "error").empty());
}

TEST(RoomsNode, HasAllRoomsInPagesAndAsksTheNetworkOnce) {
  GatewayScript script;
  script.joins("alice", "#tea");
  const auto page = [](const std::string& set) {
    return "<iq from='alice@test/home' to='irc.test' type='get' id='d'><query "
           "xmlns='http://jabber.org/protocol/disco#items' node='rooms'><set xmlns='http://jabber.org/protocol/rsm'>" +
           set + "</set></query></iq>";
  };
  script.xmpp_sends(page("<max>2</max>"));
  script.network_says(chat::Done{script.command<chat::ListRooms>().first, rooms(5)});
  const auto first = script.only();
  const auto& items = *first.child("query", xmpp::ns::disco_items);
  EXPECT_EQ(items.children.front().get("jid"), "#room4@irc.test");
  EXPECT_EQ(items.child("set", xmpp::ns::rsm)->child_text("count", xmpp::ns::rsm), "5");
  script.xmpp_sends(page("<max>2</max><after>#room3@irc.test</after>"));
  EXPECT_EQ(script.only().child("query", xmpp::ns::disco_items)->children.front().get("jid"), "#room2@irc.test");
  EXPECT_EQ(script.count<chat::ListRooms>(), 1U);
  script.xmpp_sends(page("<max>2</max><after>nowhere</after>"));
  EXPECT_EQ(error_of(script.only()), "item-not-found");
  script.passes(std::chrono::minutes{3});
  script.xmpp_sends(page("<max>2</max>"));
  EXPECT_EQ(script.count<chat::ListRooms>(), 2U) << "a list grows old";
}

}  // namespace
}  // namespace dragoman::gateway::ad_hoc_test
