#include "backends/matrix/polls.hpp"

#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// Polls (MSC3381) in a network that has none: as text.

namespace dragoman::backends::matrix::polls_test {
namespace {

using test::MatrixScript;

class MatrixPolls : public testing::Test, protected MatrixScript {
 protected:
  const chat::Conversation tea{chat::RoomId{"#tea%hs.test"}, {}};

  MatrixPolls() {
    is_ready();
    is_in("tea", {{"@bob:hs.test", "Bob"}, {"@cid:hs.test", "Cid"}});
  }
  void tea_hears(const std::string& user, const std::string& type, const std::string& id,
                 const nlohmann::json& content) {
    room_hears("!tea:hs.test",
               nlohmann::json{{"type", type}, {"sender", user}, {"event_id", id}, {"content", content}}.dump());
  }
  void bob_asks(const std::string& kind = "org.matrix.msc3381.poll.disclosed", int most = 1) {
    const auto words = [](const char* text) { return nlohmann::json{{"org.matrix.msc1767.text", text}}; };
    nlohmann::json cake = words("Cake"), scone = words("Scone");
    cake["id"] = "c";
    scone["id"] = "s";
    tea_hears("@bob:hs.test", "org.matrix.msc3381.poll.start", "$poll",
              {{"org.matrix.msc3381.poll.start",
                {{"kind", kind},
                 {"max_selections", most},
                 {"question", words("What?")},
                 {"answers", nlohmann::json::array({cake, scone})}}}});
    forget();
  }
  void votes(const std::string& user, const std::vector<std::string>& answers, const std::string& id) {
    tea_hears(user, "org.matrix.msc3381.poll.response", id,
              {{"m.relates_to", {{"rel_type", "m.reference"}, {"event_id", "$poll"}}},
               {"org.matrix.msc3381.poll.response", {{"answers", answers}}}});
  }
  void ends(const std::string& user, const std::string& id = "$end") {
    tea_hears(
        user, "org.matrix.msc3381.poll.end", id,
        {{"m.relates_to", {{"rel_type", "m.reference"}, {"event_id", "$poll"}}}, {"org.matrix.msc1767.text", "Over."}});
  }
  std::string told() { return last<chat::MessageReceived>().content.text; }
  chat::CommandId answers(const std::string& text) {
    chat::Content content = chat::plain(text);
    content.reply_to = chat::MessageId{"$poll"};
    return owner_asks(chat::SendMessage{tea, content, 0x2a});
  }
};

TEST_F(MatrixPolls, AVoteIsTold) {
  bob_asks();
  votes("@cid:hs.test", {"s"}, "$1");
  EXPECT_EQ(told(), "votes for: Scone");
  EXPECT_EQ(last<chat::MessageReceived>().content.kind, chat::Content::Kind::notice);
  EXPECT_EQ(last<chat::MessageReceived>().content.reply_to, chat::MessageId{"$poll"});
  votes("@cid:hs.test", {"c"}, "$2");
  EXPECT_EQ(told(), "votes for this now: Cake");
  forget();
  votes("@cid:hs.test", {"c"}, "$3");
  owner_hears_nothing();
  votes("@cid:hs.test", {}, "$4");
  EXPECT_EQ(told(), "takes the vote back");
}

TEST_F(MatrixPolls, AnUndisclosedVoteIsNotShown) {
  bob_asks("org.matrix.msc3381.poll.undisclosed");
  votes("@cid:hs.test", {"s"}, "$1");
  EXPECT_EQ(told(), "votes");
}

TEST_F(MatrixPolls, AVoteForWhatIsNotAskedIsNone) {
  bob_asks();
  votes("@cid:hs.test", {"nothing"}, "$1");
  owner_hears_nothing();
}

TEST_F(MatrixPolls, TheEndTellsTheResult) {
  bob_asks();
  votes("@cid:hs.test", {"s"}, "$1");
  votes("@bob:hs.test", {"s"}, "$2");
  ends("@bob:hs.test");
  EXPECT_EQ(told(), "The poll has ended: Scone 2, Cake 0.");
}

TEST_F(MatrixPolls, NobodyElseEndsIt) {
  bob_asks();
  ends("@cid:hs.test");
  owner_hears_nothing();
  ends("@bob:hs.test", "$end2");
  EXPECT_EQ(told(), "The poll has ended: Cake 0, Scone 0.");
}

TEST_F(MatrixPolls, TheEndOfOneThatNobodySawIsInItsOwnWords) {
  ends("@bob:hs.test");
  EXPECT_EQ(told(), "Over.");
}

TEST_F(MatrixPolls, TheNumberOfAnAnswerIsAVote) {
  bob_asks();
  answers("2");
  const std::string put = "PUT /rooms/!tea:hs.test/send/org.matrix.msc3381.poll.response/d000000000000002a";
  we_ask(put);
  EXPECT_EQ(body_of(put)["org.matrix.msc3381.poll.response"]["answers"], nlohmann::json::array({"s"}));
  EXPECT_EQ(body_of(put)["m.relates_to"]["event_id"], "$poll");
  homeserver_answers(put, R"({"event_id": "$v"})");
  owner_hears("Done 2 sent $v");
  ends("@bob:hs.test");
  EXPECT_EQ(told(), "The poll has ended: Scone 1, Cake 0.");
}

TEST_F(MatrixPolls, MoreAnswersThanMayBeChosenAreRefused) {
  bob_asks();
  answers("1, 2");
  owner_hears("Failed 2 refused unacceptable: At most 1 answers may be chosen in this poll.");
}

TEST_F(MatrixPolls, OtherAnswersAreWords) {
  bob_asks();
  for (const char* words : {"3", "0", "2 please", "", "2nd"}) {
    answers(std::string{words} + (*words == '\0' ? "no" : ""));
    EXPECT_TRUE(is_open("PUT /rooms/!tea:hs.test/send/m.room.message/")) << words;
    homeserver_answers("PUT /rooms/!tea:hs.test/send/m.room.message/", R"({"event_id": "$w"})");
  }
}

}  // namespace
}  // namespace dragoman::backends::matrix::polls_test
