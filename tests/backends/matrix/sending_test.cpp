#include "backends/matrix/sending.hpp"

#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

namespace dragoman::backends::matrix {
namespace {

using test::MatrixScript;

class MatrixSending : public testing::Test, protected MatrixScript {
 protected:
  const chat::Conversation tea{chat::RoomId{"#tea%hs.test"}, {}};

  MatrixSending() {
    is_ready();
    is_in("tea", {{"@bob:hs.test", "Bob"}});
  }
  static chat::Attachment file(const std::string& url, const std::string& name) {
    chat::Attachment attachment;
    attachment.url = url;
    attachment.name = name;
    return attachment;
  }
  chat::CommandId says(const std::string& text, chat::OnceKey key = 0x2a) {
    return owner_asks(chat::SendMessage{tea, chat::plain(text), key});
  }
};

TEST_F(MatrixSending, IsAnEventWhoseTransactionIsTheKey) {
  says("hello");
  const std::string request = "PUT /rooms/!tea:hs.test/send/m.room.message/d000000000000002a";
  we_ask(request);
  const nlohmann::json body = body_of(request);
  EXPECT_EQ(body["msgtype"], "m.text");
  EXPECT_EQ(body["body"], "hello");
  homeserver_answers(request, R"({"event_id": "$1"})");
  owner_hears("Done 2 sent $1");
}

TEST_F(MatrixSending, ThroughWhichGatewaysItCameIsCarriedAndRead) {
  chat::Content content = chat::plain("hello");
  content.via = "one two";
  owner_asks(chat::SendMessage{tea, content, 1});
  const nlohmann::json event = body_of("PUT /rooms/!tea:hs.test/send/m.room.message/d0000000000000001");
  room_hears(
      "!tea:hs.test",
      nlohmann::json{{"type", "m.room.message"}, {"sender", "@bob:hs.test"}, {"event_id", "$via"}, {"content", event}}
          .dump());
  EXPECT_EQ(last<chat::MessageReceived>().content.via, "one two");
}

TEST_F(MatrixSending, GoesOutOneAfterTheOther) {
  says("one", 1);
  says("two", 2);
  we_ask("PUT /rooms/!tea:hs.test/send/m.room.message/d0000000000000001");
  homeserver_answers("PUT", R"({"event_id": "$1"})");
  we_ask("PUT /rooms/!tea:hs.test/send/m.room.message/d0000000000000002");
}

TEST_F(MatrixSending, TheEchoOfSyncIsNoMessageOfOthers) {
  says("hello");
  room_hears("!tea:hs.test",
             R"({"type": "m.room.message", "sender": "@alice:hs.test", "event_id": "$1",
                 "content": {"msgtype": "m.text", "body": "hello"}, "unsigned": {"transaction_id": "d000000000000002a"}})");
  owner_hears_nothing();
  homeserver_answers("PUT", R"({"event_id": "$1"})");
  owner_hears("Done 2 sent $1");
}

TEST_F(MatrixSending, TheEchoOfAHomeserverThatTellsNoTransactionIsKnownByItsId) {
  says("hello");
  homeserver_answers("PUT", R"({"event_id": "$1"})");
  owner_hears("Done 2 sent $1");
  room_hears("!tea:hs.test", text(alice, "hello", "$1"));
  owner_hears_nothing();
}

TEST_F(MatrixSending, ARefusalIsToldInTheHomeserversWords) {
  says("hello");
  homeserver_refuses("PUT", 403, "M_FORBIDDEN", "You don't have permission to post to this room");
  const auto& failed = last<chat::Failed>();
  EXPECT_EQ(failed.outcome, chat::Failed::Outcome::refused);
  EXPECT_EQ(failed.fault, Fault::forbidden);
  EXPECT_NE(failed.text.find("permission to post"), std::string::npos) << failed.text;
}

TEST_F(MatrixSending, WhatIsUnderWayWhenTheHomeserverGoesMayBePerformedAgain) {
  says("hello");
  drops();
  const auto& failed = last<chat::Failed>();
  EXPECT_EQ(failed.outcome, chat::Failed::Outcome::not_sent);
}

TEST_F(MatrixSending, NothingIsWrittenInTheClearIntoAnEncryptedRoom) {
  room_hears("!tea:hs.test",
             R"({"type": "m.room.encryption", "state_key": "", "sender": "@bob:hs.test", "event_id": "$e",
                 "content": {"algorithm": "m.megolm.v1.aes-sha2"}})");
  forget();
  says("secret");
  we_ask_nothing();
  EXPECT_EQ(last<chat::Failed>().fault, Fault::unacceptable);
}

TEST_F(MatrixSending, FilesAreUploadedFirstAndWhatIsSaidMeanwhileStandsBehindThem) {
  chat::Content content = chat::plain("https://up.test/tea.png");
  content.attachments.push_back(file("https://up.test/tea.png", ""));
  owner_asks(chat::SendMessage{tea, content, 1});
  says("look", 2);
  we_ask_nothing();
  ASSERT_EQ(transfers.size(), 1U);
  EXPECT_EQ(transfers[0].url, "https://up.test/tea.png");
  upload_ends(transfers[0].id, Uploaded{"mxc://hs.test/abc", "tea.png", "image/png", 1234, 20, 10});
  const std::string request = "PUT /rooms/!tea:hs.test/send/m.room.message/d0000000000000001";
  we_ask(request);
  const nlohmann::json body = body_of(request);
  EXPECT_EQ(body["msgtype"], "m.image");
  EXPECT_EQ(body["url"], "mxc://hs.test/abc");
  EXPECT_EQ(body["info"]["w"], 20);
  EXPECT_EQ(body["info"]["size"], 1234);
  EXPECT_EQ(body["body"], "tea.png");
  homeserver_answers(request, R"({"event_id": "$1"})");
  we_ask("PUT /rooms/!tea:hs.test/send/m.room.message/d0000000000000002");
}

TEST_F(MatrixSending, AFileThatCannotBeUploadedStaysALinkAndItsSenderIsTold) {
  chat::Content content;
  content.attachments.push_back(file("https://up.test/film.mkv", "film.mkv"));
  owner_asks(chat::SendMessage{tea, content, 1});
  ASSERT_EQ(transfers.size(), 1U);
  upload_ends(transfers[0].id, Error{Fault::too_long, "it is larger than the homeserver takes"});
  EXPECT_EQ(body_of("PUT")["body"], "https://up.test/film.mkv");
  EXPECT_NE(last<chat::Notice>().text.find("larger than"), std::string::npos);
}

TEST_F(MatrixSending, AThumbnailIsUploadedBesideItsFile) {
  chat::Content content;
  content.attachments.push_back(file("https://up.test/film.mp4", "film.mp4"));
  content.attachments[0].thumbnail = chat::Thumbnail{"https://up.test/t.jpg", "image/jpeg", 0, 32, 18};
  owner_asks(chat::SendMessage{tea, content, 1});
  ASSERT_EQ(transfers.size(), 2U);
  EXPECT_EQ(transfers[1].url, "https://up.test/t.jpg");
  EXPECT_EQ(transfers[0].most, 0U);
  EXPECT_EQ(transfers[1].most, 1024U * 1024U) << "more is no thumbnail";
  upload_ends(transfers[0].id, Uploaded{"mxc://hs.test/abc", "film.mp4", "video/mp4", 1234, 0, 0});
  we_ask_nothing();
  upload_ends(transfers[1].id, Uploaded{"mxc://hs.test/t", "t.jpg", "image/jpeg", 99, 0, 0});
  const nlohmann::json info = body_of("PUT")["info"];
  EXPECT_EQ(info["mimetype"], "video/mp4");
  EXPECT_EQ(info["thumbnail_url"], "mxc://hs.test/t");
  EXPECT_EQ(info["thumbnail_info"], nlohmann::json::parse(R"({"mimetype":"image/jpeg","size":99,"w":32,"h":18})"));
}

TEST_F(MatrixSending, AFileIsSaidWithoutAThumbnailThatCannotBeHad) {
  for (const Result<Uploaded>& bad : {Result<Uploaded>{Error{Fault::not_found, "no"}},
                                      Result<Uploaded>{Uploaded{"mxc://hs.test/t", "t", "text/html", 9, 0, 0}}}) {
    chat::Content content;
    content.attachments.push_back(file("https://up.test/film.mp4", "film.mp4"));
    content.attachments[0].thumbnail = chat::Thumbnail{"https://up.test/t.jpg", {}, 0, 32, 18};
    transfers.clear();
    owner_asks(chat::SendMessage{tea, content, 1});
    ASSERT_EQ(transfers.size(), 2U);
    upload_ends(transfers[1].id, bad);
    upload_ends(transfers[0].id, Uploaded{"mxc://hs.test/abc", "film.mp4", "video/mp4", 1234, 0, 0});
    const nlohmann::json body = body_of("PUT");
    EXPECT_EQ(body["url"], "mxc://hs.test/abc");
    EXPECT_FALSE(body["info"].contains("thumbnail_url"));
    homeserver_answers("PUT", R"({"event_id": "$1"})");
  }
}

TEST_F(MatrixSending, AnEditNamesWhatItReplaces) {
  owner_asks(chat::EditMessage{tea, chat::MessageId{"$1"}, chat::plain("better"), 7});
  const nlohmann::json body = body_of("PUT /rooms/!tea:hs.test/send/m.room.message/d0000000000000007");
  EXPECT_EQ(body["m.relates_to"]["rel_type"], "m.replace");
  EXPECT_EQ(body["m.relates_to"]["event_id"], "$1");
  EXPECT_EQ(body["m.new_content"]["body"], "better");
}

TEST_F(MatrixSending, WhoIsNamedInTheTextIsCalled) {
  says("bob, Bob's tea and Bobby: `Bob`, Bob!");
  const nlohmann::json body = body_of("PUT");
  EXPECT_EQ(body["m.mentions"]["user_ids"], nlohmann::json::array({"@bob:hs.test"}));
  EXPECT_NE(body["formatted_body"].get<std::string>().find("matrix.to/#/%40bob%3Ahs.test"), std::string::npos);
}

TEST_F(MatrixSending, NobodyIsCalledByAPartOfAWordOrByTheirOwnName) {
  says("Bobby and Alice");
  EXPECT_FALSE(body_of("PUT")["m.mentions"].contains("user_ids"));
}

TEST_F(MatrixSending, ACorrectionCallsNobodyAgain) {
  owner_asks(chat::EditMessage{tea, chat::MessageId{"$1"}, chat::plain("Bob, tea"), 7});
  const nlohmann::json body = body_of("PUT");
  EXPECT_FALSE(body["m.mentions"].contains("user_ids"));
  EXPECT_EQ(body["m.new_content"]["m.mentions"]["user_ids"], nlohmann::json::array({"@bob:hs.test"}));
}

TEST_F(MatrixSending, ARetractionIsARedactionWithItsReason) {
  owner_asks(chat::RetractMessage{tea, chat::MessageId{"$1"}, "spam", true, 7});
  const std::string request = "PUT /rooms/!tea:hs.test/redact/$1/d0000000000000007";
  we_ask(request);
  EXPECT_EQ(body_of(request)["reason"], "spam");
  homeserver_answers(request, R"({"event_id": "$r"})");
  owner_hears("Done 2 sent");
}

TEST_F(MatrixSending, ALongTextIsSeveralEventsAndOneEnd) {
  says(std::string(100'000, 'x'), 1);
  std::size_t parts = 0;
  while (is_open("PUT")) homeserver_answers("PUT", R"({"event_id": "$)" + std::to_string(++parts) + "\"}");
  EXPECT_GT(parts, 1U);
  EXPECT_EQ(last<chat::Done>().command, chat::CommandId{2});
  EXPECT_EQ(std::get<chat::Sent>(last<chat::Done>().answer).ids.size(), parts);
}

TEST(MatrixTransactionId, IsTheSameForTheSameKeyAndAnotherForEachPart) {
  EXPECT_EQ(transaction_id(0x1f, 0), "d000000000000001f");
  EXPECT_EQ(transaction_id(0x1f, 2), "d000000000000001f-2");
}

}  // namespace
}  // namespace dragoman::backends::matrix
