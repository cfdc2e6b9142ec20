#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "backends/irc/network.hpp"
#include "base/settings.hpp"
#include "support/fixed_random.hpp"
#include "support/irc_script.hpp"
#include "support/loop_test.hpp"

// Addresses and permissions of a gateway to several servers; each server's session is what it is elsewhere.

namespace dragoman::test {
namespace {

using backends::irc::IrcNetwork;
using Console = chat::Network::Console;

class SeveralServers : public LoopTest {
 protected:
  std::unique_ptr<chat::Network> network(const std::string& toml) {
    const Settings settings = Settings::from_text(toml, "test.toml");
    backends::NetworkConfig config{"irc.test", {}, settings};
    auto made = backends::irc::make(config, services_);
    problems_ = config.settings.problems();
    return made;
  }
  static std::string read(const Result<chat::Network::Address>& address) {
    if (!address) return std::string{to_string(address.error().fault)} + ": " + address.error().text;
    if (const auto* room = std::get_if<chat::RoomId>(&*address)) return "room " + room->text;
    if (const auto* person = std::get_if<chat::PersonId>(&*address)) return "person " + person->text;
    return "server " + std::get<Console>(*address).server;
  }
  std::string first_problem() const { return problems_.empty() ? "" : problems_.front(); }

  FixedRandom random_;
  net::Pressure pressure_{loop};
  backends::Services services_{loop,
                               random_,
                               pressure_,
                               [](std::string_view nick) { return std::string{nick}; },
                               [](std::string_view identity) { return std::string{identity}; },
                               "dragoman test",
                               "key"};
  std::vector<std::string> problems_;
};

TEST_F(SeveralServers, TheLastPercentSignSplits) {
  const auto irc = network(R"(networks = ["irc.oftc.net:6697", "irc.libera.chat"])");
  ASSERT_TRUE(irc) << first_problem();
  EXPECT_EQ(read(irc->parse("#Tea%IRC.oftc.net")), "room #tea%irc.oftc.net");
  EXPECT_EQ(read(irc->parse("#50%off%irc.oftc.net")), "room #50%off%irc.oftc.net");
  EXPECT_EQ(read(irc->parse("Bob%irc.libera.chat.")), "person bob%irc.libera.chat");
  EXPECT_EQ(read(irc->parse("irc.oftc.net")), "server irc.oftc.net");
  EXPECT_EQ(read(irc->parse("%irc.oftc.net")), "server irc.oftc.net");
  EXPECT_EQ(irc->part_of(chat::RoomId{"#50%off%irc.oftc.net"}), "irc.oftc.net");
  EXPECT_EQ(irc->format_in_room(chat::PersonId{"bob%irc.oftc.net"}), "bob");
  EXPECT_EQ(irc->person_in_room(chat::RoomId{"#tea%irc.oftc.net"}, "Bob")->text, "bob%irc.oftc.net");
}

TEST_F(SeveralServers, NothingElseIsServed) {
  const auto irc = network(R"(networks = ["irc.oftc.net", "irc.libera.chat"])");
  ASSERT_TRUE(irc) << first_problem();
  EXPECT_EQ(read(irc->parse("#tea%irc.lan")),
            "not_found: irc.lan is not served by this gateway; it serves irc.oftc.net, irc.libera.chat.");
  EXPECT_EQ(read(irc->parse("#tea")), "malformed: Say on which server, behind a \"%\": #tea%irc.example.org");
  EXPECT_EQ(read(irc->parse("#tea%")), "malformed: \"\" is no name of a server");
  EXPECT_EQ(read(irc->parse("#tea%a b")), "malformed: \"a b\" is no name of a server");
}

TEST_F(SeveralServers, UrlsNameTheirServer) {
  const auto irc = network(R"(networks = ["irc.oftc.net", "irc.libera.chat"])");
  ASSERT_TRUE(irc) << first_problem();
  EXPECT_EQ(read(irc->parse_typed("ircs://irc.oftc.net:6697/tea")), "room #tea%irc.oftc.net");
  EXPECT_EQ(read(irc->parse_typed("irc://irc.eu.libera.chat/bob,isnick")), "person bob%irc.libera.chat");
  EXPECT_EQ(read(irc->parse_typed("irc://irc.lan/tea")).substr(0, 9), "not_found");
}

TEST_F(SeveralServers, AnyServerMeansAnyPublicOne) {
  const auto irc = network(R"(networks = ["*", "127.0.0.1:6667"])");
  ASSERT_TRUE(irc) << first_problem();
  EXPECT_EQ(read(irc->parse("#tea%irc.example.org")), "room #tea%irc.example.org");
  EXPECT_EQ(read(irc->parse("#tea%127.0.0.1")), "room #tea%127.0.0.1");
  for (const std::string address : {"127.0.0.2", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.1.1", "224.0.0.1",
                                    "::1", "fe80::1", "fd00::1", "ff02::1", "64:ff9b::10.0.0.1", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(read(irc->parse("#tea%" + address)),
              "forbidden: " + address + " is no public address; this gateway connects to no other.");
  }
  EXPECT_EQ(read(irc->parse("#tea%2600::1")), "room #tea%2600::1");
}

TEST_F(SeveralServers, SoManyAreOpenAndNoMore) {
  const auto irc = network("networks = [\"*\", \"irc.lan\"]\nmost_networks = 2");
  ASSERT_TRUE(irc) << first_problem();
  EXPECT_TRUE(irc->may_open("irc.c.example", {"irc.a.example", "irc.lan"}));
  const auto refused = irc->may_open("irc.c.example", {"irc.a.example", "irc.b.example"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::limited);
  EXPECT_TRUE(irc->may_open("irc.lan", {"irc.a.example", "irc.b.example"}));
}

TEST_F(SeveralServers, MistakesInTheListAreNamed) {
  EXPECT_FALSE(network(R"(networks = [])"));
  EXPECT_NE(first_problem().find("name one server at least"), std::string::npos);
  EXPECT_FALSE(network(R"(networks = ["irc.lan", "IRC.lan:6667"])"));
  EXPECT_NE(first_problem().find("irc.lan stands there twice"), std::string::npos);
  EXPECT_FALSE(network(R"(networks = ["irc.lan:0"])"));
  EXPECT_NE(first_problem().find("a port is a number"), std::string::npos);
}

class NamesOfServers : public ::testing::Test {
 protected:
  static void joins(IrcScript& irc, const std::string& server, const std::string& prefix) {
    irc.is_ready("CHANTYPES=# PREFIX=(ov)@+ CASEMAPPING=ascii NICKLEN=30", "extended-join account-notify");
    irc.owner_asks(chat::JoinRoom{chat::RoomId{"#tea%" + server}, "alice", {}});
    irc.server_says(":alice!a@h JOIN #tea * :Alice", ":irc.test 353 alice = #tea :alice",
                    ":irc.test 366 alice #tea :End", prefix + " JOIN #tea bobby :Bob");
  }
  const Names::Name& bob(const std::string& server) const {
    NameId id;
    EXPECT_TRUE(names_.find(names_.find_realm(server), "bob", id)) << server;
    return names_[id];
  }

  Names names_;
};

TEST_F(NamesOfServers, OneNicknameIsTwoPeople) {
  IrcScript here{"irc.a.example", names_}, there{"irc.b.example", names_};
  joins(here, "irc.a.example", ":bob!b@here.example");
  joins(there, "irc.b.example", ":bob!bob@there.example");
  EXPECT_EQ(bob("irc.a.example").address, "b@here.example");
  EXPECT_EQ(bob("irc.b.example").address, "bob@there.example");
  EXPECT_EQ(bob("irc.a.example").occupant_id, "id of account bobby%irc.a.example");
  EXPECT_EQ(bob("irc.b.example").occupant_id, "id of account bobby%irc.b.example");
  EXPECT_EQ(bob("irc.a.example").resource, bob("irc.b.example").resource);
  there.server_says(":bob ACCOUNT *");
  EXPECT_EQ(bob("irc.a.example").account, "bobby");
  EXPECT_EQ(bob("irc.b.example").account, "");
}

TEST_F(NamesOfServers, GoWithTheirServer) {
  {
    IrcScript irc{"irc.a.example", names_};
    joins(irc, "irc.a.example", ":bob!b@here.example");
    irc.owner_asks(chat::LeaveRoom{chat::RoomId{"#tea%irc.a.example"}, {}});
    irc.server_says(":alice!a@h PART #tea");
    EXPECT_EQ(names_.size(), 0u);
    EXPECT_EQ(names_.realms(), 1u) << "the server is still there";
  }
  EXPECT_EQ(names_.realms(), 0u);
}

TEST(IrcListed, Port6667IsWithoutTlsUnlessTlsIsSaid) {
  const auto read = [](const std::string& toml) {
    Settings settings = Settings::from_text(toml, "test.toml");
    return backends::irc::read_config(settings).networks;
  };
  const auto by_port = read(R"(networks = ["irc.a.example:6667", "irc.b.example", "irc.c.example:7000"])");
  ASSERT_EQ(by_port.size(), 3u);
  EXPECT_FALSE(by_port[0].tls);
  EXPECT_TRUE(by_port[1].tls);
  EXPECT_EQ(by_port[1].server.port, 6697);
  EXPECT_TRUE(by_port[2].tls);
  const auto all_with = read("networks = [\"irc.a.example:6667\"]\ntls = true");
  ASSERT_EQ(all_with.size(), 1u);
  EXPECT_TRUE(all_with[0].tls);
}

class EncodingsOfServers : public ::testing::Test {
 protected:
  backends::irc::Config read(const std::string& toml) {
    Settings settings = Settings::from_text(toml, "test.toml");
    auto config = backends::irc::read_config(settings);
    problems_ = settings.problems();
    return config;
  }
  static backends::irc::Encodings of(const backends::irc::Config& config, std::size_t server) {
    return backends::irc::config_for(config, config.networks.at(server), true).encodings;
  }
  static std::string in(const backends::irc::Encodings& encodings, std::string_view channel) {
    const auto* choice = encodings.find(backends::irc::Casemap::ascii, channel);
    const auto& found = choice == nullptr ? encodings.everywhere : *choice;
    return found.in ? std::string{name_of(*found.in)} : "";
  }
  std::vector<std::string> problems_;
};

TEST_F(EncodingsOfServers, CountBeforeThoseOfAll) {
  const auto config = read(R"(networks = ["irc.a.example", "irc.b.example"]
encoding = "windows-1251"
encodings = { "#tea" = "koi8-r", "IRC.b.example" = "shift_jis", "#Tea%irc.b.example" = "euc-jp" }
encodings_out = { "irc.b.example" = "utf-8" })");
  EXPECT_TRUE(problems_.empty());
  EXPECT_EQ(in(of(config, 0), "#cake"), "windows-1251");
  EXPECT_EQ(in(of(config, 0), "#tea"), "koi8-r");
  EXPECT_EQ(in(of(config, 1), "#cake"), "shift_jis");
  EXPECT_EQ(in(of(config, 1), "#tea"), "euc-jp");
  EXPECT_EQ(of(config, 1).everywhere.out, backends::irc::Encoding::utf_8);
}

TEST_F(EncodingsOfServers, AreOfServersThatAreServed) {
  static_cast<void>(read(R"(networks = ["irc.a.example"]
encodings = { "#tea%irc.c.example" = "koi8-r" })"));
  ASSERT_EQ(problems_.size(), 1u);
  EXPECT_NE(problems_.front().find("irc.c.example is no server of `networks`"), std::string::npos) << problems_.front();
  static_cast<void>(read(R"(networks = ["*"]
encodings = { "#tea%irc.c.example" = "koi8-r" })"));
  EXPECT_TRUE(problems_.empty());
}

}  // namespace
}  // namespace dragoman::test
