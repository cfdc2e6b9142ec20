#include "support/gateway_script.hpp"

// Rooms that are lists of other rooms (spaces): shown among the rooms of the network, with what is in them behind.

namespace dragoman::gateway::lists_of_rooms_test {
namespace {

using test::GatewayScript;

class ListsOfRooms : public ::testing::Test {
 protected:
  ListsOfRooms() { script.joins("alice", "#tea"); }

  void looks(const std::string& address) {
    script.xmpp_sends("<iq from='alice@test/home' to='" + address +
                      "' type='get' id='d'><query xmlns='http://jabber.org/protocol/disco#items' node='rooms'/></iq>");
  }
  chat::ListRooms network_lists(const std::vector<chat::RoomSummary>& rooms) {
    const auto [id, command] = script.command<chat::ListRooms>();
    chat::RoomList list;
    list.rooms = rooms;
    script.network_says(chat::Done{id, list});
    return command;
  }
  static chat::RoomSummary room(const std::string& name, std::uint32_t people, bool is_list = false) {
    return {chat::RoomId{name}, name, {}, people, is_list};
  }
  std::vector<std::string> items() {
    const auto result = script.only();
    const auto* query = result.child("query", xmpp::ns::disco_items);
    std::vector<std::string> shown;
    if (query == nullptr) return {"no items: " + xmpp::to_xml(result)};
    for (const auto& item : query->children) {
      if (item.name != "item") continue;
      const std::string node{item.get("node")};
      shown.push_back(std::string{item.get("jid")} + (node.empty() ? "" : " node " + node) + ": " +
                      std::string{item.get("name")});
    }
    return shown;
  }
  GatewayScript script;
};

TEST_F(ListsOfRooms, StandAmongTheRoomsAndShowWhatIsInThem) {
  looks("irc.test");
  EXPECT_EQ(network_lists({room("#space", 3, true), room("#big", 9)}).inside, chat::RoomId{});
  EXPECT_EQ(items(), (std::vector<std::string>{"#big@irc.test: #big (9)",
                                               "#space@irc.test node rooms: #space (list of rooms)"}));
  looks("#space@irc.test");
  EXPECT_EQ(network_lists({room("#inner", 2), room("#deeper", 1, true)}).inside, chat::RoomId{"#space"});
  EXPECT_EQ(items(), (std::vector<std::string>{"#inner@irc.test: #inner (2)",
                                               "#deeper@irc.test node rooms: #deeper (list of rooms)"}));
  looks("#deeper@irc.test");
  EXPECT_EQ(network_lists({}).inside, chat::RoomId{"#deeper"});
  EXPECT_EQ(items(), std::vector<std::string>{});
}

TEST_F(ListsOfRooms, AreLookedForWhenNobodyHasLookedBefore) {
  looks("#space@irc.test");
  network_lists({room("#space", 3, true)});
  EXPECT_EQ(network_lists({room("#inner", 2)}).inside, chat::RoomId{"#space"});
  EXPECT_EQ(items(), std::vector<std::string>{"#inner@irc.test: #inner (2)"});
}

TEST_F(ListsOfRooms, ARoomIsNone) {
  looks("#tea@irc.test");
  network_lists({room("#tea", 3)});
  const auto answer = script.only();
  EXPECT_EQ(answer.get("type"), "error") << xmpp::to_xml(answer);
  EXPECT_EQ(script.count<chat::ListRooms>(), 1U) << "what is in it is not asked";
}

}  // namespace
}  // namespace dragoman::gateway::lists_of_rooms_test
