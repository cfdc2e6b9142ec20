#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// Threads (client-server API, "Threading") for owners whose clients show them, and for those whose clients do not.

namespace dragoman::backends::matrix::threads_test {
namespace {

using test::MatrixScript;

class MatrixThreads : public testing::Test, protected MatrixScript {
 protected:
  void bob_says(const nlohmann::json& relation) {
    const nlohmann::json event = {
        {"type", "m.room.message"},
        {"sender", "@bob:hs.test"},
        {"event_id", "$said"},
        {"content", {{"msgtype", "m.text"}, {"body", "With milk."}, {"m.relates_to", relation}}}};
    room_hears("!tea:hs.test", event.dump());
  }
  void begins() {
    is_ready();
    is_in("tea", {{"@bob:hs.test", "Bob"}});
  }
  const chat::Content& said() const { return last<chat::MessageReceived>().content; }
};

TEST_F(MatrixThreads, AMessageInAThreadIsNoAnswer) {
  begins();
  bob_says({{"rel_type", "m.thread"},
            {"event_id", "$root"},
            {"m.in_reply_to", {{"event_id", "$before"}}},
            {"is_falling_back", true}});
  EXPECT_EQ(said().thread, "$root");
  EXPECT_TRUE(said().reply_to.empty());
}

TEST_F(MatrixThreads, InTheRoomItAnswersWhatItsSenderNamesForThat) {
  sees_threads_inline();
  begins();
  bob_says({{"rel_type", "m.thread"},
            {"event_id", "$root"},
            {"m.in_reply_to", {{"event_id", "$before"}}},
            {"is_falling_back", true}});
  EXPECT_EQ(said().reply_to, chat::MessageId{"$before"});
  EXPECT_EQ(said().thread, "$root") << "an answer to it belongs there";
}

TEST_F(MatrixThreads, InTheRoomItAnswersTheRootWhereItsSenderNamesNothing) {
  sees_threads_inline();
  begins();
  bob_says({{"rel_type", "m.thread"}, {"event_id", "$root"}});
  EXPECT_EQ(said().reply_to, chat::MessageId{"$root"});
}

TEST_F(MatrixThreads, InTheRoomAnAnswerStaysOne) {
  sees_threads_inline();
  begins();
  bob_says({{"rel_type", "m.thread"},
            {"event_id", "$root"},
            {"m.in_reply_to", {{"event_id", "$other"}}},
            {"is_falling_back", false}});
  EXPECT_EQ(said().reply_to, chat::MessageId{"$other"});
}

TEST_F(MatrixThreads, WhatIsInNoThreadIsLeftAlone) {
  sees_threads_inline();
  begins();
  room_hears("!tea:hs.test", text("@bob:hs.test", "Tea?", "$1"));
  EXPECT_TRUE(said().thread.empty());
  EXPECT_TRUE(said().reply_to.empty());
}

}  // namespace
}  // namespace dragoman::backends::matrix::threads_test
