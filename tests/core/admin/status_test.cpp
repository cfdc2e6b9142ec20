#include "admin/status.hpp"

#include <nlohmann/json.hpp>

#include "admin/health.hpp"
#include "admin/json_answer.hpp"
#include "base/log_problems.hpp"
#include "facts_fixture.hpp"

namespace dragoman::admin {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using State = gateway::SessionOverview::State;
using RoomState = gateway::RoomOverview::State;
using test::make_room;
using test::make_session;

class Status : public test::AdminTest {
 protected:
  Status() { log::forget_problems(); }
  json status() { return make_status(facts(), counts, rates); }
  std::string upstream() { return std::string{status()["networks"][0]["upstream"]["state"]}; }
  store::Reader::Counts counts;
  Rates rates{loop.timers()};
};

TEST_F(Status, TellsHowTheNetworkIsByItsPeople) {
  auto& sessions = network.overview.sessions;
  EXPECT_EQ(upstream(), "idle");
  sessions = {make_session("a@test", State::none), make_session("b@test", State::refused)};
  EXPECT_EQ(upstream(), "idle");
  sessions.push_back(make_session("c@test", State::connecting));
  EXPECT_EQ(upstream(), "connecting");
  sessions.push_back(make_session("d@test", State::lost, "refused"));
  EXPECT_EQ(upstream(), "down");
  sessions.push_back(make_session("e@test", State::ready));
  EXPECT_EQ(upstream(), "partial");
  sessions = {make_session("e@test", State::ready), make_session("a@test", State::none)};
  EXPECT_EQ(upstream(), "up");
}

TEST_F(Status, GivesTheNewestReason) {
  auto& sessions = network.overview.sessions;
  sessions = {make_session("a@test", State::lost, "old"), make_session("b@test", State::lost, "new"),
              make_session("c@test", State::ready, "fine")};
  sessions[0].since = clock.utc() - 2min;
  sessions[1].since = clock.utc() - 1min;
  sessions[2].since = clock.utc();
  EXPECT_EQ(status()["networks"][0]["upstream"]["text"], "new");
}

TEST_F(Status, PutsWhoIsInTroubleFirst) {
  network.overview.sessions = {make_session("a@test", State::none), make_session("b@test", State::ready),
                               make_session("c@test", State::lost), make_session("d@test", State::ready)};
  network.overview.sessions[3].waiting = 1;
  const json now = status();
  std::string order;
  for (const auto& row : now["people"]["rows"]) order += std::string{row["person"]}[0];
  EXPECT_EQ(order, "cdba");
}

TEST_F(Status, ShowsARoomOnceWithAllWhoAreInIt) {
  network.overview.rooms = {make_room("#a@irc.test", "a@test"), make_room("#a@irc.test", "b@test"),
                            make_room("#b@irc.test", "a@test", RoomState::lost)};
  network.overview.rooms[0].occupants = 9;
  const json rooms = status()["rooms"];
  ASSERT_EQ(rooms["all"], 2);
  EXPECT_EQ(rooms["rows"][0]["address"], "#b@irc.test") << "a room in trouble comes first";
  EXPECT_EQ(rooms["rows"][1]["people"], 2);
  EXPECT_EQ(rooms["rows"][1]["occupants"], 10);
  EXPECT_EQ(rooms["rows"][1]["states"], (json{{"joined", 2}}));
}

TEST_F(Status, SendsNotMoreThanAPageShows) {
  for (std::size_t i = 0; i < most_rows + 7; ++i) {
    network.overview.sessions.push_back(make_session(std::to_string(i) + "@test", State::ready));
  }
  EXPECT_EQ(status()["people"]["all"], most_rows + 7);
  EXPECT_EQ(status()["people"]["rows"].size(), most_rows);
}

TEST_F(Status, HasTheProblemsOfTheLog) {
  for (int i = 0; i < 2; ++i) log::note_problem("level=warn msg=\"network lost\" network=irc.test reason=refused");
  const json problems = status()["problems"];
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0]["count"], 2);
  EXPECT_EQ(problems[0]["level"], "warning");
  EXPECT_EQ(problems[0]["details"], "reason: refused");
}

TEST_F(Status, IsTextWhateverStrangersCallThemselves) {
  network.overview.sessions = {make_session("a@test", State::lost, "bad \xff bytes </script>\n\ndata: forged")};
  const std::string text = to_text(status());
  EXPECT_NE(text.find("bad \xef\xbf\xbd bytes"), std::string::npos);
  EXPECT_EQ(text.find('\n'), std::string::npos) << "a line of its own would be an event of its own";
}

TEST_F(Status, CountsTheMessagesOfEachStep) {
  const auto look = [&](std::uint64_t to_network, std::uint64_t to_people) {
    network.overview.traffic.accepted = to_network;
    network.overview.accepted_for_people = to_people;
    rates.look({network});
  };
  look(100, 10);
  EXPECT_TRUE(rates.history("irc.test").to_network.empty());
  look(103, 10);
  look(103, 15);
  EXPECT_EQ(rates.history("irc.test").to_network, (std::vector<std::uint64_t>{3, 0}));
  EXPECT_EQ(rates.history("irc.test").to_people, (std::vector<std::uint64_t>{0, 5}));
  look(1, 0);  // the network was started anew
  look(2, 0);
  EXPECT_EQ(rates.history("irc.test").to_network, (std::vector<std::uint64_t>{1}));
  for (std::size_t i = 0; i < 2 * Rates::steps; ++i) look(3 + i, 0);
  EXPECT_EQ(rates.history("irc.test").to_network.size(), Rates::steps);
  rates.look({});
  EXPECT_TRUE(rates.history("irc.test").to_network.empty());
}

TEST_F(Status, IsReadyWhenTheComponentIsConnectedAndTheStoreTakesMessages) {
  net::HttpResponse answer = answer_ready(facts());
  EXPECT_EQ(answer.status, 200);
  network.overview.link_up = false;
  network.link_text = "not connected: refused";
  answer = answer_ready(facts());
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(json::parse(answer.body)["components"][0],
            (json{{"network", "irc.test"}, {"ready", false}, {"reason", "not connected: refused"}}));
  network.overview.link_up = true;
  store.room_left = false;
  answer = answer_ready(facts());
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(json::parse(answer.body)["store"]["ready"], false);
}

}  // namespace
}  // namespace dragoman::admin
