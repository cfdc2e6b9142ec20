#include "backends/matrix/network.hpp"

#include <algorithm>
#include <utility>

#include "support/http_network_test.hpp"

// The network as the gateway has it: addresses, accounts, and the driver of a session on a homeserver that the test
// plays.

namespace dragoman::backends::matrix::network_test {
namespace {

using namespace std::chrono_literals;

const std::string hs = "https://hs.test/_matrix/client/";
const std::string login = "POST " + hs + "v3/login";
const std::string logout = "POST " + hs + "v3/logout";

std::string grant(const std::string& user, const std::string& token, const std::string& more = {}) {
  return R"({"user_id":")" + user + R"(","device_id":"DEV","access_token":")" + token + "\"" + more + "}";
}

class Ear final : public chat::Observer {
 public:
  void on_event(const chat::Event& event) override { events.push_back(event); }
  template <class Event>
  bool heard() const {
    return std::any_of(events.begin(), events.end(),
                       [](const chat::Event& each) { return std::holds_alternative<Event>(each); });
  }
  std::vector<chat::Event> events;
};

struct MatrixNetworkTest : test::HttpNetworkTest {
  MatrixNetworkTest() {
    http.answers("GET " + hs + "versions", R"({"versions":["v1.11"]})");
    http.answers(logout, "{}");
    network = std::make_unique<MatrixNetwork>("matrix.test", "", config(), services);
    network->start();
  }
  ~MatrixNetworkTest() override {
    session.reset();
    network->stop();
    turn_until([this] { return network->idle(); });
  }

  static Config config(const std::string& toml = "homeserver = \"https://hs.test\"") {
    Settings settings = Settings::from_text(toml, "test.toml");
    return read_config(settings);
  }
  chat::Account wished(const std::string& user, const std::string& password, const chat::Account& before = {}) {
    chat::Fields answers;
    answers.set("username", user);
    answers.set("password", password);
    chat::Account account = before;
    account.owner = "alice@example.org";
    auto read = network->read_account(answers, account);
    EXPECT_TRUE(read);
    return *read;
  }
  Result<chat::Account> logs_in(const chat::Account& account, const chat::Account& before = {}) {
    std::optional<Result<chat::Account>> answer;
    EXPECT_TRUE(network->log_in(account, before, [&](Result<chat::Account> got) { answer.emplace(std::move(got)); }));
    turn_until([&] { return answer.has_value(); });
    return std::move(*answer);
  }
  chat::Account logged_in() {
    http.answers(login, grant("@alice:hs.test", "a1"));
    auto account = logs_in(wished("alice", "hush"));
    EXPECT_TRUE(account);
    return *account;
  }
  void connects(const chat::Account& account) {
    session = network->open(account, ear);
    session->start();
  }
  void has_an_account_for_bridges() {
    network->stop();
    network = std::make_unique<MatrixNetwork>("matrix.test", "",
                                              config("homeserver = \"https://hs.test\"\n[relay]\n"
                                                     "user = \"@bridge:hs.test\"\npassword = \"hush\""),
                                              services);
    network->start();
  }
  static chat::Account bridge() {
    chat::Account account;
    account.owner = "dev";
    account.registered = true;  // as those of legs are
    account.is_bridge = true;
    return account;
  }
  std::optional<Tokens> tokens() { return read_tokens(Secret<std::string>{kept["alice@example.org tokens"]}); }

  std::unique_ptr<MatrixNetwork> network;
  Ear ear;
  std::unique_ptr<chat::Session> session;
};

TEST_F(MatrixNetworkTest, ReadsAddressesAndWritesThem) {
  const auto person = network->parse("alice%hs.test");
  ASSERT_TRUE(person);
  EXPECT_EQ(network->format(std::get<chat::PersonId>(*person)), "alice%hs.test");
  const auto room = network->parse("!^ab%hs.test");
  ASSERT_TRUE(room);
  EXPECT_EQ(network->format(std::get<chat::RoomId>(*room)), "!^ab%hs.test");
  const auto typed = network->parse_typed("https://matrix.to/#/%23tea%3Ahs.test");
  ASSERT_TRUE(typed);
  EXPECT_EQ(std::get<chat::RoomId>(*typed).text, "#tea%hs.test");
  EXPECT_TRUE(std::holds_alternative<chat::Network::Console>(*network->parse("")));
  EXPECT_FALSE(network->parse("alice"));
}

TEST_F(MatrixNetworkTest, KeepsTokensBeforeTheAccount) {
  const chat::Account account = logged_in();
  EXPECT_EQ(account.nickname, "@alice:hs.test");
  EXPECT_TRUE(account.registered);
  EXPECT_EQ(account.password.reveal(), "hush");
  ASSERT_TRUE(tokens());
  EXPECT_EQ(tokens()->access.reveal(), "a1");
}

TEST_F(MatrixNetworkTest, LogsInForTheSameDeviceEachTime) {
  logged_in();
  const std::string first = http.last(login).body;
  logs_in(wished("alice", "other"));
  const auto device = [](const std::string& body) { return body.substr(body.find("\"device_id\""), 40); };
  EXPECT_EQ(device(first), device(http.last(login).body));
  EXPECT_NE(first.find("\"device_id\":\"DRAGOMAN"), std::string::npos);
}

TEST_F(MatrixNetworkTest, AsksNobodyWhenTheAccountIsAsItWas) {
  const chat::Account account = logged_in();
  chat::Fields unchanged;
  const auto same = network->read_account(unchanged, account);
  ASSERT_TRUE(same);
  EXPECT_FALSE(network->log_in(*same, account, [](Result<chat::Account>) { FAIL(); }));
}

TEST_F(MatrixNetworkTest, KeepsNothingOfALoginThatIsRefused) {
  http.answers(login, R"({"errcode":"M_FORBIDDEN","error":"Invalid"})", 403);
  const auto refused = logs_in(wished("alice", "wrong"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "password: wrong username or password");
  EXPECT_FALSE(tokens());
  EXPECT_EQ(http.count(login), 1U);
}

TEST_F(MatrixNetworkTest, SaysWhichHomeserverIsNotThere) {
  MatrixNetwork other{"matrix.test", "", config("homeserver = \"https://gone.test\""), services};
  http.fails("GET https://gone.test/_matrix/client/versions", Fault::not_found, "there is no gone.test");
  chat::Fields answers;
  answers.set("username", std::string{"alice"});
  answers.set("password", std::string{"hush"});
  std::optional<Error> error;
  EXPECT_TRUE(other.log_in(*other.read_account(answers, {}), {},
                           [&](Result<chat::Account> got) { error = got ? Error{} : got.error(); }));
  turn_until([&] { return error.has_value(); });
  EXPECT_EQ(error->fault, Fault::not_found);
  EXPECT_EQ(error->text, "https://gone.test: there is no gone.test");
  other.stop();
  turn_until([&] { return other.idle(); });
}

TEST_F(MatrixNetworkTest, EndsALoginThatIsErased) {
  const chat::Account account = logged_in();
  network->log_out(account);
  EXPECT_FALSE(tokens());
  turn_until([&] { return http.count(logout) == 1; });
  EXPECT_EQ(http.last(logout).fields.get("Authorization"), "Bearer a1");
  network->log_out(account);
  settle();
  EXPECT_EQ(http.count(logout), 1U);
}

TEST_F(MatrixNetworkTest, EndsTheLoginOfTheAccountBefore) {
  const chat::Account before = logged_in();
  http.answers(login, grant("@bob:hs.test", "b1"));
  http.answers(login, grant("@bob:hs.test", "b1"));
  logs_in(wished("bob", "hush", before), before);
  const auto got = logs_in(wished("bob", "hush!", before), before);
  ASSERT_TRUE(got);
  turn_until([&] { return http.count(logout) > 0; });
  EXPECT_EQ(http.last(logout).fields.get("Authorization"), "Bearer a1");
  EXPECT_EQ(tokens()->user_id, "@bob:hs.test");
}

TEST_F(MatrixNetworkTest, AnswersNobodyAfterItsEnd) {
  http.answers(login, grant("@alice:hs.test", "a1"));
  bool answered = false;
  EXPECT_TRUE(network->log_in(wished("alice", "hush"), {}, [&](Result<chat::Account>) { answered = true; }));
  network->stop();
  turn_until([&] { return network->idle(); });
  EXPECT_FALSE(answered);
}

TEST_F(MatrixNetworkTest, AsksAsTheAccount) {
  const chat::Account account = logged_in();
  connects(account);
  const std::string filter = "POST " + hs + "v3/user/%40alice%3Ahs.test/filter";
  turn_until([&] { return http.count(filter) > 0; });
  EXPECT_EQ(http.last(filter).fields.get("Authorization"), "Bearer a1");
  EXPECT_FALSE(http.all_public) << "the operator has named this homeserver";
}

TEST_F(MatrixNetworkTest, AsksWhenWhatWasWrittenDownBeforeIsOnTheDisk) {
  const chat::Account account = logged_in();
  loop.gate().commit = [written = true]() mutable -> Gate::Ticket { return std::exchange(written, false) ? 1 : 0; };
  connects(account);
  settle();
  const std::string filter = "POST " + hs + "v3/user/%40alice%3Ahs.test/filter";
  EXPECT_EQ(http.count(filter), 0U);
  loop.gate().durable(1);
  turn_until([&] { return http.count(filter) > 0; });
}

TEST_F(MatrixNetworkTest, RenewsATokenThatHasExpiredBeforeItIsUsed) {
  http.answers(login, grant("@alice:hs.test", "a1", R"(,"refresh_token":"r1","expires_in_ms":60000)"));
  http.answers("POST " + hs + "v3/refresh", R"({"access_token":"a2","refresh_token":"r2"})");
  const auto account = logs_in(wished("alice", "hush"));
  ASSERT_TRUE(account);
  clock.advance(61s);
  connects(*account);
  const std::string filter = "POST " + hs + "v3/user/%40alice%3Ahs.test/filter";
  turn_until([&] { return http.count(filter) > 0; });
  EXPECT_EQ(http.last(filter).fields.get("Authorization"), "Bearer a2");
  EXPECT_EQ(tokens()->refresh.reveal(), "r2");
}

TEST_F(MatrixNetworkTest, IsNotForWhoHasNoAccountThere) {
  chat::Account stranger;
  stranger.owner = "bob@example.org";
  connects(stranger);
  turn_until([&] { return ear.heard<chat::Lost>(); });
  EXPECT_EQ(std::get<chat::Lost>(ear.events.front()).fault, Fault::members_only);
  EXPECT_TRUE(http.asked.empty());
}

TEST_F(MatrixNetworkTest, ABridgeSpeaksThroughTheAccountOfTheConfiguration) {
  has_an_account_for_bridges();
  http.answers(login, grant("@bridge:hs.test", "b1"));
  connects(bridge());
  turn_until([this] { return http.count("GET " + hs + "v3/sync") > 0; });
  EXPECT_NE(kept["dev tokens"].find("b1"), std::string::npos);
  EXPECT_NE(http.last(login).body.find("hush"), std::string::npos);
}

TEST_F(MatrixNetworkTest, ABridgeWithoutAnAccountIsTold) {
  connects(bridge());
  turn_until([this] { return ear.heard<chat::Lost>(); });
  const auto* lost = std::get_if<chat::Lost>(&ear.events.front());
  ASSERT_NE(lost, nullptr);
  EXPECT_NE(lost->text.find("[network.matrix.relay]"), std::string::npos) << lost->text;
  EXPECT_FALSE(lost->retry_at);
}

TEST_F(MatrixNetworkTest, NobodyElseHasTheAccountOfBridges) {
  has_an_account_for_bridges();
  chat::Account eve;
  eve.owner = "example.org";
  connects(eve);
  turn_until([this] { return ear.heard<chat::Lost>(); });
  EXPECT_EQ(http.count(login), 0U);
}

TEST_F(MatrixNetworkTest, TheAccountOfBridgesIsAWholeOne) {
  const auto problems = [](const std::string& toml) {
    Settings settings = Settings::from_text("[relay]\n" + toml, "test.toml");
    read_config(settings);
    return settings.problems().size();
  };
  EXPECT_EQ(problems("user = \"@bridge:hs.test\"\npassword = \"hush\""), 0U);
  EXPECT_EQ(problems("user = \"bridge\"\npassword = \"hush\""), 1U);
  EXPECT_EQ(problems("user = \"@bridge:hs.test\""), 1U);
  EXPECT_EQ(problems("user = \"@bridge:hs.test\"\npassword_file = \"/nowhere/at/all\""), 1U);
  EXPECT_EQ(problems("user = \"@bridge:hs.test\"\npassword = \"a\"\npassword_file = \"/nowhere\""), 2U);
}

TEST_F(MatrixNetworkTest, AsksThePersonWhenTheirLoginIsOver) {
  const chat::Account account = logged_in();
  http.answers("GET " + hs + "v3/sync", R"({"errcode":"M_UNKNOWN_TOKEN","error":"gone","soft_logout":false})", 401);
  connects(account);
  turn_until([&] { return ear.heard<chat::Lost>(); });
  const auto lost = std::find_if(ear.events.begin(), ear.events.end(),
                                 [](const chat::Event& each) { return std::holds_alternative<chat::Lost>(each); });
  EXPECT_EQ(std::get<chat::Lost>(*lost).fault, Fault::unauthorized);
  EXPECT_FALSE(std::get<chat::Lost>(*lost).retry_at);
  turn_until([&] { return ear.heard<chat::Notice>(); });
  EXPECT_EQ(http.count(login), 1U) << "a device that was signed out elsewhere stays so";
}

TEST_F(MatrixNetworkTest, ComesBackByThePasswordAfterASoftLogout) {
  const chat::Account account = logged_in();
  http.answers(login, grant("@alice:hs.test", "a2"));
  http.answers(login, grant("@alice:hs.test", "a2"));
  http.answers("GET " + hs + "v3/sync", R"({"errcode":"M_UNKNOWN_TOKEN","error":"x","soft_logout":true})", 401);
  http.answers("GET " + hs + "v3/sync", R"({"next_batch":"s1"})");
  connects(account);
  turn_until([&] { return ear.heard<chat::Ready>(); });
  EXPECT_EQ(http.count(login), 2U);
}

TEST_F(MatrixNetworkTest, AsksToBeLetIntoARoom) {
  const chat::Account account = logged_in();
  std::vector<chat::Step> steps;
  const auto dialog = network->open_dialog("knock", account, [&](const chat::Step& step) { steps.push_back(step); });
  const auto submits = [&](const std::string& room) {
    const std::size_t before = steps.size();
    chat::Fields answers;
    answers.set("room", room);
    answers.set("reason", "tea");
    settle();  // the task that has answered the last one ends
    dialog->submit(answers);
    turn_until([&] { return steps.size() > before; });
  };
  turn_until([&] { return !steps.empty(); });
  EXPECT_TRUE(std::holds_alternative<chat::Form>(steps.back()));
  submits("@bob:hs.test");
  EXPECT_EQ(std::get<chat::Refused>(steps.back()).field, "room");
  const std::string knock = "POST " + hs + "v3/knock/%23tea%3Ahs.test";
  http.answers(knock, R"({"errcode":"M_FORBIDDEN","error":"not here"})", 403);
  http.answers(knock, R"({"room_id":"!tea:hs.test"})");
  submits("#tea:hs.test");
  EXPECT_NE(std::get<chat::Refused>(steps.back()).text.find("not here"), std::string::npos);
  submits("#tea%hs.test");
  EXPECT_FALSE(std::get<chat::Finished>(steps.back()).failed);
  EXPECT_EQ(http.last(knock).body, R"({"reason":"tea"})");
  EXPECT_EQ(http.last(knock).fields.get("Authorization"), "Bearer a1");
}

TEST_F(MatrixNetworkTest, TakesOverWhatItsConfigurationChangesButForTheHomeserver) {
  const MatrixNetwork same{"matrix.test", "Ours", config("homeserver = \"https://hs.test\"\npresence_cap = 50"),
                           services};
  EXPECT_TRUE(network->take_settings(same));
  EXPECT_EQ(network->describe().name, "Ours");
  const MatrixNetwork other{"matrix.test", "", config("homeserver = \"https://other.test\""), services};
  EXPECT_FALSE(network->take_settings(other));
  EXPECT_EQ(network->describe().name, "Ours");
}

TEST_F(MatrixNetworkTest, SaysForTheOperatorHowPeopleLogIn) {
  http.answers("GET " + hs + "v3/login", R"({"flows":[{"type":"m.login.password"},{"type":"m.login.sso"}]})");
  std::optional<chat::Findings> findings;
  network->probe([&](chat::Findings found) { findings = std::move(found); });
  turn_until([&] { return findings.has_value(); });
  ASSERT_EQ(findings->size(), 2U);
  EXPECT_EQ((*findings)[0].grade, chat::Finding::Grade::ok);
  EXPECT_NE((*findings)[0].text.find("v1.11"), std::string::npos);
  EXPECT_EQ((*findings)[1].text, "password, single sign-on, access token");
}

}  // namespace
}  // namespace dragoman::backends::matrix::network_test
