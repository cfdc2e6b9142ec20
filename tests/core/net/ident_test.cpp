#include "net/ident.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include "net/graveyard.hpp"
#include "support/loop_test.hpp"
#include "support/socket.hpp"

namespace dragoman::net {
namespace {

using namespace std::chrono_literals;

struct IdentTest : test::LoopTest {
  Idents& idents = loop.idents();
};

TEST_F(IdentTest, NamesThePersonBehindAConnection) {
  const Idents::Link asked{"192.0.2.1", "198.51.100.7", 0, 0};
  idents.add({"192.0.2.1", "198.51.100.7", 6193, 6667}, "k3mbq7xa2");
  EXPECT_EQ(answer_ident(idents, "6193, 6667", asked), "6193, 6667 : USERID : UNIX : k3mbq7xa2\r\n");
  EXPECT_EQ(answer_ident(idents, " 6193 ,6667 ", asked), "6193 ,6667 : USERID : UNIX : k3mbq7xa2\r\n");
  EXPECT_EQ(answer_ident(idents, "6193, 6697", asked), "6193, 6697 : ERROR : NO-USER\r\n");
  idents.remove({"192.0.2.1", "198.51.100.7", 6193, 6667});
  EXPECT_EQ(answer_ident(idents, "6193, 6667", asked), "6193, 6667 : ERROR : NO-USER\r\n");
}

TEST_F(IdentTest, TellsOnlyTheServerThatTheConnectionGoesTo) {
  idents.add({"192.0.2.1", "198.51.100.7", 6193, 6667}, "k3mbq7xa2");
  EXPECT_EQ(answer_ident(idents, "6193, 6667", {"192.0.2.1", "203.0.113.9", 0, 0}), "6193, 6667 : ERROR : NO-USER\r\n");
  EXPECT_EQ(answer_ident(idents, "6193, 6667", {"192.0.2.2", "198.51.100.7", 0, 0}), "6193, 6667 : ERROR : NO-USER\r\n")
      << "another person may have the same port at another address of ours";
}

TEST_F(IdentTest, RefusesPortsThatAreNone) {
  for (const char* line : {"0, 23", "70000, 23", "23, 99999999999"}) {
    EXPECT_EQ(answer_ident(idents, line, {}), std::string{line} + " : ERROR : INVALID-PORT\r\n");
  }
}

TEST_F(IdentTest, LeavesWhoDoesNotAsk) {
  for (const char* line : {"", ",", "6193", "6193 6667", "GET / HTTP/1.0", "-1, 5", "1, 2, 3", "a, b", "1,\x01"}) {
    EXPECT_EQ(answer_ident(idents, line, {}), "") << line;
  }
}

TEST_F(IdentTest, TakesMappedAddressesForWhatTheyAre) {
  const Idents::Link link =
      Idents::link_of(*parse_address("::ffff:192.0.2.1", 113), *parse_address("2001:db8::7", 5000));
  EXPECT_EQ(link, (Idents::Link{"192.0.2.1", "2001:db8::7", 113, 5000}));
}

struct IdentServerTest : IdentTest {
  IdentServerTest() {
    std::uint16_t port = 0;
    { port = test::Listener{}.port(); }
    place = {"127.0.0.1", port};
    const auto listening = idents.listen(place);
    EXPECT_TRUE(listening);
  }
  ~IdentServerTest() override {
    idents.close(place, graveyard);
    turn_until([this] { return graveyard.empty(); });
  }
  test::Socket call() {
    test::Socket caller{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const Address address = *parse_address(place.host, place.port);
    EXPECT_EQ(::connect(caller.descriptor(), address.get(), address.size), 0);
    return caller;
  }
  std::string answer_to(test::Socket& caller) {
    std::string answer;
    turn_until([&] {
      loop.post([] {});
      answer += caller.read();
      return answer.ends_with("\r\n") || caller.ended();
    });
    return answer;
  }
  Endpoint place;
  Graveyard graveyard;
};

TEST_F(IdentServerTest, AnswersOneQuestionAfterTheOther) {
  idents.add({"127.0.0.1", "127.0.0.1", 4000, 6667}, "alice");
  test::Socket caller = call();
  caller.write("4000, 66");
  settle();
  caller.write("67\r\n");
  EXPECT_EQ(answer_to(caller), "4000, 6667 : USERID : UNIX : alice\r\n");
  caller.write("4001, 6667\r\n");
  EXPECT_EQ(answer_to(caller), "4001, 6667 : ERROR : NO-USER\r\n");
}

TEST_F(IdentServerTest, LeavesWhoIsSlowOrTalksNonsense) {
  test::Socket slow = call(), endless = call(), rude = call();
  slow.write("4000, ");
  endless.write(std::string(513, '1'));
  rude.write("USER root\r\n");
  EXPECT_EQ(answer_to(endless), "");
  EXPECT_EQ(answer_to(rude), "");
  settle();
  EXPECT_FALSE(slow.ended());
  advance(10s);
  EXPECT_EQ(answer_to(slow), "");
}

TEST_F(IdentServerTest, IsSharedByNetworksOfOnePlace) {
  ASSERT_TRUE(idents.listen(place));
  idents.close(place, graveyard);
  test::Socket caller = call();
  caller.write("1, 2\r\n");
  EXPECT_EQ(answer_to(caller), "1, 2 : ERROR : NO-USER\r\n");
}

TEST_F(IdentServerTest, TakesOnlySoManyAtATime) {
  std::vector<test::Socket> many;
  for (int i = 0; i < 260; ++i) {
    many.push_back(call());
    settle();
  }
  turn_until([&] {
    loop.post([] {});
    return many.back().ended();
  });
  EXPECT_FALSE(many.front().ended());
}

TEST_F(IdentTest, SaysWhyItCannotListen) {
  test::Listener other;
  const auto listening = idents.listen({"127.0.0.1", other.port()});
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().fault, Fault::conflict);
}

}  // namespace
}  // namespace dragoman::net
