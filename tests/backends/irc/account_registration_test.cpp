#include "backends/irc/account_registration.hpp"

#include "backends/irc/config.hpp"
#include "backends/irc/make_login.hpp"
#include "backends/irc/redact.hpp"
#include "support/irc_script.hpp"

// ircv3.net: draft/account-registration, and the same by words of services.

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;

backends::irc::Login wants_an_account() {
  backends::irc::Login login = alice();
  login.sasl.account = "alice";
  login.sasl.password = Secret<std::string>{"hunter2"};
  login.sasl.mechanisms = {"PLAIN"};
  login.registration.change().wanted = true;
  login.registration.change().email = "alice@mail.example";
  return login;
}

/// Up to the answer to a login that fails.
void login_fails(IrcScript& irc, const std::string& terms) {
  irc.connects();
  const std::string caps = "sasl draft/account-registration";
  irc.server_says(":irc.test CAP * LS :sasl=PLAIN draft/account-registration" + terms);
  irc.server_says(":irc.test CAP * ACK :" + caps, "AUTHENTICATE +");
  irc.forget();
  irc.server_says(":irc.test 904 * :SASL authentication failed");
}

void welcomes(IrcScript& irc) {
  irc.server_says(":irc.test 001 alice :Welcome", ":irc.test 005 alice CHANTYPES=# :are supported",
                  ":irc.test 422 alice :No MOTD");
}

TEST(IrcAccountRegistration, HappensWhenTheLoginFailsAndBeforeTheConnectionIsMade) {
  IrcScript irc{wants_an_account()};
  login_fails(irc, "=before-connect,email-required");
  irc.we_say("REGISTER * alice@mail.example :hunter2");
  irc.server_says(":irc.test REGISTER SUCCESS alice :Account successfully registered");
  irc.we_say("CAP END");
  irc.owner_hears("Notice: The account alice is yours now. Account successfully registered");
  welcomes(irc);
  irc.owner_hears("Ready alice");
}

TEST(IrcAccountRegistration, WaitsForTheWelcomeWhereItMust) {
  IrcScript irc{wants_an_account()};
  irc.owner_asks(chat::JoinRoom{chat::RoomId{"#tea"}, "alice", {}});
  login_fails(irc, "");
  irc.we_say("CAP END");
  welcomes(irc);
  irc.we_say("REGISTER * alice@mail.example :hunter2");
  irc.server_says(":irc.test REGISTER SUCCESS alice :Welcome");
  irc.we_say("JOIN #tea");
}

TEST(IrcAccountRegistration, IsTriedAgainWhenTheServerWantsTheConnectionFirstAfterAll) {
  IrcScript irc{wants_an_account()};
  login_fails(irc, "=before-connect");
  irc.server_says(":irc.test FAIL REGISTER COMPLETE_CONNECTION_REQUIRED :Complete the connection first");
  irc.we_say("REGISTER * alice@mail.example :hunter2", "CAP END");
  welcomes(irc);
  irc.we_say("REGISTER * alice@mail.example :hunter2");
}

TEST(IrcAccountRegistration, NamesTheAccountWhereItIsNotTheNickname) {
  backends::irc::Login login = wants_an_account();
  login.sasl.account = "liddell";
  login.registration.change().email.clear();
  IrcScript irc{login};
  login_fails(irc, "=custom-account-name=x,before-connect,unknown");
  irc.we_say("REGISTER liddell * :hunter2");
}

TEST(IrcAccountRegistration, IsNotTriedWhenTheLoginWorksOrNobodyWantsIt) {
  IrcScript works{wants_an_account()};
  works.connects();
  works.server_says(":irc.test CAP * LS :sasl=PLAIN draft/account-registration=before-connect");
  works.server_says(":irc.test CAP * ACK :sasl draft/account-registration", "AUTHENTICATE +");
  works.forget();
  works.server_says(":irc.test 903 alice :SASL authentication successful");
  works.we_say("CAP END");
  welcomes(works);
  works.we_say();
  backends::irc::Login login = wants_an_account();
  login.registration.change().wanted = false;
  IrcScript unwanted{login};
  login_fails(unwanted, "=before-connect");
  unwanted.we_say();
  EXPECT_TRUE(unwanted.closing);
}

TEST(IrcAccountRegistration, MayNeedACode) {
  IrcScript irc{wants_an_account()};
  login_fails(irc, "=before-connect");
  irc.forget();
  irc.server_says(":irc.test REGISTER VERIFICATION_REQUIRED alice :Check your mail");
  irc.we_say("CAP END");
  irc.owner_hears(
      "Notice: The account alice waits for a code that the network sends to you. Enter it with the command \"verify\". "
      "Check your mail");
  welcomes(irc);
  irc.forget();
  irc.owner_types_the_code("123456");
  irc.we_say("VERIFY alice 123456");
  irc.server_says(":irc.test FAIL VERIFY INVALID_CODE alice :Invalid code");
  ASSERT_TRUE(irc.verified);
  ASSERT_FALSE(*irc.verified);
  EXPECT_EQ(irc.verified->error().text, "the code is not the right one, or too old (Invalid code)");
  irc.owner_hears();
  irc.owner_types_the_code("654321");
  irc.server_says(":irc.test VERIFY SUCCESS alice :Account verified");
  ASSERT_TRUE(irc.verified && *irc.verified);
}

TEST(IrcAccountRegistration, ThatWaitsForItsCodeIsNotAskedForAgain) {
  IrcScript irc{wants_an_account()};
  login_fails(irc, "=before-connect");
  irc.server_says(":irc.test REGISTER VERIFICATION_REQUIRED alice :Check your mail");
  welcomes(irc);
  irc.drops();
  login_fails(irc, "=before-connect");
  irc.we_say("CAP END");
  EXPECT_FALSE(irc.closing);
}

TEST(IrcAccountRegistration, AnswersACodeThatNobodyCanTake) {
  IrcScript irc{wants_an_account()};
  irc.owner_types_the_code("1");
  ASSERT_TRUE(irc.verified);
  EXPECT_FALSE(*irc.verified);
  IrcScript silent;
  silent.is_ready();
  silent.owner_types_the_code("1");
  EXPECT_TRUE(silent.verified) << "there is no account";
  IrcScript late{wants_an_account()};
  late.is_ready();
  late.owner_types_the_code("1");
  EXPECT_FALSE(late.verified);
  late.time_passes(10s);
  ASSERT_TRUE(late.verified);
  EXPECT_EQ(late.verified->error().fault, Fault::timeout);
}

TEST(IrcAccountRegistration, SaysWhyThereIsNoAccountAndNeverThePassword) {
  for (const auto& [code, text] :
       {std::pair{"ACCOUNT_EXISTS", "this account exists already, and has another password"},
        std::pair{"BAD_ACCOUNT_NAME", "the network does not take this name for an account"},
        std::pair{"ACCOUNT_NAME_MUST_BE_NICK", "here an account has the name of the nickname"},
        std::pair{"NEED_NICK", "the network wants to know a nickname first"},
        std::pair{"ALREADY_AUTHENTICATED", "you are logged in to an account already"},
        std::pair{"WEAK_PASSWORD", "the password is too weak for the network; choose another one"},
        std::pair{"UNACCEPTABLE_PASSWORD", "the network does not take this password; choose another one"},
        std::pair{"INVALID_EMAIL", "the network cannot write to this e-mail address"},
        std::pair{"UNACCEPTABLE_EMAIL", "the network does not take this e-mail address"}}) {
    IrcScript irc{wants_an_account()};
    login_fails(irc, "=before-connect");
    irc.server_says(":irc.test FAIL REGISTER " + std::string{code} + " alice :hunter2 is no good");
    ASSERT_TRUE(irc.closing) << code;
    EXPECT_EQ(irc.closing->text, "no account was made: " + std::string{text});
    EXPECT_EQ(irc.closing->retry, backends::irc::Farewell::Retry::never);
  }
  IrcScript busy{wants_an_account()};
  login_fails(busy, "=before-connect");
  busy.server_says(":irc.test FAIL REGISTER TEMPORARILY_UNAVAILABLE alice :Try later");
  ASSERT_TRUE(busy.closing);
  EXPECT_EQ(busy.closing->retry, backends::irc::Farewell::Retry::later);
  EXPECT_EQ(backends::irc::redacted("REGISTER * * hunter2").find("hunter2"), std::string::npos);
  EXPECT_EQ(backends::irc::redacted("VERIFY alice 123456").find("123456"), std::string::npos);
}

TEST(IrcAccountRegistration, IsSaidToServicesWhereTheServerHasNoWordForIt) {
  IrcScript irc{wants_an_account()};
  irc.has_services("atheme");
  irc.owner_asks(chat::JoinRoom{chat::RoomId{"#tea"}, "alice", {}});
  irc.is_ready();
  irc.server_says(":NickServ!s@services NOTICE alice :alice is not a registered nickname.");
  irc.we_say("PRIVMSG NickServ :REGISTER hunter2 alice@mail.example");
  irc.server_says(":irc.test 900 alice alice!a@h alice :You are now logged in as alice");
  irc.we_say("JOIN #tea");
}

TEST(IrcAccountForm, AsksForANewAccountWhereTheNetworkMakesOnes) {
  using backends::irc::AccountOffer;
  const auto has = [](const chat::Form& form, std::string_view name) {
    return std::any_of(form.fields.begin(), form.fields.end(), [name](const auto& each) { return each.name == name; });
  };
  chat::Account account;
  account.nickname = "alice";
  EXPECT_FALSE(has(backends::irc::account_form(account), "email"));
  const AccountOffer offer{true, true};
  EXPECT_TRUE(has(backends::irc::account_form(account, offer), "new_account"));
  chat::Fields answers;
  answers.set("nick", "alice");
  answers.set("new_account", "1");
  EXPECT_EQ(backends::irc::read_account(answers, account, offer).error().text, "password: a new account needs one");
  answers.set("password", "hunter2");
  EXPECT_EQ(backends::irc::read_account(answers, account, offer).error().text,
            "email: this network wants an address for a new account");
  for (const char* bad : {"x", "@x", "x@", "a b@c", "a,b@c"}) {
    answers.set("email", bad);
    EXPECT_FALSE(backends::irc::read_account(answers, account, offer)) << bad;
  }
  answers.set("email", "alice@mail.example");
  const auto read = backends::irc::read_account(answers, account, offer);
  ASSERT_TRUE(read);
  const auto login = make_login(backends::irc::Config{}, *read, "key");
  EXPECT_TRUE(login.registration->wanted);
  EXPECT_EQ(login.registration->email, "alice@mail.example");
}

TEST(IrcAccountOffer, IsKeptAsAText) {
  using backends::irc::AccountOffer;
  for (const AccountOffer& offer : {AccountOffer{}, AccountOffer{true, false}, AccountOffer{true, true}}) {
    EXPECT_EQ(backends::irc::read_account_offer(backends::irc::write_account_offer(offer)), offer);
  }
}

}  // namespace
}  // namespace dragoman::test
