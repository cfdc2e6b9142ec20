#include "backends/matrix/account.hpp"

#include <gtest/gtest.h>

// What people are asked for their account, what the operator configures, and what is kept of a login.

namespace dragoman::backends::matrix::account_test {
namespace {

using namespace std::chrono_literals;

Config config_of(const std::string& toml, std::vector<std::string>* problems = nullptr) {
  Settings settings = Settings::from_text(toml, "test.toml");
  Config config = read_config(settings);
  if (problems != nullptr) {
    *problems = settings.problems();
  } else {
    EXPECT_TRUE(settings.problems().empty()) << settings.problems().front();
  }
  return config;
}
std::string problem_of(const std::string& toml) {
  std::vector<std::string> problems;
  config_of(toml, &problems);
  return problems.empty() ? std::string{} : problems.front();
}
chat::Fields fields(std::initializer_list<std::pair<const char*, const char*>> given) {
  chat::Fields all;
  for (const auto& [name, value] : given) all.set(name, std::string{value});
  return all;
}
chat::Account nobody() {
  chat::Account account;
  account.owner = "alice@example.org";
  return account;
}

TEST(MatrixConfig, NeedsNothing) {
  const Config config = config_of("");
  EXPECT_TRUE(config.any_homeserver);
  EXPECT_EQ(config.presence_cap, 200U);
}

TEST(MatrixConfig, OfOneHomeserverIsForItsPeople) {
  EXPECT_FALSE(config_of("homeserver = \"https://hs.test\"").any_homeserver);
  EXPECT_TRUE(config_of("homeserver = \"hs.test\"\nany_homeserver = true").any_homeserver);
}

TEST(MatrixConfig, SaysWhatIsWrong) {
  EXPECT_NE(problem_of("homeserver = \"hs test\"").find("neither a URL nor the name of a server"), std::string::npos);
  EXPECT_NE(problem_of("homeserver = \"ftp://hs.test\""), "");
  EXPECT_NE(problem_of("homeserver = \"\""), "");
  EXPECT_NE(problem_of("any_homeserver = false").find("name one"), std::string::npos);
  EXPECT_NE(problem_of("mode = \"server\"").find("account"), std::string::npos);
  EXPECT_NE(problem_of("homeserver = \"hs.test\"\nmode = \"appservice\"").find("registration"), std::string::npos);
  EXPECT_NE(problem_of("presence_cap = 1"), "");
  EXPECT_NE(problem_of("home_server = \"x\"").find("homeserver"), std::string::npos);
  EXPECT_NE(problem_of("reconnect = { min = \"5m\", max = \"1s\" }"), "");
}

TEST(MatrixConfig, KnowsAWayInTheClear) {
  EXPECT_TRUE(config_of("homeserver = \"http://hs.test\"").in_clear());
  EXPECT_FALSE(config_of("homeserver = \"http://127.0.0.1:8008\"").in_clear());
  EXPECT_FALSE(config_of("homeserver = \"https://hs.test\"").in_clear());
  EXPECT_FALSE(config_of("homeserver = \"hs.test\"").in_clear());
}

TEST(MatrixAccount, NeedsAUserNameAPasswordAndAHomeserver) {
  const Config any = config_of("");
  const auto text = [&any](const chat::Fields& given) {
    const auto read = read_account(given, nobody(), any);
    return read ? std::string{} : read.error().text;
  };
  EXPECT_EQ(text({}), "username: the name of your Matrix account is needed");
  EXPECT_EQ(text(fields({{"username", "alice"}, {"password", "x"}})),
            "homeserver: say which one, for example matrix.org");
  EXPECT_EQ(text(fields({{"username", "@alice:hs.test"}})), "password: the password of the account is needed");
  EXPECT_EQ(text(fields({{"username", "@alice"}, {"password", "x"}})),
            "username: a whole user id has its server behind it, like @alice:matrix.org");
  EXPECT_NE(text(fields({{"username", "al\nice"}, {"password", "x"}})), "");
  EXPECT_EQ(text(fields({{"username", "@alice:hs.test"}, {"password", "x"}})), "");
  EXPECT_EQ(text(fields({{"username", "alice"}, {"password", "x"}, {"homeserver", "hs.test"}})), "");
}

TEST(MatrixAccount, IsOnTheHomeserverThatSomebodyHasSaid) {
  const auto name_of = [](const std::string& toml, const chat::Fields& given) {
    const Config config = config_of(toml);
    const auto read = read_account(given, nobody(), config);
    const HomeserverName name = read ? homeserver_name(*read, config) : HomeserverName{read.error().text, true};
    return name.name + (name.public_only ? " public" : "");
  };
  const auto alice = fields({{"username", "alice"}, {"password", "x"}});
  const auto named = fields({{"username", "alice"}, {"password", "x"}, {"homeserver", "other.test"}});
  EXPECT_EQ(name_of("homeserver = \"http://127.0.0.1:1\"", alice), "http://127.0.0.1:1");
  EXPECT_EQ(name_of("homeserver = \"hs.test\"\nany_homeserver = true", named), "other.test public");
  EXPECT_EQ(name_of("", fields({{"username", "alice:hs.test"}, {"password", "x"}})), "hs.test public");
  EXPECT_EQ(name_of("homeserver = \"hs.test\"", named), "homeserver: this gateway is for accounts of hs.test public");
}

TEST(MatrixAccount, KeepsItsPasswordUntilItIsAnotherAccount) {
  const Config config = config_of("homeserver = \"hs.test\"");
  auto account = read_account(fields({{"username", "alice"}, {"password", "hush"}}), nobody(), config);
  ASSERT_TRUE(account);
  const auto same = read_account(fields({{"username", "alice"}}), *account, config);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->password.reveal(), "hush");
  EXPECT_FALSE(read_account(fields({{"username", "bob"}}), *account, config));
}

TEST(MatrixAccount, ShowsNoSecretInItsForm) {
  const Config config = config_of("");
  auto account = read_account(fields({{"username", "@alice:hs.test"}, {"password", "hush"}}), nobody(), config);
  ASSERT_TRUE(account);
  for (const chat::Field& field : account_form(*account, config).fields) {
    for (const std::string& value : field.values) EXPECT_NE(value, "hush");
  }
  EXPECT_EQ(account_form(nobody(), config_of("homeserver = \"hs.test\"")).fields.size(), 2U);
}

TEST(MatrixAccount, SaysWhetherOthersSeeWhatWasRead) {
  EXPECT_FALSE(reads_privately(nobody()));
  const auto silent = read_settings(fields({{"private_reads", "1"}}), nobody());
  ASSERT_TRUE(silent);
  EXPECT_TRUE(reads_privately(*silent));
  const chat::Form form = settings_form(*silent, config_of(""));
  ASSERT_FALSE(form.fields.empty());
  EXPECT_EQ(form.fields[0].values, std::vector<std::string>{"1"});
  const auto open = read_settings({}, *silent);
  ASSERT_TRUE(open);
  EXPECT_FALSE(reads_privately(*open)) << "a box that is not ticked is not in the answer";
}

TEST(MatrixAccount, SeesThreadsAsTheConfigurationHasThemUntilThePersonSaysHow) {
  const Config native = config_of(""), inline_here = config_of("threads = \"inline\"");
  EXPECT_FALSE(wants_threads_inline(nobody(), native));
  EXPECT_TRUE(wants_threads_inline(nobody(), inline_here));
  const auto answers = read_settings(fields({{"threads", "inline"}}), nobody());
  const auto threads = read_settings(fields({{"threads", "native"}}), nobody());
  ASSERT_TRUE(answers && threads);
  EXPECT_TRUE(wants_threads_inline(*answers, native));
  EXPECT_FALSE(wants_threads_inline(*threads, inline_here));
  const chat::Form form = settings_form(*answers, native);
  ASSERT_EQ(form.fields.size(), 2U);
  EXPECT_EQ(form.fields[1].values, std::vector<std::string>{"inline"});
  const auto usual = read_settings(fields({{"threads", "usual"}}), *threads);
  ASSERT_TRUE(usual);
  EXPECT_TRUE(wants_threads_inline(*usual, inline_here));
  EXPECT_FALSE(read_settings(fields({{"threads", "sideways"}}), nobody()));
}

Tokens some_tokens() {
  Tokens tokens;
  tokens.user_id = "@alice:hs.test";
  tokens.device_id = "D";
  tokens.homeserver = {*parse_base_url("https://hs.test/base/"), true};
  tokens.access = Secret<std::string>{"a1"};
  tokens.refresh = Secret<std::string>{"r1"};
  tokens.expires = Timestamp{1s};
  return tokens;
}

TEST(MatrixTokens, AreReadAsTheyWereWritten) {
  const auto read = read_tokens(write_tokens(some_tokens()));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->user_id, "@alice:hs.test");
  EXPECT_EQ(to_text(read->homeserver), "https://hs.test/base");
  EXPECT_TRUE(read->homeserver.public_only);
  EXPECT_EQ(read->refresh.reveal(), "r1");
  EXPECT_EQ(read->expires, Timestamp{1s});
  EXPECT_FALSE(read->by_oauth());
  for (const char* odd : {"", "{}", "[", R"({"user":"@a:b","homeserver":"x","access":"y"})"}) {
    EXPECT_FALSE(read_tokens(Secret<std::string>{odd})) << odd;
  }
}

}  // namespace
}  // namespace dragoman::backends::matrix::account_test
