#include "net/http_request_parser.hpp"

#include <iterator>

#include <gtest/gtest.h>

#include "support/fixed_random.hpp"

namespace dragoman::net {
namespace {

constexpr std::size_t most_head = 16 * 1024;

struct Outcome {
  int refused = 0;  // status; 0: not refused
  bool done = false;
  std::string method, path, query, host, body, rest;
  bool keep_alive = false;
  bool operator==(const Outcome&) const = default;
};

/// Feeds `bytes` in pieces of this size to one parser, a body of at most 100 bytes allowed.
Outcome parse(const std::string& bytes, std::size_t piece = 1 << 20) {
  HttpRequestParser parser{most_head};
  Outcome outcome;
  std::string input;
  for (std::size_t at = 0; at < bytes.size() && outcome.refused == 0; at += piece) {
    input += bytes.substr(at, piece);
    while (!parser.done()) {
      const std::size_t before = input.size();
      const bool had_head = parser.head_done();
      auto refusal = parser.feed(input);
      if (!refusal && !had_head && parser.head_done()) refusal = parser.limit_body(100);
      if (refusal) {
        outcome.refused = refusal->status;
        return outcome;
      }
      if (input.size() == before) break;
    }
  }
  if (!parser.head_done()) return outcome;
  outcome.done = parser.done();
  const HttpHead& head = parser.head();
  outcome.method = head.method;
  outcome.path = head.path;
  outcome.query = head.query;
  outcome.host = head.host;
  outcome.keep_alive = head.keep_alive;
  // Of a request that has not ended a few bytes may wait for the next ones.
  if (!outcome.done) return outcome;
  outcome.body = parser.take_body();
  outcome.rest = input;
  return outcome;
}

int status_of(const std::string& bytes) { return parse(bytes).refused; }

TEST(HttpRequestParser, ReadsPathQueryHostAndBody) {
  const Outcome outcome = parse("POST /h/a%2Fb?x=1&y HTTP/1.1\r\nHost: Gate.test:81\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(outcome.method, "POST");
  EXPECT_EQ(outcome.path, "/h/a%2Fb");
  EXPECT_EQ(outcome.query, "x=1&y");
  EXPECT_EQ(outcome.host, "Gate.test:81");
  EXPECT_EQ(outcome.body, "hello");
  EXPECT_TRUE(outcome.done);
  EXPECT_TRUE(outcome.keep_alive);
}

TEST(HttpRequestParser, LeavesWhatBelongsToTheNextRequest) {
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\n").rest, "GET /2 HTTP/1.1\r\n");
  const Outcome outcome = parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhiGET");
  EXPECT_EQ(outcome.body, "hi");
  EXPECT_EQ(outcome.rest, "GET");
}

TEST(HttpRequestParser, PutsChunksTogetherAndDropsTheTrailer) {
  const Outcome outcome = parse(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "5;name=value\r\nhello\r\n1\r\n!\r\n0\r\nX-Trailer: 1\r\n\r\nnext");
  EXPECT_EQ(outcome.body, "hello!");
  EXPECT_EQ(outcome.rest, "next");
  EXPECT_TRUE(outcome.done);
}

TEST(HttpRequestParser, FindsTheSameHoweverTheBytesAreCut) {
  const std::string requests[] = {
      "GET /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n",
      "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
  };
  for (const std::string& request : requests) {
    const Outcome whole = parse(request);
    EXPECT_TRUE(whole.done || whole.refused != 0) << request;
    for (std::size_t piece = 1; piece < request.size(); ++piece) {
      EXPECT_EQ(parse(request, piece), whole) << "in pieces of " << piece << ":\n" << request;
    }
  }
}

TEST(HttpRequestParser, DecidesTheSameWhateverComesInWhateverPieces) {
  const std::string requests[] = {
      "POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhelloGET",
      "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n2\r\nab\r\n0\r\nT: 1\r\n\r\n",
      "GET http://b/ HTTP/1.0\r\nX: y z\r\nExpect: 100-continue\r\n\r\n",
  };
  static constexpr char all_awkward[] = "\r\n\0 \t:;,0159afAF-+\x7f\xff\x80";
  const std::string awkward{all_awkward, sizeof all_awkward - 1};
  test::FixedRandom random;
  std::size_t taken = 0, refused = 0;
  for (int round = 0; round < 6'000; ++round) {
    std::string bytes = requests[random.below(std::size(requests))];
    for (std::uint64_t changes = random.below(4); changes > 0; --changes) {
      const std::size_t at = random.below(bytes.size());
      const char other = awkward[random.below(awkward.size())];
      switch (random.below(4)) {
        case 0:
          bytes[at] = other;
          break;
        case 1:
          bytes.insert(at, 1, other);
          break;
        case 2:
          bytes.erase(at, 1 + random.below(3));
          break;
        default:
          bytes.insert(at, bytes.substr(random.below(bytes.size()), random.below(12)));
      }
    }
    const Outcome whole = parse(bytes);
    (whole.refused != 0 ? refused : taken) += 1;
    ASSERT_EQ(parse(bytes, 1), whole) << testing::PrintToString(bytes);
    ASSERT_EQ(parse(bytes, 1 + random.below(bytes.size())), whole) << testing::PrintToString(bytes);
  }
  EXPECT_GT(taken, 1'000U);
  EXPECT_GT(refused, 1'000U);
}

TEST(HttpRequestParser, RefusesWhatTwoProgramsCouldReadInTwoWays) {
  const std::string line = "POST / HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(status_of(line + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  EXPECT_EQ(status_of(line + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"), 400);
  EXPECT_EQ(status_of(line + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"), 400);
  EXPECT_EQ(status_of(line + "Content-Length: 5, 5\r\n\r\nhello"), 400);
  EXPECT_EQ(status_of(line + "Content-Length: +5\r\n\r\nhello"), 400);
  EXPECT_EQ(status_of(line + "Content-Length: -1\r\n\r\n"), 400);
  EXPECT_EQ(status_of(line + "Content-Length: 0x5\r\n\r\nhello"), 400);
  EXPECT_EQ(status_of(line + "Content-Length: 99999999999999999999\r\n\r\n"), 400);
  EXPECT_EQ(status_of(line + "Content-Length : 5\r\n\r\nhello"), 400);
  EXPECT_EQ(status_of(line + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(status_of(line + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501);
  EXPECT_EQ(status_of(line + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 501);
  EXPECT_EQ(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(status_of(line + "X: 1\r\n folded\r\n\r\n"), 400);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\n Host: a\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\nHost: a\n\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\rHost: a\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"), 400);
  EXPECT_EQ(status_of(std::string{"GET / HTTP/1.1\r\nHost: a\r\nX: a"} + '\0' + "b\r\n\r\n"), 400);
}

TEST(HttpRequestParser, RefusesBrokenChunks) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(status_of(head + "xyz\r\nhello\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "-5\r\nhello\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "5\r\nhelloXX0\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "5\nhello\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "fffffffffffffffff\r\nhello\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(status_of(head + "65\r\na"), 413);  // 101 bytes, one more than allowed
  EXPECT_EQ(status_of(head + "32\r\n" + std::string(50, 'a') + "\r\n33\r\n"), 413);
  EXPECT_EQ(status_of(head + "5;" + std::string(20'000, 'a')), 400);
  EXPECT_EQ(status_of(head + "0\r\nX: " + std::string(20'000, 'a')), 400);
}

TEST(HttpRequestParser, RefusesALongBodyByItsHead) {
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n"), 413);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"), 0);
}

TEST(HttpRequestParser, RefusesLongHeads) {
  EXPECT_EQ(status_of("GET /" + std::string(9'000, 'a')), 414);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'a')), 431);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n"), 431);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(16'000, 'a') + "\r\n\r\n"), 0);
}

TEST(HttpRequestParser, RefusesWhatIsNoRequest) {
  EXPECT_EQ(status_of("\x16\x03\x01\x02"), 400);  // a TLS client
  EXPECT_EQ(status_of("GET /\r\n\r\n"), 400);     // HTTP/0.9
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(status_of("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(status_of("GET nothing HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(status_of("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost a\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHo st: a\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n"), 417);
}

TEST(HttpRequestParser, WantsOneHost) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\n\r\n"), 0);
  EXPECT_EQ(parse("GET / HTTP/1.1\r\nHost: [::1]:8481\r\n\r\n").host, "[::1]:8481");
}

TEST(HttpRequestParser, TakesAUrlAsTarget) {
  const Outcome outcome = parse("GET http://other.test:99/a?b HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(outcome.path, "/a");
  EXPECT_EQ(outcome.query, "b");
  EXPECT_EQ(outcome.host, "other.test:99");
}

TEST(HttpRequestParser, KnowsWhenTheConnectionIsToStay) {
  EXPECT_TRUE(parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").keep_alive);
  EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

}  // namespace
}  // namespace dragoman::net
