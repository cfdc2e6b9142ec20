#include "backends/matrix/calls.hpp"

#include <gtest/gtest.h>

#include "backends/matrix/state.hpp"
#include "support/fixed_random.hpp"
#include "support/manual_clock.hpp"

namespace dragoman::backends::matrix {
namespace {

using namespace std::chrono_literals;

/// Calls whose homeserver the test plays; each input is one turn.
class MatrixCalls : public testing::Test {
 protected:
  MatrixCalls() {
    run([this](Effects& effects) { calls.resume(effects); });
  }

  CallId asks(const std::string& path, const std::string& lane = {}, Call::Kind kind = Call::Kind::again,
              bool counted = true) {
    CallId id{};
    run([&](Effects& effects) {
      Call call{"PUT", path};
      call.lane = lane;
      call.kind = kind;
      call.counted = counted;
      id = calls.add(
          std::move(call),
          [this, path](State&, const Answer& answer, Effects&) {
            ended.push_back(path + ' ' + (answer.ok() ? "ok" : std::string{to_string(answer.error.fault)}) +
                            (answer.unsure ? " unsure" : ""));
          },
          effects);
    });
    return id;
  }
  void answers(CallId id, int status = 200, const std::string& body = "{}") {
    returned(id, {net::HttpResponse{status, {}, body}, {}});
  }
  void limits(CallId id, int milliseconds) {
    answers(id, 429, R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":)" + std::to_string(milliseconds) + "}");
  }
  void breaks(CallId id) { returned(id, {std::nullopt, Error{Fault::unavailable, "connection reset"}}); }
  void returned(CallId id, const Returned& returned) {
    run([&](Effects& effects) { calls.on_returned(id, returned, state, effects); });
  }
  void passes(Duration by) {
    clock.advance(by);
    run([this](Effects& effects) { calls.on_wake(state, effects); });
  }
  std::vector<std::string> sent() { return std::exchange(requests, {}); }
  template <class Input>
  void run(Input input) {
    Heard heard;
    Effects effects{clock.now(), clock.utc(), heard};
    input(effects);
    for (const Request& request : effects.requests) requests.push_back(request.path);
    abandoned += effects.abandoned.size();
    refreshes += effects.refresh ? 1 : 0;
  }
  test::ManualClock clock;
  test::FixedRandom random;
  Calls calls{random};
  std::vector<std::string> requests, ended;
  std::size_t abandoned = 0;
  int refreshes = 0;

  // What is handed on to who asked; the calls themselves look at nothing of it.
  Names names;
  RoomBook book{{}, {}};
  SharedRooms rooms;
  FeatureBook features;
  Shared shared{names, random, book, rooms, features, {}, {}, {}, 200, 500, {}};
  State state{shared, {}};
};

using Texts = std::vector<std::string>;

TEST_F(MatrixCalls, GoOutAtOnceAndEndWithTheirAnswer) {
  const CallId a = asks("/a");
  EXPECT_EQ(sent(), Texts{"/a"});
  answers(a);
  EXPECT_EQ(ended, Texts{"/a ok"});
  EXPECT_TRUE(calls.empty());
}

TEST_F(MatrixCalls, ALaneIsOneAfterTheOther) {
  const CallId first = asks("/1", "room"), other = asks("/x", "another room");
  const CallId second = asks("/2", "room");
  EXPECT_EQ(sent(), (Texts{"/1", "/x"}));
  answers(other);
  EXPECT_EQ(sent(), Texts{});
  answers(first);
  EXPECT_EQ(sent(), Texts{"/2"});
  answers(second, 403, R"({"errcode":"M_FORBIDDEN","error":"no"})");
  EXPECT_EQ(ended, (Texts{"/x ok", "/1 ok", "/2 forbidden"}));
}

TEST_F(MatrixCalls, AtMostEightAreUnderWayBesideTheLongPoll) {
  asks("/sync", {}, Call::Kind::waiting);
  std::vector<CallId> ids;
  for (int i = 0; i < 9; ++i) ids.push_back(asks('/' + std::to_string(i)));
  EXPECT_EQ(sent().size(), 9U);  // /sync and eight
  answers(ids[3]);
  EXPECT_EQ(sent(), Texts{"/8"});
}

TEST_F(MatrixCalls, ALimitHoldsAllThatAreCountedInTheirOrder) {
  const CallId first = asks("/1", "room");
  asks("/2", "room");
  limits(first, 2000);
  const CallId typing = asks("/typing", {}, Call::Kind::once, false);
  asks("/other");
  EXPECT_EQ(sent(), (Texts{"/1", "/typing"}));
  answers(typing);
  passes(1900ms);
  EXPECT_EQ(sent(), Texts{});
  passes(600ms);  // a fifth of chance on top of the two seconds
  EXPECT_EQ(sent(), (Texts{"/1", "/other"}));
  answers(first);
  EXPECT_EQ(sent(), Texts{"/2"});
  EXPECT_EQ(ended, (Texts{"/typing ok", "/1 ok"}));
}

TEST_F(MatrixCalls, AWholeQueueComesThroughALimitAndNothingIsLost) {
  std::vector<CallId> ids;
  for (int i = 0; i < 60; ++i) ids.push_back(asks('/' + std::to_string(i), "room"));
  Texts expected;
  for (int i = 0; i < 60; ++i) {
    if (i % 2 == 1) {
      limits(ids[static_cast<std::size_t>(i)], 1000);
      passes(1200ms);
    }
    answers(ids[static_cast<std::size_t>(i)]);
    expected.push_back('/' + std::to_string(i) + " ok");
  }
  EXPECT_EQ(ended, expected);
}

TEST_F(MatrixCalls, WhoIsHeldByLimitsForTenMinutesHasFailed) {
  const CallId id = asks("/1", "room");
  asks("/2", "room");
  for (int minute = 0; minute < 9; ++minute) {
    limits(id, 50'000);
    passes(1min);
  }
  limits(id, 50'000);
  EXPECT_EQ(ended, Texts{});
  passes(1min);
  EXPECT_EQ(ended, (Texts{"/1 limited", "/2 limited"}));
}

TEST_F(MatrixCalls, ALostConnectionIsTriedAgainLaterAndLater) {
  const CallId id = asks("/1");
  sent();
  breaks(id);
  EXPECT_EQ(sent(), Texts{});
  passes(1300ms);
  EXPECT_EQ(sent(), Texts{"/1"});
  breaks(id);
  passes(1300ms);
  EXPECT_EQ(sent(), Texts{});
  passes(1300ms);
  EXPECT_EQ(sent(), Texts{"/1"});
  answers(id);
  EXPECT_EQ(ended, Texts{"/1 ok"});
}

TEST_F(MatrixCalls, PatienceEndsUnsure) {
  const CallId id = asks("/1");
  for (int i = 0; i < 10 && ended.empty(); ++i) {
    breaks(id);
    passes(20s);
  }
  EXPECT_EQ(ended, Texts{"/1 unavailable unsure"});
}

TEST_F(MatrixCalls, WhatWouldDoItsWorkTwiceIsNotTriedAgain) {
  const CallId id = asks("/1", {}, Call::Kind::once);
  breaks(id);
  EXPECT_EQ(ended, Texts{"/1 unavailable unsure"});
}

TEST_F(MatrixCalls, APageThatIsNoJsonIsTroubleOnTheWay) {
  const CallId id = asks("/1");
  sent();
  answers(id, 200, "<html>please log in</html>");
  EXPECT_EQ(ended, Texts{});
  passes(2s);
  EXPECT_EQ(sent(), Texts{"/1"});
}

TEST_F(MatrixCalls, ThePoisonIsGivenUpAndWhatStandsBehindItGoesOn) {
  const std::string trouble = R"({"errcode":"M_UNKNOWN","error":"Internal server error"})";
  const CallId poison = asks("/poison", "room");
  asks("/next", "room");
  for (const auto pause : {1300ms, 2600ms, 5100ms, 10'100ms}) {
    answers(poison, 500, trouble);
    EXPECT_EQ(ended, Texts{}) << pause.count();
    passes(pause);
    EXPECT_EQ(sent().back(), "/poison");
  }
  answers(poison, 500, trouble);
  EXPECT_EQ(ended, Texts{"/poison unavailable"});
  EXPECT_EQ(sent(), Texts{"/next"});
}

TEST_F(MatrixCalls, WithoutATokenEverythingWaitsForTheNextOne) {
  const CallId a = asks("/a"), b = asks("/b");
  sent();
  answers(a, 401, R"({"errcode":"M_UNKNOWN_TOKEN","soft_logout":true})");
  EXPECT_EQ(refreshes, 1);
  answers(b);  // it was quicker
  asks("/c");
  passes(1min);
  EXPECT_EQ(sent(), Texts{});
  run([this](Effects& effects) { calls.resume(effects); });
  EXPECT_EQ(sent(), (Texts{"/a", "/c"}));
}

TEST_F(MatrixCalls, WhatIsAbandonedIsNotSentAndTellsNobody) {
  asks("/1", "room");
  const CallId second = asks("/2", "room");
  run([&](Effects& effects) { calls.abandon(second, effects); });
  EXPECT_EQ(abandoned, 0U);
  EXPECT_FALSE(calls.has(second));
  EXPECT_EQ(ended, Texts{});
}

TEST_F(MatrixCalls, AllEndWithTheHomeserver) {
  asks("/1", "room");
  asks("/2", "room");
  run([this](Effects& effects) { calls.lost({Fault::unavailable, "gone"}, state, effects); });
  EXPECT_EQ(ended, (Texts{"/1 unavailable unsure", "/2 unavailable"}));
  EXPECT_EQ(abandoned, 1U);
  EXPECT_FALSE(calls.wake());
  sent();
  asks("/3");
  EXPECT_EQ(sent(), Texts{});
  run([this](Effects& effects) { calls.resume(effects); });
  EXPECT_EQ(sent(), Texts{"/3"});
}

TEST_F(MatrixCalls, WhatMayHaveBeenTakenIsUnsureAlsoWhileItWaitsForItsNextTry) {
  breaks(asks("/1", "room"));
  run([this](Effects& effects) { calls.lost({Fault::unavailable, "gone"}, state, effects); });
  EXPECT_EQ(ended, Texts{"/1 unavailable unsure"});
  EXPECT_EQ(abandoned, 0U);
}

}  // namespace
}  // namespace dragoman::backends::matrix
