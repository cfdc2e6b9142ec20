#include "config_changes.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

namespace dragoman {
namespace {

using Keys = std::vector<std::string>;

/// Files of a configuration, in a folder that ends with the test.
struct ConfigChangesTest : ::testing::Test {
  ConfigChangesTest() { std::filesystem::create_directory(folder); }
  ~ConfigChangesTest() override { std::filesystem::remove_all(folder); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream{folder / name} << text;
    std::filesystem::permissions(folder / name, std::filesystem::perms::owner_read);
    return folder / name;
  }
  Config read(const std::string& network, const std::string& rest = {}) {
    const std::string path = write(std::to_string(++files_) + ".toml",
                                   "xmpp.server = \"127.0.0.1:5347\"\nstore.path = \"a.db\"\n" + rest +
                                       "\n[[network]]\njid = \"irc.example.org\"\nbackend = \"irc\"\n" + network);
    Config config = read_config(path);
    EXPECT_EQ(config.file.problems(), Keys{});
    return config;
  }
  static Keys changed(const Config& before, const Config& after) {
    return changed_keys(before.networks.at(0), after.networks.at(0));
  }

  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("dragoman-config-" + std::to_string(getpid()));

 private:
  int files_ = 0;
};

TEST_F(ConfigChangesTest, NamesWhatDiffersInANetwork) {
  const Config before = read("secret = \"a\"\n[network.irc]\nserver = \"a:1\"\n");
  const Config after = read(
      "secret = \"b\"\nallow = [\"example.com\"]\nlimits.rooms_per_minute = 5\n"
      "[network.irc]\nserver = \"a:1\"\nflood = false\n");
  EXPECT_EQ(changed(before, after), (Keys{"allow", "irc.flood", "limits.rooms_per_minute", "secret"}));
  EXPECT_EQ(changed(before, read("secret = \"a\"\n[network.irc]\nserver = \"a:1\"\n")), Keys{});
}

TEST_F(ConfigChangesTest, SeesThatWhatAFileHoldsIsNew) {
  const std::string secret = write("secret", "one\n");
  const std::string network = "secret_file = \"" + secret + "\"\n[network.irc]\nserver = \"a:1\"\n";
  const Config before = read(network);
  std::filesystem::permissions(secret, std::filesystem::perms::owner_all);
  write("secret", "two\n");
  EXPECT_EQ(changed(before, read(network)), Keys{"secret_file"});
}

TEST_F(ConfigChangesTest, TellsWhatTheProgramDoesItselfFromWhatNeedsARestart) {
  const std::string network = "secret = \"a\"\n[network.irc]\nserver = \"a:1\"\n";
  const Config before = read(network);
  const ConfigChanges none = compare(before.file, before, read(network));
  EXPECT_FALSE(none.log_level || none.server || none.releases);
  EXPECT_EQ(none.at_restart, Keys{});

  const Config after = read(network, "store.key_file = \"b\"\nlog.level = \"warn\"\nautoupdate.version = \"1\"\n");
  const ConfigChanges some = compare(before.file, before, after);
  EXPECT_TRUE(some.log_level && some.releases);
  EXPECT_FALSE(some.server);
  EXPECT_EQ(some.at_restart, Keys{"store.key_file"});
  // Applied once, the rest is new no more; what needs a restart still does.
  const ConfigChanges again = compare(before.file, after, after);
  EXPECT_FALSE(again.log_level || again.server || again.releases);
  EXPECT_EQ(again.at_restart, Keys{"store.key_file"});
}

}  // namespace
}  // namespace dragoman
