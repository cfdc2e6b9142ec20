#include <gtest/gtest.h>

#include "tests/support/muc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;

/// A stay in a room with one command of most kinds.
void whole_stay(MucScript& muc) {
  muc.is_in("alice");
  muc.says("alice", "hi", "s1");
  muc.owner_asks(chat::SendMessage{in_tea, chat::plain("hello"), 5});
  muc.take();
  muc.room_says(MucScript::said_by("bridge", "<body>hello</body>" + MucScript::stanza_id("s2"), muc.said_id()));
  muc.owner_asks(chat::EditMessage{in_tea, chat::MessageId{"s2"}, chat::plain("hello!"), 6});
  muc.owner_asks(chat::SetTopic{tea, "Scones"});
  muc.owner_asks(chat::SendMessage{{tea, chat::PersonId{"tea@muc.test/alice"}}, chat::plain("psst"), 7});
  muc.owner_asks(chat::SetNickname{"relay", {}, tea});
  chat::GetHistory get;
  get.conversation = in_tea;
  muc.owner_asks(get);
  muc.owner_asks(chat::SetStanding{tea, "alice", {}, chat::Role::none, std::nullopt, {}});
  muc.comes("bob");
  muc.owner_asks(chat::LeaveRoom{tea, "bye"});
  muc.comes("carol");
}

TEST(MucDrops, LeaveNoCommandWithoutAnEndAndEndNoneTwice) {
  MucScript whole;
  whole_stay(whole);
  ASSERT_GT(whole.steps(), 15u);
  for (std::size_t at = 1; at <= whole.steps(); ++at) {
    MucScript muc;
    muc.drop_at = at;
    try {
      whole_stay(muc);
    } catch (const MucScript::Dropped&) {
    }
    muc.drop_at = 0;
    muc.link_breaks();
    muc.link_comes_back();
    muc.take();
    muc.comes("alice");
    muc.we_are_there();
    muc.subject_comes();
    muc.time_passes(5min);
    for (std::uint64_t command = 1; command <= muc.commands(); ++command) {
      const auto ending = muc.endings().find(command);
      EXPECT_EQ(ending == muc.endings().end() ? 0 : ending->second, 1) << "command " << command << " dropped at " << at;
    }
  }
}

}  // namespace
}  // namespace dragoman::test
