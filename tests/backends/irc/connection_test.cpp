#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "backends/irc/ident.hpp"
#include "backends/irc/network.hpp"
#include "backends/irc/source.hpp"
#include "net/address.hpp"
#include "support/fixed_random.hpp"
#include "support/irc_events.hpp"
#include "support/loop_test.hpp"
#include "support/socket.hpp"

// The driver, over real sockets: a server that the test plays, one line at a time.

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using backends::irc::IrcNetwork;

/// Hears what a session says, as text; may act on an event.
class Ear final : public chat::Observer {
 public:
  explicit Ear(const Names& names) : names_(names) {}
  void on_event(const chat::Event& event) override {
    EXPECT_FALSE(performing) << "an event inside perform()";
    heard.push_back(describe(event, names_));
    if (on_heard) on_heard(heard.back());
  }
  bool has(std::string_view text) const {
    return std::any_of(heard.begin(), heard.end(), [text](const std::string& each) { return each.starts_with(text); });
  }
  std::vector<std::string> heard;
  std::function<void(const std::string&)> on_heard;
  bool performing = false;

 private:
  const Names& names_;
};

class IrcConnection : public LoopTest {
 protected:
  ~IrcConnection() override {
    session.reset();
    if (network)
      turn_until([this] {
        clock.advance(100ms);
        loop.post([] {});
        return network->idle();
      });
  }

  std::unique_ptr<chat::Network> make_network(const std::string& more) {
    Settings settings = Settings::from_text(
        "server = \"127.0.0.1:" + std::to_string(listener.port()) + "\"\ntls = false\nflood = false\n" + more,
        "test.toml");
    backends::NetworkConfig config{"irc.example.org", "Test", settings};
    auto made = backends::irc::make(config, services);
    EXPECT_TRUE(made) << settings.problems().front();
    return made;
  }
  void open_network(const std::string& more = {}) {
    network = make_network(more);
    ASSERT_TRUE(network);
    network->start();
    ear = std::make_unique<Ear>(network->names());
    chat::Account account;
    account.owner = "alice@example.org";
    account.nickname = "alice";
    session = network->open(account, *ear);
  }
  void perform(std::uint64_t id, const chat::Command& command) {
    ear->performing = true;
    session->perform(chat::CommandId{id}, command);
    ear->performing = false;
  }
  void accept() {
    settle();
    server = listener.accept();
    received.clear();
  }
  /// Turns until the server has got this line.
  void server_gets(const std::string& line) {
    turn_until([&] {
      loop.post([] {});
      received += server.read();
      return received.find(line + "\r\n") != std::string::npos;
    });
  }
  void hears(std::string_view text) {
    turn_until([&] {
      loop.post([] {});
      return ear->has(text);
    });
  }
  void become_ready() {
    session->start();
    accept();
    server_gets("CAP LS 302");
    server.write(":irc.test CAP * LS :\r\n:irc.test 001 alice :hi\r\n:irc.test 422 alice :No MOTD\r\n");
    hears("Ready alice");
  }
  FixedRandom random;
  net::Pressure pressure{loop};
  backends::Services services{loop,
                              random,
                              pressure,
                              [](std::string_view nick) { return std::string{nick}; },
                              [](std::string_view identity) { return std::string{identity}; },
                              "dragoman test",
                              "key"};
  Listener listener;
  Socket server;
  std::string received;
  std::unique_ptr<chat::Network> network;
  std::unique_ptr<Ear> ear;
  std::unique_ptr<chat::Session> session;
};

TEST_F(IrcConnection, RegistersJoinsTalksAndSaysGoodbye) {
  open_network();
  session->start();
  perform(1, chat::JoinRoom{chat::RoomId{"#tea"}, "alice", {}});
  accept();
  server_gets("CAP LS 302");
  server.write(":irc.test CAP * LS :\r\n");
  server_gets("NICK alice");
  server.write(":irc.test 001 alice :hi\r\n:irc.test 422 alice :No MOTD\r\n");
  server_gets("JOIN #tea");
  server.write(":alice!a@h JOIN #tea\r\n:irc.test 353 alice = #tea :alice @bob\r\n:irc.test 366 alice #tea :End\r\n");
  hears("RoomJoined #tea as alice with @bob");
  hears("Done 1");
  perform(2, chat::SendMessage{{chat::RoomId{"#tea"}, {}}, chat::plain("hello")});
  server_gets("PRIVMSG #tea :hello\r\nPING d1");
  server.write(":irc.test PONG irc.test :d1\r\n");
  hears("Done 2 sent");
  session->stop("good night");
  server_gets("QUIT :good night");
  server = {};
  const std::size_t before = ear->heard.size();
  settle();
  EXPECT_EQ(ear->heard.size(), before);
}

/// What the server asks about its connection to us (RFC 1413).
class IrcIdentd : public IrcConnection {
 protected:
  void connected() {
    session->start();
    accept();
    net::Address here, there;
    here.size = there.size = sizeof here.storage;
    ::getsockname(server.descriptor(), here.get(), &here.size);
    ::getpeername(server.descriptor(), there.get(), &there.size);
    ports = std::to_string(there.port()) + ", " + std::to_string(here.port());
  }
  /// Without the ports; empty: nobody listens there.
  std::string ask(std::uint16_t port) {
    Socket caller{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const net::Address identd = *net::parse_address("127.0.0.1", port);
    if (::connect(caller.descriptor(), identd.get(), identd.size) != 0) return {};
    caller.write(ports + "\r\n");
    std::string answer;
    turn_until([&] {
      loop.post([] {});
      answer += caller.read();
      return answer.ends_with("\r\n");
    });
    EXPECT_TRUE(answer.starts_with(ports)) << answer;
    return answer.substr(ports.size());
  }
  static std::string at(std::uint16_t port) { return "identd = \"127.0.0.1:" + std::to_string(port) + "\""; }
  static std::uint16_t free_port() { return Listener{}.port(); }

  std::string ports;
  const std::string alice = " : USERID : UNIX : " + backends::irc::ident("key", "alice@example.org") + "\r\n";
};

TEST_F(IrcIdentd, KnowsAConnectionBeforeTheServerAsks) {
  const std::uint16_t port = free_port();
  open_network(at(port));
  connected();
  EXPECT_EQ(ask(port), alice);
  session->stop("bye");
  server = {};
  turn_until([&] {
    clock.advance(100ms);
    loop.post([] {});
    return ask(port) == " : ERROR : NO-USER\r\n";
  });
  network->stop();
}

TEST_F(IrcIdentd, IsWhereAReloadPutsIt) {
  const std::uint16_t before = free_port();
  open_network(at(before));
  connected();
  EXPECT_EQ(ask(before), alice);
  std::uint16_t after = free_port();
  while (after == before) after = free_port();
  EXPECT_TRUE(network->take_settings(*make_network(at(after))));
  settle();
  EXPECT_EQ(ask(after), alice) << "who is connected is known there too";
  EXPECT_EQ(ask(before), "");
  EXPECT_TRUE(network->take_settings(*make_network({})));
  settle();
  EXPECT_EQ(ask(after), "");
  network->stop();
}

TEST_F(IrcConnection, ComesFromAnAddressOfThePersonsOwn) {
  open_network("source = [\"127.0.0.0/8\"]");
  session->start();
  accept();
  net::Address there;
  there.size = sizeof there.storage;
  ::getpeername(server.descriptor(), there.get(), &there.size);
  const auto sources = backends::irc::Sources::parse({"127.0.0.0/8"});
  const std::string mine = sources->of("key", "alice@example.org").front().address;
  EXPECT_TRUE(net::to_string(there).starts_with(mine + ':')) << net::to_string(there);
}

TEST_F(IrcConnection, FinishesItsGoodbyeWhenItsOwnerForgetsIt) {
  open_network();
  become_ready();
  session.reset();
  EXPECT_FALSE(network->idle());
  server_gets("QUIT :leaving");
  server.write("ERROR :Closing link\r\n");
  server = {};
  turn_until([this] {
    loop.post([] {});
    return network->idle();
  });
}

TEST_F(IrcConnection, WaitsForTheGoodbyeOfAnEarlierOneWhoseNicknameItWants) {
  open_network();
  become_ready();
  session->stop("account changed");
  session.reset();
  chat::Account account;
  account.owner = "alice@example.org";
  account.nickname = "alice";
  session = network->open(account, *ear);
  session->start();
  server_gets("QUIT :account changed");
  settle();
  EXPECT_FALSE(listener.is_asked());
  server = {};
  turn_until([this] {
    loop.post([] {});
    return listener.is_asked();
  });
  accept();
  server.write(":irc.test CAP * LS :\r\n");
  server_gets("NICK alice");
}

TEST_F(IrcConnection, ThatWasGivenUpBeforeItBeganIsNotWaitedForAndTakesNoPlace) {
  open_network();
  session->start();
  chat::Account account;
  account.owner = "alice@example.org";
  account.nickname = "tea_alice";
  // All in one turn, as when somebody enters a first room while they are being connected; more often than there are
  // places to connect from.
  for (int i = 0; i < 25; ++i) {
    session.reset();
    session = network->open(account, *ear);
    session->start();
  }
  accept();
  server.write(":irc.test CAP * LS :\r\n");
  server_gets("NICK tea_alice");
}

TEST_F(IrcConnection, DoesNotWaitForAServerThatKeepsTheLinkOpen) {
  open_network();
  become_ready();
  session.reset();
  server_gets("QUIT :leaving");
  turn_until([this] {
    clock.advance(100ms);
    loop.post([] {});
    return network->idle();
  });
}

TEST_F(IrcConnection, MayBeForgottenInsideAnEvent) {
  open_network();
  ear->on_heard = [this](const std::string&) { session.reset(); };
  session->start();
  accept();
  server.write(
      ":irc.test CAP * LS :\r\n:irc.test 001 alice :hi\r\n:irc.test 422 alice :No MOTD\r\n:irc.test NOTICE alice "
      ":x\r\n");
  server_gets("QUIT :leaving");
  EXPECT_EQ(ear->heard.size(), 1u);
}

TEST_F(IrcConnection, MayBeAskedInsideAnEvent) {
  open_network();
  ear->on_heard = [this](const std::string& text) {
    if (text == "Ready alice") perform(7, chat::Run{"VERSION"});
  };
  become_ready();
  server_gets("VERSION\r\nPING d1");
}

TEST_F(IrcConnection, ComesBackAndRejoins) {
  open_network("reconnect = { min = \"1s\", max = \"1s\" }");
  become_ready();
  perform(1, chat::JoinRoom{chat::RoomId{"#tea"}, "alice", {}});
  server_gets("JOIN #tea");
  server.write(":alice!a@h JOIN #tea\r\n:irc.test 366 alice #tea :End\r\n");
  hears("Done 1");
  server = {};
  hears("Lost closed");
  advance(1s);
  accept();
  server.write(":irc.test CAP * LS :\r\n");
  server_gets("NICK alice");
  server.write(":irc.test 001 alice :hi\r\n:irc.test 422 alice :No MOTD\r\n");
  server_gets("JOIN #tea");
}

TEST_F(IrcConnection, TriesAgainWhenNobodyListens) {
  listener.close();
  open_network();
  session->start();
  hears("Lost ");
  EXPECT_FALSE(ear->has("Lost closed for good"));
}

TEST_F(IrcConnection, WaitsWithAllOthersWhereTheServerWantsFewer) {
  open_network();
  session->start();
  accept();
  server.write("ERROR :Connection refused, too many connections from your IP address\r\n");
  server = {};
  hears("Lost limited");
  chat::Account bob;
  bob.owner = "bob@example.org";
  bob.nickname = "bob";
  Ear another{network->names()};
  const auto other = network->open(bob, another);
  other->start();
  turn_until([&] {
    loop.post([] {});
    return another.has("Lost limited: Connection refused, too many connections from your IP address");
  });
  advance(119s);
  EXPECT_FALSE(listener.is_asked());
  turn_until([this] {
    clock.advance(1s);
    loop.post([] {});
    return listener.is_asked();
  });
}

TEST_F(IrcConnection, ReadsNothingWhileTheOutputIsTooFull) {
  open_network();
  become_ready();
  pressure.set(true);
  server.write(":bob!b@h PRIVMSG alice :hello\r\n");
  settle();
  EXPECT_FALSE(ear->has("Message"));
  pressure.set(false);
  hears("Message in bob <bob> hello");
}

TEST_F(IrcConnection, LeavesAServerThatSendsALineWithoutEnd) {
  open_network();
  become_ready();
  const std::string much(16 * 1024, 'x');
  for (int i = 0; i < 8 && !ear->has("Lost"); ++i) {
    server.write(much);
    settle();
  }
  hears("Lost too_long: the IRC server sent a line of more than 64 KiB");
}

TEST_F(IrcConnection, SaysThingsInOneWriteForATurn) {
  open_network();
  become_ready();
  for (std::uint64_t id = 1; id <= 100; ++id) {
    perform(id, chat::SendMessage{{{}, chat::PersonId{"bob"}}, chat::plain("x")});
  }
  server_gets("PING d100");
  EXPECT_EQ(std::count(received.begin(), received.end(), '\n'), 100 + 1 + 4);  // and CAP LS, NICK, USER, CAP END
  server.write(":irc.test PONG irc.test d100\r\n");
  hears("Done 100 sent");
}

TEST_F(IrcConnection, WakesUpForItsDeadlines) {
  open_network();
  become_ready();
  perform(1, chat::GetProfile{chat::PersonId{"bob"}});
  server_gets("WHOIS bob bob");
  advance(15s);
  hears("Failed 1 unsure timeout");
  advance(15s);
  server_gets("PING alive");
  advance(30s);
  hears("Lost timeout");
}

TEST_F(IrcConnection, NamesAndAddressesAreThoseOfTheNetwork) {
  open_network();
  const auto room = network->parse("#Tea");
  ASSERT_TRUE(room);
  EXPECT_EQ(network->format(std::get<chat::RoomId>(*room)), "#tea");
  const auto nobody = network->parse("");
  ASSERT_TRUE(nobody);
  EXPECT_EQ(std::get<chat::Network::Console>(*nobody).server, "127.0.0.1");
  EXPECT_FALSE(network->parse("a b"));
  EXPECT_EQ(network->person_in_room(chat::RoomId{"#tea"}, "Alice")->text, "alice");
  EXPECT_TRUE(network->same_name("Alice", "aLICE", {}));
  EXPECT_FALSE(network->same_name("Alice", "Bob", {}));
  EXPECT_EQ(network->describe().kind, "irc");
}

}  // namespace
}  // namespace dragoman::test
