#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "backends/matrix/network.hpp"
#include "support/http_network_test.hpp"

// A network that is an application service: its homeserver is played by the test, which asks and tells it too.

namespace dragoman::backends::matrix::appservice_test {
namespace {

using namespace std::chrono_literals;

const std::string hs = "https://hs.test/_matrix/client/";
const std::string ghost = "@_xmpp_alice=40example.org:hs.test";

const std::string tea = "/_matrix/app/v1/rooms/%23_xmpp_tea%3D40rooms.example.org%3Ahs.test";
const std::string create_room = "POST " + hs + "v3/createRoom";
const std::string encryption = "GET " + hs + "v3/rooms/%21dm%3Ahs.test/state/m.room.encryption";

/// The bridges of the program, as far as portals need them; the test says what becomes of a room.
class PortalBridges final : public PortalDesk {
 public:
  bool is_tied(const Portal& portal) const override {
    return std::find(tied.begin(), tied.end(), portal) != tied.end();
  }
  void open(const Portal& portal, Opened answer) override {
    opened.push_back(portal);
    if (refusal) return answer(*refusal);
    answer({});
  }
  Result<void> tie(const Portal& portal) override {
    tied.push_back(portal);
    return {};
  }
  void give_up(const Portal& portal) override { given_up.push_back(portal); }

  std::vector<Portal> opened, tied, given_up;
  std::optional<Error> refusal;
};

class Ear final : public chat::Observer {
 public:
  void on_event(const chat::Event& event) override { events.push_back(event); }
  template <class Event>
  std::size_t heard() const {
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(), [](const chat::Event& each) { return std::holds_alternative<Event>(each); }));
  }
  std::vector<chat::Event> events;
};

struct AppServiceTest : test::HttpNetworkTest {
  AppServiceTest() {
    char name[] = "/tmp/dragoman-appservice-XXXXXX";
    folder = ::mkdtemp(name);
    std::ofstream{folder + "/r.yaml"} << "id: gw\nas_token: as\nhs_token: hs\nsender_localpart: _xmpp_bot\n";
    ::chmod((folder + "/r.yaml").c_str(), 0600);
    http.answers("GET " + hs + "versions", R"({"versions":["v1.11"]})");
    http.answers("POST " + hs + "v3/register", R"({"user_id":"@x:hs.test"})");
    http.answers("POST " + hs + "v1/appservice/gw/ping", R"({"duration_ms":3})");
    http.answers("GET " + hs + "v3/sync", R"({"next_batch":"s1"})");
    services.kept = [this](const std::string& key) { return kept[key]; };
    services.keep = [this](const std::string& key, const std::string& text) { kept[key] = text; };
    listens("https://gateway.test");
    services.may_use = [](const std::string& owner) { return owner.ends_with("@example.org"); };
    services.wake = [this](const std::string& owner) {
      woken.push_back(owner);
      return owner.ends_with("@example.org");
    };
    begin();
  }
  ~AppServiceTest() override {
    end();
    std::filesystem::remove_all(folder);
  }
  void make() {
    Settings settings = Settings::from_text(
        "homeserver = \"https://hs.test\"\nmode = \"appservice\"\n"
        "server_name = \"hs.test\"\nregistration = \"" +
            folder + "/r.yaml\"\n" + more,
        "test.toml");
    network = std::make_unique<MatrixNetwork>("m.example.org", "", read_config(settings), services);
    EXPECT_TRUE(settings.problems().empty());
    network->set_portal_desk(bridges);
    network->start();
  }
  void begin() {
    make();
    turn_until([this] { return network->paperwork_state() == "the homeserver knows and reaches us"; });
  }
  void end() {
    session.reset();
    network->stop();
    turn_until([this] { return network->idle(); });
    network.reset();
  }
  void alice_is_ready() {
    chat::Account account;
    account.owner = "alice@example.org";
    account.nickname = "Alice";
    session = network->open(account, ear);
    session->start();
    turn_until([this] { return ear.heard<chat::Ready>() > 0; });
  }
  net::HttpResponse asks(const std::string& method, const std::string& path, const std::string& body = {},
                         const std::string& token = "hs") {
    test::AskedOnce exchange;
    exchange.asked.method = method;
    exchange.asked.path = "/matrix/m.example.org" + path;
    exchange.asked.fields.add("Authorization", "Bearer " + token);
    exchange.body = body;
    if (auto refused = route.admit(exchange.asked)) return *refused;
    return answer(exchange);
  }
  int tells(const std::string& id, const std::string& events) {
    return asks("PUT", "/_matrix/app/v1/transactions/" + id, R"({"events":[)" + events + "]}").status;
  }
  static std::string invitation(const std::string& user) {
    return R"({"type":"m.room.member","room_id":"!dm:hs.test","event_id":"$i","sender":"@bob:hs.test","state_key":")" +
           user + R"(","content":{"membership":"invite","is_direct":true}})";
  }
  static std::string said(const std::string& id) {
    return R"({"type":"m.room.message","room_id":"!dm:hs.test","event_id":")" + id +
           R"(","sender":"@bob:hs.test","content":{"msgtype":"m.text","body":"hello"}})";
  }

  /// Rooms of XMPP below example.org may be asked for, so many at a time.
  void allows_portals(int limit = 100) {
    end();
    more = "portals = [\"*.example.org\"]\nportal_limit = " + std::to_string(limit) + "\n";
    http.answers(create_room, R"({"room_id":"!p:hs.test"})");
    begin();
  }

  std::string folder, more;
  PortalBridges bridges;
  std::vector<std::string> woken;
  Ear ear;
  std::unique_ptr<MatrixNetwork> network;
  std::unique_ptr<chat::Session> session;
};

TEST_F(AppServiceTest, IntroducesItselfAndIsAskedBack) {
  EXPECT_EQ(http.count("POST " + hs + "v1/appservice/gw/ping"), 1U);
  EXPECT_EQ(http.last("POST " + hs + "v3/register").fields.get("Authorization"), "Bearer as");
  EXPECT_NE(http.last("POST " + hs + "v3/register").body.find("\"username\":\"_xmpp_bot\""), std::string::npos);
}

TEST_F(AppServiceTest, TriesUntilTheHomeserverKnowsAndReachesIt) {
  end();
  test::FakeHttp later;
  const std::string make_user = "POST " + hs + "v3/register", ping = "POST " + hs + "v1/appservice/gw/ping";
  later.answers("GET " + hs + "versions", R"({"versions":["v1.11"]})");
  later.answers(make_user, R"({"errcode":"M_UNKNOWN_TOKEN","error":"no"})", 401);
  later.answers(make_user, R"({"errcode":"M_USER_IN_USE","error":"taken"})", 400);
  later.answers(ping, R"({"errcode":"M_CONNECTION_FAILED","error":"refused"})", 502);
  later.answers(ping, R"({"duration_ms":3})");
  services.http = &later;
  make();
  turn_until([&] { return later.count(make_user) == 1; });
  settle();
  EXPECT_NE(network->paperwork_state().find("does not know this gateway"), std::string::npos);
  for (int i = 0; i < 50 && later.count(ping) < 2; ++i) advance(10s);
  settle();
  EXPECT_EQ(network->paperwork_state(), "the homeserver knows and reaches us");
  services.http = &http;
}

TEST_F(AppServiceTest, SomebodyOfXmppIsAGhostThatTheServiceSpeaksFor) {
  alice_is_ready();
  EXPECT_NE(http.last("POST " + hs + "v3/register").body.find("\"username\":\"_xmpp_alice=40example.org\""),
            std::string::npos);
  const net::HttpRequest& sync = http.last("GET " + hs + "v3/sync");
  EXPECT_EQ(sync.fields.get("Authorization"), "Bearer as");
  EXPECT_NE(sync.url.target.find("user_id=%40_xmpp_alice%3D40example.org%3Ahs.test"), std::string::npos);
  EXPECT_EQ(sync.url.target.find("device_id="), std::string::npos) << "this homeserver makes no devices";
  const auto is_secret = [](const auto& each) { return each.second.find("\"access\"") != std::string::npos; };
  EXPECT_EQ(std::count_if(kept.begin(), kept.end(), is_secret), 0) << "its token is nobody's";
}

TEST_F(AppServiceTest, SpeaksFromADeviceWhereThereAreSome) {
  http.answers("PUT " + hs + "v3/devices/DRAGOMANidofdeviceofaliceexampleorg", "{}", 201);
  alice_is_ready();
  EXPECT_NE(http.last("GET " + hs + "v3/sync").url.target.find("&device_id=DRAGOMANidofdeviceofaliceexampleorg"),
            std::string::npos);
}

const std::string voice = "@_xmpp_irc.example.org/alice:hs.test";

chat::Account speaker() {
  chat::Account account;
  account.owner = "dev";
  account.nickname = "Alice";
  account.is_bridge = true;
  account.settings.set("voice", std::string{"irc.example.org/alice"});
  return account;
}

TEST_F(AppServiceTest, SomebodyForWhomABridgeSpeaksIsAUserOfTheirOwn) {
  session = network->open(speaker(), ear);
  session->start();
  turn_until([this] { return ear.heard<chat::Ready>() > 0; });
  EXPECT_NE(http.last("POST " + hs + "v3/register").body.find("\"username\":\"_xmpp_irc.example.org/alice\""),
            std::string::npos);
  EXPECT_TRUE(network->lends_voices());
  const auto person = network->voice_of(speaker());
  ASSERT_TRUE(person);
  EXPECT_TRUE(network->is_voice(*person));
  const auto somebody = network->parse_typed(ghost);
  ASSERT_TRUE(somebody);
  EXPECT_FALSE(network->is_voice(std::get<chat::PersonId>(*somebody))) << "who uses the gateway speaks for themselves";
}

TEST_F(AppServiceTest, WhoWritesToSomebodyOfABridgeWhoIsNotThereHearsSo) {
  const std::string notice = "PUT " + hs + "v3/rooms/%21dm%3Ahs.test/send/m.room.message/missed%20%241";
  http.answers(encryption, R"({"errcode":"M_NOT_FOUND"})", 404);
  http.answers(notice, R"({"event_id":"$n"})");
  EXPECT_EQ(tells("1", invitation(voice)), 200);
  EXPECT_TRUE(woken.empty()) << "nobody of XMPP is meant";
  EXPECT_EQ(tells("2", said("$1")), 200);
  turn_until([&] { return http.count(notice) == 1; });
  EXPECT_NE(http.last(notice).url.target.find("user_id=%40_xmpp_irc.example.org%2Falice%3Ahs.test"), std::string::npos);
  EXPECT_NE(http.last(notice).body.find("m.notice"), std::string::npos);
  EXPECT_EQ(asks("GET", "/_matrix/app/v1/users/%40_xmpp_irc.example.org%2Falice%3Ahs.test").status, 404)
      << "they are made when they speak";
}

TEST_F(AppServiceTest, InAnEncryptedChatNothingIsSaidInTheClear) {
  http.answers(encryption, R"({"algorithm":"m.megolm.v1.aes-sha2"})");
  EXPECT_EQ(tells("1", invitation(voice)), 200);
  EXPECT_EQ(tells("2", said("$1")), 200);
  turn_until([&] { return http.count(encryption) == 1; });
  settle();
  EXPECT_EQ(http.count("PUT " + hs + "v3/rooms/%21dm%3Ahs.test/send/m.room.message/missed%20%241"), 0);
}

TEST_F(AppServiceTest, NobodyButTheHomeserverIsHeard) {
  EXPECT_EQ(asks("PUT", "/_matrix/app/v1/transactions/1", "{}", "other").status, 403);
  EXPECT_EQ(asks("GET", "/_matrix/app/v1/ping").status, 405);
  EXPECT_EQ(asks("GET", "/_matrix/client/v3/sync").status, 404);
  EXPECT_EQ(asks("PUT", "/_matrix/app/v1/transactions/1", "[").status, 400);
  EXPECT_EQ(asks("POST", "/_matrix/app/v1/ping", "{}").status, 200);
}

TEST_F(AppServiceTest, WhoeverIsSpokenToIsWokenOnceAndAwaitedOverARestart) {
  EXPECT_EQ(tells("1", invitation(ghost)), 200);
  EXPECT_EQ(woken, std::vector<std::string>{"alice@example.org"});
  EXPECT_EQ(tells("1", invitation(ghost)), 200);
  EXPECT_EQ(woken.size(), 1U) << "the same transaction";
  EXPECT_EQ(tells("2", invitation(ghost)), 200);
  EXPECT_EQ(woken.size(), 1U) << "the same event";
  end();
  woken.clear();
  begin();
  turn_until([this] { return !woken.empty(); });
  EXPECT_EQ(woken, std::vector<std::string>{"alice@example.org"});
  alice_is_ready();
  settle();
  end();
  woken.clear();
  begin();
  settle();
  EXPECT_TRUE(woken.empty()) << "she has heard it";
}

TEST_F(AppServiceTest, AMessageInADirectChatWakesWhoIsAway) {
  EXPECT_EQ(tells("1", said("$0")), 200);
  EXPECT_TRUE(woken.empty()) << "nobody of ours is known to be there";
  EXPECT_EQ(tells("2", invitation(ghost)), 200);
  alice_is_ready();
  session.reset();
  settle();
  woken.clear();
  EXPECT_EQ(tells("3", said("$1")), 200);
  EXPECT_EQ(woken, std::vector<std::string>{"alice@example.org"});
}

TEST_F(AppServiceTest, WhoMayNotUseTheGatewayHasNoGhost) {
  EXPECT_EQ(tells("1", invitation("@_xmpp_eve=40evil.test:hs.test")), 200);
  EXPECT_EQ(kept["awaited"], "");
  EXPECT_EQ(asks("GET", "/_matrix/app/v1/users/%40_xmpp_eve%3D40evil.test%3Ahs.test").status, 404);
  EXPECT_EQ(asks("GET", "/_matrix/app/v1/users/%40_xmpp_alice%3D40example.org%3Ahs.test").status, 200);
}

TEST_F(AppServiceTest, NobodyGetsARoomOfXmppUnlessTheOperatorSaysSo) {
  EXPECT_EQ(asks("GET", tea).status, 404);
  EXPECT_EQ(http.count(create_room), 0U);
  EXPECT_TRUE(bridges.opened.empty());
}

TEST_F(AppServiceTest, AnAliasMakesARoomAndABridge) {
  allows_portals();
  EXPECT_EQ(asks("GET", tea).status, 200);
  EXPECT_NE(http.last(create_room).body.find("_xmpp_tea=40rooms.example.org"), std::string::npos);
  ASSERT_EQ(bridges.tied.size(), 1U);
  EXPECT_EQ(bridges.tied[0].xmpp_room, "tea@rooms.example.org");
  EXPECT_EQ(network->format(bridges.tied[0].room), "#_xmpp_tea=40rooms.example.org%hs.test");
  EXPECT_EQ(asks("GET", "/_matrix/app/v1/rooms/%23_xmpp_tea%3D40rooms.other.test%3Ahs.test").status, 404);
  EXPECT_EQ(bridges.opened.size(), 1U) << "of a domain that is not listed nothing is asked";
}

TEST_F(AppServiceTest, ARoomThatMayNotBeEnteredIsNotMade) {
  allows_portals();
  bridges.refusal = Error{Fault::members_only, "only members may enter the room"};
  const net::HttpResponse refused = asks("GET", tea);
  EXPECT_EQ(refused.status, 404);
  EXPECT_NE(refused.body.find("M_NOT_FOUND"), std::string::npos);
  EXPECT_NE(refused.body.find("only members may enter the room"), std::string::npos);
  bridges.refusal = Error{Fault::timeout, "its server does not answer at the moment"};
  EXPECT_EQ(asks("GET", tea).status, 503) << "that is no answer about the room";
  EXPECT_EQ(http.count(create_room), 0U);
  EXPECT_TRUE(bridges.tied.empty());
}

TEST_F(AppServiceTest, TheXmppRoomIsLeftWhenTheOtherOneCannotBeMade) {
  http.answers(create_room, R"({"errcode":"M_UNKNOWN","error":"no"})", 500);
  allows_portals();
  EXPECT_EQ(asks("GET", tea).status, 503);
  EXPECT_EQ(bridges.given_up.size(), 1U);
  EXPECT_TRUE(bridges.tied.empty());
}

TEST_F(AppServiceTest, ARoomThatABridgeOfTheFileNamesNeedsNoLeave) {
  http.answers(create_room, R"({"room_id":"!p:hs.test"})");
  bridges.tied.push_back({"tea@rooms.example.org", chat::RoomId{"#_xmpp_tea=40rooms.example.org%hs.test"}});
  EXPECT_EQ(asks("GET", tea).status, 200);
  EXPECT_TRUE(bridges.opened.empty());
  EXPECT_EQ(http.count(create_room), 1U);
}

TEST_F(AppServiceTest, ThereAreNoMorePortalsThanTheOperatorAllows) {
  allows_portals(1);
  EXPECT_EQ(asks("GET", tea).status, 200);
  EXPECT_EQ(asks("GET", "/_matrix/app/v1/rooms/%23_xmpp_milk%3D40rooms.example.org%3Ahs.test").status, 503);
  EXPECT_EQ(http.count(create_room), 1U);
}

TEST_F(AppServiceTest, TheAliasGoesWithTheBridge) {
  const std::string alias = "DELETE " + hs + "v3/directory/room/%23_xmpp_tea%3D40rooms.example.org%3Ahs.test";
  http.answers(alias, "{}");
  allows_portals();
  EXPECT_EQ(asks("GET", tea).status, 200);
  const Portal portal = bridges.tied[0];
  bridges.tied.clear();
  network->on_portal_gone(portal, false);
  turn_until([&] { return http.count(alias) == 1; });
  settle();
  EXPECT_EQ(asks("GET", tea).status, 200) << "the operator allows it still";
  bridges.tied.clear();
  network->on_portal_gone(portal, true);
  turn_until([&] { return http.count(alias) == 2; });
  settle();
  EXPECT_EQ(asks("GET", tea).status, 404) << "its moderators did not want it";
  end();
  begin();
  EXPECT_EQ(asks("GET", tea).status, 404) << "that is kept";
  advance(25h);
  EXPECT_EQ(asks("GET", tea).status, 200);
}

TEST_F(AppServiceTest, AnAliasWhoseBridgeWentMeanwhileGoesAtTheStart) {
  const std::string alias = "DELETE " + hs + "v3/directory/room/%23_xmpp_tea%3D40rooms.example.org%3Ahs.test";
  http.answers(alias, "{}");
  allows_portals();
  EXPECT_EQ(asks("GET", tea).status, 200);
  end();
  begin();
  settle();
  EXPECT_EQ(http.count(alias), 0U) << "it is there";
  end();
  bridges.tied.clear();
  begin();
  turn_until([&] { return http.count(alias) == 1; });
}

TEST_F(AppServiceTest, ARegistrationAsksForNothingButAName) {
  chat::Account account;
  account.owner = "alice@example.org";
  const auto form = network->account_form(account);
  ASSERT_EQ(form.fields.size(), 1U);
  chat::Fields answers;
  answers.set("nick", std::string{"Alice in Tea"});
  const auto read = network->read_account(answers, account);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->registered);
  EXPECT_EQ(read->nickname, "Alice in Tea");
  EXPECT_FALSE(network->log_in(*read, account, [](Result<chat::Account>) { FAIL(); })) << "nobody is asked";
  network->log_out(*read);
  settle();
  EXPECT_EQ(http.count("POST " + hs + "v3/logout"), 0U) << "the service's token stays";
}

TEST_F(AppServiceTest, ItsPaperIsTheSameEachTime) {
  const auto paper = network->paperwork("https://gateway.test", random);
  ASSERT_TRUE(paper);
  EXPECT_NE(paper->find("url: 'https://gateway.test/matrix/m.example.org'\nas_token: 'as'\n"), std::string::npos);
  EXPECT_EQ(*paper, *network->paperwork("https://gateway.test", random));
  EXPECT_FALSE(network->paperwork("", random)) << "the homeserver could not reach it";
}

}  // namespace
}  // namespace dragoman::backends::matrix::appservice_test
