#include "gateway/catch_up.hpp"

#include "delivery/content_json.hpp"
#include "support/gateway_script.hpp"

// What was said while nobody listened, and what the network has further back (docs/decisions/0060).

namespace dragoman::gateway::catch_up_test {
namespace {

using namespace std::chrono_literals;
using chat::GetHistory;
const chat::Conversation tea{chat::RoomId{"#tea"}, {}};

std::string body_of(const xmpp::Element& message) { return message.child_text("body", message.ns); }

class CatchingUp : public testing::Test {
 protected:
  CatchingUp() { has_history(); }
  void has_history() { script.network->can(chat::Feature::history); }
  chat::MessageReceived said(const std::string& id, Duration ago, const chat::Conversation& where = tea) const {
    chat::MessageReceived message;
    message.conversation = where;
    message.author.name = "bob";
    message.id.text = id;
    message.content = chat::plain("text of " + id);
    message.time = script.clock.utc() - std::chrono::duration_cast<std::chrono::milliseconds>(ago);
    message.replayed = true;
    return message;
  }
  chat::MessageReceived live(const std::string& id) const {
    auto message = said(id, 0s);
    message.replayed = false;
    return message;
  }
  void network_has(std::vector<chat::MessageReceived> messages, bool complete = true) {
    const auto get = script.command<GetHistory>();
    script.network_says(chat::Done{get.first, chat::HistoryPage{std::move(messages), complete}});
  }
  /// In #tea, where nothing has been said.
  void alice_joins(const std::string& history = {}) {
    script.xmpp_sends(
        "<presence from='alice@test/home' to='#tea@irc.test/alice'>"
        "<x xmlns='http://jabber.org/protocol/muc'>" +
        history + "</x></presence>");
    if (script.count<chat::JoinRoom>() == 1) script.network_says(chat::Ready{"alice", {}});
    script.lets_in("#tea", "alice");
  }
  std::vector<std::string> bodies() {
    std::vector<std::string> all;
    for (const auto& each : script.written()) {
      if (each.name == "message" && each.child("subject", each.ns) == nullptr) all.push_back(body_of(each));
    }
    return all;
  }
  /// Texts of the page, and whether it is complete.
  std::vector<std::string> page(const std::string& query) {
    script.written();
    script.xmpp_sends("<iq type='set' from='alice@test/home' to='#tea@irc.test' id='m'><query xmlns='urn:xmpp:mam:2'>" +
                      query + "</query></iq>");
    return answer();
  }
  std::vector<std::string> answer() {
    std::vector<std::string> all;
    for (const auto& each : script.written()) {
      if (const auto* result = each.child("result", xmpp::ns::mam)) {
        all.push_back(body_of(*result->child("forwarded", "urn:xmpp:forward:0")->child("message", "jabber:client")));
        last_id = result->get("id");
        if (all.size() == 1) first_id = last_id;
      }
      if (const auto* fin = each.child("fin", xmpp::ns::mam))
        all.push_back(fin->get("complete") == "true" ? "all" : "more");
    }
    return all;
  }
  /// The network has nothing before that.
  std::vector<std::string> whole_archive() {
    page({});
    network_has({});
    return answer();
  }
  using Texts = std::vector<std::string>;
  std::string first_id, last_id;
  test::GatewayScript script;
};

TEST_F(CatchingUp, AGapIsFilledOnceAndInOrder) {
  alice_joins();
  network_has({});
  script.network_says(live("m1"));
  script.network_says(chat::Lost{Fault::closed, "gone", Instant{}});
  script.passes(60s);
  script.network_says(chat::Ready{"alice", {}});
  bodies();
  script.lets_in("#tea", "alice");
  const auto get = script.command<GetHistory>().second;
  EXPECT_EQ(get.conversation, tea);
  EXPECT_EQ(get.after.text, "m1");
  EXPECT_EQ(get.since, script.clock.utc() - 60s);
  script.network_says(live("m4"));  // waits for what was said before it
  EXPECT_EQ(bodies().size(), 1U) << "that the connection is back";
  network_has({said("m1", 60s), said("m2", 40s), said("m3", 20s), live("m4")});
  const auto written = script.written();
  ASSERT_EQ(written.size(), 3U) << script.dump(written);
  EXPECT_EQ(body_of(written[0]), "text of m2");
  EXPECT_NE(written[0].child("delay", "urn:xmpp:delay"), nullptr);
  EXPECT_EQ(body_of(written[1]), "text of m3");
  EXPECT_EQ(body_of(written[2]), "text of m4");
  EXPECT_EQ(whole_archive(), (Texts{"text of m1", "text of m2", "text of m3", "text of m4", "all"}));
}

TEST_F(CatchingUp, WhatCannotBeHadIsSaid) {
  alice_joins();
  network_has({});
  script.network_says(live("m1"));
  script.network_says(chat::Lost{Fault::closed, "gone", Instant{}});
  script.passes(3600s);
  script.network_says(chat::Ready{"alice", {}});
  script.lets_in("#tea", "alice");
  bodies();
  network_has({said("m8", 600s), said("m9", 300s)}, false);
  EXPECT_EQ(bodies(),
            (Texts{"The gateway was away from 09:00:00 to 09:50:00 UTC; what was said in between is missing here.",
                   "text of m8", "text of m9"}));
}

TEST_F(CatchingUp, FailsAsIfTheNetworkHadNoHistory) {
  alice_joins();
  network_has({});
  script.network_says(chat::Lost{Fault::closed, "gone", Instant{}});
  script.passes(3600s);
  script.network_says(chat::Ready{"alice", {}});
  script.network_says(live("m1"));
  script.lets_in("#tea", "alice");
  script.network_says(live("m2"));
  bodies();
  script.network_says(
      chat::Failed{script.command<GetHistory>().first, chat::Failed::Outcome::refused, Fault::not_found, "no", {}});
  EXPECT_EQ(bodies(),
            (Texts{"The gateway was away from 09:00:00 to 10:00:00 UTC; what was said in between is missing here.",
                   "text of m2"}));
}

TEST_F(CatchingUp, WhoEntersGetsWhatTheNetworkHas) {
  alice_joins("<history maxstanzas='2'/>");
  EXPECT_TRUE(bodies().empty()) << "it waits for its history";
  const auto get = script.command<GetHistory>().second;
  EXPECT_TRUE(get.before.empty() && get.after.empty() && !get.since && !get.until);
  script.network_says(live("m4"));
  network_has({said("m1", 40s), said("m2", 30s), said("m3", 20s), live("m4")});
  EXPECT_EQ(bodies(), (Texts{"text of m2", "text of m3", "text of m4"})) << "two of the past, and what is said now";
  EXPECT_EQ(whole_archive(), (Texts{"text of m1", "text of m2", "text of m3", "text of m4", "all"}));
}

TEST_F(CatchingUp, WhoWantsNoHistoryGetsWhatIsSaidSinceTheyCame) {
  alice_joins("<history maxstanzas='0'/>");
  script.network_says(live("m2"));
  network_has({said("m1", 40s), live("m2")});
  EXPECT_EQ(bodies(), (Texts{"text of m2"}));
  EXPECT_EQ(whole_archive(), (Texts{"text of m1", "text of m2", "all"}));
}

TEST_F(CatchingUp, AnArchiveGoesOnWhereTheNetworkHasMore) {
  alice_joins("<history maxstanzas='0'/>");
  network_has({said("m5", 50s), said("m6", 40s)}, false);
  const std::string rsm = "<set xmlns='http://jabber.org/protocol/rsm'><max>2</max><before>";
  EXPECT_EQ(page(rsm + "</before></set>"), (Texts{})) << "whether there is more, the network knows";
  auto get = script.command<GetHistory>().second;
  EXPECT_EQ(get.before.text, "m5");
  EXPECT_EQ(get.until, script.clock.utc() - 50s);
  network_has({said("m3", 70s), said("m4", 60s)}, false);
  EXPECT_EQ(answer(), (Texts{"text of m5", "text of m6", "more"}));
  EXPECT_EQ(page(rsm + first_id + "</before></set>"), (Texts{}));
  EXPECT_EQ(script.command<GetHistory>().second.before.text, "m3");
  network_has({said("m1", 90s), said("m2", 80s), said("m3", 70s)}, true);
  EXPECT_EQ(answer(), (Texts{"text of m3", "text of m4", "more"}));
  const auto asked = script.count<GetHistory>();
  EXPECT_EQ(page(rsm + first_id + "</before></set>"), (Texts{"text of m1", "text of m2", "all"}));
  EXPECT_EQ(page({}),
            (Texts{"text of m1", "text of m2", "text of m3", "text of m4", "text of m5", "text of m6", "all"}));
  EXPECT_EQ(script.count<GetHistory>(), asked) << "it has said that there is no more";
}

TEST_F(CatchingUp, AnArchiveHasTheReactionsOfWhatIsFarBack) {
  alice_joins("<history maxstanzas='0'/>");
  network_has({said("m5", 50s)}, false);
  page("<set xmlns='http://jabber.org/protocol/rsm'><before/></set>");
  const auto reacted = [this](const std::string& to, Duration ago, std::vector<std::string> emoji) {
    chat::ReactionsChanged reactions;
    reactions.conversation = tea;
    reactions.author.name = "carol";
    reactions.message.text = to;
    reactions.emoji = std::move(emoji);
    reactions.time = said(to, ago).time;
    return reactions;
  };
  // The first between the messages, as it was; one of what is not in the page cannot be shown.
  script.network_says(chat::Done{
      script.command<GetHistory>().first,
      chat::HistoryPage{{said("m1", 90s), said("m2", 70s)},
                        true,
                        {reacted("m1", 80s, {"x"}), reacted("m0", 75s, {"z"}), reacted("m1", 60s, {"x", "y"})}}});
  std::vector<std::string> ids, seen;
  for (const auto& each : script.written()) {
    const auto* result = each.child("result", xmpp::ns::mam);
    if (result == nullptr) continue;
    ids.emplace_back(result->get("id"));
    const auto* forwarded = result->child("forwarded", "urn:xmpp:forward:0");
    const auto* message = forwarded->child("message", "jabber:client");
    const auto* reactions = message->child("reactions", "urn:xmpp:reactions:0");
    if (reactions == nullptr) {
      seen.push_back(body_of(*message));
      continue;
    }
    EXPECT_EQ(message->get("from"), "#tea@irc.test/carol");
    EXPECT_EQ(reactions->get("id"), ids.at(0)) << "what clients know the message by";
    EXPECT_NE(forwarded->child("delay", "urn:xmpp:delay"), nullptr);
    std::string set = "reactions";
    for (const auto& emoji : reactions->children) set += ' ' + emoji.text();
    seen.push_back(set);
  }
  EXPECT_EQ(seen, (Texts{"text of m1", "reactions x", "text of m2", "reactions x y", "text of m5"}));
}

TEST_F(CatchingUp, AnArchiveWithoutTheNetworkIsWhatIsHere) {
  alice_joins("<history maxstanzas='0'/>");
  network_has({said("m5", 50s)}, false);
  page("<set xmlns='http://jabber.org/protocol/rsm'><before/></set>");
  script.network_says(
      chat::Failed{script.command<GetHistory>().first, chat::Failed::Outcome::unsure, Fault::timeout, "slow", {}});
  EXPECT_EQ(answer(), (Texts{"text of m5", "more"}));
  const auto asked = script.count<GetHistory>();
  script.network_says(chat::Lost{Fault::closed, "gone", Instant{}});
  EXPECT_EQ(page("<set xmlns='http://jabber.org/protocol/rsm'><before/></set>"), (Texts{"text of m5", "all"}));
  EXPECT_EQ(script.count<GetHistory>(), asked);
}

TEST_F(CatchingUp, TheNetworkIsNotAskedForWhatIsHere) {
  alice_joins("<history maxstanzas='0'/>");
  network_has({said("m5", 50s), said("m6", 40s), said("m7", 30s)}, false);
  const auto asked = script.count<GetHistory>();
  const std::string rsm = "<set xmlns='http://jabber.org/protocol/rsm'><max>2</max>";
  EXPECT_EQ(page(rsm + "<before/></set>"), (Texts{"text of m6", "text of m7", "more"}));
  EXPECT_EQ(page("<set xmlns='http://jabber.org/protocol/rsm'><after>" + first_id + "</after></set>"),
            (Texts{"text of m7", "all"}));
  EXPECT_EQ(page("<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field>"
                 "<field var='start'><value>2026-11-20T08:59:15Z</value></field></x>"),
            (Texts{"text of m6", "text of m7", "all"}));
  EXPECT_EQ(script.count<GetHistory>(), asked);
}

TEST_F(CatchingUp, WhatABouncerSaysAgainComesOnce) {
  script.network->capabilities() = {};
  alice_joins();
  script.network_says(live("m1"));
  bodies();
  script.network_says(said("m0", 100s));
  script.network_says(live("m1"));
  auto again = live("m1");
  again.replayed = true;
  script.network_says(again);
  EXPECT_EQ(bodies(), (Texts{"text of m0", "text of m1"}));
}

TEST_F(CatchingUp, PrivateMessagesThatWereMissedAreGot) {
  const chat::Conversation bob{{}, chat::PersonId{"bob"}};
  alice_joins();
  network_has({});
  auto first = said("p1", 0s, bob);
  first.replayed = false;
  script.network_says(first);
  script.passes(60s);
  script.network_says(chat::Lost{Fault::closed, "gone", Instant{}});
  script.passes(60s);
  script.network_says(chat::Ready{"alice", {}});
  script.network_says(chat::CapabilitiesChanged{script.network->capabilities()});
  bodies();
  const auto get = script.command<GetHistory>().second;
  EXPECT_EQ(get.conversation, chat::Conversation{});
  EXPECT_EQ(get.since, script.clock.utc() - 60s);
  network_has({said("p1", 120s, bob), said("p2", 30s, bob)});
  const auto written = script.only();
  EXPECT_EQ(written.get("from"), "bob@irc.test");
  EXPECT_EQ(body_of(written), "text of p2");
}

TEST_F(CatchingUp, PrivateMessagesOfANightAreGotAfterARestart) {
  script.xmpp_sends(
      "<iq type='set' id='r' from='alice@test/home' to='irc.test'><query xmlns='jabber:iq:register'><nick>alice</nick>"
      "</query></iq>");
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  script.network_says(chat::Ready{"alice", {}});
  const Timestamp left = script.clock.utc();
  script.xmpp_sends("<presence type='unavailable' from='alice@test/home' to='irc.test'/>");
  EXPECT_EQ(script.network->session, nullptr) << "nobody needs it";
  script.clock.advance(8h);
  script.restart();
  has_history();
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  script.network_says(chat::Ready{"alice", {}});
  script.network_says(chat::CapabilitiesChanged{script.network->capabilities()});
  const auto asked = script.command<GetHistory>().second;
  EXPECT_TRUE(asked.conversation.person.empty() && asked.conversation.room.empty());
  EXPECT_EQ(asked.since, left);
  network_has({said("p1", 1h, {{}, chat::PersonId{"bob"}})});
  EXPECT_EQ(bodies(), std::vector<std::string>{"text of p1"});
  script.network_says(chat::CapabilitiesChanged{script.network->capabilities()});
  EXPECT_EQ(script.count<GetHistory>(), 1U);
}

TEST_F(CatchingUp, PrivateMessagesAreAskedForAgainWhenTheLinkDiesOverIt) {
  alice_joins();
  network_has({});
  script.network_says(chat::Lost{Fault::closed, "gone", Instant{}});
  const Timestamp left = script.clock.utc();
  for (int time = 0; time < 2; ++time) {
    script.passes(60s);
    script.network_says(chat::Ready{"alice", {}});
    script.network_says(chat::CapabilitiesChanged{script.network->capabilities()});
    const auto [id, asked] = script.command<GetHistory>();
    EXPECT_EQ(asked.since, left);
    script.network_says(chat::Lost{Fault::closed, "gone", Instant{}});
    script.network_says(chat::Failed{id, chat::Failed::Outcome::unsure, Fault::closed, "gone", {}});
  }
}

TEST(KnownMessages, AreTheSameByTheirIdOrByWhatTheySay) {
  store::Message row;
  row.direction = store::Direction::to_person;
  row.room = "#tea";
  row.author = "bob";
  row.sent = Timestamp{5s};
  row.content = delivery::write_command(chat::SendMessage{tea, chat::plain("hello")});
  KnownMessages known;
  known.add(row);
  chat::MessageReceived message;
  message.conversation = tea;
  message.author.name = "bob";
  message.content = chat::plain("hello");
  message.time = Timestamp{5s};
  EXPECT_TRUE(known.has(message));
  message.time = Timestamp{6s};
  EXPECT_FALSE(known.has(message));
  message.id.text = "m1";
  known.add(message);
  message.content = chat::plain("another text, as it was redacted");
  EXPECT_TRUE(known.has(message));
}

}  // namespace
}  // namespace dragoman::gateway::catch_up_test
