#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "backends/irc/config.hpp"
#include "backends/irc/connect_queue.hpp"
#include "backends/irc/features.hpp"
#include "backends/irc/make_login.hpp"
#include "support/fixed_random.hpp"
#include "support/manual_clock.hpp"

namespace dragoman::backends::irc {
namespace {

using namespace std::chrono_literals;

TEST(IrcConfig, ReadsTheExampleOfTheDocumentation) {
  Settings settings = Settings::from_text(R"(
server = "irc.libera.chat:6697"
tls = true
encoding = "koi8-r"
encoding_out = "utf-8"
encodings = { "#Kanal" = "windows-1251", "#tea" = "latin1" }
encodings_out = { "#tea" = "utf-8" }
nickname_taken = "refuse"
paste_lines = 20
most_lines = 100
reconnect = { min = "2s", max = "10m" }
flood = { burst = 5, interval = "1s" }
nick = "bridge"
sasl = { mechanisms = ["PLAIN"], username = "bridge", password = "hunter2" }
)",
                                          "test.toml");
  const Config config = read_config(settings);
  EXPECT_EQ(settings.problems(), std::vector<std::string>{});
  EXPECT_EQ(config.server.host, "irc.libera.chat");
  EXPECT_EQ(config.server.port, 6697);
  EXPECT_EQ(config.encodings.everywhere.in, Encoding::koi8_r);
  EXPECT_EQ(config.encodings.everywhere.out, Encoding::utf_8);
  const Encodings::Choice* channel = config.encodings.find(Casemap::ascii, "#kanal");
  ASSERT_NE(channel, nullptr);
  EXPECT_EQ(channel->in, Encoding::windows_1251);
  EXPECT_EQ(channel->out, Encoding::windows_1251);
  channel = config.encodings.find(Casemap::ascii, "#TEA");
  ASSERT_NE(channel, nullptr);
  EXPECT_EQ(channel->in, Encoding::iso_8859_1);
  EXPECT_EQ(channel->out, Encoding::utf_8);
  EXPECT_FALSE(config.rename_when_taken);
  EXPECT_EQ(config.lines.paste, 20U);
  EXPECT_EQ(config.lines.most, 100U);
  EXPECT_EQ(config.reconnect_min, Duration{2s});
  EXPECT_EQ(config.flood.burst, 5);
  EXPECT_EQ(config.bot.sasl.account, "bridge");
}

TEST(IrcConfig, HasDefaults) {
  Settings settings = Settings::from_text("server = \"localhost\"\ntls = false\nflood = false\n", "test.toml");
  const Config config = read_config(settings);
  EXPECT_EQ(settings.problems(), std::vector<std::string>{});
  EXPECT_EQ(config.server.port, 6667);
  EXPECT_FALSE(config.flood.limited);
  EXPECT_EQ(config.lines.paste, 8U);
  EXPECT_EQ(config.lines.most, 400U);
}

TEST(IrcConfig, NamesTheEncodingsThatThereAre) {
  Settings settings = Settings::from_text("server = \"localhost\"\nencodings = { \"#tea\" = \"koi9\" }\n", "test.toml");
  read_config(settings);
  ASSERT_EQ(settings.problems().size(), 1U);
  EXPECT_EQ(settings.problems().front().substr(0, 14), "test.toml:2:24");
  EXPECT_NE(settings.problems().front().find("koi8-r"), std::string::npos);
}

TEST(IrcConfig, MaySendPastesLineByLine) {
  Settings settings = Settings::from_text("server = \"localhost\"\npaste_lines = false\n", "test.toml");
  const Config config = read_config(settings);
  EXPECT_EQ(settings.problems(), std::vector<std::string>{});
  EXPECT_EQ(config.lines.paste, 0U);
}

TEST(IrcCapabilities, TellHowATextBecomesLines) {
  Names names;
  test::FixedRandom random;
  const Shared shared{names, random, {}, {}, "", {}, {}, true, {.paste = 20, .most = 100}};
  Isupport isupport;
  const auto usual = capabilities_of(&isupport, CapSet(), shared);
  EXPECT_EQ(usual.paste_lines, 20U);
  EXPECT_EQ(usual.text_lines, 100U);
  EXPECT_EQ(usual.line_bytes, 400U);
  isupport.line_length = 2048;  // ISUPPORT LINELEN
  EXPECT_GT(capabilities_of(&isupport, CapSet(), shared).line_bytes, 1900U);
}

TEST(IrcConfig, NamesWhatIsWrong) {
  for (const char* text :
       {"", "server = \"\"", "server = \"a:b:c\"", "server = \"a\"\nservr = 1", "server = \"a\"\nmost_lines = 0",
        "server = \"a\"\npaste_lines = \"many\"", "server = \"a\"\nencoding = \"klingon\"",
        "server = \"a\"\nnickname_taken = \"maybe\"", "server = \"a\"\nreconnect = { min = \"10m\", max = \"1s\" }",
        "server = \"a\"\ntls = false\nca_file = \"x\"",
        "server = \"a\"\nsasl = { mechanisms = [\"MAGIC\"], username = \"a\", password = \"b\" }"}) {
    Settings settings = Settings::from_text(text, "test.toml");
    read_config(settings);
    EXPECT_FALSE(settings.problems().empty()) << text;
  }
}

chat::Account person() {
  chat::Account account;
  account.owner = "alice@example.org";
  account.nickname = "alice";
  return account;
}

TEST(IrcLoginMaking, GivesPeopleAStableIdentAndNoneOfTheBotsSecrets) {
  Config config;
  config.bot.nickname = "bridge";
  config.bot.password = Secret<std::string>{"hunter2"};
  config.bot.sasl.account = "bridge";
  const Login login = make_login(config, person(), "key");
  EXPECT_EQ(login.nickname, "alice");
  EXPECT_EQ(login.username.size(), 9u);
  EXPECT_EQ(login.realname, "alice");
  EXPECT_TRUE(login.server_password.empty());
  EXPECT_FALSE(login.sasl.wanted());
}

TEST(IrcLoginMaking, GivesABridgeTheAccountOfTheConfiguration) {
  Config config;
  config.bot.nickname = "bridge";
  config.bot.username = "Bridge-Bot!";
  config.bot.password = Secret<std::string>{"hunter2"};
  chat::Account account;
  account.owner = "dev";
  const Login login = make_login(config, account, "key");
  EXPECT_EQ(login.nickname, "bridge");
  EXPECT_EQ(login.username, "bridgebot");
  EXPECT_EQ(login.server_password.reveal(), "hunter2");
}

TEST(IrcLoginMaking, ALegOfABridgeIsCalledAsItWishes) {
  Config config;
  chat::Account account;
  account.owner = "dev";
  EXPECT_EQ(make_login(config, account, "key").nickname, "dev");
  config.bot.nickname = "bridge";
  account.nickname = "devbot";
  const Login login = make_login(config, account, "key");
  EXPECT_EQ(login.nickname, "devbot");
}

TEST(IrcAccountForm, IsReadBackAndKeepsSecretsThatAreLeftEmpty) {
  chat::Fields answers;
  answers.set("nick", std::string{" Alice "});
  answers.set("account", std::string{"alice"});
  answers.set("password", std::string{"hunter2"});
  answers.set("pass", std::string{"server secret"});
  auto account = read_account(answers, person());
  ASSERT_TRUE(account);
  EXPECT_EQ(account->nickname, "Alice");
  EXPECT_TRUE(account->registered);
  for (const auto& [name, values] : account->settings.all()) {
    for (const std::string& value : values) EXPECT_EQ(value.find("hunter2"), std::string::npos) << name;
  }
  chat::Fields again;
  again.set("nick", std::string{"alison"});
  account = read_account(again, *account);
  ASSERT_TRUE(account);
  const Login login = make_login(Config{}, *account, "key");
  EXPECT_EQ(login.sasl.password.reveal(), "hunter2");
  EXPECT_EQ(login.sasl.account, "alice");
  EXPECT_EQ(login.server_password.reveal(), "server secret");
  for (const chat::Field& field : account_form(*account).fields) {
    if (field.kind == chat::Field::Kind::secret) {
      EXPECT_TRUE(field.values.empty()) << field.name;
    }
  }
}

TEST(IrcAccountForm, TakesAUsernameForTheNicknameOfAPlainClient) {
  chat::Fields answers;
  answers.set("username", std::string{"Alice"});
  const auto account = read_account(answers, chat::Account{});
  ASSERT_TRUE(account);
  EXPECT_EQ(account->nickname, "Alice");
  EXPECT_FALSE(account->settings.has("username"));
}

TEST(IrcAccountForm, RefusesWhatCannotBeUsed) {
  chat::Fields answers;
  EXPECT_FALSE(read_account(answers, chat::Account{}));
  answers.set("nick", std::string{"a\r\nQUIT"});
  EXPECT_FALSE(read_account(answers, person()));
  answers.set("nick", std::string{"alice"});
  answers.set("password", std::string{"two\nlines"});
  EXPECT_FALSE(read_account(answers, person()));
}

class Client final : public ConnectQueue::Waiting {
 public:
  void connect_now() override { connected = true; }
  bool connected = false;
};

TEST(IrcConnectQueue, LetsOnlySomeConnectAtOnce) {
  test::ManualClock clock;
  Timers timers{clock};
  ConnectQueue queue{timers, {.in_progress = 2}};
  Client clients[4];
  for (Client& client : clients) queue.request(client);
  EXPECT_TRUE(clients[0].connected && clients[1].connected);
  EXPECT_FALSE(clients[2].connected);
  queue.cancel(clients[2]);
  queue.finished(true);
  EXPECT_FALSE(clients[2].connected);
  EXPECT_TRUE(clients[3].connected);
}

TEST(IrcConnectQueue, HoldsEverybodyAndGoesOnWithOne) {
  test::ManualClock clock;
  Timers timers{clock};
  ConnectQueue queue{timers, {}};
  std::vector<Client> clients(4);
  queue.hold(clock.now() + 2min);
  for (Client& client : clients) queue.request(client);
  const auto connected = [&clients] {
    return std::count_if(clients.begin(), clients.end(), [](const Client& client) { return client.connected; });
  };
  clock.advance(119s);
  timers.run(clock.now());
  EXPECT_EQ(connected(), 0);
  clock.advance(1s);
  timers.run(clock.now());
  EXPECT_EQ(connected(), 1);
  queue.finished(false);
  EXPECT_EQ(connected(), 2);
  queue.finished(true);
  EXPECT_EQ(connected(), 4);
}

TEST(IrcConnectQueue, KeepsToItsRate) {
  test::ManualClock clock;
  Timers timers{clock};
  ConnectQueue queue{timers, {.in_progress = 100, .rate = TokenBucket{2, 1s}}};
  std::vector<Client> clients(5);
  for (Client& client : clients) queue.request(client);
  const auto connected = [&clients] {
    return std::count_if(clients.begin(), clients.end(), [](const Client& client) { return client.connected; });
  };
  EXPECT_EQ(connected(), 2);
  clock.advance(1100ms);
  timers.run(clock.now());
  EXPECT_EQ(connected(), 3);
  clock.advance(5s);
  timers.run(clock.now());
  EXPECT_EQ(connected(), 5);
}

}  // namespace
}  // namespace dragoman::backends::irc
