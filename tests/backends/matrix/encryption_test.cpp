#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

// Encrypted rooms: nothing leaves for them in the clear, whatever was said when; and where a machine that has keys
// would open and seal.

namespace dragoman::backends::matrix::encryption_test {
namespace {

using test::MatrixScript;

/// Writes what is inside beside it.
class Transparent final : public EncryptionMachine {
 public:
  std::optional<Event> open(const std::string&, const Event& sealed) override {
    Event event = sealed;
    event.type = text_at(sealed.content, "type");
    event.content = object_at(sealed.content, "content");
    return event;
  }
  std::optional<Error> refusal(const std::string&) const override { return std::nullopt; }
  Result<std::string> seal(const std::string& room_id, const std::string& type, const std::string& content) override {
    return nlohmann::json{{"room", room_id}, {"type", type}, {"content", nlohmann::json::parse(content)}}.dump();
  }

 private:
  static std::string text_at(const nlohmann::json& value, const char* key) { return value.value(key, ""); }
  static nlohmann::json object_at(const nlohmann::json& value, const char* key) {
    return value.value(key, nlohmann::json::object());
  }
};

class MatrixEncryption : public testing::Test, protected MatrixScript {
 protected:
  const chat::Conversation tea{chat::RoomId{"#tea%hs.test"}, {}};
  const chat::Conversation bob{{}, chat::PersonId{"bob%hs.test"}};

  void begins() {
    is_ready();
    is_in("tea", {{"@bob:hs.test", "Bob"}});
  }
  void tea_is_encrypted() {
    room_hears("!tea:hs.test",
               R"({"type": "m.room.encryption", "state_key": "", "sender": "@bob:hs.test", "event_id": "$e",
                   "content": {"algorithm": "m.megolm.v1.aes-sha2"}})");
    asked();
  }
  void bob_says_something(const std::string& id) {
    room_hears("!tea:hs.test", R"({"type": "m.room.encrypted", "sender": "@bob:hs.test", "event_id": ")" + id +
                                   R"(", "content": {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AAAA"}})");
  }
  chat::CommandId says(const std::string& text, chat::OnceKey key = 1) {
    return owner_asks(chat::SendMessage{tea, chat::plain(text), key});
  }
  void is_refused() {
    EXPECT_EQ(last<chat::Failed>().outcome, chat::Failed::Outcome::refused);
    EXPECT_EQ(last<chat::Failed>().fault, Fault::unacceptable);
    EXPECT_NE(last<chat::Failed>().text.find("encrypted"), std::string::npos) << last<chat::Failed>().text;
    we_ask_nothing();
    forget();
  }
  const std::string first = "PUT /rooms/!tea:hs.test/send/m.room.message/d0000000000000001";
};

TEST_F(MatrixEncryption, NothingIsSaidThereInTheClear) {
  begins();
  tea_is_encrypted();
  says("hello");
  is_refused();
  owner_asks(chat::EditMessage{tea, chat::MessageId{"$1"}, chat::plain("hello!"), 2});
  is_refused();
  owner_asks(chat::React{tea, chat::MessageId{"$1"}, {"🍵"}, 3});
  is_refused();
  chat::Content vote = chat::plain("1");
  vote.reply_to = chat::MessageId{"$poll"};
  owner_asks(chat::SendMessage{tea, vote, 4});
  is_refused();
  chat::Content file = chat::plain("https://up.test/tea.png");
  file.attachments.push_back({});
  file.attachments.back().url = file.text;
  owner_asks(chat::SendMessage{tea, file, 5});
  EXPECT_TRUE(transfers.empty()) << "its files are not uploaded";
  is_refused();
  chat::Content of_a_bridge = chat::plain("hello");
  of_a_bridge.shown_author = "carol";
  owner_asks(chat::SendMessage{tea, of_a_bridge, 6});
  is_refused();
}

TEST_F(MatrixEncryption, WhatWaitsWhenTheRoomIsEncryptedIsNotSent) {
  begins();
  says("one", 1);
  homeserver_answers(first, R"({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 5000})", 429);
  says("two", 2);
  we_ask(first);
  tea_is_encrypted();
  time_passes(std::chrono::seconds{10});
  we_ask_nothing();
  EXPECT_EQ(endings().size(), 3U) << "of joining and of both";
  is_refused();
}

TEST_F(MatrixEncryption, WhatIsTriedAgainIsNotSentAgain) {
  begins();
  says("one");
  we_ask(first);
  request_fails(first);
  tea_is_encrypted();
  time_passes(std::chrono::seconds{10});
  is_refused();
}

TEST_F(MatrixEncryption, WhatWaitsForItsFileIsNotSent) {
  begins();
  chat::Content content = chat::plain("https://up.test/tea.png");
  content.attachments.push_back({});
  content.attachments.back().url = content.text;
  owner_asks(chat::SendMessage{tea, content, 1});
  ASSERT_EQ(transfers.size(), 1U);
  tea_is_encrypted();
  upload_ends(transfers[0].id, Uploaded{"mxc://hs.test/abc", "tea.png", "image/png", 1234, 20, 10});
  is_refused();
}

TEST_F(MatrixEncryption, WhatIsTakenBackGoesWithoutItsReason) {
  begins();
  tea_is_encrypted();
  owner_asks(chat::RetractMessage{tea, chat::MessageId{"$1"}, "a secret", true, 7});
  const std::string redact = "PUT /rooms/!tea:hs.test/redact/$1/d0000000000000007";
  we_ask(redact);
  EXPECT_EQ(body_of(redact), nlohmann::json::object());
}

TEST_F(MatrixEncryption, OneLineOfABridgeThatIsTakenBackDoesNotSayTheOthersAgain) {
  begins();
  chat::Content line = chat::plain("one");
  line.shown_author = "carol";
  owner_asks(chat::SendMessage{tea, line, 1});
  homeserver_answers(first, R"({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 5000})", 429);
  line.text = "two";
  owner_asks(chat::SendMessage{tea, line, 2});
  time_passes(std::chrono::seconds{10});
  homeserver_answers(first, R"({"event_id": "$both"})");
  tea_is_encrypted();
  const chat::MessageId second = std::get<chat::Sent>(last<chat::Done>().answer).ids.front();
  owner_asks(chat::RetractMessage{tea, second, {}, false, 3});
  is_refused();
}

TEST_F(MatrixEncryption, ItIsKnownAfterARestart) {
  begins();
  tea_is_encrypted();
  restarts();
  is_ready();
  says("hello");
  is_refused();
}

TEST_F(MatrixEncryption, AHomeserverThatEncryptsEveryNewRoomIsAskedFirst) {
  is_ready();
  owner_asks(chat::SendMessage{bob, chat::plain("hello"), 1});
  homeserver_answers("POST /createRoom", R"({"room_id": "!new:hs.test"})");
  asked();
  homeserver_answers("GET /rooms/!new:hs.test/state/m.room.encryption", R"({"algorithm": "m.megolm.v1.aes-sha2"})");
  is_refused();
}

TEST_F(MatrixEncryption, ANewRoomThatIsNotEncryptedIsWrittenTo) {
  is_ready();
  owner_asks(chat::SendMessage{bob, chat::plain("hello"), 1});
  homeserver_answers("POST /createRoom", R"({"room_id": "!new:hs.test"})");
  asked();
  homeserver_refuses("GET /rooms/!new:hs.test/state/m.room.encryption", 404, "M_NOT_FOUND");
  we_ask("PUT /rooms/!new:hs.test/send/m.room.message/d0000000000000001");
}

TEST_F(MatrixEncryption, ThatItCannotBeReadIsSaidOnceAnHour) {
  begins();
  tea_is_encrypted();
  bob_says_something("$1");
  const auto& said = last<chat::MessageReceived>().content;
  EXPECT_EQ(said.kind, chat::Content::Kind::encrypted);
  EXPECT_EQ(said.encryption, "m.megolm.v1.aes-sha2");
  EXPECT_NE(said.text.find("encrypted"), std::string::npos);
  forget();
  bob_says_something("$2");
  owner_hears_nothing();
  time_passes(std::chrono::hours{2});
  forget();
  bob_says_something("$3");
  EXPECT_EQ(last<chat::MessageReceived>().id, chat::MessageId{"$3"});
}

TEST_F(MatrixEncryption, InThePastTooItIsSaidOnceAnHour) {
  begins();
  owner_asks(chat::GetHistory{tea, {}, {}, {}, {}, 50});
  nlohmann::json chunk = nlohmann::json::array();
  for (int minute = 149; minute >= 0; --minute) {  // newest first
    chunk.push_back({{"type", "m.room.encrypted"},
                     {"sender", "@bob:hs.test"},
                     {"event_id", "$" + std::to_string(minute)},
                     {"origin_server_ts", std::int64_t{60'000} * minute},
                     {"content", {{"algorithm", "m.megolm.v1.aes-sha2"}}}});
  }
  chunk.erase(chunk.begin() + 50, chunk.end());
  const nlohmann::json page = {{"chunk", chunk}};
  homeserver_answers("GET /rooms/!tea:hs.test/messages", page.dump());
  const auto& read = std::get<chat::HistoryPage>(last<chat::Done>().answer);
  EXPECT_EQ(read.messages.size(), 1U) << "of fifty minutes";
}

TEST_F(MatrixEncryption, AMachineOpensWhatIsSaid) {
  encrypts_by([] { return std::make_unique<Transparent>(); });
  begins();
  tea_is_encrypted();
  const nlohmann::json sealed = {{"type", "m.room.message"}, {"content", {{"msgtype", "m.text"}, {"body", "Tea?"}}}};
  room_hears("!tea:hs.test", R"({"type": "m.room.encrypted", "sender": "@bob:hs.test", "event_id": "$1", "content": )" +
                                 sealed.dump() + "}");
  EXPECT_EQ(last<chat::MessageReceived>().content.text, "Tea?");
  EXPECT_EQ(last<chat::MessageReceived>().id, chat::MessageId{"$1"});
}

TEST_F(MatrixEncryption, AMachineSealsWhatIsSaidAlsoWhatWaited) {
  encrypts_by([] { return std::make_unique<Transparent>(); });
  begins();
  says("one", 1);
  homeserver_answers(first, R"({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 5000})", 429);
  tea_is_encrypted();
  time_passes(std::chrono::seconds{10});
  const std::string sealed = "PUT /rooms/!tea:hs.test/send/m.room.encrypted/d0000000000000001";
  EXPECT_EQ(body_of(sealed)["type"], "m.room.message");
  EXPECT_EQ(body_of(sealed)["content"]["body"], "one");
  homeserver_answers(sealed, R"({"event_id": "$1"})");
  owner_asks(chat::React{tea, chat::MessageId{"$1"}, {"🍵"}, 3});
  homeserver_answers("GET /v1/rooms/!tea:hs.test/relations/$1", R"({"chunk": []})");
  EXPECT_EQ(body_of("PUT /rooms/!tea:hs.test/send/m.room.encrypted/d0000000000000003")["type"], "m.reaction");
}

}  // namespace
}  // namespace dragoman::backends::matrix::encryption_test
