#include "irc_server.hpp"

#include <string>

#include <gtest/gtest.h>

namespace bench {
namespace {

class IrcServerTest : public testing::Test {
 protected:
  std::shared_ptr<IrcClient> joined(const std::string& nick, const std::string& capabilities) {
    auto client = server_.add(tcp::socket(loop_.io()));
    client->open = false;  // what the server says stays in `out`
    server_.receive(*client, "CAP REQ :" + capabilities);
    server_.receive(*client, "NICK " + nick);
    server_.receive(*client, "USER " + nick + " 0 * :test");
    server_.receive(*client, "CAP END");
    server_.receive(*client, "JOIN #tea");
    return client;
  }

  static void forget(const std::shared_ptr<IrcClient>& client) { client->out.clear(); }

  static const std::string& all_tags() {
    static const std::string names = "message-tags server-time echo-message labeled-response";
    return names;
  }

  Loop loop_;
  IrcServer server_{loop_, all_tags(), 10};
  std::shared_ptr<IrcClient> alice_ = joined("u1", all_tags());
  std::shared_ptr<IrcClient> bob_ = joined("u2", all_tags());
  std::shared_ptr<IrcClient> carol_ = joined("u3", all_tags());
};

/// Of the only line that the client was sent.
std::string tag(const IrcClient& client, std::string_view key) {
  return std::string(parse_irc_line(client.out).tag(key));
}

TEST_F(IrcServerTest, GivesAllCopiesOfOneChannelLineTheSameIdAndTime) {
  for (const auto& client : {alice_, bob_, carol_}) forget(client);
  server_.broadcast(server_.channel("#tea"), {":bot!bot@virtual.test PRIVMSG #tea :one for all"});
  ASSERT_NE(tag(*alice_, "msgid"), "");
  ASSERT_NE(tag(*alice_, "time"), "");
  EXPECT_EQ(alice_->out, bob_->out);
  EXPECT_EQ(alice_->out, carol_->out);
}

TEST_F(IrcServerTest, GivesTheSendersEchoTheIdAndTimeThatTheOthersSee) {
  for (const auto& client : {alice_, bob_, carol_}) forget(client);
  server_.receive(*alice_, "@label=7 PRIVMSG #tea :hello");
  EXPECT_EQ(tag(*alice_, "label"), "7");
  ASSERT_NE(tag(*bob_, "msgid"), "");
  EXPECT_EQ(tag(*bob_, "label"), "");
  for (const char* const key : {"msgid", "time"}) {
    EXPECT_EQ(tag(*alice_, key), tag(*bob_, key));
    EXPECT_EQ(tag(*alice_, key), tag(*carol_, key));
  }
}

TEST_F(IrcServerTest, GivesADirectMessageAndItsEchoTheSameId) {
  for (const auto& client : {alice_, bob_}) forget(client);
  server_.receive(*alice_, "PRIVMSG u2 :psst");
  ASSERT_NE(tag(*bob_, "msgid"), "");
  EXPECT_EQ(tag(*alice_, "msgid"), tag(*bob_, "msgid"));
}

TEST_F(IrcServerTest, GivesEachLineAnIdOfItsOwn) {
  forget(bob_);
  server_.receive(*alice_, "PRIVMSG #tea :same words");
  const std::string first = tag(*bob_, "msgid");
  forget(bob_);
  server_.receive(*alice_, "PRIVMSG #tea :same words");
  EXPECT_NE(tag(*bob_, "msgid"), first);
}

TEST_F(IrcServerTest, GivesNoTagsToAClientThatDidNotAskForThem) {
  const auto dave = joined("u4", "echo-message");
  forget(dave);
  server_.receive(*alice_, "PRIVMSG #tea :hello");
  EXPECT_EQ(dave->out, ":u1!u1@gw.test PRIVMSG #tea :hello\r\n");
}

TEST_F(IrcServerTest, RefusesCapabilitiesThatItDoesNotOffer) {
  const auto dave = joined("u4", "sasl");
  EXPECT_EQ(dave->granted, 0U);
  EXPECT_NE(dave->out.find(" NAK :sasl"), std::string::npos);
}

}  // namespace
}  // namespace bench
