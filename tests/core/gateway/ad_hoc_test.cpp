#include "xmpp/ad_hoc.hpp"

#include "support/gateway_script.hpp"

// Commands as XEP-0050 shows them: discovery, steps, sessions, errors.

namespace dragoman::gateway::ad_hoc_test {
namespace {

using test::GatewayScript;

constexpr std::string_view stanzas = xmpp::ns::stanza_errors;

std::string command(const std::string& attributes, const std::string& payload = {},
                    const std::string& from = "alice@test/home", const std::string& to = "irc.test") {
  return "<iq from='" + from + "' to='" + to +
         "' type='set' id='q'><command xmlns='http://jabber.org/protocol/commands' " + attributes + ">" + payload +
         "</command></iq>";
}
std::string form(const std::string& fields) { return "<x xmlns='jabber:x:data' type='submit'>" + fields + "</x>"; }
std::string field(const std::string& name, const std::string& value) {
  return "<field var='" + name + "'><value>" + value + "</value></field>";
}
std::string disco(const std::string& kind, const std::string& node, const std::string& from = "alice@test/home",
                  const std::string& to = "irc.test") {
  return "<iq from='" + from + "' to='" + to + "' type='get' id='d'><query xmlns='http://jabber.org/protocol/disco#" +
         kind + "' node='" + node + "'/></iq>";
}
std::vector<std::string> nodes(const xmpp::Element& iq) {
  std::vector<std::string> all;
  for (const auto& item : iq.child("query", xmpp::ns::disco_items)->children) all.emplace_back(item.get("node"));
  return all;
}
bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}
const xmpp::Element& step(const xmpp::Element& iq) {
  static const xmpp::Element none;
  const auto* found = iq.child("command", xmpp::commands_ns);
  EXPECT_NE(found, nullptr) << xmpp::to_xml(iq);
  return found == nullptr ? none : *found;
}
std::string note(const xmpp::Element& iq, std::string_view type) {
  const auto* found = step(iq).child("note", xmpp::commands_ns);
  return found != nullptr && found->get("type") == type ? found->text() : std::string{};
}
/// "bad-request/bad-payload"
std::string error_of(const xmpp::Element& iq) {
  const auto* error = iq.child("error", xmpp::ns::component);
  if (error == nullptr) return "none";
  std::string text;
  for (const auto& child : error->children) {
    if (child.ns == stanzas && child.name != "text") text += child.name;
    if (child.ns == xmpp::commands_ns) text += '/' + child.name;
  }
  return text;
}
gateway::Policy with_admin() {
  auto policy = GatewayScript::default_policy();
  policy.admins = {"root@test"};
  return policy;
}
/// Begins a command and returns its session.
std::string begins(GatewayScript& script, const std::string& node, const std::string& from = "alice@test/home") {
  script.xmpp_sends(command("node='" + node + "'", {}, from));
  return std::string{step(script.only()).get("sessionid")};
}

TEST(AdHoc, ListsWhatThisPersonMayDo) {
  GatewayScript script{with_admin()};
  script.xmpp_sends(disco("items", "http://jabber.org/protocol/commands"));
  const auto mine = nodes(script.only());
  EXPECT_TRUE(has(mine, "register"));
  EXPECT_TRUE(has(mine, "join"));
  EXPECT_FALSE(has(mine, "unregister"));
  EXPECT_FALSE(has(mine, "http://jabber.org/protocol/admin#announce"));
  script.xmpp_sends(disco("items", "http://jabber.org/protocol/commands", "root@test/desk"));
  EXPECT_TRUE(has(nodes(script.only()), "http://jabber.org/protocol/admin#announce"));
}

TEST(AdHoc, DescribesTheListAndEachCommand) {
  GatewayScript script{with_admin()};
  script.xmpp_sends(disco("info", "http://jabber.org/protocol/commands"));
  const auto list = script.only();
  EXPECT_EQ(list.child("query", xmpp::ns::disco_info)->children.front().get("type"), "command-list");
  script.xmpp_sends(disco("info", "join"));
  const auto node = script.only();
  const auto& query = *node.child("query", xmpp::ns::disco_info);
  EXPECT_EQ(query.children.front().get("category"), "automation");
  EXPECT_EQ(query.children.front().get("type"), "command-node");
  EXPECT_NE(xmpp::to_xml(query).find("jabber:x:data"), std::string::npos);
  script.xmpp_sends(disco("info", "http://jabber.org/protocol/admin#announce"));
  EXPECT_EQ(error_of(script.only()), "forbidden");
  script.xmpp_sends(disco("info", "nothing"));
  EXPECT_EQ(error_of(script.only()), "item-not-found");
}

TEST(AdHoc, RegistersByAForm) {
  GatewayScript script;
  script.xmpp_sends(command("node='register' action='execute'"));
  const auto shown = script.only();
  EXPECT_EQ(step(shown).get("status"), "executing");
  EXPECT_EQ(step(shown).child("actions", xmpp::commands_ns)->get("execute"), "complete");
  EXPECT_NE(xmpp::to_xml(shown).find("text-private"), std::string::npos);
  const std::string session{step(shown).get("sessionid")};
  script.xmpp_sends(command("node='register' sessionid='" + session + "' action='complete'",
                            form(field("nick", "alicia") + field("password", "hush"))));
  const auto said = script.written();
  ASSERT_EQ(said.size(), 2U) << GatewayScript::dump(said);
  EXPECT_EQ(said[0].get("type"), "subscribe");
  EXPECT_EQ(step(said[1]).get("status"), "completed");
  EXPECT_NE(note(said[1], "info").find("alicia"), std::string::npos);
  EXPECT_EQ(GatewayScript::dump(said).find("hush"), std::string::npos);
  script.xmpp_sends("<presence from='alice@test/home' to='irc.test'/>");
  EXPECT_EQ(script.network->account.password.reveal(), "hush");
}

TEST(AdHoc, RefusesAFormWithSomethingMissingAndGoesOnWithIt) {
  GatewayScript script;
  const std::string session = begins(script, "register");
  script.xmpp_sends(command("node='register' sessionid='" + session + "'", form(field("password", "hush"))));
  const auto refused = script.only();
  EXPECT_EQ(error_of(refused), "bad-request/bad-payload");
  EXPECT_EQ(xmpp::to_xml(refused).find("hush"), std::string::npos) << "an error gives no password back";
  script.xmpp_sends(command("node='register' sessionid='" + session + "'", form(field("nick", "alicia"))));
  EXPECT_EQ(step(script.written().back()).get("status"), "completed");
}

TEST(AdHoc, ShowsTheFormAgainWhenTheAnswerIsWrong) {
  GatewayScript script;
  const std::string session = begins(script, "join");
  script.xmpp_sends(command("node='join' sessionid='" + session + "'", form(field("room", "a b"))));
  const auto again = script.only();
  EXPECT_EQ(step(again).get("status"), "executing");
  EXPECT_FALSE(note(again, "error").empty());
  EXPECT_NE(xmpp::to_xml(again).find("<value>a b</value>"), std::string::npos) << "what was typed is still there";
}

TEST(AdHoc, FailsWithCompletedAndANoteOfTheKindError) {
  GatewayScript script;
  script.xmpp_sends(command("node='leave'"));
  const auto failed = script.only();
  EXPECT_EQ(step(failed).get("status"), "completed");
  EXPECT_EQ(note(failed, "error"), "You are in no room.");
}

TEST(AdHoc, CancelsAtAnyTime) {
  GatewayScript script;
  const std::string session = begins(script, "register");
  script.xmpp_sends(command("node='register' sessionid='" + session + "' action='cancel'"));
  EXPECT_EQ(step(script.only()).get("status"), "canceled");
  script.xmpp_sends(command("node='register' sessionid='" + session + "' action='complete'"));
  EXPECT_EQ(error_of(script.only()), "not-allowed/session-expired");
}

TEST(AdHoc, SessionsBelongToOneClient) {
  GatewayScript script;
  const std::string session = begins(script, "register");
  for (const char* other : {"alice@test/phone", "bob@test/home"}) {
    script.xmpp_sends(
        command("node='register' sessionid='" + session + "' action='complete'", form(field("nick", "evil")), other));
    EXPECT_EQ(error_of(script.only()), "bad-request/bad-sessionid");
  }
  script.xmpp_sends(command("node='register' sessionid='made up'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-sessionid");
  script.xmpp_sends(command("node='join' sessionid='" + session + "'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-sessionid") << "another command";
}

TEST(AdHoc, SessionsEndAfterTenMinutesOfSilence) {
  GatewayScript script;
  const std::string session = begins(script, "register");
  script.passes(std::chrono::minutes{11});
  script.xmpp_sends(command("node='register' sessionid='" + session + "'", form(field("nick", "alicia"))));
  EXPECT_EQ(error_of(script.only()), "not-allowed/session-expired");
}

TEST(AdHoc, APersonHasEightSessionsAndTheOldestGoesFirst) {
  GatewayScript script;
  const std::string first = begins(script, "register");
  for (int i = 0; i < 8; ++i) {
    script.clock.advance(std::chrono::seconds{1});
    begins(script, "register");
  }
  script.xmpp_sends(command("node='register' sessionid='" + first + "'", form(field("nick", "alicia"))));
  EXPECT_EQ(error_of(script.only()), "not-allowed/session-expired");
}

TEST(AdHoc, TakesNextBehindTheLastStepAsItsEnd) {
  GatewayScript script;
  const std::string session = begins(script, "register");
  script.xmpp_sends(
      command("node='register' sessionid='" + session + "' action='next'", form(field("nick", "alicia"))));
  EXPECT_EQ(step(script.written().back()).get("status"), "completed");
}

TEST(AdHoc, RefusesActionsThatDoNotFit) {
  GatewayScript script;
  const std::string session = begins(script, "register");
  const std::string at = "node='register' sessionid='" + session + "' ";
  script.xmpp_sends(command(at + "action='explode'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/malformed-action");
  script.xmpp_sends(command(at + "action='prev'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-action");
  script.xmpp_sends(command("node='register' action='complete'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-action");
  script.xmpp_sends(command("node='register' xml:lang='de'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-locale");
  script.xmpp_sends(command("node='nothing'"));
  EXPECT_EQ(error_of(script.only()), "item-not-found");
  script.xmpp_sends(command("action='execute'"));
  EXPECT_EQ(error_of(script.only()), "bad-request");
}

TEST(AdHoc, UnderstandsALanguageThatTheServerStamped) {
  GatewayScript script;
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='set' id='q' xml:lang='de'><command "
      "xmlns='http://jabber.org/protocol/commands' node='register'/></iq>");
  const auto shown = script.only();
  EXPECT_EQ(step(shown).get("status"), "executing");
  EXPECT_EQ(step(shown).get("xml:lang"), "en");
}

TEST(AdHoc, IsForbiddenToWhoIsNoAdmin) {
  GatewayScript script{with_admin()};
  script.xmpp_sends(command("node='http://jabber.org/protocol/admin#shutdown'"));
  const auto error = script.only();
  EXPECT_EQ(error_of(error), "forbidden");
  EXPECT_EQ(error.child("error", xmpp::ns::component)->get("code"), "403");
}

TEST(AdHoc, JoinSendsAnInvitationToTheClientThatAsks) {
  GatewayScript script;
  const std::string session = begins(script, "join");
  script.xmpp_sends(command("node='join' sessionid='" + session + "' action='complete'",
                            form(field("room", "tea") + field("password", "sesame"))));
  const auto said = script.written();
  ASSERT_EQ(said.size(), 2U) << GatewayScript::dump(said);
  EXPECT_EQ(said[0].get("from"), "#tea@irc.test");
  EXPECT_EQ(said[0].get("to"), "alice@test/home");
  const auto* invitation = said[0].child("x", "jabber:x:conference");
  ASSERT_NE(invitation, nullptr);
  EXPECT_EQ(invitation->get("jid"), "#tea@irc.test");
  EXPECT_EQ(step(said[1]).get("status"), "completed");
  // Who comes does not need to type the password again.
  script.xmpp_sends(
      "<presence from='alice@test/home' to='#tea@irc.test/alice'><x "
      "xmlns='http://jabber.org/protocol/muc'/></presence>");
  EXPECT_EQ(script.command<chat::JoinRoom>().second.password, "sesame");
}

TEST(AdHoc, AtARoomAndAtAPersonIsAboutThem) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(disco("items", "http://jabber.org/protocol/commands", "alice@test/home", "#tea@irc.test"));
  EXPECT_EQ(nodes(script.only()), (std::vector<std::string>{"configure", "join", "leave"}));
  script.xmpp_sends(disco("items", "http://jabber.org/protocol/commands", "alice@test/home", "bob@irc.test"));
  EXPECT_EQ(nodes(script.only()), (std::vector<std::string>{"whois", "add", "block", "unblock", "write"}));
  script.xmpp_sends(command("node='leave'", {}, "alice@test/home", "#tea@irc.test"));
  const auto said = script.written();
  ASSERT_EQ(said.size(), 2U) << GatewayScript::dump(said);
  EXPECT_EQ(said[0].get("type"), "unavailable");
  EXPECT_EQ(step(said[1]).get("status"), "completed");
  EXPECT_EQ(script.count<chat::LeaveRoom>(), 1U);
}

chat::RoomList rooms(int number) {
  chat::RoomList list;
  for (int i = 0; i < number; ++i) {
    const std::string name = "#room" + std::to_string(i);
    list.rooms.push_back({chat::RoomId{name}, name, "topic " + std::to_string(i), static_cast<std::uint32_t>(i)});
  }
  return list;
}

TEST(AdHoc, ListsRoomsInPagesForthAndBack) {
  GatewayScript script;
  const std::string session = begins(script, "rooms");
  const std::string at = "node='rooms' sessionid='" + session + "' action='";
  script.xmpp_sends(command(at + "complete'", form({})));
  EXPECT_TRUE(script.written().empty()) << "the network is asked when there is a connection";
  script.network_says(chat::Ready{"alice", {}});
  script.network_says(chat::Done{script.command<chat::ListRooms>().first, rooms(45)});
  const auto first = script.only();
  const auto& page = step(first);
  EXPECT_EQ(page.get("status"), "executing");
  EXPECT_EQ(page.child("x", xmpp::ns::data_form)->get("type"), "result");
  EXPECT_NE(xmpp::to_xml(page).find("<value>#room44@irc.test</value>"), std::string::npos) << "the largest first";
  const auto* actions = page.child("actions", xmpp::commands_ns);
  EXPECT_EQ(actions->get("execute"), "next");
  EXPECT_EQ(actions->child("prev", xmpp::commands_ns), nullptr);
  script.xmpp_sends(command(at + "prev'"));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-action");
  script.xmpp_sends(command(at + "next'"));
  EXPECT_NE(xmpp::to_xml(script.only()).find("21 to 40 of 45"), std::string::npos);
  script.xmpp_sends(command(at + "next'"));
  EXPECT_NE(xmpp::to_xml(script.only()).find("41 to 45 of 45"), std::string::npos);
  script.xmpp_sends(command(at + "prev'"));
  EXPECT_NE(xmpp::to_xml(script.only()).find("21 to 40 of 45"), std::string::npos);
  script.xmpp_sends(command(at + "complete'"));
  EXPECT_EQ(step(script.only()).get("status"), "completed");
}

TEST(AdHoc, SaysWhyTheNetworkCannotBeAsked) {
  GatewayScript script;
  std::string session = begins(script, "rooms");
  script.xmpp_sends(command("node='rooms' sessionid='" + session + "'", form({})));
  script.network_says(
      chat::Lost{Fault::unavailable, "connection refused", script.clock.now() + std::chrono::minutes{1}});
  EXPECT_NE(note(script.only(), "error").find("connection refused"), std::string::npos);
  session = begins(script, "rooms");
  script.xmpp_sends(command("node='rooms' sessionid='" + session + "'", form({})));
  EXPECT_NE(note(script.only(), "error").find("cannot be reached"), std::string::npos);
}

TEST(AdHoc, DoesNotWaitForeverForAConnection) {
  GatewayScript script;
  const std::string session = begins(script, "rooms");
  script.xmpp_sends(command("node='rooms' sessionid='" + session + "'", form({})));
  script.passes(std::chrono::seconds{16});
  EXPECT_FALSE(note(script.only(), "error").empty());
}

TEST(RoomsNode, HasAllRoomsInPagesAndAsksTheNetworkOnce) {
  GatewayScript script;
  script.joins("alice", "#tea");
  const auto page = [](const std::string& set) {
    return "<iq from='alice@test/home' to='irc.test' type='get' id='d'><query "
           "xmlns='http://jabber.org/protocol/disco#items' node='rooms'><set xmlns='http://jabber.org/protocol/rsm'>" +
           set + "</set></query></iq>";
  };
  script.xmpp_sends(page("<max>2</max>"));
  script.network_says(chat::Done{script.command<chat::ListRooms>().first, rooms(5)});
  const auto first = script.only();
  const auto& items = *first.child("query", xmpp::ns::disco_items);
  EXPECT_EQ(items.children.front().get("jid"), "#room4@irc.test");
  EXPECT_EQ(items.child("set", xmpp::ns::rsm)->child_text("count", xmpp::ns::rsm), "5");
  script.xmpp_sends(page("<max>2</max><after>#room3@irc.test</after>"));
  EXPECT_EQ(script.only().child("query", xmpp::ns::disco_items)->children.front().get("jid"), "#room2@irc.test");
  EXPECT_EQ(script.count<chat::ListRooms>(), 1U);
  script.xmpp_sends(page("<max>2</max><after>nowhere</after>"));
  EXPECT_EQ(error_of(script.only()), "item-not-found");
  script.passes(std::chrono::minutes{3});
  script.xmpp_sends(page("<max>2</max>"));
  EXPECT_EQ(script.count<chat::ListRooms>(), 2U) << "a list grows old";
}

TEST(PersonalSettings, AreKeptAndTakeEffect) {
  GatewayScript script;
  const std::string session = begins(script, "settings");
  script.xmpp_sends(command("node='settings' sessionid='" + session + "'", form(field("history_on_join", "10000"))));
  EXPECT_EQ(error_of(script.only()), "bad-request/bad-payload") << "more than there is";
  script.xmpp_sends(command("node='settings' sessionid='" + session + "' action='complete'",
                            form(field("history_on_join", "0") + field("notices", "0"))));
  EXPECT_EQ(step(script.only()).get("status"), "completed");
  script.restart();
  script.joins("alice", "#tea");
  EXPECT_EQ(script.store.archive_questions, 0U) << "no history is wanted";
  script.network_says(chat::Notice{"irc.test", "The server is tired", {}});
  EXPECT_TRUE(script.written().empty());
}

TEST(PersonalSettings, AreForgottenWithTheAccount) {
  GatewayScript script;
  script.xmpp_sends(
      "<iq from='alice@test/home' to='irc.test' type='set' id='r'><query "
      "xmlns='jabber:iq:register'><nick>alice</nick></query></iq>");
  script.written();
  std::string session = begins(script, "settings");
  script.xmpp_sends(command("node='settings' sessionid='" + session + "'",
                            form(field("history_on_join", "5") + field("notices", "1"))));
  script.written();
  session = begins(script, "unregister");
  script.xmpp_sends(command("node='unregister' sessionid='" + session + "'", form(field("confirm", "0"))));
  EXPECT_FALSE(script.store.values.empty());
  script.written();
  session = begins(script, "unregister");
  script.xmpp_sends(command("node='unregister' sessionid='" + session + "'", form(field("confirm", "true"))));
  EXPECT_TRUE(script.store.values.empty());
}

TEST(Commands, ReconnectKeepsTheRooms) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(command("node='reconnect'"));
  EXPECT_EQ(script.network->log,
            (std::vector<std::string>{"connect as alice", "stop reconnecting", "connect as alice"}));
  EXPECT_EQ(script.count<chat::JoinRoom>(), 2U);
  script.written();
  script.network_says(chat::Ready{"alice", {}});
  script.network_says(chat::Done{script.command<chat::Ping>().first, chat::Reply{}});
  EXPECT_EQ(note(script.written().back(), "info"), "connected as alice");
}

TEST(Commands, AddAsksToBeAmongTheContacts) {
  GatewayScript script;
  script.xmpp_sends(command("node='add'", {}, "alice@test/home", "bob@irc.test"));
  const auto said = script.written();
  ASSERT_EQ(said.size(), 2U) << GatewayScript::dump(said);
  EXPECT_EQ(said[0].get("type"), "subscribe");
  EXPECT_EQ(said[0].get("from"), "bob@irc.test");
  EXPECT_EQ(step(said[1]).get("status"), "completed");
}

TEST(Commands, WriteIsAMessageLikeAnyOther) {
  GatewayScript script;
  const std::string session = begins(script, "write");
  script.xmpp_sends(
      command("node='write' sessionid='" + session + "'",
              form(field("person", "bob") + "<field var='text'><value>one</value><value>two</value></field>")));
  EXPECT_EQ(step(script.only()).get("status"), "completed");
  script.network_says(chat::Ready{"alice", {}});
  const auto sent = script.command<chat::SendMessage>().second;
  EXPECT_EQ(sent.conversation.person.text, "bob");
  EXPECT_EQ(sent.content.text, "one\ntwo");
}

TEST(Commands, BlockAndUnblock) {
  GatewayScript script;
  script.joins("alice", "#tea");
  script.xmpp_sends(command("node='block'", {}, "alice@test/home", "bob@irc.test"));
  EXPECT_EQ(step(script.written().back()).get("status"), "completed");
  chat::MessageReceived said;
  said.conversation.person = chat::PersonId{"bob"};
  said.author.name = "bob";
  said.content = chat::plain("psst");
  script.network_says(said);
  EXPECT_TRUE(script.written().empty());
  script.xmpp_sends(command("node='unblock'", {}, "alice@test/home", "bob@irc.test"));
  script.written();
  script.network_says(said);
  EXPECT_EQ(script.only().child_text("body", xmpp::ns::component), "psst");
}

TEST(Commands, OfPeopleNeedRegistrationWhereItIsRequired) {
  auto policy = GatewayScript::default_policy();
  policy.registration = Policy::Registration::required;
  GatewayScript script{policy};
  script.xmpp_sends(command("node='join'"));
  EXPECT_EQ(error_of(script.only()), "forbidden");
  policy.registration = Policy::Registration::closed;
  GatewayScript closed{policy};
  closed.xmpp_sends(command("node='register'"));
  EXPECT_EQ(error_of(closed.only()), "forbidden");
}

}  // namespace
}  // namespace dragoman::gateway::ad_hoc_test
