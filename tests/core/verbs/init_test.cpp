#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/settings.hpp"
#include "verbs/init_answers.hpp"
#include "verbs/init_text.hpp"

// The questions of `dragoman init` and what is made of the answers.
namespace dragoman::verbs::test {

namespace {

const Question& question(std::string_view option) {
  for (const Question& each : questions()) {
    if (each.option == option) return each;
  }
  std::abort();
}

/// "" when the answer is taken, else the reason.
std::string refusal(std::string_view option, std::string_view answer) {
  Answers answers;
  const auto read = question(option).read(answer, answers);
  return read ? std::string{} : read.error().text;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Answers good_answers() {
  Answers answers;
  answers.server = Answers::Server::prosody;
  answers.component_port = {"127.0.0.1", 5347};
  answers.domain = "irc.example.org";
  answers.irc = {"irc.example.net", 6697};
  answers.allow = {"example.org", "bob@example.com"};
  answers.database = "/var/lib/dragoman/irc.db";
  return answers;
}

const Secret<std::string> secret{"5ec4e7"};

TEST(InitQuestions, AreFiveInOrderAndEachHasAnOption) {
  int number = 1;
  for (const Question& each : questions()) {
    EXPECT_TRUE(each.number == number || each.number == number + 1) << each.words;
    number = each.number;
    EXPECT_TRUE(std::string_view{each.option}.starts_with("--"));
  }
  EXPECT_EQ(number, 5);
}

TEST(InitQuestions, ProposalsAreAnswersThatAreTaken) {
  const Surroundings around{"vps.example.org", false, false, ::testing::TempDir() + "data", "irc"};
  Answers answers;
  for (const Question& each : questions()) {
    if (each.is_asked != nullptr && !each.is_asked(answers)) continue;
    const std::string proposal = each.proposal(around, answers);
    const auto read = each.read(proposal, answers);
    EXPECT_TRUE(read) << each.words << ": " << read.error().text;
  }
  EXPECT_EQ(answers.domain, "irc.example.org");
  EXPECT_EQ(answers.allow, std::vector<std::string>{"example.org"});
  EXPECT_TRUE(answers.database.ends_with("/irc.db")) << answers.database;
}

TEST(InitQuestions, AHomeserverIsANameAUrlOrAny) {
  for (const char* good : {"matrix.org", "hs.example.org:8448", "https://matrix.example.org/base", "any", "ANY"}) {
    EXPECT_EQ(refusal("--homeserver", good), "") << good;
  }
  for (const char* bad : {"", "@alice:matrix.org", "two words", "ftp://matrix.org", "a/b"}) {
    EXPECT_TRUE(contains(refusal("--homeserver", bad), "is no homeserver")) << bad;
  }
  EXPECT_TRUE(contains(refusal("--network", "icq"), "irc and matrix"));
}

TEST(InitQuestions, EachNetworkIsAskedItsOwn) {
  Answers answers;
  answers.domain = "matrix.example.org";
  EXPECT_EQ(question("--network").proposal({}, answers), "matrix");
  ASSERT_TRUE(question("--network").read("matrix", answers));
  EXPECT_TRUE(question("--homeserver").is_asked(answers));
  EXPECT_FALSE(question("--irc-server").is_asked(answers));
  ASSERT_TRUE(question("--network").read("irc", answers));
  EXPECT_FALSE(question("--homeserver").is_asked(answers));
  EXPECT_TRUE(question("--irc-server").is_asked(answers));
}

TEST(InitText, OfMatrixHasItsOwnTable) {
  Answers answers = good_answers();
  answers.network = Answers::Network::matrix;
  answers.homeserver = "matrix.org";
  std::string text = configuration_text(answers, secret);
  EXPECT_TRUE(contains(text, "backend = \"matrix\"\n"));
  EXPECT_TRUE(contains(text, "[network.matrix]"));
  EXPECT_TRUE(contains(text, "\n  homeserver = \"matrix.org\"\n"));
  EXPECT_TRUE(contains(text, "registration = \"required\"\n"));
  EXPECT_FALSE(contains(text, "irc_") || contains(text, "[network.irc]") || contains(text, "$"));
  answers.homeserver.clear();
  text = configuration_text(answers, secret);
  EXPECT_FALSE(contains(text, "\n  homeserver"));
  EXPECT_TRUE(contains(text, "\n  # homeserver = "));
}

TEST(InitQuestions, TheServerThatIsInstalledIsProposed) {
  Surroundings around;
  around.has_ejabberd = true;
  EXPECT_EQ(question("--server-kind").proposal(around, {}), "ejabberd");
  around.has_prosody = true;
  EXPECT_EQ(question("--server-kind").proposal(around, {}), "prosody");
}

TEST(InitQuestions, AMachineWithoutADomainGivesNoNameToPropose) {
  Surroundings around;
  around.host_name = "laptop";
  EXPECT_EQ(question("--domain").proposal(around, {}), "");
  around.host_name = "example.org";
  EXPECT_EQ(question("--domain").proposal(around, {}), "irc.example.org");
}

TEST(InitQuestions, WrongAnswersAreRefusedWithWhatIsWanted) {
  EXPECT_TRUE(contains(refusal("--server-kind", "openfire"), "prosody and ejabberd"));
  EXPECT_TRUE(contains(refusal("--server", "127.0.0.1:99999"), "127.0.0.1:5347"));
  EXPECT_TRUE(contains(refusal("--server", "localhost:5222"), "clients"));
  EXPECT_TRUE(contains(refusal("--server", "localhost:5269"), "servers"));
  EXPECT_TRUE(contains(refusal("--domain", "alice@example.org"), "irc.example.org"));
  EXPECT_TRUE(contains(refusal("--domain", "localhost"), "no dot"));
  EXPECT_TRUE(contains(refusal("--domain", ""), "no domain"));
  EXPECT_TRUE(contains(refusal("--irc-server", "irc.example.net:6667"), "irc://irc.example.net:6667"));
  EXPECT_TRUE(contains(refusal("--irc-server", ""), "irc.libera.chat:6697"));
  EXPECT_TRUE(contains(refusal("--allow", "alice@example.org/home"), "neither"));
  EXPECT_TRUE(contains(refusal("--allow", " , "), "nobody"));
}

TEST(InitQuestions, KindsAndDomainsAreTakenInAnySpelling) {
  Answers answers;
  ASSERT_TRUE(question("--server-kind").read("EJABBERD", answers));
  EXPECT_EQ(answers.server, Answers::Server::ejabberd);
  ASSERT_TRUE(question("--domain").read("IRC.Example.ORG", answers));
  EXPECT_EQ(answers.domain, "irc.example.org");
}

TEST(InitQuestions, AnIrcServerHasTlsUnlessItIsWrittenOtherwise) {
  const struct {
    const char *typed, *host;
    int port;
    bool tls;
  } rows[] = {{"irc.example.net", "irc.example.net", 6697, true},
              {"ircs://irc.example.net/", "irc.example.net", 6697, true},
              {"irc.example.net:7000", "irc.example.net", 7000, true},
              {"irc://irc.example.net", "irc.example.net", 6667, false},
              {"irc://[::1]:6668", "::1", 6668, false}};
  for (const auto& row : rows) {
    Answers answers;
    const auto read = question("--irc-server").read(row.typed, answers);
    ASSERT_TRUE(read) << row.typed << ": " << read.error().text;
    EXPECT_EQ(answers.irc.host, row.host) << row.typed;
    EXPECT_EQ(answers.irc.port, row.port) << row.typed;
    EXPECT_EQ(answers.irc_tls, row.tls) << row.typed;
  }
}

TEST(InitQuestions, WhoMayUseItIsAList) {
  Answers answers;
  ASSERT_TRUE(question("--allow").read("example.org, Alice@Example.com  *", answers));
  EXPECT_EQ(answers.allow, (std::vector<std::string>{"example.org", "alice@example.com", "*"}));
}

TEST(InitQuestions, ADatabaseIsAFileThatMayBeWritten) {
  std::string folder = ::testing::TempDir() + "dragoman-init-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  EXPECT_TRUE(contains(refusal("--data", folder), "is a folder"));
  EXPECT_TRUE(contains(refusal("--data", folder + "/"), "is a folder"));
  EXPECT_EQ(refusal("--data", folder + "/a/b/irc.db"), "");
  std::ofstream{folder + "/irc.db"} << "x";
  EXPECT_TRUE(contains(refusal("--data", folder + "/irc.db"), "irc.db.key is missing"));
  EXPECT_TRUE(contains(refusal("--data", folder + "/irc.db/b.db"), "no folder"));
  std::filesystem::remove_all(folder);
}

TEST(InitText, TheConfigurationHoldsTheAnswers) {
  Answers answers = good_answers();
  answers.irc_tls = false;
  answers.database = "/odd \"name\"\\$SECRET.db";
  Settings file = Settings::from_text(configuration_text(answers, secret), "irc.toml");
  EXPECT_EQ(file.table("xmpp").text("server"), "127.0.0.1:5347");
  EXPECT_EQ(file.table("store").text("path"), answers.database);
  Settings network = file.tables("network").at(0);
  EXPECT_EQ(network.text("jid"), "irc.example.org");
  EXPECT_EQ(network.text("secret"), "5ec4e7");
  EXPECT_EQ(network.text("backend"), "irc");
  EXPECT_EQ(network.texts("allow"), answers.allow);
  EXPECT_EQ(network.table("irc").text("server"), "irc.example.net:6697");
  EXPECT_FALSE(network.table("irc").flag("tls", true));
  EXPECT_TRUE(file.problems().empty()) << file.problems().front();
}

TEST(InitText, ProsodyIsToldItsComponent) {
  const std::string text = server_snippet(good_answers(), secret);
  EXPECT_TRUE(contains(text, "Component \"irc.example.org\"\n  component_secret = \"5ec4e7\"\n")) << text;
  EXPECT_TRUE(contains(text, "component_conflict_resolve = \"kick_old\"")) << text;
  EXPECT_FALSE(contains(text, "component_ports")) << text;
}

TEST(InitText, ProsodyIsToldAPortThatIsNotItsUsualOne) {
  Answers answers = good_answers();
  answers.component_port = {"xmpp.example.org", 5348};
  const std::string text = server_snippet(answers, secret);
  EXPECT_TRUE(contains(text, "-- component_ports = { 5348 }")) << text;
  EXPECT_TRUE(contains(text, "-- component_interfaces = { \"::\" }")) << text;
}

TEST(InitText, EjabberdIsToldAListener) {
  Answers answers = good_answers();
  answers.server = Answers::Server::ejabberd;
  const std::string text = server_snippet(answers, secret);
  EXPECT_TRUE(contains(text, "  - port: 5347\n    ip: \"127.0.0.1\"\n")) << text;
  EXPECT_TRUE(contains(text, "global_routes: false")) << text;
  EXPECT_TRUE(contains(text, "\"irc.example.org\": { password: \"5ec4e7\" }")) << text;
}

TEST(InitText, TheStepsDoNotTellTheSecret) {
  for (const auto server : {Answers::Server::prosody, Answers::Server::ejabberd}) {
    Answers answers = good_answers();
    answers.server = server;
    EXPECT_FALSE(contains(server_steps(answers), "5ec4e7"));
    EXPECT_TRUE(contains(server_steps(answers), server == Answers::Server::prosody ? "prosody" : "ejabberdctl"));
  }
}

}  // namespace

}  // namespace dragoman::verbs::test
