#include "backends/matrix/errors.hpp"

#include <gtest/gtest.h>

// What homeservers answer when they do not do what they were asked (client-server API, "Standard error response").

namespace dragoman::backends::matrix::errors_test {
namespace {

using namespace std::chrono_literals;

Refusal refusal(int status, std::string body, net::HttpFields fields = {}) {
  // 2026-11-28 12:00:00 UTC
  const Timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 28} + std::chrono::hours{12}};
  return read_refusal(net::HttpResponse{status, std::move(fields), std::move(body)}, now);
}

TEST(MatrixErrors, AreSaidInTheHomeserversOwnWords) {
  const auto read = refusal(403, R"({"errcode":"M_FORBIDDEN","error":"You are not in the room."})");
  EXPECT_EQ(read.errcode, "M_FORBIDDEN");
  EXPECT_EQ(read.error.fault, Fault::forbidden);
  EXPECT_EQ(read.error.text, "You are not in the room");
}

TEST(MatrixErrors, WithoutWordsGetSome) {
  EXPECT_EQ(refusal(400, R"({"errcode":"M_ROOM_IN_USE"})").error.text, "this address of a room is taken");
  EXPECT_EQ(refusal(400, R"({"errcode":"M_ROOM_IN_USE","error":7})").error.fault, Fault::conflict);
}

TEST(MatrixErrors, OfAProxyAreNotThoseOfTheHomeserver) {
  for (const char* body : {"<html>Bad gateway</html>", "", "[]", "{}", R"({"error":"x"})"}) {
    const auto read = refusal(502, body);
    EXPECT_EQ(read.errcode, "");
    EXPECT_EQ(read.error.fault, Fault::unavailable);
    EXPECT_EQ(read.error.text, "the homeserver answers with HTTP status 502");
  }
  EXPECT_EQ(refusal(404, "<html/>").error.fault, Fault::unavailable) << "nothing of Matrix is at this address";
}

TEST(MatrixErrors, ThatNobodyDefinedMeanWhatTheirStatusMeans) {
  EXPECT_EQ(refusal(400, R"({"errcode":"ORG_EXAMPLE_NO","error":"no"})").error.fault, Fault::unacceptable);
  EXPECT_EQ(refusal(500, R"({"errcode":"M_UNKNOWN","error":"Internal server error"})").error.fault, Fault::unavailable);
  EXPECT_EQ(refusal(413, "").error.fault, Fault::too_long);
}

TEST(MatrixErrors, OfALimitSayHowLongToWait) {
  const auto limited = [](std::string body, net::HttpFields fields = {}) {
    return refusal(429, std::move(body), std::move(fields)).retry_after;
  };
  EXPECT_EQ(limited(R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":870})"), 870ms);
  EXPECT_EQ(limited(R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":870})", {{"retry-after", "2"}}), 2s);
  EXPECT_EQ(limited("", {{"Retry-After", "Sat, 28 Nov 2026 12:00:30 GMT"}}), 30s);
  EXPECT_EQ(limited("", {{"Retry-After", "Sat, 28 Nov 2026 11:00:30 GMT"}}), 1s);
  EXPECT_EQ(limited("", {{"Retry-After", "soon"}}), 1s);
  EXPECT_EQ(limited(R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":-5})"), 1s);
  EXPECT_EQ(limited(R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":9007199254740991})"), 1h);
  EXPECT_FALSE(refusal(403, R"({"errcode":"M_FORBIDDEN","retry_after_ms":5})").retry_after);
}

TEST(MatrixErrors, TellALoginThatCanBeRenewedFromOneThatIsOver) {
  const auto soft = refusal(401, R"({"errcode":"M_UNKNOWN_TOKEN","error":"expired","soft_logout":true})");
  EXPECT_TRUE(soft.wants_token());
  EXPECT_TRUE(soft.soft_logout);
  EXPECT_FALSE(refusal(401, R"({"errcode":"M_UNKNOWN_TOKEN","error":"gone"})").soft_logout);
  EXPECT_TRUE(refusal(403, R"({"errcode":"M_USER_DEACTIVATED"})").account_closed());
}

TEST(MatrixErrors, CarryNothingThatXmppCannot) {
  EXPECT_EQ(refusal(400, "{\"errcode\":\"M_BAD_STATE\",\"error\":\"a\\u0000b\\u0007\\nc\\ud800\"}").error.text,
            "a\uFFFDb\uFFFDc\uFFFD");
  EXPECT_LE(refusal(400, R"({"errcode":"M_BAD_STATE","error":")" + std::string(5000, 'x') + "\"}").error.text.size(),
            300U);
}

TEST(MatrixErrors, SayPausesInWords) {
  EXPECT_EQ(in_words(1s), "1 second");
  EXPECT_EQ(in_words(1001ms), "2 seconds");
  EXPECT_EQ(in_words(119s), "119 seconds");
  EXPECT_EQ(in_words(121s), "3 minutes");
}

}  // namespace
}  // namespace dragoman::backends::matrix::errors_test
