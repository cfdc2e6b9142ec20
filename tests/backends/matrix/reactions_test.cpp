#include "backends/matrix/reactions.hpp"

#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

namespace dragoman::backends::matrix {
namespace {

using test::MatrixScript;
using Emoji = std::vector<std::string>;

const std::string relations = "GET /v1/rooms/!tea:hs.test/relations/$1/m.annotation/m.reaction";

std::string reaction(std::string_view sender, std::string_view key, std::string_view id) {
  return nlohmann::json{
      {"type", "m.reaction"},
      {"sender", sender},
      {"event_id", id},
      {"content", {{"m.relates_to", {{"rel_type", "m.annotation"}, {"event_id", "$1"}, {"key", key}}}}}}
      .dump();
}
std::string redaction(std::string_view sender, std::string_view redacts) {
  return nlohmann::json{{"type", "m.room.redaction"},
                        {"sender", sender},
                        {"event_id", "$redaction"},
                        {"redacts", redacts},
                        {"content", {{"redacts", redacts}}}}
      .dump();
}

class MatrixReactions : public testing::Test, protected MatrixScript {
 protected:
  const chat::Conversation tea{chat::RoomId{"#tea%hs.test"}, {}};

  MatrixReactions() {
    is_ready();
    is_in("tea", {{"@bob:hs.test", "Bob"}});
  }
  void homeserver_knows(const std::vector<std::string>& reactions) {
    homeserver_answers(relations, R"({"chunk": [)" + joined_text(reactions) + "]}");
  }
};

TEST_F(MatrixReactions, OneMoreIsToldAsTheWholeSetOfThatPerson) {
  room_hears("!tea:hs.test", reaction("@bob:hs.test", "👍", "$a"));
  homeserver_knows({reaction("@bob:hs.test", "👍", "$a"), reaction("@bob:hs.test", "🎉", "$b")});
  const auto& changed = last<chat::ReactionsChanged>();
  EXPECT_EQ(changed.message.text, "$1");
  EXPECT_EQ(changed.author.name, "Bob");
  EXPECT_EQ(changed.emoji, (Emoji{"🎉", "👍"}));
}

TEST_F(MatrixReactions, ItIsAskedOnceAboutAMessage) {
  room_hears("!tea:hs.test", reaction("@bob:hs.test", "👍", "$a"));
  homeserver_knows({reaction("@bob:hs.test", "👍", "$a")});
  forget();
  room_hears("!tea:hs.test", reaction("@bob:hs.test", "🎉", "$b"));
  we_ask_nothing();
  EXPECT_EQ(last<chat::ReactionsChanged>().emoji, (Emoji{"🎉", "👍"}));
}

TEST_F(MatrixReactions, ARedactionTakesOneAway) {
  room_hears("!tea:hs.test", reaction("@bob:hs.test", "👍", "$a"));
  homeserver_knows({reaction("@bob:hs.test", "👍", "$a")});
  forget();
  room_hears("!tea:hs.test", redaction("@bob:hs.test", "$a"));
  owner_hears("ReactionsChanged #tea%hs.test");
  EXPECT_EQ(last<chat::ReactionsChanged>().emoji, Emoji{});
}

TEST_F(MatrixReactions, ARedactionAfterARestartIsStillOfAReaction) {
  room_hears("!tea:hs.test", reaction("@bob:hs.test", "👍", "$a"));
  homeserver_knows({reaction("@bob:hs.test", "👍", "$a")});
  restarts();
  is_ready();
  room_hears("!tea:hs.test", redaction("@bob:hs.test", "$a"));
  homeserver_knows({});
  EXPECT_EQ(last<chat::ReactionsChanged>().message.text, "$1");
  EXPECT_EQ(last<chat::ReactionsChanged>().emoji, Emoji{});
}

TEST_F(MatrixReactions, OurSetIsSentAsWhatIsMoreAndWhatIsLess) {
  owner_asks(chat::React{tea, chat::MessageId{"$1"}, {"👍", "🎉"}, 5});
  homeserver_knows({reaction(alice, "👍", "$a"), reaction(alice, "💔", "$b"), reaction("@bob:hs.test", "🎉", "$c")});
  const std::string less = "PUT /rooms/!tea:hs.test/redact/$b/d0000000000000005";
  homeserver_answers(less, R"({"event_id": "$r"})");
  const std::string more = "PUT /rooms/!tea:hs.test/send/m.reaction/d0000000000000005-1";
  EXPECT_EQ(body_of(more)["m.relates_to"]["key"], "🎉");
  homeserver_answers(more, R"({"event_id": "$d"})");
  owner_hears("Done 2 sent");
  // What we sent is known without a question.
  owner_asks(chat::React{tea, chat::MessageId{"$1"}, {"👍", "🎉"}, 6});
  owner_hears("Done 3 sent");
}

TEST_F(MatrixReactions, ASetThatFollowsAtOnceWaitsForTheOneBefore) {
  owner_asks(chat::React{tea, chat::MessageId{"$1"}, {"👍"}, 5});
  owner_asks(chat::React{tea, chat::MessageId{"$1"}, {"🎉"}, 6});
  owner_asks(chat::React{tea, chat::MessageId{"$1"}, {"🎉"}, 7});
  owner_asks(chat::React{tea, chat::MessageId{"$1"}, {}, 8});
  homeserver_knows({});
  homeserver_answers("PUT /rooms/!tea:hs.test/send/m.reaction/d0000000000000005", R"({"event_id": "$a"})");
  owner_hears("Done 2 sent");
  homeserver_answers("PUT /rooms/!tea:hs.test/redact/$a/d0000000000000006", R"({"event_id": "$r"})");
  homeserver_answers("PUT /rooms/!tea:hs.test/send/m.reaction/d0000000000000006-1", R"({"event_id": "$b"})");
  owner_hears("Done 3 sent", "Done 4 sent");
  homeserver_answers("PUT /rooms/!tea:hs.test/redact/$b/d0000000000000008", R"({"event_id": "$s"})");
  owner_hears("Done 5 sent");
}

TEST_F(MatrixReactions, OneThatIsThereAlreadyIsNoError) {
  owner_asks(chat::React{tea, chat::MessageId{"$1"}, {"👍"}, 5});
  homeserver_knows({});
  homeserver_refuses("PUT /rooms/!tea:hs.test/send/m.reaction/", 400, "M_DUPLICATE_ANNOTATION");
  owner_hears("Done 2 sent");
}

TEST_F(MatrixReactions, ARefusalIsTold) {
  owner_asks(chat::React{tea, chat::MessageId{"$1"}, {"👍"}, 5});
  homeserver_knows({});
  homeserver_refuses("PUT /rooms/!tea:hs.test/send/m.reaction/", 403, "M_FORBIDDEN");
  EXPECT_EQ(last<chat::Failed>().fault, Fault::forbidden);
}

}  // namespace
}  // namespace dragoman::backends::matrix
