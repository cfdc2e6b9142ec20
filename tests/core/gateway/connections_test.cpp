#include <algorithm>
#include <sstream>

#include "operator_script.hpp"
#include "xmpp/ad_hoc.hpp"

// Who looks at connections, and who ends them: get-irc-connection-info, disconnect-user (XEP-0050; nodes and fields of
// biboumi), and the servers in the operator's status.

namespace dragoman::gateway::connections_test {
namespace {

class Connections : public ::testing::Test {
 protected:
  /// Executes a command, or answers one that runs; what the gateway says of it.
  xmpp::Element command(const std::string& who, const std::string& attributes, const std::string& fields = {},
                        const std::string& to = "irc.test") {
    script.written();
    const std::string form = fields.empty() ? "" : "<x xmlns='jabber:x:data' type='submit'>" + fields + "</x>";
    script.xmpp_sends("<iq from='" + who + "' to='" + to +
                      "' type='set' id='q'><command xmlns='http://jabber.org/protocol/commands' " + attributes + ">" +
                      form + "</command></iq>");
    const auto stanzas = script.written();
    seen = script.dump(stanzas);
    for (const auto& each : stanzas) {
      if (each.get("id") == "q") return each;
    }
    ADD_FAILURE() << "no answer";
    return {};
  }
  static std::string note(const xmpp::Element& answer) {
    const auto* step = answer.child("command", xmpp::commands_ns);
    const auto* found = step == nullptr ? nullptr : step->child("note", xmpp::commands_ns);
    return found == nullptr ? xmpp::to_xml(answer) : std::string{found->text()};
  }
  static std::string session(const xmpp::Element& answer) {
    return std::string{answer.child("command", xmpp::commands_ns)->get("sessionid")};
  }
  /// The rows of a table, its values with "|" between them.
  static std::vector<std::string> rows(const xmpp::Element& answer) {
    std::vector<std::string> all;
    const auto* form = answer.child("command", xmpp::commands_ns)->child("x", "jabber:x:data");
    if (form == nullptr) return all;
    for (const auto& item : form->children) {
      if (item.name != "item") continue;
      std::string row;
      for (const auto& field : item.children) {
        row += (row.empty() ? "" : "|") + std::string{field.child_text("value", "jabber:x:data")};
      }
      all.push_back(std::move(row));
    }
    return all;
  }
  static bool begins(const std::string& text, const std::string& front) { return text.starts_with(front); }

  std::string seen;  // what was written with the last answer
  operator_test::OperatorScript script{operator_test::OperatorScript::with_admin(), {{"one", "two"}, false}};
};

TEST_F(Connections, AreShownToTheirPerson) {
  EXPECT_EQ(note(command("alice@test/home", "node='get-irc-connection-info'")), "You are not connected.");
  script.joins("alice", "#tea%one");
  script.joins("alice", "#cake%one");
  script.joins("alice", "#tea%two");
  const auto here = rows(command("alice@test/home", "node='get-irc-connection-info'"));
  ASSERT_EQ(here.size(), 2U);
  EXPECT_TRUE(begins(here[0], "one|alice|ready: ")) << here[0];
  EXPECT_TRUE(here[0].ends_with("|2")) << here[0];
  EXPECT_TRUE(begins(here[1], "two|alice|")) << here[1];
  EXPECT_TRUE(here[1].ends_with("|1")) << here[1];
  const auto there = rows(command("alice@test/home", "node='get-irc-connection-info'", {}, "two@irc.test"));
  ASSERT_EQ(there.size(), 1U) << "asked at a server it is about that one";
  EXPECT_TRUE(begins(there[0], "two|")) << there[0];
}

TEST_F(Connections, ThatAreLostSayWhy) {
  script.joins("alice", "#tea%one");
  script.part_says("one", chat::Lost{Fault::unavailable, "Ping timeout", script.clock.now() + std::chrono::seconds{5}});
  const auto shown = rows(command("alice@test/home", "node='get-irc-connection-info'"));
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_TRUE(begins(shown[0], "one|alice|lost: Ping timeout")) << shown[0];
}

TEST_F(Connections, AreEndedByAnAdmin) {
  EXPECT_EQ(note(command("root@test/desk", "node='disconnect-user'")), "Nobody is connected.");
  script.joins("alice", "#tea%one");
  script.joins("alice", "#tea%two");
  script.joins("dave", "#tea%one");
  const auto asked = command("root@test/desk", "node='disconnect-user'");
  const std::string text = xmpp::to_xml(asked);
  EXPECT_TRUE(operator_test::has(text, "alice@test")) << text;
  EXPECT_TRUE(operator_test::has(text, "dave@test")) << text;
  const auto done = command("root@test/desk", "node='disconnect-user' sessionid='" + session(asked) + "'",
                            "<field var='jids'><value>alice@test</value></field>"
                            "<field var='quit-message'><value>good night</value></field>");
  EXPECT_EQ(note(done), "One person was disconnected.");
  EXPECT_TRUE(operator_test::has(seen, "good night")) << seen;
  const auto& log = script.network->log;
  EXPECT_NE(std::find(log.begin(), log.end(), "one: stop ended by an administrator"), log.end());
  EXPECT_NE(std::find(log.begin(), log.end(), "two: stop ended by an administrator"), log.end());
  const Overview overview = script.overview();
  for (const SessionOverview& each : overview.sessions) {
    EXPECT_EQ(each.state == SessionOverview::State::ready, each.person == "dave@test") << each.person;
  }
}

TEST_F(Connections, AreNotEndedByOthers) {
  script.joins("alice", "#tea%one");
  const auto refused = command("dave@test/home", "node='disconnect-user'");
  EXPECT_EQ(refused.get("type"), "error") << xmpp::to_xml(refused);
  EXPECT_EQ(script.overview().sessions.front().state, SessionOverview::State::ready);
}

TEST_F(Connections, AreCountedByServerInTheStatus) {
  script.joins("alice", "#tea%one");
  script.joins("alice", "#tea%two");
  script.joins("dave", "#tea%one");
  script.part_says("two", chat::Lost{Fault::unavailable, "Ping timeout", script.clock.now() + std::chrono::seconds{5}});
  const std::string status = script.says("status");
  std::istringstream lines{status};
  std::vector<std::string> rows;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string row;
    for (std::string word; words >> word;) row += (row.empty() ? "" : " ") + word;
    rows.push_back(std::move(row));
  }
  EXPECT_NE(std::find(rows.begin(), rows.end(), "one 2 0 0 0"), rows.end()) << status;
  EXPECT_NE(std::find(rows.begin(), rows.end(), "two 0 0 1 0"), rows.end()) << status;
}

}  // namespace
}  // namespace dragoman::gateway::connections_test
