#include "backends/matrix/signals.hpp"

#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

namespace dragoman::backends::matrix {
namespace {

using namespace std::chrono_literals;
using test::MatrixScript;

const std::string typing = "PUT /rooms/!tea:hs.test/typing/@alice:hs.test";

class MatrixSignals : public testing::Test, protected MatrixScript {
 protected:
  const chat::Conversation tea{chat::RoomId{"#tea%hs.test"}, {}};

  MatrixSignals() {
    is_ready();
    is_in("tea", {{"@bob:hs.test", "Bob"}, {"@carol:hs.test", "Carol"}});
  }
  void room_tells(const std::string& ephemeral) {
    syncs(R"({"rooms": {"join": {"!tea:hs.test": {"ephemeral": {"events": [)" + ephemeral + "]}}}}}");
  }
};

TEST_F(MatrixSignals, TypingIsRefreshedBeforeTheHomeserverForgetsIt) {
  owner_asks(chat::SetTyping{tea, true});
  we_ask(typing);
  EXPECT_EQ(body_of(typing)["typing"], true);
  homeserver_answers(typing);
  time_passes(26s);
  we_ask(typing);
  homeserver_answers(typing);
  owner_asks(chat::SetTyping{tea, false});
  we_ask(typing);
  EXPECT_EQ(body_of(typing)["typing"], false);
}

TEST_F(MatrixSignals, WhoSaysNothingForFiveMinutesDoesNotTypeAnyMore) {
  owner_asks(chat::SetTyping{tea, true});
  for (int i = 0; i < 13; ++i) {
    if (is_open(typing)) homeserver_answers(typing);
    time_passes(25s);
  }
  while (is_open(typing)) homeserver_answers(typing);
  forget();
  time_passes(1min);
  we_ask_nothing();
}

TEST_F(MatrixSignals, TypingOfOthersIsToldOnceEach) {
  room_tells(R"({"type": "m.typing", "content": {"user_ids": ["@bob:hs.test", "@alice:hs.test"]}})");
  owner_hears("Typing #tea%hs.test");
  EXPECT_EQ(last<chat::Typing>().author.name, "Bob");
  EXPECT_TRUE(last<chat::Typing>().typing);
  room_tells(R"({"type": "m.typing", "content": {"user_ids": ["@carol:hs.test"]}})");
  owner_hears("Typing #tea%hs.test", "Typing #tea%hs.test");
}

TEST_F(MatrixSignals, AReadMarkIsBothOfMatrix) {
  owner_asks(chat::MarkRead{tea, chat::MessageId{"$1"}});
  const std::string request = "POST /rooms/!tea:hs.test/read_markers";
  we_ask(request);
  EXPECT_EQ(body_of(request)["m.read"], "$1");
  EXPECT_EQ(body_of(request)["m.fully_read"], "$1");
  homeserver_answers(request);
  owner_hears("Done 2");
}

TEST(MatrixPrivateReads, AreToldToTheHomeserverAlone) {
  test::MatrixScript script;
  script.keeps_its_reads_private();
  script.is_ready();
  script.is_in("tea");
  script.owner_asks(chat::MarkRead{{chat::RoomId{"#tea%hs.test"}, {}}, chat::MessageId{"$1"}});
  const nlohmann::json body = script.body_of("POST /rooms/!tea:hs.test/read_markers");
  EXPECT_EQ(body, nlohmann::json::parse(R"({"m.fully_read":"$1","m.read.private":"$1"})"));
}

TEST_F(MatrixSignals, ReceiptsOfOthersAndOfOurselvesElsewhereAreTold) {
  room_tells(R"({"type": "m.receipt", "content": {"$1": {"m.read": {"@bob:hs.test": {"ts": 1}}},
                 "$2": {"m.read.private": {"@alice:hs.test": {"ts": 2}}}}})");
  owner_hears("ReadUpTo #tea%hs.test", "ReadUpTo #tea%hs.test");
  EXPECT_TRUE(last<chat::ReadUpTo>().author.self);
  EXPECT_EQ(last<chat::ReadUpTo>().message.text, "$2");
}

TEST_F(MatrixSignals, ReceiptsOfNonsenseAreIgnored) {
  room_tells(
      R"({"type": "m.receipt", "content": {"$1": 5, "$2": {"m.read": []}, "$3": {"m.other": {"@bob:hs.test": {}}}}})");
  owner_hears_nothing();
}

TEST_F(MatrixSignals, PresenceIsToldAtMostOnceInTenSecondsAndTheLastOneCounts) {
  const std::string presence = "PUT /presence/@alice:hs.test/status";
  owner_asks(chat::SetPresence{chat::Availability::away, "tea"});
  we_ask(presence);
  EXPECT_EQ(body_of(presence)["presence"], "unavailable");
  EXPECT_EQ(body_of(presence)["status_msg"], "tea");
  homeserver_answers(presence);
  owner_asks(chat::SetPresence{chat::Availability::available, ""});
  owner_asks(chat::SetPresence{chat::Availability::extended_away, ""});
  we_ask_nothing();
  time_passes(11s);
  we_ask(presence);
  EXPECT_EQ(body_of(presence)["presence"], "unavailable");
  EXPECT_FALSE(body_of(presence).contains("status_msg"));
}

TEST_F(MatrixSignals, ALimitOfPresenceHoldsNoMessageUp) {
  owner_asks(chat::SetPresence{chat::Availability::away, ""});
  homeserver_answers("PUT /presence", R"({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 9996})", 429);
  forget();
  owner_asks(chat::SendMessage{tea, chat::plain("hello"), 1});
  we_ask("PUT /rooms/!tea:hs.test/send/m.room.message/d0000000000000001");
}

}  // namespace
}  // namespace dragoman::backends::matrix
