#include "backends/matrix/polls.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// Polls (MSC3381) in a network that has none: as text that is corrected.

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
    room_hears("!tea:hs.test", nlohmann::json{{"type", type},
                                              {"sender", user},
                                              {"event_id", id},
                                              {"origin_server_ts", clock.utc().time_since_epoch().count()},
                                              {"content", content}}
                                   .dump());
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
  static std::string started(const std::string& kind = "org.matrix.msc3381.poll.disclosed") {
    return R"({"type": "org.matrix.msc3381.poll.start", "sender": "@bob:hs.test", "event_id": "$poll", "content": {
        "org.matrix.msc3381.poll.start": {"kind": ")" +
           kind + R"(", "max_selections": 1, "question": {"org.matrix.msc1767.text": "What?"},
        "answers": [{"id": "c", "org.matrix.msc1767.text": "Cake"}, {"id": "s", "org.matrix.msc1767.text": "Scone"}]}}})";
  }
  static nlohmann::json vote(const std::string& user, const std::vector<std::string>& answers, const std::string& id,
                             std::int64_t time) {
    return {{"type", "org.matrix.msc3381.poll.response"},
            {"sender", user},
            {"event_id", id},
            {"origin_server_ts", time},
            {"content",
             {{"m.relates_to", {{"rel_type", "m.reference"}, {"event_id", "$poll"}}},
              {"org.matrix.msc3381.poll.response", {{"answers", answers}}}}}};
  }
  std::string shown() {
    const auto& edited = last<chat::MessageEdited>();
    EXPECT_EQ(edited.edited, chat::MessageId{"$poll"});
    EXPECT_EQ(edited.author.name, "Bob") << "a correction is that of who has said it";
    return edited.content.text;
  }
  std::size_t corrections() const {
    return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), [](const chat::Event& each) {
      return std::holds_alternative<chat::MessageEdited>(each);
    }));
  }
  std::string told() { return last<chat::MessageReceived>().content.text; }
  chat::CommandId answers(const std::string& text) {
    chat::Content content = chat::plain(text);
    content.reply_to = chat::MessageId{"$poll"};
    return owner_asks(chat::SendMessage{tea, content, 0x2a});
  }
  const std::string get_poll = "GET /rooms/!tea:hs.test/event/$poll";
  const std::string get_votes = "GET /v1/rooms/!tea:hs.test/relations/$poll/m.reference?limit=100";
};

TEST_F(MatrixPolls, AVoteCorrectsTheTextOfThePoll) {
  bob_asks();
  votes("@cid:hs.test", {"s"}, "$1");
  EXPECT_EQ(shown(), "What?\n1. Cake (0)\n2. Scone (1)\n1 person has voted.");
  EXPECT_EQ(last<chat::MessageEdited>().content.kind, chat::Content::Kind::poll);
  time_passes(std::chrono::minutes{1});
  votes("@cid:hs.test", {"c"}, "$2");
  EXPECT_EQ(shown(), "What?\n1. Cake (1)\n2. Scone (0)\n1 person has voted.") << "the latest vote of each counts";
  forget();
  votes("@cid:hs.test", {"c"}, "$3");
  owner_hears_nothing();
  time_passes(std::chrono::minutes{1});
  votes("@cid:hs.test", {}, "$4");
  EXPECT_EQ(shown(), "What?\n1. Cake (0)\n2. Scone (0)\n0 people have voted.");
}

TEST_F(MatrixPolls, VotesThatComeTogetherAreOneCorrection) {
  bob_asks();
  for (int i = 0; i < 20; ++i) {
    votes("@voter" + std::to_string(i) + ":hs.test", {"s"}, "$" + std::to_string(i));
  }
  EXPECT_EQ(corrections(), 1U);
  time_passes(std::chrono::seconds{6});
  EXPECT_EQ(corrections(), 2U);
  EXPECT_EQ(shown(), "What?\n1. Cake (0)\n2. Scone (20)\n20 people have voted.");
}

TEST_F(MatrixPolls, CorrectionsBecomeRarer) {
  bob_asks();
  for (int i = 0; i < 3600; i += 5) {
    votes("@cid:hs.test", {i % 2 == 0 ? "s" : "c"}, "$" + std::to_string(i));
    time_passes(std::chrono::seconds{5});
  }
  EXPECT_GT(corrections(), 10U);
  EXPECT_LT(corrections(), 25U) << "in an hour";
}

TEST_F(MatrixPolls, AnUndisclosedVoteIsCountedOnly) {
  bob_asks("org.matrix.msc3381.poll.undisclosed");
  votes("@cid:hs.test", {"s"}, "$1");
  EXPECT_EQ(shown(), "What?\n1. Cake\n2. Scone\n1 person has voted.");
  ends("@bob:hs.test");
  EXPECT_EQ(shown(), "What?\n1. Cake (0)\n2. Scone (1)\n1 person has voted. The poll has ended.");
}

TEST_F(MatrixPolls, AVoteForWhatIsNotAskedIsNone) {
  bob_asks();
  votes("@cid:hs.test", {"nothing"}, "$1");
  owner_hears_nothing();
}

TEST_F(MatrixPolls, TheEndTellsTheResultAndIsShownAtOnce) {
  bob_asks();
  votes("@cid:hs.test", {"s"}, "$1");
  votes("@bob:hs.test", {"s"}, "$2");
  ends("@bob:hs.test");
  EXPECT_EQ(told(), "The poll has ended: Scone 2, Cake 0.");
  EXPECT_EQ(last<chat::MessageReceived>().content.reply_to, chat::MessageId{"$poll"});
  EXPECT_EQ(shown(), "What?\n1. Cake (0)\n2. Scone (2)\n2 people have voted. The poll has ended.");
  forget();
  votes("@dan:hs.test", {"c"}, "$3");
  time_passes(std::chrono::minutes{10});
  owner_hears_nothing();
}

TEST_F(MatrixPolls, NobodyElseEndsIt) {
  bob_asks();
  ends("@cid:hs.test");
  owner_hears_nothing();
  ends("@bob:hs.test", "$end2");
  EXPECT_EQ(told(), "The poll has ended: Cake 0, Scone 0.");
}

TEST_F(MatrixPolls, TheEndOfOneThatNobodyKnowsIsInItsOwnWords) {
  ends("@bob:hs.test");
  we_ask(get_poll);
  homeserver_refuses(get_poll, 404, "M_NOT_FOUND");
  EXPECT_EQ(told(), "Over.");
}

TEST_F(MatrixPolls, OfOneFromBeforeARestartTheHomeserverTellsTheVotes) {
  votes("@cid:hs.test", {"s"}, "$3");
  we_ask(get_poll);
  homeserver_answers(get_poll, started());
  we_ask(get_votes);
  const nlohmann::json votes_told = {{"chunk",
                                      {vote("@cid:hs.test", {"s"}, "$3", 300), vote("@dan:hs.test", {"c"}, "$2", 200),
                                       vote("@cid:hs.test", {"c"}, "$1", 100)}}};
  homeserver_answers(get_votes, votes_told.dump());
  EXPECT_EQ(shown(), "What?\n1. Cake (1)\n2. Scone (1)\n2 people have voted.");
  EXPECT_EQ(corrections(), 1U);
}

TEST_F(MatrixPolls, VotesAreReadToTheirEnd) {
  votes("@cid:hs.test", {"s"}, "$3");
  homeserver_answers(get_poll, started());
  nlohmann::json page = {{"chunk", {vote("@cid:hs.test", {"s"}, "$3", 300)}}, {"next_batch", "more"}};
  homeserver_answers(get_votes, page.dump());
  page = {{"chunk", {vote("@dan:hs.test", {"s"}, "$2", 200)}}};
  homeserver_answers(get_votes + "&from=more", page.dump());
  EXPECT_EQ(shown(), "What?\n1. Cake (0)\n2. Scone (2)\n2 people have voted.");
}

TEST_F(MatrixPolls, AnEndThatTheHomeserverTellsOfEndsIt) {
  votes("@cid:hs.test", {"s"}, "$4");
  homeserver_answers(get_poll, started());
  nlohmann::json end = vote("@bob:hs.test", {}, "$3", 300);
  end["type"] = "org.matrix.msc3381.poll.end";
  const nlohmann::json told_of = {
      {"chunk", {vote("@cid:hs.test", {"s"}, "$4", 400), end, vote("@dan:hs.test", {"c"}, "$2", 200)}}};
  homeserver_answers(get_votes, told_of.dump());
  time_passes(std::chrono::minutes{1});
  owner_hears_nothing();
}

TEST_F(MatrixPolls, AVoteThatIsTakenBackIsCountedNoMore) {
  bob_asks();
  votes("@cid:hs.test", {"s"}, "$1");
  time_passes(std::chrono::minutes{1});
  forget();
  tea_hears("@cid:hs.test", "m.room.redaction", "$gone", {{"redacts", "$1"}});
  we_ask(get_votes);
  homeserver_answers(get_votes, R"({"chunk": []})");
  EXPECT_EQ(shown(), "What?\n1. Cake (0)\n2. Scone (0)\n0 people have voted.");
}

TEST_F(MatrixPolls, TheNumberOfAnAnswerIsAVote) {
  bob_asks();
  answers("2");
  const std::string put = "PUT /rooms/!tea:hs.test/send/org.matrix.msc3381.poll.response/d000000000000002a";
  we_ask(put);
  EXPECT_EQ(body_of(put)["org.matrix.msc3381.poll.response"]["answers"], nlohmann::json::array({"s"}));
  EXPECT_EQ(body_of(put)["m.relates_to"]["event_id"], "$poll");
  homeserver_answers(put, R"({"event_id": "$v"})");
  EXPECT_EQ(last<chat::Done>().command, chat::CommandId{2});
  EXPECT_EQ(shown(), "What?\n1. Cake (0)\n2. Scone (1)\n1 person has voted.");
  ends("@bob:hs.test");
  EXPECT_EQ(told(), "The poll has ended: Scone 1, Cake 0.");
  answers("1");
  EXPECT_EQ(last<chat::Failed>().text, "This poll has ended.");
}

TEST_F(MatrixPolls, OneFromBeforeARestartCanBeVotedIn) {
  answers("2");
  we_ask(get_poll);
  homeserver_answers(get_poll, started());
  homeserver_answers(get_votes, R"({"chunk": []})");
  const std::string put = "PUT /rooms/!tea:hs.test/send/org.matrix.msc3381.poll.response/d000000000000002a";
  EXPECT_EQ(body_of(put)["org.matrix.msc3381.poll.response"]["answers"], nlohmann::json::array({"s"}));
}

TEST_F(MatrixPolls, ANumberAsTheAnswerToWordsIsWordsAndStaysInItsPlace) {
  answers("2");
  owner_asks(chat::SendMessage{tea, chat::plain("sugars"), 0x2b});
  we_ask(get_poll);
  homeserver_answers(get_poll, text("@bob:hs.test", "How many?", "$poll"));
  const std::string first = "PUT /rooms/!tea:hs.test/send/m.room.message/d000000000000002a";
  we_ask(first);
  EXPECT_EQ(body_of(first)["body"], "2");
  homeserver_answers(first, R"({"event_id": "$w"})");
  we_ask("PUT /rooms/!tea:hs.test/send/m.room.message/d000000000000002b");
}

TEST_F(MatrixPolls, ANumberWhoseHomeserverIsLostIsPerformedAgain) {
  answers("2");
  drops();
  EXPECT_EQ(last<chat::Failed>().outcome, chat::Failed::Outcome::not_sent);
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
