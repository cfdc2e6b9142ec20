#include <gtest/gtest.h>

#include "support/matrix_script.hpp"

namespace dragoman::backends::matrix {
namespace {

using test::MatrixScript;

class MatrixSearching : public testing::Test, protected MatrixScript {
 protected:
  MatrixSearching() { is_ready(); }
};

TEST_F(MatrixSearching, PublicRoomsHaveTheirAliasAndTheirPeople) {
  owner_asks(chat::ListRooms{"tea*", 10, {}});
  EXPECT_EQ(body_of("POST /publicRooms")["filter"]["generic_search_term"], "tea");
  homeserver_answers("POST /publicRooms", R"({"chunk": [
      {"room_id": "!tea:hs.test", "canonical_alias": "#tea:hs.test", "name": "Tea", "num_joined_members": 5},
      {"room_id": "!X:hs.test", "name": 7, "num_joined_members": "many"}, 3]})");
  owner_hears("Done 1 rooms #tea%hs.test(5) !^x%hs.test(0)");
}

TEST_F(MatrixSearching, MoreThanOnePageIsReadUpToTheLimit) {
  owner_asks(chat::ListRooms{{}, 3, {}});
  homeserver_answers("POST /publicRooms", R"({"next_batch": "n", "chunk": [
      {"room_id": "!a:hs.test", "num_joined_members": 1}, {"room_id": "!b:hs.test", "num_joined_members": 1}]})");
  EXPECT_EQ(body_of("POST /publicRooms")["since"], "n");
  homeserver_answers("POST /publicRooms", R"({"next_batch": "m", "chunk": [
      {"room_id": "!c:hs.test", "num_joined_members": 1}, {"room_id": "!d:hs.test", "num_joined_members": 1}]})");
  owner_hears("Done 1 rooms !a%hs.test(1) !b%hs.test(1) !c%hs.test(1) and more");
}

TEST_F(MatrixSearching, SpacesAreLists) {
  syncs(R"({"rooms": {"join": {"!own:hs.test": {"state": {"events": [
      {"type": "m.room.create", "state_key": "", "sender": "@bob:hs.test", "event_id": "$c",
       "content": {"room_version": "11", "type": "m.space"}},
      {"type": "m.room.name", "state_key": "", "sender": "@bob:hs.test", "event_id": "$n", "content": {"name": "Own"}}]}}}}})");
  forget();
  owner_asks(chat::ListRooms{{}, 10, {}});
  homeserver_answers("POST /publicRooms", R"({"chunk": [
      {"room_id": "!own:hs.test", "name": "Own", "room_type": "m.space", "num_joined_members": 1},
      {"room_id": "!open:hs.test", "name": "Open", "room_type": "m.space", "num_joined_members": 1},
      {"room_id": "!tea:hs.test", "name": "Tea", "num_joined_members": 5}]})");
  std::vector<std::string> shown;
  for (const auto& room : std::get<chat::RoomList>(last<chat::Done>().answer).rooms) {
    shown.push_back(room.name + (room.is_list ? " (list)" : ""));
  }
  EXPECT_EQ(shown, (std::vector<std::string>{"Own (list)", "Open (list)", "Tea"}));
}

TEST_F(MatrixSearching, WhatIsInASpaceIsReadInPages) {
  const std::string hierarchy = "GET /v1/rooms/!space:hs.test/hierarchy?max_depth=1&limit=100";
  owner_asks(chat::ListRooms{{}, 10, {}, chat::RoomId{"!space%hs.test"}});
  we_ask(hierarchy);
  homeserver_answers(hierarchy, R"({"next_batch": "n", "rooms": [
      {"room_id": "!space:hs.test", "room_type": "m.space"}, {"room_id": "!a:hs.test", "num_joined_members": 1}, 7]})");
  we_ask(hierarchy + "&from=n");
  homeserver_answers(hierarchy + "&from=n", R"({"rooms": [{"room_id": "!b:hs.test", "num_joined_members": 2}]})");
  owner_hears("Done 1 rooms !a%hs.test(1) !b%hs.test(2)");
  owner_asks(chat::ListRooms{{}, 10, {}, chat::RoomId{"!gone%hs.test"}});
  homeserver_refuses("GET /v1/rooms/!gone:hs.test", 403, "M_FORBIDDEN", "not yours");
  owner_hears("Failed 2 refused forbidden: not yours");
}

TEST_F(MatrixSearching, PeopleComeFromTheDirectory) {
  owner_asks(chat::SearchPeople{"bo", 10, {}});
  EXPECT_EQ(body_of("POST /user_directory/search")["search_term"], "bo");
  homeserver_answers("POST /user_directory/search", R"({"limited": true, "results": [
      {"user_id": "@bob:hs.test", "display_name": "Bob"}, {"user_id": 3}]})");
  owner_hears("Done 1 some people bob%hs.test=Bob(Bob)");
}

TEST_F(MatrixSearching, AWholeIdIsAskedForItself) {
  owner_asks(chat::SearchPeople{"@dora:far.test", 10, {}});
  homeserver_answers("GET /profile/@dora:far.test", R"({"displayname": "Dora"})");
  owner_hears("Done 1 people dora%far.test=Dora(Dora)");
  owner_asks(chat::SearchPeople{"@nobody:far.test", 10, {}});
  homeserver_refuses("GET /profile/@nobody:far.test", 404, "M_NOT_FOUND");
  owner_hears("Done 2 people");
}

TEST_F(MatrixSearching, AProfileHasNameAndPicture) {
  owner_asks(chat::GetProfile{chat::PersonId{"bob%hs.test"}});
  homeserver_answers("GET /profile/@bob:hs.test", R"({"displayname": "Bob", "avatar_url": "mxc://hs.test/face"})");
  const auto& profile = std::get<chat::Profile>(last<chat::Done>().answer);
  EXPECT_EQ(profile.nickname, "Bob");
  EXPECT_EQ(profile.account, "@bob:hs.test");
  EXPECT_EQ(profile.picture, "mxc://hs.test/face");
}

TEST_F(MatrixSearching, APictureIsAThumbnailThatIsSmallEnough) {
  owner_asks(chat::GetPicture{"mxc://hs.test/face"});
  const std::string big = "GET /v1/media/thumbnail/hs.test/face?method=crop&animated=false&width=128";
  homeserver_answers_with(big, net::HttpResponse{200, {}, std::string(100'000, 'x')});
  homeserver_answers_with("GET /v1/media/thumbnail/hs.test/face?method=crop&animated=false&width=96",
                          net::HttpResponse{200, {}, "\x89PNG small"});
  EXPECT_EQ(std::get<chat::Picture>(last<chat::Done>().answer).bytes, "\x89PNG small");
}

TEST_F(MatrixSearching, AnOldHomeserverHasItsPicturesElsewhere) {
  owner_asks(chat::GetPicture{"mxc://hs.test/face"});
  homeserver_refuses("GET /v1/media/thumbnail/", 404, "M_UNRECOGNIZED");
  ASSERT_TRUE(is_open("GET /_matrix/media/v3/thumbnail/hs.test/face"));
}

TEST_F(MatrixSearching, OnesOwnPictureIsUploadedAndNamed) {
  owner_asks(chat::SetPicture{"\x89PNG..."});
  EXPECT_EQ(request_of("POST /_matrix/media/v3/upload").media_type, "image/png");
  homeserver_answers("POST /_matrix/media/v3/upload", R"({"content_uri": "mxc://hs.test/new"})");
  EXPECT_EQ(body_of("PUT /profile/@alice:hs.test/avatar_url")["avatar_url"], "mxc://hs.test/new");
  homeserver_answers("PUT /profile/@alice:hs.test/avatar_url");
  owner_hears("Done 1");
}

TEST_F(MatrixSearching, ANicknameIsThatOfTheRoomWhereItWasAskedFor) {
  is_in("tea");
  owner_asks(chat::SetNickname{"Lis", {}, chat::RoomId{"#tea%hs.test"}});
  const std::string request = "PUT /rooms/!tea:hs.test/state/m.room.member/@alice:hs.test";
  we_ask(request);
  EXPECT_EQ(body_of(request)["displayname"], "Lis");
  EXPECT_EQ(body_of(request)["membership"], "join");
  owner_asks(chat::SetNickname{"Alice L."});
  we_ask("PUT /profile/@alice:hs.test/displayname");
}

}  // namespace
}  // namespace dragoman::backends::matrix
