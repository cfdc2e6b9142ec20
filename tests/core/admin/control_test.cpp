#include "admin/control.hpp"

#include <nlohmann/json.hpp>

#include "core/gateway/operator_script.hpp"

// Lines of the operator's socket, without the socket.

namespace dragoman::admin {
namespace {

using gateway::operator_test::has;
using gateway::operator_test::OperatorScript;

/// Two networks; the second one is at a word as the first one is, but has people of its own.
struct ControlTest : ::testing::Test {
  OperatorScript first, second;
  std::vector<std::string> networks{"irc.test", "other.test"};
  Control control{[this] { return networks; },
                  [this](const std::string& jid) -> gateway::Context* {
                    if (jid == "irc.test") return &first.context();
                    return jid == "other.test" ? &second.context() : nullptr;
                  }};

  std::string asks(const std::string& line) {
    std::string answer = "no answer";
    int answers = 0;
    control.handle(line, "uid 0", [&](const std::string& lines) {
      answer = lines;
      ++answers;
    });
    first.end_turn();
    second.end_turn();
    EXPECT_EQ(answers, 1);
    return answer;
  }
};

constexpr const char* ok = "{\"done\":true,\"ok\":true}\n";
constexpr const char* not_ok = "{\"done\":true,\"ok\":false}\n";

TEST_F(ControlTest, AsksEachNetworkAndNamesIt) {
  first.joins("alice", "#tea");
  const std::string answer = asks(R"({"word": "room list"})");
  EXPECT_EQ(answer, std::string{"{\"network\":\"irc.test\",\"rooms\":[{\"room\":\"#tea@irc.test\",\"people\":1,"
                                "\"occupants\":1,\"joined\":1,\"joining\":0,\"lost\":0}]}\n"
                                "{\"network\":\"other.test\",\"rooms\":[]}\n"} +
                        ok);
}

TEST_F(ControlTest, AsksOneNetworkThatIsNamed) {
  EXPECT_EQ(asks(R"({"word": "ban list", "network": "other.test"})"),
            std::string{"{\"network\":\"other.test\",\"bans\":[]}\n"} + ok);
  EXPECT_EQ(asks(R"({"word": "ban list", "network": "nowhere.test"})"),
            std::string{"{\"error\":{\"fault\":\"not_found\",\"text\":\"There is no network nowhere.test in the "
                        "configuration.\"}}\n"} +
                not_ok);
}

TEST_F(ControlTest, AsksTheProgramOnceAndFirst) {
  const std::string answer = asks(R"({"word": "status"})");
  EXPECT_TRUE(answer.starts_with("{\"version\":\"dragoman test\",\"uptime_seconds\":0,")) << answer;
  EXPECT_TRUE(has(answer, "\"messages_add_up\":true")) << answer;
  EXPECT_TRUE(has(answer, "\n{\"network\":\"irc.test\",\"name\":\"TestNet\"")) << answer;
  EXPECT_EQ(asks(R"({"word": "log-level"})"), std::string{"{\"level\":\"info\",\"configured\":\"info\"}\n"} + ok);
}

TEST_F(ControlTest, IsContentWhenOneNetworkKnowsThePerson) {
  second.joins("alice", "#tea");
  const std::string answer = asks(R"({"word": "user disconnect", "arguments": {"jid": "alice@test"}})");
  EXPECT_EQ(answer, std::string{"{\"network\":\"other.test\",\"said\":\"alice@test is disconnected; they may come "
                                "again.\"}\n"} +
                        ok);
}

TEST_F(ControlTest, TellsWhatAllNetworksRefuse) {
  const std::string answer = asks(R"({"word": "ban add", "arguments": {"jid": "root@test"}})");
  EXPECT_TRUE(has(answer, "\"fault\":\"not_allowed\"")) << answer;
  EXPECT_EQ(answer.find("root@test is an"), answer.rfind("root@test is an")) << "the same words twice: " << answer;
  EXPECT_TRUE(answer.ends_with(not_ok));
}

TEST_F(ControlTest, SaysItForPeople) {
  EXPECT_EQ(asks(R"({"word": "ban list", "network": "irc.test", "text": true})"),
            std::string{"{\"network\":\"irc.test\",\"text\":\"nothing\\n\"}\n"} + ok);
}

TEST_F(ControlTest, RefusesWhatIsNoRequest) {
  for (const char* line :
       {"", "status", "[]", "{}", "{\"word\":", R"({"word": 1})", R"({"word": "status", "colour": "red"})",
        R"({"word": "ban add", "arguments": {"jid": 1}})", R"({"word": "ban add", "arguments": []})",
        R"({"word": "nothing"})", R"({"word": "ban add"})", R"({"word": "ban list", "arguments": {"x": "y"}})",
        R"({"word": "ban add", "arguments": {"jid": {"a": {"b": "c"}}}})"}) {
    const std::string answer = asks(line);
    EXPECT_TRUE(answer.starts_with("{\"error\":")) << line << ": " << answer;
    EXPECT_TRUE(answer.ends_with(not_ok)) << line << ": " << answer;
  }
  const std::string deep(60000, '[');
  EXPECT_TRUE(has(asks(deep), "malformed"));
  EXPECT_TRUE(has(asks("{\"word\":" + deep + std::string(60000, ']') + "}"), "malformed"));
}

TEST_F(ControlTest, GoesOnWhenANetworkIsGone) {
  networks = {"irc.test", "gone.test", "other.test"};
  const std::string answer = asks(R"({"word": "ban list"})");
  EXPECT_FALSE(has(answer, "gone.test")) << answer;
  EXPECT_TRUE(has(answer, "other.test")) << answer;
}

TEST_F(ControlTest, AnswersOnceLateAnswersHaveCome) {
  first.store.holds_reads = true;
  std::string answer;
  control.handle(R"({"word": "spool list"})", "uid 0", [&](const std::string& lines) { answer = lines; });
  EXPECT_EQ(answer, "");
  first.store.answer_reads();
  EXPECT_TRUE(answer.ends_with(ok)) << answer;
}

TEST_F(ControlTest, SaysNothingToALateAnswerWhenItIsGone) {
  first.store.holds_reads = true;
  bool answered = false;
  {
    Control shorter{[] { return std::vector<std::string>{"irc.test"}; },
                    [this](const std::string&) { return &first.context(); }};
    shorter.handle(R"({"word": "spool list"})", "uid 0", [&](const std::string&) { answered = true; });
  }
  first.store.answer_reads();
  EXPECT_FALSE(answered);
}

}  // namespace
}  // namespace dragoman::admin
