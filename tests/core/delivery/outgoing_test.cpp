#include "delivery/outgoing.hpp"

#include <gtest/gtest.h>

#include "support/fake_store.hpp"
#include "support/manual_clock.hpp"

namespace dragoman::delivery {
namespace {

using chat::Conversation;
using store::State;

const Conversation tea{chat::RoomId{"#tea"}, {}};
const Conversation carol{{}, chat::PersonId{"carol"}};

/// A person whose network the test plays.
class OutgoingTest : public testing::Test, protected Outgoing::Host {
 protected:
  bool open = true, looks_up = false;
  std::vector<store::RowId> looked_up, prepared;
  std::vector<std::string> shown;  // what the network made of what was delivered
  std::vector<std::pair<chat::CommandId, std::string>> performed;
  std::vector<std::string> told;  // "delivered 1", "returned 2 timeout"
  test::ManualClock clock;
  Timers timers{clock};
  test::FakeStore store;
  Policy policy;
  Gate gate;
  Marks marks{store, gate};
  Outgoing outgoing{"irc.test", "alice@test", *this, store, marks, timers, policy};

  bool is_open(const Conversation&) const override { return open; }
  void perform(chat::CommandId id, const Entry& entry) override {
    if (const auto* edit = std::get_if<chat::EditMessage>(&entry.command)) {
      performed.emplace_back(id, edit->content.text + " instead of " + edit->edited.text);
    } else {
      const chat::Content& content = std::get<chat::SendMessage>(entry.command).content;
      std::string text = content.reply_to.empty() ? content.text : content.text + " to " + content.reply_to.text;
      if (!entry.link.empty()) text += " at " + entry.link;
      performed.emplace_back(id, std::move(text));
    }
  }
  bool look_up(const Entry& entry) override {
    if (looks_up) looked_up.push_back(entry.row);
    return looks_up;
  }
  bool prepare(const Entry& entry) override {
    if (is_long(entry)) prepared.push_back(entry.row);
    return is_long(entry);
  }
  static bool is_long(const Entry& entry) {
    const auto* send = std::get_if<chat::SendMessage>(&entry.command);
    return send != nullptr && send->content.text.starts_with("long");
  }
  void delivered(const Entry& entry, const chat::Sent& sent) override {
    told.push_back("delivered " + entry.stanza_id);
    shown.push_back(sent.text);
  }
  void returned(const Entry& entry, Fault fault, const std::string&, const std::string&) override {
    told.push_back("returned " + entry.stanza_id + ' ' + std::string{to_string(fault)});
  }
  chat::CommandId next_command() override { return chat::CommandId{++last_command}; }

  void says(const std::string& text, const Conversation& where = tea) {
    ASSERT_TRUE(outgoing.accept(chat::SendMessage{where, chat::plain(text)}, "alice@test/home", text));
  }
  void edits(const std::string& text) {
    looks_up = true;
    ASSERT_TRUE(outgoing.accept(chat::EditMessage{tea, {}, chat::plain(text)}, "alice@test/home", text,
                                /*about_another*/ true));
  }
  void network_took(std::size_t which, const std::string& id) {
    outgoing.on_done({performed.at(which).first, chat::Sent{{chat::MessageId{id}}, std::nullopt, {}}});
  }
  void network_took(std::size_t which) { outgoing.on_done({performed.at(which).first, chat::Sent{}}); }
  void network_failed(std::size_t which, chat::Failed::Outcome outcome, Fault fault = Fault::forbidden) {
    outgoing.on_failed({performed.at(which).first, outcome, fault, "no", {}});
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> list;
    for (const auto& [id, text] : performed) list.push_back(text);
    return list;
  }
  std::uint64_t last_command = 0;
};

using Outcome = chat::Failed::Outcome;
using List = std::vector<std::string>;

TEST_F(OutgoingTest, AnEditWaitsForTheNameOfWhatItIsAboutAndTheNextOnesBehindIt) {
  edits("better");
  says("next");
  says("elsewhere", carol);
  EXPECT_EQ(texts(), List{"elsewhere"});
  outgoing.named(tea, looked_up.at(0), chat::MessageId{"net1"});
  EXPECT_EQ(texts(), (List{"elsewhere", "better instead of net1", "next"}));
}

TEST_F(OutgoingTest, NearTheEndNothingMoreIsPerformedAndItIsKnownWhenAllIsAnswered) {
  says("one");
  says("two");
  bool landed = false;
  marks.flight().ground([&landed] { landed = true; });
  says("three");
  says("four", carol);
  outgoing.wake();
  network_failed(0, Outcome::unsure);
  outgoing.wake();
  EXPECT_EQ(texts(), (List{"one", "two"}));
  EXPECT_FALSE(landed);
  network_took(1);
  EXPECT_TRUE(landed);
  EXPECT_EQ(told, List{"delivered two"});
  EXPECT_EQ(outgoing.size(), 3U);
}

TEST_F(OutgoingTest, NearTheEndNothingIsAwaitedWhereNothingWasPerformed) {
  says("one");
  network_took(0);
  open = false;
  says("two");
  bool landed = false;
  marks.flight().ground([&landed] { landed = true; });
  EXPECT_TRUE(landed);
}

TEST_F(OutgoingTest, AnEditOfNoMessageComesBackAndTheNextOnesGoOn) {
  edits("better");
  says("next");
  outgoing.unnamed(tea, looked_up.at(0), Fault::not_found, "no such message");
  EXPECT_EQ(texts(), List{"next"});
  EXPECT_EQ(told, List{"returned better not_found"});
  EXPECT_EQ(outgoing.size(), 1U);
}

TEST_F(OutgoingTest, AReplyToNoMessageGoesOnAsAMessage) {
  looks_up = true;
  ASSERT_TRUE(outgoing.accept(chat::SendMessage{tea, chat::plain("yes")}, "alice@test/home", "r", true));
  outgoing.unnamed(tea, looked_up.at(0), Fault::not_found, "no such message");
  EXPECT_EQ(texts(), List{"yes"});
}

TEST_F(OutgoingTest, AnEditOfAMessageThatIsUnderWayGoesOnWhenTheNetworkHasTakenThat) {
  says("bad");
  edits("good");
  ASSERT_TRUE(outgoing.named_with(tea, looked_up.at(0), 1));
  EXPECT_EQ(texts(), List{"bad"});
  network_took(0, "net1");
  EXPECT_EQ(texts(), (List{"bad", "good instead of net1"}));
}

TEST_F(OutgoingTest, AnEditOfAMessageThatIsRefusedComesBackToo) {
  says("bad");
  edits("good");
  ASSERT_TRUE(outgoing.named_with(tea, looked_up.at(0), 1));
  network_failed(0, Outcome::refused);
  EXPECT_EQ(told, (List{"returned bad forbidden", "returned good not_found"}));
  EXPECT_TRUE(outgoing.empty());
}

TEST_F(OutgoingTest, WhatIsNotInTheQueueCannotBeWaitedFor) {
  edits("good");
  EXPECT_FALSE(outgoing.named_with(tea, looked_up.at(0), 77));
}

TEST_F(OutgoingTest, WhatIsLookedUpForTooLongComesBack) {
  edits("good");
  clock.advance(policy.room_patience);
  timers.run(clock.now());
  EXPECT_EQ(told, List{"returned good timeout"});
}

TEST_F(OutgoingTest, IsARowBeforeItIsPerformedAndDeliveredOnlyWithEvidence) {
  says("hello");
  ASSERT_EQ(store.rows.size(), 1U);
  EXPECT_EQ(store.state(1), State::queued);
  EXPECT_EQ(texts(), List{"hello"});
  EXPECT_TRUE(told.empty());
  network_took(0);
  EXPECT_EQ(told, List{"delivered hello"});
  EXPECT_EQ(store.state(1), State::queued);  // written down after what tells the sender may leave
  gate.end_turn();
  EXPECT_EQ(store.state(1), State::delivered);
  EXPECT_FALSE(gate.idle());  // the loop goes round once more, so that the mark is committed
  EXPECT_TRUE(outgoing.empty());
}

TEST_F(OutgoingTest, WaitsWhileTheConversationIsClosedAndGoesInOrderWhenItOpens) {
  open = false;
  says("one");
  says("two");
  EXPECT_TRUE(performed.empty());
  open = true;
  outgoing.wake();
  EXPECT_EQ(texts(), (List{"one", "two"}));
}

TEST_F(OutgoingTest, DoesNotOvertakeAMessageThatWaits) {
  says("one");
  network_failed(0, Outcome::not_sent);
  says("two");  // the conversation is open, but one is still waiting for wake()
  EXPECT_EQ(texts(), List{"one"});
  outgoing.wake();
  EXPECT_EQ(texts(), (List{"one", "one", "two"}));
}

TEST_F(OutgoingTest, SaysAgainWhatWasWrittenWithoutEvidence) {
  says("one");
  network_failed(0, Outcome::unsure);
  EXPECT_EQ(store.state(1), State::queued);
  outgoing.wake();
  network_took(1);
  EXPECT_EQ(told, List{"delivered one"});
}

TEST_F(OutgoingTest, ReturnsWhatTheNetworkRefuses) {
  says("one");
  network_failed(0, Outcome::refused, Fault::forbidden);
  EXPECT_EQ(told, List{"returned one forbidden"});
  EXPECT_EQ(store.state(1), State::returning);  // returned once the sender's server has the error
  EXPECT_TRUE(outgoing.empty());
}

TEST_F(OutgoingTest, AStuckConversationDoesNotHoldAnotherUp) {
  says("one");
  network_failed(0, Outcome::not_sent);
  says("psst", carol);
  EXPECT_EQ(texts(), (List{"one", "psst"}));
}

TEST_F(OutgoingTest, ReturnsWhatWaitedTooLongEachAtItsTime) {
  open = false;
  says("room");
  says("person", carol);
  clock.advance(policy.room_patience);
  timers.run(clock.now());
  EXPECT_EQ(told, List{"returned room timeout"});
  clock.advance(policy.person_patience);
  timers.run(clock.now());
  EXPECT_EQ(told, (List{"returned room timeout", "returned person timeout"}));
  EXPECT_FALSE(timers.next());
}

TEST_F(OutgoingTest, AMessageThatIsOnItsWayDoesNotExpire) {
  says("room");
  clock.advance(policy.room_patience * 2);
  timers.run(clock.now());
  EXPECT_TRUE(told.empty());
}

TEST_F(OutgoingTest, RefusesMoreThanTheOwnersShareAndTakesNothing) {
  open = false;
  for (std::size_t i = 0; i < policy.rows_per_owner; ++i) says(std::to_string(i));
  const auto refused = outgoing.accept(chat::SendMessage{tea, chat::plain("more")}, "alice@test/home", "more");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::limited);
  EXPECT_EQ(store.rows.size(), policy.rows_per_owner);
}

TEST_F(OutgoingTest, RefusesWhenTheDiskIsFull) {
  store.room_left = false;
  const auto refused = outgoing.accept(chat::SendMessage{tea, chat::plain("more")}, "alice@test/home", "more");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::storage);
  EXPECT_TRUE(store.rows.empty());
}

TEST_F(OutgoingTest, RefusesWhileTheStoreIsFarBehind) {
  store.waiting_bytes = 65 * 1024 * 1024;
  const auto refused = outgoing.accept(chat::SendMessage{tea, chat::plain("more")}, "alice@test/home", "more");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::limited);
}

TEST_F(OutgoingTest, GivesBackEverythingOfARoomThatWasLeft) {
  open = false;
  says("one");
  says("psst", carol);
  outgoing.give_back(tea, Fault::closed, "left");
  EXPECT_EQ(told, List{"returned one closed"});
  EXPECT_EQ(outgoing.size(), 1U);
}

TEST_F(OutgoingTest, IgnoresTheEndOfAMessageThatWasGivenBack) {
  says("one");
  outgoing.give_back(tea, Fault::closed, "left");
  network_took(0);
  EXPECT_EQ(told, List{"returned one closed"});
  EXPECT_EQ(store.state(1), State::returning);
}

TEST_F(OutgoingTest, GoesOnWithStoredRowsAfterARestart) {
  open = false;
  says("one");
  says("two");
  std::vector<store::Message> rows;
  store.reader_now().open_messages([&](const store::Message& row) { rows.push_back(row); });
  Outgoing restarted{"irc.test", "alice@test", *this, store, marks, timers, policy};
  for (const auto& row : rows) restarted.restore(row);
  open = true;
  restarted.wake();
  EXPECT_EQ(texts(), (List{"one", "two"}));
}

TEST_F(OutgoingTest, HoldsAStoredRowThatNobodyCanRead) {
  store::Message row;
  row.network = "irc.test";
  row.content = "{ not json";
  row.id = store.add(row);
  outgoing.restore(row);
  EXPECT_EQ(store.state(row.id), State::held);
  EXPECT_TRUE(outgoing.empty());
}

TEST_F(OutgoingTest, WhatIsPreparedKeepsItsPlaceInTheConversation) {
  says("first");
  says("long one");
  says("last");
  says("elsewhere", carol);
  EXPECT_EQ(texts(), (List{"first", "elsewhere"}));
  outgoing.prepared(tea, prepared.at(0), "https://up.test/1");
  EXPECT_EQ(texts(), (List{"first", "elsewhere", "long one at https://up.test/1", "last"}));
  for (std::size_t i = 0; i < 4; ++i) network_took(i);
  EXPECT_EQ(told, (List{"delivered first", "delivered elsewhere", "delivered long one", "delivered last"}));
  EXPECT_TRUE(outgoing.empty());
}

TEST_F(OutgoingTest, WhatHasALinkIsShownAsItWasWritten) {
  says("long one");
  outgoing.prepared(tea, prepared.at(0), "https://up.test/1");
  outgoing.on_done({performed.at(0).first, chat::Sent{{}, std::nullopt, "lo… https://up.test/1"}});
  EXPECT_EQ(shown, List{""});
}

TEST_F(OutgoingTest, WhatCannotBePreparedComesBackOnceAndTheNextOneGoesOn) {
  says("long one");
  says("last");
  outgoing.unprepared(tea, prepared.at(0), Fault::too_long, "too long");
  outgoing.unprepared(tea, prepared.at(0), Fault::too_long, "too long");
  outgoing.prepared(tea, prepared.at(0), "https://up.test/1");
  EXPECT_EQ(told, List{"returned long one too_long"});
  EXPECT_EQ(texts(), List{"last"});
  EXPECT_EQ(outgoing.size(), 1U);
}

TEST_F(OutgoingTest, WhatIsPreparedIsNotPreparedAgainWhenTheNetworkDidNotTakeIt) {
  says("long one");
  outgoing.prepared(tea, prepared.at(0), "https://up.test/1");
  open = false;
  network_failed(0, Outcome::not_sent);
  open = true;
  outgoing.wake();
  EXPECT_EQ(texts(), (List{"long one at https://up.test/1", "long one at https://up.test/1"}));
  EXPECT_EQ(prepared.size(), 1U);
}

TEST_F(OutgoingTest, NothingIsPreparedBeforeTheNetworkCanTakeIt) {
  open = false;
  says("long one");
  EXPECT_TRUE(prepared.empty());
  open = true;
  outgoing.wake();
  ASSERT_EQ(prepared.size(), 1U);
  open = false;  // lost while it is prepared
  outgoing.prepared(tea, prepared.at(0), "https://up.test/1");
  EXPECT_TRUE(texts().empty());
  open = true;
  outgoing.wake();
  EXPECT_EQ(texts(), List{"long one at https://up.test/1"});
}

TEST_F(OutgoingTest, WhatWasBeingPreparedAtARestartIsPreparedAgain) {
  says("long one");
  store::Message row = store.rows.at(prepared.at(0));
  Outgoing after{"irc.test", "alice@test", *this, store, marks, timers, policy};
  after.restore(row);
  EXPECT_EQ(prepared.size(), 2U);
  after.prepared(tea, row.id, "https://up.test/2");
  EXPECT_EQ(texts(), List{"long one at https://up.test/2"});
}

TEST_F(OutgoingTest, WhatIsPreparedForTooLongComesBack) {
  says("long one");
  clock.advance(policy.room_patience);
  timers.run(clock.now());
  EXPECT_EQ(told, List{"returned long one timeout"});
  outgoing.prepared(tea, prepared.at(0), "https://up.test/1");
  EXPECT_TRUE(texts().empty());
}

}  // namespace
}  // namespace dragoman::delivery
