#include "backends/matrix/appservice_registration.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/random.hpp"

// The file by which a homeserver and the gateway know each other.

namespace dragoman::backends::matrix::appservice_registration_test {
namespace {

struct AppServiceRegistration : testing::Test {
  AppServiceRegistration() {
    char name[] = "/tmp/dragoman-registration-XXXXXX";
    folder = ::mkdtemp(name);
    path = folder + "/registration.yaml";
  }
  ~AppServiceRegistration() override { std::filesystem::remove_all(folder); }
  void write(const std::string& text, unsigned mode) {
    std::ofstream{path} << text;
    ::chmod(path.c_str(), mode);
  }
  Result<Registration> need() { return need_registration(path, "dragoman-m.test", names, facts, random); }

  std::string folder, path;
  SystemRandom random;
  GhostNames names{"hs.test", "_xmpp_", [](const std::string&) { return std::string{}; },
                   [](const std::string&, const std::string&) {}};
  RegistrationFacts facts{"https://gateway.test/matrix/m.test", false};
};

TEST_F(AppServiceRegistration, IsMadeOnceAndThenTheSame) {
  const auto made = need();
  ASSERT_TRUE(made);
  EXPECT_EQ(made->id, "dragoman-m.test");
  EXPECT_EQ(made->sender, "_xmpp_bot");
  EXPECT_EQ(made->as_token.reveal().size(), 64u);
  EXPECT_NE(made->as_token.reveal(), made->hs_token.reveal());
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  const auto again = need();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->as_token.reveal(), made->as_token.reveal());
  EXPECT_EQ(again->hs_token.reveal(), made->hs_token.reveal());
}

TEST_F(AppServiceRegistration, SaysWhatHomeserversLookFor) {
  const Registration registration{"one", Secret<std::string>{"as"}, Secret<std::string>{"hs"}, "_xmpp_bot"};
  facts.local_accounts = true;
  EXPECT_EQ(write_registration(registration, names, facts),
            "# Made by dragoman. The homeserver reads it at its start (Synapse: app_service_config_files).\n"
            "id: 'one'\nurl: 'https://gateway.test/matrix/m.test'\nas_token: 'as'\nhs_token: 'hs'\n"
            "sender_localpart: '_xmpp_bot'\nnamespaces:\n  users:\n    - regex: '@_xmpp_.*:hs\\.test'\n"
            "      exclusive: true\n    - regex: '@.*:hs\\.test'\n      exclusive: false\n  aliases:\n"
            "    - regex: '#_xmpp_.*:hs\\.test'\n      exclusive: true\n  rooms: []\nrate_limited: false\n"
            "protocols: ['xmpp']\nreceive_ephemeral: true\nde.sorunome.msc2409.push_ephemeral: true\n"
            "io.element.msc4190: true\n");
}

TEST_F(AppServiceRegistration, OneThatSomebodyWroteIsTakenAsItIs) {
  write("id: mine # the old one\nas_token: \"a b\"\nnamespaces:\n  id: no\nhs_token: 'c'\nsender_localpart: bridge\n",
        0640);
  const auto read = need();
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->id, "mine");
  EXPECT_EQ(read->as_token.reveal(), "a b");
  EXPECT_EQ(read->hs_token.reveal(), "c");
  EXPECT_EQ(read->sender, "bridge");
}

TEST_F(AppServiceRegistration, OneThatEverybodyMayReadIsRefused) {
  write("id: mine\nas_token: secret\nhs_token: c\nsender_localpart: bridge\n", 0644);
  const auto read = need();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().fault, Fault::forbidden);
  EXPECT_EQ(read.error().text.find("secret\n"), std::string::npos);
}

TEST_F(AppServiceRegistration, OneWithoutATokenSaysWhatIsMissing) {
  write("id: mine\nas_token: a\nsender_localpart: bridge\n", 0600);
  const auto read = need();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().text, path + ": a registration needs hs_token");
}

}  // namespace
}  // namespace dragoman::backends::matrix::appservice_registration_test
