#include "backends/matrix/media_store.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "backends/matrix/encrypted_file.hpp"
#include "backends/matrix/small_picture.hpp"
#include "support/loop_test.hpp"

namespace dragoman::backends::matrix {
namespace {

/// Answers in their order, and remembers what was asked.
class ScriptedHttp final : public net::HttpClient {
 public:
  net::Task<Result<net::HttpResponse>> send(net::HttpRequest request, net::HttpLimits) override {
    requests.push_back(request);
    if (answers.empty()) co_return failure(Fault::unavailable, "no answer is left");
    net::HttpResponse answer = std::move(answers.front());
    answers.erase(answers.begin());
    co_return answer;
  }
  std::vector<net::HttpResponse> answers;
  std::vector<net::HttpRequest> requests;
};

class MatrixMediaStore : public test::LoopTest {
 protected:
  using Opened = Result<std::unique_ptr<media::Incoming>>;

  Opened opens(media::Wanted wanted = {}, const std::string& owner = "alice@example.org") {
    return result_of<Opened>([=, this] { return store.open(MediaStore::id_of(owner, "mxc://hs.test/a/b c"), wanted); });
  }
  std::string reads(media::Incoming& file) {
    return *result_of<Result<std::string>>([&] { return file.read(); });
  }

  ScriptedHttp http;
  std::string token = "t0ken", next_token = "fr3sh";
  unsigned renewals = 0;
  MediaStore store{
      http,
      [this](const std::string& owner) -> std::optional<MediaStore::Access> {
        if (owner != "alice@example.org") return std::nullopt;
        return MediaStore::Access{{*parse_base_url("https://matrix.hs.test"), false}, Secret<std::string>{token}};
      },
      [this](std::string, Secret<std::string> stale) { return renewed(std::move(stale)); }};
  net::Task<bool> renewed(Secret<std::string> stale) {
    ++renewals;
    if (stale.reveal() == token) token = next_token;
    co_return stale.reveal() != token;
  }
};

TEST_F(MatrixMediaStore, AFileIsFetchedAsTheAccount) {
  http.answers = {{200, {{"Content-Type", "image/png"}, {"Content-Length", "4"}}, "\x89PNG"}};
  auto file = opens();
  ASSERT_TRUE(file) << file.error().text;
  EXPECT_EQ(http.requests.at(0).url.target, "/_matrix/client/v1/media/download/hs.test/a%2Fb%20c");
  EXPECT_EQ(http.requests.at(0).fields.get("Authorization"), "Bearer t0ken");
  EXPECT_EQ((*file)->media_type(), "image/png");
  EXPECT_EQ((*file)->size(), 4U);
  EXPECT_EQ(reads(**file), "\x89PNG");
}

TEST_F(MatrixMediaStore, ASmallPictureIsScaledByTheHomeserver) {
  http.answers = {{404, {}, R"({"errcode":"M_UNRECOGNIZED"})"}, {200, {{"Content-Type", "image/jpeg"}}, "small"}};
  const std::string id = MediaStore::id_of("alice@example.org", small_picture("mxc://hs.test/a"));
  auto file = result_of<Opened>([&] { return store.open(id, {}); });
  ASSERT_TRUE(file) << file.error().text;
  const std::string wanted = "thumbnail/hs.test/a?method=scale&animated=false&width=320&height=240";
  ASSERT_EQ(http.requests.size(), 2U);
  EXPECT_EQ(http.requests[0].url.target, "/_matrix/client/v1/media/" + wanted);
  EXPECT_EQ(http.requests[1].url.target, "/_matrix/media/v3/" + wanted);
  EXPECT_EQ((*file)->media_type(), "image/jpeg") << "not that of the picture";
  EXPECT_NE(id, MediaStore::id_of("alice@example.org", "mxc://hs.test/a"));
}

TEST_F(MatrixMediaStore, AnEncryptedFileIsOpenedWithItsKey) {
  http.answers = {{200, {{"Content-Type", "application/octet-stream"}, {"Content-Length", "2"}}, "\xcf\xfa"}};
  // The first bytes of the key stream of AES-256 with a key and a counter of zeros are dc 95 c0 78.
  const FileKey key{std::string(32, '\0'), std::string(16, '\0'), std::string(32, '\0'), "image/png"};
  const std::string id = MediaStore::id_of("alice@example.org", encrypted_file("mxc://hs.test/a", key));
  const auto file = result_of<Opened>([&] { return store.open(id, {0, 2}); });
  ASSERT_TRUE(file) << file.error().text;
  EXPECT_EQ(http.requests.at(0).url.target, "/_matrix/client/v1/media/download/hs.test/a");
  EXPECT_EQ((*file)->media_type(), "image/png");
  std::string read = reads(**file);
  read += reads(**file);
  EXPECT_EQ(read, "\x13\x6f");
}

TEST_F(MatrixMediaStore, APartIsAskedForAsAPart) {
  http.answers = {{206, {{"Content-Range", "bytes 100-199/1000"}}, std::string(100, 'x')}};
  auto file = opens({100, 100});
  ASSERT_TRUE(file);
  EXPECT_EQ(http.requests.at(0).fields.get("Range"), "bytes=100-199");
  EXPECT_EQ((*file)->offset(), 100U);
  EXPECT_EQ((*file)->size(), 1000U);
}

TEST_F(MatrixMediaStore, AHomeserverThatKnowsNoPartsGivesTheWhole) {
  http.answers = {{200, {{"Content-Length", "1000"}}, std::string(1000, 'x')}};
  auto file = opens({100, {}});
  ASSERT_TRUE(file);
  EXPECT_EQ(http.requests.at(0).fields.get("Range"), "bytes=100-");
  EXPECT_EQ((*file)->offset(), 0U);
}

TEST_F(MatrixMediaStore, AnOldHomeserverIsAskedTheOldWay) {
  http.answers = {{404, {}, R"({"errcode":"M_UNRECOGNIZED","error":"?"})"}, {200, {}, "file"}};
  ASSERT_TRUE(opens());
  EXPECT_EQ(http.requests.at(1).url.target, "/_matrix/media/v3/download/hs.test/a%2Fb%20c");
}

TEST_F(MatrixMediaStore, ATokenThatHasExpiredIsRenewedOnce) {
  const net::HttpResponse expired{
      401, {}, R"({"errcode": "M_UNKNOWN_TOKEN", "error": "expired", "soft_logout": true})"};
  http.answers = {expired, {200, {}, "file"}};
  auto file = opens();
  ASSERT_TRUE(file) << file.error().text;
  EXPECT_EQ(http.requests.at(1).fields.get("Authorization"), "Bearer fr3sh");
  EXPECT_EQ(http.requests.at(1).url.target, http.requests.at(0).url.target);
  http.answers = {expired, expired};
  next_token = "0ther";
  EXPECT_EQ(opens().error().fault, Fault::forbidden);
  EXPECT_EQ(renewals, 2U);
}

TEST_F(MatrixMediaStore, ATokenThatCannotBeRenewedIsARefusal) {
  http.answers = {{401, {}, R"({"errcode": "M_UNKNOWN_TOKEN", "error": "gone"})"}, {200, {}, "file"}};
  next_token = token;
  EXPECT_EQ(opens().error().fault, Fault::forbidden);
  EXPECT_EQ(http.requests.size(), 1U);
}

TEST_F(MatrixMediaStore, TheTokenDoesNotGoAlongToAnotherPlace) {
  http.answers = {{307, {{"Location", "https://cdn.test/a"}}, {}}, {200, {}, "file"}};
  ASSERT_TRUE(opens());
  EXPECT_EQ(http.requests.at(1).url.host, "cdn.test");
  EXPECT_FALSE(http.requests.at(1).fields.has("Authorization"));
}

TEST_F(MatrixMediaStore, WhatIsNotThereOrNotForUsIsSaidSo) {
  http.answers = {{404, {}, R"({"errcode":"M_NOT_FOUND","error":"?"})"},
                  {403, {}, R"({"errcode":"M_FORBIDDEN","error":"?"})"},
                  {429, {}, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":100})"},
                  {416, {}, {}}};
  EXPECT_EQ(opens().error().fault, Fault::not_found);
  EXPECT_EQ(opens().error().fault, Fault::forbidden);
  EXPECT_EQ(opens().error().fault, Fault::limited);
  EXPECT_EQ(opens().error().fault, Fault::unacceptable);
}

TEST_F(MatrixMediaStore, WhoIsLoggedOutHasNoFiles) {
  EXPECT_EQ(opens({}, "bob@example.org").error().fault, Fault::forbidden);
  EXPECT_TRUE(http.requests.empty());
}

TEST(MatrixMediaPath, IsWhatStandsInAnMxcUri) {
  EXPECT_EQ(media_path("mxc://hs.test/abc"), "hs.test/abc");
  EXPECT_EQ(media_path("mxc://hs.test:8448/../x"), "hs.test%3A8448/..%2Fx");
  EXPECT_EQ(media_path("https://hs.test/abc"), "");
  EXPECT_EQ(media_path("mxc://hs.test/"), "");
  EXPECT_EQ(media_path("mxc:///abc"), "");
}

}  // namespace
}  // namespace dragoman::backends::matrix
