#include "backends/irc/client_certificate.hpp"
#include "backends/irc/config.hpp"
#include "backends/irc/make_login.hpp"
#include "backends/irc/sasl.hpp"
#include "backends/irc/scram.hpp"
#include "base/text.hpp"
#include "support/irc_script.hpp"

namespace dragoman::test {
namespace {

using namespace std::chrono_literals;
using backends::irc::Farewell;
using backends::irc::SaslLogin;
using backends::irc::Scram;
using chat::RoomId;

SaslLogin user_pencil() {
  SaslLogin login;
  login.account = "user";
  login.password = Secret<std::string>{"pencil"};
  return login;
}
constexpr const char* nonce = "rOprNGfwEbeRWgbNEkqO";
const std::string server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

/// RFC 7677 section 3.
TEST(IrcScram, SaysWhatTheExampleOfTheRfcSays) {
  Scram scram{Scram::Hash::sha_256, user_pencil(), nonce};
  EXPECT_EQ(*scram.answer(""), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(*scram.answer(server_first),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_FALSE(scram.complete());
  EXPECT_EQ(*scram.answer("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), "");
  EXPECT_TRUE(scram.complete());
}

TEST(IrcScram, EscapesTheAccountAndPreparesThePassword) {
  SaslLogin login = user_pencil();
  login.account = "a=b,c";
  Scram scram{Scram::Hash::sha_256, login, "n"};
  EXPECT_EQ(*scram.answer(""), "n,,n=a=3Db=2Cc,r=n");
  // RFC 4013: a soft hyphen is nothing, a no-break space a space.
  SaslLogin written = user_pencil(), typed = user_pencil();
  written.password = Secret<std::string>{
      "pen\xc2\xad"
      "cil"};
  Scram one{Scram::Hash::sha_256, written, nonce}, other{Scram::Hash::sha_256, typed, nonce};
  EXPECT_EQ(*one.answer(""), *other.answer(""));
  EXPECT_EQ(*one.answer(server_first), *other.answer(server_first));
}

TEST(IrcScram, LeavesAServerThatDoesNotKnowThePassword) {
  for (const char* last : {"v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "v=", "v=6rriTRBi", "x=1", ""}) {
    Scram scram{Scram::Hash::sha_256, user_pencil(), nonce};
    (void)scram.answer("");
    (void)scram.answer(server_first);
    const auto answer = scram.answer(last);
    ASSERT_FALSE(answer) << last;
    EXPECT_EQ(answer.error().fault, Fault::unauthorized) << last;
    EXPECT_FALSE(scram.complete());
    EXPECT_FALSE(scram.answer("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")) << "after the end";
  }
}

TEST(IrcScram, TakesNoOtherNonceSaltOrCount) {
  for (const std::string first :
       {"r=other%hvYDp,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=100000000",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096x",
        "m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", ""}) {
    Scram scram{Scram::Hash::sha_256, user_pencil(), nonce};
    (void)scram.answer("");
    EXPECT_FALSE(scram.answer(first)) << first;
  }
}

TEST(IrcLoginChoice, IsTheStrongestThatThereIsSomethingFor) {
  using Names = std::vector<std::string>;
  const std::string all = "PLAIN,SCRAM-SHA-256,EXTERNAL,SCRAM-SHA-512";
  SaslLogin login = user_pencil();
  EXPECT_EQ(choose_mechanisms(login, all), (Names{"SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"}));
  login.certificate = Secret<std::string>{"PEM"};
  EXPECT_EQ(choose_mechanisms(login, all), (Names{"EXTERNAL", "SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"}));
  login.tls = login.clear_allowed = false;
  EXPECT_EQ(choose_mechanisms(login, all), (Names{"SCRAM-SHA-512", "SCRAM-SHA-256"}));
  login.mechanisms = {"SCRAM-SHA-256", "PLAIN"};
  EXPECT_EQ(choose_mechanisms(login, all), Names{"SCRAM-SHA-256"});
  EXPECT_TRUE(choose_mechanisms(login, "PLAIN").empty());
  SaslLogin bare;
  bare.certificate = Secret<std::string>{"PEM"};
  EXPECT_EQ(choose_mechanisms(bare, all), Names{"EXTERNAL"});
}

/// Up to our SCRAM proof. Returns nothing: what the server says next is the test.
void begins_scram(IrcScript& irc) {
  irc.connects();
  irc.server_says(":irc.test CAP * LS :sasl=PLAIN,SCRAM-SHA-256", ":irc.test CAP * ACK :sasl", "AUTHENTICATE +");
  const auto said = irc.said();
  ASSERT_EQ(said[said.size() - 2], "AUTHENTICATE SCRAM-SHA-256");
  std::string first;
  ASSERT_TRUE(text::from_base64(said.back().substr(13), first));
  const std::string first_part = "r=" + first.substr(first.find("r=") + 2) + "server,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
  irc.server_says("AUTHENTICATE " + text::to_base64(first_part));
  ASSERT_EQ(irc.said().size(), 1u);
}

TEST(IrcLoginByScram, EndsForGoodWhenTheServerProvesNothing) {
  IrcScript irc{with_an_account()};
  begins_scram(irc);
  irc.server_says(":irc.test 903 * :SASL authentication successful");
  ASSERT_TRUE(irc.closing);
  EXPECT_EQ(irc.closing->fault, Fault::unauthorized);
  EXPECT_EQ(irc.closing->retry, Farewell::Retry::never);
  irc.we_say_nothing();
}

TEST(IrcLoginByScram, GivesNoPasswordToAServerWithAWrongSignature) {
  IrcScript irc{with_an_account()};
  begins_scram(irc);
  irc.server_says("AUTHENTICATE " + text::to_base64("v=" + text::to_base64(std::string(32, 'x'))));
  irc.we_say_nothing();
  ASSERT_TRUE(irc.closing);
  EXPECT_EQ(irc.closing->retry, Farewell::Retry::never);
}

TEST(IrcLoginByScram, GivesNoPasswordToAServerThatIsNone) {
  for (const char* first :
       {"r=somebody-else,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "r=NONCEx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1",
        "r=NONCEx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000000000", "r=NONCEx,i=4096", "e=other-error"}) {
    IrcScript irc{with_an_account()};
    irc.connects();
    irc.server_says(":irc.test CAP * LS :sasl=PLAIN,SCRAM-SHA-256", ":irc.test CAP * ACK :sasl", "AUTHENTICATE +");
    std::string ours, said{first};
    ASSERT_TRUE(text::from_base64(irc.said().back().substr(13), ours));
    if (const auto at = said.find("NONCE"); at != std::string::npos)
      said.replace(at, 5, ours.substr(ours.find("r=") + 2));
    irc.server_says("AUTHENTICATE " + text::to_base64(said));
    irc.we_say_nothing();
    ASSERT_TRUE(irc.closing) << first;
    EXPECT_EQ(irc.closing->fault, Fault::unauthorized) << first;
    EXPECT_EQ(irc.closing->retry, Farewell::Retry::never) << first;
  }
}

TEST(IrcLoginByScram, IsNotDoneBecauseTheServerSaysThatItIs) {
  IrcScript irc{with_an_account()};
  begins_scram(irc);
  irc.server_says(":irc.test 900 alice alice!a@h alice :You are now logged in as alice");
  irc.we_say_nothing();
  irc.server_says(":irc.test 907 * :You have already authenticated");
  irc.we_say_nothing();
  ASSERT_TRUE(irc.closing);
  EXPECT_EQ(irc.closing->retry, Farewell::Retry::never);
}

TEST(IrcLoginByPassword, WasDoneAlreadyByTheServerPassword) {
  IrcScript irc{with_an_account()};
  irc.connects();
  irc.server_says(":irc.test CAP * LS :sasl=PLAIN", ":irc.test CAP * ACK :sasl");
  irc.said();
  irc.server_says(":irc.test 907 * :You have already authenticated");
  irc.we_say("CAP END");
}

TEST(IrcLoginByPassword, IsDoneAgainWhenServicesComeBack) {
  IrcScript irc{with_an_account()};
  irc.is_ready("CHANTYPES=#", "cap-notify");
  irc.server_says(":irc.test CAP alice NEW :sasl=PLAIN", ":irc.test CAP alice ACK :sasl", "AUTHENTICATE +",
                  ":irc.test 903 alice :done");
  irc.owner_hears("Notice: You are logged in now.");
  irc.said();
  irc.server_says(":irc.test CAP alice DEL :sasl", ":irc.test 901 alice alice!a@h :You are now logged out");
  irc.owner_hears("Notice: You are logged out of your account on the network.");
  irc.server_says(":irc.test CAP alice NEW :sasl=PLAIN", ":irc.test CAP alice ACK :sasl");
  irc.we_say("CAP REQ :sasl", "AUTHENTICATE PLAIN");
  // Services go away again, before they have answered.
  irc.server_says(":irc.test CAP alice DEL :sasl", ":irc.test CAP alice NEW :sasl=PLAIN",
                  ":irc.test CAP alice ACK :sasl");
  irc.we_say("CAP REQ :sasl", "AUTHENTICATE PLAIN");
}

TEST(IrcLoginByPassword, IsDoneAgainOnceWhenTheServerHasLoggedUsOut) {
  IrcScript irc{with_an_account()};
  irc.connects();
  irc.server_says(":irc.test CAP * LS :sasl=PLAIN", ":irc.test CAP * ACK :sasl", "AUTHENTICATE +",
                  ":irc.test 903 alice :done", ":irc.test 001 alice :Welcome", ":irc.test 422 alice :No MOTD");
  irc.forget();
  irc.server_says(":irc.test 901 alice alice!a@h :You are now logged out");
  irc.we_say("AUTHENTICATE PLAIN");
  irc.owner_hears("Notice: You were logged out of your account on the network; you are being logged in again.");
  irc.server_says("AUTHENTICATE +", ":irc.test 903 alice :done");
  irc.owner_hears("Notice: You are logged in now.");
  irc.forget();
  // The second time it is meant so.
  irc.server_says(":irc.test 901 alice alice!a@h :You are now logged out");
  irc.we_say_nothing();
  irc.owner_hears("Notice: You are logged out of your account on the network.");
}

TEST(IrcLogin, ThatIsMissingWhereOneIsNeededIsToldAtOnce) {
  for (const char* needs :
       {"soju.im/account-required draft/pre-away", "draft/account-registration soju.im/account-required"}) {
    IrcScript irc;
    irc.connects();
    irc.said();
    irc.server_says(":irc.test CAP * LS :" + std::string{needs});
    const auto asked = irc.said();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked.front().find("account-required"), std::string::npos) << asked.front();
    irc.server_says(":irc.test CAP * ACK :" + asked.front().substr(asked.front().find(':') + 1));
    irc.we_say_nothing();
    ASSERT_TRUE(irc.closing);
    EXPECT_EQ(irc.closing->fault, Fault::members_only);
    EXPECT_EQ(irc.closing->retry, Farewell::Retry::never);
    EXPECT_NE(irc.closing->text.find("register with this gateway"), std::string::npos) << irc.closing->text;
    const bool makes_accounts = std::string_view{needs}.find("registration") != std::string_view::npos;
    EXPECT_EQ(irc.closing->text.find("New account") != std::string::npos, makes_accounts) << irc.closing->text;
  }
}

TEST(IrcLogin, WhereOneIsNeededGoesOnWithAnAccount) {
  IrcScript irc{with_an_account()};
  irc.connects();
  irc.server_says(":irc.test CAP * LS :sasl=PLAIN soju.im/account-required", ":irc.test CAP * ACK :sasl",
                  "AUTHENTICATE +");
  irc.said();
  irc.server_says(":irc.test 903 alice :done");
  irc.we_say("CAP END");
  EXPECT_FALSE(irc.closing);
}

TEST(IrcLoginByPassword, DoesNotWaitForServicesThatWentAway) {
  IrcScript irc{with_an_account()};
  irc.connects();
  irc.server_says(":irc.test CAP * LS :sasl=PLAIN", ":irc.test CAP * ACK :sasl");
  irc.said();
  irc.server_says(":irc.test CAP * DEL :sasl");
  irc.we_say("CAP END");
}

TEST(IrcLoginByScram, GoesOnWithPlainWhenTheAccountHasNoScram) {
  IrcScript irc{with_an_account()};
  begins_scram(irc);
  irc.server_says(":irc.test 904 * :SASL authentication failed");
  irc.we_say("AUTHENTICATE PLAIN");
  EXPECT_FALSE(irc.closing);
}

TEST(IrcLoginByCertificate, SaysNothingButTheMechanism) {
  backends::irc::Login login = alice();
  login.sasl.certificate = Secret<std::string>{"PEM"};
  IrcScript irc{login};
  irc.connects();
  irc.said();
  irc.server_says(":irc.test CAP * LS :sasl=PLAIN,EXTERNAL", ":irc.test CAP * ACK :sasl", "AUTHENTICATE +");
  irc.we_say("CAP REQ :sasl", "AUTHENTICATE EXTERNAL", "AUTHENTICATE +");
  irc.server_says(":irc.test 903 * :SASL authentication successful");
  irc.we_say("CAP END");
}

TEST(IrcLoginByCertificate, GoesOnWithoutWhileServicesDoNotKnowIt) {
  backends::irc::Login login = alice();
  login.sasl.certificate = Secret<std::string>{"PEM"};
  login.certificate_hint = "Tell NickServ.";
  IrcScript irc{login};
  irc.connects();
  irc.server_says(":irc.test CAP * LS :sasl=EXTERNAL", ":irc.test CAP * ACK :sasl", "AUTHENTICATE +",
                  ":irc.test 904 * :SASL authentication failed", ":irc.test 001 alice :hi",
                  ":irc.test 422 alice :No MOTD");
  irc.owner_hears("Notice: login failed: SASL authentication failed. Tell NickServ.", "Ready alice");
}

TEST(IrcCertificates, AreMadeAndHaveTheirFingerprints) {
  const auto one = backends::irc::make_client_certificate(), other = backends::irc::make_client_certificate();
  ASSERT_TRUE(one && other);
  const auto fingerprints = backends::irc::fingerprints_of(*one);
  ASSERT_TRUE(fingerprints) << fingerprints.error().text;
  EXPECT_EQ(fingerprints->sha256.size(), 64u);
  EXPECT_EQ(fingerprints->sha512.size(), 128u);
  EXPECT_NE(backends::irc::fingerprints_of(*other)->sha256, fingerprints->sha256);
  const std::string& pem = one->reveal();
  EXPECT_FALSE(backends::irc::fingerprints_of(Secret<std::string>{pem.substr(0, pem.find("-----BEGIN PRIV"))}))
      << "without a key";
  const std::string& another = other->reveal();
  EXPECT_FALSE(backends::irc::fingerprints_of(Secret<std::string>{pem.substr(0, pem.find("-----BEGIN PRIV")) +
                                                                  another.substr(another.find("-----BEGIN PRIV"))}))
      << "with the key of another";
}

TEST(IrcCertificates, AreKeptWithThePasswordsOfAnAccount) {
  chat::Account account;
  account.owner = "alice@example.org";
  account.nickname = "alice";
  chat::Fields answers;
  answers.set("nick", "alice");
  answers.set("password", "hunter2");
  answers.set("certificate", "1");
  const auto made = backends::irc::read_account(answers, account);
  ASSERT_TRUE(made) << made.error().text;
  const auto secrets = backends::irc::split_passwords(made->password);
  EXPECT_EQ(secrets.account, "hunter2");
  EXPECT_EQ(secrets.server, "");
  EXPECT_TRUE(backends::irc::fingerprints_of(Secret<std::string>{secrets.certificate}));
  answers.set("password", "");
  EXPECT_EQ(backends::irc::split_passwords(backends::irc::read_account(answers, *made)->password).certificate,
            secrets.certificate)
      << "stays the same one";
  answers.set("certificate", "0");
  EXPECT_EQ(backends::irc::split_passwords(backends::irc::read_account(answers, *made)->password).certificate, "");
}

}  // namespace
}  // namespace dragoman::test
