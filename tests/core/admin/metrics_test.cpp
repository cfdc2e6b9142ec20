#include "admin/metrics.hpp"

#include <set>
#include <sstream>
#include <unistd.h>

#include "admin/metrics_text.hpp"
#include "admin/process_facts.hpp"
#include "facts_fixture.hpp"

namespace dragoman::admin {
namespace {

using namespace std::chrono_literals;
using State = gateway::SessionOverview::State;

TEST(MetricsText, HasHelpTypeAndEscapedLabels) {
  MetricsText out;
  out.family("a_total", "counter", "What it is.");
  out.sample(std::uint64_t{18446744073709551615U}, {{"b", "say \"\\o/\"\n"}, {"c", ""}});
  out.sample(0.25);
  EXPECT_EQ(out.text(),
            "# HELP a_total What it is.\n# TYPE a_total counter\n"
            "a_total{b=\"say \\\"\\\\o/\\\"\\n\",c=\"\"} 18446744073709551615\na_total 0.25\n");
}

TEST(MetricsText, CountsBucketsUpToTheirLimit) {
  Histogram times;
  for (const auto took : {1ms, 2ms, 60'000ms, 4'000'000ms}) times.add(took);
  times.add(-5ms);  // the clock was set back
  MetricsText out;
  out.family("t", "histogram", "h");
  out.sample(times, {{"op", "x"}});
  const std::string text = out.text();
  for (const char* line :
       {"t_bucket{op=\"x\",le=\"0.001\"} 2\n", "t_bucket{op=\"x\",le=\"0.0025\"} 3\n",
        "t_bucket{op=\"x\",le=\"5\"} 3\n", "t_bucket{op=\"x\",le=\"60\"} 4\n", "t_bucket{op=\"x\",le=\"3600\"} 4\n",
        "t_bucket{op=\"x\",le=\"+Inf\"} 5\n", "t_sum{op=\"x\"} 4060.003\n", "t_count{op=\"x\"} 5\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "is not in\n" << text;
  }
}

TEST(ProcessFacts, AreThoseOfThisProcess) {
  const auto before = read_process_facts();
  ASSERT_TRUE(before);
  EXPECT_GT(before->resident_bytes, 1'000'000U);
  EXPECT_GT(before->virtual_bytes, before->resident_bytes);
  EXPECT_GE(before->threads, 1U);
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_LT(before->started, now + 2);
  EXPECT_GT(before->started, now - 3600);
  const int copy = ::dup(0);
  EXPECT_EQ(read_process_facts()->open_files, before->open_files + 1);
  ::close(copy);
}

class Metrics : public test::AdminTest {
 protected:
  std::string written(const store::Reader::Counts& counts = {}) { return write_metrics(facts(), counts, {lag, {}, 3}); }
  /// The value of a sample by its whole name.
  std::string value(const std::string& sample, const store::Reader::Counts& counts = {}) {
    std::istringstream lines{written(counts)};
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(sample + ' ')) return line.substr(sample.size() + 1);
    }
    return "none";
  }
  Histogram lag;
};

TEST_F(Metrics, CountSessionsByState) {
  network.overview.sessions = {test::make_session("a@test", State::ready), test::make_session("b@test", State::ready),
                               test::make_session("c@test", State::lost)};
  const std::string of = "dragoman_sessions{backend=\"irc\",network=\"irc.test\",state=";
  EXPECT_EQ(value(of + "\"ready\"}"), "2");
  EXPECT_EQ(value(of + "\"lost\"}"), "1");
  EXPECT_EQ(value(of + "\"refused\"}"), "0");
}

gateway::UplinkOverview uplink(std::string part, State state) {
  gateway::UplinkOverview made;
  made.part = std::move(part);
  made.state = state;
  return made;
}

TEST_F(Metrics, CountConnectionsToEachServerOfSeveral) {
  const std::string of = "dragoman_server_sessions{network=\"irc.test\",server=";
  EXPECT_EQ(written().find("dragoman_server_sessions"), std::string::npos) << "a network that is one has no servers";
  network.overview.sessions = {test::make_session("a@test", State::ready), test::make_session("b@test", State::ready)};
  network.overview.sessions[0].parts = {uplink("irc.lan", State::ready), uplink("irc.oftc.net", State::lost)};
  network.overview.sessions[1].parts = {uplink("irc.lan", State::ready)};
  EXPECT_EQ(value(of + "\"irc.lan\",state=\"ready\"}"), "2");
  EXPECT_EQ(value(of + "\"irc.lan\",state=\"lost\"}"), "0");
  EXPECT_EQ(value(of + "\"irc.oftc.net\",state=\"lost\"}"), "1");
}

TEST_F(Metrics, CountNoMoreThanFiftyServers) {
  network.overview.sessions = {test::make_session("a@test", State::ready)};
  for (int i = 100; i < 160; ++i) {
    network.overview.sessions[0].parts.push_back(uplink("irc" + std::to_string(i) + ".example", State::ready));
  }
  const std::string of = "dragoman_server_sessions{network=\"irc.test\",server=";
  EXPECT_EQ(value(of + "\"irc149.example\",state=\"ready\"}"), "1");
  EXPECT_EQ(value(of + "\"irc150.example\",state=\"ready\"}"), "none");
}

TEST_F(Metrics, NameNobody) {
  network.overview.sessions = {test::make_session("alice@test", State::lost, "alice was lost")};
  network.overview.rooms = {test::make_room("#secret@irc.test", "alice@test")};
  const std::string text = written();
  EXPECT_EQ(text.find("alice"), std::string::npos);
  EXPECT_EQ(text.find("secret"), std::string::npos);
}

TEST_F(Metrics, CountRoomsAndWhoIsInThem) {
  network.overview.rooms = {test::make_room("#a@irc.test", "a@test"), test::make_room("#a@irc.test", "b@test"),
                            test::make_room("#b@irc.test", "a@test")};
  EXPECT_EQ(value("dragoman_rooms{backend=\"irc\",network=\"irc.test\"}"), "2");
  EXPECT_EQ(value("dragoman_room_members{backend=\"irc\",network=\"irc.test\"}"), "3");
}

TEST_F(Metrics, TellHowLongTheOldestMessageWaits) {
  const std::string sample = "dragoman_queue_oldest_seconds{network=\"irc.test\",queue=\"to_network\"}";
  EXPECT_EQ(value(sample), "0");
  network.overview.sessions = {test::make_session("a@test", State::lost), test::make_session("b@test", State::lost)};
  network.overview.sessions[0].waiting = 2;
  network.overview.sessions[0].oldest = clock.utc() - 90s;
  network.overview.sessions[1].waiting = 3;
  network.overview.sessions[1].oldest = clock.utc() - 30s;
  EXPECT_EQ(value(sample), "90");
  EXPECT_EQ(value("dragoman_queue_depth{network=\"irc.test\",queue=\"to_network\"}"), "5");
}

TEST_F(Metrics, HaveEveryMessageInOneState) {
  const store::Reader::Counts counts{21, 1, 2, 3, 5, 10};
  EXPECT_EQ(value("dragoman_messages_accepted_total", counts), "21");
  unsigned long sum = 0;
  for (const char* state : {"queued", "delivered", "returning", "returned", "held"}) {
    sum += std::stoul(value("dragoman_messages{state=\"" + std::string{state} + "\"}", counts));
  }
  EXPECT_EQ(sum, 21U);
}

TEST_F(Metrics, TellOfTheComponent) {
  EXPECT_EQ(value("dragoman_component_up{network=\"irc.test\"}"), "1");
  network.overview.link_up = false;
  network.overview.link_ups = 4;
  EXPECT_EQ(value("dragoman_component_up{network=\"irc.test\"}"), "0");
  EXPECT_EQ(value("dragoman_component_reconnects_total{network=\"irc.test\"}"), "3");
  EXPECT_EQ(value("dragoman_build_info{version=\"1.2.3\"}"), "1");
}

TEST_F(Metrics, CountErrorsByTheirCondition) {
  network.overview.errors_received = {{"item-not-found", 2}, {"remote-server-timeout", 1}};
  network.overview.errors_sent = {{"item-not-found", 5}};
  const std::string of = "dragoman_stanza_errors_total{network=\"irc.test\",dir=";
  EXPECT_EQ(value(of + "\"in\",condition=\"item-not-found\"}"), "2");
  EXPECT_EQ(value(of + "\"in\",condition=\"remote-server-timeout\"}"), "1");
  EXPECT_EQ(value(of + "\"out\",condition=\"item-not-found\"}"), "5");
}

TEST_F(Metrics, CountWhatWasTooMuch) {
  network.overview.traffic.joins_limited = 1;
  network.overview.traffic.messages_limited = 2;
  network.overview.traffic.registrations_limited = 4;
  const std::string of = "dragoman_rate_limited_total{network=\"irc.test\",scope=";
  EXPECT_EQ(value(of + "\"rooms_per_minute\"}"), "1");
  EXPECT_EQ(value(of + "\"messages_per_minute\"}"), "2");
  EXPECT_EQ(value(of + "\"registrations_per_hour\"}"), "4");
  EXPECT_EQ(value("dragoman_rate_limited_total{scope=\"status_page_logins\"}"), "3");
}

TEST_F(Metrics, CountStrangersWhereThereIsAListenerForThem) {
  EXPECT_EQ(written().find("dragoman_public_http"), std::string::npos);
  strangers = net::HttpServer::Counts{2, 30, 4};
  network.files = media::Proxy::Counts{5, 6000, 7, 8};
  EXPECT_EQ(value("dragoman_public_http_connections"), "2");
  EXPECT_EQ(value("dragoman_public_http_requests_total"), "30");
  EXPECT_EQ(value("dragoman_public_http_refused_total"), "4");
  const std::string of = "dragoman_media_files_total{network=\"irc.test\",result=";
  EXPECT_EQ(value(of + "\"begun\"}"), "5");
  EXPECT_EQ(value(of + "\"failed\"}"), "7");
  EXPECT_EQ(value(of + "\"limited\"}"), "8");
  EXPECT_EQ(value("dragoman_media_bytes_total{network=\"irc.test\"}"), "6000");
}

TEST_F(Metrics, TellWhetherTheConfigurationIsThatOfTheFile) {
  config.taken = Timestamp{1700000001500ms};
  EXPECT_EQ(value("dragoman_config_last_reload_success_timestamp_seconds"), "1700000001.5");
  EXPECT_EQ(value("dragoman_config_last_reload_successful"), "1");
  config.refused = true;
  EXPECT_EQ(value("dragoman_config_last_reload_successful"), "0");
}

TEST_F(Metrics, DescribeEveryFamilyOnceBeforeItsSamples) {
  std::set<std::string> seen;
  std::string current;
  std::istringstream lines{written()};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# HELP ")) {
      current = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(seen.insert(current).second) << current << " stands there twice";
    } else if (line.starts_with("# TYPE ")) {
      EXPECT_EQ(line.substr(7, line.find(' ', 7) - 7), current);
    } else {
      EXPECT_TRUE(line.starts_with(current)) << line;
    }
  }
  EXPECT_GT(seen.size(), 20U);
}

}  // namespace
}  // namespace dragoman::admin
