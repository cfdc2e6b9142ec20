#include "service_manager.hpp"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace dragoman {
namespace {

using namespace std::chrono_literals;
using Datagrams = std::vector<std::string>;

/// The manager's end of the socket. `name` as in $NOTIFY_SOCKET.
class Listener {
 public:
  explicit Listener(std::string name) : name_(std::move(name)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name_.data(), name_.size());
    const bool abstract = name_.front() == '@';
    if (abstract) address.sun_path[0] = '\0';
    const auto size = offsetof(sockaddr_un, sun_path) + name_.size() + (abstract ? 0 : 1);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), static_cast<socklen_t>(size)) != 0)
      ADD_FAILURE() << "bind: " << std::strerror(errno);
  }
  ~Listener() {
    close(socket_);
    if (name_.front() != '@') unlink(name_.c_str());
  }
  const std::string& name() const { return name_; }
  /// What came since the last call.
  Datagrams heard() {
    Datagrams all;
    char buffer[4096];
    ssize_t size = 0;
    while ((size = recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT)) >= 0)
      all.emplace_back(buffer, static_cast<std::size_t>(size));
    return all;
  }

 private:
  std::string name_;
  int socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

std::string path_of_this_process() {
  return (std::filesystem::temp_directory_path() / ("dragoman-notify-" + std::to_string(getpid()))).string();
}

struct ServiceManagerTest : ::testing::Test {
  void pass(Duration time) {
    clock.advance(time);
    timers.run(clock.now());
  }
  test::ManualClock clock;
  Timers timers{clock};
  Listener listener{path_of_this_process()};
};

TEST_F(ServiceManagerTest, HearsThatTheProgramIsReadyAndThatItStops) {
  ServiceManager manager{timers, {listener.name(), {}}};
  manager.ready();
  manager.stopping();
  EXPECT_EQ(listener.heard(), (Datagrams{"READY=1", "STOPPING=1\nSTATUS=stopping"}));
}

TEST_F(ServiceManagerTest, ListensOnAbstractSocketsToo) {
  Listener abstract{"@dragoman-notify-" + std::to_string(getpid())};
  ServiceManager manager{timers, {abstract.name(), {}}};
  manager.ready();
  EXPECT_EQ(abstract.heard(), Datagrams{"READY=1"});
}

TEST_F(ServiceManagerTest, GetsEachStatusOnceAndOnOneLine) {
  ServiceManager manager{timers, {listener.name(), {}}};
  manager.status("irc.test: connected");
  manager.status("irc.test: connected");
  manager.status("irc.test: lost\nREADY=1");
  EXPECT_EQ(listener.heard(), (Datagrams{"STATUS=irc.test: connected", "STATUS=irc.test: lost READY=1"}));
}

TEST_F(ServiceManagerTest, IsFedTwiceInTheTimeOfItsWatchdog) {
  ServiceManager manager{timers, {listener.name(), 60s}};
  manager.watch([] { return true; });
  EXPECT_EQ(listener.heard(), Datagrams{"WATCHDOG=1"});
  pass(29s);
  EXPECT_EQ(listener.heard(), Datagrams{});
  pass(1s);
  EXPECT_EQ(listener.heard(), Datagrams{"WATCHDOG=1"});
  pass(30s);
  EXPECT_EQ(listener.heard(), Datagrams{"WATCHDOG=1"});
}

TEST_F(ServiceManagerTest, IsNotFedWhileTheProgramIsNotHealthy) {
  ServiceManager manager{timers, {listener.name(), 60s}};
  bool healthy = false;
  manager.watch([&] { return healthy; });
  pass(30s);
  EXPECT_EQ(listener.heard(), Datagrams{});
  healthy = true;
  pass(30s);
  EXPECT_EQ(listener.heard(), Datagrams{"WATCHDOG=1"});
}

TEST_F(ServiceManagerTest, IsNotFedWithoutAWatchdog) {
  ServiceManager manager{timers, {listener.name(), {}}};
  manager.watch([] { return true; });
  EXPECT_EQ(listener.heard(), Datagrams{});
  EXPECT_FALSE(timers.next());
}

TEST_F(ServiceManagerTest, MayBeAbsentOrDeaf) {
  ServiceManager none{timers, {}};
  none.ready();
  ServiceManager deaf{timers, {"/nowhere/socket", {}}};
  deaf.ready();
  ServiceManager strange{timers, {std::string(200, 'x'), {}}};
  strange.ready();
  EXPECT_EQ(listener.heard(), Datagrams{});
}

TEST(ServiceManagerOffer, IsTakenOutOfTheEnvironment) {
  setenv("NOTIFY_SOCKET", "@socket", 1);
  setenv("WATCHDOG_USEC", "30000000", 1);
  setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  const auto offer = ServiceManager::take_offer();
  EXPECT_EQ(offer.socket, "@socket");
  EXPECT_EQ(offer.watchdog, Duration{30s});
  for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) EXPECT_EQ(getenv(name), nullptr);
}

TEST(ServiceManagerOffer, KnowsAWatchdogOfAnotherProcess) {
  setenv("WATCHDOG_USEC", "30000000", 1);
  setenv("WATCHDOG_PID", "1", 1);
  EXPECT_FALSE(ServiceManager::take_offer().watchdog);
  setenv("WATCHDOG_USEC", "soon", 1);
  EXPECT_FALSE(ServiceManager::take_offer().watchdog);
}

TEST_F(ServiceManagerTest, HearsOfAReloadWithItsTime) {
  ServiceManager manager{timers, {listener.name(), {}}};
  timespec before{};
  clock_gettime(CLOCK_MONOTONIC, &before);
  manager.reloading();
  manager.ready();
  const Datagrams heard = listener.heard();
  ASSERT_EQ(heard.size(), 2U);
  const std::string beginning = "RELOADING=1\nMONOTONIC_USEC=";
  ASSERT_TRUE(heard[0].starts_with(beginning)) << heard[0];
  const long long told = std::stoll(heard[0].substr(beginning.size()));
  const long long earliest = static_cast<long long>(before.tv_sec) * 1'000'000 + before.tv_nsec / 1000;
  EXPECT_GE(told, earliest);
  EXPECT_LE(told, earliest + 60'000'000);
  EXPECT_EQ(heard[1], "READY=1");
}

}  // namespace
}  // namespace dragoman
