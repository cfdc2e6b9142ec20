#include "backends/irc/server_settings.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "backends/irc/after_connect.hpp"
#include "backends/irc/make_login.hpp"

// What a person sets for one server: fields as users of biboumi know them.

namespace dragoman::test {
namespace {

using namespace backends::irc;

ServerRules rules(bool unverified = false) { return {true, unverified, {6667, 6697, 7000}}; }

chat::Account with(const std::string& name, std::vector<std::string> values) {
  chat::Account account;
  account.part = "irc.example.org";
  account.part_settings.set(name, std::move(values));
  return account;
}

Result<chat::Account> answer(const std::string& name, std::vector<std::string> values, chat::Account account = {}) {
  chat::Fields answers;
  answers.set(name, std::move(values));
  return read_server(rules(), answers, account);
}

std::vector<std::string> names(const chat::Form& form) {
  std::vector<std::string> all;
  for (const chat::Field& each : form.fields) all.push_back(each.name);
  return all;
}

TEST(IrcServerSettings, TheFieldsAreThoseOfBiboumi) {
  EXPECT_EQ(names(server_form(rules(), {})),
            (std::vector<std::string>{"nick", "username", "realname", "account", "sasl_password", "pass", "tls_ports",
                                      "ports", "fingerprint", "after_connect_commands", "bouncer_network",
                                      "encoding_in", "encoding_out", "throttle_limit"}));
  const auto permitted = names(server_form(rules(true), {}));
  EXPECT_NE(std::find(permitted.begin(), permitted.end(), "verify_cert"), permitted.end());
  // Where the operator has named the one server, nobody says how it is reached.
  EXPECT_EQ(names(server_form({}, {})), (std::vector<std::string>{"after_connect_commands", "bouncer_network",
                                                                  "encoding_in", "encoding_out", "throttle_limit"}));
}

TEST(IrcServerSettings, SecretsAreNeverShownAndStayUnlessTheyAreReplaced) {
  auto first = answer("sasl_password", {"darjeeling"});
  ASSERT_TRUE(first);
  EXPECT_EQ(split_passwords(first->part_password).account, "darjeeling");
  for (const chat::Field& each : server_form(rules(), *first).fields) {
    EXPECT_TRUE(each.kind != chat::Field::Kind::secret || each.values.empty());
  }
  const auto kept = answer("sasl_password", {""}, *first);
  ASSERT_TRUE(kept);
  EXPECT_EQ(split_passwords(kept->part_password).account, "darjeeling");
  const auto gone = answer("sasl_password", {"-"}, *kept);
  ASSERT_TRUE(gone);
  EXPECT_TRUE(gone->part_password.empty());
}

TEST(IrcServerSettings, OnlySomePortsCanBeConnectedTo) {
  EXPECT_TRUE(answer("tls_ports", {"6697;7000"}));
  const auto refused = answer("ports", {"6667;25"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "ports: only 6667, 6697, 7000 can be connected to from here");
  EXPECT_FALSE(answer("tls_ports", {"many"}));
  // One that the operator lists is among them.
  Config config;
  config.server = {"irc.lan", 6660};
  EXPECT_EQ(rules_of(config, true).ports, (std::vector<std::uint16_t>{6667, 6697, 7000, 6660}));
}

TEST(IrcServerSettings, PlainPortsCountOnlyWithoutTls) {
  chat::Account both = with("tls_ports", {"6697"});
  both.part_settings.set("ports", "6667");
  ASSERT_EQ(route_of(rules(), both).ways.size(), 1U);
  EXPECT_TRUE(route_of(rules(), both).ways.front().tls);
  const Route plain = route_of(rules(), with("ports", {"6667"}));
  ASSERT_EQ(plain.ways.size(), 1U);
  EXPECT_FALSE(plain.ways.front().tls);
  EXPECT_TRUE(route_of(rules(), with("tls_ports", {"25"})).ways.empty()) << "not allowed any more";
  EXPECT_TRUE(route_of({}, both).ways.empty()) << "the operator has said it";
}

TEST(IrcServerSettings, VerificationIsLeftOutOnlyWhereTheOperatorLetsPeople) {
  EXPECT_TRUE(route_of(rules(false), with("verify_cert", {"0"})).verify);
  EXPECT_FALSE(route_of(rules(true), with("verify_cert", {"0"})).verify);
  EXPECT_TRUE(route_of(rules(true), {}).verify);
}

TEST(IrcServerSettings, CommandsAreOneLineEachAndNotTheGatewaysOwn) {
  EXPECT_TRUE(check_after_connect("MODE alice +R"));
  EXPECT_TRUE(check_after_connect("PRIVMSG NickServ :IDENTIFY secret"));
  for (const char* line : {"", ":a!b@c PRIVMSG x", "@a=b PRIVMSG x", "A\r\nQUIT"}) {
    EXPECT_FALSE(check_after_connect(line)) << line;
  }
  for (const char* line : {"QUIT :bye", "nick bob", "PASS x", "USER a 0 * :a", "CAP END", "AUTHENTICATE +"}) {
    const auto refused = check_after_connect(line);
    ASSERT_FALSE(refused) << line;
    EXPECT_EQ(refused.error().fault, Fault::unacceptable);
  }
  EXPECT_FALSE(answer("after_connect_commands", std::vector<std::string>(21, "LUSERS")));
}

TEST(IrcServerSettings, TheyGoBeforeTheAccount) {
  chat::Account account = with("username", {"Wonder Land!"});
  account.part_settings.set("encoding_in", "windows-1252");
  account.part_settings.set("throttle_limit", "3");
  account.part_password = join_passwords({"sasl", "server", {}});
  Login login;
  login.username = "other";
  apply_server_settings(rules(), account, login);
  EXPECT_EQ(login.username, "wonderlan") << "as all servers take it";
  EXPECT_EQ(login.server_password.reveal(), "server");
  EXPECT_EQ(login.sasl.password.reveal(), "sasl");
  EXPECT_EQ(login.encodings.everywhere.in, Encoding::windows_1252);
  EXPECT_EQ(login.burst, 3U);
}

TEST(IrcServerSettings, ANewAccountIsMadeWhereItCanBe) {
  chat::Account account;
  account.part = "irc.lan";
  const ServerRules none = rules_of(Config{}, true), some = rules_of(Config{}, true, {true, true});
  const auto has = [](const chat::Form& form, std::string_view name) {
    return std::any_of(form.fields.begin(), form.fields.end(), [&](const auto& field) { return field.name == name; });
  };
  EXPECT_FALSE(has(server_form(none, account), "new_account"));
  EXPECT_TRUE(has(server_form(some, account), "new_account"));
  chat::Fields answers;
  answers.set("new_account", "1");
  const auto without = read_server(some, answers, account);
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().text, "sasl_password: a new account needs one");
  answers.set("sasl_password", "darjeeling");
  EXPECT_FALSE(read_server(some, answers, account)) << "this server wants an e-mail address";
  answers.set("email", "alice@example.org");
  const auto kept = read_server(some, answers, account);
  ASSERT_TRUE(kept) << kept.error().text;
  Login login;
  apply_server_settings(some, *kept, login);
  EXPECT_TRUE(login.registration->wanted);
  EXPECT_EQ(login.registration->email, "alice@example.org");
  Login elsewhere;
  elsewhere.registration.change().wanted = true;  // as it was chosen for the account, when the gateway had one server
  apply_server_settings(some, account, elsewhere);
  EXPECT_FALSE(elsewhere.registration->wanted);
}

}  // namespace
}  // namespace dragoman::test
