#include "admin/control_server.hpp"

#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/gateway/operator_script.hpp"
#include "support/loop_test.hpp"

// The operator's socket: a real one.

namespace dragoman::admin {
namespace {

using gateway::operator_test::has;

/// An empty folder that goes with the test; others may look into it, so that only the socket's own mode counts.
class Folder {
 public:
  Folder() {
    if (::mkdtemp(name_.data()) == nullptr) std::abort();
    ::chmod(name_.c_str(), 0755);
  }
  ~Folder() {
    ::unlink(socket().c_str());
    ::rmdir(name_.c_str());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string socket() const { return name_ + "/control"; }

 private:
  std::string name_ = "/tmp/dragoman-control-XXXXXX";
};

int connect_to(const std::string& path) {
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return descriptor;
  ::close(descriptor);
  return -1;
}

struct ControlServerTest : test::LoopTest {
  Folder folder;
  gateway::operator_test::OperatorScript gateway;
  Control control{[] { return std::vector<std::string>{"irc.test"}; },
                  [this](const std::string&) { return &gateway.context(); }};
  ControlServer server{loop, control};

  ~ControlServerTest() override {
    bool stopped = false;
    server.stop([&] { stopped = true; });
    turn_until([&] { return stopped; });
  }
  void listen(std::optional<gid_t> group = {}) {
    const auto listening = server.listen({folder.socket(), group});
    ASSERT_TRUE(listening) << listening.error().text;
  }
  /// Everything that the server says until it closes.
  std::string heard(int descriptor) {
    std::string all;
    ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
    turn_until([&] {
      char buffer[4096];
      for (;;) {
        const ssize_t got = ::recv(descriptor, buffer, sizeof buffer, 0);
        if (got == 0) return true;
        if (got < 0) {
          loop.post([] {});  // the loop must not sleep: we are its other side
          return errno != EAGAIN;
        }
        all.append(buffer, static_cast<std::size_t>(got));
      }
    });
    ::close(descriptor);
    return all;
  }
  std::string asks(const std::string& text) {
    const int descriptor = connect_to(folder.socket());
    EXPECT_GE(descriptor, 0) << std::strerror(errno);
    EXPECT_EQ(::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    return heard(descriptor);
  }
  mode_t mode() const {
    struct stat status {};
    ::stat(folder.socket().c_str(), &status);
    return status.st_mode & 0777;
  }
};

TEST_F(ControlServerTest, AnswersALineAndCloses) {
  listen();
  EXPECT_EQ(asks("{\"word\":\"ban list\"}\n"), "{\"network\":\"irc.test\",\"bans\":[]}\n{\"done\":true,\"ok\":true}\n");
  EXPECT_TRUE(has(asks("nonsense\n"), "malformed"));
}

TEST_F(ControlServerTest, IsForItsUserAloneUnlessAGroupIsNamed) {
  listen();
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(ControlServerTest, IsForItsGroupToo) {
  listen(::getegid());
  EXPECT_EQ(mode(), 0660U);
}

TEST_F(ControlServerTest, EndsWithARequestThatIsTooLongAndWithOneThatNeverEnds) {
  listen();
  const int endless = connect_to(folder.socket());
  ASSERT_EQ(::send(endless, "{", 1, MSG_NOSIGNAL), 1);
  EXPECT_EQ(asks(std::string(70 * 1024, ' ')), "");
  advance(std::chrono::seconds{31});
  EXPECT_EQ(heard(endless), "");
}

TEST_F(ControlServerTest, ServesAtMostSixteenAtATime) {
  listen();
  std::vector<int> silent;
  for (int i = 0; i < 16; ++i) silent.push_back(connect_to(folder.socket()));
  settle();
  EXPECT_EQ(heard(connect_to(folder.socket())), "");
  for (const int descriptor : silent) ::close(descriptor);
  settle();
  EXPECT_TRUE(has(asks("{\"word\":\"ban list\"}\n"), "\"ok\":true"));
}

TEST_F(ControlServerTest, TakesThePlaceOfASocketThatNobodyListensOn) {
  const int left = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder.socket();
  std::copy(path.begin(), path.end(), address.sun_path);
  ASSERT_EQ(::bind(left, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(left);
  listen();
  EXPECT_TRUE(has(asks("{\"word\":\"ban list\"}\n"), "\"ok\":true"));
}

TEST_F(ControlServerTest, LeavesAloneWhatAnotherListensOnAndWhatIsNoSocket) {
  listen();
  ControlServer second{loop, control};
  const auto listening = second.listen({folder.socket(), {}});
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().fault, Fault::conflict);

  Folder other;
  ::close(::open(other.socket().c_str(), O_CREAT | O_WRONLY, 0600));
  const auto refused = second.listen({other.socket(), {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::unacceptable);
  EXPECT_TRUE(has(refused.error().text, "is something else"));
}

TEST_F(ControlServerTest, TakesItsFileAwayWhenItStops) {
  ControlServer shorter{loop, control};
  ASSERT_TRUE(shorter.listen({folder.socket(), {}}));
  ASSERT_EQ(::access(folder.socket().c_str(), F_OK), 0);
  bool stopped = false;
  shorter.stop([&] { stopped = true; });
  turn_until([&] { return stopped; });
  EXPECT_EQ(::access(folder.socket().c_str(), F_OK), -1);
}

/// Speaks as another user, from a process of its own.
std::string asks_as(uid_t user, gid_t group, const std::string& path, const std::function<void()>& meanwhile) {
  int pipes[2];
  if (::pipe(pipes) != 0) std::abort();
  const pid_t child = ::fork();
  if (child == 0) {
    const bool changed = ::setgroups(0, nullptr) == 0 && ::setgid(group) == 0 && ::setuid(user) == 0;
    const int descriptor = changed ? connect_to(path) : -1;
    std::string all = descriptor < 0 ? "cannot connect" : "";
    if (descriptor >= 0) {
      [[maybe_unused]] const auto sent = ::send(descriptor, "{\"word\":\"ban list\"}\n", 20, MSG_NOSIGNAL);
      char buffer[4096];
      for (ssize_t got; (got = ::recv(descriptor, buffer, sizeof buffer, 0)) > 0;) {
        all.append(buffer, static_cast<std::size_t>(got));
      }
    }
    [[maybe_unused]] const auto written = ::write(pipes[1], all.data(), all.size());
    ::_exit(0);
  }
  ::close(pipes[1]);
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) meanwhile();
  char buffer[4096];
  const ssize_t got = ::read(pipes[0], buffer, sizeof buffer);
  ::close(pipes[0]);
  return {buffer, static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

TEST_F(ControlServerTest, RefusesStrangersWhoseWayTheFileDidNotBar) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can speak as somebody else";
  constexpr uid_t stranger = 64999;
  constexpr gid_t friends = 64998, strangers = 64997;
  listen(friends);
  const auto turn = [this] { settle(); };
  EXPECT_EQ(asks_as(stranger, strangers, folder.socket(), turn), "cannot connect");
  EXPECT_TRUE(has(asks_as(stranger, friends, folder.socket(), turn), "\"ok\":true"));
  ::chmod(folder.socket().c_str(), 0666);  // somebody's mistake
  const std::string answer = asks_as(stranger, strangers, folder.socket(), turn);
  EXPECT_TRUE(has(answer, "\"fault\":\"forbidden\"")) << answer;
  EXPECT_FALSE(has(answer, "bans")) << answer;
}

}  // namespace
}  // namespace dragoman::admin
