#include "support/gateway_script.hpp"

// Registration with a network that logs people in before their account is kept: its answer is that to the registration.

namespace dragoman::gateway::login_test {
namespace {

using test::FakeNetwork;
using test::GatewayScript;
using Lines = std::vector<std::string>;

/// A gateway whose network asks its server about each account.
class LoginScript : public GatewayScript {
 public:
  explicit LoginScript(gateway::Policy policy = default_policy()) : GatewayScript(std::move(policy)) {
    network->logins = &logins;
  }
  std::vector<FakeNetwork::Login> logins;

  void registers(const std::string& nick, const std::string& from = "alice@test/home") {
    xmpp_sends("<iq from='" + from + "' to='irc.test' type='set' id='q'><query xmlns='jabber:iq:register'><nick>" +
               nick + "</nick><password>hush</password></query></iq>");
  }
  void unregisters(const std::string& from = "alice@test/home") {
    xmpp_sends("<iq from='" + from + "' to='irc.test' type='set' id='u'><query xmlns='jabber:iq:register'><remove/>" +
               "</query></iq>");
  }
  void network_answers(std::size_t login, Result<chat::Account> account) {
    logins.at(login).done(std::move(account));
    end_turn();
  }
  /// As the network knows the account.
  chat::Account let_in(std::size_t login) {
    chat::Account account = logins.at(login).account;
    account.nickname = "@" + account.nickname + ":hs.test";
    return account;
  }
  std::string stored() const {
    const auto found = store.values.find({"account", "irc.test alice@test", ""});
    return found == store.values.end() ? std::string{} : found->second;
  }
  xmpp::Element answer_to(const std::string& id) {
    xmpp::Element answer;
    for (auto& each : written()) {
      if (each.name == "iq" && each.get("id") == id) answer = std::move(each);
    }
    return answer;
  }
};

std::string condition_of(const xmpp::Element& stanza) {
  const auto* error = stanza.child("error", stanza.ns);
  return error == nullptr ? std::string{stanza.get("type")} : error->children.front().name;
}
std::string text_of(const xmpp::Element& stanza) {
  const auto* error = stanza.child("error", stanza.ns);
  return error == nullptr ? std::string{} : error->child_text("text", xmpp::ns::stanza_errors);
}

TEST(Login, IsAwaitedBeforeTheRegistrationIsAnswered) {
  LoginScript script;
  script.registers("alice");
  EXPECT_TRUE(script.written().empty());
  EXPECT_EQ(script.stored(), "");
  ASSERT_EQ(script.logins.size(), 1U);
  EXPECT_EQ(script.logins[0].account.password.reveal(), "hush");
  script.network_answers(0, script.let_in(0));
  EXPECT_EQ(condition_of(script.answer_to("q")), "result");
  EXPECT_NE(script.stored().find("@alice:hs.test"), std::string::npos);
}

TEST(Login, WithAWrongPasswordIsNotAcceptableAndKeepsNothing) {
  LoginScript script;
  script.registers("alice");
  script.network_answers(0, failure(Fault::unacceptable, "password: wrong username or password"));
  const auto answer = script.answer_to("q");
  EXPECT_EQ(condition_of(answer), "not-acceptable");
  EXPECT_NE(text_of(answer).find("wrong username or password"), std::string::npos);
  EXPECT_EQ(xmpp::to_xml(answer).find("hush"), std::string::npos);
  EXPECT_EQ(script.stored(), "");
  script.registers("alice");
  EXPECT_EQ(script.logins.size(), 2U) << "and may be tried again";
}

TEST(Login, OfAServerThatIsNotFoundIsARemoteServerNotFound) {
  LoginScript script;
  script.registers("alice");
  script.network_answers(0, failure(Fault::not_found, "there is no hs.tld"));
  EXPECT_EQ(condition_of(script.answer_to("q")), "remote-server-not-found");
}

TEST(Login, ThatIsNotAnsweredInAMinuteIsGivenUpAndEndedWhenItSucceedsLater) {
  LoginScript script;
  script.registers("alice");
  script.passes(std::chrono::seconds{59});
  EXPECT_TRUE(script.written().empty());
  script.passes(std::chrono::seconds{2});
  EXPECT_EQ(condition_of(script.answer_to("q")), "remote-server-timeout");
  script.network_answers(0, script.let_in(0));
  EXPECT_TRUE(script.written().empty());
  EXPECT_EQ(script.stored(), "");
  EXPECT_EQ(script.network->log, Lines{"log out @alice:hs.test"});
}

TEST(Login, ThatSucceedsLateIsNotEndedWhileAnotherOneIsUnderWay) {
  LoginScript script;
  script.registers("alice");
  script.passes(std::chrono::seconds{61});
  script.registers("alice");
  script.network_answers(0, script.let_in(0));
  EXPECT_EQ(script.network->log, Lines{});
  script.network_answers(1, script.let_in(1));
  EXPECT_NE(script.stored(), "");
}

TEST(Login, IsUnderWayOnceForAPerson) {
  LoginScript script;
  script.registers("alice");
  script.registers("alice", "alice@test/phone");
  const auto second = script.only();
  EXPECT_EQ(condition_of(second), "resource-constraint");
  EXPECT_NE(text_of(second).find("already"), std::string::npos);
  EXPECT_EQ(script.logins.size(), 1U);
  script.registers("bob", "bob@test/x");
  EXPECT_EQ(script.logins.size(), 2U);
}

TEST(Login, IsGivenUpByWhoUnregisters) {
  LoginScript script;
  script.registers("alice");
  script.unregisters();
  const auto said = script.written();
  ASSERT_GE(said.size(), 2U) << GatewayScript::dump(said);
  EXPECT_EQ(condition_of(said[0]), "service-unavailable");
  EXPECT_EQ(said[0].get("id"), "q");
  EXPECT_EQ(condition_of(said[1]), "result");
  script.network_answers(0, script.let_in(0));
  EXPECT_EQ(script.network->log, Lines{"log out @alice:hs.test"});
  EXPECT_EQ(script.stored(), "");
}

TEST(Login, ThatChangesTheAccountLeavesItWhenItIsRefused) {
  LoginScript script;
  script.registers("alice");
  script.network_answers(0, script.let_in(0));
  const std::string before = script.stored();
  script.registers("alice");
  script.network_answers(1, failure(Fault::unacceptable, "password: wrong username or password"));
  EXPECT_EQ(script.stored(), before);
}

TEST(Login, EndsWithTheAccount) {
  LoginScript script;
  script.registers("alice");
  script.network_answers(0, script.let_in(0));
  script.unregisters();
  EXPECT_EQ(condition_of(script.answer_to("u")), "result");
  ASSERT_FALSE(script.network->log.empty());
  EXPECT_EQ(script.network->log.back(), "log out @alice:hs.test");
  EXPECT_EQ(script.stored(), "");
}

TEST(Login, IsAnsweredWhenTheGatewayStops) {
  LoginScript script;
  script.registers("alice");
  script.stop();
  EXPECT_EQ(condition_of(script.answer_to("q")), "remote-server-timeout");
}

TEST(Login, SucceedsWhileTheLinkToTheXmppServerIsDown) {
  LoginScript script;
  script.registers("alice");
  script.link_goes_down();
  script.network_answers(0, script.let_in(0));
  EXPECT_NE(script.stored(), "");
  script.link_comes_up();
  script.registers("alice");
  EXPECT_TRUE(script.logins.at(1).account.registered);
}

TEST(Login, InAChatSaysThatItTakesAMomentAndThenHowItEnded) {
  LoginScript script;
  const auto says = [&script](const std::string& body) {
    script.xmpp_sends("<message from='alice@test/home' to='irc.test' type='chat'><body>" + body + "</body></message>");
  };
  const auto heard = [&script] {
    std::string text;
    for (const auto& each : script.written()) text += each.child_text("body", each.ns) + '\n';
    return text;
  };
  says("register alice");
  EXPECT_EQ(heard(), "");
  script.passes(std::chrono::seconds{5});
  EXPECT_NE(heard().find("Logging in"), std::string::npos);
  script.network_answers(0, script.let_in(0));
  EXPECT_NE(heard().find("You are registered as @alice:hs.test"), std::string::npos);
}

TEST(Login, ByACommandThatIsCancelledIsGivenUp) {
  LoginScript script;
  const auto says = [&script](const std::string& body) {
    script.xmpp_sends("<message from='alice@test/home' to='irc.test' type='chat'><body>" + body + "</body></message>");
  };
  says("register alice");
  says("cancel");
  script.network_answers(0, script.let_in(0));
  EXPECT_EQ(script.stored(), "");
  EXPECT_EQ(script.network->log, Lines{"log out @alice:hs.test"});
}

TEST(Login, OfWhomAnAdminAddsIsAwaitedToo) {
  auto policy = GatewayScript::default_policy();
  policy.admins = {"root@test"};
  LoginScript script{policy};
  const auto command = [](const std::string& attributes, const std::string& payload) {
    return "<iq from='root@test/desk' to='irc.test' type='set' id='c'><command "
           "xmlns='http://jabber.org/protocol/commands' node='http://jabber.org/protocol/admin#add-user' " +
           attributes + ">" + payload + "</command></iq>";
  };
  script.xmpp_sends(command("", ""));
  const std::string session{script.only().children.front().get("sessionid")};
  script.xmpp_sends(command("sessionid='" + session + "' action='complete'",
                            "<x xmlns='jabber:x:data' type='submit'><field var='accountjid'><value>alice@test</value>"
                            "</field><field var='nick'><value>alice</value></field></x>"));
  EXPECT_TRUE(script.written().empty());
  script.network_answers(0, script.let_in(0));
  EXPECT_NE(xmpp::to_xml(script.answer_to("c")).find("alice@test is registered"), std::string::npos);
  EXPECT_NE(script.stored(), "");
}

class DialogScript : public LoginScript {
 public:
  using LoginScript::LoginScript;
  void begins_dialog() {
    network->offered = {{"login", "Log in", chat::DialogOffer::Audience::registering}};
    xmpp_sends("<message from='alice@test/home' to='irc.test' type='chat'><body>login</body></message>");
  }
  std::string ends_with_account() {
    chat::Finished finished;
    finished.text = "You are logged in.";
    finished.account.emplace();
    finished.account->owner = "alice@test";
    finished.account->nickname = "@alice:hs.test";
    network->shown(finished);
    end_turn();
    std::string text;
    for (const auto& each : written()) text += each.child_text("body", each.ns);
    return text;
  }
};

TEST(LoginDialog, OfANetworkRegistersTheAccount) {
  DialogScript script;
  script.begins_dialog();
  EXPECT_NE(script.ends_with_account().find("You are logged in."), std::string::npos);
  EXPECT_NE(script.stored().find("@alice:hs.test"), std::string::npos);
}

TEST(LoginDialog, IsNotForStrangersWhereRegistrationIsClosed) {
  auto policy = GatewayScript::default_policy();
  policy.registration = Policy::Registration::closed;
  DialogScript script{policy};
  script.begins_dialog();
  EXPECT_NE(xmpp::to_xml(script.only()).find("Registration is closed"), std::string::npos);
  EXPECT_FALSE(script.network->shown);
}

TEST(LoginDialog, EndsInNothingWhenRegistrationWasClosedMeanwhile) {
  DialogScript script;
  script.begins_dialog();
  auto policy = GatewayScript::default_policy();
  policy.registration = Policy::Registration::closed;
  script.policy_becomes(policy);
  EXPECT_NE(script.ends_with_account().find("Registration is closed"), std::string::npos);
  EXPECT_EQ(script.stored(), "");
  EXPECT_EQ(script.network->log, Lines{"log out @alice:hs.test"});
}

}  // namespace
}  // namespace dragoman::gateway::login_test
